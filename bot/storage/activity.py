"""Who wrote where and when, and who reacted: facts about messages, and counts of days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import BigInteger, Date, Float, ForeignKey, SmallInteger, delete, update
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
from bot.storage.base import Base, insert_rows
from bot.storage.places import Channel, Presence

BOT, ASKS, DELETED, EDITED = 1, 2, 4, 8


class Message(Base):
    """A message's facts. `ts` names it within its channel and is its time, in microseconds.

    `flags` adds up BOT, ASKS, DELETED and EDITED. A deleted one keeps its place and nothing else,
    so that hearing of it again doesn't bring it back.
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


class Reaction(Base):
    """An emoji that somebody put on a message."""

    __tablename__ = "reactions"
    __table_args__ = ({"sqlite_with_rowid": False},)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    ts: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True)
    emoji: Mapped[str] = mapped_column(primary_key=True)


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
        )
        for event in events
    ]
    insert_rows(session, Message, rows)
    recount(session, ((row[0], row[1]) for row in rows))


def recount(session: Session, places: Iterable[tuple[int, int]]) -> None:
    """Let the days of these (channel, ts) be counted again, where they had been."""
    earliest: dict[int, int] = {}
    for channel_id, ts in places:
        if ts < earliest.get(channel_id, ts + 1):
            earliest[channel_id] = ts
    for channel_id, ts in earliest.items():
        session.execute(
            update(Channel)
            .where(Channel.id == channel_id, Channel.counted_to > ts)
            .values(counted_to=ts)
            .execution_options(synchronize_session=False)
        )


def keep_reactions(
    session: Session, events: Sequence[ReactionAdded | ReactionRemoved], numbers: Numbers
) -> None:
    """Keep reactions, and let go of those taken back; one person's emoji counts once."""
    last: dict[tuple[int, int, int, str], bool] = {}
    for event in events:
        key = (
            numbers.channels[event.channel],
            event.ts,
            numbers.people[event.member],
            event.emoji,
        )
        last[key] = isinstance(event, ReactionAdded)
    insert_rows(session, Reaction, [key for key, was_added in last.items() if was_added])
    for key, was_added in last.items():
        if not was_added and (found := session.get(Reaction, key)) is not None:
            session.delete(found)


def keep_edits(session: Session, events: Sequence[MessageEdited], numbers: Numbers) -> None:
    """Refresh what was derived from edited messages, in the order of the edits."""
    for event in sorted(events, key=lambda event: event.edited):
        session.execute(
            update(Message)
            .where(
                Message.channel_id == numbers.channels[event.channel],
                Message.ts == event.ts,
                Message.flags.bitwise_and(DELETED) == 0,
            )
            .values(
                length=event.length,
                worth=event.worth,
                flags=Message.flags.bitwise_and(BOT).bitwise_or(EDITED + ASKS * event.asks),
            )
        )


def keep_deletions(session: Session, events: Sequence[MessageDeleted], numbers: Numbers) -> None:
    """Let go of all that came from deleted messages, and remember that they are gone."""
    gone = [(numbers.channels[event.channel], event.ts) for event in events]
    for channel_id, ts in gone:
        message = session.get(Message, (channel_id, ts))
        if message is None:
            message = Message(channel_id=channel_id, ts=ts)
            session.add(message)
        message.author_id = None
        message.length, message.worth, message.flags = 0, 0.0, DELETED
        session.execute(
            delete(Reaction).where(Reaction.channel_id == channel_id, Reaction.ts == ts)
        )
    session.flush()
    recount(session, gone)


def keep_presences(
    session: Session, events: Sequence[MemberJoined | MemberLeft], numbers: Numbers
) -> None:
    """Keep when people first came into a channel and last went out of it."""
    for event in events:
        key = (numbers.channels[event.channel], numbers.people[event.member])
        presence = session.get(Presence, key)
        if presence is None:
            presence = Presence(channel_id=key[0], person_id=key[1])
            session.add(presence)
        if isinstance(event, MemberLeft):
            presence.left = max(event.at, presence.left or event.at)
        else:
            presence.joined = min(event.at, presence.joined or event.at)
    session.flush()
