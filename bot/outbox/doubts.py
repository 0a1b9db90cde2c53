"""Settle what may have been said, by asking the platform or by its echo; else it is held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.domain.ids import Address, ChannelId
from bot.outbox import pacing
from bot.outbox.claims import copied_up_to, drop
from bot.outbox.holding import Tell, forget, put_before, tell_nobody
from bot.outbox.queue import counts
from bot.outbox.speaking import settle, under_way
from bot.outbox.utterances import FINDABLE, REPEATABLE, Saying, decoder
from bot.outbox.watching import ABANDONED, Watch, abandoned
from bot.ports import Clock, DeliveryError, Platform
from bot.storage import surroundings
from bot.storage.base import Sessions
from bot.storage.delivery import Outgoing
from bot.storage.surroundings import Here

log = structlog.get_logger()

SKEW = timedelta(days=1)
"""How far our clock and the platform's may have been apart when we look for a post of ours."""

LOOKING = "find"
"""What a platform's pauses for questions are kept as."""


def recover(
    sessions: Sessions,
    platforms: Mapping[str, Platform],
    clock: Clock,
    *,
    here: Here | None = None,
    tell: Tell = tell_nobody,
    watch: Watch | None = None,
) -> int:
    """Settle what is in doubt, or left half said by a dead process, by asking the platform.

    What the platform can't tell is held for a person: silence is better than saying it twice;
    *tell* hears once of each. Returns how many are held. A platform may be slow to show what it
    has taken, so none is asked before `ABANDONED` has passed, by the *watch* of this process where
    it has one; and nothing that is in doubt for a day is asked about again.
    """
    now = clock()
    with sessions.begin() as session:
        is_here = surroundings.is_here(session, here or {}, now=now)  # also notes where it is
        if not is_here:
            copied_up_to(session, now)
        if not session.connection().scalar(_IS_ANYTHING_OPEN):
            return 0
        left = abandoned(session, now, under_way(sessions), watch) if is_here else []
        nameless = _nameless(session) if is_here else []
    new = [each for each in left if not _resolve(sessions, platforms, each, clock)]
    for each in nameless:
        _name(sessions, platforms, each, clock)
    with sessions.begin() as session:
        put_before(session, [each.queued for each in new], tell, clock())
        forget(session, clock())
        return counts(session).get("ambiguous", 0)


_amendment = aliased(Outgoing)
_IS_NAMELESS = and_(
    Outgoing.state == "sent",
    Outgoing.message.is_(None),
    exists().where(_amendment.amends == Outgoing.key, _amendment.state == "pending"),
)
_IS_ANYTHING_OPEN = select(
    or_(
        exists().where(Outgoing.state.in_(("sending", "ambiguous"))),
        exists().where(_IS_NAMELESS),
    )
)


def _resolve(
    sessions: Sessions, platforms: Mapping[str, Platform], outgoing: Outgoing, clock: Clock
) -> bool:
    """Settle one; False where only a person can. One that can't be asked about now stays."""
    platform, now = platforms.get(outgoing.platform), clock()
    asks = outgoing.method == FINDABLE
    if asks and platform is not None and _rests(sessions, outgoing, now):
        return True
    try:
        found = _find(platform, outgoing, now) if platform else None
    except DeliveryError as pause:
        _remember(sessions, outgoing, pause, clock())
        return True
    values: dict[str, object] = {"state": "pending", "claimed_at": None}
    if found:
        values = {"state": "sent", "sent_at": now, "message": found, "error": None}
    elif found is None and outgoing.method == FINDABLE:
        values = {"state": "ambiguous", "claimed_at": now}
    elif found is None:
        values = {"state": "ambiguous"}
    as_it_was = (Outgoing.state == outgoing.state, Outgoing.claimed_at == outgoing.claimed_at)
    with sessions.begin() as session:
        settle(session, outgoing.key, *as_it_was, **values)
    return not (values["state"] == "ambiguous" and asks)


