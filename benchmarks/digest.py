"""Measures the digest of the largest network, through the database, and the choice by itself.

    python benchmarks/digest.py [--weeks 26] [--database URL] [--profile]

5,000 members write 20,000 messages a week in 300 channels. All that is held of half a year goes
through the bot's own front door into a database (SQLite in a new file, or an empty one that is
given). A process of its own then composes the digest of the last week, the preview with whom it
would ask, and the choice of whom to ask: wall and CPU seconds, the most memory of the whole
process, and the blocks as Slack would get them, checked by the rules of Slack's stand-in. The first
digest of a process brings in what it needs, as a calendar of holidays; so it is made once more.
Goal: the whole digest, the first one too, in 2 seconds of CPU and 200 MiB.

First: 1,836 candidates chosen from in at most 50 ms, ten and a hundred times as many in linear time
(here 3.4 ms, and 11 and 116 times that).
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.app import App
from bot.domain.events import (
    Batch,
    Bookmark,
    ChannelKind,
    ChannelSeen,
    Event,
    MemberJoined,
    MessagePosted,
    PersonSeen,
    ReactionAdded,
    to_micros,
)
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Post
from bot.judgement.little_known import Candidate, choose, places, rank
from bot.platforms.slack.blocks import to_message
from bot.storage import ideas
from bot.storage import places as stored
from bot.storage.base import connect, sessions_of
from bot.storage.schema import migrate
from handlers import FEATURES, digest

WEEK = 1_836  # candidates in a busy community's week
PEOPLE, CHANNELS, MESSAGES = 5_000, 300, 20_000
FRIDAY = datetime(2026, 3, 6, 12, tzinfo=UTC)
WHERE = "bench:T1"
BULK = 4_000
GOAL_SECONDS, GOAL_MIB = 2.0, 200


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


# The network


def member(number: int) -> MemberId:
    """Somebody's id."""
    return MemberId(f"{WHERE}/U{number}")


def channel(number: int) -> ChannelId:
    """A channel's id."""
    return ChannelId(f"{WHERE}/C{number}")


def town() -> Iterator[Event]:
    """All channels and members; a few join in the last week."""
    for n in range(CHANNELS):
        kind = ChannelKind.PUBLIC
        yield ChannelSeen(channel=channel(n), name=f"ward-{n:03d}", kind=kind, is_main=n == 0)
    for n in range(PEOPLE):
        yield PersonSeen(member=member(n), name=f"Person {n}")
        ago = timedelta(days=3 if n % 100 == 0 else 300)
        yield MemberJoined(channel=channel(0), member=member(n), at=to_micros(FRIDAY - ago))


def talk(weeks: int) -> Iterator[Event]:
    """What is said: most of it in threads, with reactions, and a mark here and there."""
    random = Random(1)
    begin, end = to_micros(FRIDAY - timedelta(weeks=weeks)), to_micros(FRIDAY)
    opened: list[int | None] = [None] * CHANNELS
    taken: set[int] = set()
    for ts in sorted(random.sample(range(begin, end), MESSAGES * weeks)):
        place = min(int(random.expovariate(1 / 60)), CHANNELS - 1)
        if random.random() < 0.3:
            opened[place] = ts
        author = min(int(random.expovariate(1 / 900)), PEOPLE - 1)
        length = min(int(random.lognormvariate(4.6, 0.9)), 4_000)
        yield MessagePosted(
            channel=channel(place),
            ts=ts,
            author=member(author),
            length=length,
            worth=random.gauss(0.1, 0.4),
            thread=opened[place],
            asks=random.random() < 0.2,
        )
        taken.add(ts)
        if random.random() < 1 / 3:
            emoji = "bulb" if random.random() < 0.03 else "heart"
            who = member(random.randrange(PEOPLE))
            yield ReactionAdded(channel=channel(place), ts=ts, member=who, emoji=emoji)


def fill(app: App, weeks: int) -> None:
    """Let *app* hear all of it, in bulk, do its daily work, and let ideas wait."""
    batch: list[Event] = []
    for number, event in enumerate((*town(), *talk(weeks))):
        batch.append(event)
        if len(batch) == BULK:
            mark = Bookmark(source="bench", position=f"{number}")
            app.receive(Batch(events=tuple(batch), bookmark=mark))
            batch = []
    app.receive(Batch(events=tuple(batch), bookmark=Bookmark(source="bench", position="end")))
    compose(app, is_preview=False)  # closes and reads the days, as the bot does every day
    with app.sessions.begin() as session:
        network = stored.networks(session)[0]
        for n in range(2_000, 2_020):
            person = stored.person_at(session, member(n))
            assert person is not None
            words = " ".join(f"{each:x}" for each in Random(n).sample(range(10**6, 10**7), 50))[
                :300
            ]
            idea = ideas.Idea(
                network_id=network.id, person_id=person.id, state="agreed", reasons=[],
                is_less_heard=True, plain_words=words, is_named=True,
                answered_at=FRIDAY, created_at=FRIDAY,
            )  # fmt: skip
            ideas.keep(session, idea)


