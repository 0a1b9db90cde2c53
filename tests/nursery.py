"""Raises real processes that are killed at any moment: run as a program, it forks them on demand.

A line of JSON on standard input is one story to live through; the answer is a line of exit codes,
-9 for a child that was killed. Children are forked from a process that has imported everything
already, and that has no threads.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import structlog
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot import outbox
from bot.app import App
from bot.domain.events import Batch, CommandGiven, Event, MessagePosted
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Form, Home, Post
from bot.domain.topics import TopicsIn, none_followed
from bot.ports import Check, DeliveryError, Receive, nothing_wrong
from bot.storage.base import connect, sessions_of
from bot.storage.schema import migrate
from tests.probe import probe

ROOT = Path(__file__).parents[1]


class Nursery:
    """The tests' side of it: tells stories, and learns how they ended."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def lives(self, story: str, *, twins: int = 1, **told: object) -> list[int]:
        """Let *twins* processes live through *story* at once; their exit codes, sorted."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"story": story, "twins": twins, **told}) + "\n")
        self.process.stdin.flush()
        answer: list[int] = json.loads(self.process.stdout.readline())
        return answer

    def stop(self) -> None:
        """Let it go."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


class FilePlatform:
    """A platform whose memory is a file, so that it outlives those who speak to it.

    It kills whoever says its post number `dies_at` right after having taken it, or just before.
    """

    name = "fake"
    shares_out = False

    def __init__(self, path: Path, *, dies_at: int = 0, is_taken: bool = True) -> None:
        self.path = path
        self.dies_at = dies_at
        self.is_taken = is_taken

    def start(
        self, receive: Receive, check: Check = nothing_wrong, topics: TopicsIn = none_followed
    ) -> None:
        """Nothing happens here."""

    def stop(self) -> None:
        """Nothing happens here."""

    def post(self, post: Post, *, key: str) -> str:
        """Take *post*."""
        number = len(self.keys()) + 1
        if number == self.dies_at and not self.is_taken:
            die()
        with self.path.open("a") as file:
            file.write(key + "\n")
        if number == self.dies_at:
            die()
        return str(number)

    def keys(self) -> list[str]:
        """The keys of all posts, in the order in which they were taken."""
        return self.path.read_text().splitlines() if self.path.exists() else []

    def update(self, message: str, post: Post) -> None:
        """Nobody does."""

    def delete(self, message: str, to: str) -> None:
        """Nobody does."""

    def show(self, home: Home) -> None:
        """Nobody does."""

    def open(self, form: Form, *, member: MemberId, trigger: str) -> None:
        """Nobody does."""

    def find(self, to: str, *, key: str, since: datetime) -> str | None:
        """The name of the post made for *key*."""
        if self.path.with_suffix(".mute").exists():
            raise DeliveryError("the platform can't tell")
        return str(self.keys().index(key) + 1) if key in self.keys() else None


def die() -> None:
    """Be killed, as by a power cut of one's own: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


def mortal(url: str, dies_at: int) -> Engine:
    """The way into a database, which kills its process at statement or commit *dies_at*."""
    engine = connect(url)
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == dies_at:
            die()

    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", count)
    return engine


MOMENT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def happenings() -> list[Event]:
    """What happens in the stories of the inbox."""
    place, ada = ChannelId("fake:T1/C-general"), MemberId("fake:T1/U-ada")
    said = [
        MessagePosted(channel=place, ts=number, author=ada, length=10 + number)
        for number in range(1, 5)  # the third is of those that the probe fails at
    ]
    typed = CommandGiven(
        id="act-1", command="net", text="probe", channel=place, member=ada, at=5, trigger="permit"
    )
    return [said[0], said[1], typed, said[2], typed, said[3]]


def inbox_story(told: dict[str, Any]) -> None:
    """Receive what the platform was not yet told to be safe, noting what it was told."""
    engine = mortal(told["url"], told.get("dies_at", 0))
    app = App(sessions=sessions_of(engine), features=[probe], clock=lambda: MOMENT)
    told_safe = Path(told["acknowledged"])
    done = set(told_safe.read_text().split()) if told_safe.exists() else set()
    app.work()
    for number, happened in enumerate(happenings()):
        if str(number) not in done:
            app.receive(Batch(events=(happened,)))
            with told_safe.open("a") as file:
                file.write(f"{number}\n")


def outbox_story(told: dict[str, Any]) -> None:
    """Say what is due, after having settled what was left."""
    engine = mortal(told["url"], told.get("dies_at", 0))
    now = MOMENT + timedelta(minutes=told.get("minutes", 0))
    platform = FilePlatform(
        Path(told["said"]), dies_at=told.get("dies_saying", 0), is_taken=told.get("is_taken", True)
    )
    sessions, platforms = sessions_of(engine), {"fake": platform}
    outbox.recover(sessions, platforms, lambda: now)
    outbox.deliver(sessions, platforms, lambda: now)


def ticking_story(told: dict[str, Any]) -> None:
    """Tick once at each of some moments."""
    engine = connect(told["url"])
    moments = [msgspec.convert(moment, datetime) for moment in told["moments"]]
    now = moments[0]
    platform = FilePlatform(Path(told["said"]))
    app = App(
        sessions=sessions_of(engine), platforms=[platform], features=[probe], clock=lambda: now
    )
    for moment in moments:
        now = moment
        app.tick()


def migration_story(told: dict[str, Any]) -> None:
    """Bring a database up to date."""
    migrate(mortal(told["url"], told.get("dies_at", 0)), now=MOMENT)


STORIES: dict[str, Callable[[dict[str, Any]], None]] = {
    "inbox": inbox_story,
    "outbox": outbox_story,
    "ticking": ticking_story,
    "migration": migration_story,
}


def child(told: dict[str, Any]) -> int:
    """Fork a process that lives through the story; its id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        STORIES[told["story"]](told)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def main() -> None:
    """Live through what is told, until nothing more is."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    for line in sys.stdin:
        told = json.loads(line)
        pids = [child(told) for _ in range(told["twins"])]
        codes = sorted(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids)
        sys.stdout.write(json.dumps(codes) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
