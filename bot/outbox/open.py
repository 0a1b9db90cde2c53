"""Whether there is anything to say, to settle or to tell: one query, as mostly there isn't."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from bot.storage.base import fetch_rows, stored

_WHAT_IS_OPEN = """
SELECT EXISTS (SELECT 1 FROM outbox WHERE state = 'pending' AND due_at <= ?),
EXISTS (SELECT 1 FROM outbox WHERE state IN ('sending', 'ambiguous'))
OR EXISTS (SELECT 1 FROM outbox AS a JOIN outbox AS o ON o.key = a.amends
    WHERE a.state = 'pending' AND o.state = 'sent' AND o.message IS NULL),
EXISTS (SELECT 1 FROM outbox WHERE is_awaited AND state IN ('sent', 'failed', 'expired'))
"""


class Open(NamedTuple):
    """Whether there is anything for `deliver`, for `recover` and for `outcomes`."""

    is_due: bool
    is_in_doubt: bool
    is_awaited: bool


EVERYTHING = Open(is_due=True, is_in_doubt=True, is_awaited=True)


def what_is_open(session: Session, now: datetime) -> Open:
    """What there is to do at *now*."""
    [found] = fetch_rows(session, _WHAT_IS_OPEN, (stored(now),))
    return Open(*map(bool, found))
