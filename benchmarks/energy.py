"""Measures the energy filter: speed and bytes for 10,000 channels, and quality on planted phases.

    python benchmarks/energy.py [--workspaces 24] [--seed 1]

Quality: workspaces of twelve channels with 0.7 to 200 messages a day, two years each; negative-
binomial counts with weekday profile, autocorrelated noise, holidays, an August dip, unlisted days
off and one-day parties; planted ebbs (x0.25 to 0.7) and flows (x1.5 to 3) of 10 to 60 days, four
in ten with a ramp. A phase is found by an alert of its kind from 2 days before its start to 30
days after; an alert outside every phase of its kind is false (10 days of grace after it, 21 for
the rebound kind); F1 counts days in the right phase, give or take 2 days.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.judgement.energy import advance, begin, dumps, loads
from bot.judgement.energy.interface import rhythm_of
from bot.judgement.energy.state import EBB, FLOW, Floats

START = date(2023, 1, 2)
DAYS = 730
CHANNELS = 12
EASTER = (date(2023, 4, 7), date(2023, 4, 10), date(2024, 3, 29), date(2024, 4, 1))
FIXED = ((1, 1), (5, 1), (5, 29), (8, 28), (12, 25), (12, 26))
HOLIDAYS = {date(y, m, d) for y in (2023, 2024) for m, d in FIXED} | set(EASTER)
Kinds = NDArray[np.int8]


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A planted phase of one channel: days start to end, both within."""

    channel: int
    kind: int
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """Counts of shape (3, channels, days), and the truth."""

    counts: Floats
    phases: list[Phase]


def draw(rng: np.random.Generator, mean: Floats, scatter: float | Floats) -> Floats:
    """Negative-binomial counts of that mean, with variance mean + scatter mean^2."""
    rate = rng.gamma(1 / scatter, np.maximum(mean * scatter, 1e-9))
    return rng.poisson(rate).astype(float)


def workspace(rng: np.random.Generator) -> Workspace:
    """One network of channels with phases planted and known."""
    level = np.exp(rng.uniform(np.log(0.7), np.log(200), CHANNELS))
    shape = calendar(rng)[None] * noise(rng)
    planted, phases = plant(rng)
    shape = shape * planted
    party = rng.random((CHANNELS, DAYS)) < 0.01
    people_level = level[:, None] ** 0.75
    people = draw(rng, people_level * shape * np.where(party, 2.0, 1.0), 0.06)
    chatter = (level[:, None] / people_level) * np.where(party, 3.0, 1.0)
    more = draw(rng, people * np.maximum(chatter - 1, 0.1), rng.uniform(0.2, 0.9, (CHANNELS, 1)))
    talks = np.minimum(draw(rng, 0.6 * people_level * shape, 0.08), people + more)
    return Workspace(counts=np.stack([people + more, people, talks]), phases=phases)


def calendar(rng: np.random.Generator) -> Floats:
    """The share of an ordinary day that each day carries, (days,)."""
    weekday = np.array([1, 1.1, 1.15, 1.05, 0.9, *rng.uniform(0.05, 0.5, 2)])
    share = np.ones(DAYS)
    for ahead in range(DAYS):
        day = START + timedelta(days=ahead)
        share[ahead] = weekday[day.weekday()]
        if day in HOLIDAYS and day.weekday() < 5:
            share[ahead] *= 0.3
        elif (day.month, day.day) >= (12, 23) or (day.month, day.day) <= (1, 2):
            share[ahead] *= 0.4
        if day.month == 8:
            share[ahead] *= 0.85
    share[rng.choice(DAYS, 6, replace=False)] *= 0.3
    return share


def noise(rng: np.random.Generator) -> Floats:
    """Slow autocorrelated wandering of every channel, mean one, (channels, days)."""
    size = rng.uniform(0.05, 0.3, CHANNELS)
    log = np.zeros((CHANNELS, DAYS))
    log[:, 0] = rng.normal(0, size)
    for ahead in range(1, DAYS):
        log[:, ahead] = 0.8 * log[:, ahead - 1] + rng.normal(0, size * 0.6)
    return np.asarray(np.exp(log - (size**2 / 2)[:, None]))


