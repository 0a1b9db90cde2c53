"""What may have been said is settled by the platform's echo, or in the end let go."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot import outbox
from bot.domain.posts import Post
from bot.outbox import (
    Held,
    Utterance,
)
from bot.storage.base import Sessions
from bot.storage.delivery import Outgoing
from bot.storage.places import Network
from tests.bureau import FOR_ADA, HELLO, Bureau, lost_answer
from tests.nursery import MOMENT
from tests.town import FakePlatform


@pytest.fixture
def bureau(sessions: Sessions) -> Bureau:
    return Bureau(sessions)


@pytest.mark.both_databases
def test_an_echo_settles_a_doubt(bureau: Bureau) -> None:
    bureau.queues("digest")
    bureau.delivers(lost_answer())
    with bureau.sessions.begin() as session:
        assert outbox.seen(session, "digest", "1", bureau.now)
        assert not outbox.seen(session, "digest", "1", bureau.now)
        assert not outbox.seen(session, "somebody else's", "1", bureau.now)
    row = bureau.row("digest")
    assert (row.state, row.message, row.payload) == ("sent", "1", b"")


class Echoing(FakePlatform):
    """A platform whose echo is quicker than its answer, which never comes."""

    def __init__(self, sessions: Sessions) -> None:
        super().__init__()
        self.sessions = sessions

    def post(self, post: Post, *, key: str) -> str:
        """Take it, tell of it, and then fail."""
        message = super().post(post, key=key)
        with self.sessions.begin() as session:
            outbox.seen(session, key, message, MOMENT)
        raise lost_answer()


def test_a_failure_that_comes_after_the_echo_changes_nothing(bureau: Bureau) -> None:
    bureau.platform = Echoing(bureau.sessions)
    bureau.queues("digest")
    bureau.delivers()
    assert bureau.states() == {"digest": "sent"}


def test_an_echo_of_what_was_thought_lost_keeps_it_from_being_said_again(bureau: Bureau) -> None:
    bureau.queues("digest")
    bureau.delivers(lost_answer())
    bureau.platform.keys[0] = "not shown yet"
    assert bureau.recovers() == 0
    assert bureau.states() == {"digest": "pending"}
    with bureau.sessions.begin() as session:
        outbox.seen(session, "digest", "1", bureau.now)
    assert bureau.delivers() == 0


def test_what_nobody_settles_is_let_go_in_the_end(bureau: Bureau) -> None:
    bureau.queues("digest")
    bureau.delivers(lost_answer())
    bureau.platform.is_mute = True
    assert bureau.recovers() == 1
    assert bureau.row("digest").payload != b""
    assert bureau.recovers(after=timedelta(days=8)) == 0
    assert (bureau.row("digest").state, bureau.row("digest").payload) == ("expired", b"")


@pytest.mark.parametrize(
    ("utterance", "becomes"),
    [pytest.param(HELLO, 1, id="a post is told of"), pytest.param(FOR_ADA, 0, id="a whisper not")],
)
def test_what_was_in_doubt_while_nobody_ran_for_days_is_not_forgotten(
    bureau: Bureau, utterance: Utterance, becomes: int
) -> None:
    told: list[Held] = []
    with bureau.sessions.begin() as session:
        session.add(
            Network(workspace="fake:T1", name="", settings={}, purpose="", created_at=MOMENT)
        )
    bureau.queues("one", utterance)
    bureau.delivers(lost_answer())
    with bureau.sessions.begin() as session:
        session.execute(update(Outgoing).values(network_id=1))
    bureau.now += timedelta(days=3)
    for _ in range(2):
        outbox.recover(
            bureau.sessions,
            {"fake": bureau.platform},
            lambda: bureau.now,
            tell=lambda _, held: told.append(held),
        )
    assert told == [Held(network_id=1, numbers=(1,))] * becomes
    assert bureau.states() == {"one": "ambiguous" if becomes else "expired"}


def test_a_process_that_was_stopped_after_its_claim_leaves_it_to_others(bureau: Bureau) -> None:
    bureau.queues("digest")
    moments = iter([MOMENT, MOMENT, MOMENT + timedelta(minutes=6), MOMENT + timedelta(minutes=6)])
    assert outbox.deliver(bureau.sessions, {"fake": bureau.platform}, lambda: next(moments)) == 0
    assert bureau.platform.said == []
    assert bureau.recovers() == 0
    assert bureau.delivers() == 1
