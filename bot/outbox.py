"""Say each thing once: handlers enqueue in their transaction, `deliver` speaks afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
import structlog
from msgspec import Struct
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.ids import Address, MemberId, platform_of
from bot.domain.posts import Form, Post
from bot.ports import Clock, DeliveryError, Platform
from bot.storage.base import Sessions, insert_missing
from bot.storage.delivery import Outgoing

log = structlog.get_logger()

ABANDONED = timedelta(minutes=5)
"""A claim older than this belongs to a process that died while it spoke."""


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
    while (outgoing := _claim(sessions, served, clock())) is not None:
        utterance = _decoder.decode(outgoing.payload)
        platform = platforms[platform_of(_address(utterance))]
        try:
            message = _speak(platform, utterance, outgoing.key)
        except DeliveryError as error:
            log.warning("outbox.refused", key=outgoing.key, error=str(error))
            _settle_failure(sessions, outgoing.key, clock(), error)
        else:
            _settle(sessions, outgoing.key, state="sent", sent_at=clock(), message=message)
            said += 1
    return said


def recover(sessions: Sessions, platforms: Mapping[str, Platform], clock: Clock) -> int:
    """Settle what a dead process left half said, by asking the platform whether it arrived.

    What the platform can't tell is held for a person: silence is better than saying it twice.
    Returns how many are held.
    """
    held = 0
    with sessions.begin() as session:
        left = session.scalars(
            select(Outgoing).where(
                or_(
                    Outgoing.state == "ambiguous",
                    (Outgoing.state == "sending") & (Outgoing.claimed_at < clock() - ABANDONED),
                )
            )
        ).all()
    for outgoing in left:
        utterance = _decoder.decode(outgoing.payload)
        platform = platforms.get(platform_of(_address(utterance)))
        found = _find(platform, utterance, outgoing) if platform else None
        if found is None:
            held += 1
            _settle(sessions, outgoing.key, state="ambiguous")
        elif found:
            _settle(sessions, outgoing.key, state="sent", sent_at=clock(), message=found)
        else:
            _settle(sessions, outgoing.key, state="pending", claimed_at=None)
    return held


def _find(platform: Platform, utterance: Utterance, outgoing: Outgoing) -> str | None:
    """The message's name, "" where it surely isn't there, None where nobody can tell."""
    if not isinstance(utterance, Saying) or utterance.post.only_for is not None:
        return None
    since = outgoing.claimed_at or outgoing.due_at
    try:
        return platform.find(utterance.post.to, key=outgoing.key, since=since) or ""
    except DeliveryError:
        return None


def _claim(sessions: Sessions, served: list[str], now: datetime) -> Outgoing | None:
    """Take one due row, committed before we speak: rather silent than said twice."""
    with sessions.begin() as session:
        session.execute(
            update(Outgoing)
            .where(Outgoing.state == "pending", Outgoing.expires_at <= now)
            .values(state="expired", error="too late to be of use")
        )
        row = session.scalars(
            select(Outgoing)
            .where(
                Outgoing.state == "pending",
                Outgoing.due_at <= now,
                Outgoing.platform.in_(served),
            )
            .order_by(Outgoing.due_at, Outgoing.queued)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if row is not None:
            row.state = "sending"
            row.claimed_at = now
            row.attempts += 1
        return row


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


def _settle_failure(sessions: Sessions, key: str, now: datetime, error: DeliveryError) -> None:
    if error.may_have_arrived:
        _settle(sessions, key, state="ambiguous", error=str(error))
    elif error.retry_in is not None:
        due_at = now + error.retry_in
        _settle(sessions, key, state="pending", due_at=due_at, claimed_at=None, error=str(error))
    else:
        _settle(sessions, key, state="failed", error=str(error))


def _settle(sessions: Sessions, key: str, **values: object) -> None:
    with sessions.begin() as session:
        session.execute(update(Outgoing).where(Outgoing.key == key).values(**values))


def last_said(session: Session, prefix: str) -> datetime | None:
    """When something whose key begins with *prefix* was last queued or said."""
    return session.scalar(
        select(func.max(Outgoing.due_at)).where(
            Outgoing.key.startswith(prefix, autoescape=True),
            Outgoing.state.not_in(("failed", "expired")),
        )
    )


def counts(session: Session) -> dict[str, int]:
    """How many rows are in each state."""
    rows = session.execute(select(Outgoing.state, func.count()).group_by(Outgoing.state))
    return dict(rows.tuples().all())
