"""What became of posts: told to whoever hears, once, after each was said or will not be said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.storage.base import fetch_rows
from bot.storage.delivery import Outgoing

AT_ONCE = 100
SETTLED = ("sent", "failed", "expired")


class Said(Struct, frozen=True, kw_only=True):
    """What was queued under `key` was said at `at`.

    `message` is the platform's name of it, or "" where a person's word is all that tells it.
    """

    network_id: int
    key: str
    message: str
    at: datetime


class Unsaid(Struct, frozen=True, kw_only=True):
    """What was queued under `key` will not be said: it was refused, or came too late."""

    network_id: int
    key: str
    reason: str


_IS_NEWS = (Outgoing.is_awaited, Outgoing.state.in_(SETTLED))
_IS_ANY = """
SELECT 1 FROM outbox WHERE is_awaited AND state IN ('sent', 'failed', 'expired') LIMIT 1
"""
_NEWS = (
    select(Outgoing)
    .where(*_IS_NEWS)
    .order_by(Outgoing.queued)
    .limit(AT_ONCE)
    .with_for_update(skip_locked=True)
)


def outcomes(session: Session, *, now: datetime) -> Sequence[Said | Unsaid]:
    """What became of unasked posts since this was last asked, in the order of queueing.

    Each is told once: whoever asks tells it to all who hear in the same transaction, so neither a
    crash nor a second process makes it none or two.
    """
    session.flush()
    if not fetch_rows(session, _IS_ANY):
        return []
    rows = session.scalars(_NEWS).all()
    found = [_outcome(row, now) for row in rows]
    for row in rows:
        row.is_awaited = False
    session.flush()
    return [each for each in found if each is not None]


def _outcome(row: Outgoing, now: datetime) -> Said | Unsaid | None:
    if row.network_id is None:
        return None
    if row.state == "sent":
        at, message = row.sent_at or now, row.message or ""
        return Said(network_id=row.network_id, key=row.key, message=message, at=at)
    return Unsaid(network_id=row.network_id, key=row.key, reason=row.error or row.state)
