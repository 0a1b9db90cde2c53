"""Do hidden things show? ``python benchmarks/worlds.py [--pairs 1000] [--first 0]``.

Pairs of worlds have the same open talk and differ in what is private, of people who aren't to be
counted, of other organisations and of another workspace; all that the bot says must be the same,
to the byte. Prints how many pairs weren't, and the first difference of each. A pair takes seconds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.storage.base import connect
from tests.databases import SqliteFiles, hurried
from tests.worlds import said

OTHERS = 10  # worlds that are compared with one


def world(files: SqliteFiles, visible: int, hidden: int) -> list[bytes]:
    """What is said in a world of its own."""
    url = files.url()
    engine = hurried(connect(url))
    found = said(visible, hidden, engine)
    engine.dispose()
    files.drop(url)
    return found


def first_difference(one: list[bytes], other: list[bytes]) -> str:
    """The first thing that was said otherwise."""
    for here, there in zip(one, other, strict=False):
        if here != there:
            return f"{here.decode()[:200]}\n    {there.decode()[:200]}"
    return f"{len(one)} things were said, and {len(other)}"


def main() -> None:
    """Try the pairs, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0, help="begin with this world")
    given = parser.parse_args()
    pairs: int = given.pairs
    differ = bytes_said = 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        files = SqliteFiles(Path(folder))
        for pair in range(pairs):
            visible, hidden = given.first + pair // OTHERS, pair % OTHERS
            if hidden == 0:
                one = world(files, visible, 0)
            other = world(files, visible, hidden + 1)
            bytes_said += sum(map(len, other))
            if other != one:
                differ += 1
                print(f"{visible} and {hidden + 1}: {first_difference(one, other)}")
            if pair % 100 == 99:
                spent = time.monotonic() - began
                print(f"{pair + 1} pairs in {spent:,.0f} s: {differ} differ", flush=True)
    print(f"{differ} of {pairs} pairs of worlds differ in what is said ({bytes_said:,} bytes)")


if __name__ == "__main__":
    main()
