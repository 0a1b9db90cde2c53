"""Say each thing once: handlers enqueue in their transaction, `deliver` speaks afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
import structlog
from msgspec import Struct
from sqlalchemy import ColumnElement, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.ids import Address, MemberId, platform_of
from bot.domain.posts import Form, Post
from bot.ports import Clock, DeliveryError, Platform
from bot.storage.base import Sessions, insert_missing
from bot.storage.delivery import Outgoing

log = structlog.get_logger()

ABANDONED = timedelta(minutes=5)
"""A claim older than this belongs to a process that died while it spoke."""

DOUBTFUL = timedelta(days=1)
"""How long the platform is asked whether something arrived."""


class Saying(Struct, frozen=True, kw_only=True, tag="say"):
    """A new post."""

    post: Post


class Changing(Struct, frozen=True, kw_only=True, tag="update"):
    """A post in the place of the earlier `message`."""

    message: str
    post: Post


class Asking(Struct, frozen=True, kw_only=True, tag="ask"):
    """A form for one person."""

    form: Form
    member: MemberId
    trigger: str


Utterance = Saying | Changing | Asking

_decoder: msgspec.json.Decoder[Utterance] = msgspec.json.Decoder(Utterance)


def enqueue(
    session: Session,
    utterance: Utterance,
    *,
    key: str,
    network_id: int | None,
    due_at: datetime,
    expires_at: datetime,
) -> bool:
    """Queue *utterance* under *key*; False when that occasion was queued before."""
    row = {
        "key": key,
        "network_id": network_id,
        "platform": platform_of(_address(utterance)),
        "payload": msgspec.json.encode(utterance),
        "state": "pending",
        "due_at": due_at,
        "expires_at": expires_at,
        "attempts": 0,
    }
    done = session.execute(insert_missing(session, Outgoing).returning(Outgoing.key), [row])
    return done.first() is not None


def deliver(sessions: Sessions, platforms: Mapping[str, Platform], clock: Clock) -> int:
    """Say everything that is due; return how many things were said."""
    said = 0
    served = sorted(platforms)
    while (claimed := _claim(sessions, served, clock())) is not None:
        try:
            utterance = _decoder.decode(claimed.payload)
            message = _speak(platforms[claimed.platform], utterance, claimed.key)
        except DeliveryError as error:
            log.warning("outbox.refused", key=claimed.key)
            _settle_failure(sessions, claimed, clock(), error)
        except Exception as error:
            log.exception("outbox.failed", key=claimed.key)
            _settle(sessions, claimed.key, state="ambiguous", error=type(error).__name__)
        else:
            done = {"state": "sent", "sent_at": clock(), "message": message, "error": None}
            _settle(sessions, claimed.key, **done)
            said += 1
    return said


def recover(sessions: Sessions, platforms: Mapping[str, Platform], clock: Clock) -> int:
    """Settle what is in doubt, or left half said by a dead process, by asking the platform.

    What the platform can't tell is held for a person: silence is better than saying it twice.
    Returns how many are held. A platform may be slow to show what it has taken, so none is asked
    before `ABANDONED` has passed; and nothing that is in doubt for a day is asked about again.
    """
    now = clock()
    with sessions.begin() as session:
        left = session.scalars(
            select(Outgoing)
            .where(
                Outgoing.claimed_at < now - ABANDONED,
                or_(
                    Outgoing.state == "sending",
                    (Outgoing.state == "ambiguous") & (Outgoing.due_at > now - DOUBTFUL),
                ),
            )
            .order_by(Outgoing.queued)
        ).all()
    for outgoing in left:
        _resolve(sessions, platforms, outgoing, clock())
    with sessions.begin() as session:
        return counts(session).get("ambiguous", 0)


def _resolve(
    sessions: Sessions, platforms: Mapping[str, Platform], outgoing: Outgoing, now: datetime
) -> None:
    utterance = _decoder.decode(outgoing.payload)
    platform = platforms.get(outgoing.platform)
    found = _find(platform, utterance, outgoing) if platform else None
    values: dict[str, object] = {"state": "pending", "claimed_at": None}
    if found is None and _can_find(utterance):
        values = {"state": "ambiguous", "claimed_at": now}
    elif found is None:  # it was for a moment that has passed
        values = {"state": "expired" if outgoing.expires_at <= now else "ambiguous"}
    elif found:
        values = {"state": "sent", "sent_at": now, "message": found, "error": None}
    as_it_was = (Outgoing.state == outgoing.state, Outgoing.claimed_at == outgoing.claimed_at)
    _settle(sessions, outgoing.key, *as_it_was, **values)


def _can_find(utterance: Utterance) -> bool:
    return isinstance(utterance, Saying) and utterance.post.only_for is None


def _find(platform: Platform, utterance: Utterance, outgoing: Outgoing) -> str | None:
    """The message's name, "" where it surely isn't there, None where nobody can tell."""
    if isinstance(utterance, Changing):
        return ""  # it may be changed into the same again
    if not isinstance(utterance, Saying) or utterance.post.only_for is not None:
        return None
    since = outgoing.due_at - timedelta(minutes=1)  # the platform has a clock of its own
    try:
        return platform.find(utterance.post.to, key=outgoing.key, since=since) or ""
    except DeliveryError:
        return None
    except Exception:
        log.exception("outbox.failed", key=outgoing.key)
        return None


class Claimed(NamedTuple):
    """What one process has taken upon itself to say."""

    key: str
    platform: str
    network_id: int | None
    payload: bytes
    expires_at: datetime


_DUE = (
    select(
        Outgoing.key,
        Outgoing.platform,
        Outgoing.network_id,
        Outgoing.payload,
        Outgoing.expires_at,
    )
    .where(
        Outgoing.state == "pending",
        Outgoing.due_at <= bindparam("now"),
        Outgoing.platform.in_(bindparam("served", expanding=True)),
    )
    .order_by(Outgoing.due_at, Outgoing.queued)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_CLAIMED = (
    update(Outgoing)
    .where(Outgoing.key == bindparam("mine"))
    .values(state="sending", claimed_at=bindparam("now"), attempts=Outgoing.attempts + 1)
)
_EXPIRED = (
    update(Outgoing)
    .where(Outgoing.key == bindparam("mine"))
    .values(state="expired", error="too late to be of use", payload=b"")
)


def _claim(sessions: Sessions, served: list[str], now: datetime) -> Claimed | None:
    """Take one due row, committed before we speak: rather silent than said twice."""
    with sessions.begin() as session:
        connection = session.connection()
        while row := connection.execute(_DUE, {"now": now, "served": served}).first():
            claimed = Claimed(*row)
            if claimed.expires_at > now:
                connection.execute(_CLAIMED, {"mine": claimed.key, "now": now})
                return claimed
            connection.execute(_EXPIRED, {"mine": claimed.key})
        return None


def _speak(platform: Platform, utterance: Utterance, key: str) -> str:
    match utterance:
        case Saying(post=post):
            return platform.post(post, key=key)
        case Changing(message=message, post=post):
            platform.update(message, post)
            return message
        case Asking(form=form, member=member, trigger=trigger):
            platform.open(form, member=member, trigger=trigger)
            return ""


def _address(utterance: Utterance) -> Address:
    return utterance.member if isinstance(utterance, Asking) else utterance.post.to


def _settle_failure(
    sessions: Sessions, claimed: Claimed, now: datetime, error: DeliveryError
) -> None:
    if error.may_have_arrived:
        _settle(sessions, claimed.key, state="ambiguous", error=str(error))
    elif error.retry_in is not None:
        due_at = now + error.retry_in
        waits = {"state": "pending", "due_at": due_at, "claimed_at": None, "error": str(error)}
        _settle(sessions, claimed.key, **waits)
        _hold_back(sessions, claimed, due_at)
    else:
        _settle(sessions, claimed.key, state="failed", error=str(error))


def _hold_back(sessions: Sessions, refused: Claimed, until: datetime) -> None:
    """Let whatever else waits for the same network wait as long: the platform asked for a pause."""
    with sessions.begin() as session:
        session.execute(
            update(Outgoing)
            .where(
                Outgoing.state == "pending",
                Outgoing.platform == refused.platform,
                Outgoing.network_id == refused.network_id,
                Outgoing.due_at < until,
            )
            .values(due_at=until)
            .execution_options(synchronize_session=False)
        )


def _settle(
    sessions: Sessions, key: str, *conditions: ColumnElement[bool], **values: object
) -> None:
    """Change one row; the words of what is settled for good are let go."""
    if values["state"] in ("sent", "failed", "expired"):
        values["payload"] = b""
    with sessions.begin() as session:
        session.execute(
            update(Outgoing)
            .where(Outgoing.key == key, *conditions)
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def counts(session: Session) -> dict[str, int]:
    """How many rows are in each state."""
    rows = session.execute(select(Outgoing.state, func.count()).group_by(Outgoing.state))
    return dict(rows.all())
