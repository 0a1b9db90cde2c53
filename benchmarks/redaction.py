"""How soon a posted digest lets go of what was deleted: ``python benchmarks/redaction.py``.

Eight weekly digests of a network of 80 people are posted to a platform that only remembers. Then
each message that one of them points to is deleted, one after the other, through the very threads
that run live. Prints the seconds (by the clock on the wall) from the deletion's arrival to the
platform's being asked to change the post: the median and the 99th percentile.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from threading import Event as Signal

from bot.app import App, utcnow
from bot.domain.events import (
    Batch,
    Bookmark,
    ChannelSeen,
    Event,
    MessageDeleted,
    MessagePosted,
    to_micros,
)
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Form, Home, Post
from bot.live import Live
from bot.ports import Check, Receive, nothing_wrong
from bot.storage.base import connect, sessions_of
from bot.storage.schema import migrate

WEEKS, A_DAY, ASKED = 8, 120, 5
ROOMS = [ChannelId(f"bench:T1/C{number}") for number in range(6)]


class Memory:
    """A platform that remembers its posts, and says when one is changed."""

    name = "bench"
    shares_out = False

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.changed = Signal()
        self.receive: Receive | None = None

    def start(self, receive: Receive, check: Check = nothing_wrong) -> None:
        """Keep whom to tell."""
        self.receive = receive

    def stop(self) -> None:
        """Nothing runs here."""

    def post(self, post: Post, *, key: str) -> str:
        """Take it."""
        self.posts.append(post)
        return str(len(self.posts) - 1)

    def update(self, message: str, post: Post) -> None:
        """Take it in the other's place."""
        self.posts[int(message)] = post
        self.changed.set()

    def delete(self, message: str, to: str) -> None:
        """Nobody does."""

    def show(self, home: Home) -> None:
        """Nobody does."""

    def open(self, form: Form, *, member: MemberId, trigger: str) -> None:
        """Nobody does."""

    def find(self, to: str, *, key: str, since: datetime) -> str | None:
        """Nothing is in doubt."""
        return None


def week(monday: datetime, dice: random.Random) -> Iterator[MessagePosted]:
    """A week's talk, and questions that nobody answers, each in a room of its own."""
    for day in range(5):
        opening = None
        for number in range(A_DAY):
            at = to_micros(monday + timedelta(days=day, hours=8, minutes=4 * number))
            opening = at if number % 6 == 0 else opening
            yield MessagePosted(
                channel=ROOMS[0],
                ts=at,
                author=MemberId(f"bench:T1/U{dice.randrange(80)}"),
                thread=opening,
                length=90,
            )
    for number in range(ASKED):
        at = to_micros(monday + timedelta(days=2, hours=10, minutes=number))
        author = MemberId(f"bench:T1/U{dice.randrange(80)}")
        room = ROOMS[1 + number]
        yield MessagePosted(channel=room, ts=at, author=author, length=60, asks=True)


def tell(app: App, mark: int, *events: Event) -> None:
    """Let the app read of what happened."""
    bookmark = Bookmark(source="bench", position=str(mark))
    app.receive(Batch(events=events, bookmark=bookmark))


def seconds(live: Live, platform: Memory, deleted: MessageDeleted) -> float:
    """From a deletion's arrival until the platform was asked to change a post."""
    platform.changed.clear()
    begin = time.monotonic()
    live.receive(Batch(events=(deleted,)))
    if not platform.changed.wait(60):
        raise RuntimeError(f"{deleted} changed nothing")
    return time.monotonic() - begin


def main() -> None:
    """Post the digests, delete what they point to, and print how long each took to follow."""
    dice = random.Random(20260302)
    start = datetime.fromisoformat("2026-01-05T00:00:00+00:00")
    now = start
    platform = Memory()
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{Path(folder, 'bench.db')}")
        migrate(engine, now=utcnow())
        app = App(sessions=sessions_of(engine), platforms=[platform], clock=lambda: now)
        tell(app, -1, *(ChannelSeen(channel=room, name=room[-2:]) for room in ROOMS))
        asked: list[MessagePosted] = []
        for number in range(WEEKS):
            monday = start + timedelta(weeks=number)
            said = list(week(monday, dice))
            asked += [message for message in said if message.asks]
            tell(app, number, *said)
            now = monday + timedelta(days=4, hours=12, minutes=1)
            app.tick()
        digests = len(platform.posts)
        live = Live(app)
        live.start()
        dice.shuffle(asked)
        taken = [
            seconds(live, platform, MessageDeleted(channel=each.channel, ts=each.ts))
            for each in asked
        ]
        live.stop()
        engine.dispose()
    left = sum(str(each.ts) in post.text for each in asked for post in platform.posts)
    print(f"{digests} digests, {len(taken)} deletions, {left} links left")
    print(f"median {median(taken):.3f} s, p99 {quantiles(taken, n=100)[98]:.3f} s")


if __name__ == "__main__":
    main()
