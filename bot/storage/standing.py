"""Standing permissions: kinds of convening that somebody lets the bot schedule by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ForeignKey, bindparam, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.nudges import ConveningKind
from bot.storage.base import Base, Instant, insert_missing
from bot.storage.places import Lead, Network, Person


class StandingPermission(Base):
    """Somebody lets drafts of `kind` be scheduled without being asked; it goes when they go."""

    __tablename__ = "standing_permissions"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    since: Mapped[datetime] = mapped_column(Instant)


class Permission(NamedTuple):
    """Who permitted what, and since when."""

    kind: ConveningKind
    by: Person
    since: datetime


def allow(
    session: Session, network: Network, kind: ConveningKind, *, by: Person, now: datetime
) -> bool:
    """Keep that *by* permits *kind*; False where somebody does already."""
    row = {"network_id": network.id, "kind": kind.value, "person_id": by.id, "since": now}
    statement = insert_missing(session, StandingPermission).returning(StandingPermission.kind)
    return session.execute(statement, [row]).first() is not None


def forbid(session: Session, network: Network, kind: ConveningKind) -> bool:
    """Take a permission back; False where there was none."""
    statement = delete(StandingPermission).where(
        StandingPermission.network_id == network.id, StandingPermission.kind == kind.value
    )
    return session.execute(statement.returning(StandingPermission.kind)).first() is not None


_PERMISSIONS = (
    select(StandingPermission.kind, Person, StandingPermission.since)
    .join(Person, Person.id == StandingPermission.person_id)
    .join(Lead, (Lead.person_id == Person.id) & (Lead.network_id == bindparam("network")))
    .where(StandingPermission.network_id == bindparam("network"))
    .order_by(StandingPermission.since, StandingPermission.kind)
)


def permissions(session: Session, network: Network) -> Sequence[Permission]:
    """What those who still tend the network permit."""
    rows = session.execute(_PERMISSIONS, {"network": network.id})
    return [Permission(ConveningKind(kind), person, since) for kind, person, since in rows]
