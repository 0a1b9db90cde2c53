"""Settle what may have been said: by asking the platform, by its echo, or by a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import structlog
from msgspec import Struct
from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.domain.ids import Address, ChannelId
from bot.judgement.limits import Kind
from bot.outbox import pacing
from bot.outbox.claims import copied_up_to, drop
from bot.outbox.queue import counts
from bot.outbox.speaking import settle, under_way
from bot.outbox.utterances import FINDABLE, REPEATABLE, Saying, decoder
from bot.outbox.watching import ABANDONED, DOUBTFUL, IS_STUCK, Watch, abandoned
from bot.ports import Clock, DeliveryError, Platform
from bot.storage import surroundings
from bot.storage.base import Sessions
from bot.storage.delivery import Outgoing
from bot.storage.surroundings import Here

log = structlog.get_logger()

FORGOTTEN = timedelta(days=7)
"""How long after its moment something is held for a person to settle."""

SKEW = timedelta(days=1)
"""How far our clock and the platform's may have been apart when we look for a post of ours."""

LOOKING = "find"
"""What a platform's pauses for questions are kept as."""

Verdict = Literal["there", "again", "leave"]
"""What a person says of a held post: it's there, post it again, or leave it."""


class Held(Struct, frozen=True, kw_only=True):
    """Posts of a network may or may not have arrived, and only a person can tell: their numbers."""

    network_id: int
    numbers: tuple[int, ...]


class HeldPost(NamedTuple):
    """One of them: `about` is its first line, empty where it was for one person alone.

    One that `is_stuck` is there, points to something that has gone, and can't be changed.
    """

    number: int
    to: Address
    is_private: bool
    at: datetime
    about: str
    is_stuck: bool


Tell = Callable[[Session, Held], None]


def tell_nobody(_: Session, __: Held) -> None:
    """For those who look for themselves what is held."""


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
        _put_before(session, [each.queued for each in new], tell, clock())
        _forget(session, clock())
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


def _put_before(session: Session, numbers: Sequence[int], tell: Tell, now: datetime) -> None:
    """Let *tell* know of what is held since now, each network's at once."""
    was_missed = Outgoing.due_at <= now - DOUBTFUL  # nobody ran while it could be asked about
    new = session.scalars(
        select(Outgoing)
        .where(
            or_(Outgoing.queued.in_(numbers), was_missed, IS_STUCK),
            Outgoing.state == "ambiguous",
            or_(Outgoing.method == FINDABLE, IS_STUCK),
            Outgoing.held_at.is_(None),
        )
        .with_for_update(skip_locked=True)
    ).all()
    by_network: dict[int, list[int]] = {}
    for outgoing in new:
        outgoing.held_at = now
        # telling those who tend of what they were not told would never end
        if outgoing.network_id is not None and outgoing.kind != Kind.TENDING.value:
            by_network.setdefault(outgoing.network_id, []).append(outgoing.queued)
    session.flush()
    for network_id, mine in by_network.items():
        tell(session, Held(network_id=network_id, numbers=tuple(mine)))


def _forget(session: Session, now: datetime) -> None:
    """Let go of what nobody settled, and of what one person alone saw, or didn't, in its moment."""
    is_past = (Outgoing.method != FINDABLE) & ~IS_STUCK & (Outgoing.expires_at <= now)
    is_old = Outgoing.expires_at < now - FORGOTTEN
    left = select(Outgoing).where(Outgoing.state == "ambiguous", or_(is_past, is_old))
    for outgoing in session.scalars(left).all():
        drop(session, outgoing, "it may have arrived, and nobody said so", now)


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


def held(session: Session, network_id: int) -> Sequence[HeldPost]:
    """What a person of the network has to settle, oldest first."""
    rows = session.scalars(
        select(Outgoing)
        .where(
            Outgoing.network_id == network_id,
            Outgoing.state == "ambiguous",
            Outgoing.held_at.is_not(None),
        )
        .order_by(Outgoing.queued)
    )
    return [_shown(row) for row in rows]


_MARKS = re.compile(r"(?<!\\)[*_`>#]+|\\(?=\W)")
_LINK = re.compile(r"\[((?:\\.|[^\]\\])*)\]\([^)]*\)")
LONGEST = 100


def _shown(outgoing: Outgoing) -> HeldPost:
    is_private = outgoing.kind in (Kind.WORD.value, Kind.TENDING.value)
    is_stuck = outgoing.method in REPEATABLE
    utterance = decoder.decode(outgoing.payload)
    text = utterance.post.text if isinstance(utterance, Saying) and not is_private else ""
    line = next((each for each in text.splitlines() if each.strip()), "")
    plain = _MARKS.sub("", _LINK.sub(r"\1", line)).strip()
    if len(plain) > LONGEST:
        plain = plain[:LONGEST].rpartition(" ")[0] + " …"
    return HeldPost(
        number=outgoing.queued,
        to=ChannelId(outgoing.recipient),
        is_private=is_private,
        at=outgoing.due_at,
        about=plain,
        is_stuck=is_stuck,
    )


def settle_held(
    session: Session, number: int, network_id: int, verdict: Verdict, now: datetime
) -> bool:
    """Do as a person says with a held post of their network; False where it is settled already."""
    outcomes: Mapping[Verdict, dict[str, object]] = {
        "there": {"state": "sent", "sent_at": now, "payload": b"", "error": None},
        "leave": {"state": "expired", "payload": b"", "error": "left as it was by a person"},
        "again": {
            "state": "pending",
            "due_at": now,
            "expires_at": now + DOUBTFUL,
            "claimed_at": None,
            "held_at": None,
        },
    }
    done = session.execute(
        update(Outgoing)
        .where(
            Outgoing.queued == number,
            Outgoing.network_id == network_id,
            Outgoing.state == "ambiguous",
            Outgoing.held_at.is_not(None),
        )
        .values(**outcomes[verdict])
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
