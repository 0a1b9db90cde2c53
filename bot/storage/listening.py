"""When a workspace was listened to: between two spans the bot was deaf, and says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import BigInteger, false, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.events import to_micros
from bot.storage.base import Base, fetch_rows

JOIN = timedelta(minutes=5) // timedelta(microseconds=1)
"""Two spans nearer to each other than this are one."""


class Listening(Base):
    """A span in which a workspace was listened to, in microseconds since 1970.

    With `is_deaf` it is one in which the platform withheld something, whoever listened.
    """

    __tablename__ = "listening"
    id: Mapped[int] = mapped_column(primary_key=True)
    workspace: Mapped[str] = mapped_column(index=True)
    since: Mapped[int] = mapped_column(BigInteger)
    until: Mapped[int] = mapped_column(BigInteger)
    is_deaf: Mapped[bool] = mapped_column(default=False, server_default=false())


_LISTENED_ON = """
UPDATE listening SET until = ?
WHERE workspace = ? AND NOT is_deaf AND since <= ? AND until >= ? AND until <= ?
AND 1 = (SELECT COUNT(*) FROM listening AS near
    WHERE near.workspace = ? AND NOT near.is_deaf AND near.until >= ? AND near.since <= ?)
RETURNING id
"""
_SPANS = "SELECT since, until, is_deaf FROM listening WHERE workspace = ? ORDER BY since"


def listened(session: Session, workspace: str, *, since: int, until: int) -> None:
    """Keep that *workspace* was listened to from *since* to *until* (microseconds)."""
    values = (until, workspace, since, since - JOIN, until, workspace, since - JOIN, until + JOIN)
    if since <= until and fetch_rows(session, _LISTENED_ON, values):
        return  # as nearly always: on and on
    _keep(session, Listening(workspace=workspace, since=since, until=until, is_deaf=False), JOIN)


def was_deaf(session: Session, workspace: str, *, since: int, until: int) -> None:
    """Keep that something of *workspace* was withheld from *since* to *until* (microseconds).

    That holds whether it is heard of before or after the listening itself.
    """
    _keep(session, Listening(workspace=workspace, since=since, until=until, is_deaf=True), 0)


def _keep(session: Session, span: Listening, join: int) -> None:
    """Keep *span* as one with those of its kind that are no further away than *join*."""
    if span.until < span.since:
        return
    touching = session.scalars(
        select(Listening)
        .where(
            Listening.workspace == span.workspace,
            Listening.is_deaf == span.is_deaf,
            Listening.since <= span.until + join,
            Listening.until >= span.since - join,
        )
        .execution_options(populate_existing=True)
    ).all()
    if not touching:
        session.add(span)
    else:
        whole, *others = touching
        whole.since = min(span.since, *(each.since for each in touching))
        whole.until = max(span.until, *(each.until for each in touching))
        for other in others:
            session.delete(other)
    session.flush()


def spans(session: Session, workspace: str) -> Sequence[tuple[int, int]]:
    """The spans in which *workspace* was listened to and nothing withheld, in order."""
    session.flush()
    rows = fetch_rows(session, _SPANS, (workspace,))
    heard = [(since, until) for since, until, is_deaf in rows if not is_deaf]
    for since, until, is_deaf in rows:
        if is_deaf:
            heard = [piece for each in heard for piece in _without(each, since, until)]
    return heard


def _without(span: tuple[int, int], since: int, until: int) -> list[tuple[int, int]]:
    """What is left of *span* on both sides of a hole."""
    begin, end = span
    sides = ((begin, min(end, since)), (max(begin, until), end))
    return [(first, last) for first, last in sides if first < last]


def gaps(session: Session, workspace: str, *, now: datetime) -> Sequence[tuple[int, int]]:
    """The spans between, in which the bot was deaf; the last may go on to *now*.

    Who has just come back after days hasn't listened again yet, and must know of them already.
    """
    heard = spans(session, workspace)
    if heard and to_micros(now) - heard[-1][1] > JOIN:
        heard = [*heard, (to_micros(now), to_micros(now))]
    return [(before[1], after[0]) for before, after in pairwise(heard)]
