"""What stands until a day: asked after a week before, renewed by one tap, ended, and let go."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, Date, ForeignKey, delete, exists, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.offers import OfferState, sources
from bot.storage.base import Base, Instant, change_if
from bot.storage.places import Network, Person

State = OfferState

KEPT = timedelta(days=180)
"""How long it is kept once it ended, or was taken back."""


class Lasting(Base):
    """What somebody handed over, in their own words, until the local day `until`.

    `reminded_for` is the end for which they were asked whether it stands; `week` is that of the
    digest that told of it, "" until one did.
    """

    __abstract__ = True
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(default=State.STANDING.value)
    words: Mapped[str] = mapped_column(default="")
    until: Mapped[date] = mapped_column(Date)
    reminded_for: Mapped[date | None] = mapped_column(Date)
    week: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


T = TypeVar("T", bound=Lasting)
_OVER = (State.ENDED.value, State.WITHDRAWN.value)


def of(
    session: Session, table: type[T], network: Network, *conditions: ColumnElement[bool]
) -> Sequence[T]:
    """Those of *network* for which all *conditions* hold, oldest first."""
    return session.scalars(
        select(table).where(table.network_id == network.id, *conditions).order_by(table.id)
    ).all()


def numbered(session: Session, table: type[T], network: Network, number: int) -> T | None:
    """The one of that number, as it is by now."""
    return session.scalars(
        select(table)
        .where(table.network_id == network.id, table.id == number)
        .execution_options(populate_existing=True)
    ).first()


def all_of(session: Session, table: type[T], person: Person) -> Sequence[T]:
    """All of somebody in any network, oldest first."""
    return session.scalars(
        select(table).where(table.person_id == person.id).order_by(table.id)
    ).all()


def standing(session: Session, table: type[T], network: Network) -> Sequence[tuple[T, Person]]:
    """What stands now, with whose it is, newest first; of nobody who left or is of elsewhere."""
    rows = session.execute(
        select(table, Person)
        .join(Person, Person.id == table.person_id)
        .where(
            table.network_id == network.id,
            table.state == State.STANDING.value,
            Person.is_gone.is_(False),
            Person.is_external.is_(False),
        )
        .order_by(table.id.desc())
    )
    return [(found, person) for found, person in rows]


def renew(session: Session, found: Lasting, until: date) -> bool:
    """Let it stand until then; False where it was taken back."""
    is_there = type(found).state != State.WITHDRAWN.value
    return change_if(
        session, found, is_there, state=State.STANDING.value, until=until, ended_at=None
    )


def withdraw(session: Session, found: Lasting, *, now: datetime, **gone: str) -> bool:
    """Take it back, and delete its words and what else is *gone*; False if done before."""
    is_before = type(found).state.in_([each.value for each in sources(State.WITHDRAWN)])
    to = {"state": State.WITHDRAWN.value, "words": "", **gone}
    return change_if(session, found, is_before, ended_at=now, **to)


def end_old(
    session: Session, table: type[T], network: Network, *, today: date, now: datetime
) -> Sequence[T]:
    """End those whose day has gone by; return them."""
    stands = table.state == State.STANDING.value
    over = of(session, table, network, stands, table.until < today)
    ended = {"state": State.ENDED.value, "ended_at": now}
    return [each for each in over if change_if(session, each, stands, **ended)]


def _is_new(table: type[Lasting]) -> ColumnElement[bool]:
    return table.reminded_for.is_(None) | (table.reminded_for != table.until)


def is_any_due(session: Session, network: Network, *, by: date, now: datetime) -> bool:
    """Whether anything ends by then, or is to be let go: in one query, over every such table."""
    due = (
        exists().where(
            table.network_id == network.id,
            or_(
                (table.state == State.STANDING.value) & (table.until <= by),
                table.state.in_(_OVER) & (table.ended_at < now - KEPT),
            ),
        )
        for table in Lasting.__subclasses__()
    )
    return bool(session.scalar(select(or_(*due))))


def to_remind(session: Session, table: type[T], network: Network, *, by: date) -> Sequence[T]:
    """Those that end by then, whose person wasn't asked whether they stand."""
    stands = table.state == State.STANDING.value
    return of(session, table, network, stands, table.until <= by, _is_new(table))


def remind(session: Session, found: Lasting) -> bool:
    """Keep that its person is asked whether it stands; False where they were."""
    return change_if(session, found, _is_new(type(found)), reminded_for=found.until)


def let_old_go(session: Session, table: type[Lasting], network: Network, *, now: datetime) -> None:
    """Let go of what ended, or was taken back, half a year ago."""
    session.execute(
        delete(table)
        .where(
            table.network_id == network.id,
            table.state.in_(_OVER),
            table.ended_at < now - KEPT,
        )
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def forget(session: Session, table: type[Lasting], person: Person) -> None:
    """Let go of all of *person*."""
    session.execute(
        delete(table)
        .where(table.person_id == person.id)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


# Digests


def untold(
    session: Session, table: type[T], network: Network, *conditions: ColumnElement[bool]
) -> Sequence[T]:
    """What stands that no digest has told of yet, oldest first; of nobody who left."""
    return session.scalars(
        select(table)
        .join(Person, Person.id == table.person_id)
        .where(
            table.network_id == network.id,
            table.state == State.STANDING.value,
            table.week == "",
            Person.is_gone.is_(False),
            *conditions,
        )
        .order_by(table.id)
    ).all()


def of_week(session: Session, table: type[T], network: Network, week: str) -> Sequence[T]:
    """What the digest of *week* tells of and still stands, oldest first."""
    return of(session, table, network, table.week == week, table.state == State.STANDING.value)


def take(session: Session, table: type[Lasting], numbers: Collection[int], week: str) -> None:
    """Let the digest of *week* have these."""
    _mark(session, table, table.id.in_(sorted(numbers)) & (table.week == ""), week)


def give_back(session: Session, table: type[Lasting], network: Network, week: str) -> None:
    """Let another digest have what that of *week* was to tell, which was not posted."""
    _mark(session, table, (table.network_id == network.id) & (table.week == week), "")


def _mark(session: Session, table: type[Lasting], which: ColumnElement[bool], week: str) -> None:
    session.execute(
        update(table).where(which).values(week=week).execution_options(synchronize_session=False)
    )
    session.expire_all()
