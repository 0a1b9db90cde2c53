"""When a workspace was listened to: between two spans the bot was deaf, and says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from sqlalchemy import BigInteger, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.storage.base import Base

JOIN = timedelta(minutes=5) // timedelta(microseconds=1)
"""Two spans nearer to each other than this are one."""


class Listening(Base):
    """A span in which a workspace was listened to, in microseconds since 1970."""

    __tablename__ = "listening"
    id: Mapped[int] = mapped_column(primary_key=True)
    workspace: Mapped[str] = mapped_column(index=True)
    since: Mapped[int] = mapped_column(BigInteger)
    until: Mapped[int] = mapped_column(BigInteger)


def listened(session: Session, workspace: str, *, since: int, until: int) -> None:
    """Keep that *workspace* was listened to from *since* to *until* (microseconds)."""
    touching = session.scalars(
        select(Listening).where(
            Listening.workspace == workspace,
            Listening.since <= until + JOIN,
            Listening.until >= since - JOIN,
        )
    ).all()
    for span in touching:
        since, until = min(since, span.since), max(until, span.until)
        session.delete(span)
    session.add(Listening(workspace=workspace, since=since, until=until))
    session.flush()


def spans(session: Session, workspace: str) -> Sequence[tuple[int, int]]:
    """The spans in which *workspace* was listened to, in order."""
    rows = session.execute(
        select(Listening.since, Listening.until)
        .where(Listening.workspace == workspace)
        .order_by(Listening.since)
    )
    return [(row.since, row.until) for row in rows]


def gaps(session: Session, workspace: str) -> Sequence[tuple[int, int]]:
    """The spans between, in which the bot was deaf."""
    heard = spans(session, workspace)
    return [(before[1], after[0]) for before, after in pairwise(heard)]
