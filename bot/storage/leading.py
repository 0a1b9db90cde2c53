"""Those who tend, for how long, whom they asked to follow them, and who belongs here at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Date, ForeignKey, Index, bindparam, delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.leading import SPONSOR_MONTHS, STANDS, AskedState, Role, months_after
from bot.storage import belonging, places, sponsors
from bot.storage.base import Base, Instant, change_if, clear_out
from bot.storage.places import Lead, Network, Person


class Term(Base):
    """Until which local day somebody tends, where they carried on; else it is counted from `since`.

    The row goes with its person.
    """

    __tablename__ = "lead_terms"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    ends_on: Mapped[date] = mapped_column(Date)


class Asked(Base):
    """Somebody who tends asked somebody to take a role on; nothing changes without their yes."""

    __tablename__ = "hand_ons"
    __table_args__ = (
        Index("hand_ons_by_state", "network_id", "state"),
        {"sqlite_autoincrement": True},  # occasions bear its number, also once it is gone
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    role: Mapped[str]
    state: Mapped[str] = mapped_column(default=AskedState.ASKED.value)
    at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def key(self) -> str:
        """The occasion of asking."""
        return f"leading.asked/{self.id}"


class Alternative(Base):
    """Whom members may turn to where something is about a lead; by their own yes."""

    __tablename__ = "alternatives"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime] = mapped_column(Instant)


class Serving(NamedTuple):
    """Who tends, since when, and until which local day."""

    person: Person
    since: datetime
    ends_on: date


_IS_ASKED = Asked.state == AskedState.ASKED.value


_MINE = select(Network.id).where(Network.id == bindparam("network")).with_for_update()


def take_turns(session: Session, network: Network) -> None:
    """Let nobody else change who tends *network* until this transaction ends."""
    session.execute(_MINE, {"network": network.id})


_SERVING = (
    select(Person, Lead.since, Term.ends_on)
    .join(Lead, Lead.person_id == Person.id)
    .outerjoin(Term, (Term.person_id == Person.id) & (Term.network_id == Lead.network_id))
    .where(Lead.network_id == bindparam("network"))
    .order_by(Lead.since, Lead.id)
)


def serving(session: Session, network: Network, *, months: int) -> Sequence[Serving]:
    """Those who tend, longest-serving first; a term is of *months* unless they carried on."""
    rows = session.execute(_SERVING, {"network": network.id})
    zone = network.zone
    return [
        Serving(person, since, ends or months_after(since.astimezone(zone).date(), months))
        for person, since, ends in rows
    ]


def carry_on(session: Session, network: Network, person: Person, *, until: date) -> None:
    """Let *person*'s term end on *until*."""
    session.merge(Term(network_id=network.id, person_id=person.id, ends_on=until))
    session.flush()


def stop(session: Session, network: Network, person: Person) -> bool:
    """Let *person* tend no more; False where they don't, or nobody else would.

    Whoever calls it took turns before.
    """
    others = session.scalar(
        select(func.count())
        .select_from(Lead)
        .join(Person, Person.id == Lead.person_id)
        .where(
            Lead.network_id == network.id,
            Lead.person_id != person.id,
            Person.is_gone.is_(False),
            Person.is_external.is_(False),
        )
    )
    return bool(others) and _remove(session, network, person)


def _remove(session: Session, network: Network, person: Person) -> bool:
    removed = delete(Lead).where(Lead.network_id == network.id, Lead.person_id == person.id)
    was = session.execute(removed.returning(Lead.id)).first() is not None
    session.execute(delete(Term).where(Term.network_id == network.id, Term.person_id == person.id))
    session.expire_all()
    return was


def ask(
    session: Session, network: Network, person: Person, role: Role, *, by: Person, now: datetime
) -> Asked:
    """Keep that *by* asks *person* to take *role* on."""
    found = Asked(
        network_id=network.id,
        by_id=by.id,
        person_id=person.id,
        role=role.value,
        state=AskedState.ASKED.value,
        at=now,
    )
    session.add(found)
    session.flush()
    return found


def open_from(session: Session, network: Network, by: Person) -> Asked | None:
    """What *by* asked and nobody answered yet."""
    found = select(Asked).where(Asked.network_id == network.id, Asked.by_id == by.id, _IS_ASKED)
    return session.scalars(found.order_by(Asked.id)).first()


