"""Reads real communities with their words, for the time of a comparison: messages and what came.

A conversation is a thread; outside threads, a channel's messages until it is silent for 45 minutes.
"""

from __future__ import annotations

import re
import tarfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from bot.platforms.export.rows import ChannelRow, Reaction

DAY = 86_400_000_000  # microseconds
LATE = 7 * DAY
SILENCE = 45 * 60_000_000
KINDS = {None, "thread_broadcast", "me_message", "file_share", "file_comment"}
BY_BOTS = {"bot_message"}
LINK = re.compile(r"/archives/([A-Z0-9]+)/p(\d{16})")
QUOTED = re.compile(r"^(?:&gt;|>) ?(.+)$", re.MULTILINE)
SHORTEST_QUOTE = 30


class Line(msgspec.Struct):
    """The fields of an export's record that a comparison needs."""

    ts: str
    text: str | None = None
    user: str | None = None
    subtype: str | None = None
    thread_ts: str | None = None
    bot_id: str | None = None
    reactions: list[Reaction] | None = None


@dataclass(slots=True, eq=False)
class Message:
    """One message; times in microseconds since 1970, people and channels by their ids.

    `answers` are (time, person) of what others wrote in answer; `reactions` the people who
    reacted, at times that no export tells; `pointed` the times of later references to it by others.
    """

    channel: str
    ts: int
    user: str
    text: str
    conversation: tuple[str, int]
    threaded: bool
    opens: bool = False
    answers: list[tuple[int, str]] = field(default_factory=list)
    reactions: frozenset[str] = frozenset()
    pointed: list[int] = field(default_factory=list)


@dataclass(kw_only=True)
class Community:
    """Messages of people, oldest first, and how many days one digest of theirs tells of."""

    name: str
    messages: list[Message]
    days: int


def unpack(source: Path, target: Path) -> None:
    """Unpack each export of *source* into *target*, where it isn't there."""
    for packed in sorted(source.glob("*.tar.xz")):
        if not (target / packed.name.removesuffix(".tar.xz")).exists():
            with tarfile.open(packed) as archive:
                archive.extractall(target, filter="data")


def communities(folder: Path) -> Iterator[Community]:
    """Every export below *folder*."""
    for each in sorted(folder.iterdir()):
        if (each / "channels.json").exists():
            yield community(each)


def community(folder: Path) -> Community:
    """The export in *folder*; a week to a digest where it holds 300 messages a week, else four."""
    bots = _bots(folder)
    found: list[Message] = []
    channels = msgspec.json.decode((folder / "channels.json").read_bytes(), type=list[ChannelRow])
    for channel in channels:
        found += _channel(folder / (channel.name or channel.id), channel.id, bots)
    found.sort(key=lambda one: (one.ts, one.channel))
    _answer(found)
    _point(found)
    weeks = (found[-1].ts - found[0].ts) / (7 * DAY) if found else 1
    return Community(name=folder.name, messages=found, days=7 if len(found) > 300 * weeks else 28)


def _bots(folder: Path) -> set[str]:
    class User(msgspec.Struct):
        id: str
        is_bot: bool | None = None

    users = msgspec.json.decode((folder / "users.json").read_bytes(), type=list[User])
    return {user.id for user in users if user.is_bot} | {"USLACKBOT"}


def _channel(folder: Path, channel: str, bots: set[str]) -> Iterator[Message]:
    decoder = msgspec.json.Decoder(list[Line])
    last = begin = 0
    seen: set[int] = set()
    for file in sorted(folder.glob("*.json")):
        for line in sorted(decoder.decode(file.read_bytes()), key=lambda each: each.ts):
            if line.subtype not in KINDS or not line.user or line.user in bots or line.bot_id:
                continue
            ts = micros(line.ts)
            if ts in seen:
                continue
            seen.add(ts)
            if line.thread_ts:
                where = channel, micros(line.thread_ts)
            else:
                begin = ts if ts - last > SILENCE else begin
                last, where = ts, (channel, begin)
            yield Message(
                channel=channel,
                ts=ts,
                user=line.user,
                text=line.text or "",
                conversation=where,
                threaded=bool(line.thread_ts),
                reactions=frozenset(u for each in line.reactions or () for u in each.users)
                - {line.user},
            )


def micros(stamp: str) -> int:
    """Microseconds of a Slack time stamp."""
    seconds, _, rest = stamp.partition(".")
    return int(seconds) * 1_000_000 + int(rest[:6].ljust(6, "0") or 0)


def _answer(messages: list[Message]) -> None:
    """All who write in a conversation answer its first message, and each the one before them."""
    talks: dict[tuple[str, int], list[Message]] = defaultdict(list)
    for one in messages:
        talk = talks[one.conversation]
        one.opens = not talk
        if talk:
            for before in {id(talk[0]): talk[0], id(talk[-1]): talk[-1]}.values():
                if before.user != one.user:
                    before.answers.append((one.ts, one.user))
        talk.append(one)


def _point(messages: list[Message]) -> None:
    """Note who linked or quoted whom: somebody else, from elsewhere or a week later."""
    known = {(one.channel, one.ts): one for one in messages}
    lines: dict[str, Message] = {}
    for one in messages:
        found = {known.get((c, int(ts))) for c, ts in LINK.findall(one.text)}
        for quote in QUOTED.findall(one.text):
            found.add(lines.get(_plain(quote)))
        for other in found:
            if other is None or other.user == one.user or other.ts >= one.ts:
                continue
            if other.conversation != one.conversation or one.ts - other.ts > LATE:
                other.pointed.append(one.ts)
        for line in one.text.split("\n"):
            plain = _plain(line)
            if len(plain) >= SHORTEST_QUOTE and not line.startswith((">", "&gt;")):
                lines.setdefault(plain, one)


def _plain(text: str) -> str:
    return " ".join(text.split()).lower()
