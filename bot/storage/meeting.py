"""Who takes part in coffee pairs, who met whom, and whom somebody would rather not meet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.meeting import KEPT, Came
from bot.storage.base import Base, Instant, change_if, insert_missing
from bot.storage.places import Network, Person

QUIETLY = {"synchronize_session": False}


class Meeter(Base):
    """Somebody who takes part. `led_at` is when it was last theirs to write first."""

    __tablename__ = "meeters"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime] = mapped_column(Instant)
    sat_out: Mapped[bool] = mapped_column(default=False)
    led_at: Mapped[datetime | None] = mapped_column(Instant)


class Round(Base):
    """One round, by its name; `seed` makes it the same once more from the same people."""

    __tablename__ = "meeting_rounds"
    __table_args__ = (UniqueConstraint("network_id", "name"), {"sqlite_autoincrement": True})
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    name: Mapped[str]
    seed: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Instant)


class Meeting(Base):
    """Two or a few people who are to meet; `captain_id` writes first."""

    __tablename__ = "meetings"
    __table_args__ = ({"sqlite_autoincrement": True},)  # occasions bear its number
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    round_id: Mapped[int] = mapped_column(
        ForeignKey("meeting_rounds.id", ondelete="CASCADE"), index=True
    )
    captain_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def key(self) -> str:
        """The occasion of telling of it."""
        return f"meeting/{self.id}"


class Partner(Base):
    """Somebody in a meeting, and what they say of whether it came to be."""

    __tablename__ = "meeting_people"
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    came: Mapped[str] = mapped_column(default="")


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


def join(session: Session, network: Network, person: Person, *, now: datetime) -> bool:
    """Let *person* take part from now on; False where they do."""
    row = {"network_id": network.id, "person_id": person.id, "since": now, "sat_out": False}
    made = session.execute(insert_missing(session, Meeter).returning(Meeter.person_id), [row])
    return made.first() is not None


def leave(session: Session, network: Network, person: Person) -> bool:
    """Let *person* take part no more; False where they didn't."""
    gone = delete(Meeter).where(Meeter.network_id == network.id, Meeter.person_id == person.id)
    found = session.execute(gone.returning(Meeter.person_id).execution_options(**QUIETLY)).first()
    session.expire_all()
    return found is not None


def takes_part(session: Session, network: Network, person: Person) -> Meeter | None:
    """How *person* takes part."""
    return session.get(Meeter, (network.id, person.id), populate_existing=True)


def taking_part(session: Session, network: Network) -> Sequence[tuple[Meeter, Person]]:
    """Everybody who takes part and is still there, in order of their numbers."""
    rows = session.execute(
        select(Meeter, Person)
        .join(Person, Person.id == Meeter.person_id)
        .where(
            Meeter.network_id == network.id,
            Person.is_gone.is_(False),
            Person.is_external.is_(False),
            Person.is_uncounted.is_(False),
        )
        .order_by(Person.id)
    )
    return [(meeter, person) for meeter, person in rows]


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


def begin(session: Session, network: Network, name: str, *, seed: int, now: datetime) -> int | None:
    """Begin the round *name*; its number, None where it was held."""
    row = {"network_id": network.id, "name": name, "seed": seed, "at": now}
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
        partner = Partner(
            meeting_id=found.id, person_id=one.person_id, network_id=network.id, came=""
        )
        session.add(partner)
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


def to_ask_after(session: Session, network: Network, *, before: datetime) -> Sequence[Meeting]:
    """The meetings of rounds before then that nobody was asked about."""
    return session.scalars(
        select(Meeting)
        .join(Round, Round.id == Meeting.round_id)
        .where(Meeting.network_id == network.id, Meeting.asked_at.is_(None), Round.at < before)
        .order_by(Meeting.id)
    ).all()


def ask_after(session: Session, meeting: Meeting, *, now: datetime) -> bool:
    """Keep that they are asked whether they met; False where they were."""
    return change_if(session, meeting, Meeting.asked_at.is_(None), asked_at=now)


def newest(session: Session, network: Network, person: Person) -> int | None:
    """The number of the newest meeting of *person*."""
    return session.scalar(
        select(Meeting.id)
        .join(Partner, Partner.meeting_id == Meeting.id)
        .where(Meeting.network_id == network.id, Partner.person_id == person.id)
        .order_by(Meeting.id.desc())
        .limit(1)
    )


def answer(session: Session, network: Network, number: int, person: Person, came: Came) -> bool:
    """Keep what *person* says of a meeting of theirs; False where it isn't theirs."""
    changed = session.execute(
        update(Partner)
        .where(
            Partner.network_id == network.id,
            Partner.meeting_id == number,
            Partner.person_id == person.id,
        )
        .values(came=came.value)
        .returning(Partner.meeting_id)
        .execution_options(**QUIETLY)
    ).first()
    session.expire_all()
    return changed is not None


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


def taking_part_of(session: Session, person: Person) -> Sequence[Meeter]:
    """Where *person* takes part."""
    return session.scalars(select(Meeter).where(Meeter.person_id == person.id)).all()


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
    for statement in (
        delete(Apart).where(or_(Apart.person_id == person.id, Apart.other_id == person.id)),
        delete(Partner).where(Partner.person_id == person.id),
        delete(Meeter).where(Meeter.person_id == person.id),
        update(Meeting).where(Meeting.captain_id == person.id).values(captain_id=None),
    ):
        session.execute(statement.execution_options(**QUIETLY))
    session.expire_all()
