"""Who wrote where and when, and who reacted: facts about messages, and counts of days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Date, Float, ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.events import (
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    ReactionAdded,
    ReactionRemoved,
)
from bot.storage.base import Base, execute_rows, insert_rows

BOT, ASKS, DELETED, EDITED, UNHEARD = 1, 2, 4, 8, 16


ALWAYS = 1 << 62
"""Later than any instant."""


class Message(Base):
    """A message's facts. `ts` names it within its channel and is its time, in microseconds.

    `flags` adds up BOT, ASKS, DELETED, EDITED and UNHEARD. A deleted one keeps its place and
    nothing else, so that hearing of it again doesn't bring it back. UNHEARD is one of which only
    its edit or deletion was heard so far; it has no author. `edited` is its newest edit's time.
    """

    __tablename__ = "messages"
    __table_args__ = ({"sqlite_with_rowid": False},)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    ts: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    author_id: Mapped[int | None]
    thread: Mapped[int | None] = mapped_column(BigInteger)
    length: Mapped[int] = mapped_column(default=0)
    worth: Mapped[float] = mapped_column(Float, default=0.0)
    flags: Mapped[int] = mapped_column(SmallInteger, default=0)
    edited: Mapped[int] = mapped_column(BigInteger, default=0)


class Reaction(Base):
    """An emoji that somebody put on a message."""

    __tablename__ = "reactions"
    __table_args__ = ({"sqlite_with_rowid": False},)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    ts: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True)
    emoji: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger, default=0)


class Takeback(Base):
    """An emoji that somebody took back, for a few days: it may be heard of only afterwards."""

    __tablename__ = "takebacks"
    __table_args__ = ({"sqlite_with_rowid": False},)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    ts: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True)
    emoji: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger)


class ChannelDay(Base):
    """A channel's counts on one local day: what stays when the facts themselves are let go."""

    __tablename__ = "channel_days"
    __table_args__ = ({"sqlite_with_rowid": False},)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    messages: Mapped[int]
    people: Mapped[int]
    conversations: Mapped[int]


class Numbers(NamedTuple):
    """Our own numbers for a platform's channels and people."""

    channels: Mapping[str, int]
    people: Mapping[str, int]


# In each of these, what comes first makes the row and what comes second completes it, so that
# events may arrive in any order. The numbers are those of the flags above.

_POSTED = """
INSERT INTO messages (channel_id, ts, author_id, thread, length, worth, flags, edited)
VALUES :rows ON CONFLICT (channel_id, ts) DO UPDATE SET
    author_id = CASE WHEN (messages.flags & 4) = 0 THEN excluded.author_id END,
    thread = CASE WHEN (messages.flags & 4) = 0 THEN excluded.thread END,
    flags = CASE WHEN (messages.flags & 4) = 0
        THEN (messages.flags & 10) | (excluded.flags & 1) ELSE 4 END
WHERE (messages.flags & 16) <> 0
"""
_EDITED = """
INSERT INTO messages (channel_id, ts, length, worth, flags, edited) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (channel_id, ts) DO UPDATE SET
    length = excluded.length, worth = excluded.worth, edited = excluded.edited,
    flags = (messages.flags & 17) | (excluded.flags & 10)
WHERE (messages.flags & 4) = 0 AND messages.edited < excluded.edited
"""
_DELETED = """
INSERT INTO messages (channel_id, ts, length, worth, flags, edited) VALUES (?, ?, 0, 0, 20, 0)
ON CONFLICT (channel_id, ts) DO UPDATE SET
    author_id = NULL, thread = NULL, length = 0, worth = 0, edited = 0,
    flags = 4 | (messages.flags & 16)
"""
_REACTED = """
INSERT INTO reactions (channel_id, ts, person_id, emoji, at)
SELECT column1, column2, column3, column4, column5 FROM (VALUES :rows) AS m
WHERE NOT EXISTS (SELECT 1 FROM messages
    WHERE messages.channel_id = column1 AND messages.ts = column2 AND (messages.flags & 4) <> 0)
AND NOT EXISTS (SELECT 1 FROM takebacks AS t WHERE t.channel_id = column1 AND t.ts = column2
    AND t.person_id = column3 AND t.emoji = column4 AND t.at >= column5)
ON CONFLICT (channel_id, ts, person_id, emoji) DO UPDATE SET at = excluded.at
WHERE reactions.at < excluded.at
"""
_UNREACTED = """
DELETE FROM reactions WHERE channel_id = ? AND ts = ? AND person_id = ? AND emoji = ? AND at <= ?
"""
_TAKEN_BACK = """
INSERT INTO takebacks (channel_id, ts, person_id, emoji, at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (channel_id, ts, person_id, emoji) DO UPDATE SET at = excluded.at
WHERE takebacks.at < excluded.at
"""
_REACTIONS_GONE = "DELETE FROM reactions WHERE channel_id = ? AND ts = ?"
_PRESENT = """
INSERT INTO presences (channel_id, person_id, joined, "left", newest) VALUES :rows
ON CONFLICT (channel_id, person_id) DO UPDATE SET
    joined = CASE WHEN excluded.joined IS NULL OR presences.joined <= excluded.joined
        THEN presences.joined ELSE excluded.joined END,
    "left" = CASE WHEN presences.newest < excluded.newest
            OR presences.newest = excluded.newest AND excluded."left" IS NOT NULL
        THEN excluded."left" ELSE presences."left" END,
    newest = CASE WHEN presences.newest < excluded.newest
        THEN excluded.newest ELSE presences.newest END
"""
_COUNTED_AGAIN = "UPDATE channels SET counted_to = ? WHERE id = ? AND counted_to > ?"


