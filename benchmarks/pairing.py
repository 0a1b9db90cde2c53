"""Compares the bot's coffee pairs with those of other bots, over half a year of invented people.

    python benchmarks/pairing.py [--seeds 20] [--large]

Each week two in a hundred leave, one at least, and as many come. Repeats are pairs in a round who
met before, of all pairs in it; left out counts who had nobody to meet in a round, at worst, and how
often somebody was left out twice running. Where nobody new comes, twenty people know each other
after nineteen rounds, and much of what they are given after that is a repeat, whoever pairs them.
``--large`` measures how long a round of a thousand and of ten thousand people takes, of processor
time.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from statistics import fmean

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.pairing_rivals import RIVALS, Groups, Met
from bot.judgement.pairing import Joining, pair, pairs_in

WEEKS = 26
CHURN = 0.02
GROUPS = 6
TOPICS = 8

Rule = Callable[[Sequence[int], Met, int, Random], Groups]


class People:
    """Invented people: a group each, and what they are interested in."""

    def __init__(self, number: int, seed: int) -> None:
        """Begin with so many."""
        self.lot = Random(seed)
        self.draw = np.random.default_rng(seed)
        self.here: list[int] = []
        self.joining: dict[int, Joining] = {}
        self.come(number)

    def come(self, number: int) -> None:
        """Let so many people come."""
        for _ in range(number):
            person = len(self.joining)
            group = self.lot.randrange(GROUPS)
            topics = self.draw.random(TOPICS)
            topics[group % TOPICS] += 1.0
            ties = dict.fromkeys(self.lot.sample(self.here, min(4, len(self.here))), 1.0)
            self.joining[person] = Joining(
                person=person, group=group, interests=tuple(topics.tolist()), ties=ties
            )
            self.here.append(person)

    def churn(self, share: float) -> None:
        """Let some leave, by lot, and as many come: a *share* of all, one at least if any."""
        number = max(1, round(share * len(self.here))) if share else 0
        leaving = set(self.lot.sample(self.here, number))
        self.here = [person for person in self.here if person not in leaving]
        self.come(number)


def ours(people: People) -> Rule:
    """The bot's own rule."""
    sat: set[int] = set()

    def rule(here: Sequence[int], met: Met, now: int, _: Random) -> Groups:
        given = [people.joining[person] for person in here]
        asked = [
            Joining(
                person=one.person,
                group=one.group,
                interests=one.interests,
                ties=one.ties,
                sat_out=one.person in sat,
            )
            for one in given
        ]
        found = pair(asked, met, seed=now)
        sat.clear()
        sat.update(found.left_out)
        return [list(each) for each in found.groups]

    return rule


def lived(number: int, churn: float, weeks: int, seed: int, rule: Rule | None) -> dict[str, float]:
    """What came of so many weeks: shares, counts, and seconds a round."""
    people = People(number, seed)
    chosen = rule or ours(people)
    met: dict[tuple[int, int], int] = {}
    lot = Random(seed)
    repeats = pairs = across = worst = twice = 0
    before: set[int] = set()
    begin = time.process_time()
    for now in range(weeks):
        groups = chosen(people.here, met, now, lot)
        told = list(pairs_in(groups))
        repeats += sum(each in met for each in told)
        pairs += len(told)
        across += sum(people.joining[a].group != people.joining[b].group for a, b in told)
        met.update(dict.fromkeys(told, now))
        out = set(people.here) - {person for each in groups for person in each}
        worst, twice = max(worst, len(out)), twice + len(out & before)
        before = out
        people.churn(churn)
    return {
        "repeats": repeats / pairs,
        "different": len(met),
        "across": across / pairs,
        "worst": worst,
        "twice": twice,
        "seconds": (time.process_time() - begin) / weeks,
    }


def told(name: str, number: int, churn: float, weeks: int, seeds: int, rule: Rule | None) -> None:
    """Print what a rule comes to, over several worlds."""
    found = [lived(number, churn, weeks, seed, rule) for seed in range(seeds)]
    mean = {key: fmean(each[key] for each in found) for key in found[0]}
    print(
        f"  {name:15} repeats {mean['repeats']:6.1%} (worst {max(f['repeats'] for f in found):.1%})"
        f"   different pairs {min(f['different'] for f in found):4.0f}"
        f"   across groups {mean['across']:.2f}"
        f"   left out at worst {max(f['worst'] for f in found):2.0f}, twice running"
        f" {sum(f['twice'] for f in found):3.0f}   {1e3 * mean['seconds']:.1f} ms",
        flush=True,
    )


def large() -> None:
    """Print how long a round takes of many people, with thirty rounds behind them."""
    for number in (1_000, 10_000):
        people = People(number, 1)
        lot = Random(1)
        met = {
            (min(a, b), max(a, b)): now
            for now in range(30)
            for a, b in zip(*[iter(lot.sample(people.here, number))] * 2, strict=True)
        }
        given = [people.joining[person] for person in people.here]
        begin = time.process_time()
        found = pair(given, met, seed=1)
        took = time.process_time() - begin
        again = sum(each in met for each in pairs_in(found.groups))
        across = fmean(
            people.joining[a].group != people.joining[b].group for a, b in pairs_in(found.groups)
        )
        print(
            f"{number:,} people: {took:.2f} s, {again} repeats, {len(found.left_out)} left out, "
            f"across groups {across:.2f}",
            flush=True,
        )


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--large", action="store_true")
    asked = parser.parse_args()
    if asked.large:
        large()
        return
    rules: dict[str, Rule | None] = {**RIVALS, "ours": None}
    for number, churn, weeks in (
        (20, CHURN, WEEKS),
        (21, CHURN, WEEKS),
        (50, CHURN, WEEKS),
        (120, CHURN, WEEKS),
        (50, 0.0, 24),
        (51, 0.0, 24),
    ):
        print(f"{number} people, {weeks} rounds, {churn:.0%} leave each week and as many come")
        for name, rule in rules.items():
            told(name, number, churn, weeks, asked.seeds, rule)


if __name__ == "__main__":
    main()
