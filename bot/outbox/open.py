"""Whether there is anything to say, to settle or to tell: one query, as mostly there isn't."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.storage.base import fetch_rows, stored

_IS_ANYTHING_OPEN = """
SELECT 1 WHERE EXISTS (SELECT 1 FROM outbox WHERE state = 'pending' AND due_at <= ?)
OR EXISTS (SELECT 1 FROM outbox WHERE state IN ('sending', 'ambiguous'))
OR EXISTS (SELECT 1 FROM outbox WHERE is_awaited AND state IN ('sent', 'failed', 'expired'))
OR EXISTS (SELECT 1 FROM outbox AS a JOIN outbox AS o ON o.key = a.amends
    WHERE a.state = 'pending' AND o.state = 'sent' AND o.message IS NULL)
"""


def is_anything_open(session: Session, now: datetime) -> bool:
    """Whether `deliver`, `recover` or `outcomes` would find anything to do at *now*."""
    return bool(fetch_rows(session, _IS_ANYTHING_OPEN, (stored(now),)))
