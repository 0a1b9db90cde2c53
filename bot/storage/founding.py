"""How far a network was set up in its first run."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.storage.base import Base, Instant, insert_missing
from bot.storage.places import Network


class Founding(Base):
    """How far a network was set up in its first run: the steps that were answered or skipped."""

    __tablename__ = "foundings"
    network_id: Mapped[int] = mapped_column(
        ForeignKey("networks.id"), primary_key=True, autoincrement=False
    )
    steps: Mapped[list[str]] = mapped_column(JSON, default=list)
    started_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)


def begun(session: Session, network: Network, *, now: datetime) -> Founding:
    """How far *network* was set up; it begins where nobody has begun."""
    row = {"network_id": network.id, "steps": [], "started_at": now}
    session.execute(insert_missing(session, Founding), [row])
    return session.get_one(Founding, network.id, populate_existing=True)


def note(session: Session, network: Network, step: str, *, now: datetime) -> Founding:
    """Keep that a step was answered or skipped."""
    found = begun(session, network, now=now)
    if step not in found.steps:
        found.steps = [*found.steps, step]
        session.flush()
    return found


def finish(session: Session, network: Network, *, now: datetime) -> Founding:
    """Keep that the first run is over; it stays so, whichever step is taken again."""
    found = begun(session, network, now=now)
    found.finished_at = found.finished_at or now
    session.flush()
    return found


def is_underway(session: Session, network: Network) -> bool:
    """Whether somebody began the first run of *network*, and there are steps left of it."""
    found = session.get(Founding, network.id, populate_existing=True)
    return found is not None and found.finished_at is None


def is_set_up(session: Session, network: Network) -> bool:
    """Whether somebody said what *network* is for, or went through its first run."""
    if network.purpose:
        return True
    found = session.get(Founding, network.id, populate_existing=True)
    return found is not None and found.finished_at is not None
