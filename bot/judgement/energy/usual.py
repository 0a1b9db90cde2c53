"""What is usual for a series: how much to expect of a day or a week, and within which range."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct

from bot.judgement.arrays import Bools, np
from bot.judgement.energy.baseline import day_factors
from bot.judgement.energy.state import MESSAGES, PEOPLE, EnergyState, Rhythm

SMALL_PEOPLE_DAYS = 8.0
SMALL_MESSAGES = 10.0
"""A usual week below either (10 messages are 2 a working day) is too small to tell most ebbs from
chance: at most one in three is ever found there."""
_NINE_IN_TEN = 1.645


class Range(Struct, frozen=True, kw_only=True):
    """An expected sum, and the bounds within which nine in ten ordinary spells fall."""

    expected: float
    low: float
    high: float


class Usual(Struct, frozen=True, kw_only=True):
    """What is usual for a series over some days; people are person-days.

    `since` is the first day of the new normal, where there was one. `is_too_small` says that ebbs
    cannot be told from chance here.
    """

    messages: Range
    people: Range
    conversations: Range
    is_too_small: bool
    since: date | None


def too_small(state: EnergyState) -> Bools:
    """Whether the usual week of each series is too small to tell its ebbs from chance."""
    week = 7 * np.nan_to_num(state.level)
    people_known = np.isfinite(state.level[PEOPLE])
    small: Bools = (week[MESSAGES] < SMALL_MESSAGES) | (
        people_known & (week[PEOPLE] < SMALL_PEOPLE_DAYS)
    )
    return small


def usual(
    state: EnergyState,
    series: str,
    *,
    first: date,
    days: int = 7,
    rhythms: Mapping[date, Rhythm] | None = None,
) -> Usual | None:
    """What *days* days from *first* on usually hold; None where it is too early to tell.

    Raises:
        ValueError: the series is unknown.
    """
    index = state.series.index(series)
    if not np.isfinite(state.level[0, index]):
        return None
    kinds = rhythms or {}
    mean, variance = np.zeros(3), np.zeros(3)
    for ahead in range(days):
        day = first + timedelta(days=ahead)
        kind = kinds.get(day, Rhythm.ORDINARY)
        one = (state.level * day_factors(state, day.weekday(), kind))[:, index]
        mean += one
        variance += one + state.dispersion[:, index] * one**2
    ranges = [_range(m, v) for m, v in zip(mean, variance / state.memory[:, index], strict=True)]
    rebased = int(state.rebased[index])
    return Usual(
        messages=ranges[0],
        people=ranges[1],
        conversations=ranges[2],
        is_too_small=bool(too_small(state)[index]),
        since=date.fromordinal(rebased) if rebased else None,
    )


def _range(mean: float, variance: float) -> Range:
    """Nine in ten, taken on the scale of square roots, where counts scatter evenly."""
    root = float(np.sqrt(mean))
    reach = _NINE_IN_TEN * float(np.sqrt(variance / max(mean, 1e-9))) / 2
    return Range(
        expected=float(mean), low=max(0.0, root - reach) ** 2, high=float((root + reach) ** 2)
    )
