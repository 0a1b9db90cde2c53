"""Gatherings that members call, and who put them into their calendar."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, delete, exists, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.gatherings import KEPT, Called
from bot.storage.base import Base, Instant, change_if, change_many, insert_missing
from bot.storage.places import Channel, Network, Person


class Gathering(Base):
    """Somebody invites everybody of a channel; nobody calls two for one time."""

    __tablename__ = "gatherings"
    __table_args__ = (
        UniqueConstraint("network_id", "person_id", "starts_at"),
        {"sqlite_autoincrement": True},
    )  # occasions bear its number
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    channel_id: Mapped[int] = mapped_column(
        ForeignKey("channels.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    about: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(Instant)
    minutes: Mapped[int]
    is_off: Mapped[bool] = mapped_column(default=False)

    @property
    def key(self) -> str:
        """The occasion of telling of it."""
        return f"gathering/{self.id}"


class Taker(Base):
    """Somebody who put a gathering into their calendar, and hears if it is called off."""

    __tablename__ = "gathering_people"
    gathering_id: Mapped[int] = mapped_column(
        ForeignKey("gatherings.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))


def call(session: Session, network: Network, person: Person, called: Called) -> Gathering | None:
    """Keep a gathering; None where *person* called one for that time already."""
    row = {
        "network_id": network.id,
        "channel_id": called.channel,
        "person_id": person.id,
        "about": called.about,
        "starts_at": called.starts,
        "minutes": called.minutes,
        "is_off": False,
    }
    made = session.execute(insert_missing(session, Gathering).returning(Gathering.id), [row])
    number = made.scalar()
    return None if number is None else session.get_one(Gathering, number)


def numbered(session: Session, network: Network, number: int) -> Gathering | None:
    """The gathering of that number."""
    found = session.get(Gathering, number)
    return found if found is not None and found.network_id == network.id else None


def coming(
    session: Session, network: Network, person: Person, *, now: datetime
) -> Sequence[Gathering]:
    """The gatherings that *person* called and that are still to come, the next one first."""
    return session.scalars(
        select(Gathering)
        .where(
            Gathering.network_id == network.id,
            Gathering.person_id == person.id,
            Gathering.starts_at > now,
            Gathering.is_off.is_(False),
        )
        .order_by(Gathering.starts_at)
    ).all()


def between(
    session: Session, network: Network, places: Collection[int], first: datetime, last: datetime
) -> Sequence[Gathering]:
    """What is to be from *first* to *last* in the channels *places*, the next one first."""
    return session.scalars(
        select(Gathering)
        .where(
            Gathering.network_id == network.id,
            Gathering.channel_id.in_(places),
            Gathering.starts_at.between(first, last),
            Gathering.is_off.is_(False),
        )
        .order_by(Gathering.starts_at, Gathering.id)
    ).all()


def call_off(session: Session, gathering: Gathering) -> bool:
    """Keep that it doesn't take place; False where that is so already."""
    return change_if(session, gathering, Gathering.is_off.is_(False), is_off=True)


def take(session: Session, gathering: Gathering, person: Person) -> None:
    """Keep that *person* has it in their calendar."""
    row = {"gathering_id": gathering.id, "person_id": person.id}
    session.execute(insert_missing(session, Taker), [row | {"network_id": gathering.network_id}])


def takers(session: Session, gathering: Gathering) -> Sequence[Person]:
    """Who has it in their calendar."""
    return session.scalars(
        select(Person)
        .join(Taker, Taker.person_id == Person.id)
        .where(Taker.gathering_id == gathering.id)
        .order_by(Person.id)
    ).all()


def called_by(session: Session, person: Person) -> Sequence[Gathering]:
    """What *person* called, oldest first."""
    return session.scalars(
        select(Gathering).where(Gathering.person_id == person.id).order_by(Gathering.id)
    ).all()


def taken_by(session: Session, person: Person) -> Sequence[Gathering]:
    """What *person* has in their calendar, oldest first."""
    return session.scalars(
        select(Gathering)
        .join(Taker, Taker.gathering_id == Gathering.id)
        .where(Taker.person_id == person.id)
        .order_by(Gathering.id)
    ).all()


def let_old_go(session: Session, network: Network, *, now: datetime) -> None:
    """Forget what was a month ago."""
    old = (Gathering.network_id == network.id) & (Gathering.starts_at < now - KEPT)
    if session.scalar(select(exists().where(old))):
        change_many(session, delete(Gathering).where(old))


def hand_over(session: Session, old: int, new: int) -> None:
    """A channel goes by another number."""
    moved = update(Gathering).where(Gathering.channel_id == old).values(channel_id=new)
    change_many(session, moved)


def forget(session: Session, person: Person) -> None:
    """Let go of what *person* called, and of what they have in their calendar."""
    theirs = (delete(each).where(each.person_id == person.id) for each in (Gathering, Taker))
    change_many(session, *theirs)


def channel_of(session: Session, gathering: Gathering) -> Channel | None:
    """Where it was called, if the bot still may speak there."""
    channel = session.get(Channel, gathering.channel_id)
    is_there = channel is not None and channel.network_id == gathering.network_id
    return channel if is_there else None
