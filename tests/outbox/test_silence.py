"""The switch silences every process within a second; a copy of the database silences itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from shutil import copyfile
from threading import Thread
from time import monotonic, sleep

import pytest
from sqlalchemy import update

from bot import outbox
from bot.domain.posts import Post
from bot.outbox import (
    ABANDONED,
)
from bot.storage import pauses, surroundings
from bot.storage.base import Sessions, connect, sessions_of
from bot.storage.delivery import Outgoing
from bot.storage.places import Network
from tests.bureau import FOR_ADA, PAGE, PLACE, SHORTLY, Bureau, lost_answer
from tests.conftest import Databases
from tests.nursery import MOMENT
from tests.town import FakePlatform


@pytest.fixture
def bureau(sessions: Sessions) -> Bureau:
    return Bureau(sessions)


# The switch


class Slow(FakePlatform):
    """A platform that takes its time, and notes when each post began, by a clock that runs."""

    def __init__(self) -> None:
        super().__init__()
        self.began: list[float] = []

    def post(self, post: Post, *, key: str) -> str:
        """Take a while."""
        self.began.append(monotonic())
        sleep(0.02)
        return super().post(post, key=key)


@pytest.mark.both_databases
def test_within_a_second_of_the_switch_nothing_more_is_said_by_anybody(sessions: Sessions) -> None:
    bureau = Bureau(sessions)
    for number in range(100):
        bureau.queues(f"{number}")
    platforms = [Slow(), Slow()]
    threads = [
        Thread(target=outbox.deliver, args=(sessions, {"fake": each}, lambda: MOMENT))
        for each in platforms
    ]
    for thread in threads:
        thread.start()
    while not all(each.began for each in platforms):
        sleep(0.01)
    with sessions.begin() as session:
        pauses.pause_all(session, "the operator", MOMENT)
    paused = monotonic()
    for thread in threads:
        thread.join()
    assert max(max(each.began) for each in platforms) < paused + 1
    assert bureau.delivers() == 0
    with sessions.begin() as session:
        assert outbox.counts(session)["pending"] > 0
        assert pauses.resume_all(session)
    assert bureau.delivers() > 0


def withdraws(bureau: Bureau) -> None:
    """Put other words in the place of a digest that was said."""
    with bureau.sessions.begin() as session:
        assert outbox.amend(session, "digest", Post(to=PLACE, text="withdrawn"), now=bureau.now)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "network", [pytest.param(0, id="everybody"), pytest.param(1, id="one network")]
)
def test_what_quotes_something_that_has_gone_is_changed_during_a_pause(
    bureau: Bureau, network: int
) -> None:
    with bureau.sessions.begin() as session:
        session.add(
            Network(workspace="fake:T1", name="", settings={}, purpose="", created_at=MOMENT)
        )
    bureau.queues("digest")
    bureau.delivers()
    with bureau.sessions.begin() as session:
        session.execute(update(Outgoing).values(network_id=1))
        pauses.pause_all(session, "a lead", MOMENT, network_id=network)
    bureau.queues("nudge")
    with bureau.sessions.begin() as session:
        session.execute(update(Outgoing).values(network_id=1))
    withdraws(bureau)
    assert bureau.delivers() == 1
    assert [post.text for post in bureau.platform.said] == ["withdrawn"]


def test_a_copy_changes_nothing_that_was_said(bureau: Bureau) -> None:
    bureau.queues("digest")
    bureau.delivers()
    with bureau.sessions.begin() as session:
        surroundings.settle(session, {"database": "here"}, now=bureau.now)
    withdraws(bureau)
    elsewhere = {"database": "there"}
    platforms = {"fake": bureau.platform}
    assert outbox.deliver(bureau.sessions, platforms, lambda: bureau.now, here=elsewhere) == 0


# A copy


@pytest.mark.both_databases
def test_whoever_finds_the_database_elsewhere_keeps_quiet(bureau: Bureau) -> None:
    def delivers(here: dict[str, str]) -> int:
        return outbox.deliver(
            bureau.sessions, {"fake": bureau.platform}, lambda: bureau.now, here=here
        )

    bureau.queues("one")
    assert delivers({"database": "here"}) == 1
    bureau.queues("two")
    assert delivers({"database": "there"}) == 0
    assert delivers({"database": "here", "fake": "U1"}) == 1, "the first one isn't silenced"
    bureau.queues("three")
    assert delivers({"database": "here", "fake": "U2"}) == 0, "as somebody else"
    with bureau.sessions.begin() as session:
        assert outbox.speak_from(session, {"database": "there"}, now=bureau.now) == 1
    assert bureau.states()["three"] == "ambiguous"
    assert bureau.recovers(after=SHORTLY) == 0
    assert delivers({"database": "there"}) == 1


def test_in_a_copy_what_can_not_be_looked_for_is_let_go(bureau: Bureau) -> None:
    bureau.queues("whisper", FOR_ADA)
    bureau.queues("page", PAGE)
    with bureau.sessions.begin() as session:
        outbox.speak_from(session, {"database": "there"}, now=bureau.now)
    assert bureau.states() == {"whisper": "expired", "page": "pending"}


def test_a_copy_asks_about_nothing_while_it_is_silent(bureau: Bureau) -> None:
    bureau.queues("digest")
    bureau.delivers(lost_answer())
    with bureau.sessions.begin() as session:
        surroundings.settle(session, {"database": "here"}, now=bureau.now)
    bureau.now += ABANDONED + SHORTLY
    elsewhere = {"database": "there"}
    held = outbox.recover(
        bureau.sessions, {"fake": bureau.platform}, lambda: bureau.now, here=elsewhere
    )
    assert (held, bureau.states()) == (1, {"digest": "ambiguous"})


@pytest.mark.both_databases
def test_a_database_knows_where_it_is(databases: Databases) -> None:
    url = databases.url()
    engine, other = connect(url), connect(databases.url())
    found = surroundings.of_database(sessions_of(engine))
    assert found == surroundings.of_database(sessions_of(engine))
    assert found != surroundings.of_database(sessions_of(other))
    assert found != surroundings.of_database(sessions_of(engine), home="a container")
    engine.dispose()
    other.dispose()


@pytest.mark.usefixtures("only_on_sqlite")
def test_a_file_that_is_put_back_is_another(databases: Databases, tmp_path: Path) -> None:
    def found(home: str = "") -> Mapping[str, str]:
        engine = connect(url)
        where = surroundings.of_database(sessions_of(engine), home=home)
        engine.dispose()
        return where

    url = databases.url()
    path = Path(url.removeprefix("sqlite:///"))
    before, named = found(), found("ward seven")
    copyfile(path, tmp_path / "backup.db")
    (tmp_path / "backup.db").replace(path)
    assert found() != before
    assert found("ward seven") == named
