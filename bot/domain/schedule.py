"""When something is due: weekly, daily or hourly slots in a network's own time zone, by name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

REMEMBERED = 1024
"""How many slots are known without being worked out again: time zones take their time."""


_DAYS = [timedelta(days=n) for n in (1, 0, -1, -2)]
_WEEKS = [timedelta(weeks=n) for n in (1, 0, -1, -2)]
"""Newest first; two back, since yesterday may be a day that the zone left out, as in Samoa 2011."""


class Weekday(StrEnum):
    """The days of the week, as a lead writes them."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def offset(self) -> int:
        """Days after Monday."""
        return list(Weekday).index(self)


class Slot(Struct, frozen=True, order=True):
    """One occasion: the instant at which it is due (UTC), and the name that makes it one."""

    due: datetime
    name: str


class Weekly(Struct, frozen=True, kw_only=True):
    """Once in every ISO week of the network: "2026-W10"."""

    day: Weekday
    at: time

    def latest(self, *, now: datetime, zone: ZoneInfo) -> Slot:
        """The newest slot that is due at *now*."""
        today = _local_day(now, zone)
        monday = today - timedelta(days=today.weekday())
        return _latest(now, (self.slot(monday + each, zone) for each in _WEEKS))

    @lru_cache(maxsize=REMEMBERED)  # noqa: B019 - a schedule is a value, and there are few
    def slot(self, monday: date, zone: ZoneInfo) -> Slot:
        """The slot of the week that begins on *monday*."""
        due = _instant(monday + timedelta(days=self.day.offset), self.at, zone)
        return Slot(due, week_name(monday))


class Daily(Struct, frozen=True, kw_only=True):
    """Once on every local date of the network: "2026-03-09"."""

    at: time

    def latest(self, *, now: datetime, zone: ZoneInfo) -> Slot:
        """The newest slot that is due at *now*."""
        today = _local_day(now, zone)
        return _latest(now, (self.slot(today + each, zone) for each in _DAYS))

    @lru_cache(maxsize=REMEMBERED)  # noqa: B019
    def slot(self, day: date, zone: ZoneInfo) -> Slot:
        """The slot of *day*."""
        return Slot(_instant(day, self.at, zone), day.isoformat())


class Hourly(Struct, frozen=True, kw_only=True):
    """At *minute* past each hour from *first* to *last*, on every local date: "2026-03-09T10".

    Or again and again within each of these hours, *every* so many minutes: "2026-03-09T10:05".
    """

    first: int
    last: int
    minute: int
    every: int = 60

    def latest(self, *, now: datetime, zone: ZoneInfo) -> Slot:
        """The newest slot that is due at *now*."""
        today = _local_day(now, zone)
        for back in range(-1, 2):
            slots = self.slots(today - timedelta(days=back), zone)
            if slots[0].due <= now:
                return _latest(now, reversed(slots))
        return self.slots(today - timedelta(days=2), zone)[-1]

    @lru_cache(maxsize=REMEMBERED)  # noqa: B019
    def slots(self, day: date, zone: ZoneInfo) -> list[Slot]:
        """The slots of *day*, in their order."""
        return [
            Slot(_instant(day, at, zone), f"{day.isoformat()}T{self._named(at)}")
            for at in self._times
        ]

    @property
    def _times(self) -> list[time]:
        hours = range(self.first, self.last + 1)
        return [
            time(hour, minute) for hour in hours for minute in range(self.minute, 60, self.every)
        ]

    def _named(self, at: time) -> str:
        return f"{at:%H}" if self.every == 60 else f"{at:%H:%M}"


Schedule = Weekly | Daily | Hourly


def week_name(day: date) -> str:
    """The ISO week that holds *day*: "2026-W10"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def week_start(name: str) -> date:
    """The Monday of a week's name.

    Raises:
        ValueError: *name* is not of the shape "2026-W10".
    """
    year, _, week = name.partition("-W")
    return date.fromisocalendar(int(year), int(week), 1)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of a local time: the first of two, or as far after a gap as it lay within it."""
    return datetime.combine(day, at, zone).astimezone(UTC)


@lru_cache(maxsize=64)
def _local_day(now: datetime, zone: ZoneInfo) -> date:
    """The date there *now*, which every schedule asks at every tick."""
    return now.astimezone(zone).date()


def _latest(now: datetime, slots: Iterable[Slot]) -> Slot:
    """The first of *slots*, newest first, that is due."""
    return next(slot for slot in slots if slot.due <= now)
