"""Review trios: who brings something that isn't finished, and waits for two others who do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.storage.base import Base, Instant, change_many, insert_missing
from bot.storage.places import Network, Person


class Piece(Base):
    """What somebody would have read by two others; one at a time, until there are two.

    Whoever was left over last time has `sat_out`, and comes first.
    """

    __tablename__ = "review_pieces"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    words: Mapped[str]
    since: Mapped[datetime] = mapped_column(Instant)
    sat_out: Mapped[bool] = mapped_column(default=False)


def bring(session: Session, network: Network, person: Person, words: str, *, now: datetime) -> None:
    """Let *person* wait with this; it takes the place of what they brought before."""
    row = {"network_id": network.id, "person_id": person.id, "words": words, "since": now}
    made = session.execute(
        insert_missing(session, Piece).returning(Piece.person_id), [row | {"sat_out": False}]
    )
    if made.first() is None:
        changed = update(Piece).where(*_of(network, {person.id})).values(words=words, since=now)
        change_many(session, changed)


def of_person(session: Session, network: Network, person: Person) -> Piece | None:
    """What *person* waits with."""
    return session.get(Piece, (network.id, person.id), populate_existing=True)


def waiting(session: Session, network: Network) -> Sequence[tuple[Piece, Person]]:
    """Everybody who waits and is still here, in the order in which they are to have their turn."""
    rows = session.execute(
        select(Piece, Person)
        .join(Person, Person.id == Piece.person_id)
        .where(
            Piece.network_id == network.id,
            Person.is_gone.is_(False),
            Person.is_external.is_(False),
            Person.is_uncounted.is_(False),
        )
        .order_by(Piece.sat_out.desc(), Piece.since, Piece.person_id)
    )
    return [(piece, person) for piece, person in rows]


def let_go(session: Session, network: Network, people: Collection[int]) -> bool:
    """Let these wait no more; False where none of them did."""
    return change_many(session, delete(Piece).where(*_of(network, people))) > 0


def forget(session: Session, person: Person) -> None:
    """Let go of what *person* waits with, wherever."""
    change_many(session, delete(Piece).where(Piece.person_id == person.id))


def _of(network: Network, people: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return Piece.network_id == network.id, Piece.person_id.in_(people)
