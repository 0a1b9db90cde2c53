"""Measures the energy filter: speed, quality beside what else a team might use, and its bars.

    python benchmarks/energy.py [--workspaces 12] [--seed 1] [--exports FOLDER] [--slow]
        [--without Prophet]

Quality is measured on generated series (`energy_synthetic`) and, where `--exports` names a folder
of unpacked exports, on real messages with planted phases (`energy_surrogates`); `energy_scores`
says what counts as found and as false. Our filter runs as it ships, through the document that
``animateur judge energy`` takes. Rivals (`rivals`) are set to one false alarm per series and year
on workspaces of their own; with `--slow` also those that take minutes, for which ruptures,
statsmodels and prophet have to be installed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import energy_networks, rivals
from benchmarks.energy_scores import EBB, FLOW, NORMAL, Kinds, Outcome, Score, Workspace, score
from benchmarks.energy_specified import specified
from benchmarks.energy_surrogates import communities, surrogate
from benchmarks.energy_synthetic import workspace
from bot.judgement.energy import advance, begin, dumps, loads
from bot.judgement.energy.interface import EnergyDocument, SeriesEnergy, judge_energy

KINDS = {"ebb": EBB, "flow": FLOW, "normal": NORMAL}
Method = Callable[[Workspace], Outcome]
Fold = tuple[list[Workspace], list[Workspace]]
"""Workspaces to set the bars on, and workspaces to test on."""


def document(space: Workspace, days: int | None = None) -> EnergyDocument:
    """What ``animateur judge energy`` is given of a workspace, or of its first *days*."""
    tables = {name: table[:, :days].tolist() for name, table in space.stats.items()}
    return EnergyDocument(
        start=space.start,
        holidays=sorted(space.holidays),
        series=[str(one) for one in range(space.series)],
        counts=tables["n"],
        people=tables["p"],
        stats=tables,  # type: ignore[arg-type]
    )


def ours(space: Workspace) -> Outcome:
    """The filter as it ships."""
    answer = judge_energy(document(space))
    said: Kinds = np.array([[KINDS[p] for p in one.phase] for one in answer.values()], np.int8)
    alerts = [(int(s), a.day, KINDS[a.kind]) for s, one in answer.items() for a in one.alerts]
    return Outcome(said=said, alerts=alerts)


def counts_alone(space: Workspace) -> Outcome:
    """The filter as it ships, told messages alone."""
    alone = {"n": space.stats["n"], "p": np.full_like(space.stats["n"], np.nan)}
    return ours(
        Workspace(start=space.start, holidays=space.holidays, stats=alone, phases=space.phases)
    )


OURS: dict[str, Method] = {
    "this filter": ours,
    "this filter, messages alone": counts_alone,
    "the filter as specified": specified,
}


def causality(spaces: Sequence[Workspace], seed: int) -> int:
    """How often the past was told otherwise once the future was cut off."""
    rng = np.random.default_rng([seed, 99])
    violations = 0
    for space in spaces:
        whole = judge_energy(document(space))
        days = int(rng.integers(50, space.days))
        cut = judge_energy(document(space, days))
        violations += sum(not _same(whole[name], cut[name], days) for name in cut)
    return violations


def _same(whole: SeriesEnergy, cut: SeriesEnergy, days: int) -> bool:
    before = [alert for alert in whole.alerts if alert.day < days]
    return whole.phase[:days] == cut.phase and before == cut.alerts


def row(name: str, total: Score, seconds: float) -> str:
    """A line of the table."""
    return f"{name:30}{total.row()}  {1000 * seconds / total.years:7.1f} ms"


HEAD = f"{'':30}recall   14 d     F1  false/yr (ebb flow)         per series-year"


def compare(folds: Sequence[Fold], *, left_out: Collection[str]) -> None:
    """Print our filter beside every rival that isn't left out."""
    tests = {id(space): space for _, tests in folds for space in tests}.values()
    years = sum(space.series * space.days for space in tests) / 365.25
    planted = sum(len(space.phases) for space in tests)
    print(f"{len(tests)} workspaces, {years:,.0f} series-years, {planted:,} planted phases")
    print(HEAD)
    shown = Score()
    for name, method in OURS.items():
        total = Score()
        before = time.perf_counter()
        for _, tests in folds:
            for space in tests:
                score(total, space, method(space))
        print(row(name, total, time.perf_counter() - before), flush=True)
        shown = total if name == "this filter" else shown
    hand = rivals.at_hand()
    for name, rival in hand.items():
        if name in left_out:
            continue
        total, before = Score(), time.perf_counter()
        kept: dict[int, np.ndarray] = {}
        for cals, tests in folds:
            for space in (*cals, *tests):
                if id(space) not in kept:
                    kept[id(space)] = rivals.scored(rival, [space])[0]
            bars = rivals.calibrated(cals, [kept[id(space)] for space in cals])
            for space in tests:
                score(total, space, rivals.said(kept[id(space)], bars))
        print(row(name, total, time.perf_counter() - before), flush=True)
    absent = [name for name in rivals.RIVALS if name not in hand]
    left = [name for name in hand if name in left_out]
    print(f"not installed: {', '.join(absent) or 'none'}; left out: {', '.join(left) or 'none'}\n")
    print("This filter, found within 14 days / ever, and how many, by messages a working day")
    print("\n".join(shown.classes()), "\n")


