"""One day's step of the phase filter for many series at once."""

from __future__ import annotations

from datetime import date

from bot.domain.phases import EnergyReading
from bot.judgement.arrays import Bools, Floats, Ints, np
from bot.judgement.energy import baseline, belief, trust
from bot.judgement.energy.reading import MIN_DAYS, readings
from bot.judgement.energy.state import (
    EBB,
    FLOW,
    MESSAGES,
    NORMAL,
    PEOPLE,
    RING,
    START_BELIEF,
    Counts,
    EnergyState,
    Rhythm,
    add_series,
)

NEW_NORMAL_DAYS = 56
"""Listened days in a phase after which it is the new normal."""
_ALERT_GAP = 7
_STILL_MESSAGES = 2.0
_STILL_EXPECTED = 20.0
_CLIP = 5.0
_LEAST = 0.15
"""A day of the usual level holds at least one message a week, so that one person is no flow."""


def advance(
    state: EnergyState,
    *,
    day: date,
    counts: Counts,
    rhythm: Rhythm = Rhythm.ORDINARY,
    sensitivity: float = 1.0,
) -> list[EnergyReading]:
    """Take in one complete local day, changing *state*, and read every series, in its order.

    A series missing from a mapping was not listened to; an unknown one joins today. Days left out
    since the last step count as not listened to.

    Raises:
        ValueError: the day is not after the last one, or an array has the wrong shape.
    """
    today = day.toordinal()
    if today <= state.today:
        raise ValueError(f"{day} was read before")
    seen = _as_array(state, counts)
    while state.today < today - 1:
        _turn(state, Rhythm.ORDINARY)
    _turn(state, rhythm)
    alerts = _take(state, seen, rhythm, sensitivity)
    return readings(state, day, alerts)


def _as_array(state: EnergyState, counts: Counts) -> Floats:
    """The day's counts as (3, series), NaN where nobody listened."""
    if isinstance(counts, np.ndarray):
        if counts.shape != (len(state.series), 3):
            raise ValueError(f"counts of shape {counts.shape} for {len(state.series)} series")
        return np.asarray(counts.T, float)
    add_series(state, counts)
    nothing = (np.nan, np.nan, np.nan)
    rows = [counts.get(name) or nothing for name in state.series]
    return np.array(rows, float).reshape(-1, 3).T


def _turn(state: EnergyState, rhythm: Rhythm) -> None:
    """Begin the next day, and with a Monday a new week."""
    if state.today % 7 == 0:
        for weekly in (
            state.week_counts,
            state.week_factors,
            state.week_expected,
            state.week_variance,
            state.week_gain,
            state.week_heard,
        ):
            weekly[:-1] = weekly[1:]
            weekly[-1] = 0
        for daily, blank in ((state.counts, np.nan), (state.gated, 0), (state.rhythms, 0)):
            daily[:-7] = daily[7:]
            daily[-7:] = blank
        baseline.refit(state)
        trust.refit(state, baseline.ordinary_weeks(state))
    state.today += 1
    state.lately[0], state.lately[1] = state.lately[1].copy(), np.nan
    state.rhythms[_row(state.today)] = rhythm


def _row(ordinal: int) -> int:
    """The row, from the end, of a day of the current week."""
    return (ordinal - 1) % 7 - 7


def _take(state: EnergyState, seen: Floats, rhythm: Rhythm, sensitivity: float) -> Ints:
    """Let the day's counts change everything; returns the series with an alert today."""
    if rhythm is Rhythm.QUIET:
        seen = np.full_like(seen, np.nan)
    alive = (state.listened > 0) | (seen[0] > 0)
    seen = np.where(alive, seen, np.nan)
    known = np.isfinite(seen)
    listening = known[0]
    state.listened += listening
    weekday = (state.today - 1) % 7
    factors = baseline.day_factors(state, weekday, rhythm)
    started = np.isfinite(state.level[0])
    expected = np.where(np.isfinite(state.level), np.maximum(state.level, _LEAST), 0.0) * factors
    _remember(state, seen, known, factors, expected, started)
    baseline.learn_holiday(state, weekday, rhythm, seen)
    heard = listening & started
    gain, weights = belief.evidence(state, seen, expected)
    gain = np.where(heard, gain, 0.0)
    trust.note(state, gain, heard)
    gain *= state.trust
    state.belief = np.where(heard, belief.believe(state.belief, gain), state.belief)
    _follow_run(state, gain)
    _follow_recent(state, np.where(known, seen, 0.0), expected, weights, heard)
    return _decide(state, heard, sensitivity)


