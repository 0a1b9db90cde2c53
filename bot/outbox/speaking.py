"""Say what is due, one thing after the other, and note what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

import msgspec
import structlog
from sqlalchemy import ColumnElement, bindparam, case, delete, update
from sqlalchemy.orm import Session

from bot.domain.posts import Post
from bot.judgement.limits import Kind, Limits
from bot.outbox import pacing
from bot.outbox.claims import Claimed, claim, is_anything_due
from bot.outbox.queue import enqueue
from bot.outbox.utterances import (
    FINDABLE,
    PRIVATE,
    REPEATABLE,
    Asking,
    Changing,
    Removing,
    Saying,
    Showing,
    Utterance,
    method_of,
)
from bot.ports import Clock, DeliveryError, Platform
from bot.storage.base import Instant, Sessions
from bot.storage.delivery import Outgoing, Quote
from bot.storage.surroundings import Here

log = structlog.get_logger()

OF_USE = timedelta(minutes=10)
"""How long somebody may still want to know that their form didn't open."""

STALE = timedelta(minutes=1)
"""A process that was stopped for so long since its claim leaves it to others, who may have it."""

SOONEST, LATEST = timedelta(seconds=5), timedelta(minutes=5)
"""When what does no harm twice is done again: each time twice as late."""


def deliver(
    sessions: Sessions,
    platforms: Mapping[str, Platform],
    clock: Clock,
    *,
    limits: Limits | None = None,
    here: Here | None = None,
    elapsed: Callable[[], float] | None = None,
) -> int:
    """Say everything that may be said now; return how many things were said.

    *here* is where this process finds the database: where it was elsewhere, nothing is said.
    *elapsed* gives seconds by a clock that nobody sets, else *clock* is believed for how long
    something took. Several threads and processes may deliver at once.
    """
    said = 0
    served = sorted(platforms)
    elapsed = elapsed or (lambda: clock().timestamp())
    if not is_anything_due(sessions, clock()):
        return 0
    while True:
        since = _timer(elapsed)
        claimed = claim(sessions, served, clock(), limits=limits or Limits(), here=here or {})
        if claimed is None:
            return said
        said += _say(sessions, platforms[claimed.platform], claimed, clock, since)


def _timer(elapsed: Callable[[], float]) -> Callable[[], float]:
    """Gives the seconds since now."""
    began = elapsed()
    return lambda: elapsed() - began


def _say(
    sessions: Sessions,
    platform: Platform,
    claimed: Claimed,
    clock: Clock,
    since: Callable[[], float],
) -> bool:
    if since() > STALE.total_seconds():
        log.warning("outbox.stale", key=claimed.key)
        return False
    try:
        with _under_way(sessions, claimed.key):
            message = _speak(platform, claimed.utterance, claimed.key)
    except DeliveryError as error:
        if error.retry_in is not None and error.retry_in >= pacing.GRAVE:
            minutes = error.retry_in.total_seconds() // 60
            log.error("outbox.waits", place=claimed.workspace, minutes=minutes, why=str(error))
        elif error.retry_in is not None:
            log.info("outbox.later", key=claimed.key, why=str(error))
        else:
            log.warning("outbox.refused", key=claimed.key, why=str(error))
        _settle_failure(sessions, claimed, clock(), error)
        return False
    except Exception as error:
        log.exception("outbox.failed", key=claimed.key)
        with sessions.begin() as session:
            _settle_doubt(session, claimed, clock(), type(error).__name__)
        return False
    done = {"its_key": claimed.key, "at": clock(), "called": message}
    with sessions.begin() as session:
        session.connection().execute(_SAID, done)
    return True


_speaking: set[tuple[int, str]] = set()


@contextmanager
def _under_way(sessions: Sessions, key: str) -> Iterator[None]:
    mine = (id(sessions.kw["bind"]), key)
    _speaking.add(mine)
    try:
        yield
    finally:
        _speaking.discard(mine)


def under_way(sessions: Sessions) -> frozenset[str]:
    """What this very process is saying now, whatever its clock makes of how long that takes."""
    mine = id(sessions.kw["bind"])
    return frozenset(key for database, key in _speaking.copy() if database == mine)


def _speak(platform: Platform, utterance: Utterance, key: str) -> str:
    match utterance:
        case Saying(post=post):
            return platform.post(post, key=key)
        case Changing(message=message, post=post):
            platform.update(message, post)
            return message
        case Removing(message=message, to=to):
            platform.delete(message, to)
            return message
        case Showing(home=home):
            platform.show(home)
        case Asking(form=form, member=member, trigger=trigger):
            platform.open(form, member=member, trigger=trigger)
    return ""


