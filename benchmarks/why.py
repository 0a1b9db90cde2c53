"""How often the why is right on simulated networks whose truth is known; run it by hand.

``python benchmarks/why.py [--seeds 100] [--first 1] [--only key_voice,moved] [--seen]`` lets one
context at a time befall a network and asks for the why one to seven weeks later (`tests/whys.py`
says how). A third of the seeds live in the demo's network, a third in a calm circle of forty, a
third in a noisy network of four hundred; each in a half-year, country and weekday of its own.
Prints, for each context, how often the truth came first or in the top two, with the day the phase
began estimated from the weeks and told, and what was said first instead. ``--seen`` prints one
line for each mistake. Counts what may speak in a channel for the four contexts that must not.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.judgement.why import Why
from tests.whys import NAMES, NETWORKS, lived

WAYS = ("estimated", "told")


class Matrix:
    """What was said for each truth, by the way that the onset was known."""

    def __init__(self) -> None:
        self.first: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.instead: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def note(self, name: str, kind: str, truth: str, answers: dict[str, Why]) -> None:
        """Count one trial."""
        count = self.first[name]
        count["of"] += 1
        self.kinds[kind]["of"] += 1
        for way, why in answers.items():
            codes = [found.code.value for found in why.hypotheses]
            count[f"{way} first"] += codes[0] == truth
            count[f"{way} two"] += truth in codes
            self.kinds[kind][f"{way} first"] += codes[0] == truth
            self.kinds[kind][f"{way} two"] += truth in codes
            if codes[0] != truth:
                self.instead[f"{name}/{way}"][codes[0]] += 1


def line(name: str, count: Counter[str], instead: Counter[str]) -> None:
    """One row of the matrix."""
    shares = (
        f"{count[f'{way} first'] / count['of']:7.0%}{count[f'{way} two'] / count['of']:8.0%}"
        for way in WAYS
    )
    mistaken = ", ".join(f"{code} {n}" for code, n in instead.most_common())
    print(f"{name:24}{'  '.join(shares)}   {mistaken}", flush=True)


def table(matrix: Matrix) -> None:
    """Print the matrix, and the sums of all contexts and of each kind of network."""
    print(f"{'':24}{'estimated':>15}  {'told':>15}")
    print(f"{'context':24}{'first':>7}{'two':>8}  {'first':>7}{'two':>8}   said first instead")
    total: Counter[str] = Counter()
    for name, count in matrix.first.items():
        total.update(count)
        line(name, count, matrix.instead[f"{name}/estimated"])
    line("all", total, Counter())
    for kind, count in matrix.kinds.items():
        line(kind.replace("_", " "), count, Counter())


def main() -> None:
    """Live the trials of each seed, and print what was made of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--seen", action="store_true")
    given = parser.parse_args()
    names = [name for name in NAMES if not given.only or name in given.only.split(",")]
    matrix, began = Matrix(), time.monotonic()
    for name in names:
        matrix.first[name] = Counter()
    for seed in range(given.first, given.first + given.seeds):
        kind = NETWORKS[seed % len(NETWORKS)].__name__
        for one in lived(seed, names):
            answers = dict(one.answers(ways=WAYS))
            matrix.note(one.name, kind, one.trial.truth, answers)
            codes = {w: [h.code.value for h in why.hypotheses] for w, why in answers.items()}
            if given.seen and any(found[0] != one.trial.truth for found in codes.values()):
                print(seed, kind, one.name, one.until, codes, flush=True)
    table(matrix)
    print(f"{given.seeds} seeds in {time.monotonic() - began:,.0f} s")


if __name__ == "__main__":
    main()
