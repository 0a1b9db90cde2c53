"""Days are read alike whether one by one or all at once, late, or with something taken out."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import msgspec
import pytest
from sqlalchemy import func, select, update

from bot.domain.events import MessagePosted
from bot.storage import listening, places
from bot.storage.rhythm import EnergyMemory, Reading
from handlers.energy.reading import bring_up_to_date
from tests.conftest import Community
from tests.town import MONDAY, Town

TODAY = MONDAY.date()
NAMES = [f"person{n}" for n in range(14)]
WEEKS = 11


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


@pytest.mark.parametrize("old", [b"", msgspec.msgpack.encode([b"an older", b"release"])])
def test_what_an_earlier_release_remembered_otherwise_is_begun_anew(
    community: Community, old: bytes
) -> None:
    town = community()
    at_once(town, history(town, weeks=8))
    before, remembered = kept(town), memory(town)
    with town.sessions.begin() as session:
        session.execute(update(EnergyMemory).values(state=old))
    reads(town, TODAY - timedelta(days=1))
    assert kept(town) == before
    assert memory(town) == remembered


def memory(town: Town) -> bytes | None:
    """What is remembered of the town's energy."""
    with town.sessions.begin() as session:
        return session.scalar(select(EnergyMemory.state))


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