def generated(count: int, seed: int) -> list[Fold]:
    """Generated workspaces, half as many of their own to calibrate on."""
    tests = [workspace(np.random.default_rng([seed, i])) for i in range(count)]
    cals = [workspace(np.random.default_rng([seed, 1000 + i])) for i in range((count + 1) // 2)]
    return [(cals, tests)]


def real(folder: Path, count: int, seed: int) -> list[Fold]:
    """Surrogates of each export; it is tested with bars calibrated on the others."""
    made: dict[str, list[Workspace]] = {}
    for name, streams in communities(folder).items():
        rngs = (np.random.default_rng([seed, len(made), i]) for i in range(count))
        spaces = [s for rng in rngs if (s := surrogate(streams, set(), rng)) is not None]
        if any(space.phases for space in spaces):
            made[name] = spaces
    return [
        ([space for other in made if other != name for space in made[other]], spaces)
        for name, spaces in made.items()
    ]


def speed(channels: int, days: int, every: int = 7) -> None:
    """Print the time of ordinary and of refit days, and the bytes of state per channel."""
    rng = np.random.default_rng(5)
    level = np.exp(rng.uniform(np.log(0.7), np.log(200), channels))
    state = begin(start=date(2023, 1, 2), series=[str(i) for i in range(channels)])
    ordinary: list[float] = []
    refits: list[float] = []
    for ahead in range(days):
        people = rng.poisson(level**0.75)
        counts = np.stack([rng.poisson(level), people, np.minimum(people, 5)], axis=1).astype(float)
        before = time.perf_counter()
        advance(state, day=date(2023, 1, 2) + timedelta(days=ahead), counts=counts)
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
    parser.add_argument("--workspaces", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--exports", type=Path)
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--without", default="", help="rivals to leave out: PELT,Prophet")
    asked = parser.parse_args()
    left_out = {*asked.without.split(","), *(() if asked.slow else rivals.SLOW)}
    speed(10_000, 36)
    speed(24, 3287)
    print("\nGENERATED SERIES")
    folds = generated(asked.workspaces, asked.seed)
    compare(folds, left_out=left_out)
    print(f"causality violations: {causality(folds[0][1][:3], asked.seed)}\n")
    if asked.exports:
        print("REAL MESSAGES, PLANTED PHASES (each export with bars set on the others)")
        folds = real(asked.exports, asked.workspaces, asked.seed)
        compare(folds, left_out=left_out)
        tests = [space for _, some in folds for space in some]
        print(f"causality violations: {causality(tests[:: max(1, len(tests) // 5)], asked.seed)}\n")
        energy_networks.real(asked.exports, asked.workspaces, asked.seed)
    energy_networks.generated(2 * asked.workspaces, asked.seed)


if __name__ == "__main__":
    main()
