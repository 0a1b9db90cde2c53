"""Says what is believed of every series, as readings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.domain.phases import Direction, EnergyReading, Phase
from bot.judgement.arrays import Ints, np
from bot.judgement.energy.state import EBB, FLOW, NORMAL, RING, EnergyState
from bot.judgement.energy.usual import SMALL_MESSAGES, too_small

MIN_DAYS = 42
"""Listened days before a series is judged."""
_TREND_DAYS = 14

_PHASES = {EBB: Phase.EBB, NORMAL: Phase.STEADY, FLOW: Phase.FLOW}


def readings(state: EnergyState, day: date, alerts: Iterable[int]) -> list[EnergyReading]:
    """Say what is believed of every series today; UNKNOWN of those too young or too small."""
    early = (state.listened < MIN_DAYS) | ~np.isfinite(state.level[0])
    quiet_lately = state.recent[2].sum(axis=0) < SMALL_MESSAGES * RING / 7
    unknown = early | (too_small(state) & quiet_lately & ~state.still)
    probability = state.belief[state.phase, np.arange(len(early))]
    probability = np.where(state.still, np.maximum(probability, state.belief[EBB]), probability)
    columns = (unknown, state.still, state.phase, probability, state.since, _trend(state))
    due = set(alerts)
    return [
        _reading(day, *row, is_alert=index in due)
        for index, row in enumerate(zip(*(c.tolist() for c in columns), strict=True))
    ]


_WAYS = {1: Direction.RISING, 0: Direction.LEVEL, -1: Direction.FALLING}


def _reading(
    day: date,
    unknown: bool,
    still: bool,
    phase: int,
    probability: float,
    since: int,
    trend: int,
    *,
    is_alert: bool,
) -> EnergyReading:
    if unknown:
        return EnergyReading(
            day=day, phase=Phase.UNKNOWN, direction=Direction.LEVEL, probability=0.0
        )
    inside = still or phase != NORMAL
    return EnergyReading(
        day=day,
        phase=Phase.STILL if still else _PHASES[phase],
        direction=_WAYS[trend],
        probability=probability,
        since=date.fromordinal(since) if inside else None,
        is_alert=is_alert,
    )


def _trend(state: EnergyState) -> Ints:
    """1 rising, 0 level, -1 falling: the last fourteen listened days against those before."""
    ages = np.arange(RING)[:, None]
    places = (state.listened - ages) % RING
    ordered = np.take_along_axis(state.recent[:2], places[None], axis=1)
    new, old = ordered[:, :_TREND_DAYS].sum(axis=1), ordered[:, _TREND_DAYS:].sum(axis=1)
    change = np.log((new[0] + 1) / (new[1] + 1)) - np.log((old[0] + 1) / (old[1] + 1))
    level = np.maximum(np.nan_to_num(state.level[1]), 0.02)
    noise = (1 / (level * _TREND_DAYS) + state.dispersion[1] / _TREND_DAYS) / state.memory[1]
    bar = np.maximum(0.15, 1.3 * np.sqrt(2 * noise))
    trend: Ints = (change > bar).astype(int) - (change < -bar).astype(int)
    return trend
