"""Readings stay as they were made, and people's words and the bot's silences beside them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.phases import Direction, EnergyReading, Phase
from bot.storage import places, readings
from bot.storage.places import Network
from bot.storage.rhythm import Decision, Reading
from tests.town import MONDAY, Town

pytestmark = pytest.mark.both_databases
FIRST = date(2026, 3, 2)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def reading(number: int, phase: Phase = Phase.STEADY, *, is_alert: bool = False) -> EnergyReading:
    return EnergyReading(
        day=day(number),
        phase=phase,
        direction=Direction.LEVEL,
        probability=0.75,
        since=day(number - 1),
        is_alert=is_alert,
    )


def test_a_network_is_kept_each_day_and_a_channel_where_it_changes(town: Town) -> None:
    steady, ebb = Phase.STEADY, Phase.EBB
    of_channel = [
        reading(0, steady),
        reading(1, steady),
        reading(2, ebb),
        reading(3, ebb, is_alert=True),
        reading(4, ebb),
    ]
    with town.sessions.begin() as session:
        network = session.query(Network).one()
        before: dict[int, str] = {}
        for n, each in enumerate(of_channel):
            readings.keep(session, network, day(n), {0: reading(n), 7: each}, before=before)
        session.flush()
        assert readings.phases(session, network) == before == {0: "steady", 7: "ebb"}
        kept = session.query(Reading).filter_by(channel_id=7).order_by(Reading.day)
        assert [row.day for row in kept] == [day(0), day(2), day(3)]
        assert readings.timeline(session, network, since=day(1)) == [
            reading(n) for n in range(1, 5)
        ]
        held = [readings.newest(session, network, through=day(n), channel_id=7) for n in range(6)]
        assert held == [of_channel[n] for n in (0, 0, 2, 3, 3, 3)]
        assert readings.newest(session, network, through=day(-1)) is None
        readings.forget_from(session, network, day(2))
        assert readings.timeline(session, network, since=day(0)) == [reading(0), reading(1)]
        assert readings.phases(session, network) == {0: "steady", 7: "steady"}


def test_what_the_filter_remembers_is_the_newest(town: Town) -> None:
    with town.sessions.begin() as session:
        network = session.query(Network).one()
        assert readings.memory_of(session, network) is None
        readings.keep_memory(session, network, day(0), b"one")
        readings.keep_memory(session, network, day(1), b"two")
    with town.sessions.begin() as session:
        memory = readings.memory_of(session, session.query(Network).one())
        assert memory is not None
        assert (memory.day, memory.state) == (day(1), b"two")


def test_explanations_are_told_newest_first_with_their_authors(town: Town) -> None:
    member = town.person("ada")
    with town.sessions.begin() as session:
        network = session.query(Network).one()
        ada = places.person_at(session, member)
        assert ada is not None
        for n in (0, 2, 1):
            readings.note(session, network, ada, f"note {n}", now=MONDAY + timedelta(days=n))
        session.flush()
        since = MONDAY + timedelta(days=1)
        found = readings.notes(session, network, since=since)
        assert [(note.text, name) for note, name in found] == [("note 2", "Ada"), ("note 1", "Ada")]


def test_a_silence_is_kept_where_its_reason_is_new(town: Town) -> None:
    with town.sessions.begin() as session:
        network = session.query(Network).one()
        for n, (what, reason) in enumerate(
            [("a", "x"), ("a", "x"), ("b", "x"), ("a", "y"), ("a", "x"), ("b", "x")]
        ):
            now = MONDAY + timedelta(days=n)
            readings.skip_once(session, network, what, reason, now=now)
            session.flush()
        kept = readings.decisions(session, network, since=MONDAY)
        assert [(each.what, each.reason, each.at.day) for each in kept] == [
            ("a", "x", 6), ("a", "y", 5), ("b", "x", 4), ("a", "x", 2)
        ]  # fmt: skip
        later = readings.decisions(session, network, since=MONDAY + timedelta(days=4))
        assert len(later) == 1


def test_only_what_was_said_was_told(town: Town) -> None:
    with town.sessions.begin() as session:
        network = session.query(Network).one()
        assert readings.last_told(session, network, "a") is None
        for n, (what, spoke) in enumerate([("a", True), ("a", True), ("a", False), ("b", True)]):
            at = MONDAY + timedelta(days=n)
            session.add(
                Decision(network_id=network.id, at=at, what=what, did_speak=spoke, reason="")
            )
        session.flush()
        assert readings.last_told(session, network, "a") == MONDAY + timedelta(days=1)
