"""Flags: who wrote one, who hears it, and what was noted of it with a yes of both sides."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, bindparam, delete, exists, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.flags import KEPT, OPEN, AgreementState, FlagState
from bot.domain.ids import ChannelId
from bot.storage import places
from bot.storage.activity import Message
from bot.storage.base import Base, Instant, change_if
from bot.storage.places import Network, Person


class Flag(Base):
    """A private word that something doesn't feel like the charter; `message` may be "".

    `words` are its writer's. `message` is the message that it is about, as `outbox.ref_of` names
    it. It goes with its writer, and after 90 days.
    """

    __tablename__ = "flags"
    __table_args__ = (
        Index("flags_by_state", "network_id", "state"),
        {"sqlite_autoincrement": True},  # occasions bear its number, also once it is gone
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    message: Mapped[str] = mapped_column(default="")
    words: Mapped[str]
    state: Mapped[str] = mapped_column(default=FlagState.WAITING.value)
    at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def key(self) -> str:
        """The occasion of telling of it."""
        return f"flags/{self.id}"


class Hearer(Base):
    """Somebody whom a flag's writer chose to hear it."""

    __tablename__ = "flag_hearers"
    flag_id: Mapped[int] = mapped_column(
        ForeignKey("flags.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))


class Agreement(Base):
    """Something of a flag that `by_id` would note or hold; nothing is without a yes of both sides.

    The flag's writer is asked first, and `other_id` only after their yes.
    """

    __tablename__ = "flag_agreements"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    flag_id: Mapped[int] = mapped_column(ForeignKey("flags.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    matter: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default=AgreementState.FIRST.value)
    at: Mapped[datetime] = mapped_column(Instant)

    @property
    def key(self) -> str:
        """The occasion of asking both."""
        return f"flags.agreement/{self.id}"


class Lesson(Base):
    """What two people learned of a difference, in words that both agreed to; it names neither.

    It goes when one of them goes, or takes it back.
    """

    __tablename__ = "lessons"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    words: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)


def author_of(session: Session, channel: ChannelId, ts: int) -> Person | None:
    """Who wrote a message, where that is known."""
    place = places.channel_at(session, channel)
    if place is None:
        return None
    return session.scalars(
        select(Person)
        .join(Message, Message.author_id == Person.id)
        .where(Message.channel_id == place.id, Message.ts == ts)
    ).first()


def keep(session: Session, flag: Flag, hearers: Collection[Person]) -> Flag:
    """Keep a flag for those who are to hear it."""
    session.add(flag)
    session.flush()
    session.add_all(
        Hearer(flag_id=flag.id, person_id=each.id, network_id=flag.network_id) for each in hearers
    )
    session.flush()
    return flag


def written_by(session: Session, network: Network, person: Person) -> Sequence[Flag]:
    """All flags of *person* here, oldest first."""
    found = select(Flag).where(Flag.network_id == network.id, Flag.person_id == person.id)
    return session.scalars(found.order_by(Flag.id)).all()


def heard_by(session: Session, network: Network, person: Person) -> Sequence[Flag]:
    """The open flags whose writers chose *person* to hear them, oldest first."""
    found = (
        select(Flag)
        .join(Hearer, Hearer.flag_id == Flag.id)
        .where(
            Hearer.person_id == person.id,
            Flag.network_id == network.id,
            Flag.state.in_([each.value for each in OPEN]),
        )
    )
    return session.scalars(found.order_by(Flag.id)).all()


def hearers(session: Session, flag: Flag) -> Sequence[Person]:
    """Those whom its writer chose, as they were met."""
    found = select(Person).join(Hearer, Hearer.person_id == Person.id)
    return session.scalars(found.where(Hearer.flag_id == flag.id).order_by(Person.id)).all()


def of_writer(session: Session, network: Network, person: Person, number: int) -> Flag | None:
    """The flag of that number, if *person* wrote it."""
    return next((each for each in written_by(session, network, person) if each.id == number), None)


def of_hearer(session: Session, network: Network, person: Person, number: int) -> Flag | None:
    """The open flag of that number, if *person* was chosen to hear it."""
    return next((each for each in heard_by(session, network, person) if each.id == number), None)


def take_up(session: Session, flag: Flag, by: Person) -> bool:
    """Let *by* see to it; False where somebody does already."""
    is_waiting = Flag.state == FlagState.WAITING.value
    return change_if(session, flag, is_waiting, state=FlagState.TAKEN.value, taken_by=by.id)


def end(session: Session, flag: Flag, state: FlagState, *, now: datetime) -> bool:
    """Close it, or take it back; its words go then. False where that was done before."""
    is_open = Flag.state.in_([each.value for each in OPEN])
    words = flag.words if state is FlagState.CLOSED else ""
    ended = change_if(session, flag, is_open, state=state.value, words=words, closed_at=now)
    if ended and state is FlagState.WITHDRAWN:
        session.execute(delete(Agreement).where(Agreement.flag_id == flag.id))
        flag.message = ""
        session.flush()
    return ended


def forget_message(session: Session, ref: str) -> None:
    """Let go of what points to a message that is gone."""
    session.execute(
        update(Flag)
        .where(Flag.message == ref)
        .values(message="")
        .execution_options(synchronize_session="fetch")
    )


def propose(session: Session, agreement: Agreement) -> Agreement:
    """Keep what is to be agreed on."""
    session.add(agreement)
    session.flush()
    return agreement


def agreement(session: Session, network: Network, number: int) -> Agreement | None:
    """The agreement of that number, if it is of *network*."""
    found = session.get(Agreement, number)
    return found if found is not None and found.network_id == network.id else None


def move(session: Session, found: Agreement, before: AgreementState, after: AgreementState) -> bool:
    """Go on from *before* to *after*; False where it isn't there any more."""
    return change_if(session, found, Agreement.state == before.value, state=after.value)


def agreed(session: Session, flag: Flag) -> Sequence[Agreement]:
    """What both sides agreed to note of *flag*."""
    found = select(Agreement).where(
        Agreement.flag_id == flag.id, Agreement.state == AgreementState.AGREED.value
    )
    return session.scalars(found.order_by(Agreement.id)).all()


def agreements_of(session: Session, person: Person) -> Sequence[Agreement]:
    """What *person* was asked as the other side, oldest first, or asked themselves."""
    is_asked = (Agreement.other_id == person.id) & (Agreement.state != AgreementState.FIRST.value)
    found = select(Agreement).where(or_(is_asked, Agreement.by_id == person.id))
    return session.scalars(found.order_by(Agreement.id)).all()


def learn(session: Session, found: Agreement, *, now: datetime) -> Lesson:
    """Keep what both learned, beyond the flag itself."""
    flag = session.get_one(Flag, found.flag_id)
    lesson = Lesson(
        network_id=found.network_id,
        one_id=flag.person_id,
        other_id=found.other_id,
        words=found.words,
        at=now,
    )
    session.add(lesson)
    session.flush()
    return lesson


def lessons(session: Session, network: Network, *, most: int) -> Sequence[Lesson]:
    """What was learned here, newest first."""
    found = select(Lesson).where(Lesson.network_id == network.id)
    return session.scalars(found.order_by(Lesson.id.desc()).limit(most)).all()


def lessons_of(session: Session, person: Person) -> Sequence[Lesson]:
    """What *person* agreed to, oldest first."""
    found = select(Lesson).where(or_(Lesson.one_id == person.id, Lesson.other_id == person.id))
    return session.scalars(found.order_by(Lesson.id)).all()


def take_back_lesson(session: Session, person: Person, number: int) -> bool:
    """Let go of a lesson that *person* agreed to; False where there is none of that number."""
    is_theirs = or_(Lesson.one_id == person.id, Lesson.other_id == person.id)
    gone = delete(Lesson).where(Lesson.id == number, is_theirs).returning(Lesson.id)
    return session.execute(gone).first() is not None


_UNHEARD = (
    select(Flag)
    .where(
        Flag.network_id == bindparam("network"),
        Flag.state.in_([each.value for each in OPEN]),
        ~exists().where(Hearer.flag_id == Flag.id),
    )
    .order_by(Flag.id)
)


def unheard(session: Session, network: Network) -> Sequence[Flag]:
    """Open flags that nobody is left to hear."""
    return session.scalars(_UNHEARD, {"network": network.id}).all()


_OLD = (
    delete(Flag)
    .where(Flag.network_id == bindparam("network"), Flag.at < bindparam("before"))
    .returning(Flag.id)
)


def let_old_go(session: Session, network: Network, *, now: datetime) -> Sequence[int]:
    """Let go of every flag after 90 days, with all that was noted of it; give their numbers."""
    values = {"network": network.id, "before": now - KEPT}
    numbers = session.connection().scalars(_OLD, values).all()
    if numbers:
        session.expire_all()
    return numbers


def forget(session: Session, person: Person) -> None:
    """Let go of all that *person* wrote, heard, was asked or learned, in every network."""
    is_theirs = or_(Agreement.by_id == person.id, Agreement.other_id == person.id)
    learned = or_(Lesson.one_id == person.id, Lesson.other_id == person.id)
    for statement in (
        delete(Agreement).where(is_theirs),
        delete(Lesson).where(learned),
        delete(Hearer).where(Hearer.person_id == person.id),
        delete(Flag).where(Flag.person_id == person.id),
        update(Flag).where(Flag.taken_by == person.id).values(taken_by=None),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
    session.expire_all()
