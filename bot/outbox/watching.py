"""Which claims have stood unchanged for so long that whoever made them must be dead."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.outbox import pacing
from bot.outbox.utterances import REPEATABLE
from bot.storage.delivery import Outgoing

ABANDONED = timedelta(minutes=5)
"""A claim that stood for so long belongs to a process that died while it spoke."""

DOUBTFUL = timedelta(days=1)
"""How long the platform is asked whether something arrived."""

IS_STUCK = Outgoing.method.in_(REPEATABLE)
"""Of what is ambiguous: it was refused, and must not stay as it is."""


class Claim(NamedTuple):
    """What somebody began to say, or was in doubt about, and when."""

    key: str
    claimed_at: datetime | None


class Watch:
    """Since when this process has known of each claim, by a clock that nobody sets.

    A machine's clock may be put forward or back between a death and the next life; what was on
    its way to the platform then isn't there any sooner. *elapsed* gives seconds.
    """

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._since: dict[Claim, float] = {}

    def stood(self, claims: Collection[Claim]) -> frozenset[Claim]:
        """Those of all *claims* there are that have stood for `ABANDONED` before our eyes."""
        now = self._elapsed()
        self._since = {each: self._since.get(each, now) for each in claims}
        longest = ABANDONED.total_seconds()
        return frozenset(each for each, since in self._since.items() if now - since >= longest)


def abandoned(
    session: Session, now: datetime, busy: Collection[str], watch: Watch | None
) -> Sequence[Outgoing]:
    """What nobody can be saying any more, oldest first, but for the *busy*.

    Without a *watch* the times of the claims are believed.
    """
    is_asked = and_(Outgoing.state == "ambiguous", Outgoing.due_at > now - DOUBTFUL, ~IS_STUCK)
    is_claimed = Outgoing.claimed_at.is_not(None)
    left = session.scalars(
        select(Outgoing)
        .where(is_claimed, or_(Outgoing.state == "sending", is_asked), Outgoing.key.not_in(busy))
        .order_by(Outgoing.queued)
    ).all()
    if watch is None:
        return [each for each in left if _is_old(each, now)]
    stood = watch.stood([Claim(each.key, each.claimed_at) for each in left])
    return [each for each in left if Claim(each.key, each.claimed_at) in stood]


def _is_old(claimed: Outgoing, now: datetime) -> bool:
    """Whether its time is long past, or so far ahead that a clock was wrong."""
    at = claimed.claimed_at
    return at is not None and not now - ABANDONED <= at <= now + pacing.LONGEST
