"""What became of a post is told once; what waits or was said can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot import outbox
from bot.judgement.limits import Kind, Limits
from bot.outbox import ABANDONED, Said, Unsaid
from bot.ports import DeliveryError
from bot.storage.base import Sessions
from bot.storage.places import Network
from tests.bureau import HELLO, Bureau, lost_answer
from tests.nursery import MOMENT
from tests.town import Town


class Office(Bureau):
    """A bureau of one network, that hears what became of its posts."""

    def __init__(self, sessions: Sessions) -> None:
        super().__init__(sessions)
        with sessions.begin() as session:
            network = Network(workspace="fake:T1", name="Us", created_at=self.now)
            session.add(network)
            session.flush()
            self.network_id = network.id

    def plans(
        self, key: str, *, kind: Kind = Kind.NOTICE, minutes: int = 0, lasts: int = 60
    ) -> None:
        """Queue a post of the network."""
        due_at = self.now + timedelta(minutes=minutes)
        with self.sessions.begin() as session:
            outbox.enqueue(
                session,
                HELLO,
                key=key,
                network_id=self.network_id,
                due_at=due_at,
                expires_at=due_at + timedelta(minutes=lasts),
                kind=kind,
            )

    def retracts(self, key: str) -> bool:
        """Take a post back."""
        with self.sessions.begin() as session:
            return outbox.retract(session, key, now=self.now)

    @property
    def told(self) -> Sequence[Said | Unsaid]:
        """What is heard now."""
        with self.sessions.begin() as session:
            return outbox.outcomes(session, now=self.now)


@pytest.fixture
def office(sessions: Sessions) -> Office:
    return Office(sessions)


@pytest.mark.both_databases
def test_what_was_said_is_told_once_with_its_name(office: Office) -> None:
    office.plans("a")
    assert office.told == []
    assert office.delivers() == 1
    said = Said(network_id=office.network_id, key="a", message="1", at=MOMENT)
    assert office.told == [said]
    assert office.told == []


def test_a_refusal_is_told_with_its_reason(office: Office) -> None:
    office.plans("a")
    office.delivers(DeliveryError("not_in_channel"))
    assert office.told == [Unsaid(network_id=office.network_id, key="a", reason="not_in_channel")]


def test_what_came_too_late_is_told(office: Office) -> None:
    office.plans("a", lasts=5)
    office.now += timedelta(hours=1)
    office.delivers()
    [told] = office.told
    assert isinstance(told, Unsaid)
    assert "too late" in told.reason


def test_of_what_is_in_doubt_nothing_is_told_before_it_is_settled(office: Office) -> None:
    office.plans("a")
    office.delivers(lost_answer())
    assert office.told == []
    office.recovers()
    [told] = office.told
    assert isinstance(told, Said)
    assert told.message == "1"


def test_what_a_person_says_of_a_held_post_is_told_too(office: Office) -> None:
    office.platform.is_mute = True
    office.plans("a")
    office.delivers(lost_answer())
    office.recovers()
    with office.sessions.begin() as session:
        [held] = outbox.held(session, office.network_id)
        outbox.settle_held(session, held.number, office.network_id, "there", office.now)
    [told] = office.told
    assert told == Said(network_id=office.network_id, key="a", message="", at=office.now)


def test_answers_are_told_of_to_nobody(office: Office) -> None:
    office.plans("a", kind=Kind.ANSWER)
    office.delivers()
    assert office.told == []


# Taking back


def test_what_waits_is_taken_back_and_nobody_hears_of_it(office: Office) -> None:
    office.plans("a", minutes=5)
    assert office.retracts("a")
    office.now += timedelta(minutes=10)
    assert office.delivers() == 0
    assert office.platform.said == []
    assert office.told == []
    assert not office.retracts("a"), "it is gone already"


def test_what_was_said_is_removed(office: Office) -> None:
    office.plans("a")
    office.delivers()
    assert office.retracts("a")
    office.delivers()
    assert office.platform.deleted == ["1"]


def test_what_is_in_doubt_is_removed_once_it_is_found(office: Office) -> None:
    office.plans("a")
    office.delivers(lost_answer())
    assert office.retracts("a")
    office.recovers()
    office.delivers()
    assert office.platform.deleted == ["1"]
    assert office.told == []


def test_what_is_in_doubt_and_not_there_is_not_said_again(office: Office) -> None:
    office.plans("a")
    office.delivers(DeliveryError("no answer", may_have_arrived=True))
    office.platform.said.clear()
    office.platform.keys.clear()
    assert office.retracts("a")
    office.recovers(after=ABANDONED + timedelta(minutes=1))
    office.delivers()
    assert office.platform.said == []
    assert office.platform.deleted == []


def test_what_nobody_queued_is_not_taken_back(office: Office) -> None:
    assert not office.retracts("unknown")


# Looking ahead


def test_a_third_nudge_of_a_week_is_foreseen_to_wait(town: Town) -> None:
    town.recounts(*(town.message("bob") for _ in range(60)))
    place, network = town.place("general"), town.network

    def foreseen(besides: str = "") -> str:
        with town.sessions.begin() as session:
            found = outbox.foresee(
                session,
                place,
                Kind.NUDGE,
                network_id=network.id,
                at=town.now + timedelta(hours=3),
                now=town.now,
                limits=Limits(),
                besides=besides,
            )
        return "" if found is None else found.reason

    for number in range(2):
        assert foreseen() == ""
        with town.app.context(network, occasion=f"{number}") as ctx:
            at = town.now + timedelta(hours=number + 1)
            ctx.say(place, "bot/failed", kind=Kind.NUDGE, key=f"n{number}", at=at)
    assert foreseen() == "the channel has had 2 nudges this week"
    assert foreseen(besides="n1") == ""
