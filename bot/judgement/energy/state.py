"""What is remembered about every series: half a year of days, its usual level, and a belief."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from math import nan

from bot.judgement.arrays import Arrays, Bools, Floats, Ints, np

DAYS = 182
"""Days of counts kept: 26 weeks, Monday to Sunday; the last seven rows are the current week."""
WEEKS = DAYS // 7
RING = 28
"""Listened days kept for the four-week and two-week views."""
MESSAGES, PEOPLE, CONVERSATIONS = range(3)
EBB, NORMAL, FLOW = range(3)

Counts = Mapping[str, tuple[float, float, float] | None] | Floats
"""A day's (messages, people, conversations) of each series, as a mapping, or as an array of shape
(series, 3) in the order of `EnergyState.series`. None or NaN: nobody was listening. A series may
know messages but not people or conversations: NaN there alone."""


class Rhythm(IntEnum):
    """What kind of day it is for the network."""

    ORDINARY = 0
    HOLIDAY = 1
    FESTIVE = 2
    """23 December to 2 January."""
    QUIET = 3
    """Declared quiet time: an ebb is expected, so the day says nothing."""


_PER_SERIES: dict[str, tuple[tuple[int, ...], str, float]] = {
    "counts": ((DAYS, 3), "float32", nan),
    "gated": ((DAYS,), "int8", 0),
    "week_counts": ((WEEKS, 3), "float32", 0),
    "week_factors": ((WEEKS, 3), "float32", 0),
    "week_expected": ((WEEKS, 3), "float32", 0),
    "week_variance": ((WEEKS, 3), "float32", 0),
    "week_gain": ((WEEKS, 2), "float32", 0),
    "week_heard": ((WEEKS,), "int8", 0),
    "profile": ((7, 3), "float64", 1),
    "level": ((3,), "float64", nan),
    "dispersion": ((3,), "float64", 0.4),
    "memory": ((3,), "float64", 0.5),
    "trust": ((), "float64", 1),
    "recent": ((4, RING), "float32", 0),
    "lately": ((2,), "float32", nan),
    "listened": ((), "int32", 0),
    "belief": ((3,), "float64", 0),
    "run": ((2,), "float64", 0),
    "run_start": ((2,), "int32", 0),
    "phase": ((), "int8", NORMAL),
    "since": ((), "int32", 0),
    "phase_days": ((), "int32", 0),
    "last_alert": ((2,), "int32", 0),
    "rebased": ((), "int32", 0),
    "still": ((), "bool", False),
}


@dataclass(slots=True, kw_only=True)
class EnergyState:
    """Everything remembered for a list of series; `advance` changes it in place.

    The last axis of every array but `rhythms` and `holidays` is the series. Statistics are in the
    order messages, people, conversations. Dates are proleptic ordinals, 0 for never.

    counts: clipped daily counts, NaN where nobody listened. gated: 1 on days inside a phase, which
    do not shape the usual level. week_*: sums over each week of counts, weekday and holiday
    factors, expected counts, the variance if days were independent, evidence for ebb and flow, and
    days heard. profile: weekday factors. level: usual counts a day. dispersion, memory: see
    `baseline`. trust: see `trust`. recent: the latest listened days
    (observed and expected, weighted; messages observed and expected). lately: the people, or where
    they are not known the messages, of yesterday and today, not clipped. listened: listened days
    since the first sign of life. belief: P(ebb, normal, flow). run: cumulated evidence for ebb and
    flow since `run_start`. rhythms: the kind of each of the last days. holidays: observed and
    expected sums, by class and statistic.
    """

    start: date
    series: list[str]
    strictness: float
    today: int
    counts: Floats
    gated: Ints
    week_counts: Floats
    week_factors: Floats
    week_expected: Floats
    week_variance: Floats
    week_gain: Floats
    week_heard: Ints
    profile: Floats
    level: Floats
    dispersion: Floats
    memory: Floats
    trust: Floats
    recent: Floats
    lately: Floats
    listened: Ints
    belief: Floats
    run: Floats
    run_start: Ints
    phase: Ints
    since: Ints
    phase_days: Ints
    last_alert: Ints
    rebased: Ints
    still: Bools
    rhythms: Ints
    holidays: Floats


START_BELIEF = (0.1, 0.8, 0.1)
_HOLIDAY_PRIOR = (0.35, 0.40)
_HOLIDAY_WEIGHT = 8.0


def blank(count: int) -> dict[str, Arrays]:
    """The per-series arrays of *count* series that nothing is known about."""
    arrays: dict[str, Arrays] = {
        name: np.full((*shape, count), fill, dtype)
        for name, (shape, dtype, fill) in _PER_SERIES.items()
    }
    arrays["belief"][:] = np.array(START_BELIEF)[:, None]
    return arrays


def shapes(count: int) -> dict[str, tuple[tuple[int, ...], str]]:
    """The shape and type of every array of a state of *count* series."""
    every = {name: ((*shape, count), dtype) for name, (shape, dtype, _) in _PER_SERIES.items()}
    return every | {"rhythms": ((DAYS,), "int8"), "holidays": ((2, 2, 3), "float64")}


def begin(*, start: date, series: Iterable[str] = (), strictness: float = 1.0) -> EnergyState:
    """A state that has seen nothing yet; its first day may be *start* or later.

    *strictness* multiplies the evidence an alert needs; a whole network takes `NETWORK_STRICTNESS`.
    """
    ids = list(series)
    if len(set(ids)) != len(ids):
        raise ValueError("a series is named twice")
    holidays = np.empty((2, 2, 3))
    holidays[:, 0] = _HOLIDAY_WEIGHT * np.array(_HOLIDAY_PRIOR)[:, None]
    holidays[:, 1] = _HOLIDAY_WEIGHT
    return EnergyState(
        start=start,
        series=ids,
        strictness=strictness,
        today=start.toordinal() - 1,
        rhythms=np.zeros(DAYS, np.int8),
        holidays=holidays,
        **blank(len(ids)),  # type: ignore[arg-type]
    )


def add_series(state: EnergyState, ids: Iterable[str]) -> None:
    """Let new series join; they know nothing of the days before."""
    new = [i for i in ids if i not in set(state.series)]
    if not new:
        return
    for name, fresh in blank(len(new)).items():
        setattr(state, name, np.concatenate([getattr(state, name), fresh], axis=-1))
    state.series.extend(new)
