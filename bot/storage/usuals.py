"""What people said is usual for a network from a day on, and that they took it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from bot.storage.places import Network, Person
from bot.storage.rhythm import EnergyMemory, Reading, Rebase

UNDOABLE = timedelta(days=7)


_REBASES = (
    select(Rebase)
    .where(Rebase.network_id == bindparam("network"), Rebase.undone_at.is_(None))
    .order_by(Rebase.reads_from, Rebase.id)
)


def rebases(session: Session, network: Network) -> Sequence[Rebase]:
    """Those that hold, in the order in which they were said."""
    return session.scalars(_REBASES, {"network": network.id}).all()


def told(
    session: Session, network: Network, *, since: datetime
) -> Sequence[tuple[Rebase, str | None]]:
    """All from *since* on with who said so (None where they are forgotten), newest first."""
    rows = session.execute(
        select(Rebase, Person.name)
        .outerjoin(Person, Person.id == Rebase.person_id)
        .where(Rebase.network_id == network.id, Rebase.at >= since)
        .order_by(Rebase.at.desc(), Rebase.id.desc())
    )
    return list(rows)


def rebase(
    session: Session,
    network: Network,
    *,
    since: date,
    reads_from: date,
    by: Person | None,
    now: datetime,
) -> Rebase:
    """Keep that something else is usual from *since* on; what was read from *reads_from* on goes.

    It is read anew, by the new usual.
    """
    made = Rebase(
        network_id=network.id,
        since=since,
        reads_from=reads_from,
        person_id=by.id if by else None,
        at=now,
    )
    session.add(made)
    session.flush()
    _read_anew(session, network, reads_from)
    return made


def undo(session: Session, network: Network, *, now: datetime) -> Rebase | None:
    """Take the newest one back, where it is at most a week old; None where there is none.

    What is usual is then what was usual before.
    """
    newest = session.scalars(
        select(Rebase)
        .where(
            Rebase.network_id == network.id,
            Rebase.undone_at.is_(None),
            Rebase.at >= now - UNDOABLE,
        )
        .order_by(Rebase.at.desc(), Rebase.id.desc())
        .limit(1)
    ).first()
    if newest is None:
        return None
    done = session.execute(
        update(Rebase)
        .where(Rebase.id == newest.id, Rebase.undone_at.is_(None))
        .values(undone_at=now)
        .returning(Rebase.id)
        .execution_options(synchronize_session=False)
    ).first()
    if done is None:
        return None
    session.refresh(newest)
    _read_anew(session, network, newest.reads_from)
    return newest


def _read_anew(session: Session, network: Network, first: date) -> None:
    for statement in (
        delete(Reading).where(Reading.network_id == network.id, Reading.day >= first),
        delete(EnergyMemory).where(EnergyMemory.network_id == network.id),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
    session.expire_all()
