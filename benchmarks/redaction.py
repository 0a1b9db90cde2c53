"""How soon a posted digest lets go of what was deleted: ``python benchmarks/redaction.py``.

Eight weekly digests of a network of 80 people are posted to a Slack that stands in. Then each
message that one of them points to is deleted there, one after the other, while the bot is live.
Prints the seconds (by the clock on the wall) from the deletion to the moment in which the post
reads differently in Slack: the median and the 99th percentile; and the links that are left.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.app import App, utcnow
from bot.domain.events import Batch, Bookmark, ChannelSeen, Event, MessagePosted, to_micros
from bot.domain.ids import ChannelId, MemberId
from bot.live import Live
from bot.platforms.slack.platform import Slack
from bot.platforms.slack.settings import SlackSettings
from bot.storage.base import connect, sessions_of
from bot.storage.schema import migrate
from tests.standin.server import StandIn
from tests.standin.world import Message

WEEKS, A_DAY, ASKED, PEOPLE = 8, 120, 5, 80
START = datetime(2026, 1, 5, tzinfo=UTC)


class Clock:
    """A clock that is set by hand, and then goes as time does."""

    def __init__(self) -> None:
        self.at, self.since = START, time.monotonic()

    def set(self, at: datetime) -> None:
        """It is *at* now."""
        self.at, self.since = at, time.monotonic()

    def __call__(self) -> datetime:
        """What it shows."""
        return self.at + timedelta(seconds=time.monotonic() - self.since)


class Network:
    """People who talk at a Slack that stands in, and the bot that posts its digests there."""

    def __init__(self, slack: StandIn, app: App, clock: Clock) -> None:
        self.slack, self.app, self.clock = slack, app, clock
        self.dice = random.Random(20260302)
        self.team = slack.world.team.id
        self.people = [slack.person(f"Person {number}") for number in range(PEOPLE)]
        names = ["general", *(f"room-{number}" for number in range(ASKED))]
        self.rooms = [slack.channel(name, *self.people, bot=True) for name in names]
        self.asked: list[Message] = []
        self.batches = 0
        self.tell(
            *(ChannelSeen(channel=self.named(each.id), name=each.name) for each in self.rooms)
        )

    def named(self, raw: str) -> ChannelId:
        """The channel's name as the app has it."""
        return ChannelId(f"slack:{self.team}/{raw}")

    def tell(self, *events: Event) -> None:
        """Let the app read of what happened."""
        self.batches += 1
        bookmark = Bookmark(source="bench", position=str(self.batches))
        self.app.receive(Batch(events=events, bookmark=bookmark))

    def lives(self, monday: datetime) -> None:
        """A week's talk, questions that nobody answers, and a digest on Friday."""
        self.tell(*self._talk(monday))
        for number in range(ASKED):
            self.clock.set(monday + timedelta(days=2, hours=10, minutes=number))
            who, room = self.dice.choice(self.people), self.rooms[1 + number]
            asked = self.slack.writes(who, room, "Has anybody tried this, and how did it go?")
            self.asked.append(asked)
            ts = int(asked.ts.replace(".", ""))
            author = MemberId(f"slack:{self.team}/{who.id}")
            channel = self.named(room.id)
            self.tell(MessagePosted(channel=channel, ts=ts, author=author, length=60, asks=True))
        self.clock.set(monday + timedelta(days=4, hours=12, minutes=1))
        self.app.tick()

    def _talk(self, monday: datetime) -> Iterator[MessagePosted]:
        channel = self.named(self.rooms[0].id)
        for day in range(5):
            opening = None
            for number in range(A_DAY):
                at = to_micros(monday + timedelta(days=day, hours=8, minutes=4 * number))
                opening = at if number % 6 == 0 else opening
                author = MemberId(f"slack:{self.team}/{self.dice.choice(self.people).id}")
                yield MessagePosted(
                    channel=channel, ts=at, author=author, thread=opening, length=90
                )

    def seconds(self, asked: Message) -> float:
        """From a deletion until no post points to what is gone."""
        begin = time.monotonic()
        self.slack.deletes(asked)
        while self.links(asked):
            if time.monotonic() - begin > 60:
                raise RuntimeError(f"the deletion of {asked.ts} changed nothing")
            time.sleep(0.002)
        return time.monotonic() - begin

    def links(self, asked: Message) -> int:
        """How many posts point to *asked*, as they stand now."""
        name = f"p{asked.ts.replace('.', '')}"
        read = self.slack.sees(self.people[0])
        return sum(name in link for post in read for link in post.links)


def main() -> None:
    """Post the digests, delete what they point to, and print how long each took to follow."""
    clock = Clock()
    with StandIn(socket=True, clock=clock) as slack, folder_for_a_while() as folder:
        engine = connect(f"sqlite:///{folder / 'bench.db'}")
        migrate(engine, now=utcnow())
        settings = SlackSettings(
            bot_token=slack.bot_token, app_token=slack.app_token, api=slack.api, mode="socket"
        )
        platform = Slack(settings, clock=clock)
        app = App(sessions=sessions_of(engine), platforms=[platform], clock=clock)
        network = Network(slack, app, clock)
        for number in range(WEEKS):
            network.lives(START + timedelta(weeks=number))
        digests = [post for post in slack.posts if (post.key or "").startswith("digest/")]
        pointed = [asked for asked in network.asked if network.links(asked)]
        network.dice.shuffle(pointed)
        live = Live(app)
        live.start()
        taken = [network.seconds(asked) for asked in pointed]
        live.stop()
        engine.dispose()
        left = sum(network.links(asked) for asked in pointed)
    print(f"{len(digests)} digests, {len(taken)} deletions, {left} links left")
    print(f"median {median(taken):.3f} s, p99 {quantiles(taken, n=100)[98]:.3f} s")


@contextmanager
def folder_for_a_while() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="animateur-redaction-") as folder:
        yield Path(folder)


if __name__ == "__main__":
    main()
