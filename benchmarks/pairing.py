"""Compares the bot's coffee pairs with those of other bots, over half a year of invented people.

    python benchmarks/pairing.py [--seeds 20] [--churn one|chance|turnout] [--large]

Who is there each week is a model, and of few people the figures hang on it:

one      Everybody takes part in every round. Two in a hundred leave each week, one at least, and
         as many come: of twenty people that is one a week, five in a hundred.
chance   Everybody takes part in every round. Each leaves with a chance of two in a hundred, and as
         many come: of twenty people two leave in five weeks.
turnout  As by chance, and each round four in five of twenty take part, seven in ten of fifty, half
         of a hundred and twenty, by lot: as other bots were compared before.

Of fifty people and more no model makes the bot repeat a pair. The bar of at most two repeats in a
hundred among twenty is kept by *one* and by *turnout*. It doesn't say who takes part; read most
plainly, everybody does and each leaves with a chance of two in a hundred, which is *chance*, and so
nobody can keep it: after nineteen rounds those who were there from the beginning have all met, and
only with the few who came since is anything new. ``least`` counts how many of a round's pairs must
be repeats at least, given who has met by then and that two may sit out. The bot gives no more than
these; seven other ways of choosing among matchings came to nine in a hundred as well, and fewer are
to be had only by leaving out more people, or the same ones more often.

Repeats are pairs in a round who met before, of all pairs in it; left out counts who had nobody to
meet in a round, at worst, how often at worst somebody was left out in all rounds, and how often
somebody was twice running (of those rounds in which they took part). Where nobody new comes, twenty
people know each other after nineteen rounds, and much of what they are given after that is a
repeat, whoever pairs them. ``--large`` measures how long a round of a thousand and of ten thousand
people takes, of processor time.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path
from random import Random
from statistics import fmean

import numpy as np
import rustworkx
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.pairing_rivals import RIVALS, Groups, Met
from bot.judgement.pairing import Joining, pair, pairs_in

WEEKS = 26
CHURN = 0.02
TURNOUT = {20: 0.8, 21: 0.8, 50: 0.7, 120: 0.5}
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

    def churn(self, share: float, model: str) -> None:
        """Let some leave, by lot, and as many come: a *share* of all, as the model has it."""
        if model == "one":
            number = max(1, round(share * len(self.here))) if share else 0
        else:
            number = sum(self.lot.random() < share for _ in self.here)
        leaving = set(self.lot.sample(self.here, number))
        self.here = [person for person in self.here if person not in leaving]
        self.come(number)


def ours(people: People) -> Rule:
    """The bot's own rule."""
    sat: set[int] = set()

    def rule(here: Sequence[int], met: Met, now: int, _: Random) -> Groups:
        given = [people.joining[person] for person in here]
        asked = [replace(one, sat_out=one.person in sat) for one in given]
        found = pair(asked, met, seed=now)
        sat.difference_update(here)
        sat.update(found.left_out)
        return [list(each) for each in found.groups]

    return rule


def taking_part(people: People, turnout: float, lot: Random) -> list[int]:
    """Who of those who are there takes part in a round."""
    if turnout == 1.0:
        return people.here
    return sorted(lot.sample(people.here, round(turnout * len(people.here))))


def fewest_repeats(here: Sequence[int], met: Met) -> int:
    """How many pairs of a round must be repeats: who can't be matched anew, but for two."""
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(here)
    new = [
        (a, b, 1)
        for (a, one), (b, two) in combinations(enumerate(here), 2)
        if (min(one, two), max(one, two)) not in met
    ]
    graph.add_edges_from(new)
    found = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    return max(0, (len(here) - 2 * len(found) - 2 + 1) // 2)


def lived(
    number: int, churn: float, weeks: int, seed: int, rule: Rule | None, *, model: str = "one"
) -> dict[str, float]:
    """What came of so many weeks: shares, counts, and seconds a round."""
    people = People(number, seed)
    chosen = rule or ours(people)
    met: dict[tuple[int, int], int] = {}
    lot = Random(seed)
    repeats = pairs = across = worst = twice = least = 0
    before: set[int] = set()
    times: Counter[int] = Counter()
    turnout = TURNOUT.get(number, 1.0) if model == "turnout" else 1.0
    spent = 0.0
    for now in range(weeks):
        here = taking_part(people, turnout, lot)
        least += fewest_repeats(here, met)
        begin = time.process_time()
        groups = chosen(here, met, now, lot)
        spent += time.process_time() - begin
        told = list(pairs_in(groups))
        repeats += sum(each in met for each in told)
        pairs += len(told)
        across += sum(people.joining[a].group != people.joining[b].group for a, b in told)
        met.update(dict.fromkeys(told, now))
        out = set(here) - {person for each in groups for person in each}
        worst, twice = max(worst, len(out)), twice + len(out & before)
        times.update(out)
        before = (before - set(here)) | out
        people.churn(churn, model)
    return {
        "repeats": repeats / pairs,
        "different": len(met),
        "across": across / pairs,
        "worst": worst,
        "most": max(times.values(), default=0),
        "twice": twice,
        "least": least / pairs,
        "seconds": spent / weeks,
    }


def told(
    name: str, number: int, churn: float, weeks: int, seeds: int, rule: Rule | None, model: str
) -> None:
    """Print what a rule comes to, over several worlds."""
    found = [lived(number, churn, weeks, seed, rule, model=model) for seed in range(seeds)]
    mean = {key: fmean(each[key] for each in found) for key in found[0]}
    print(
        f"  {name:15} repeats {mean['repeats']:6.1%} (worst {max(f['repeats'] for f in found):.1%},"
        f" least {mean['least']:.1%})"
        f"   different pairs {min(f['different'] for f in found):4.0f}"
        f"   across groups {mean['across']:.2f}"
        f"   left out at worst {max(f['worst'] for f in found):2.0f}, one person"
        f" {max(f['most'] for f in found):.0f} times, twice running"
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
    parser.add_argument("--churn", choices=("one", "chance", "turnout"), default="one")
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
        print(
            f"{number} people, {weeks} rounds, {churn:.0%} leave each week and as many come"
            f" ({asked.churn})"
        )
        for name, rule in rules.items():
            told(name, number, churn, weeks, asked.seeds, rule, asked.churn)


if __name__ == "__main__":
    main()
