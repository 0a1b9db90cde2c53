"""Coffee pairs: how often there is a round of them, and what came of a meeting."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from bot.domain.schedule import week_name

WEEK = timedelta(days=7)
KEPT = timedelta(days=365)
"""How long it is known who met whom, so that they don't meet again soon."""


class Cadence(StrEnum):
    """How often there is a round."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


class Came(StrEnum):
    """What somebody says of whether they met; "" until they say."""

    ALL = "all"
    SOME = "some"
    LATER = "later"
    NONE = "none"


def round_of(today: date, *, weekday: int, cadence: Cadence) -> str:
    """The name of the round that *today* may be held, "" where there is none this week.

    *weekday* (Monday is 0) is its day; where that is no working day, any after it in the week.
    A fortnight begins on every second Monday since Monday the first of January in the year 1;
    a month's round is in the week of the first such weekday.
    """
    monday = today - timedelta(days=today.weekday())
    planned = monday + timedelta(days=weekday)
    if today < planned:
        return ""
    if cadence is Cadence.MONTHLY:
        return f"{planned:%Y-%m}" if planned.day <= WEEK.days else ""
    if cadence is Cadence.FORTNIGHTLY and (monday.toordinal() // WEEK.days) % 2:
        return ""
    return week_name(monday)
