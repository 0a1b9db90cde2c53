"""What is held of a person: told in full to them alone, and taken out for good when they say so."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from sqlalchemy import delete, or_, select, text, update
from sqlalchemy.orm import Session

from bot.domain.events import from_micros, to_micros
from bot.domain.ids import MemberId
from bot.storage import places, topics, traces
from bot.storage.activity import ASKS, BOT, DELETED, EDITED, Message, Reaction, Takeback
from bot.storage.places import Channel, Lead, Network, Person, Presence
from bot.storage.record import Installation, Uncounted, uncounted_key
from bot.storage.rhythm import SenseNote

MARKS = {BOT: "bot", ASKS: "asks", EDITED: "edited"}


class Tending(NamedTuple):
    """A network that the person tends."""

    network: str
    since: datetime


class Stay(NamedTuple):
    """When the person came into a channel, and went; None where that wasn't heard of.

    `wrote` is when they first wrote there, once that message's own facts were let go.
    """

    channel: str
    joined: datetime | None
    left: datetime | None
    wrote: datetime | None


class Fact(NamedTuple):
    """What is kept of a message: `length` in characters, `worth` the static content score.

    `conversation` is when the conversation began that it belongs to. `marks` says whether it asks
    something, was edited, or came from a program. The words themselves are not held.
    """

    channel: str
    at: datetime
    conversation: datetime | None
    length: int
    worth: float
    marks: str


class Mark(NamedTuple):
    """An emoji that the person put on the message of that time."""

    channel: str
    message_at: datetime
    emoji: str


class Note(NamedTuple):
    """The person's own explanation, in their own words."""

    network: str
    at: datetime
    text: str


class Occasion(NamedTuple):
    """The name of something that was said to them, or done for them, and isn't to be again."""

    key: str


class Held(Struct, frozen=True, kw_only=True):
    """Everything that storage holds of one person; times are in UTC.

    `counted_since` is from when on what they do counts, where they once asked that it doesn't.
    """

    id: str
    name: str
    timezone: str | None
    is_bot: bool
    is_external: bool
    is_guest: bool
    is_gone: bool
    is_uncounted: bool
    counted_since: datetime | None
    paused_until: datetime | None
    tends: tuple[Tending, ...]
    channels: tuple[Stay, ...]
    messages: tuple[Fact, ...]
    reactions: tuple[Mark, ...]
    taken_back: tuple[Mark, ...]
    notes: tuple[Note, ...]
    occasions: tuple[Occasion, ...]

    @property
    def conversations(self) -> int:
        """In how many conversations the person wrote."""
        return len({(fact.channel, fact.conversation or fact.at) for fact in self.messages})


def held(session: Session, person: Person) -> Held:
    """Everything that is held of *person*, oldest first."""
    choice = session.get(Uncounted, _key(session, person.address))
    return Held(
        id=person.ref,
        name=person.name,
        timezone=person.timezone,
        is_bot=person.is_bot,
        is_external=person.is_external,
        is_guest=person.is_guest,
        is_gone=person.is_gone,
        is_uncounted=choice is not None and choice.until is None,
        counted_since=_instant(choice.until if choice else None),
        paused_until=person.paused_until,
        tends=_tending(session, person),
        channels=_stays(session, person),
        messages=_facts(session, person),
        reactions=_marks(session, person, Reaction),
        taken_back=_marks(session, person, Takeback),
        notes=_notes(session, person),
        occasions=tuple(map(Occasion, traces.occasions(session, person.address))),
    )


def _tending(session: Session, person: Person) -> tuple[Tending, ...]:
    rows = session.execute(
        select(Network.name, Lead.since)
        .join(Network, Network.id == Lead.network_id)
        .where(Lead.person_id == person.id)
        .order_by(Lead.since, Lead.id)
    )
    return tuple(Tending(*row) for row in rows)