def _nameless(session: Session) -> Sequence[Outgoing]:
    """What a person says is there, and has to be changed; nobody knows how it is called."""
    return session.scalars(select(Outgoing).where(_IS_NAMELESS).order_by(Outgoing.queued)).all()


def _name(
    sessions: Sessions, platforms: Mapping[str, Platform], outgoing: Outgoing, clock: Clock
) -> None:
    """Learn how a post is called; where nobody can tell, a person has to see to it."""
    platform = platforms.get(outgoing.platform)
    if platform is None or _rests(sessions, outgoing, clock()):
        return
    try:
        found = _look(platform, outgoing, ChannelId(outgoing.recipient), clock())
    except DeliveryError as pause:
        _remember(sessions, outgoing, pause, clock())
        return
    with sessions.begin() as session:
        if found is not None:
            settle(session, outgoing.key, Outgoing.message.is_(None), state="sent", message=found)
            return
        session.execute(
            update(Outgoing)
            .where(Outgoing.amends == outgoing.key, Outgoing.state == "pending")
            .values(state="ambiguous", error="nobody can tell how it is called")
        )


def _rests(sessions: Sessions, outgoing: Outgoing, now: datetime) -> bool:
    with sessions.begin() as session:
        return pacing.rests(session, outgoing.workspace, LOOKING, now)


def _remember(sessions: Sessions, outgoing: Outgoing, pause: DeliveryError, now: datetime) -> None:
    """Ask nothing more in that workspace for as long as the platform wants to be left alone."""
    assert pause.retry_in is not None
    with sessions.begin() as session:
        pacing.hold_back(session, outgoing.workspace, LOOKING, pause.retry_in, now=now)


def _find(platform: Platform, outgoing: Outgoing, now: datetime) -> str | None:
    """The message's name, "" where it surely isn't there, None where nobody can tell.

    Raises:
        DeliveryError: the platform asks for a pause first.
    """
    if outgoing.method in REPEATABLE:
        return ""
    utterance = decoder.decode(outgoing.payload)
    if not isinstance(utterance, Saying) or outgoing.method != FINDABLE:
        return None
    return _look(platform, outgoing, utterance.post.to, now)


def _look(platform: Platform, outgoing: Outgoing, to: Address, now: datetime) -> str | None:
    since = min(outgoing.due_at, now) - SKEW
    try:
        return platform.find(to, key=outgoing.key, since=since) or ""
    except DeliveryError as error:
        if error.retry_in is not None:
            raise
        return None
    except Exception:
        log.exception("outbox.failed", key=outgoing.key)
        return None


def seen(session: Session, key: str, message: str, now: datetime) -> bool:
    """Take the platform's echo for proof that what *key* names was said; False if it was known."""
    done = session.execute(
        update(Outgoing)
        .where(Outgoing.key == key, Outgoing.method == FINDABLE, Outgoing.state != "sent")
        .values(state="sent", sent_at=now, message=message, error=None, payload=b"")
        .returning(Outgoing.key)
        .execution_options(synchronize_session=False)
    )
    return done.first() is not None


def speak_from(session: Session, here: Here, *, now: datetime) -> int:
    """Let a copy of the database speak from *now* on, in the place of what it is a copy of.

    What waits in it may have been said by the other: posts are asked about, and said where they
    can't be found; what was for one moment is let go. Returns how many things waited.
    """
    surroundings.settle(session, here, now=now)
    waiting = select(Outgoing).where(Outgoing.state.in_(("pending", "sending")))
    found = session.scalars(waiting).all()
    for outgoing in found:
        if outgoing.method == FINDABLE:
            outgoing.state, outgoing.claimed_at = "ambiguous", now - ABANDONED
        elif outgoing.method not in REPEATABLE:
            drop(session, outgoing, "it was for a moment that has passed", now)
    session.flush()
    return len(found)
