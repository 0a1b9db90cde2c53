"""Queue what is to be said, where it was decided; change it while it waits, and afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Executable, bindparam, delete, func, select
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.orm import Session

from bot.domain.ids import Address, ChannelId, platform_of, workspace_of
from bot.domain.posts import Post
from bot.judgement.limits import WEEK, Kind
from bot.outbox.pacing import call_of
from bot.outbox.utterances import (
    FINDABLE,
    PRIVATE,
    Changing,
    Removing,
    Saying,
    Utterance,
    method_of,
    recipient_of,
    replaced_by,
)
from bot.storage.base import Instant, execute_rows, insert_missing
from bot.storage.delivery import Outgoing, Quote

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert as PostgresInsert

UNSETTLED = ("pending", "sending", "ambiguous")
AMENDS_FOR = timedelta(days=30)
"""How long we try to change a post whose source has gone."""


def enqueue(
    session: Session,
    utterance: Utterance,
    *,
    key: str,
    network_id: int | None,
    due_at: datetime,
    expires_at: datetime,
    kind: Kind = Kind.ANSWER,
    quotes: Sequence[str] = (),
    amends: str | None = None,
    about: str = "",
) -> bool:
    """Queue *utterance* under *key*; False when that occasion was queued before.

    *quotes* are the messages (`ref_of`) that it must not outlive as it is. One that *amends* an
    earlier key waits until that was said, and changes it then. *about* is the feature whose words
    they are.
    """
    recipient = recipient_of(utterance)
    row = {
        "key": key,
        "network_id": network_id,
        "kind": kind.value,
        "about": about,
        "platform": platform_of(recipient),
        "workspace": workspace_of(recipient),
        "method": method_of(utterance),
        "call": call_of(utterance),
        "recipient": recipient,
        "replaces": amends or replaced_by(utterance),
        "amends": amends,
        "payload": msgspec.json.encode(utterance),
        "state": "pending",
        "due_at": due_at,
        "expires_at": expires_at,
        "attempts": 0,
        "is_awaited": (kind is not Kind.ANSWER or bool(quotes))
        and method_of(utterance) == FINDABLE,
    }
    session.flush()
    statement = _queueing(insert_missing(session, Outgoing))
    is_new = session.connection().execute(statement, row).first() is not None
    if is_new:
        _quote(session, key, quotes)
    return is_new


@cache
def _queueing(insert: SqliteInsert | PostgresInsert) -> Executable:
    """*insert*, which tells whether there was anything to queue."""
    return insert.returning(Outgoing.key)


def _quote(session: Session, key: str, quotes: Sequence[str]) -> None:
    rows = [(ref, key) for ref in dict.fromkeys(quotes)]
    execute_rows(session, "INSERT INTO quotes (ref, key) VALUES (?, ?)", rows)


def amend(
    session: Session, key: str, post: Post, *, now: datetime, quotes: Sequence[str] = ()
) -> bool:
    """Put *post* in the place of what was queued under *key*, whether it was said yet or not.

    What waits is said in its new words alone. Where it may have been said already, it is changed
    there, as soon as it is known how the platform calls it. False where there is nothing to change.
    """
    outgoing = session.scalars(
        select(Outgoing).where(Outgoing.key == key).with_for_update()
    ).first()
    if outgoing is None or outgoing.state in ("failed", "expired"):
        return False
    session.execute(delete(Quote).where(Quote.key == key))
    _quote(session, key, quotes)
    if outgoing.state != "sent":
        outgoing.payload = msgspec.json.encode(Saying(post=post))
    if outgoing.state != "pending":
        _amend_later(session, outgoing, Changing(message="", post=post), now)
    session.flush()
    return True


def _amend_later(session: Session, outgoing: Outgoing, change: Utterance, now: datetime) -> None:
    """Change what may be said already, as soon as it is known how the platform calls it."""
    key = outgoing.key
    before = session.scalar(
        select(func.count()).select_from(Outgoing).where(Outgoing.amends == key)
    )
    enqueue(
        session,
        change,
        key=f"{key}#{(before or 0) + 1}",
        network_id=outgoing.network_id,
        due_at=now,
        expires_at=now + AMENDS_FOR,
        amends=key,
    )


def retract(session: Session, key: str, *, now: datetime) -> bool:
    """Take back what was queued under *key*: it isn't said any more, or goes where it was said.

    False where there is nothing to take back. Nobody is told what became of it: whoever takes it
    back knows.
    """
    outgoing = session.scalars(
        select(Outgoing).where(Outgoing.key == key).with_for_update()
    ).first()
    if outgoing is None or outgoing.state in ("failed", "expired"):
        return False
    outgoing.is_awaited = False
    if outgoing.state == "pending":
        let_go(session, outgoing, state="expired", why="it was taken back")
        return True
    if outgoing.state != "sent":  # should it turn out not to be there, it isn't said again
        outgoing.expires_at = now
    removing = Removing(message="", to=ChannelId(outgoing.recipient))
    _amend_later(session, outgoing, removing, now)
    session.flush()
    return True


_AT = func.coalesce(Outgoing.sent_at, Outgoing.claimed_at, Outgoing.due_at)
_SAID_TO = (
    select(func.count())
    .select_from(Outgoing)
    .where(
        Outgoing.recipient == bindparam("to"),
        Outgoing.kind == bindparam("kind"),
        Outgoing.state.in_((*UNSETTLED, "sent")),
        _AT.between(bindparam("since", type_=Instant), bindparam("until", type_=Instant)),
    )
)


def said_to(session: Session, recipient: Address, kind: Kind, *, since: datetime) -> int:
    """How much of *kind* was said to *recipient* since then, or waits to be said to them.

    Of what is later than the week from then on nothing is counted: a clock was wrong.
    """
    session.flush()
    values = {"to": recipient, "kind": kind.value, "since": since, "until": since + WEEK}
    return session.connection().scalar(_SAID_TO, values) or 0


def counts(session: Session) -> Mapping[str, int]:
    """How many rows are in each state."""
    rows = session.execute(select(Outgoing.state, func.count()).group_by(Outgoing.state))
    return dict(rows.all())


def refused(session: Session) -> Mapping[str, int]:
    """How much of what waits was refused when it was last tried, by the sentence that says why."""
    rows = session.execute(
        select(Outgoing.error, func.count())
        .where(Outgoing.state == "pending", Outgoing.error.is_not(None))
        .group_by(Outgoing.error)
        .order_by(Outgoing.error)
    )
    return {why: count for why, count in rows if why is not None}


def let_go(session: Session, outgoing: Outgoing, *, state: str, why: str) -> None:
    """Settle *outgoing* without saying it: its words and what it quotes are let go."""
    outgoing.state, outgoing.error, outgoing.payload = state, why, b""
    if outgoing.kind == Kind.ANSWER.value and outgoing.method in PRIVATE:
        outgoing.recipient, outgoing.replaces = "", None
    session.execute(delete(Quote).where(Quote.key == outgoing.key))
    session.flush()
