"""Weeks with other than exactly one digest, over all zones: ``python benchmarks/weeks.py``.

Every zone of the zone database, 30 years, several weekdays and times, two processes that tick
through restarts, downtimes of up to six days and clocks that jump. It takes minutes; the tests
run the same on a sample.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.schedule import Weekday, Weekly, week_name

BEGIN = datetime(2000, 1, 3, tzinfo=UTC)
LATE = timedelta(days=6)
TIMES = [(Weekday.MONDAY, time(0)), (Weekday.FRIDAY, time(12)), (Weekday.SUNDAY, time(2, 30))]
TIMES += [(Weekday.SATURDAY, time(23, 59)), (Weekday.SUNDAY, time(1))]


def zones() -> list[str]:
    """Every zone of the zone database."""
    return sorted(available_timezones() - {"localtime", "Factory"})


def ticks(chance: random.Random, *, years: int) -> Iterator[datetime]:
    """When processes look at the clock: some hours apart, with downtimes of up to six days.

    Now and then it is a clock that has been put back or forth by an hour, for one look.
    """
    now, end = BEGIN, BEGIN + timedelta(days=365.25 * years)
    while now < end:
        yield now
        if chance.random() < 0.02:
            yield now + timedelta(hours=chance.choice([-1, 1]))
        hours = 140 if chance.random() < 0.05 else chance.uniform(10, 60)
        now += timedelta(hours=hours)


def runs(weekly: Weekly, zone: ZoneInfo, moments: Iterable[datetime]) -> Counter[str]:
    """How many digests each ISO week got, where the name of a week can be taken once."""
    taken: set[str] = set()
    posted: Counter[str] = Counter()
    for now in moments:
        slot = weekly.latest(now=now, zone=zone)
        if slot.due < BEGIN or slot.name in taken:
            continue
        taken.add(slot.name)
        if now - slot.due <= LATE:
            posted[slot.name] += 1
    return posted


def weeks(years: int) -> list[str]:
    """The names of all whole weeks, but for those at the edges."""
    number = int(years * 365.25 / 7) - 3
    return [week_name((BEGIN + timedelta(weeks=week)).date()) for week in range(2, number)]


def wrong(zone_name: str, *, years: int, seed: int, times: Iterable[tuple[Weekday, time]]) -> int:
    """How many weeks of a zone have other than exactly one digest."""
    zone = ZoneInfo(zone_name)
    found = 0
    for day, at in times:
        chance = random.Random(f"{zone_name} {day} {at} {seed}")
        posted = runs(Weekly(day=day, at=at), zone, ticks(chance, years=years))
        found += sum(posted[name] != 1 for name in weeks(years))
    return found


def main() -> None:
    """Print the figure for all zones."""
    years = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    names = zones()
    bad = sum(wrong(name, years=years, seed=1, times=TIMES) for name in names)
    total = len(names) * len(TIMES) * len(weeks(years))
    print(f"weeks with other than exactly one: {bad} of {total:,}")


if __name__ == "__main__":
    main()