def _stays(session: Session, person: Person) -> tuple[Stay, ...]:
    rows = session.execute(
        select(Channel.name, Presence.joined, Presence.left, Presence.wrote)
        .join(Channel, Channel.id == Presence.channel_id)
        .where(Presence.person_id == person.id)
        .order_by(Channel.id)
    )
    return tuple(Stay(channel, *map(_instant, instants)) for channel, *instants in rows)


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _facts(session: Session, person: Person) -> tuple[Fact, ...]:
    rows = session.execute(
        select(
            Channel.name,
            Message.ts,
            Message.thread,
            Message.length,
            Message.worth,
            Message.flags,
        )
        .join(Channel, Channel.id == Message.channel_id)
        .where(Message.author_id == person.id)
        .order_by(Message.ts, Message.channel_id)
    )
    return tuple(
        Fact(
            channel=channel,
            at=from_micros(ts),
            conversation=_instant(thread),
            length=length,
            worth=worth,
            marks=" ".join(word for mark, word in MARKS.items() if flags & mark),
        )
        for channel, ts, thread, length, worth, flags in rows
    )


def _marks(session: Session, person: Person, table: type[Reaction | Takeback]) -> tuple[Mark, ...]:
    rows = session.execute(
        select(Channel.name, table.ts, table.emoji)
        .join(Channel, Channel.id == table.channel_id)
        .where(table.person_id == person.id)
        .order_by(table.ts, table.channel_id, table.emoji)
    )
    return tuple(Mark(channel, from_micros(ts), emoji) for channel, ts, emoji in rows)


def _notes(session: Session, person: Person) -> tuple[Note, ...]:
    rows = session.execute(
        select(Network.name, SenseNote.at, SenseNote.text)
        .join(Network, Network.id == SenseNote.network_id)
        .where(SenseNote.person_id == person.id)
        .order_by(SenseNote.at, SenseNote.id)
    )
    return tuple(Note(*row) for row in rows)


def is_uncounted(session: Session, member: MemberId) -> bool:
    """Whether nothing that *member* does is to be counted, by their own choice."""
    choice = session.get(Uncounted, _key(session, member))
    return choice is not None and choice.until is None


def stop_counting(session: Session, member: MemberId) -> None:
    """Count nothing that *member* does from now on, and let go of what they did so far."""
    _wait_for_others(session)
    session.merge(Uncounted(key=_key(session, member), until=None))
    person = places.person_at(session, member)
    if person is not None:
        person.is_uncounted = True
        _take_out(session, person)
    session.flush()


def count_again(session: Session, member: MemberId, *, now: datetime) -> None:
    """Count what *member* does from *now* on, and nothing of before."""
    session.merge(Uncounted(key=_key(session, member), until=to_micros(now)))
    person = places.person_at(session, member)
    if person is not None:
        person.is_uncounted = False
    session.flush()


def erase(session: Session, member: MemberId, *, now: datetime) -> None:
    """Let go of all that is held of *member*, so that the past doesn't bring it back.

    Whoever asked not to be counted stays so. Daily totals stay: they name nobody.
    """
    _wait_for_others(session)
    if not is_uncounted(session, member):
        session.merge(Uncounted(key=_key(session, member), until=to_micros(now)))
    person = places.person_at(session, member)
    if person is not None:
        _take_out(session, person)
        for table in (Lead, SenseNote):
            session.execute(
                delete(table)
                .where(table.person_id == person.id)
                .execution_options(synchronize_session=False)
            )
        session.delete(person)
    traces.clear(session, member)
    session.flush()


def _key(session: Session, member: MemberId) -> str:
    return uncounted_key(session.scalars(select(Installation.secret)).one(), member)


def _wait_for_others(session: Session) -> None:
    """Let nobody else keep facts meanwhile, by the numbers of people who are about to go.

    Whoever keeps facts has looked into this table before. SQLite lets only one write anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE uncounted IN ACCESS EXCLUSIVE MODE"))


def _take_out(session: Session, person: Person) -> None:
    """Let go of what *person* did; their messages keep their place, so that others' answers stand.

    Nothing is counted again for it: totals of days that were counted stay as they are.
    """
    mine = select(Message.ts).where(
        Message.channel_id == Reaction.channel_id,
        Message.ts == Reaction.ts,
        Message.author_id == person.id,
    )
    topics.forget_messages_of(session, person.id)
    for statement in (
        delete(Reaction).where(or_(Reaction.person_id == person.id, mine.exists())),
        update(Message)
        .where(Message.author_id == person.id)
        .values(author_id=None, thread=None, length=0, worth=0.0, flags=DELETED, edited=0),
        delete(Presence).where(Presence.person_id == person.id),
        delete(Takeback).where(Takeback.person_id == person.id),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
