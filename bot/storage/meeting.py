"""Rounds of coffee pairs: who was to meet whom, what came of it, and who would rather not meet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    UniqueConstraint,
    delete,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.meeting import KEPT
from bot.storage.base import Base, Instant, insert_missing
from bot.storage.circles import QUIETLY, Circle, Meeter, leave
from bot.storage.places import Network, Person


class Round(Base):
    """One round, by its name; `seed` makes it the same once more from the same people."""

    __tablename__ = "meeting_rounds"
    __table_args__ = (UniqueConstraint("circle_id", "name"), {"sqlite_autoincrement": True})
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("meeting_circles.id", ondelete="CASCADE"))
    name: Mapped[str]
    seed: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Instant)


class Meeting(Base):
    """Two or a few people who are to meet; `captain_id` writes first.

    `is_begun`: one of them has said that they found each other, or suggested a time, which is
    `starts_at` for `minutes`; `sequence` counts how often that was said anew, `is_off` that it was
    called off. The captain is reminded once, and all are asked once whether they met.
    """

    __tablename__ = "meetings"
    __table_args__ = ({"sqlite_autoincrement": True},)  # occasions bear its number
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    round_id: Mapped[int] = mapped_column(
        ForeignKey("meeting_rounds.id", ondelete="CASCADE"), index=True
    )
    captain_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)
    is_begun: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime | None] = mapped_column(Instant)
    minutes: Mapped[int] = mapped_column(default=0)
    sequence: Mapped[int] = mapped_column(default=0)
    is_off: Mapped[bool] = mapped_column(default=False)

    @property
    def key(self) -> str:
        """The occasion of telling of it."""
        return f"meeting/{self.id}"


class Partner(Base):
    """Somebody in a meeting, what they say of whether it came to be, and when they were asked."""

    __tablename__ = "meeting_people"
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    came: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime | None] = mapped_column(Instant)


class Apart(Base):
    """Somebody would rather not meet another; nobody else ever learns of it."""

    __tablename__ = "meeting_apart"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    other_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )


def keep_apart(session: Session, network: Network, person: Person, other: Person) -> None:
    """Let the two never meet, as *person* wishes."""
    row = {"network_id": network.id, "person_id": person.id, "other_id": other.id}
    session.execute(insert_missing(session, Apart), [row])


def let_meet(session: Session, network: Network, person: Person, other: Person) -> None:
    """Take back that *person* would rather not meet *other*."""
    session.execute(
        delete(Apart)
        .where(
            Apart.network_id == network.id,
            Apart.person_id == person.id,
            Apart.other_id == other.id,
        )
        .execution_options(**QUIETLY)
    )


def apart(session: Session, network: Network) -> list[tuple[int, int]]:
    """All pairs of people who are not to meet."""
    rows = session.execute(
        select(Apart.person_id, Apart.other_id).where(Apart.network_id == network.id)
    )
    return [(person, other) for person, other in rows]


def met(session: Session, network: Network) -> dict[tuple[int, int], int]:
    """In which round two were last to meet, by the lower number and the higher."""
    rows = session.execute(
        select(Meeting.id, Meeting.round_id, Partner.person_id)
        .join(Partner, Partner.meeting_id == Meeting.id)
        .where(Meeting.network_id == network.id)
        .order_by(Meeting.round_id, Meeting.id, Partner.person_id)
    )
    found: dict[tuple[int, int], int] = {}
    together: dict[int, list[int]] = {}
    for meeting, nth, person in rows:
        for other in together.setdefault(meeting, []):
            found[other, person] = nth
        together[meeting].append(person)
    return found


def begin(session: Session, circle: Circle, name: str, *, seed: int, now: datetime) -> int | None:
    """Begin the round *name* of *circle*; its number, None where it was held."""
    row = {"network_id": circle.network_id, "circle_id": circle.id, "name": name}
    row |= {"seed": seed, "at": now}
    made = session.execute(insert_missing(session, Round).returning(Round.id), [row])
    return made.scalar()


def hold(
    session: Session, network: Network, number: int, people: Sequence[Meeter], *, now: datetime
) -> Meeting:
    """Let these meet in round *number*; whose turn it was longest ago writes first."""
    captain = min(people, key=lambda one: (one.led_at is not None, one.led_at or now, one.since))
    captain.led_at = now
    found = Meeting(network_id=network.id, round_id=number, captain_id=captain.person_id)
    session.add(found)
    session.flush()
    for one in people:
        one.sat_out = False
        session.add(
            Partner(meeting_id=found.id, person_id=one.person_id, network_id=network.id, came="")
        )
    session.flush()
    return found


def partners(session: Session, meeting: Meeting) -> Sequence[Person]:
    """Who is to meet, in order of their numbers."""
    return session.scalars(
        select(Person)
        .join(Partner, Partner.person_id == Person.id)
        .where(Partner.meeting_id == meeting.id)
        .order_by(Person.id)
    ).all()


def was_held(session: Session, circle: Circle, name: str) -> bool:
    """Whether the round *name* of *circle* was held."""
    held = exists().where(Round.circle_id == circle.id, Round.name == name)
    return bool(session.scalar(select(held)))


def rounds_of(session: Session, circle: Circle, *, since: datetime) -> Sequence[Round]:
    """The rounds of *circle* since then, oldest first."""
    return session.scalars(
        select(Round).where(Round.circle_id == circle.id, Round.at >= since).order_by(Round.id)
    ).all()


def newest(session: Session, network: Network, person: Person) -> int | None:
    """The number of the newest meeting of *person*."""
    return session.scalar(
        select(Meeting.id)
        .join(Partner, Partner.meeting_id == Meeting.id)
        .where(Meeting.network_id == network.id, Partner.person_id == person.id)
        .order_by(Meeting.id.desc())
        .limit(1)
    )


def held_of(session: Session, person: Person) -> Sequence[tuple[Meeting, Round, str]]:
    """The meetings of *person*, oldest first, with what they said of each."""
    rows = session.execute(
        select(Meeting, Round, Partner.came)
        .join(Partner, Partner.meeting_id == Meeting.id)
        .join(Round, Round.id == Meeting.round_id)
        .where(Partner.person_id == person.id)
        .order_by(Meeting.id)
    )
    return [(meeting, held, came) for meeting, held, came in rows]


def apart_of(session: Session, person: Person) -> Sequence[Person]:
    """Whom *person* would rather not meet."""
    return session.scalars(
        select(Person)
        .join(Apart, Apart.other_id == Person.id)
        .where(Apart.person_id == person.id)
        .order_by(Person.id)
    ).all()


def let_old_go(session: Session, network: Network, *, now: datetime) -> None:
    """Forget who met whom a year ago."""
    is_old = exists().where(Round.network_id == network.id, Round.at < now - KEPT)
    if not session.scalar(select(is_old)):
        return
    old = select(Round.id).where(Round.network_id == network.id, Round.at < now - KEPT)
    meetings = select(Meeting.id).where(Meeting.round_id.in_(old))
    for statement in (
        delete(Partner).where(Partner.meeting_id.in_(meetings)),
        delete(Meeting).where(Meeting.round_id.in_(old)),
        delete(Round).where(Round.network_id == network.id, Round.at < now - KEPT),
    ):
        session.execute(statement.execution_options(**QUIETLY))
    session.expire_all()


def forget(session: Session, person: Person) -> None:
    """Let go of all that is held of *person*'s meetings, and of who would rather not meet them."""
    leave(session, person, None)
    for statement in (
        delete(Apart).where(or_(Apart.person_id == person.id, Apart.other_id == person.id)),
        delete(Partner).where(Partner.person_id == person.id),
        update(Meeting).where(Meeting.captain_id == person.id).values(captain_id=None),
    ):
        session.execute(statement.execution_options(**QUIETLY))
    session.expire_all()
