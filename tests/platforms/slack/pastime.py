"""Time that passes only by waiting, what was passed on, and a client of the stand-in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from slack_sdk import WebClient

from bot.domain.events import Batch, Event
from bot.platforms.slack.asking import Asker
from bot.platforms.slack.directory import Directory
from bot.platforms.slack.me import Lookup
from tests.standin.server import StandIn

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
Kind = TypeVar("Kind")


class Pastime:
    """A clock for Slack and the bot; `waited` are the seconds of each wait."""

    def __init__(self) -> None:
        self.now = START
        self.waited: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> bool:
        """Let *seconds* pass; it is never time to stop."""
        self.waited.append(seconds)
        self.now += timedelta(seconds=seconds)
        return False

    def elapsed(self) -> float:
        """Seconds since the start."""
        return (self.now - START).total_seconds()


class Kept:
    """What was passed on, and the newest bookmark of each source."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.bookmarks: dict[str, str] = {}

    def __call__(self, batch: Batch) -> None:
        self.batches.append(batch)
        if batch.bookmark is not None:
            self.bookmarks[batch.bookmark.source] = batch.bookmark.position

    @property
    def events(self) -> Sequence[Event]:
        """All of them, in order."""
        return [event for batch in self.batches for event in batch.events]

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Those of one kind."""
        return [event for event in self.events if isinstance(event, kind)]


def client_of(slack: StandIn) -> WebClient:
    """The app's client, which never tries again by itself."""
    return WebClient(slack.bot_token, base_url=slack.api, retry_handlers=[], timeout=5)


def asker_of(slack: StandIn, time: Pastime) -> Asker:
    """The app's questions, at the stand-in's own pace."""
    return Asker(client_of(slack), wait=time.wait, elapsed=time.elapsed)


def learn(directory: Directory) -> tuple[str, ...]:
    """Learn of all channels that the bot is in, and who is there, as at its start."""
    heard = directory.see_channels()
    directory.catch_up(heard)
    return tuple(heard)


def look_up(directory: Directory, lookup: Lookup) -> str | None:
    """Look up what an event left open, and meet who is in a channel that is new."""
    if (new := directory.look_up(lookup)) is not None:
        directory.meet(new)
    return new
