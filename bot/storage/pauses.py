"""The switch that silences the bot: for everybody, or for one network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.storage.base import Base, Instant, fetch_rows, insert_missing

EVERYBODY = 0


class Pause(Base):
    """Nothing is said in a network, or anywhere where `network_id` is 0, until it is resumed."""

    __tablename__ = "pauses"
    network_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    by: Mapped[str]
    since: Mapped[datetime] = mapped_column(Instant)


def pause_all(session: Session, by: str, now: datetime, *, network_id: int = EVERYBODY) -> bool:
    """Let nothing be said from *now* on but answers to those who tend; False where it was so.

    What was said before is still changed or taken back where what it points to has gone.
    *by* says who wants it in a word that names nobody: "a lead", "the operator".
    """
    row = {"network_id": network_id, "by": by, "since": now}
    statement = insert_missing(session, Pause).returning(Pause.network_id)
    return session.execute(statement, [row]).first() is not None


def resume_all(session: Session, *, network_id: int | None = None) -> bool:
    """Lift every pause, or that of one network alone; False where there was none."""
    statement = delete(Pause)
    if network_id is not None:
        statement = statement.where(Pause.network_id == network_id)
    return bool(session.execute(statement.returning(Pause.network_id)).all())


def paused(session: Session, *, network_id: int = EVERYBODY) -> Pause | None:
    """The pause that holds for everybody, or for that network as well."""
    return session.get(Pause, EVERYBODY) or session.get(Pause, network_id)


_IN_FORCE = "SELECT network_id FROM pauses"


def in_force(session: Session) -> Sequence[int]:
    """The networks in which nothing is said; 0 is everybody."""
    session.flush()
    return [number for (number,) in fetch_rows(session, _IN_FORCE)]
