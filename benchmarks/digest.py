"""Measures the choice of a digest: 1,836 candidates in at most 50 ms, in linear time.

python benchmarks/digest.py

Then the same in the largest network: who answered whom in four weeks of 5,000 members in 300
channels, and the choice from its last week, with the most memory that was held.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.domain.events import to_micros
from bot.judgement.little_known import Candidate, choose, places, rank
from bot.judgement.responses import Arrivals, audiences, responses
from bot.judgement.talk import DAY, Reacted, Said, Setting, lay_out

WEEK = 1_836  # candidates in a busy community's week
PEOPLE, CHANNELS, MESSAGES = 5_000, 300, 80_000
FIRST = date(2026, 3, 2)


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
            earlier=n % 4,
            voice=random.randrange(90),
        )
        for n in range(number)
    ]


def seconds(given: list[Candidate]) -> float:
    """Best of five."""
    took = []
    for _ in range(5):
        start = time.process_time()
        choose(rank(given), at_most=places(given, at_most=5))
        took.append(time.process_time() - start)
    return min(took)


def month() -> tuple[list[Said], list[Reacted]]:
    """Four weeks of the largest network: messages, most of them in threads, and reactions."""
    random = Random(1)
    begin = to_micros(datetime(2026, 3, 2, tzinfo=UTC))
    said: list[Said] = []
    open_threads = [begin] * CHANNELS
    for ts in sorted(random.sample(range(begin, begin + 28 * DAY), MESSAGES)):
        channel = min(int(random.expovariate(1 / 60)), CHANNELS - 1)
        if random.random() < 0.3:
            open_threads[channel] = ts
        author = min(int(random.expovariate(1 / 900)), PEOPLE - 1)
        said.append(Said(channel, ts, author, open_threads[channel], False, random.random() < 0.2))
    marked = random.sample(said, MESSAGES // 3)
    return said, [Reacted(one.channel, one.ts, random.randrange(PEOPLE)) for one in marked]


def chosen_of(said: list[Said], reacted: list[Reacted]) -> int:
    """How many were chosen from the last week, of how it was answered."""
    last = FIRST + timedelta(days=27)
    talk = lay_out(said, reacted, Setting(tz=ZoneInfo("UTC")), until=last)
    response = responses(talk, Arrivals(begins=0, joined={}, wrote={}))
    end = to_micros(datetime(2026, 3, 30, tzinfo=UTC))
    audience = audiences(talk, since=end - 28 * DAY, until=end)
    given = [
        Candidate(
            channel=one.channel,
            ts=one.ts,
            author=one.author,
            conversation=heard.conversation,
            opens=heard.opens,
            length=40 + one.ts % 900,
            worth=one.ts % 7 / 10,
            attention=len(heard.replied | heard.reacted),
            replied=len(heard.replied),
            audience=audience[one.channel],
        )
        for one in said
        if one.ts >= end - 7 * DAY
        for heard in [response[one.channel, one.ts]]
    ]
    return len(choose(rank(given), at_most=5))


def main() -> None:
    """Print both."""
    one, ten = seconds(week(WEEK)), seconds(week(10 * WEEK))
    print(f"{WEEK:,} candidates {one * 1000:.1f} ms; ten times as many {ten / one:.1f} times that")
    said, reacted = month()
    start = time.process_time()
    number = chosen_of(said, reacted)
    took = time.process_time() - start
    tracemalloc.start()
    chosen_of(said, reacted)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    print(
        f"{PEOPLE:,} members, {CHANNELS} channels, {MESSAGES:,} messages in four weeks: "
        f"{took:.1f} s of CPU, {peak:.0f} MiB at most ({number} chosen)"
    )


if __name__ == "__main__":
    main()