def opened(url: str) -> App:
    """The bot on that database, with every feature on and as many ideas in a digest as may be."""
    engine = connect(url)
    migrate(engine, now=FRIDAY - timedelta(weeks=52))
    on: dict[str, dict[str, object]] = {feature.name: {} for feature in FEATURES}
    on["ideas"] = {"at_most": 5}
    return App(sessions=sessions_of(engine), sections=on, clock=lambda: FRIDAY)


# What is measured


def compose(app: App, *, is_preview: bool) -> Post:
    """The digest of the last week as a post, or its preview."""
    settings = digest.Settings()
    with app.sessions.begin() as session:
        network = stored.networks(session)[0]
    with app.context(network, occasion="bench") as ctx:
        period = digest.period_of(settings, digest.next_week(settings, ctx), is_preview=is_preview)
        if is_preview:
            words = ctx.prompts.render(
                "digest/preview", **digest.preview_values(settings, ctx, period)
            )
        else:
            sections = digest.compose(ctx, period)
            words = ctx.prompts.render("digest/weekly", **digest.values(ctx, period, sections))
    return Post(to=channel(0), text=words.text, buttons=words.buttons)


def megabytes() -> float:
    """The most memory that this process has held so far, in MiB.

    Linux counts what a process's parent held as its own, too, but for what it says in its status.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(each for each in status.read_text().splitlines() if each.startswith("VmHWM"))
        return int(line.split()[1]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def measure(url: str, *, is_profiled: bool) -> None:
    """Print what it costs, and what Slack would say to it."""
    from tests.standin.rules import block_problems

    app = opened(url)
    gc.freeze()  # as the bot does when it begins
    gc.set_threshold(50_000, 20, 50)
    print(f"before anything: {megabytes():.0f} MiB")
    profile = cProfile.Profile()
    runs = ("the digest", False), ("the same once more", False), ("its preview", True)
    for name, is_preview in runs:
        wall, cpu = time.perf_counter(), time.process_time()
        if is_profiled:
            profile.enable()
        post = compose(app, is_preview=is_preview)
        profile.disable()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        if name == "the digest":
            is_met = cpu <= GOAL_SECONDS and megabytes() <= GOAL_MIB
        shown = to_message(post, str, site="https://example.slack.com")
        blocks = [block.to_dict() for block in shown.blocks]
        problems = block_problems(blocks, surface="message")
        print(
            f"{name}: {wall:.2f} s, {cpu:.2f} s of CPU, {megabytes():.0f} MiB at most; "
            f"{len(blocks)} blocks, {len(shown.text):,} characters, {len(post.buttons)} buttons; "
            f"{problems or 'Slack takes it'}"
        )
        assert not problems
        assert len(blocks) <= 50
    if is_profiled:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
    print(f"goal of {GOAL_SECONDS:.0f} s of CPU and {GOAL_MIB} MiB {'met' if is_met else 'MISSED'}")


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weeks", type=int, default=26)
    parser.add_argument("--database", default="", help="the URL of an empty one, or a filled one")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        measure(asked.database, is_profiled=asked.profile)
        return
    one, *more = (seconds(week(times * WEEK)) for times in (1, 10, 100))
    print(f"{WEEK:,} candidates {one * 1000:.1f} ms; ten and a hundred times as many take ", end="")
    print(" and ".join(f"{each / one:.1f}" for each in more), "times that")
    with tempfile.TemporaryDirectory() as folder:
        url = asked.database or f"sqlite:///{Path(folder, 'bench.db')}"
        begin = time.process_time()
        fill(opened(url), asked.weeks)
        print(
            f"{PEOPLE:,} members, {CHANNELS} channels, {asked.weeks} weeks of {MESSAGES:,} "
            f"messages: heard in {time.process_time() - begin:.0f} s of CPU",
            flush=True,
        )
        again = [sys.executable, __file__, "--measure", "--database", url]
        subprocess.run([*again, *["--profile"] * asked.profile], check=True)


if __name__ == "__main__":
    main()
