"""Take one thing that may be said now: due, not paused, at its pace, and within the limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
import structlog
from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.domain.ids import Address, ChannelId
from bot.judgement.limits import OWN_WISH, Kind, Limits, decide
from bot.outbox import pacing
from bot.outbox.queue import UNSETTLED, let_go
from bot.outbox.situation import situation
from bot.outbox.utterances import PRIVATE, REPEATABLE, Changing, Removing, Utterance, decoder
from bot.storage import pauses, surroundings
from bot.storage.base import Sessions, execute_rows, fetch_rows, is_postgres, stored
from bot.storage.delivery import Incoming, Outgoing, Pace
from bot.storage.places import Lead, Person
from bot.storage.rhythm import Decision
from bot.storage.surroundings import Here

log = structlog.get_logger()

TOO_LATE = "too late to be of use"
OVERTAKEN = "a later one takes its place"


LISTENING, LISTENED = timedelta(seconds=1), timedelta(minutes=1)
"""How soon what points to messages is looked at again while events wait, and for how long."""


class Claimed(NamedTuple):
    """What one process has taken upon itself to say."""

    key: str
    platform: str
    workspace: str
    method: str
    call: str
    attempts: int
    at: datetime
    to: Address
    network_id: int | None
    is_amendment: bool
    utterance: Utterance


_other = aliased(Outgoing)
_turn = aliased(Pace)

_IS_FIRST = ~exists().where(_other.replaces == Outgoing.replaces, _other.state == "sending")
_IS_NAMELESS = and_(_other.state == "sent", _other.message.is_(None))  # by a person's word
_IS_SETTLED = ~exists().where(
    _other.key == Outgoing.amends, or_(_other.state.in_(UNSETTLED), _IS_NAMELESS)
)
_MAY_BE_OUTDATED = """
SELECT 1 WHERE EXISTS (SELECT 1 FROM quotes WHERE key = ?)
AND EXISTS (SELECT 1 FROM inbox WHERE error IS NULL)
"""
_DUE = (
    select(Outgoing)
    .outerjoin(_turn, _turn.scope == pacing.TURN)
    .where(
        Outgoing.state == "pending",
        Outgoing.due_at <= bindparam("now"),
        Outgoing.platform.in_(bindparam("served", expanding=True)),
        _IS_FIRST,
        _IS_SETTLED,
        pacing.may_be_called(),
    )
    # somebody waits for an answer; else whose turn was longest ago
    .order_by(
        Outgoing.kind != Kind.ANSWER.value,
        pacing.last_turn(_turn),
        Outgoing.due_at,
        Outgoing.queued,
    )
    .limit(1)
    .with_for_update(of=Outgoing, skip_locked=True)
)
_ONE_AT_A_TIME = "SELECT id FROM installation FOR UPDATE"
_WAITS = "SELECT 1 FROM outbox WHERE state = 'pending' AND due_at <= ? LIMIT 1"
_IS_LATE = "SELECT 1 FROM outbox WHERE state = 'pending' AND expires_at <= ? LIMIT 1"
_LATE = (
    select(Outgoing)
    .where(Outgoing.state == "pending", Outgoing.expires_at <= bindparam("now"))
    .limit(100)
    .with_for_update(skip_locked=True)
)


def is_anything_due(sessions: Sessions, now: datetime) -> bool:
    """Whether it is worth while to look closer; lets go of whatever comes too late by now."""
    with sessions.begin() as session:
        if not fetch_rows(session, _WAITS, (stored(now),)):
            return False
        if not fetch_rows(session, _IS_LATE, (stored(now),)):
            return True
        for outgoing in session.scalars(_LATE, {"now": now}).all():
            why = f"{TOO_LATE}: {outgoing.error}" if outgoing.error else TOO_LATE
            drop(session, outgoing, why, now)
        return True


def claim(
    sessions: Sessions, served: list[str], now: datetime, *, limits: Limits, here: Here
) -> Claimed | None:
    """Take one due row, committed before we speak: rather silent than said twice."""
    with sessions.begin() as session:
        if not fetch_rows(session, _WAITS, (stored(now),)):
            return None  # as after the last, each time
        if is_postgres(session):
            # one claim at a time, so that two processes can't both find room for one more
            fetch_rows(session, _ONE_AT_A_TIME)
        due = _without_the_paused(_DUE, pauses.in_force(session))
        if not surroundings.is_here(session, here, now=now):
            due = due.where(_answers_a_lead(), Outgoing.queued > copied_up_to(session, now))
        values = {**pacing.moments(now), "served": served}
        while (outgoing := session.scalars(due, values).first()) is not None:
            utterance = _decided(session, outgoing, now, limits)
            if utterance is not None:
                return _take(session, outgoing, utterance, now)
            session.flush()
    return None


def copied_up_to(session: Session, now: datetime) -> int:
    """The newest row that came with the copy: another may say it, or have said it.

    Events came with it too, and as long as any waits to be handled, so may what answers it.
    """
    known = surroundings.copied_up_to(session)
    if known is None:
        known = session.scalar(select(func.max(Outgoing.queued))) or 0
        if session.scalar(select(exists().where(Incoming.error.is_(None)))):
            return known
        surroundings.keep_copied_up_to(session, known, now=now)
        log.warning("outbox.muted", why="the database was moved, copied or restored")
    return known


def _without_the_paused(due: Select[Outgoing], paused: Sequence[int]) -> Select[Outgoing]:
    if not paused:
        return due
    # what quotes something that has gone must not stay, whoever is silent
    passes = or_(_answers_a_lead(), Outgoing.amends.is_not(None))
    if pauses.EVERYBODY in paused:
        return due.where(passes)
    elsewhere = func.coalesce(Outgoing.network_id, 0).not_in(paused)
    return due.where(or_(elsewhere, passes))


def _answers_a_lead() -> ColumnElement[bool]:
    """Whether a row answers somebody who tends its network, or may since nobody does yet."""
    tends = select(Lead.id).where(Lead.network_id == Outgoing.network_id)
    theirs = tends.join(Person, Person.id == Lead.person_id).where(Person.ref == Outgoing.recipient)
    is_private = Outgoing.method.in_(PRIVATE)
    is_answer = and_(Outgoing.kind == Kind.ANSWER.value, is_private)
    return and_(is_answer, or_(theirs.exists(), ~tends.exists()))


def _decided(
    session: Session, outgoing: Outgoing, now: datetime, limits: Limits
) -> Utterance | None:
    """What is to be said now; None where it was let go or put off."""
    if outgoing.expires_at <= now:
        drop(session, outgoing, TOO_LATE, now)
        return None
    if _is_superseded(session, outgoing):
        let_go(session, outgoing, state="expired", why=OVERTAKEN)
        return None
    if _may_be_outdated(session, outgoing, now):
        outgoing.claimed_at = outgoing.claimed_at or now
        outgoing.due_at = now + LISTENING
        return None
    kind = Kind(outgoing.kind)
    if kind is not Kind.ANSWER:
        wait = decide(kind, now=now, limits=limits, around=situation(session, outgoing, now))
        if wait is not None:
            _put_off(session, outgoing, wait.until, wait.reason, now)
            return None
    return _utterance(session, outgoing)


def _may_be_outdated(session: Session, outgoing: Outgoing, now: datetime) -> bool:
    """Whether what came in may change something that it quotes; nobody waits for that for long.

    While it waits so, `claimed_at` is since when.
    """
    if outgoing.claimed_at is not None and now - outgoing.claimed_at >= LISTENED:
        return False
    session.flush()
    return bool(fetch_rows(session, _MAY_BE_OUTDATED, (outgoing.key,)))


def _is_superseded(session: Session, outgoing: Outgoing) -> bool:
    if outgoing.replaces is None:
        return False
    newer = exists().where(
        _other.replaces == outgoing.replaces,
        _other.queued > outgoing.queued,
        _other.state.in_(UNSETTLED),
    )
    return bool(session.scalar(select(newer)))


def _overtake(session: Session, outgoing: Outgoing) -> None:
    """Let go of what is older and waits for another try: it would undo what is newer."""
    is_held = and_(Outgoing.state == "ambiguous", Outgoing.method.in_(REPEATABLE))
    older = select(Outgoing).where(
        Outgoing.replaces == outgoing.replaces,
        Outgoing.queued < outgoing.queued,
        or_(Outgoing.state == "pending", is_held),
    )
    for each in session.scalars(older).all():
        let_go(session, each, state="expired", why=OVERTAKEN)


def _utterance(session: Session, outgoing: Outgoing) -> Utterance | None:
    """The words of *outgoing*; an amendment learns here what its message is called."""
    utterance = decoder.decode(outgoing.payload)
    if outgoing.amends is None or not isinstance(utterance, Changing | Removing):
        return utterance
    message = session.scalar(
        select(Outgoing.message).where(Outgoing.key == outgoing.amends, Outgoing.state == "sent")
    )
    if not message:
        let_go(session, outgoing, state="expired", why="what it would change was never said")
        return None
    return msgspec.structs.replace(utterance, message=message)


def _put_off(
    session: Session, outgoing: Outgoing, until: datetime | None, reason: str, now: datetime
) -> None:
    if until is None or until >= outgoing.expires_at:
        drop(session, outgoing, f"{TOO_LATE} by then: {reason}", now)
        return
    outgoing.due_at, outgoing.error = until, reason
    _note(session, outgoing, f"put off: {reason}", now)


def drop(session: Session, outgoing: Outgoing, why: str, now: datetime) -> None:
    """Say it no more, and keep why."""
    let_go(session, outgoing, state="expired", why=why)
    if outgoing.kind != Kind.ANSWER.value:
        _note(session, outgoing, why, now)


def _note(session: Session, outgoing: Outgoing, reason: str, now: datetime) -> None:
    if any(wish in reason for wish in OWN_WISH):
        return  # nobody else is to see that somebody asked for less
    log.info("outbox.unsaid", kind=outgoing.kind, reason=reason)
    if outgoing.network_id is not None:
        decision = Decision(
            network_id=outgoing.network_id,
            at=now,
            what=f"outbox.{outgoing.kind}",
            did_speak=False,
            reason=reason,
        )
        session.add(decision)


_TAKEN = """
UPDATE outbox SET state = 'sending', claimed_at = ?, error = NULL, attempts = attempts + 1
WHERE key = ?
"""


def _take(session: Session, outgoing: Outgoing, utterance: Utterance, now: datetime) -> Claimed:
    if outgoing.replaces is not None:
        _overtake(session, outgoing)
    session.flush()
    execute_rows(session, _TAKEN, [(stored(now), outgoing.key)])
    claimed = Claimed(
        outgoing.key,
        outgoing.platform,
        outgoing.workspace,
        outgoing.method,
        outgoing.call,
        outgoing.attempts + 1,
        now,
        ChannelId(outgoing.recipient),
        outgoing.network_id,
        outgoing.amends is not None,
        utterance,
    )
    pacing.take(session, outgoing, now)
    pacing.keep(session, f"turn/{outgoing.network_id or 0}", now)
    return claimed
