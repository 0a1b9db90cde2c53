"""Turns an export's records into events; their words are weighed and dropped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b
from itertools import count

from bot.domain.events import (
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
from bot.judgement.traits import traits
from bot.platforms.export.directory import EARLIEST, LATEST
from bot.platforms.export.report import Report
from bot.platforms.export.rows import Inner, Reaction, Row

# Records of these kinds are somebody's message; the rest tell of other things.
POSTED = frozenset(
    (
        None,
        "",
        "thread_broadcast",
        "file_share",
        "file_comment",
        "file_mention",
        "me_message",
        "bot_message",
        "slackbot_response",
        "huddle_thread",
        "assistant_app_thread",
        "document_comment_root",
    )
)
MESSAGE = frozenset(("message", None))
JOINED = frozenset(("channel_join", "group_join"))
LEFT = frozenset(("channel_leave", "group_leave"))

_STAMP = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,6}))?")
_LONGEST_ID = 64
_BY_BOTS = frozenset(("bot_message", "slackbot_response"))
_REMEMBERED = 20_000  # messages of a file among which a repeated one is known again
BAD_TIME = "its time (ts) is no time a message can have"
_CACHED = 50_000  # people whose ids are kept at hand; a made-up export may name any number


def to_micros(stamp: str, latest: int = LATEST) -> int | None:
    """Microseconds since 1970 of a *stamp* like "1746418574.223589", exact; None if it is none."""
    found = _STAMP.fullmatch(stamp)
    if found is None:
        return None
    micros = int(found[1]) * 1_000_000 + int((found[2] or "").ljust(6, "0"))
    return micros if EARLIEST <= micros <= latest else None


def all_to_micros(stamps: Sequence[str], latest: int = LATEST) -> Sequence[int | None]:
    """The same of many, for less: as a rule all look alike, which is seen from them as one text."""
    number, joined = len(stamps), ",".join(stamps)
    together = joined.replace(".", "")
    if (
        len(joined) == 18 * number - 1
        and joined[10::18] == "." * number
        and joined[17::18] == "," * (number - 1)
        and joined.isascii()
        and len(digits := together.replace(",", "")) == 16 * number
        and digits.isdecimal()
    ):
        micros = list(map(int, together.split(",")))
        if min(micros) >= EARLIEST and max(micros) <= latest:
            return micros
    return [to_micros(stamp, latest) for stamp in stamps]


class Translator:
    """Turns the records of one channel after another into events, and counts them."""

    def __init__(self, team: str, bots: set[str], report: Report, latest: int) -> None:
        self.events: list[Event] = []
        self.joined: set[str] = set()
        """Who is known to have come into the present channel."""
        self._team = team
        self._bots = bots
        self._report = report
        self._latest = latest
        self._members: dict[str, MemberId] = {}
        self._introduced: set[str] = set()
        self._channel = ChannelId("")
        self._file = ""
        self._seen: set[int] = set()
        self._threads: dict[str, int] = {}

    def enter(self, channel: str) -> None:
        """Go on to the days of the *channel* of this id."""
        entered = ChannelId(f"slack:{self._team}/{channel}")
        if entered != self._channel:
            self._channel, self.joined, self._threads = entered, set(), {}

    def recall(self, rows: Sequence[Row]) -> None:
        """Know again who came, from *rows* that were read in an earlier run."""
        self.joined.update(row.user for row in rows if row.subtype in JOINED and row.user)

    def drain(self) -> tuple[Event, ...]:
        """The events so far, which are then forgotten."""
        events, self.events = tuple(self.events), []
        return events

    def take(self, rows: Sequence[Row], first: int, file: str) -> None:
        """Turn *rows* into events; *first* is the number of the first in its *file*."""
        report, append = self._report, self.events.append
        if file != self._file or len(self._seen) > _REMEMBERED:
            self._file, self._seen = file, set()
        seen = self._seen
        before = len(seen)
        times = all_to_micros([row.ts for row in rows], self._latest)
        for number, row, ts in zip(count(first), rows, times, strict=False):
            if ts is None:
                report.put_aside(file, number, BAD_TIME)
            elif row.type not in MESSAGE or row.subtype not in POSTED or row.hidden:
                self._other(row, ts)
            elif ts in seen:
                report.repeated += 1
            else:
                seen.add(ts)
                append(self._posted(row, ts))
                if row.reactions:
                    self._reactions(row.reactions, ts)
        report.messages += len(seen) - before
        if len(seen) > before:
            report.saw(min(seen), max(seen))

    def person(self, user: str) -> MemberId:
        """The id of a person of this workspace."""
        member = self._members.get(user)
        if member is None:
            if len(self._members) >= _CACHED:
                self._members.clear()
            member = self._members[user] = MemberId(f"slack:{self._team}/{user}")
        return member

    def _posted(self, row: Row, ts: int) -> MessagePosted:
        """A message; whatever an app posted, in whosever name, is a bot's."""
        user, text, stamp, thread = row.user, row.text, row.thread_ts, None
        by_app = row.bot_id or (row.subtype and row.subtype in _BY_BOTS)
        if row.comment is not None:
            user, text = user or row.comment.user, row.comment.comment
        if stamp == row.ts:
            thread = ts
            self._begin_thread(stamp, ts)
        elif stamp is not None:
            thread = self._threads.get(stamp) or self._thread(stamp)
        found = traits(text or "")
        return MessagePosted(
            channel=self._channel,
            ts=ts,
            author=(user and self._members.get(user)) or self._author(row, user),
            thread=thread,
            length=found.length,
            worth=found.worth,
            asks=found.asks,
            by_bot=bool(by_app or user in self._bots or not (user or row.username)),
        )

    def _begin_thread(self, stamp: str, ts: int) -> None:
        self._report.threads += 1
        if len(self._threads) < _REMEMBERED:
            self._threads[stamp] = ts

    def _thread(self, stamp: str) -> int | None:
        """The first message of a conversation, by its *stamp*."""
        thread = to_micros(stamp, self._latest)
        if thread is None:
            self._report.wonder("a thread_ts that is no time: read as outside any thread")
        elif len(self._threads) < _REMEMBERED:
            self._threads[stamp] = thread
        return thread

    def _author(self, row: Row, user: str | None) -> MemberId:
        """Who wrote: a person; else the app that posted; else the name it was posted under."""
        if user:
            return self.person(user[:_LONGEST_ID])
        name = row.username or ""
        if row.bot_id:
            key = row.bot_id[:_LONGEST_ID]
        elif name:
            key = "name-" + blake2b(name.encode("utf-8", "replace"), digest_size=8).hexdigest()
        else:
            key = "unknown"
            self._report.wonder("a message that names no author: taken as a bot's")
        member = self.person(key)
        if name and key not in self._introduced and len(self._introduced) < _CACHED:
            self._introduced.add(key)
            is_bot = bool(row.bot_id) or row.subtype in _BY_BOTS
            self.events.append(PersonSeen(member=member, name=name[:200], is_bot=is_bot))
        return member

    def _reactions(self, reactions: list[Reaction], ts: int) -> None:
        channel, known, person = self._channel, self._members.get, self.person
        append = self.events.append
        for reaction in reactions:
            name, users = reaction.name, reaction.users
            for user in users:
                member = known(user) or person(user)
                append(ReactionAdded(channel=channel, ts=ts, member=member, emoji=name))
            self._report.reactions += len(users)
            if reaction.count and reaction.count != len(users):
                self._report.wonder("a reaction that counts more people than it names")

    def _other(self, row: Row, ts: int) -> None:
        """A record that is no message: somebody came or went, or a message changed."""
        report, channel, kind = self._report, self._channel, row.subtype
        if row.type not in MESSAGE:
            report.ignore(f"type {row.type}")
        elif kind in JOINED and row.user:
            self.joined.add(row.user)
            self.events.append(MemberJoined(channel=channel, member=self.person(row.user), at=ts))
            report.joined += 1
        elif kind in LEFT and row.user:
            self.events.append(MemberLeft(channel=channel, member=self.person(row.user), at=ts))
            report.left += 1
        elif kind == "tombstone" or kind == "message_deleted":
            gone = to_micros(row.deleted_ts, self._latest) if row.deleted_ts else ts
            self.events.append(MessageDeleted(channel=channel, ts=gone or ts))
            report.deleted += 1
        elif kind == "message_changed" and row.message is not None:
            self._edited(row.message, ts)
        else:
            report.ignore(kind or "hidden")

    def _edited(self, message: Inner, ts: int) -> None:
        about = to_micros(message.ts, self._latest)
        if about is None:
            self._report.ignore("message_changed")
            return
        edited = to_micros(message.edited.ts, self._latest) if message.edited else None
        found = traits(message.text or "")
        self.events.append(
            MessageEdited(
                channel=self._channel,
                ts=about,
                edited=edited or ts,
                length=found.length,
                worth=found.worth,
                asks=found.asks,
            )
        )
        self._report.edited += 1
