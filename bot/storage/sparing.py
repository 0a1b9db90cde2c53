"""Who isn't to be asked about an introduction: two of whom nothing came, and who had their turn."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.introductions import SPARED, TURN
from bot.storage.base import Base, Instant, change_many, insert_into
from bot.storage.places import Network, Person
from bot.storage.record import Installation


class Spared(Base):
    """Two who aren't asked about each other until then, as a keyed hash: it names nobody.

    Neither does it say who of the two said no, or whether anybody did.
    """

    __tablename__ = "introductions_spared"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime] = mapped_column(Instant)


class Turn(Base):
    """When the bot last thought of somebody for an introduction."""

    __tablename__ = "introduction_turns"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    at: Mapped[datetime] = mapped_column(Instant)


def _pair(session: Session, one: Person, other: Person) -> str:
    secret = session.scalars(select(Installation.secret)).one()
    text = " ".join(("introduction", *sorted((one.ref, other.ref))))
    return hmac.digest(secret, text.encode(), hashlib.sha256).hex()


def spare(session: Session, network: Network, one: Person, other: Person, *, now: datetime) -> None:
    """Let the two not be asked about each other for a year."""
    row = {"network_id": network.id, "key": _pair(session, one, other), "until": now + SPARED}
    statement = insert_into(session, Spared)
    later = {"until": statement.excluded.until}
    session.execute(
        statement.on_conflict_do_update(index_elements=["network_id", "key"], set_=later), [row]
    )


def is_spared(
    session: Session, network: Network, one: Person, other: Person, *, now: datetime
) -> bool:
    """Whether the two aren't to be asked about each other now."""
    found = session.get(Spared, (network.id, _pair(session, one, other)), populate_existing=True)
    return found is not None and found.until > now


def take_turn(session: Session, network: Network, person: Person, *, now: datetime) -> None:
    """Keep that the bot thinks of *person* now."""
    row = {"network_id": network.id, "person_id": person.id, "at": now}
    statement = insert_into(session, Turn)
    keys, later = ["network_id", "person_id"], {"at": statement.excluded.at}
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=later), [row])


def had_turn(session: Session, network: Network, *, now: datetime) -> set[int]:
    """Of whom the bot thought in the last four weeks."""
    recent = (Turn.network_id == network.id, Turn.at > now - TURN)
    return {*session.scalars(select(Turn.person_id).where(*recent))}


def turns_of(session: Session, person: Person) -> Sequence[Turn]:
    """When the bot last thought of *person*."""
    return session.scalars(select(Turn).where(Turn.person_id == person.id)).all()


def let_old_go(session: Session, network: Network, *, now: datetime) -> None:
    """Forget who was spared, and thought of, until now."""
    change_many(
        session,
        delete(Spared).where(Spared.network_id == network.id, Spared.until <= now),
        delete(Turn).where(Turn.network_id == network.id, Turn.at <= now - TURN),
    )


def forget(session: Session, person: Person) -> None:
    """Let go of when the bot thought of *person*; what names nobody goes in its time."""
    gone = delete(Turn).where(Turn.person_id == person.id)
    change_many(session, gone)
