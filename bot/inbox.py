"""Commit what came in before it is acknowledged; handle it once, whatever dies in between."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from time import monotonic

import msgspec
import structlog
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.domain.events import Bookmark, Event
from bot.domain.ids import workspace_of
from bot.storage import occasions, sqlite
from bot.storage.base import (
    Sessions,
    execute_rows,
    fetch_rows,
    is_postgres,
    spare_the_disk,
    stored,
)
from bot.storage.delivery import Incoming, ReadPosition
from bot.storage.record import Act

log = structlog.get_logger()

Handle = Callable[[Session, Sequence[Event]], None]

FEW, MOST = 8, 128
"""How many events are handled together: few at first, then as many as `LONG` allows."""

LONG = 0.1
"""Seconds after which what is handled together should make room for what comes in (SQLite)."""

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


_TAKEN = """
DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE error IS NULL ORDER BY id LIMIT ?)
RETURNING id, payload
"""
_TAKEN_IN_TURN = """
DELETE FROM inbox WHERE id = ANY(ARRAY(
    SELECT id FROM inbox WHERE error IS NULL ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED
)) RETURNING id, payload
"""
_OLDEST = (
    select(Incoming.id, Incoming.payload)
    .where(Incoming.error.is_(None))
    .order_by(Incoming.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(20260303)")
_ACCEPTED = "INSERT INTO inbox (payload, received_at) VALUES (?, ?)"
_ACCEPTED_AT_ONCE = """
INSERT INTO inbox (payload, received_at) SELECT unnest(%b::bytea[]), %b::timestamp
"""


FOLLOWED = "followed up"


def accept(sessions: Sessions, events: Iterable[Event], *, now: datetime) -> None:
    """Commit *events*: from here on nothing can lose them."""
    payloads = [_encode(event) for event in events]
    if not payloads:
        return
    at = now.astimezone(UTC).replace(tzinfo=None)
    with sessions.kw["bind"].begin() as connection:
        if connection.dialect.name == "sqlite":
            kept = at.isoformat(" ", "microseconds")
            sqlite.tell(connection, _ACCEPTED, [(payload, kept) for payload in payloads])
        else:
            connection.exec_driver_sql(_ACCEPTED_AT_ONCE, (payloads, at))


def follow_up(session: Session, events: Iterable[Event], *, now: datetime) -> None:
    """Let *events* be handled as if they came in, once this transaction is committed."""
    session.add_all(Incoming(payload=_encode(event), received_at=now) for event in events)
    session.flush()
    session.info[FOLLOWED] = True


def _encode(event: Event) -> bytes:
    try:
        return _encoder.encode(event)
    except UnicodeEncodeError:  # half of an emoji, cut off on its way: "?" stands for it
        found = json.dumps(msgspec.to_builtins(event), ensure_ascii=False)
        return found.encode("utf-8", "replace")


def work(sessions: Sessions, handle: Handle, *, at_most: int = MOST) -> int:
    """Handle all that waits, oldest first, taking it out of the inbox as it is handled.

    Returns how many events were handled. What can't be handled stays, with its error, and
    doesn't hold up the rest; when it is the database that fails, everything waits.
    """
    handled, together = 0, min(FEW, at_most)
    try:
        while True:
            began = monotonic()
            try:
                taken, is_followed = _work_at_once(sessions, handle, together)
                handled += taken
            except OperationalError:
                raise
            except Exception:
                log.exception("inbox.batch_failed")
                taken, well = _work_singly(sessions, handle, together)
                handled, is_followed = handled + well, False
            if taken < together and not is_followed:
                return handled
            together = _fitting(together, monotonic() - began, at_most)
    except OperationalError:
        log.exception("inbox.database_failed")
        return handled


def _fitting(together: int, took: float, at_most: int) -> int:
    """How many to handle together, where *together* of them *took* so many seconds."""
    if took > LONG:
        return max(1, int(together * LONG / took))
    return min(2 * together, at_most) if took < LONG / 2 else together


def _work_at_once(sessions: Sessions, handle: Handle, at_most: int) -> tuple[int, bool]:
    """Handle what waits as one transaction; if the power fails meanwhile, it waits again.

    Returns how much it was, and whether something followed up on it, for which somebody waits.
    """
    with sessions.begin() as session:
        spare_the_disk(session)
        _wait_for_others(session)
        taken = _take(session, at_most)
        if taken:
            handle(session, [_decoder.decode(payload) for _, payload in taken])
        return len(taken), FOLLOWED in session.info


def _wait_for_others(session: Session) -> None:
    """Handle nothing while somebody else does, as SQLite has it anyway.

    Of two transactions neither sees what the other knows: whoever put an emoji there would not see
    that it was taken back, where that came first.
    """
    if is_postgres(session):
        session.execute(_ONE_AT_A_TIME)


def _take(session: Session, at_most: int) -> Sequence[tuple[int, bytes]]:
    """The oldest that wait, which are out of the inbox if this transaction is committed."""
    statement = _TAKEN_IN_TURN if is_postgres(session) else _TAKEN
    return sorted(fetch_rows(session, statement, [at_most]))


def _work_singly(sessions: Sessions, handle: Handle, at_most: int) -> tuple[int, int]:
    """Find the event that fails by handling each on its own; put it aside, and go on.

    Returns how many there were, and how many went well.
    """
    well = 0
    for taken in range(at_most):
        with sessions.begin() as session:
            _wait_for_others(session)
            waiting = session.execute(_OLDEST).first()
            if waiting is None:
                return taken, well
            mine, payload = waiting
            try:
                with session.begin_nested():
                    handle(session, [_decoder.decode(payload)])
            except OperationalError:
                raise
            except Exception as error:
                log.exception("inbox.event_set_aside", id=mine)
                aside = update(Incoming).where(Incoming.id == mine)
                session.execute(aside.values(error=type(error).__name__))
            else:
                session.execute(delete(Incoming).where(Incoming.id == mine))
                well += 1
    return at_most, well


_IS_ANY = "SELECT 1 FROM inbox WHERE error IS NULL LIMIT 1"


def is_any(session: Session) -> bool:
    """Whether anything waits to be handled."""
    return bool(fetch_rows(session, _IS_ANY))


def is_new(session: Session, act: Act, at: datetime) -> bool:
    """Whether this act comes for the first time; platforms repeat themselves."""
    return occasions.first_time(session, f"{workspace_of(act.member)}#{act.id}", now=at)


def position_of(session: Session, source: str) -> str | None:
    """How far *source* has been read."""
    found = session.get(ReadPosition, source)
    return found.position if found else None


_READ = """
INSERT INTO read_positions (source, position, at) VALUES (?, ?, ?)
ON CONFLICT (source) DO UPDATE SET position = excluded.position, at = excluded.at
"""


def keep_position(session: Session, bookmark: Bookmark, *, now: datetime) -> None:
    """Keep how far a source has been read, beside what was read from it."""
    execute_rows(session, _READ, [(bookmark.source, bookmark.position, stored(now))])


def waiting(session: Session) -> tuple[int, int]:
    """How many events wait to be handled, and how many were set aside because they failed."""
    set_aside = select(func.count()).where(Incoming.error.is_not(None))
    total = select(func.count(Incoming.id))
    stuck = session.scalar(set_aside) or 0
    return (session.scalar(total) or 0) - stuck, stuck
