"""How often the why is right on simulated networks whose truth is known; run it by hand.

``python benchmarks/why.py [--seeds 100] [--first 1] [--only key_voice,moved] [--seen]`` lets one
context at a time befall a network and asks for the why one to thirteen weeks later (`tests/whys.py`
says how). A third of the seeds live in the demo's network, a third in a calm circle of forty, a
third in a noisy network of four hundred; each in a half-year, country and weekday of its own.
Prints, for each context, how often the truth came first or in the top two: with the day on which
the phase began estimated from the weeks, told, and as the energy filter read it; and what was said
first instead (estimated). ``--seen`` prints a line for each mistake. At the end, of the contexts
that ask for patience: how often it was not the advice; and, with every alert that the filter raised
since they began put to the decision that the bot takes, how often leads would have been told, and
how often a post would have come of it where every kind was permitted. About eight CPU minutes.

Of seeds 1 to 100, with the onset estimated, the truth came first in 93 % to 100 % of the trials of
every context (98 % of all) and in the top two in 97 % to 100 % (99 %); told or read, it was never
below that either. Nothing would have been posted of ordinary weeks, of seasons, of gatherings just
past or of pressure.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.judgement.convening import proposed
from bot.judgement.why import Why
from handlers.energy.decide import Alert, decide
from tests.whys import NAMES, NETWORKS
from tests.whys_lived import WAYS, Asked, lived

PATIENT = ("ordinary", "quiet_season", "after_gathering", "pressure", "pressure_undeclared")


class Matrix:
    """What was said for each truth, by the way in which the onset was known."""

    def __init__(self, names: list[str]) -> None:
        self.contexts = {name: Counter[str]() for name in names}
        self.kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.instead: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.impatient: Counter[str] = Counter()
        self.raised: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.posted: Counter[str] = Counter()

    def note(self, one: Asked, kind: str, answers: Mapping[str, Why]) -> None:
        """Count one trial."""
        truth = one.trial.truth
        for count in (self.contexts[one.name], self.kinds[kind]):
            count["of"] += 1
            for way, why in answers.items():
                codes = [found.code.value for found in why.hypotheses]
                count[f"{way} first"] += codes[0] == truth
                count[f"{way} two"] += truth in codes
        first = answers[WAYS[0]].hypotheses[0].code.value
        if first != truth:
            self.instead[one.name][first] += 1
        if one.name in PATIENT:
            self.impatient[one.name] += not answers[WAYS[0]].leave_it
            self._act(one)

    def _act(self, one: Asked) -> None:
        """Count what leads would be told, and what would be posted by standing permission."""
        for reading, why in one.told_of():
            found = decide(reading.phase, why, is_explained=False)
            self.raised[one.name] += 1
            self.told[one.name] += isinstance(found, Alert)
            self.posted[one.name] += isinstance(found, Alert) and proposed(why) is not None


def line(name: str, count: Counter[str], instead: Counter[str]) -> None:
    """One row of the matrix."""
    of = count["of"] or 1
    shares = (f"{count[f'{w} first'] / of:7.0%}{count[f'{w} two'] / of:7.0%}" for w in WAYS)
    mistaken = ", ".join(f"{code} {n}" for code, n in instead.most_common())
    print(f"{name:24}{'  '.join(shares)}   {mistaken}", flush=True)


def table(matrix: Matrix) -> None:
    """Print the matrix, and the sums of all contexts and of each kind of network."""
    print(f"{'':24}{'  '.join(f'{way:>14}' for way in WAYS)}")
    print(f"{'context':24}{'  '.join(['  first    two'] * len(WAYS))}   said first instead")
    total: Counter[str] = Counter()
    for name, count in matrix.contexts.items():
        total.update(count)
        line(name, count, matrix.instead[name])
    line("all", total, Counter())
    for kind, count in matrix.kinds.items():
        line(kind.replace("_", " "), count, Counter())
    for name in [name for name in PATIENT if name in matrix.contexts]:
        print(
            f"{name}: of {matrix.contexts[name]['of']}, patience was not the advice in"
            f" {matrix.impatient[name]}; alerts {matrix.raised[name]}, told to leads"
            f" {matrix.told[name]}, posts in a channel {matrix.posted[name]}"
        )


def main() -> None:
    """Live the trials of each seed, and print what was made of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--seen", action="store_true")
    given = parser.parse_args()
    names = [name for name in NAMES if not given.only or name in given.only.split(",")]
    matrix, began = Matrix(names), time.monotonic()
    for seed in range(given.first, given.first + given.seeds):
        kind = NETWORKS[seed % len(NETWORKS)].__name__
        for one in lived(seed, names):
            answers = one.answers()
            matrix.note(one, kind, answers)
            codes = {way: [h.code.value for h in why.hypotheses] for way, why in answers.items()}
            if given.seen and any(found[0] != one.trial.truth for found in codes.values()):
                print(seed, kind, one.name, one.until, codes, flush=True)
    table(matrix)
    print(f"{given.seeds} seeds in {time.monotonic() - began:,.0f} s")


if __name__ == "__main__":
    main()