def open_for(session: Session, network: Network, person: Person) -> Asked | None:
    """The newest question to *person* that they haven't answered."""
    found = select(Asked).where(
        Asked.network_id == network.id, Asked.person_id == person.id, _IS_ASKED
    )
    return session.scalars(found.order_by(Asked.id.desc())).first()


def numbered(session: Session, network: Network, number: int) -> Asked | None:
    """The question of that number, if it is of *network*."""
    found = session.get(Asked, number)
    return found if found is not None and found.network_id == network.id else None


def settle(session: Session, asked: Asked, state: AskedState, *, now: datetime) -> bool:
    """End a question; False where that was done before."""
    return change_if(session, asked, _IS_ASKED, state=state.value, settled_at=now)


def take(session: Session, network: Network, asked: Asked, *, now: datetime) -> bool:
    """Give the role to who was asked; False where that can't be any more.

    It can't once it was settled, is older than it stands, or whoever asked doesn't tend now.
    """
    take_turns(session, network)
    giver = session.get_one(Person, asked.by_id)
    taker = session.get_one(Person, asked.person_id)
    is_of_now = now - asked.at <= STANDS and places.is_lead(session, network, giver.address)
    if not is_of_now or not _may_take(session, network, taker, Role(asked.role)):
        return False
    if not settle(session, asked, AskedState.TAKEN, now=now):
        return False
    if asked.role == Role.ALTERNATIVE:
        session.merge(Alternative(network_id=network.id, person_id=taker.id, since=now))
        session.flush()
        return True
    if asked.role == Role.SPONSOR:
        until = months_after(now.astimezone(network.zone).date(), SPONSOR_MONTHS)
        sponsors.appoint(session, network, taker, until=until, now=now)
        return True
    places.make_lead(session, network, taker, now=now)
    if asked.role == Role.INSTEAD:
        _remove(session, network, giver)
    return True


def _may_take(session: Session, network: Network, taker: Person, role: Role) -> bool:
    """Whether they are of here; who tends is no sponsor, and a sponsor has no other role."""
    if role is Role.SPONSOR:
        return sponsors.may_be(session, network, taker)
    is_sponsor = sponsors.is_sponsor(session, network, taker.address)
    return belonging.belongs(session, network, taker.address) and not is_sponsor


def alternative(session: Session, network: Network) -> Person | None:
    """Whom members may turn to where something is about a lead; nobody who tends."""
    found = session.scalars(
        select(Person)
        .join(Alternative, Alternative.person_id == Person.id)
        .where(
            Alternative.network_id == network.id,
            Person.is_gone.is_(False),
            Person.is_external.is_(False),
        )
    ).first()
    if found is None or places.is_lead(session, network, found.address):
        return None
    return found


def no_alternative(session: Session, network: Network) -> None:
    """Let nobody be named any more."""
    session.execute(delete(Alternative).where(Alternative.network_id == network.id))


_LAPSED = select(Asked).where(
    Asked.network_id == bindparam("network"), _IS_ASKED, Asked.at < bindparam("before")
)


def lapsed(session: Session, network: Network, *, now: datetime) -> Sequence[Asked]:
    """Questions that have stood for as long as they may."""
    return session.scalars(_LAPSED, {"network": network.id, "before": now - STANDS}).all()


_OLD = delete(Asked).where(
    Asked.network_id == bindparam("network"), Asked.settled_at < bindparam("before")
)


def let_old_go(session: Session, network: Network, *, before: datetime) -> None:
    """Let go of what was settled before then."""
    clear_out(session, _OLD, network=network.id, before=before)


def of_person(session: Session, person: Person) -> Sequence[Asked]:
    """What *person* asked or was asked, oldest first."""
    is_theirs = or_(Asked.by_id == person.id, Asked.person_id == person.id)
    return session.scalars(select(Asked).where(is_theirs).order_by(Asked.id)).all()


def forget(session: Session, person: Person) -> None:
    """Let go of what *person* asked or was asked, of their term, and of being turned to."""
    for statement in (
        delete(Asked).where(or_(Asked.by_id == person.id, Asked.person_id == person.id)),
        delete(Term).where(Term.person_id == person.id),
        delete(Alternative).where(Alternative.person_id == person.id),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
    sponsors.forget(session, person)
