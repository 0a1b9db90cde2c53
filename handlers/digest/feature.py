"""The feature itself, its settings, and which week is which."""

from __future__ import annotations

from datetime import date, time, timedelta

from msgspec import Struct

from bot.domain.schedule import Weekday, Weekly, week_name, week_start
from bot.feature import Feature, Period

WEEK = timedelta(days=7)
YEARS = range(1990, 2990)


class Settings(Struct, frozen=True, kw_only=True):
    """On which day of the week and at what time, in the network's own time zone."""

    day: Weekday = Weekday.FRIDAY
    at: str = "12:00"


feature = Feature("digest", Settings, writes="to ask whether you would choose what a digest tells")


def schedule(settings: Settings) -> Weekly:
    """When the digest is due."""
    return Weekly(day=settings.day, at=time.fromisoformat(settings.at))


def period_of(settings: Settings, week: str, *, is_preview: bool = False) -> Period:
    """The seven days that the digest of *week* tells of: those before the day it is posted on.

    Raises:
        ValueError: *week* is not of the shape "2026-W10", or further away than anybody talks of.
    """
    monday = week_start(week)
    if monday.year not in YEARS:
        raise ValueError(f"{week} is too far away")
    posted = monday + timedelta(days=settings.day.offset)
    return Period(
        name=week, first=posted - WEEK, last=posted - timedelta(days=1), is_preview=is_preview
    )


def newest_week(settings: Settings, day: date) -> str:
    """The first week whose digest tells of *day*."""
    this = week_name(day)
    return this if period_of(settings, this).last >= day else week_name(day + WEEK)
