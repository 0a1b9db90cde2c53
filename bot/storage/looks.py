"""Who looked at what is shown to those who tend alone: kept for half a year, for all to see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.storage.places import Network, Person
from bot.storage.rhythm import Look

KEPT = timedelta(days=180)


def looked(session: Session, network: Network, person: Person, what: str, *, now: datetime) -> None:
    """Keep that *person* looked at *what* now; what was kept for half a year goes."""
    session.execute(
        delete(Look)
        .where(Look.network_id == network.id, Look.at < now - KEPT)
        .execution_options(synchronize_session=False)
    )
    session.add(Look(network_id=network.id, person_id=person.id, at=now, what=what))


def looks(
    session: Session, network: Network, *, since: datetime, most: int
) -> Sequence[tuple[Look, str]]:
    """The newest *most* looks from *since* on, with the names of those who looked."""
    rows = session.execute(
        select(Look, Person.name)
        .join(Person, Person.id == Look.person_id)
        .where(Look.network_id == network.id, Look.at >= since)
        .order_by(Look.at.desc(), Look.id.desc())
        .limit(most)
    )
    return list(rows)


def looks_of(session: Session, person: Person) -> Sequence[Look]:
    """What *person* looked at, oldest first."""
    return session.scalars(
        select(Look).where(Look.person_id == person.id).order_by(Look.at, Look.id)
    ).all()
