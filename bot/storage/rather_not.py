"""Who would rather not meet whom: nobody else ever learns of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ForeignKey, delete, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.storage.base import Base, change_many, insert_missing
from bot.storage.places import Network, Person


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
    theirs = (Apart.person_id == person.id) & (Apart.other_id == other.id)
    change_many(session, delete(Apart).where(Apart.network_id == network.id, theirs))


def apart(session: Session, network: Network) -> list[tuple[int, int]]:
    """All pairs of people who are not to meet."""
    rows = session.execute(
        select(Apart.person_id, Apart.other_id).where(Apart.network_id == network.id)
    )
    return [(person, other) for person, other in rows]


def apart_of(session: Session, person: Person) -> Sequence[Person]:
    """Whom *person* would rather not meet."""
    return session.scalars(
        select(Person)
        .join(Apart, Apart.other_id == Person.id)
        .where(Apart.person_id == person.id)
        .order_by(Person.id)
    ).all()


def forget(session: Session, person: Person) -> None:
    """Let go of whom *person* would rather not meet, and of who would rather not meet them."""
    theirs = or_(Apart.person_id == person.id, Apart.other_id == person.id)
    change_many(session, delete(Apart).where(theirs))
