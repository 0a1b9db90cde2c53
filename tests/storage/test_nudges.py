"""Nudges are kept from draft to review; of two who move one at once, one is first."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier, Thread

import pytest

from bot.domain.nudges import ConveningKind, NudgeState
from bot.storage import nudges, places
from bot.storage.base import Sessions
from bot.storage.nudges import Nudge
from bot.storage.places import Network, Person
from tests.town import Town

DAY = date(2026, 3, 4)


def person(town: Town, name: str) -> Person:
    """Somebody, as storage knows them."""
    member = town.person(name)
    with town.sessions.begin() as session:
        found = places.person_at(session, member)
    assert found is not None
    return found


def drafted(town: Town, *, by: str = "ada", day: date = DAY) -> int:
    """A draft of a question round; its number."""
    network = town.network
    author = person(town, by)
    with town.sessions.begin() as session:
        nudge = Nudge(
            network_id=network.id,
            kind=ConveningKind.QUESTION_ROUND.value,
            state=NudgeState.AWAITING.value,
            words="One question",
            drafted_by=author.id,
            starts_day=day,
            starts_time=time(10),
            review_on=day + timedelta(days=14),
            lapses_on=day,
            moved_by=author.id,
            moved_at=town.now,
            created_at=town.now,
        )
        return nudges.keep(session, nudge).id


def approve(sessions: Sessions, network: Network, number: int, by: Person, now: datetime) -> bool:
    """One approves a nudge."""
    with sessions.begin() as session:
        nudge = nudges.numbered(session, network, number)
        assert nudge is not None
        return nudges.move(
            session, nudge, NudgeState.SCHEDULED, by=by, now=now, approved_by=by.id, approved_at=now
        )


@pytest.mark.both_databases
def test_of_two_who_approve_at_once_one_is_first(town: Town) -> None:
    number, people = drafted(town), [person(town, name) for name in ("ada", "bob")]
    network, barrier, won = town.network, Barrier(2), []

    def presses(who: Person) -> None:
        barrier.wait()
        if approve(town.sessions, network, number, who, town.now):
            won.append(who.id)

    threads = [Thread(target=presses, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    with town.sessions.begin() as session:
        nudge = nudges.numbered(session, network, number)
        assert nudge is not None
        assert (nudge.approved_by, nudge.moved_by) == (won[0], won[0])


def test_a_move_that_is_not_allowed_changes_nothing(town: Town) -> None:
    number, ada, network = drafted(town), person(town, "ada"), town.network
    with town.sessions.begin() as session:
        nudge = nudges.numbered(session, network, number)
        assert nudge is not None
        assert not nudges.move(session, nudge, NudgeState.POSTED, by=ada, now=town.now)
        assert nudge.state == NudgeState.AWAITING


def test_a_change_has_to_be_approved_anew_and_gets_a_post_of_its_own(town: Town) -> None:
    number, ada, bob = drafted(town), person(town, "ada"), person(town, "bob")
    network = town.network
    assert approve(town.sessions, network, number, ada, town.now)
    with town.sessions.begin() as session:
        nudge = nudges.numbered(session, network, number)
        assert nudge is not None
        before = nudge.key
        assert nudges.change(session, nudge, by=bob, now=town.now, words="Another question")
        assert nudge.state == NudgeState.AWAITING
        assert nudge.approved_by is None
        assert nudge.key != before
        assert nudges.keyed(session, network, nudge.key) is nudge
        assert nudges.keyed(session, network, before) is None


def test_what_was_said_is_not_changed_any_more(town: Town) -> None:
    number, ada, network = drafted(town), person(town, "ada"), town.network
    assert approve(town.sessions, network, number, ada, town.now)
    with town.sessions.begin() as session:
        nudge = nudges.numbered(session, network, number)
        assert nudge is not None
        assert nudges.move(session, nudge, NudgeState.POSTED, by=None, now=town.now)
        assert not nudges.change(session, nudge, by=ada, now=town.now, words="Too late")
        assert nudge.words == "One question"


@pytest.mark.parametrize("key", ["nudge/x/0", "nudge/77/0", "digest/1/0", "nudge"])
def test_another_key_is_of_no_nudge(town: Town, key: str) -> None:
    network = town.network
    with town.sessions.begin() as session:
        assert nudges.keyed(session, network, key) is None


def test_it_starts_by_the_networks_own_clock_whatever_the_clocks_do_meanwhile(town: Town) -> None:
    before, after = (drafted(town, day=date(2026, 3, day)) for day in (27, 30))
    network = town.network
    with town.sessions.begin() as session:
        found = [nudges.numbered(session, network, number) for number in (before, after)]
        starts = [each.starts_at(network) for each in found if each]
    assert starts == [
        datetime(2026, 3, 27, 10, tzinfo=UTC),
        datetime(2026, 3, 30, 9, tzinfo=UTC),
    ]


def test_an_ebb_that_is_left_alone_is_followed_once_at_a_time(town: Town) -> None:
    ada, again, network = person(town, "ada"), DAY + timedelta(days=14), town.network
    for who, is_new in ((ada, True), (None, False)):
        with town.sessions.begin() as session:
            kept = nudges.leave_alone(
                session, network, by=who, day=DAY, look_again=again, now=town.now
            )
        assert kept is is_new
    with town.sessions.begin() as session:
        assert nudges.still_open(session, network) == []
        [left] = nudges.since(session, network, town.now)
        assert (left.kind, left.review_on) == (ConveningKind.LEAVE_IT, again)
        assert nudges.move(session, left, NudgeState.REVIEWED, by=None, now=town.now)
        assert nudges.reviewed(session, network, most=5) == [left]


@pytest.mark.both_databases
def test_a_name_is_taken_off_and_the_nudge_stays(town: Town) -> None:
    number, ada, network = drafted(town), person(town, "ada"), town.network
    with town.sessions.begin() as session:
        [(nudge, roles)] = nudges.touched_by(session, ada)
        assert (nudge.id, roles) == (number, ("drafted", "last changed"))
        nudges.forget(session, ada)
        assert nudges.touched_by(session, ada) == []
        assert [each.id for each in nudges.still_open(session, network)] == [number]


def test_where_somebody_is_erased_by_others_the_nudge_stays_without_a_name(town: Town) -> None:
    number, network = drafted(town), town.network
    town.types("ada", "/net mydata delete")
    town.presses("ada", "Delete everything")
    with town.sessions.begin() as session:
        nudge = nudges.numbered(session, network, number)
        assert nudge is not None
        assert (nudge.drafted_by, nudge.moved_by) == (None, None)