def keep_messages(session: Session, events: Sequence[MessagePosted], numbers: Numbers) -> None:
    """Keep the facts of messages; one that is known already, or was deleted, stays as it is."""
    channels, people = numbers
    rows = [
        (
            channels[event.channel],
            event.ts,
            people[event.author],
            event.thread,
            event.length,
            event.worth,
            BOT * event.by_bot + ASKS * event.asks,
            0,
        )
        for event in events
    ]
    insert_rows(session, _POSTED, rows)
    recount(session, rows)


def recount(session: Session, places: Sequence[tuple[Any, ...]]) -> None:
    """Let the days of these (channel, ts, …) be counted again, where they had been."""
    last_is_earliest = sorted(places, key=itemgetter(1), reverse=True)
    earliest = {place[0]: place[1] for place in last_is_earliest}
    if earliest:
        rows = [(ts, channel_id, ts) for channel_id, ts in earliest.items()]
        execute_rows(session, _COUNTED_AGAIN, rows)


def keep_reactions(
    session: Session, events: Sequence[ReactionAdded | ReactionRemoved], numbers: Numbers
) -> None:
    """Keep reactions, and let go of those taken back; one person's emoji counts once.

    Where it is known when each was put there and taken back, they may come in any order.
    """
    channels, people = numbers
    removed = ReactionRemoved in set(map(type, events))
    put: list[tuple[int, int, int, str, int]] = []
    back: list[tuple[int, int, int, str, int]] = []
    for event in _newest(events) if removed else events:
        row = channels[event.channel], event.ts, people[event.member], event.emoji, event.at
        (put if type(event) is ReactionAdded else back).append(row)
    execute_rows(session, _UNREACTED, [(*row[:4], row[4] or ALWAYS) for row in back])
    execute_rows(session, _TAKEN_BACK, [row for row in back if row[-1]])
    insert_rows(session, _REACTED, put)


def _newest(
    events: Sequence[ReactionAdded | ReactionRemoved],
) -> Iterable[ReactionAdded | ReactionRemoved]:
    """What was done last with each emoji, as far as it is known when."""
    last: dict[tuple[object, ...], ReactionAdded | ReactionRemoved] = {}
    for event in events:
        key = event.channel, event.ts, event.member, event.emoji
        before = last.get(key)
        if before is None or not event.at or _order(event) >= _order(before):
            last[key] = event
    return last.values()


def _order(event: ReactionAdded | ReactionRemoved) -> tuple[int, bool]:
    return event.at, isinstance(event, ReactionRemoved)


def keep_edits(session: Session, events: Sequence[MessageEdited], numbers: Numbers) -> None:
    """Refresh what was derived from edited messages; the newest edit holds."""
    rows = [
        (
            numbers.channels[event.channel],
            event.ts,
            event.length,
            event.worth,
            UNHEARD + EDITED + ASKS * event.asks,
            event.edited,
        )
        for event in events
    ]
    execute_rows(session, _EDITED, rows)


def keep_deletions(session: Session, events: Sequence[MessageDeleted], numbers: Numbers) -> None:
    """Let go of all that came from deleted messages, and remember that they are gone."""
    gone = [(numbers.channels[event.channel], event.ts) for event in events]
    execute_rows(session, _DELETED, gone)
    execute_rows(session, _REACTIONS_GONE, gone)
    recount(session, gone)


def keep_presences(
    session: Session, events: Sequence[MemberJoined | MemberLeft], numbers: Numbers
) -> None:
    """Keep when people first came into a channel and last went out of it."""
    channels, people = numbers
    rows = [
        (channels[event.channel], people[event.member], None, event.at, event.at)
        if isinstance(event, MemberLeft)
        else (channels[event.channel], people[event.member], event.at, None, event.at)
        for event in events
    ]
    insert_rows(session, _PRESENT, rows)
