"""Notes that people make of conversations, and who agreed to be named as having helped."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import BigInteger, ForeignKey, Index, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.ids import ChannelId
from bot.domain.notes import Answer, NoteState
from bot.storage import finding
from bot.storage.activity import BOT, DELETED, Message
from bot.storage.base import Base, Instant, change_if, insert_missing
from bot.storage.places import Channel, Network, Person

KIND = "note"
"""As what a note is found."""
DRAFTED = timedelta(days=30)
"""How long a draft is held that is not shared."""


class Note(Base):
    """What somebody made of the conversation that begins at `thread` of `channel_id`.

    `title`, `learned` and `puzzle` are its author's own words, and there only until it is
    withdrawn. `is_named`: with their name. It goes when its author is erased.
    """

    __tablename__ = "notes"
    __table_args__ = (Index("notes_by_thread", "channel_id", "thread"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    thread: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(default=NoteState.DRAFT.value)
    title: Mapped[str] = mapped_column(default="")
    learned: Mapped[str] = mapped_column(default="")
    puzzle: Mapped[str] = mapped_column(default="")
    is_named: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    shared_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def key(self) -> str:
        """The occasion of its post."""
        return f"note/{self.id}"


class NoteHelper(Base):
    """Somebody who wrote in a note's conversation, and what they said to being named in it."""

    __tablename__ = "note_helpers"
    note_id: Mapped[int] = mapped_column(
        ForeignKey("notes.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    answer: Mapped[str] = mapped_column(default=Answer.NONE.value)
    asked_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def key(self) -> str:
        """The occasion of asking them."""
        return f"note/{self.note_id}/helper/{self.person_id}"


# Where it came from


class Source(NamedTuple):
    """A conversation: its channel, its first message, and whether that is there still."""

    channel: int
    name: str
    address: ChannelId
    thread: int
    is_there: bool


def source_at(session: Session, channel: Channel, ts: int) -> Source | None:
    """The conversation that the message of *ts* is in; None where nothing is known of it."""
    message = session.get(Message, (channel.id, ts), populate_existing=True)
    first = ts if message is None or message.thread is None else message.thread
    found = _source(session, channel, first)
    is_known = session.scalar(
        select(func.count())
        .select_from(Message)
        .where(
            Message.channel_id == channel.id,
            or_(Message.ts == first, Message.thread == first),
            Message.flags.bitwise_and(DELETED) == 0,
        )
    )
    return found if is_known else None


def source_of(session: Session, note: Note) -> Source:
    """The conversation that *note* was made of."""
    channel = session.get_one(Channel, note.channel_id, populate_existing=True)
    return _source(session, channel, note.thread)


def _source(session: Session, channel: Channel, first: int) -> Source:
    message = session.get(Message, (channel.id, first), populate_existing=True)
    is_gone = message is not None and bool(message.flags & DELETED)
    return Source(channel.id, channel.name, ChannelId(channel.ref), first, not is_gone)


def wrote_in(session: Session, source: Source, *, besides: Person) -> Sequence[Person]:
    """The people who wrote in a conversation and can be asked, in the order of first writing.

    No bots, nobody of another organisation, nobody who left or isn't to be counted.
    """
    first = func.min(Message.ts)
    rows = session.execute(
        select(Person, first)
        .join(Message, Message.author_id == Person.id)
        .where(
            Message.channel_id == source.channel,
            or_(Message.ts == source.thread, Message.thread == source.thread),
            Message.flags.bitwise_and(BOT | DELETED) == 0,
            Person.id != besides.id,
            Person.is_bot.is_(False),
            Person.is_external.is_(False),
            Person.is_gone.is_(False),
            Person.is_uncounted.is_(False),
        )
        .group_by(Person.id)
        .order_by(first)
    )
    return [person for person, _ in rows]


# From a draft to a note


def keep(session: Session, note: Note) -> Note:
    """Keep a draft; it has its number then."""
    session.add(note)
    session.flush()
    return note


def draft_of(session: Session, person: Person, source: Source) -> Note | None:
    """The draft that *person* made of a conversation already, if there is one."""
    return session.scalars(
        select(Note)
        .where(
            Note.person_id == person.id,
            Note.channel_id == source.channel,
            Note.thread == source.thread,
            Note.state == NoteState.DRAFT.value,
        )
        .order_by(Note.id)
    ).first()


def numbered(session: Session, network: Network, number: int) -> Note | None:
    """One of the network's notes, as it is by now."""
    return session.scalars(
        select(Note)
        .where(Note.network_id == network.id, Note.id == number)
        .execution_options(populate_existing=True)
    ).first()


def keyed(session: Session, network: Network, key: str) -> Note | None:
    """The note that is posted under *key*, or None."""
    head, _, number = key.partition("/")
    if head != KIND or not number.isdecimal():
        return None
    return numbered(session, network, int(number))


def reword(session: Session, network: Network, note: Note, **words: object) -> bool:
    """Put other words in the place of a note's; False where it was withdrawn."""
    done = change_if(session, note, Note.state != NoteState.WITHDRAWN.value, **words)
    if done and note.state == NoteState.SHARED:
        _index(session, network, note)
    return done


def share(session: Session, network: Network, note: Note, *, now: datetime) -> bool:
    """Let others see it from now on; False where they do already, or it was withdrawn."""
    is_draft = Note.state == NoteState.DRAFT.value
    done = change_if(session, note, is_draft, state=NoteState.SHARED.value, shared_at=now)
    if done:
        _index(session, network, note)
    return done


def unshare(session: Session, network: Network, note: Note) -> None:
    """It could not be posted: it is a draft again, and nobody was asked anything."""
    is_shared = Note.state == NoteState.SHARED.value
    if change_if(session, note, is_shared, state=NoteState.DRAFT.value, shared_at=None):
        finding.drop(session, network, KIND, note.id)


def _index(session: Session, network: Network, note: Note) -> None:
    text = "\n".join((note.title, note.title, note.learned, note.puzzle))
    at = note.shared_at or note.created_at
    finding.keep(session, network, KIND, note.id, text, now=at, channel=note.channel_id)


def withdraw(session: Session, network: Network, note: Note) -> bool:
    """Delete its words; False where they were, or it was never shared."""
    is_shared = Note.state == NoteState.SHARED.value
    gone: dict[str, object] = {"title": "", "learned": "", "puzzle": "", "is_named": False}
    done = change_if(session, note, is_shared, state=NoteState.WITHDRAWN.value, **gone)
    if done:
        finding.drop(session, network, KIND, note.id)
    return done


def let_go(session: Session, note: Note) -> bool:
    """Forget a draft; False where it was shared."""
    done = session.execute(
        delete(Note)
        .where(Note.id == note.id, Note.state == NoteState.DRAFT.value)
        .returning(Note.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.expire_all()
    return done is not None


def let_old_go(session: Session, network: Network, *, now: datetime) -> None:
    """Let go of drafts that were not shared, and of what stayed of those that were withdrawn."""
    session.execute(
        delete(Note)
        .where(
            Note.network_id == network.id,
            Note.state != NoteState.SHARED.value,
            func.coalesce(Note.shared_at, Note.created_at) < now - DRAFTED,
        )
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def newest(
    session: Session, network: Network, channels: Collection[int], *, at_most: int
) -> Sequence[Note]:
    """The newest notes of *channels* that were shared."""
    return session.scalars(
        select(Note)
        .where(
            Note.network_id == network.id,
            Note.channel_id.in_(sorted(channels)),
            Note.state == NoteState.SHARED.value,
        )
        .order_by(Note.shared_at.desc(), Note.id.desc())
        .limit(at_most)
    ).all()


# Who helped


def ask(session: Session, note: Note, person: Person, *, now: datetime) -> NoteHelper | None:
    """Keep that *person* is asked whether they may be named; None where they were."""
    row = {
        "note_id": note.id,
        "person_id": person.id,
        "network_id": note.network_id,
        "answer": Answer.NONE.value,
        "asked_at": now,
    }
    statement = insert_missing(session, NoteHelper).returning(NoteHelper.note_id)
    made = session.execute(statement, [row]).first()
    return None if made is None else session.get_one(NoteHelper, (note.id, person.id))


def asked(session: Session, note: Note, person: Person) -> NoteHelper | None:
    """What *person* was asked about *note*, and said."""
    return session.get(NoteHelper, (note.id, person.id), populate_existing=True)


def answer(session: Session, helper: NoteHelper, said: Answer) -> bool:
    """Keep what somebody said; False where they said so before."""
    return change_if(session, helper, NoteHelper.answer != said.value, answer=said.value)


def helpers(session: Session, note: Note) -> Sequence[NoteHelper]:
    """All who were asked about *note*."""
    return session.scalars(
        select(NoteHelper).where(NoteHelper.note_id == note.id).order_by(NoteHelper.person_id)
    ).all()


def named(session: Session, note: Note) -> list[str]:
    """Who said yes, by name."""
    found = session.scalars(
        select(Person.name)
        .join(NoteHelper, NoteHelper.person_id == Person.id)
        .where(NoteHelper.note_id == note.id, NoteHelper.answer == Answer.YES.value)
        .order_by(Person.name, Person.id)
    )
    return list(found)


# What is held of somebody


def of_person(session: Session, person: Person) -> Sequence[Note]:
    """The notes that *person* made, oldest first."""
    return session.scalars(select(Note).where(Note.person_id == person.id).order_by(Note.id)).all()


def helped_by(session: Session, person: Person) -> Sequence[NoteHelper]:
    """What *person* was asked about the notes of others, oldest first."""
    return session.scalars(
        select(NoteHelper).where(NoteHelper.person_id == person.id).order_by(NoteHelper.note_id)
    ).all()


def forget(session: Session, person: Person) -> None:
    """Let go of *person*'s notes, and of what they said to those of others."""
    for note in of_person(session, person):
        network = session.get_one(Network, note.network_id)
        finding.drop(session, network, KIND, note.id)
        session.delete(note)
    session.execute(
        delete(NoteHelper)
        .where(NoteHelper.person_id == person.id)
        .execution_options(synchronize_session=False)
    )
    session.flush()
    session.expire_all()


def hand_over(session: Session, old: int, new: int) -> None:
    """What was made in the channel *old* was made in *new*, which is the same one."""
    for table in (Note, finding.Finding):
        session.execute(
            update(table)
            .where(table.channel_id == old)
            .values(channel_id=new)
            .execution_options(synchronize_session=False)
        )
