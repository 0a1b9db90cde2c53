"""Commit what came in before it is acknowledged; handle it once, whatever dies in between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec
import structlog
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from bot.domain.events import ActionTaken, Bookmark, CommandGiven, Event, FormSubmitted
from bot.storage.base import Sessions, insert_missing
from bot.storage.delivery import HandledAct, Incoming, ReadPosition

log = structlog.get_logger()

Handle = Callable[[Session, Sequence[Event]], None]

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def accept(sessions: Sessions, events: Iterable[Event], *, now: datetime) -> None:
    """Commit *events*: from here on nothing can lose them."""
    rows = [{"payload": _encoder.encode(event), "received_at": now} for event in events]
    if rows:
        with sessions.begin() as session:
            session.execute(insert(Incoming), rows)


def work(sessions: Sessions, handle: Handle, *, at_most: int = 500) -> int:
    """Handle what waits, oldest first, and take it out of the inbox as one transaction.

    Returns how many events were handled. What can't be handled stays, with its error, and
    doesn't hold up the rest.
    """
    try:
        with sessions.begin() as session:
            waiting = _waiting(session, at_most)
            handle(session, [_decoder.decode(row.payload) for row in waiting])
            _drop(session, waiting)
            return len(waiting)
    except Exception:
        log.exception("inbox.batch_failed")
        return _work_singly(sessions, handle, at_most)


def _waiting(session: Session, at_most: int) -> Sequence[Incoming]:
    return session.scalars(
        select(Incoming)
        .where(Incoming.error.is_(None))
        .order_by(Incoming.id)
        .limit(at_most)
        .with_for_update(skip_locked=True)
    ).all()


def _drop(session: Session, handled: Sequence[Incoming]) -> None:
    ids = [row.id for row in handled]
    if ids:
        session.execute(
            delete(Incoming)
            .where(Incoming.id.in_(ids))
            .execution_options(synchronize_session=False)
        )


def _work_singly(sessions: Sessions, handle: Handle, at_most: int) -> int:
    """Find the event that fails by handling each on its own; put it aside, and go on."""
    handled = 0
    for _ in range(at_most):
        with sessions.begin() as session:
            waiting = _waiting(session, 1)
            if not waiting:
                break
            try:
                with session.begin_nested():
                    handle(session, [_decoder.decode(waiting[0].payload)])
                _drop(session, waiting)
                handled += 1
            except Exception as error:
                log.exception("inbox.event_set_aside", id=waiting[0].id)
                waiting[0].error = type(error).__name__
    return handled


def is_new(session: Session, act: CommandGiven | ActionTaken | FormSubmitted, at: datetime) -> bool:
    """Whether this act comes for the first time; platforms repeat themselves."""
    done = session.execute(
        insert_missing(session, HandledAct).returning(HandledAct.key), [{"key": act.id, "at": at}]
    )
    return done.first() is not None


def position_of(session: Session, source: str) -> str | None:
    """How far *source* has been read."""
    found = session.get(ReadPosition, source)
    return found.position if found else None


def keep_position(session: Session, bookmark: Bookmark, *, now: datetime) -> None:
    """Keep how far a source has been read, beside what was read from it."""
    session.merge(ReadPosition(source=bookmark.source, position=bookmark.position, at=now))


def waiting(session: Session) -> tuple[int, int]:
    """How many events wait to be handled, and how many were set aside because they failed."""
    set_aside = select(func.count()).where(Incoming.error.is_not(None))
    total = select(func.count(Incoming.id))
    stuck = session.scalar(set_aside) or 0
    return (session.scalar(total) or 0) - stuck, stuck
