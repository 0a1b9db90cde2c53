"""Scores alerts and phases against what was planted, as the comparisons of energy methods need.

A phase is found by an alert of its kind from 2 days before its start to its end, at most 30 days
after its start; an alert outside every phase of its kind is false (10 days of grace after it, 21
for the rebound kind); an alert counts once in 7 days; F1 counts days in the right phase, give or
take 2 days.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

EBB, NORMAL, FLOW = range(3)
GAP = 7
"""Days between two alerts of a kind in a series."""
Kinds = NDArray[np.int8]
Table = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A planted phase of one series: days start to end, both within, times *size*."""

    channel: int
    kind: int
    start: int
    end: int
    size: float


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """Several series of a network from *start* on, tables of shape (series, days), and the truth.

    stats: n messages, p people, a conversations with a message that day, c conversations begun, pc
    pairs of a person and a conversation, d3 messages, at most 3 of a person.
    """

    start: date
    holidays: set[date]
    stats: dict[str, Table]
    phases: list[Phase]

    @property
    def series(self) -> int:
        """How many series there are."""
        return len(self.stats["n"])

    @property
    def days(self) -> int:
        """How many days they have."""
        return int(self.stats["n"].shape[1])


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a method says: the phase of every series and day, and its alerts."""

    said: Kinds
    alerts: list[tuple[int, int, int]]
    """(series, day, kind)."""


def planted(rng: np.random.Generator, channel: int, days: int) -> list[tuple[Phase, int]]:
    """Phases of a series, each with the days of its ramp: four in ten come slowly."""
    out: list[tuple[Phase, int]] = []
    start = int(rng.integers(70, 200))
    while start < days - 60:
        kind = EBB if rng.random() < 0.5 else FLOW
        low, high = (0.25, 0.7) if kind == EBB else (1.5, 3.0)
        size = float(np.exp(rng.uniform(np.log(low), np.log(high))))
        length = int(rng.integers(10, 61))
        ramp = length // 3 if rng.random() < 0.4 else 0
        end = start + length - 1
        out.append((Phase(channel=channel, kind=kind, start=start, end=end, size=size), ramp))
        start = end + 1 + int(rng.integers(45, 220))
    return out


def with_gaps(said: Kinds) -> list[tuple[int, int, int]]:
    """Alerts of a method that only says phases: as one begins, and seven days after the last."""
    alerts = []
    last: dict[tuple[int, int], int] = {}
    for channel, day in np.argwhere(said != NORMAL):
        kind = int(said[channel, day])
        begins = day == 0 or said[channel, day - 1] != kind
        if begins and day - last.get((channel, kind), -GAP) >= GAP:
            last[channel, kind] = int(day)
            alerts.append((int(channel), int(day), kind))
    return alerts


SIZES = {
    "ebb to 25 %": (0.0, 0.316),
    "40 %": (0.316, 0.447),
    "50 %": (0.447, 0.548),
    "60 %": (0.548, 0.648),
    "70 %": (0.648, 1.0),
    "flow x1.5": (1.0, 1.73),
    "x2": (1.73, 2.45),
    "x3": (2.45, 9.0),
}
ACTIVITY = {"< 2": (0.0, 2.0), "2-7": (2.0, 7.0), "7-20": (7.0, 20.0), "20+": (20.0, 1e9)}
"""Messages per working day."""


@dataclass(kw_only=True)
class Score:
    """Sums over workspaces; `row` says them as shares."""

    planted: int = 0
    found: int = 0
    soon: int = 0
    years: float = 0
    hit: int = 0
    said: int = 0
    caught: int = 0
    true: int = 0
    false: Counter[int] = field(default_factory=Counter)
    delays: list[int] = field(default_factory=list)
    cells: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    class_years: Counter[str] = field(default_factory=Counter)
    class_false: Counter[str] = field(default_factory=Counter)

    @property
    def f1(self) -> float:
        """Of days in the right phase, give or take two."""
        precision, recall = self.hit / max(self.said, 1), self.caught / max(self.true, 1)
        return 2 * precision * recall / max(precision + recall, 1e-9)

    @property
    def false_a_year(self) -> float:
        """False alarms per series and year."""
        return self.false.total() / max(self.years, 1e-9)

    def row(self) -> str:
        """recall, found within 14 days, F1, false alarms a year (ebb and flow), and how many."""
        return (
            f"{self.found / max(self.planted, 1):6.2f} {self.soon / max(self.planted, 1):6.2f} "
            f"{self.f1:6.2f} {self.false_a_year:6.2f} ({self.false[EBB] / self.years:.2f} "
            f"{self.false[FLOW] / self.years:.2f})  n={self.planted}"
        )

    def classes(self) -> list[str]:
        """What can be seen: found within 14 days / ever, by activity and size of the change."""
        lines = ["            " + "".join(f"{name:>13}" for name in SIZES) + "   false a year"]
        for activity in ACTIVITY:
            cells = [self.cells.get((activity, size), [0, 0, 0]) for size in SIZES]
            shown = [f"{s / n:.2f}/{f / n:.2f} {n:3}" if n else "-" for n, f, s in cells]
            rate = self.class_false[activity] / max(self.class_years[activity], 1e-9)
            lines.append(f"{activity:>12}" + "".join(f"{c:>13}" for c in shown) + f" {rate:8.2f}")
        return lines


def score(total: Score, space: Workspace, outcome: Outcome) -> None:
    """Add one workspace's outcome."""
    years = space.days / 365.25
    total.years += space.series * years
    busy = 7 / 5 * np.median(space.stats["n"].reshape(space.series, -1, 7).sum(2), axis=1) / 7
    classes = [next(n for n, (a, b) in ACTIVITY.items() if a <= rate < b) for rate in busy]
    for name in classes:
        total.class_years[name] += years  # type: ignore[assignment]
    truth = np.full((space.series, space.days), NORMAL, np.int8)
    for phase in space.phases:
        truth[phase.channel, phase.start : phase.end + 1] = phase.kind
        days = [d for c, d, k in outcome.alerts if c == phase.channel and k == phase.kind]
        last = min(phase.end, phase.start + 30)
        inside = [d for d in days if phase.start - 2 <= d <= last]
        found = bool(inside)
        soon = found and min(inside) <= phase.start + 14
        total.planted, total.found = total.planted + 1, total.found + found
        total.soon += soon
        total.delays += [max(min(inside) - phase.start, 0)] if found else []
        size = next(n for n, (a, b) in SIZES.items() if a <= phase.size < b)
        cell = total.cells.setdefault((classes[phase.channel], size), [0, 0, 0])
        for place, one in enumerate((1, found, soon)):
            cell[place] += one
    for channel, day, kind in outcome.alerts:
        if is_false(space, channel, day, kind):
            total.false[kind] += 1
            total.class_false[classes[channel]] += 1
    for kind in (EBB, FLOW):
        is_true, is_said = truth == kind, outcome.said == kind
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