def plant(rng: np.random.Generator) -> tuple[Floats, list[Phase]]:
    """Factors of shape (channels, days), and the phases that make them."""
    factors, phases = np.ones((CHANNELS, DAYS)), []
    for channel in range(CHANNELS):
        start = int(rng.integers(70, 200))
        while start < DAYS - 60:
            kind = EBB if rng.random() < 0.5 else FLOW
            low, high = (0.25, 0.7) if kind == EBB else (1.5, 3.0)
            size = np.exp(rng.uniform(np.log(low), np.log(high)))
            length = int(rng.integers(10, 61))
            factor = np.full(length, size)
            if rng.random() < 0.4:
                ramp = length // 3
                factor[:ramp] = size ** (np.arange(1, ramp + 1) / (ramp + 1))
            factors[channel, start : start + length] = factor
            end = start + length - 1
            phases.append(Phase(channel=channel, kind=kind, start=start, end=end))
            start += length + int(rng.integers(45, 220))
    return factors, phases


@dataclass(kw_only=True)
class Score:
    """Sums over workspaces; `row` says them as shares."""

    planted: int = 0
    found: int = 0
    soon: int = 0
    false: int = 0
    years: float = 0
    hit: int = 0
    said: int = 0
    caught: int = 0
    true: int = 0
    by_kind: dict[int, list[int]] = field(default_factory=dict)

    def row(self) -> str:
        precision, recall = self.hit / max(self.said, 1), self.caught / max(self.true, 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        return (
            f"{self.found / self.planted:7.2f} {self.soon / self.planted:9.2f} {f1:7.2f} "
            f"{self.false / self.years:9.2f}   n={self.planted}"
        )


Alerts = list[tuple[int, int, int]]
"""(channel, day, kind) of every alert."""


def score(total: Score, space: Workspace, alerts: Alerts, said: Kinds) -> None:
    """Add one workspace's outcome; *said* is the phase of every channel and day."""
    total.years += CHANNELS * DAYS / 365.25
    truth = np.full((CHANNELS, DAYS), 1, np.int8)
    for phase in space.phases:
        truth[phase.channel, phase.start : phase.end + 1] = phase.kind
        days = [d for c, d, k in alerts if c == phase.channel and k == phase.kind]
        last = min(phase.end, phase.start + 30)
        total.planted += 1
        total.found += any(phase.start - 2 <= d <= last for d in days)
        total.soon += any(phase.start - 2 <= d <= min(last, phase.start + 14) for d in days)
    total.false += sum(is_false(space, *alert) for alert in alerts)
    for kind in (EBB, FLOW):
        is_true, is_said = truth == kind, said == kind
        total.true += int(is_true.sum())
        total.said += int(is_said.sum())
        total.hit += int((is_said & near(is_true)).sum())
        total.caught += int((is_true & near(is_said)).sum())


def near(days: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Days within two of a true one."""
    wide = days.copy()
    for shift in (1, 2):
        wide[:, shift:] |= days[:, :-shift]
        wide[:, :-shift] |= days[:, shift:]
    return wide


def is_false(space: Workspace, channel: int, day: int, kind: int) -> bool:
    """Whether an alert lies outside every phase of its kind, with grace."""
    for phase in space.phases:
        grace = 10 if phase.kind == kind else 21
        first = phase.start - 2 if phase.kind == kind else phase.end
        if phase.channel == channel and first <= day <= phase.end + grace:
            return False
    return True


def filtered(space: Workspace) -> tuple[Alerts, Kinds]:
    """Our own filter, day by day."""
    state = begin(start=START, series=[str(c) for c in range(CHANNELS)])
    alerts: Alerts = []
    said = np.ones((CHANNELS, DAYS), np.int8)
    for ahead in range(DAYS):
        day = START + timedelta(days=ahead)
        rhythm = rhythm_of(day, HOLIDAYS)
        advance(state, day=day, counts=space.counts[:, :, ahead].T, rhythm=rhythm)
        said[:, ahead] = state.phase
        fresh = (state.last_alert == state.today) & (state.phase == np.array([[EBB], [FLOW]]))
        alerts += [(int(c), ahead, (EBB, FLOW)[side]) for side, c in np.argwhere(fresh)]
    return alerts, said


def week_over_week(low: float, high: float) -> Callable[[Workspace], tuple[Alerts, Kinds]]:
    """The usual rule on seven-day sums of messages, seven days between alerts of a kind."""

    def run(space: Workspace) -> tuple[Alerts, Kinds]:
        sums = np.cumsum(np.pad(space.counts[0], ((0, 0), (1, 0))), axis=1)
        week = sums[:, 7:] - sums[:, :-7]
        ratio = np.full((CHANNELS, DAYS), 1.0)
        ratio[:, 13:] = (week[:, 7:] + 0.5) / (week[:, :-7] + 0.5)
        said = np.where(ratio <= low, EBB, np.where(ratio >= high, FLOW, 1)).astype(np.int8)
        said[:, :42] = 1
        alerts: Alerts = []
        last: dict[tuple[int, int], int] = {}
        for channel, ahead in np.argwhere(said != 1):
            key = (int(channel), int(said[channel, ahead]))
            if ahead - last.get(key, -7) >= 7:
                last[key] = int(ahead)
                alerts.append((key[0], int(ahead), key[1]))
        return alerts, said

    return run


def quality(count: int, seed: int) -> None:
    """Print the outcome of the filter beside the week-over-week rule."""
    spaces = [workspace(np.random.default_rng([seed, i])) for i in range(count)]
    rows: dict[str, Callable[[Workspace], tuple[Alerts, Kinds]]] = {
        "this filter": filtered,
        "week over week, -30 % / +50 %": week_over_week(0.7, 1.5),
        "week over week, -67 % / +200 %": week_over_week(1 / 3, 3.0),
        "week over week, -80 % / +400 %": week_over_week(0.2, 5.0),
    }
    print(f"{'':32}  found  within14      F1  false/yr")
    for name, method in rows.items():
        total = Score()
        for space in spaces:
            score(total, space, *method(space))
        print(f"{name:32}{total.row()}")


def speed(channels: int, days: int, every: int = 7) -> None:
    """Print the time of ordinary and of refit days, and the bytes of state per channel."""
    rng = np.random.default_rng(5)
    level = np.exp(rng.uniform(np.log(0.7), np.log(200), channels))
    state = begin(start=START, series=[str(i) for i in range(channels)])
    ordinary, refits = [], []
    for ahead in range(days):
        people = rng.poisson(level**0.75)
        counts = np.stack([rng.poisson(level), people, np.minimum(people, 5)], axis=1).astype(float)
        before = time.perf_counter()
        advance(state, day=START + timedelta(days=ahead), counts=counts)
        (ordinary if ahead % every else refits).append(time.perf_counter() - before)
    blob = dumps(state)
    before = time.perf_counter()
    loads(blob)
    loading = time.perf_counter() - before
    print(
        f"{channels:6} channels: a day {np.median(ordinary) * 1e3:.2f} ms, with the weekly refit "
        f"{np.median(refits) * 1e3:.2f} ms (slowest {max(refits) * 1e3:.0f}), "
        f"{len(blob) / channels:,.0f} bytes each, loading {loading * 1e3:.1f} ms, "
        f"{days} days in {sum(ordinary) + sum(refits):.2f} s"
    )


def main() -> None:
    """Run all measurements."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--workspaces", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    speed(10_000, 36)
    speed(30, 182)
    speed(24, 3287)
    quality(asked.workspaces, asked.seed)


if __name__ == "__main__":
    main()