def _remember(
    state: EnergyState,
    seen: Floats,
    known: Bools,
    factors: Floats,
    expected: Floats,
    started: Bools,
) -> None:
    """Store the day for later refits, with one-day bursts clipped."""
    state.lately[1] = np.where(known[PEOPLE], seen[PEOPLE], seen[MESSAGES])
    variance = expected + state.dispersion * expected**2
    clip = np.where(started, expected + _CLIP * np.sqrt(variance) + 1, np.inf)
    clipped = np.minimum(seen, clip)
    state.counts[_row(state.today)] = clipped
    state.week_counts[-1] += np.where(known, clipped, 0)
    state.week_factors[-1] += np.where(known, factors, 0)
    state.week_expected[-1] += np.where(known, expected, 0)
    state.week_variance[-1] += np.where(known, variance, 0)


def _follow_run(state: EnergyState, gain: Floats) -> None:
    """Cumulate evidence; a run begins on the day it leaves zero (Page's CUSUM, 1954)."""
    idle = state.run <= 0
    state.run = np.maximum(state.run + gain, 0)
    state.run_start = np.where(idle, state.today, state.run_start).astype(np.int32)


def _follow_recent(
    state: EnergyState, seen: Floats, expected: Floats, weights: Floats, heard: Bools
) -> None:
    """Keep the latest listened days of every series, in a ring."""
    where = np.flatnonzero(heard)
    place = state.listened[where] % RING
    scale = weights / np.maximum(state.level, 0.02)
    day = np.stack([(seen * scale).sum(0), (expected * scale).sum(0), seen[0], expected[0]])
    state.recent[:, place, where] = day[:, where]


def _decide(state: EnergyState, heard: Bools, sensitivity: float) -> Ints:
    """Begin and end phases; returns the series with an alert today."""
    begins, ends = belief.enough(sensitivity, state.strictness)
    sides = state.belief[[EBB, FLOW]]
    for side, kind in enumerate((EBB, FLOW)):
        over = heard & (state.phase == kind) & (sides[side] < ends[side])
        state.phase[over] = NORMAL
        state.run[side, over] = 0
    ripe = heard & (state.listened >= MIN_DAYS)
    sure = (sides > begins) & ripe
    alerts: list[int] = []
    for side, kind in enumerate((EBB, FLOW)):
        fresh = sure[side] & (state.phase != kind) & (sides[side] >= sides[1 - side])
        alerts.extend(_enter(state, np.flatnonzero(fresh), side, kind))
    alerts.extend(_fall_still(state, ripe))
    inside = (state.phase != NORMAL) | state.still
    state.gated[_row(state.today)] = inside
    state.phase_days = np.where(state.phase != NORMAL, state.phase_days + heard, 0).astype(np.int32)
    for index in np.flatnonzero((state.phase_days >= NEW_NORMAL_DAYS) & ~state.still):
        _settle(state, int(index))
    return np.unique(np.array(alerts, np.int32))


def _enter(state: EnergyState, entering: Ints, side: int, kind: int) -> list[int]:
    """Put series into a phase since its estimated onset; returns those to speak of."""
    spoken = []
    for index in entering:
        onset = int(state.run_start[side, index])
        state.phase[index], state.since[index], state.phase_days[index] = kind, onset, 0
        if state.today - state.last_alert[side, index] >= _ALERT_GAP:
            state.last_alert[side, index] = state.today
            spoken.append(int(index))
    return spoken


def _fall_still(state: EnergyState, ripe: Bools) -> list[int]:
    """Mark series with almost nothing for four weeks where the usual level is far above."""
    messages, expected = state.recent[2:].sum(axis=1)
    still = (messages <= _STILL_MESSAGES) & (expected >= _STILL_EXPECTED) & ripe
    still |= state.still & ~ripe
    fresh = np.flatnonzero(still & ~state.still)
    for index in fresh:
        if state.phase[index] != EBB:
            state.since[index] = state.today - RING + 1
    state.still = still
    return [int(index) for index in fresh]


def _settle(state: EnergyState, index: int) -> None:
    """After eight weeks a phase is the new normal: begin again from there."""
    baseline.rebase(state, index)
    state.phase[index], state.phase_days[index] = NORMAL, 0
    state.belief[:, index] = START_BELIEF
    state.run[:, index] = 0
    state.recent[1, :, index] = state.recent[0, :, index].mean()
    state.recent[3, :, index] = state.recent[2, :, index].mean()
