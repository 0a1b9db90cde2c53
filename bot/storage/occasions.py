"""Which runs of which jobs have been: the database decides who was first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.schedule import Slot
from bot.storage.base import fetch_rows, stored
from bot.storage.delivery import Occurrence
from bot.storage.places import Network

_BEGIN = """
INSERT INTO occurrences (network_id, job, slot, due_at, ran_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING RETURNING slot
"""
_FIRST_TIME = (
    "INSERT INTO handled_acts (key, at) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING key"
)


def begin(session: Session, network: Network, job: str, slot: Slot, *, now: datetime) -> bool:
    """Take *slot* of *job* for *network*; False where somebody has had it."""
    values = (network.id, job, slot.name, stored(slot.due), stored(now))
    return bool(fetch_rows(session, _BEGIN, values))


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
    return bool(fetch_rows(session, _FIRST_TIME, (key, stored(now))))
