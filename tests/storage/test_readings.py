"""Readings are kept once a day, whatever day they are made on, and people's words before them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from bot.domain.events import MessagePosted
from bot.domain.phases import Direction, EnergyReading, Phase
from bot.storage import listening, places, readings
from bot.storage.places import Network
from bot.storage.rhythm import Decision, EnergyMemory, Reading
from handlers import energy
from handlers.energy.reading import bring_up_to_date
from tests.conftest import Community
from tests.town import MONDAY, Town

TODAY = MONDAY.date()
NAMES = [f"person{n}" for n in range(14)]
WEEKS = 12


def history(town: Town, *, seed: int = 5, weeks: int = WEEKS) -> list[MessagePosted]:
    """Weeks up to yesterday, lively at first and then half as much, in two channels."""
    rng, found = Random(seed), list[MessagePosted]()
    for back in range(weeks * 7, 0, -1):
        at = town.now - timedelta(days=back)
        if at.weekday() > 4:
            continue
        share = 0.7 if back > 28 else 0.25
        for name in NAMES:
            if rng.random() < share:
                channel = rng.choice(["general", "ward"])
                found.append(town.message(name, channel=channel, at=at, hours=8 * rng.random()))
    return found


def reads(town: Town, through: date) -> None:
    """Bring the readings up to date through a day."""
    with town.app.context(town.network, occasion="test") as ctx:
        bring_up_to_date(ctx, through=through, sensitivity=1.0)


Row = tuple[int, str, str, str, str, float, date | None, bool]


def kept(town: Town) -> list[Row]:
    """All readings, channels by their names."""
    with town.sessions.begin() as session:
        names = {0: ""}
        names |= {each.id: each.name for each in places.channels(session, town.network)}
        return sorted(
            (
                row.day.toordinal(),
                names[row.channel_id],
                row.phase,
                row.direction,
                f"{row.since}",
                round(row.probability, 9),
                row.since,
                row.is_alert,
            )
            for row in session.scalars(select(Reading))
        )


def lived(town: Town, messages: list[MessagePosted]) -> Town:
    """*town*, which reads every day right after it, as *messages* come in day by day."""
    for day in sorted({message.ts // 86_400_000_000 for message in messages}):
        town.recounts(*(each for each in messages if each.ts // 86_400_000_000 == day))
        reads(town, date(1970, 1, 1) + timedelta(days=day))
    reads(town, TODAY - timedelta(days=1))
    return town


def at_once(town: Town, messages: list[MessagePosted]) -> Town:
    """*town*, which reads all of it today."""
    town.recounts(*messages)
    reads(town, TODAY - timedelta(days=1))
    return town


def test_reading_day_by_day_and_all_at_once_come_to_the_same(community: Community) -> None:
    first, second = community(), community()
    daily = kept(lived(first, history(first)))
    assert daily == kept(at_once(second, history(second)))
    assert {row[1] for row in daily} == {"", "general", "ward"}
    assert {row[2] for row in daily if not row[1]} >= {"steady", "ebb"}
    assert sum(not row[1] for row in daily) == WEEKS * 7


def test_what_comes_late_is_read_as_if_it_had_been_there(community: Community) -> None:
    first, second = community(), community()
    messages = history(first)
    late = [each for n, each in enumerate(messages) if n % 9 == 0]
    rest = [each for each in messages if each not in late]
    at_once(first, rest)
    before = kept(first)
    first.recounts(*late)
    reads(first, TODAY - timedelta(days=1))
    assert kept(first) != before
    assert kept(first) == kept(at_once(second, history(second)))


def test_what_is_deleted_is_read_as_if_it_had_never_been(community: Community) -> None:
    first, second = community(), community()
    messages = history(first)
    gone = [each for n, each in enumerate(messages) if n % 9 == 0]
    at_once(first, messages)
    for message in gone:
        first.deletes(message.ts, channel=message.channel.rpartition("C-")[2])
    reads(first, TODAY - timedelta(days=1))
    rest = [each for n, each in enumerate(history(second)) if n % 9]
    assert kept(first) == kept(at_once(second, rest))


def test_reading_again_what_was_read_changes_nothing(town: Town) -> None:
    at_once(town, history(town))
    before = kept(town)
    reads(town, TODAY - timedelta(days=1))
    reads(town, TODAY - timedelta(days=30))
    assert kept(town) == before


def test_days_that_were_not_listened_to_are_no_ebb(community: Community) -> None:
    phases = []
    for is_deaf in (False, True):
        town = community()
        messages = history(town, weeks=WEEKS)
        cut = town.now - timedelta(days=28)
        heard = [each for each in messages if each.ts < cut.timestamp() * 1e6]
        if is_deaf:
            with town.sessions.begin() as session:
                begin = town.now - timedelta(weeks=WEEKS + 1)
                spans = [(begin, cut.replace(hour=0)), (town.now.replace(hour=0), town.now)]
                for since, until in spans:
                    listening.listened(
                        session,
                        town.workspace,
                        since=int(since.timestamp() * 1e6),
                        until=int(until.timestamp() * 1e6),
                    )
        at_once(town, heard)
        phases.append({row[2] for row in kept(town) if not row[1] and row[0] > cut.toordinal()})
    silent, deaf = phases
    assert silent & {"ebb", "still"}
    assert not deaf & {"ebb", "still"}


def test_a_history_longer_than_the_filter_needs_is_read_from_its_newest_part(town: Town) -> None:
    town.recounts(town.message("ada", at=town.now - timedelta(days=2000)))
    town.recounts(*history(town, weeks=3))
    reads(town, TODAY - timedelta(days=1))
    with town.sessions.begin() as session:
        assert session.scalar(select(func.min(Reading.day))) == TODAY - timedelta(days=731)


def test_of_nothing_nothing_is_read(town: Town) -> None:
    reads(town, TODAY)
    assert kept(town) == []
    with town.sessions.begin() as session:
        assert session.scalars(select(EnergyMemory)).all() == []


def test_a_channels_reading_holds_until_its_phase_changes(town: Town) -> None:
    steady = EnergyReading(
        day=TODAY, phase=Phase.STEADY, direction=Direction.LEVEL, probability=0.9
    )
    ebb = EnergyReading(day=TODAY, phase=Phase.EBB, direction=Direction.FALLING, probability=0.8)
    with town.sessions.begin() as session:
        network = session.scalars(select(Network)).one()
        before = dict[int, str]()
        for ahead, of_channel in enumerate((steady, steady, ebb, ebb, steady)):
            day = TODAY + timedelta(days=ahead)
            readings.keep(session, network, day, {0: steady, 7: of_channel}, before=before)
        session.flush()
        found = [
            readings.newest(session, network, through=TODAY + timedelta(days=ahead), channel_id=7)
            for ahead in range(5)
        ]
        assert [each and each.phase for each in found] == [
            Phase.STEADY, Phase.STEADY, Phase.EBB, Phase.EBB, Phase.STEADY,
        ]  # fmt: skip
        assert session.scalar(select(func.count()).where(Reading.channel_id == 7)) == 3
        assert len(readings.timeline(session, network, since=TODAY)) == 5
        assert readings.phases(session, network) == {0: "steady", 7: "steady"}
        earlier = TODAY - timedelta(days=1)
        assert readings.newest(session, network, through=earlier, channel_id=7) is None
        readings.forget_from(session, network, TODAY + timedelta(days=2))
        assert readings.phases(session, network) == {0: "steady", 7: "steady"}
        assert len(readings.timeline(session, network, since=TODAY)) == 2


def test_the_newest_word_of_people_comes_first(town: Town) -> None:
    town.says("ada")
    with town.sessions.begin() as session:
        network = session.scalars(select(Network)).one()
        ada = places.person_at(session, town.person("ada"))
        assert ada is not None
        for day, text in enumerate(("a conference", "the rota", "winter")):
            at = town.now + timedelta(days=day)
            readings.note(session, network, ada, text, now=at)
        since = town.now + timedelta(days=1)
        found = readings.notes(session, network, since=since)
        assert [(note.text, name) for note, name in found] == [
            ("winter", "Ada"), ("the rota", "Ada"),
        ]  # fmt: skip


def skips(town: Town, *reasons: str) -> list[str]:
    """What is kept once each of *reasons* was given for silence, a day after another."""
    with town.sessions.begin() as session:
        network = session.scalars(select(Network)).one()
        for day, reason in enumerate(reasons):
            at = town.now + timedelta(days=day)
            readings.skip_once(session, network, "energy.alert", reason, now=at)
            session.flush()
        rows = readings.decisions(session, network, since=town.now)
        return [row.reason for row in reversed(rows)]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param("aaaa", "a", id="the same reason, once"),
        pytest.param("aabb", "ab", id="a new reason, too"),
        pytest.param("aba", "aba", id="an old reason that holds again"),
    ],
)
def test_a_reason_for_silence_is_kept_once_while_it_holds(
    town: Town, given: str, told: str
) -> None:
    assert "".join(skips(town, *given)) == told


def test_when_leads_were_last_told_is_known_and_silence_is_no_telling(town: Town) -> None:
    with town.sessions.begin() as session:
        network = session.scalars(select(Network)).one()

        def decides(days: int, *, what: str = "energy.alert", did_speak: bool = True) -> datetime:
            at = town.now + timedelta(days=days)
            session.add(
                Decision(network_id=network.id, at=at, what=what, did_speak=did_speak, reason="why")
            )
            session.flush()
            return at

        assert readings.last_told(session, network, "energy.alert") is None
        decides(0)
        told = decides(1)
        decides(2, did_speak=False)
        decides(3, what="digest")
        assert readings.last_told(session, network, "energy.alert") == told


def test_the_sections_sensitivity_is_one_of_three(community: Community) -> None:
    alerts = {}
    for sensitivity in ("sooner", "calmer"):
        town = community(energy={"sensitivity": sensitivity})
        town.recounts(*history(town))
        town.runs("energy.read")
        with town.sessions.begin() as session:
            days = [row.day for row in session.scalars(select(Reading).where(Reading.is_alert))]
        alerts[sensitivity] = min(days, default=TODAY)
    assert alerts["sooner"] < alerts["calmer"]
    assert energy.Settings().sensitivity == "usual"
