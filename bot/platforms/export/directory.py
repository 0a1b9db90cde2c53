"""Who and which channels an export tells of, and which of its folders may be read."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

from bot.domain.events import ChannelKind, ChannelSeen, MemberJoined, PersonSeen
from bot.domain.ids import ChannelId, MemberId
from bot.platforms.export.report import Report
from bot.platforms.export.rows import ChannelRow, UserRow

SLACKBOT = "USLACKBOT"
EARLIEST = 1_104_537_600_000_000  # 2005, in microseconds: what is older is a mistake
LATEST = 4_102_444_800_000_000  # 2100

# The lists of an export and how open what they hold is; the most private one is believed.
LISTS = {
    "groups.json": ChannelKind.PRIVATE,
    "mpims.json": ChannelKind.DIRECT,
    "dms.json": ChannelKind.DIRECT,
    "channels.json": ChannelKind.PUBLIC,
}
_DIRECT_FOLDER = re.compile(r"D[0-9A-Z]{7,}|mpdm-.*--.*")
_ADDRESS = re.compile(r"\S@\S+\.\S")


class Channel(Struct):
    """A channel of the export, or a folder that no list tells of."""

    id: str
    name: str
    kind: ChannelKind
    is_main: bool = False
    is_archived: bool = False
    created: int = EARLIEST
    members: tuple[str, ...] = ()


class Directory:
    """Finds the channel of a folder, and refuses what is private and wasn't asked for."""

    def __init__(self, include: Sequence[str]) -> None:
        self.include = frozenset(_plain(name) for name in include)
        self.channels: dict[str, Channel] = {}
        self.private: set[str] = set()
        self.direct: set[str] = set()
        self.blind = False
        """A list of private channels was there and couldn't be read."""
        self._by_name: dict[str, Channel] = {}
        self._by_old_name: dict[str, Channel] = {}
        self._refused_names: set[str] = set()
        self.asked_for: set[str] = set()

    def add(self, row: ChannelRow, kind: ChannelKind) -> None:
        """Take in one record of a list; private ones only if asked for by name or id."""
        kind = _kind(row, kind)
        name = _plain(row.name or row.id)
        wanted = self.include & {name, row.id}
        self.asked_for |= wanted
        if kind in (ChannelKind.PRIVATE, ChannelKind.DIRECT) and not wanted:
            (self.direct if kind is ChannelKind.DIRECT else self.private).add(row.id)
            self._refused_names |= {name, row.id}
            return
        if row.id in self.private or row.id in self.direct or row.id in self.channels:
            return
        channel = Channel(
            row.id,
            name,
            kind,
            is_main=bool(row.is_general),
            is_archived=bool(row.is_archived),
            created=_created(row.created),
            members=tuple(map(sys.intern, row.members)),
        )
        self.channels[row.id] = channel
        self._by_name.setdefault(name, channel)
        for old in row.previous_names or ():
            self._by_old_name.setdefault(_plain(old), channel)

    def of_folder(self, folder: str, report: Report) -> Channel | None:
        """The channel whose days lie in *folder*, or None where they may not be read."""
        name = _plain(folder)
        if name in self._refused_names:
            return None
        channel = self._by_name.get(name) or self.channels.get(name) or self._by_old_name.get(name)
        if channel is not None:
            return channel if channel.id in self.channels else None
        if name not in self.include:
            if _DIRECT_FOLDER.fullmatch(name):
                self.direct.add(name)
                return None
            if self.blind:
                self.private.add(name)
                return None
        self.asked_for |= self.include & {name}
        report.note(f"{name} is in no list of channels: taken as a channel of that name")
        channel = Channel(name, name, ChannelKind.UNKNOWN)
        self.channels[name] = self._by_name[name] = channel
        return channel

    def is_private(self, folder: str) -> bool:
        """Whether not even the name of *folder* may be told."""
        name = _plain(folder)
        if name in self._refused_names or (
            _DIRECT_FOLDER.fullmatch(name) and not self._asked(name)
        ):
            return True
        return self.blind and not self._asked(name) and name not in self._by_name

    def _asked(self, name: str) -> bool:
        return name in self.include


class People:
    """Which of the people are bots, and which workspace most of them belong to."""

    def __init__(self) -> None:
        self.bots: set[str] = {SLACKBOT}
        self._teams: Counter[str] = Counter()

    def add(self, row: UserRow) -> None:
        if row.is_bot:
            self.bots.add(row.id)
        if row.team_id and not row.is_stranger:
            self._teams[row.team_id] += 1

    def team(self) -> str | None:
        """The workspace of most people, or None where none is named."""
        return max(sorted(self._teams), key=self._teams.__getitem__, default=None)


def to_person(row: UserRow, team: str, bots: set[str]) -> PersonSeen:
    """What an export says of a person, without their e-mail address."""
    profile = row.profile
    names = (
        (profile.display_name, profile.real_name, row.real_name, row.name)
        if profile
        else (row.real_name, row.name)
    )
    good = (name.strip() for name in names if name and not _ADDRESS.search(name))
    return PersonSeen(
        member=MemberId(f"slack:{team}/{row.id}"),
        name=next((name for name in good if name), row.id),
        is_bot=row.id in bots,
        is_external=bool(row.is_stranger) or (row.team_id or team) != team,
        is_guest=bool(row.is_restricted or row.is_ultra_restricted),
        is_gone=bool(row.deleted),
        timezone=row.tz or None,
    )


def to_channel(channel: Channel, team: str) -> ChannelSeen:
    """What an export says of a channel."""
    return ChannelSeen(
        channel=ChannelId(f"slack:{team}/{channel.id}"),
        name=channel.name,
        kind=channel.kind,
        is_main=channel.is_main,
        is_archived=channel.is_archived,
    )


def to_joins(channel: Channel, team: str, known: set[str]) -> Iterator[MemberJoined]:
    """The members of a channel but those *known* to have come later: they were there at first."""
    place = ChannelId(f"slack:{team}/{channel.id}")
    for member in channel.members:
        if member not in known:
            person = MemberId(f"slack:{team}/{member}")
            yield MemberJoined(channel=place, member=person, at=channel.created)


def _kind(row: ChannelRow, listed: ChannelKind) -> ChannelKind:
    """How open a channel is: its own flags may only make it less so."""
    if row.is_im or row.is_mpim or listed is ChannelKind.DIRECT:
        return ChannelKind.DIRECT
    if row.is_private or listed is ChannelKind.PRIVATE:
        return ChannelKind.PRIVATE
    if (row.is_ext_shared or row.is_pending_ext_shared) and row.is_private is None:
        return ChannelKind.UNKNOWN
    return ChannelKind.PUBLIC


def _created(value: int | str | None) -> int:
    seconds = int(value) if isinstance(value, int) or (value or "").isdecimal() else 0  # type: ignore[arg-type]
    micros = min(seconds, LATEST) * 1_000_000
    return micros if EARLIEST <= micros <= LATEST else EARLIEST


def _plain(name: str) -> str:
    """A name in one normal form: some systems write é as two characters."""
    name = name.encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFC", name).removeprefix("#")
