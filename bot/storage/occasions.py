"""Which runs of which jobs have been: the database decides who was first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.schedule import Slot
from bot.storage.base import Base, execute_rows, fetch_rows, stored
from bot.storage.delivery import Occurrence
from bot.storage.places import Network

_BEGIN = """
INSERT INTO occurrences (network_id, job, slot, due_at, ran_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING RETURNING slot
"""
_LEAVE = "DELETE FROM occurrences WHERE network_id = ? AND job = ? AND slot = ?"
_PASS = """
INSERT INTO occurrences (network_id, job, slot, due_at, ran_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
"""
_FIRST_TIME = (
    "INSERT INTO handled_acts (key, at) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING key"
)


def begin(session: Session, network: Network, job: str, slot: Slot, *, now: datetime) -> bool:
    """Take *slot* of *job* for *network*; False where somebody has had it."""
    values = (network.id, job, slot.name, stored(slot.due), stored(now))
    return bool(fetch_rows(session, _BEGIN, values))


def leave(session: Session, network: Network, job: str, slot: str) -> None:
    """Give a slot back that was taken: there is more to do in it."""
    execute_rows(session, _LEAVE, [(network.id, job, slot)])


def pass_over(
    session: Session, network: Network, found: Collection[tuple[str, Slot]], *, now: datetime
) -> None:
    """Take the slots of jobs, by name, that find nothing to do, whether or not somebody has."""
    execute_rows(
        session,
        _PASS,
        [(network.id, job, slot.name, stored(slot.due), stored(now)) for job, slot in found],
    )


def holding(session: Session, network: Network, tables: Collection[type[Base]]) -> set[type[Base]]:
    """Those of *tables* that hold anything of *network*: in one query, however many they are."""
    asked = sorted({*tables}, key=lambda table: table.__tablename__)
    if not asked:
        return set()
    session.flush()
    statement = _holding(tuple(table.__tablename__ for table in asked))
    (found,) = fetch_rows(session, statement, [network.id] * len(asked))
    return {table for table, holds in zip(asked, found, strict=True) if holds}


@cache
def _holding(tables: Sequence[str]) -> str:
    each = (f"EXISTS (SELECT 1 FROM {table} WHERE network_id = ?)" for table in tables)
    return f"SELECT {', '.join(each)}"


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
