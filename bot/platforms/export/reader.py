"""An opened export: its people and channels first, then its days, channel by channel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import TypeVar

from bot.domain.events import Batch, Bookmark, ChannelKind, Event
from bot.platforms.export.box import Box, Limits, Unreadable
from bot.platforms.export.directory import (
    LATEST,
    LISTS,
    Directory,
    People,
    to_channel,
    to_joins,
    to_person,
)
from bot.platforms.export.folder import FolderBox
from bot.platforms.export.messages import Translator
from bot.platforms.export.plan import (
    ENCRYPTED,
    NOT_AN_EXPORT,
    find_days,
    find_lists,
    find_root,
    is_encrypted,
)
from bot.platforms.export.records import Block, Records
from bot.platforms.export.report import ExportError, Report
from bot.platforms.export.rows import ChannelRow, Row, TeamRow, UserRow
from bot.platforms.export.zipped import ZipBox

ENOUGH = 8_000  # events make a batch, once the file they are in is read
MOST = 10_000  # events make a batch even in the middle of a file

T = TypeVar("T")


def open_export(
    path: str | Path,
    *,
    workspace: str | None = None,
    include: Sequence[str] = (),
    latest: int = LATEST,
    limits: Limits | None = None,
) -> Export:
    """Open the export at *path*, a zip file or a folder.

    *workspace* is the id to use where the export names none; *include* are names or ids of private
    conversations to be read too; what claims to be later than *latest* (microseconds since 1970
    UTC) is set aside.

    Raises:
        ExportError: it can't be read at all; the message says why, and what to do.
    """
    place, limits = Path(path), limits or Limits()
    if not place.exists():
        raise ExportError(f"There is no {place}: give the path of a zip file or a folder.")
    box: Box = FolderBox(place, limits) if place.is_dir() else ZipBox(place, limits)
    try:
        return Export(box, include, workspace=workspace, latest=latest, limits=limits)
    except ExportError as error:
        box.close()
        raise ExportError(str(error).format(place)) from None
    except BaseException:
        box.close()
        raise


class Export:
    """An export whose lists have been read, and whose days can be, as often as wanted."""

    source: str
    """Names what is read, for the bookmark: another export, or other choices, another name."""
    total_bytes: int
    """Of all the days' files, unpacked."""
    team: str
    """The id of the workspace."""

    def __init__(
        self,
        box: Box,
        include: Sequence[str],
        *,
        workspace: str | None,
        latest: int,
        limits: Limits,
    ) -> None:
        self._box = box
        self._limits = limits
        self._latest = latest
        self._opened = Report()
        self._rows = Records(Row, limits, lambda row: row.type == "message")
        self._users = Records(UserRow, limits, lambda row: row.name is not None)
        self._lists = Records(ChannelRow, limits, lambda row: row.name is not None)
        self._directory = Directory(include)
        root = find_root(box.listing)
        self._top = find_lists(box, root, self._opened)
        self._read_lists()
        self._days, self._channels = find_days(box, root, self._directory, self._opened)
        if not self._days and not self._top:
            raise ExportError(ENCRYPTED if is_encrypted(box) else NOT_AN_EXPORT)
        self._find_people(workspace)
        self.total_bytes = sum(box.listing.size[day] for day in self._days)
        digest = blake2b(box.fingerprint(), digest_size=16)
        digest.update(repr((sorted(include), self.team)).encode("utf-8", "replace"))
        self.source = f"export:{digest.hexdigest()}"

    def close(self) -> None:
        """Let go of the file."""
        self._box.close()

    def __enter__(self) -> Export:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def batches(self, *, after: str | None = None, report: Report) -> Iterator[Batch]:
        """All that happened, or what comes *after* a bookmark's position, counted in *report*.

        People and channels come first, then the messages, channel by channel, day by day. Members
        of a channel whose coming no day tells of follow its messages, as there from its start.

        Raises:
            ExportError: *after* is no position of this export.
        """
        stage, place, records = _position(after, len(self._days))
        self._begin(report, place if stage == "days" else 0)
        report.resumed = after is not None
        if stage == "people":
            yield from self._opening(records, report)
            records = 0
        yield from self._messages(place, records, report)

    # -- opening

    def _read_lists(self) -> None:
        for name, kind in LISTS.items():
            wrong = self._opened.total_set_aside
            for row in self._all(self._lists, name, self._opened):
                self._directory.add(row, kind)
            if self._opened.total_set_aside > wrong and kind is not ChannelKind.PUBLIC:
                self._directory.blind = True

    def _find_people(self, workspace: str | None) -> None:
        people = People()
        for user in self._all(self._users, "users.json", self._opened):
            people.add(user)
        self._bots = people.bots
        self.team = people.team() or self._team_of_messages() or workspace or "export"

    def _team_of_messages(self) -> str | None:
        records = Records(TeamRow, self._limits, lambda row: False)
        for day in self._days[:20]:
            for block in self._blocks(records, day, Report()):
                for row in block.rows:
                    if row.team:
                        return row.team
        return None

    def _begin(self, report: Report, place: int) -> None:
        """Tell *report* what was found out while opening."""
        opened, directory = self._opened, self._directory
        report.private_channels = len(directory.private)
        report.direct_conversations = len(directory.direct)
        report.bytes_before = sum(self._box.listing.size[day] for day in self._days[:place])
        for aside in opened.set_aside:
            report.put_aside(aside.file, aside.index, aside.reason)
        for text in opened.notes:
            report.note(text)
        for name in sorted(directory.include - directory.asked_for):
            report.note(f"nothing called {name} was found to include")

    def _opening(self, skip: int, report: Report) -> Iterator[Batch]:
        events = islice(self._who_and_where(report), skip, None)
        while found := tuple(islice(events, MOST)):
            skip += len(found)
            yield self._batch(found, f"people:{skip}")

    def _who_and_where(self, report: Report) -> Iterator[Event]:
        for user in self._all(self._users, "users.json", Report()):
            report.people += 1
            yield to_person(user, self.team, self._bots)
        silent = set(self._directory.channels) - {channel.id for channel in self._channels}
        for channel in self._directory.channels.values():
            report.channels += 1
            yield to_channel(channel, self.team)
            if channel.id in silent:
                yield from to_joins(channel, self.team, set())

    # -- days

    def _messages(self, start: int, skip: int, report: Report) -> Iterator[Batch]:
        reader = Translator(self.team, self._bots, report, self._latest)
        self._recall(reader, start)
        for place in range(start, len(self._days)):
            if place == start or self._channels[place] is not self._channels[place - 1]:
                reader.enter(self._channels[place].id)
            count = 0
            for block in self._day(place, report):
                count = block.first + block.elements
                self._take(reader, block, place, skip if place == start else 0)
                if len(reader.events) >= MOST:
                    yield self._batch(reader.drain(), f"{place}:{count}")
            yield from self._close_day(reader, place, count)
        if reader.events:
            yield self._batch(reader.drain(), f"{len(self._days)}:0")

    def _close_day(self, reader: Translator, place: int, count: int) -> Iterator[Batch]:
        """After the last day of a channel come those whose coming no day told of."""
        channel = self._channels[place]
        if place + 1 == len(self._days) or self._channels[place + 1] is not channel:
            for event in to_joins(channel, self.team, reader.joined):
                reader.events.append(event)
                if len(reader.events) >= MOST:
                    yield self._batch(reader.drain(), f"{place}:{count}")
        if len(reader.events) >= ENOUGH:
            yield self._batch(reader.drain(), f"{place + 1}:0")

    def _day(self, place: int, report: Report) -> Iterator[Block[Row]]:
        yield from self._blocks(self._rows, self._days[place], report)
        report.files += 1
        report.bytes_read += self._box.listing.size[self._days[place]]

    def _take(self, reader: Translator, block: Block[Row], place: int, skip: int) -> None:
        """Read a block, of which *skip* records of its file were read in an earlier run."""
        rows, first = block.rows, block.first
        if first < skip:
            reader.recall(rows[: skip - first])
            rows, first = rows[skip - first :], skip
        if rows:
            reader.take(rows, first, self._box.listing.path(self._days[place]))

    def _recall(self, reader: Translator, start: int) -> None:
        """Who came into the channel in the days that an earlier run has read."""
        first = start
        while 0 < first < len(self._days) and self._channels[first - 1] is self._channels[first]:
            first -= 1
        if first < start:
            reader.enter(self._channels[first].id)
        for place in range(first, start):
            for block in self._blocks(self._rows, self._days[place], Report()):
                reader.recall(block.rows)

    # -- files

    def _all(self, records: Records[T], name: str, report: Report) -> Iterator[T]:
        if name in self._top:
            for block in self._blocks(records, self._top[name], report):
                yield from block.rows

    def _blocks(self, records: Records[T], number: int, report: Report) -> Iterator[Block[T]]:
        listing = self._box.listing
        bad = partial(report.put_aside, listing.path(number))
        try:
            if listing.size[number] <= self._limits.whole:
                yield from records.whole(self._box.read(number), bad)
            else:
                yield from records.stream(self._box.chunks(number, self._limits.chunk), bad)
        except Unreadable as error:
            bad(None, str(error))

    def _batch(self, events: tuple[Event, ...], position: str) -> Batch:
        return Batch(events=events, bookmark=Bookmark(source=self.source, position=position))


def _position(after: str | None, days: int) -> tuple[str, int, int]:
    """The stage, the day and the records of it that are done, from a bookmark's position."""
    found = re.fullmatch(r"(people|\d{1,9}):(\d{1,15})", "people:0" if after is None else after)
    if found is None or (found[1] != "people" and int(found[1]) > days):
        raise ExportError(f"{after!r} is no place in this export: start from its beginning.")
    if found[1] == "people":
        return "people", 0, int(found[2])
    return "days", int(found[1]), int(found[2])
