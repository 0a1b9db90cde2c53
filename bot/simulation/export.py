"""Writes a simulated network as a Slack workspace export, to a folder or a .zip file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.domain.events import (
    ChannelKind,
    ChannelSeen,
    Event,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    PersonSeen,
    ReactionAdded,
)
from bot.domain.ids import ChannelId, MemberId
from bot.simulation import records
from bot.simulation.life import tell
from bot.simulation.plan import Plan
from bot.simulation.records import Kept, Record

HELD = timedelta(days=35)
"""How long a day is held back: later than this nobody answers any more (28 days, and a weekend)."""


class Shelf(Protocol):
    """Where the files of an export go."""

    def __call__(self, path: str, content: bytes) -> None:
        """Put *content* at *path* inside the export."""


def write_export(plan: Plan, target: Path) -> None:
    """Write the plan's network to *target*: a .zip file, or else a folder (made if need be).

    Day by day, so that memory holds about five weeks. As in Slack's own exports, deleted messages
    are missing, edited ones stand as they last stood, and who was there from the start has no
    line about joining. Private channels are in ``groups.json``.
    """
    with _shelf(target) as put:
        writer = _Writer(plan, put)
        for at, event, text in tell(plan):
            writer.take(at, event, text)
        writer.finish()


@contextmanager
def _shelf(target: Path) -> Iterator[Shelf]:
    if target.suffix == ".zip":
        target.parent.mkdir(parents=True, exist_ok=True)
        with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1) as archive:

            def into_archive(path: str, content: bytes) -> None:
                archive.writestr(ZipInfo(path), content, ZIP_DEFLATED, 1)

            yield into_archive
        return
    made: set[Path] = set()

    def into_folder(path: str, content: bytes) -> None:
        place = target / path
        if place.parent not in made:
            place.parent.mkdir(parents=True, exist_ok=True)
            made.add(place.parent)
        place.write_bytes(content)

    yield into_folder


class _Writer:
    """Takes events in, and writes a channel's day once nothing more can be said of it."""

    def __init__(self, plan: Plan, put: Shelf) -> None:
        self.plan, self.put = plan, put
        self.names: dict[ChannelId, str] = {}
        self.channels: list[ChannelSeen] = []
        self.users: list[Record] = []
        self.profiles: dict[MemberId, Record] = {}
        self.members: defaultdict[ChannelId, dict[MemberId, None]] = defaultdict(dict)
        self.kept: dict[tuple[ChannelId, int], Kept] = {}
        self.days: defaultdict[date, dict[ChannelId, list[Kept | Record]]] = defaultdict(dict)
        self.today = plan.start

    def take(self, at: int, event: Event, text: str | None) -> None:
        """What happened at *at*, with the *text* of a message."""
        if at >= self.plan.midnight(self.today + timedelta(days=1)):
            self.today = self.plan.day_of(at)
            self._write_until(self.today - HELD)
        match event:
            case MessagePosted():
                self._keep(event, text or "")
            case MessageEdited() | MessageDeleted() | ReactionAdded():
                self._change(event, text or "")
            case MemberJoined() | MemberLeft():
                self._come_or_go(event)
            case PersonSeen():
                self._meet(event)
            case ChannelSeen():
                self.channels.append(event)
                self.names[event.channel] = event.name

    def finish(self) -> None:
        """Write what is left, and who and what there is."""
        self._write_until(self.plan.end)
        self.put("users.json", records.written(self.users))
        public = [x for x in self.channels if x.kind is ChannelKind.PUBLIC]
        private = [x for x in self.channels if x.kind is not ChannelKind.PUBLIC]
        self.put("channels.json", records.written([self._channel(x) for x in public]))
        if private:
            self.put("groups.json", records.written([self._channel(x) for x in private]))

    def _keep(self, event: MessagePosted, text: str) -> None:
        kept = self.kept[event.channel, event.ts] = Kept(event, text)
        self._file(event.channel, kept)
        parent = self.kept.get((event.channel, event.thread or 0))
        if parent is not None:
            kept.parent = parent.event.author
            parent.answers.append((event.author, event.ts))

    def _change(self, event: MessageEdited | MessageDeleted | ReactionAdded, text: str) -> None:
        kept = self.kept.get((event.channel, event.ts))
        match event:
            case _ if kept is None:
                pass
            case MessageEdited():
                kept.text, kept.edited = text, event.edited
            case MessageDeleted():
                kept.is_deleted = True
                self._forget_answer(kept)
            case ReactionAdded():
                kept.reactions.setdefault(event.emoji, []).append(event.member)

    def _forget_answer(self, kept: Kept) -> None:
        parent = self.kept.get((kept.event.channel, kept.event.thread or 0))
        if parent is not None:
            parent.answers.remove((kept.event.author, kept.event.ts))

    def _come_or_go(self, event: MemberJoined | MemberLeft) -> None:
        if isinstance(event, MemberJoined):
            self.members[event.channel][event.member] = None
        else:
            self.members[event.channel].pop(event.member, None)
        if event.at >= self.plan.midnight(self.plan.start):
            self._file(event.channel, records.coming_or_going(event))

    def _meet(self, seen: PersonSeen) -> None:
        self.profiles[seen.member] = records.profile(seen.member, seen.name)
        user = records.user(seen.member, seen.name, seen.timezone, is_bot=seen.is_bot)
        self.users.append(user)

    def _file(self, channel: ChannelId, entry: Kept | Record) -> None:
        self.days[self.today].setdefault(channel, []).append(entry)

    def _write_until(self, day: date) -> None:
        """Write the days before *day* that are still held."""
        for ready in sorted(held for held in self.days if held < day):
            for channel, entries in self.days.pop(ready).items():
                self._write_day(channel, ready, entries)

    def _write_day(self, channel: ChannelId, day: date, entries: list[Kept | Record]) -> None:
        lines: list[Record] = []
        for entry in entries:
            if not isinstance(entry, Kept):
                lines.append(entry)
                continue
            del self.kept[entry.event.channel, entry.event.ts]
            if not entry.is_deleted:
                lines.append(records.message(entry, self.profiles))
        if lines:
            self.put(f"{self.names[channel]}/{day}.json", records.written(lines))

    def _channel(self, seen: ChannelSeen) -> Record:
        members = [records.slack_id(member) for member in self.members[seen.channel]]
        created = self.plan.midnight(self.plan.start) // 10**6 - 400 * 86400
        return records.channel(seen.channel, seen.name, created, members, seen.is_main)
