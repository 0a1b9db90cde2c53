"""Among whom there are coffee pairs: the whole network, or one channel; and who takes part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    UniqueConstraint,
    delete,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.events import ChannelKind
from bot.storage.base import Base, Instant, change_if, change_many, insert_missing
from bot.storage.places import Channel, Network, Person, Presence

WHOLE = 0
"""The place of a circle of the whole network; a channel's is the channel's number."""


class Circle(Base):
    """Among whom there are pairs. What is "" or 0 is as the installation has it.

    `is_named`: somebody who tends has set it up; in a private channel there are none without.
    """

    __tablename__ = "meeting_circles"
    __table_args__ = (UniqueConstraint("network_id", "place"), {"sqlite_autoincrement": True})
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    place: Mapped[int]
    channel_id: Mapped[int | None] = mapped_column(
        ForeignKey("channels.id", ondelete="CASCADE"), index=True
    )
    cadence: Mapped[str] = mapped_column(default="")
    day: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)
    is_named: Mapped[bool] = mapped_column(default=False)


class Meeter(Base):
    """Somebody who takes part since then. `led_at` is when it was last theirs to write first.

    From `eased_at` on they are left in peace, until they say that they are back.
    """

    __tablename__ = "meeters"
    circle_id: Mapped[int] = mapped_column(
        ForeignKey("meeting_circles.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    since: Mapped[datetime] = mapped_column(Instant)
    sat_out: Mapped[bool] = mapped_column(default=False)
    led_at: Mapped[datetime | None] = mapped_column(Instant)
    eased_at: Mapped[datetime | None] = mapped_column(Instant)


def circles(session: Session, network: Network) -> Sequence[tuple[Circle, Channel | None]]:
    """Those in which there may be a round now, that of the whole network first."""
    rows = session.execute(
        select(Circle, Channel)
        .outerjoin(Channel, Channel.id == Circle.channel_id)
        .where(Circle.network_id == network.id, _may_meet(network))
        .order_by(Circle.place)
    )
    return [(circle, channel) for circle, channel in rows]


def _may_meet(network: Network) -> ColumnElement[bool]:
    """Whether there may be pairs: in a channel only where the bot is, and may be named there."""
    is_open = (Channel.kind == ChannelKind.PUBLIC.value) | Circle.is_named
    counts = (Channel.network_id == network.id) & Channel.is_archived.is_(False)
    return or_(Circle.channel_id.is_(None), counts & is_open)


def circle_of(session: Session, network: Network, channel: Channel | None) -> Circle:
    """The circle of *channel*, or of the whole network; made where there is none yet."""
    place = WHOLE if channel is None else channel.id
    row = {
        "network_id": network.id,
        "place": place,
        "channel_id": channel.id if channel else None,
        "cadence": "",
        "day": "",
        "size": 0,
        "is_named": False,
    }
    session.execute(insert_missing(session, Circle), [row])
    return session.scalars(
        select(Circle).where(Circle.network_id == network.id, Circle.place == place)
    ).one()


def of_everybody(session: Session, network: Network) -> Circle | None:
    """The circle of the whole network, where anybody ever took part or set it up."""
    return session.scalars(
        select(Circle).where(Circle.network_id == network.id, Circle.place == WHOLE)
    ).first()


def known(session: Session, network: Network, number: int) -> tuple[Circle, Channel | None] | None:
    """The circle of that number, and its channel."""
    rows = session.execute(
        select(Circle, Channel)
        .outerjoin(Channel, Channel.id == Circle.channel_id)
        .where(Circle.id == number, Circle.network_id == network.id)
    )
    return next(((circle, channel) for circle, channel in rows), None)


def joined(session: Session, circle: Circle, person: Person) -> bool:
    """Whether *person* is where the circle is: in its channel, or anywhere in the network."""
    if circle.channel_id is None:
        return True
    is_in = exists().where(_is_in(circle.channel_id), Presence.person_id == person.id)
    return bool(session.scalar(select(is_in)))


def _is_in(channel: int) -> ColumnElement[bool]:
    return (Presence.channel_id == channel) & Presence.joined.is_not(None) & Presence.left.is_(None)


def join(
    session: Session, network: Network, circle: Circle, person: Person, *, now: datetime
) -> bool:
    """Let *person* take part from now on; False where they do already."""
    row = {
        "circle_id": circle.id,
        "network_id": network.id,
        "person_id": person.id,
        "since": now,
        "sat_out": False,
    }
    made = session.execute(insert_missing(session, Meeter).returning(Meeter.person_id), [row])
    return made.first() is not None


def come_back(session: Session, person: Person, *, now: datetime) -> bool:
    """Let *person* take part again wherever they were left in peace; False where nowhere."""
    eased = (Meeter.person_id == person.id) & Meeter.eased_at.is_not(None)
    back = update(Meeter).where(eased).values(eased_at=None, since=now)
    return change_many(session, back) > 0


def ease_out(session: Session, meeter: Meeter, *, now: datetime) -> bool:
    """Leave somebody in peace from now on; False where they are."""
    return change_if(session, meeter, Meeter.eased_at.is_(None), eased_at=now)


def leave(session: Session, person: Person, circle: Circle | None) -> bool:
    """Let *person* take part no more in *circle*, or in none at all; False where they didn't."""
    gone = delete(Meeter).where(Meeter.person_id == person.id)
    if circle is not None:
        gone = gone.where(Meeter.circle_id == circle.id)
    return change_many(session, gone) > 0


def taking_part(session: Session, circle: Circle) -> Sequence[tuple[Meeter, Person]]:
    """Everybody who takes part and is still there, in order of their numbers.

    Who was left in peace is among them.
    """
    found = (
        select(Meeter, Person)
        .join(Person, Person.id == Meeter.person_id)
        .where(
            Meeter.circle_id == circle.id,
            Person.is_gone.is_(False),
            Person.is_external.is_(False),
            Person.is_uncounted.is_(False),
        )
        .order_by(Person.id)
    )
    if circle.channel_id is not None:
        here = exists().where(_is_in(circle.channel_id), Presence.person_id == Person.id)
        found = found.where(here)
    return [(meeter, person) for meeter, person in session.execute(found)]


def taking_part_of(session: Session, person: Person) -> Sequence[tuple[Meeter, str]]:
    """Where *person* takes part: with the channel's name, "" for the whole network."""
    rows = session.execute(
        select(Meeter, Channel.name)
        .join(Circle, Circle.id == Meeter.circle_id)
        .outerjoin(Channel, Channel.id == Circle.channel_id)
        .where(Meeter.person_id == person.id)
        .order_by(Circle.place)
    )
    return [(meeter, name or "") for meeter, name in rows]


def change(session: Session, circle: Circle, *, cadence: str, day: str, size: int) -> None:
    """Let a circle meet so from now on, as somebody who tends has said."""
    circle.cadence, circle.day, circle.size, circle.is_named = cadence, day, size, True
    session.flush()


def hand_over(session: Session, old: int, new: int) -> None:
    """A channel goes by another number: its circle goes along, unless that one has its own."""
    taken = select(Circle.id).where(Circle.channel_id == new).exists()
    moved = update(Circle).where(Circle.channel_id == old, ~taken)
    change_many(session, moved.values(channel_id=new, place=new))
