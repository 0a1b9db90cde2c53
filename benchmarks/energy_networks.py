"""Measures the reading of whole networks: false ebbs, and how soon a fall is noticed.

In generated networks (24 of each kind, two years) .02 to .44 ebbs a network-year were false. In the
exports at hand, of which three have life enough, 35 days at half the level were found in .39 of the
cases (.21 within 14 days), at twice the level in .71 (.56), with 1.23 false alarms a network-year.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from benchmarks.energy_scores import (
    EBB,
    FLOW,
    NORMAL,
    Kinds,
    Outcome,
    Phase,
    Score,
    Workspace,
    score,
)
from benchmarks.energy_surrogates import WHOLE, Exports, shuffled, tables, window, with_phase
from benchmarks.energy_synthetic import draw
from bot.judgement.energy import NETWORK_STRICTNESS
from bot.judgement.energy.interface import EnergyDocument, judge_energy

WEEKS = 104
LENGTH = 35
START = date(2023, 1, 2)
WEEKDAY = np.array([1, 1.1, 1.15, 1.05, 0.9, 0.15, 0.1])
NOISE = {"calm": 0.1, "noisy": 0.25}
"""Standard deviation of the log of what every week shares."""
SIZES = (6, 20)
"""People who speak on a working day."""


def network(
    rng: np.random.Generator, noise: float, fall: float, people_a_day: float
) -> tuple[Workspace, int]:
    """A network whose second year lies *fall* below, and the day on which it fell."""
    fell = int(rng.integers(300, 420))
    week = np.repeat(rng.normal(0, noise, WEEKS), 7)
    shape = np.tile(WEEKDAY, WEEKS) * np.exp(week - noise**2 / 2)
    shape[fell:] *= 1 - fall
    people = draw(rng, people_a_day * shape, 0.02)
    messages = people + draw(rng, 1.5 * people, 0.3)
    talks = np.minimum(draw(rng, 0.6 * people_a_day * shape, 0.05), messages)
    stats = {name: one[None] for name, one in (("n", messages), ("p", people), ("a", talks))}
    return Workspace(start=START, holidays=set(), stats=stats, phases=[]), fell


def read(space: Workspace) -> Outcome:
    """A network read as it ships."""
    document = EnergyDocument(
        start=space.start,
        series=["network"],
        counts=space.stats["n"].tolist(),
        people=space.stats["p"].tolist(),
        stats={"a": space.stats["a"].tolist()},
    )
    answer = judge_energy(document, strictness=NETWORK_STRICTNESS)["network"]
    kinds = {"ebb": EBB, "flow": FLOW, "normal": NORMAL}
    said: Kinds = np.array([[kinds[phase] for phase in answer.phase]], np.int8)
    return Outcome(said=said, alerts=[(0, a.day, kinds[a.kind]) for a in answer.alerts])


def generated(count: int, seed: int) -> None:
    """Print the false ebbs a network-year, and the weeks until a lasting fall is noticed."""
    print(f"NETWORKS, {count} of each")
    for people in SIZES:
        for name, noise in NOISE.items():
            years = count * WEEKS * 7 / 365.25
            false = sum(len(_ebbs(n, seed, noise, 0.0, people)) for n in range(count)) / years
            falls = []
            for fall in (0.4, 0.6):
                waits = [(_ebbs(n, seed, noise, fall, people) or [np.inf])[0] for n in range(count)]
                late = np.quantile(waits, 0.9, method="higher")
                falls.append(f"{fall:.0%} {np.median(waits):.1f} weeks (nine in ten {late:.1f})")
            print(
                f"{people:2} people a day, {name:5}: false ebbs a network-year {false:.2f}; a "
                f"lasting fall is noticed after: {', '.join(falls)}",
                flush=True,
            )


def _ebbs(number: int, seed: int, noise: float, fall: float, people: float) -> list[float]:
    """When ebbs were told: weeks after the fall, or where there is none, all of them."""
    space, fell = network(np.random.default_rng([seed, number]), noise, fall, people)
    days = [day for _, day, kind in read(space).alerts if kind == EBB]
    return [(day - fell + 1) / 7 for day in days if day >= fell or not fall]


def real(streams_of: Exports, count: int, seed: int) -> None:
    """Print what is found of 35 days at once in all of a real network, by their size."""
    print("REAL NETWORKS, phases of 35 days")
    total, sizes = Score(), (0.5, 0.6, 0.7, 1.5, 2.0)
    cells = {size: Score() for size in sizes}
    for place, streams in enumerate(streams_of.values()):
        whole = streams[WHOLE]
        for number in range(count):
            rng = np.random.default_rng([seed, place, number])
            start, weeks = window([whole], rng)
            made = shuffled(whole, start, weeks, set(), rng)
            if made is None or weeks < 52:
                continue
            phases = []
            for begins in range(int(rng.integers(120, 160)), 7 * weeks - LENGTH, 140):
                size = float(rng.choice(sizes))
                kind = EBB if size < 1 else FLOW
                last = begins + LENGTH - 1
                phases.append(Phase(channel=0, kind=kind, start=begins, end=last, size=size))
                made = with_phase(made, phases[-1], 0, start, weeks, rng)
            counts = {k: v[None] for k, v in tables(made, start, 7 * weeks).items()}
            begun = date.fromordinal(start)
            space = Workspace(start=begun, holidays=set(), stats=counts, phases=phases)
            outcome = read(space)
            score(total, space, outcome)
            for size, cell in cells.items():
                only = [phase for phase in phases if phase.size == size]
                one = Workspace(start=begun, holidays=set(), stats=counts, phases=only)
                score(cell, one, outcome)
    for size, cell in cells.items():
        if cell.planted:
            print(
                f"x{size}: {cell.soon / cell.planted:.2f} within 14 days, "
                f"{cell.found / cell.planted:.2f} ever (n={cell.planted})"
            )
    print(f"false alarms a network-year {total.false_a_year:.2f}\n")
