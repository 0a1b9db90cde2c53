"""Who wrote in a note's conversation, who was asked to be named in it, and what they said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.notes import Answer
from bot.storage.activity import BOT, DELETED, Message
from bot.storage.base import Base, Instant, change_if, insert_missing
from bot.storage.notes import Note, Source
from bot.storage.places import Person


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
        return f"helper/{self.note_id}/{self.person_id}"


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


def helped_by(session: Session, person: Person) -> Sequence[NoteHelper]:
    """What *person* was asked about the notes of others, oldest first."""
    return session.scalars(
        select(NoteHelper).where(NoteHelper.person_id == person.id).order_by(NoteHelper.note_id)
    ).all()


def forget(session: Session, person: Person) -> None:
    """Let go of what *person* was asked, and said."""
    session.execute(
        delete(NoteHelper)
        .where(NoteHelper.person_id == person.id)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
