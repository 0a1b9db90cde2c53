"""Which runs of which jobs have been: the database decides who was first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.schedule import Slot
from bot.storage.base import insert_missing
from bot.storage.delivery import HandledAct, Occurrence
from bot.storage.places import Network


def begin(session: Session, network: Network, job: str, slot: Slot, *, now: datetime) -> bool:
    """Take *slot* of *job* for *network*; False where somebody has had it."""
    row = {
        "network_id": network.id,
        "job": job,
        "slot": slot.name,
        "due_at": slot.due,
        "ran_at": now,
    }
    statement = insert_missing(session, Occurrence).returning(Occurrence.slot)
    return session.execute(statement, [row]).first() is not None


def last_run(session: Session, network: Network, job: str) -> Occurrence | None:
    """The newest run of *job* for *network*."""
    return session.scalars(
        select(Occurrence)
        .where(Occurrence.network_id == network.id, Occurrence.job == job)
        .order_by(Occurrence.due_at.desc())
        .limit(1)
    ).first()


def first_time(session: Session, key: str, *, now: datetime) -> bool:
    """Whether what *key* names happens for the first time; from now on it doesn't."""
    statement = insert_missing(session, HandledAct).returning(HandledAct.key)
    return session.execute(statement, [{"key": key, "at": now}]).first() is not None
