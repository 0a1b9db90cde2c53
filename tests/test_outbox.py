"""Each thing is said once, or not at all and a person is told; whatever dies or answers late."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import update

from bot import outbox
from bot.domain.ids import ChannelId
from bot.domain.posts import Post
from bot.outbox import (
    Changing,
    Saying,
    Utterance,
)
from bot.ports import DeliveryError
from bot.storage.base import Sessions, connect, sessions_of
from bot.storage.delivery import Outgoing
from tests.bureau import ADA, FOR_ADA, FORM, PLACE, SHORTLY, Bureau, lost_answer
from tests.conftest import Databases
from tests.nursery import MOMENT, Nursery
from tests.town import FakePlatform, Town


@pytest.fixture
def bureau(sessions: Sessions) -> Bureau:
    return Bureau(sessions)


@pytest.mark.both_databases
def test_an_occasion_is_queued_once_and_said_once(bureau: Bureau) -> None:
    assert bureau.queues("monday")
    assert not bureau.queues("monday")
    assert (bureau.delivers(), bureau.delivers()) == (1, 0)
    assert [post.text for post in bureau.platform.said] == ["hello"]
    said = bureau.row("monday")
    assert (said.state, said.message, said.sent_at, said.attempts) == ("sent", "1", MOMENT, 1)


@pytest.mark.both_databases
def test_things_are_said_when_they_are_due_in_the_order_of_their_times(bureau: Bureau) -> None:
    bureau.queues("later", minutes=20)
    bureau.queues("second", minutes=10)
    bureau.queues("first", minutes=5)
    assert bureau.delivers() == 0
    bureau.now += timedelta(minutes=10)
    assert bureau.delivers() == 2
    assert bureau.platform.keys == ["first", "second"]


@pytest.mark.both_databases
def test_what_comes_too_late_is_never_said(bureau: Bureau) -> None:
    bureau.queues("lunch", lasts=30)
    bureau.queues("dinner", lasts=300)
    bureau.now += timedelta(minutes=30)
    assert bureau.delivers() == 1
    assert bureau.states() == {"lunch": "expired", "dinner": "sent"}
    assert bureau.platform.keys == ["dinner"]


@pytest.mark.both_databases
def test_a_platform_that_asks_for_a_pause_is_left_in_peace_by_everything(bureau: Bureau) -> None:
    for key in ("a", "b", "c"):
        bureau.queues(key)
    assert bureau.delivers(DeliveryError("slow down", retry_in=timedelta(seconds=30))) == 0
    bureau.now += timedelta(seconds=29)
    assert bureau.delivers() == 0
    assert bureau.platform.keys == []
    bureau.now += timedelta(seconds=1)
    assert bureau.delivers() == 3
    assert bureau.platform.keys == ["b", "c", "a"]  # who was refused stands back for the others
    assert bureau.row("a").attempts == 2


def test_what_is_refused_for_good_is_not_tried_again(bureau: Bureau) -> None:
    bureau.queues("to nobody")
    bureau.queues("to somebody")
    assert bureau.delivers(DeliveryError("no such channel")) == 1
    assert bureau.states() == {"to nobody": "failed", "to somebody": "sent"}
    assert bureau.row("to nobody").error == "no such channel"
    assert bureau.delivers() == 0


@pytest.mark.parametrize(
    "left",
    [
        pytest.param("sent", id="said"),
        pytest.param("failed", id="refused"),
        pytest.param("expired", id="too late"),
    ],
)
def test_no_words_are_kept_of_what_is_settled(bureau: Bureau, left: str) -> None:
    bureau.queues("quote", lasts=10)
    if left == "expired":
        bureau.now += timedelta(minutes=10)
    bureau.delivers(*[DeliveryError("no")] * (left == "failed"))
    assert (bureau.row("quote").state, bureau.row("quote").payload) == (left, b"")


@pytest.mark.both_databases
def test_what_arrived_although_no_answer_came_is_found_and_not_said_again(bureau: Bureau) -> None:
    bureau.queues("digest")
    assert bureau.delivers(lost_answer()) == 0
    assert bureau.states() == {"digest": "ambiguous"}
    assert bureau.recovers(after=SHORTLY) == 1  # too soon: a platform may be slow to show it
    assert bureau.recovers() == 0
    assert (bureau.row("digest").state, bureau.row("digest").message) == ("sent", "1")
    bureau.delivers()
    assert bureau.platform.keys == ["digest"]


def test_what_never_arrived_is_said_later(bureau: Bureau) -> None:
    bureau.queues("digest")
    bureau.delivers(lost_answer())
    bureau.platform.keys.clear()
    bureau.platform.said.clear()
    assert bureau.recovers() == 0
    assert bureau.delivers() == 1
    assert bureau.platform.keys == ["digest"]


def test_where_nobody_can_tell_it_is_held_and_a_person_is_told(bureau: Bureau) -> None:
    bureau.queues("digest")
    bureau.delivers(lost_answer())
    bureau.platform.is_mute = True
    assert bureau.recovers() == 1
    bureau.platform.is_mute = False
    assert bureau.recovers(after=SHORTLY) == 1  # asked only every five minutes
    assert bureau.recovers() == 0
    assert bureau.platform.keys == ["digest"]


def test_after_a_day_the_platform_is_not_asked_any_more(bureau: Bureau) -> None:
    bureau.queues("digest")
    bureau.delivers(lost_answer())
    assert bureau.recovers(after=timedelta(days=1)) == 1
    assert bureau.states() == {"digest": "ambiguous"}


@pytest.mark.parametrize(
    "utterance", [pytest.param(FOR_ADA, id="only for her"), pytest.param(FORM, id="a form")]
)
def test_what_can_not_be_found_is_let_go_when_its_moment_has_passed(
    bureau: Bureau, utterance: Utterance
) -> None:
    bureau.queues("answer", utterance, lasts=10)
    bureau.delivers(lost_answer())
    assert bureau.recovers() == 1
    assert bureau.recovers() == 0
    assert bureau.states() == {"answer": "expired"}


def test_a_change_is_made_again_when_in_doubt_since_that_does_no_harm(bureau: Bureau) -> None:
    bureau.queues("post")
    bureau.delivers()
    bureau.queues("change", Changing(message="1", post=Post(to=PLACE, text="changed")))
    bureau.delivers(lost_answer())
    assert bureau.recovers() == 0
    assert bureau.delivers() == 1
    assert [post.text for post in bureau.platform.said] == ["changed"]


def test_a_form_is_opened_by_the_permit_that_came_with_the_act(bureau: Bureau) -> None:
    bureau.queues("form", FORM)
    assert bureau.delivers() == 1
    assert [(who, form.name) for who, form in bureau.platform.opened] == [(ADA, "a.b")]


LATE = Post(to=PLACE, text="that took too long", only_for=ADA)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param(DeliveryError("the permit has expired"), id="too late"),
        pytest.param(DeliveryError("no line", retry_in=timedelta(seconds=10)), id="unreached"),
    ],
)
def test_who_waits_for_a_form_that_does_not_open_is_told_so(
    bureau: Bureau, refusal: DeliveryError
) -> None:
    bureau.queues("form", replace(FORM, otherwise=LATE))
    bureau.delivers(refusal)
    assert bureau.states() == {"form": "failed", "form/instead": "sent"}
    assert bureau.platform.said == [LATE]
    row = bureau.row("form/instead")
    assert (row.payload, row.recipient) == (b"", "")


def test_who_may_have_the_form_before_them_is_told_nothing(bureau: Bureau) -> None:
    bureau.queues("form", replace(FORM, otherwise=LATE))
    bureau.delivers(lost_answer())
    assert bureau.states() == {"form": "ambiguous"}


def test_a_lead_whose_form_came_too_late_reads_that_it_did(town: Town) -> None:
    town.lead("ada")
    town.platform.refusals = [DeliveryError("the permit has expired")]
    assert "took too long" in town.types("ada", "/tend settings")


class Broken(FakePlatform):
    """A platform with a fault of its own."""

    def post(self, post: Post, *, key: str) -> str:
        """Fail in a way that nobody foresaw."""
        raise KeyError(key)

    def find(self, to: str, *, key: str, since: datetime) -> str | None:
        """Fail here too."""
        raise KeyError(key)


def test_a_faulty_platform_holds_nothing_else_up_and_is_in_doubt(bureau: Bureau) -> None:
    bureau.queues("a")
    bureau.queues("b")
    bureau.platform = Broken()
    assert bureau.delivers() == 0
    assert bureau.states() == {"a": "ambiguous", "b": "ambiguous"}
    assert bureau.recovers() == 2


def test_what_is_for_a_platform_that_is_not_here_waits(bureau: Bureau) -> None:
    bureau.queues("elsewhere", Saying(post=Post(to=ChannelId("other:T1/C1"), text="hello")))
    assert bureau.delivers() == 0
    with bureau.sessions.begin() as session:
        session.execute(update(Outgoing).values(state="sending", claimed_at=MOMENT))
    assert bureau.recovers() == 1
    assert bureau.states() == {"elsewhere": "ambiguous"}


def test_what_waits_is_counted(bureau: Bureau) -> None:
    bureau.queues("nudge/1")
    bureau.queues("nudge/2", minutes=5)
    with bureau.sessions.begin() as session:
        assert outbox.counts(session) == {"pending": 2}


# Processes that die, and processes that race


def fill(url: str, number: int) -> None:
    """Queue some things to say."""
    engine = connect(url)
    bureau = Bureau(sessions_of(engine))
    for each in range(number):
        bureau.queues(f"{each:02}")
    engine.dispose()


def states(url: str) -> Counter[str]:
    """How much is in each state."""
    engine = connect(url)
    found = Counter(Bureau(sessions_of(engine)).states().values())
    engine.dispose()
    return found


DEATHS = [
    pytest.param({"dies_saying": 2}, id="after the platform took it"),
    pytest.param({"dies_saying": 2, "is_taken": False}, id="before the platform took it"),
    pytest.param({"dies_at": 9}, id="before the claim"),
    pytest.param({"dies_at": 12}, id="at the claim's commit"),
    pytest.param({"dies_at": 14}, id="before it was settled"),
]


@pytest.mark.both_databases
@pytest.mark.parametrize("death", DEATHS)
def test_a_process_killed_while_it_speaks_says_nothing_twice_and_leaves_nothing_out(
    databases: Databases, nursery: Nursery, tmp_path: Path, death: dict[str, Any]
) -> None:
    url, said = databases.url(), tmp_path / "said"
    fill(url, 4)
    assert nursery.lives("outbox", url=url, said=str(said), **death) == [-9]
    assert nursery.lives("outbox", url=url, said=str(said)) == [0]
    assert nursery.lives("outbox", url=url, said=str(said), minutes=6) == [0]
    assert sorted(said.read_text().split()) == ["00", "01", "02", "03"]
    assert states(url) == {"sent": 4}
    databases.drop(url)


def test_what_was_left_half_said_is_held_where_the_platform_can_not_tell(
    databases: Databases, nursery: Nursery, tmp_path: Path
) -> None:
    url, said = databases.url(), tmp_path / "said"
    fill(url, 2)
    (tmp_path / "said.mute").touch()
    assert nursery.lives("outbox", url=url, said=str(said), dies_saying=1) == [-9]
    assert nursery.lives("outbox", url=url, said=str(said), minutes=6) == [0]
    assert said.read_text().split() == ["00", "01"]
    assert states(url) == {"ambiguous": 1, "sent": 1}


@pytest.mark.both_databases
def test_two_processes_that_deliver_at_once_say_each_thing_once(
    databases: Databases, nursery: Nursery, tmp_path: Path
) -> None:
    url, said = databases.url(), tmp_path / "said"
    fill(url, 40)
    assert nursery.lives("outbox", url=url, said=str(said), twins=2) == [0, 0]
    assert Counter(said.read_text().split()) == Counter(f"{each:02}" for each in range(40))
    assert states(url) == {"sent": 40}
    databases.drop(url)


@pytest.mark.both_databases
def test_two_processes_that_recover_at_once_say_nothing_twice(
    databases: Databases, nursery: Nursery, tmp_path: Path
) -> None:
    url, said = databases.url(), tmp_path / "said"
    fill(url, 20)
    engine = connect(url)
    with sessions_of(engine).begin() as session:
        session.execute(update(Outgoing).values(state="sending", claimed_at=MOMENT))
    engine.dispose()
    assert nursery.lives("outbox", url=url, said=str(said), minutes=6, twins=2) == [0, 0]
    assert Counter(said.read_text().split()) == Counter(f"{each:02}" for each in range(20))
    databases.drop(url)
