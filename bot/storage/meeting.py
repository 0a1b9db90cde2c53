"""Who is to meet whom, by a round of coffee pairs or otherwise, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Select,
    UniqueConstraint,
    delete,
    exists,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.meeting import KEPT, Came, MeetingKind
from bot.storage.base import Base, Instant, change_many, insert_missing
from bot.storage.circles import Circle, Meeter, leave
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
    """Two or a few people who are to meet, of which they hear at `at`; `captain_id` writes first.

    Only what came of a round of coffee pairs has a `round_id`.
    `is_begun`: one of them has said that they found each other, or suggested a time, which is
    `starts_at` for `minutes`; `sequence` counts how often that was said anew, `is_off` that it was
    called off. The captain is reminded once, and all are asked once whether they met.
    """

    __tablename__ = "meetings"
    __table_args__ = (
        Index("meetings_by_question", "network_id", "asked_at"),
        {"sqlite_autoincrement": True},  # occasions bear its number
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    round_id: Mapped[int | None] = mapped_column(
        ForeignKey("meeting_rounds.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(default=MeetingKind.COFFEE.value)
    at: Mapped[datetime] = mapped_column(Instant)
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
    """Somebody in a meeting, what they say of whether it came to be, and when they were asked.

    `brings` is what the others are to read, in a review.
    """

    __tablename__ = "meeting_people"
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    came: Mapped[str] = mapped_column(default="")
    brings: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime | None] = mapped_column(Instant)


def met(session: Session, network: Network) -> dict[tuple[int, int], int]:
    """In which round two were last to meet, or after which, by the lower number and the higher."""
    rows = session.execute(
        select(Meeting.id, Meeting.round_id, Partner.person_id)
        .join(Partner, Partner.meeting_id == Meeting.id)
        .where(Meeting.network_id == network.id)
        .order_by(Meeting.id, Partner.person_id)
    )
    found: dict[tuple[int, int], int] = {}
    latest = 0
    together: dict[int, list[int]] = {}
    for meeting, nth, person in rows:
        latest = max(latest, nth or 0)
        for other in together.setdefault(meeting, []):
            found[other, person] = latest
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
    for one in people:
        one.sat_out = False
    return bring_together(
        session,
        network,
        {one.person_id: "" for one in people},
        kind=MeetingKind.COFFEE,
        captain=captain.person_id,
        at=now,
        number=number,
    )


def bring_together(
    session: Session,
    network: Network,
    people: Mapping[int, str],
    *,
    kind: MeetingKind,
    captain: int,
    at: datetime,
    number: int | None = None,
) -> Meeting:
    """Keep that these are to meet, each with what they bring, and hear of it at *at*."""
    found = Meeting(
        network_id=network.id, round_id=number, captain_id=captain, kind=kind.value, at=at
    )
    session.add(found)
    session.flush()
    session.add_all(
        Partner(meeting_id=found.id, person_id=one, network_id=network.id, came="", brings=brings)
        for one, brings in people.items()
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


def brought(session: Session, meeting: Meeting) -> Sequence[tuple[Person, str]]:
    """Who is to meet, in order of their numbers, and what each brings."""
    rows = session.execute(
        select(Person, Partner.brings)
        .join(Partner, Partner.person_id == Person.id)
        .where(Partner.meeting_id == meeting.id)
        .order_by(Person.id)
    )
    return [(person, brings) for person, brings in rows]


def was_held(session: Session, circle: Circle, name: str) -> bool:
    """Whether the round *name* of *circle* was held."""
    held = exists().where(Round.circle_id == circle.id, Round.name == name)
    return bool(session.scalar(select(held)))


def rounds_of(session: Session, circle: Circle, *, since: datetime) -> Sequence[Round]:
    """The rounds of *circle* since then, oldest first."""
    return session.scalars(
        select(Round).where(Round.circle_id == circle.id, Round.at >= since).order_by(Round.id)
    ).all()


def newest(session: Session, network: Network, person: Person) -> int:
    """The number of the newest meeting of *person*; 0 where there is none."""
    return session.scalar(_numbers(network, person)) or 0


def to_answer(session: Session, network: Network, person: Person) -> int:
    """The number of the meeting that *person* was asked about last and still may tell of.

    Of the newest one, where no question waits.
    """
    waits = _numbers(network, person).where(
        Meeting.asked_at.is_not(None), Partner.came.in_(("", Came.LATER.value))
    )
    return session.scalar(waits) or newest(session, network, person)


def _numbers(network: Network, person: Person) -> Select[int]:
    return (
        select(Meeting.id)
        .join(Partner, Partner.meeting_id == Meeting.id)
        .where(Meeting.network_id == network.id, Partner.person_id == person.id)
        .order_by(Meeting.id.desc())
        .limit(1)
    )


def held_of(session: Session, person: Person) -> Sequence[tuple[Meeting, Partner]]:
    """The meetings of *person*, oldest first, with what they said of each, and bring."""
    rows = session.execute(
        select(Meeting, Partner)
        .join(Partner, Partner.meeting_id == Meeting.id)
        .where(Partner.person_id == person.id)
        .order_by(Meeting.id)
    )
    return [(meeting, mine) for meeting, mine in rows]


def let_old_go(session: Session, network: Network, *, now: datetime) -> None:
    """Forget who met whom a year ago."""
    old = (Meeting.network_id == network.id) & (Meeting.at < now - KEPT)
    old_round = (Round.network_id == network.id) & (Round.at < now - KEPT)
    if not session.scalar(select(exists().where(old) | exists().where(old_round))):
        return
    change_many(
        session,
        delete(Partner).where(Partner.meeting_id.in_(select(Meeting.id).where(old))),
        delete(Meeting).where(old),
        delete(Round).where(old_round),
    )


def forget(session: Session, person: Person) -> None:
    """Let go of all that is held of *person*'s meetings."""
    leave(session, person, None)
    change_many(
        session,
        delete(Partner).where(Partner.person_id == person.id),
        update(Meeting).where(Meeting.captain_id == person.id).values(captain_id=None),
    )
