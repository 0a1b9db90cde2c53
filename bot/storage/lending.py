"""Who would use what somebody offers, on which day, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Time,
    UniqueConstraint,
    delete,
    exists,
    select,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from bot.domain.resources import WAITING, Often, ResourceKind, Slot, UseState, often_of, sources
from bot.storage.base import Base, Instant, change_if, change_many, drop_if
from bot.storage.exchanges import Exchange
from bot.storage.offers import Offer
from bot.storage.places import Network, Person

State = UseState

KEPT = timedelta(days=180)
"""How long it is kept that something was used."""
HELD = (State.AGREED.value, State.USED.value)
"""States in which a day is somebody's."""


class OfferUse(Base):
    """Somebody's question whether they could use what is offered, and the day once it is theirs.

    `day`, `begins` and `ends` are by the network's own clock. `taken_on` is the day once it was
    agreed, None before, and of what several can use at once: of each offer no two have one day.
    `exchange_id` is the help in the ledger that it is, from its day on.
    """

    __tablename__ = "offer_uses"
    __table_args__ = (
        UniqueConstraint("offer_id", "taken_on"),
        Index("offer_uses_by_state", "network_id", "state"),
        {"sqlite_autoincrement": True},  # occasions bear its number, also once it is gone
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(default=State.ASKED.value)
    what_for: Mapped[str] = mapped_column(default="")
    day: Mapped[date] = mapped_column(Date)
    begins: Mapped[time | None] = mapped_column(Time)
    ends: Mapped[time | None] = mapped_column(Time)
    taken_on: Mapped[date | None] = mapped_column(Date)
    exchange_id: Mapped[int | None] = mapped_column(ForeignKey("exchanges.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    agreed_at: Mapped[datetime | None] = mapped_column(Instant)
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)
    followed_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def key(self) -> str:
        """The occasion of what is said about it."""
        return f"use/{self.id}"

    @property
    def slot(self) -> Slot:
        """The day, and from when to when."""
        return Slot(self.day, self.begins, self.ends)


def ask(
    session: Session, offer: Offer, person: Person, slot: Slot, what_for: str, *, now: datetime
) -> OfferUse | None:
    """Keep that *person* would use it then; None where they asked for that day already."""
    _take_turns(session, offer.id)
    mine = (OfferUse.offer_id == offer.id, OfferUse.person_id == person.id)
    if session.scalar(select(exists().where(*mine, OfferUse.day == slot.day))):
        return None
    found = OfferUse(
        network_id=offer.network_id,
        offer_id=offer.id,
        person_id=person.id,
        what_for=what_for,
        day=slot.day,
        begins=slot.begins,
        ends=slot.ends,
        asked_at=now,
    )
    session.add(found)
    session.flush()
    return found


def _take_turns(session: Session, offer: int) -> None:
    """Let nobody else ask for that offer, or agree to a day of it, until this is committed."""
    session.execute(select(Offer.id).where(Offer.id == offer).with_for_update())


class Agreed(StrEnum):
    """What came of a yes."""

    YES = "yes"
    TAKEN = "taken"
    ENOUGH = "enough"
    SETTLED = "settled"


def agree(session: Session, found: OfferUse, *, before: UseState, now: datetime) -> Agreed:
    """Keep the day for whoever asked, where it is free and there is enough of it that week.

    It is one conditional update, in turns with others about the same offer, and no two uses of one
    offer may have one day: of two who get a yes at once, one does.
    """
    _take_turns(session, found.offer_id)
    offer = session.get_one(Offer, found.offer_id, populate_existing=True)
    often = often_of(offer.often) or Often()
    if not has_room(session, offer, found.slot, often):
        return Agreed.ENOUGH
    is_shared = offer.resource == ResourceKind.DATA
    done = change_if(
        session,
        found,
        OfferUse.state == before.value,
        _is_free(found),
        state=State.AGREED.value,
        taken_on=None if is_shared else found.day,
        agreed_at=now,
    )
    if done:
        return Agreed.YES
    return Agreed.TAKEN if found.state == before else Agreed.SETTLED


def _is_free(found: OfferUse) -> ColumnElement[bool]:
    other = aliased(OfferUse)
    return ~exists().where(other.offer_id == found.offer_id, other.taken_on == found.day)


def has_room(session: Session, offer: Offer, slot: Slot, often: Often) -> bool:
    """Whether there is enough of it in the week of that day."""
    monday = slot.day - timedelta(days=slot.day.weekday())
    week = OfferUse.day.between(monday, monday + timedelta(days=6))
    taken = find(session, OfferUse.offer_id == offer.id, OfferUse.state.in_(HELD), week)
    minutes = sum(each.slot.minutes for each in taken)
    return often.has_room(len(taken), minutes, more=slot.minutes)


def taken_days(session: Session, offer: Offer, *, first: date) -> frozenset[date]:
    """The days from *first* on that somebody has."""
    days = select(OfferUse.taken_on).where(
        OfferUse.offer_id == offer.id, OfferUse.taken_on >= first
    )
    return frozenset(day for day in session.scalars(days) if day is not None)


def suggest(session: Session, found: OfferUse, slot: Slot) -> bool:
    """Name another day for it; False where it is agreed, or was let go."""
    is_before = OfferUse.state.in_([each.value for each in sources(State.SUGGESTED)])
    to = {"day": slot.day, "begins": slot.begins, "ends": slot.ends}
    return change_if(session, found, is_before, state=State.SUGGESTED.value, **to)


def begin(session: Session, found: OfferUse, *, now: datetime) -> None:
    """On its day it is help under way in the ledger, which thanks are for as for any other."""
    offer = session.get_one(Offer, found.offer_id)
    exchange = Exchange(
        network_id=found.network_id,
        giver_id=offer.person_id,
        receiver_id=found.person_id,
        minutes=found.slot.minutes,
        is_by_both=True,
        began_at=now,
    )
    session.add(exchange)
    session.flush()
    if not change_if(session, found, OfferUse.exchange_id.is_(None), exchange_id=exchange.id):
        session.delete(exchange)
        session.flush()


def exchange_of(session: Session, found: OfferUse) -> Exchange | None:
    """The help in the ledger that it is, once its day has come."""
    return session.get(Exchange, found.exchange_id) if found.exchange_id else None


def used(session: Session, found: OfferUse) -> bool:
    """Keep that it was used; False where that is kept."""
    return change_if(session, found, OfferUse.state == State.AGREED.value, state=State.USED.value)


def note(session: Session, found: OfferUse, *, reminded: bool, now: datetime) -> bool:
    """Keep that they are reminded of the day, or asked how it was; False where they were."""
    if reminded:
        return change_if(session, found, OfferUse.reminded_at.is_(None), reminded_at=now)
    return change_if(session, found, OfferUse.followed_at.is_(None), followed_at=now)


def let_go(session: Session, found: OfferUse) -> bool:
    """Keep nothing of it; False where it was used, or is gone already."""
    return drop_if(session, found, OfferUse.state != State.USED.value)


# Finding them


def find(session: Session, *conditions: ColumnElement[bool]) -> Sequence[OfferUse]:
    """Those for which all *conditions* hold, by their day."""
    return session.scalars(
        select(OfferUse).where(*conditions).order_by(OfferUse.day, OfferUse.id)
    ).all()


def numbered(session: Session, network: Network, number: int) -> OfferUse | None:
    """One of the network's, as it is by now."""
    return session.scalars(
        select(OfferUse)
        .where(OfferUse.network_id == network.id, OfferUse.id == number)
        .execution_options(populate_existing=True)
    ).first()


def under_way(session: Session, network: Network) -> Sequence[OfferUse]:
    """All that are asked for or agreed, by their day."""
    is_open = OfferUse.state.in_([State.AGREED.value, *(each.value for each in WAITING)])
    return find(session, OfferUse.network_id == network.id, is_open)


def rivals(session: Session, found: OfferUse) -> Sequence[OfferUse]:
    """Who else waits for the day that was just given away."""
    return find(
        session,
        OfferUse.offer_id == found.offer_id,
        OfferUse.day == (found.taken_on or date.min),
        OfferUse.state.in_([each.value for each in WAITING]),
        OfferUse.id != found.id,
    )


def of_offer(session: Session, offer: Offer) -> Sequence[OfferUse]:
    """All that are asked for or agreed of one offer."""
    return find(session, OfferUse.offer_id == offer.id, OfferUse.state != State.USED.value)


def of_person(session: Session, person: Person) -> Sequence[OfferUse]:
    """All that somebody asked for, anywhere."""
    return find(session, OfferUse.person_id == person.id)


def of_owner(session: Session, network: Network, person: Person) -> Sequence[OfferUse]:
    """All that others asked somebody for in *network*, and are still to come."""
    owned = select(Offer.id).where(Offer.person_id == person.id, Offer.network_id == network.id)
    return find(session, OfferUse.offer_id.in_(owned), OfferUse.state != State.USED.value)


def let_old_go(session: Session, network: Network, *, today: date) -> None:
    """Let go of what was used half a year ago."""
    change_many(
        session,
        delete(OfferUse).where(OfferUse.network_id == network.id, OfferUse.day < today - KEPT),
    )


def forget(session: Session, person: Person) -> None:
    """Let go of all that somebody asked for."""
    change_many(
        session,
        delete(OfferUse).where(OfferUse.person_id == person.id),
    )