def _settle_failure(
    sessions: Sessions, claimed: Claimed, now: datetime, error: DeliveryError
) -> None:
    with sessions.begin() as session:
        if error.retry_in is not None:  # first: nobody may find the row without its pause
            _hold_back(session, claimed, error.retry_in, now)
        if error.may_have_arrived:
            _settle_doubt(session, claimed, now, str(error), retry_in=error.retry_in)
        elif isinstance(claimed.utterance, Asking):  # its permit lasts for seconds only
            _settle_taken(session, claimed, state="failed", error=str(error))
            _say_instead(session, claimed, claimed.utterance.otherwise, now)
        elif error.retry_in is not None:
            _wait(session, claimed, now + error.retry_in, str(error))
        elif claimed.is_amendment:
            _insist(session, claimed, now, str(error))
        else:
            _settle_taken(session, claimed, state="failed", error=str(error))


def _say_instead(session: Session, claimed: Claimed, post: Post | None, now: datetime) -> None:
    """Answer who waits for a form, so that they know what to do."""
    if post is not None:
        enqueue(
            session,
            Saying(post=post),
            key=f"{claimed.key}/instead",
            network_id=claimed.network_id,
            due_at=now,
            expires_at=now + OF_USE,
        )


def _insist(session: Session, claimed: Claimed, now: datetime, error: str) -> None:
    """What quotes something gone can't stay: take it back, or else leave it to a person."""
    if not isinstance(claimed.utterance, Changing):
        _settle_taken(session, claimed, state="ambiguous", error=error)
        return
    removing = Removing(message=claimed.utterance.message, to=claimed.to)
    method, payload = method_of(removing), msgspec.json.encode(removing)
    _settle_taken(
        session,
        claimed,
        method=method,
        call=method,
        payload=payload,
        state="pending",
        due_at=now,
        claimed_at=None,
        error=error,
    )


def _hold_back(session: Session, claimed: Claimed, wait: timedelta, now: datetime) -> None:
    pacing.hold_back(session, claimed.workspace, claimed.call, wait, now=now)
    if claimed.call == "whisper":  # where the bot has no voice, one becomes a post
        pacing.hold_back(session, claimed.workspace, FINDABLE, wait, now=now)


def _settle_doubt(
    session: Session,
    claimed: Claimed,
    now: datetime,
    error: str,
    *,
    retry_in: timedelta | None = None,
) -> None:
    """In doubt, do again what does no harm twice; anything else is asked about, or held."""
    if claimed.method in REPEATABLE:
        soon = min(SOONEST * 2 ** min(claimed.attempts - 1, 10), LATEST)
        _wait(session, claimed, now + max(soon, retry_in or soon), error)
    else:
        _settle_taken(session, claimed, state="ambiguous", error=error)


def _wait(session: Session, claimed: Claimed, until: datetime, error: str) -> None:
    waits = {"state": "pending", "due_at": until, "claimed_at": None, "error": error}
    _settle_taken(session, claimed, **waits)


def _settle_taken(session: Session, claimed: Claimed, **values: object) -> None:
    """Settle what is still as it was claimed: meanwhile it may have been seen to be there.

    Or it was taken for abandoned, and another has claimed it since.
    """
    is_mine = (Outgoing.claimed_at == claimed.at, Outgoing.attempts == claimed.attempts)
    settle(session, claimed.key, Outgoing.state == "sending", *is_mine, **values)


_WAS_PRIVATE = (Outgoing.kind == Kind.ANSWER.value) & Outgoing.method.in_(PRIVATE)
_LET_GO = {
    "payload": b"",
    "recipient": case((_WAS_PRIVATE, ""), else_=Outgoing.recipient),
    "replaces": case((_WAS_PRIVATE, None), else_=Outgoing.replaces),
}
"""What was said, and who was answered in private, is not kept once it is settled."""

_SAID = (
    update(Outgoing)
    .where(Outgoing.key == bindparam("its_key"))
    .values(
        state="sent",
        sent_at=bindparam("at", type_=Instant),
        message=bindparam("called"),
        error=None,
        **_LET_GO,
    )
)
"""As nearly all are settled."""


def settle(session: Session, key: str, *conditions: ColumnElement[bool], **values: object) -> None:
    """Change one row; the words of what is settled for good are let go."""
    is_final = values["state"] in ("sent", "failed", "expired")
    if is_final:
        values |= _LET_GO
    session.connection().execute(
        update(Outgoing).where(Outgoing.key == key, *conditions).values(**values)
    )
    if is_final and values["state"] != "sent":
        session.execute(delete(Quote).where(Quote.key == key))
