"""How honest and how quick the judgement of nudges is: ``python benchmarks/experiments.py``.

Series of ebbs are drawn, three in ten left alone by lot, and judged after every single one. Without
an effect no more than one series in twenty may ever be told of one; with an effect, the fewer it
takes the better. The same for pairs of ideas of which one was amplified.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from math import exp, log
from pathlib import Path
from random import Random
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.judgement.evidence import ERROR, Trial, Verdict, favour, judge_trials

ALONE = 0.3
CLAIMS = (Verdict.HELPS, Verdict.HARMS)
LONGEST = 200


def ebbs(chance: Random, effect: float, scatter: float) -> Iterator[Trial]:
    """Ebbs of that true effect, with a scatter (of the log of people) before and after."""
    while True:
        was_nudged = chance.random() > ALONE
        lift = log(effect) if was_nudged else 0.0
        before, after = chance.gauss(-0.3, scatter / 2), chance.gauss(lift, scatter)
        yield Trial(was_nudged=was_nudged, before=exp(before), after=exp(after))


def decided(chance: Random, effect: float, scatter: float) -> tuple[int, Verdict]:
    """After how many ebbs what was said."""
    seen: list[Trial] = []
    for trial in ebbs(chance, effect, scatter):
        seen.append(trial)
        found = judge_trials(seen).verdict
        if found is not Verdict.NOT_YET_KNOWN or len(seen) == LONGEST:
            return len(seen), found
    raise AssertionError


def pairs_until_sure(chance: Random, base: float, lifted: float, most: int = 600) -> int | None:
    """After how many pairs an amplified idea was found to be answered more often, if ever."""
    won = lost = 0
    for number in range(1, most + 1):
        amplified, other = chance.random() < lifted, chance.random() < base
        won, lost = won + (amplified and not other), lost + (other and not amplified)
        if amplified is not other and favour(won, lost) >= 1 / ERROR:
            return number
    return None


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = Random(given.seed)
    print(f"nudges after ebbs, {given.series} series each, judged after every one")
    print("effect  scatter  claimed  too small  ebbs until known (median)")
    for effect in (1.0, 1.22, 1.35, 1.65):
        for scatter in (0.25, 0.4, 0.6):
            found = [decided(chance, effect, scatter) for _ in range(given.series)]
            claimed = [said in CLAIMS for _, said in found]
            small = [said is Verdict.TOO_SMALL for _, said in found]
            known = [number for number, said in found if said is not Verdict.NOT_YET_KNOWN]
            times = f"{median(known):.0f}" if 2 * len(known) > len(found) else f"over {LONGEST}"
            share, none = sum(claimed) / len(found), sum(small) / len(found)
            print(f"{effect:6.2f} {scatter:8.2f} {share:8.3f} {none:10.3f}  {times:>8}")
    print("pairs of ideas, up to 600")
    print("  base  amplified  claimed  pairs until sure (median)")
    for base, lifted in ((0.03, 0.03), (0.1, 0.1), (0.03, 0.10), (0.03, 0.15), (0.03, 0.25)):
        sure = [pairs_until_sure(chance, base, lifted) for _ in range(given.series)]
        numbers = sorted(number or 601 for number in sure)
        share = sum(number is not None for number in sure) / len(sure)
        print(f"{base:6.2f} {lifted:10.2f} {share:8.3f}  {median(numbers):8.0f}")


if __name__ == "__main__":
    main()
