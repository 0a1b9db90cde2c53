"""Tells what of "so many times chance" is the ranking's, and what the length of a digest's time.

    python benchmarks/amplify_lengths.py [--data FOLDER] [--days 7 28 84]

The fewer messages there are to choose ten from, the more chance finds, and the fewer times chance
anybody can reach. So each community's digests are made of a week, of four weeks and of twelve, all
else as in ``benchmarks/amplify.py`` (which unpacks the communities, and explains the figures). The
learned rankers show how far it could be: fitted to all other communities, on all that a document
tells. They need scikit-learn. The better one reached 2.3, 3.5 and 5.7 times chance here, and ours
1.5, 2.7 and 4.2: it gives half of a week's authors a place at most, and those who were featured
stand back, which costs most where few write; the learned ones care for nobody.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import fmean, median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.amplify import CUTS, DRAWS, Cuts, digests, rankers
from benchmarks.amplify_communities import Community, communities
from benchmarks.amplify_figures import has, judged, macro
from benchmarks.amplify_learned import LEARNERS

SHOWN = ("random", "longest", "as specified", "ours", *LEARNERS)


def main() -> None:
    """Print the figures of each length."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("/tmp/data"))
    parser.add_argument("--days", type=int, nargs="+", default=[7, 28, 84])
    asked = parser.parse_args()
    if not asked.data.is_dir():
        print("There are no exports of communities here: nothing to compare on.")
        return
    found = list(communities(asked.data))
    for days in asked.days:
        compared(days, {each.name: cut(each, days) for each in found})


def cut(community: Community, days: int) -> Cuts:
    """A community's digests of so many days each, cut at three places."""
    community.days = days
    return [list(digests(community, each / CUTS)) for each in range(CUTS)]


def compared(days: int, given: dict[str, Cuts]) -> None:
    """Print how many messages there were to choose from, and how many times chance each reaches."""
    told = {name: cuts for name, cuts in given.items() if right(cuts)}
    print(f"\n{days} days to a digest")
    for name, cuts in told.items():
        size = median(len(one.messages) for each in cuts for one in each)
        print(f"  {name}: {size:,.0f} messages, {right(cuts)} digests with something to find")
    chance = 0.0
    for name, begins in rankers(told):
        if name in SHOWN:
            many = DRAWS if name == "random" else 1
            each = {n: judged(cuts * many, begins[n]) for n, cuts in told.items()}
            hidden = {n: macro([one], "hidden") for n, one in each.items() if has(one, "hidden")}
            mean = fmean(hidden.values())
            chance = chance or mean
            where = ", ".join(f"{n} {value:.3f}" for n, value in hidden.items())
            print(f"  {name:18} {mean:.3f}, {mean / chance:.1f} times chance: {where}", flush=True)


def right(cuts: Cuts) -> int:
    """In how many digests something little attended to proved right."""
    return sum(bool(one.truths["hidden"]) for each in cuts for one in each)


if __name__ == "__main__":
    main()
