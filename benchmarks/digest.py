"""Measures the choice of a digest: 1,836 candidates in at most 50 ms, in linear time.

python benchmarks/digest.py
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.judgement.little_known import Candidate, choose, rank

WEEK = 1_836  # candidates in a busy community's week


def week(number: int) -> list[Candidate]:
    """Made-up candidates, the same each time."""
    random = Random(1)
    return [
        Candidate(
            channel=random.randrange(40),
            ts=n,
            author=random.randrange(400),
            conversation=n - n % 4,
            opens=n % 4 == 0,
            length=random.randrange(40, 2_000),
            worth=random.gauss(0.1, 0.4),
            attention=random.randrange(6),
            audience=random.randrange(2, 300),
        )
        for n in range(number)
    ]


def seconds(given: list[Candidate]) -> float:
    """Best of five."""
    took = []
    for _ in range(5):
        start = time.process_time()
        choose(rank(given), at_most=5)
        took.append(time.process_time() - start)
    return min(took)


if __name__ == "__main__":
    one, ten = seconds(week(WEEK)), seconds(week(10 * WEEK))
    print(f"{WEEK:,} candidates {one * 1000:.1f} ms; ten times as many {ten / one:.1f} times that")
