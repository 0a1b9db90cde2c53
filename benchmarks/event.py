"""What an event costs: ``python benchmarks/event.py [--profile]``; CPU time, on a SQLite file.

Prints the median over rounds of one event received on its own (kept, handled, let go), and of a
message in a batch of 4,000 that a source with a bookmark hands over.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from statistics import median

from bot.app import App, utcnow
from bot.domain.events import Batch, Bookmark, MessagePosted, ReactionAdded, to_micros
from bot.domain.ids import ChannelId, MemberId
from bot.storage.base import connect, sessions_of
from bot.storage.schema import migrate

SINGLY, ROUNDS, BULK = 200, 5, 4000


def messages(begin: int) -> Iterator[MessagePosted]:
    """Messages of 100 people in 10 channels, a minute after each other, for ever."""
    for number in count():
        yield MessagePosted(
            channel=ChannelId(f"bench:T1/C{number % 10}"),
            ts=begin + number * 60_000_000,
            author=MemberId(f"bench:T1/U{number * 7 % 100}"),
            length=80,
            worth=0.2,
            thread=begin + (number - number % 20) * 60_000_000 if number % 3 else None,
        )


def spent(work: Callable[[], object]) -> float:
    """The CPU seconds that *work* takes."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def measure(app: App) -> None:
    """Print the figures."""
    said = messages(to_micros(utcnow()))
    members = MemberId("bench:T1/U1")

    def singly() -> None:
        for message in (next(said) for _ in range(SINGLY)):
            app.receive(Batch(events=(message,)))

    def reactions() -> None:
        for message in (next(said) for _ in range(SINGLY)):
            reaction = ReactionAdded(
                channel=message.channel, ts=message.ts, member=members, emoji="wave"
            )
            app.receive(Batch(events=(reaction,)))

    def in_bulk() -> None:
        mark = Bookmark(source="bench", position="1")
        app.receive(Batch(events=tuple(next(said) for _ in range(BULK)), bookmark=mark))

    in_bulk()
    making = median(spent(lambda: [next(said) for _ in range(BULK)]) for _ in range(ROUNDS))
    for name, work, number, free in (
        ("a message on its own", singly, SINGLY, 0.0),
        ("a reaction on its own", reactions, SINGLY, 0.0),
        ("a message among 4,000", in_bulk, BULK, making),
        ("a delivery of nothing", lambda: [app.deliver() for _ in range(SINGLY)], SINGLY, 0.0),
    ):
        each = median(spent(work) - free for _ in range(ROUNDS)) / number
        print(f"{name}: {each * 1e6:,.1f} microseconds of CPU")


def main() -> None:
    """Measure on a new database; with --profile, say where the time goes."""
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{Path(folder, 'bench.db')}")
        migrate(engine, now=utcnow())
        app = App(sessions=sessions_of(engine))
        if "--profile" not in sys.argv:
            measure(app)
            return
        said = messages(to_micros(utcnow()))
        app.receive(Batch(events=(next(said),)))
        with cProfile.Profile() as profile:
            for message in (next(said) for _ in range(SINGLY)):
                app.receive(Batch(events=(message,)))
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    main()
