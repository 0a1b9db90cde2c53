"""Where somebody's id is written besides the facts: in what waits, was said or was noted."""

from __future__ import annotations

import re
from urllib.parse import quote

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from bot.domain.ids import MemberId
from bot.storage.delivery import HandledAct, Incoming, Outgoing, Pace


def occasions(session: Session, member: MemberId) -> list[str]:
    """The keys of what was or is to be said or done once, and is for *member* or names them."""
    is_them = _naming(member)
    done = session.scalars(
        select(HandledAct.key).where(HandledAct.key.contains(member, autoescape=True))
    )
    acts = [key for key in done if is_them.search(key.encode())]
    return sorted({*acts, *_outgoing(session, member).values()})


def keys_under(session: Session, beginning: str) -> list[str]:
    """The keys, beginning so, of what was or is to be said."""
    is_under = Outgoing.key.startswith(beginning, autoescape=True)
    return [*session.scalars(select(Outgoing.key).where(is_under).order_by(Outgoing.key))]


def clear(session: Session, member: MemberId) -> None:
    """Let go of what waits to be said, was said, was noted or failed, and names *member*.

    What came in and was not handled yet stays: whoever handles it knows who is not to be counted.
    """
    is_them = _naming(member)
    failed = session.execute(
        select(Incoming.id, Incoming.payload).where(Incoming.error.is_not(None))
    )
    stuck = [number for number, payload in failed if is_them.search(payload)]
    acts, posts = occasions(session, member), [*_outgoing(session, member)]
    for statement in (
        delete(Outgoing).where(Outgoing.queued.in_(posts)),
        delete(Incoming).where(Incoming.id.in_(stuck)),
        delete(HandledAct).where(HandledAct.key.in_(acts)),
        delete(Pace).where(Pace.scope == member),
    ):
        session.execute(statement.execution_options(synchronize_session=False))


def _outgoing(session: Session, member: MemberId) -> dict[int, str]:
    """The numbers and keys of the posts that are for *member* or name them."""
    is_them = _naming(member)
    rows = session.execute(
        select(Outgoing.queued, Outgoing.key, Outgoing.recipient, Outgoing.payload).where(
            or_(
                Outgoing.key.contains(member, autoescape=True),
                Outgoing.recipient == member,
                Outgoing.payload != b"",
            )
        )
    )
    return {
        queued: key
        for queued, key, recipient, payload in rows
        if recipient == member or is_them.search(key.encode()) or is_them.search(payload)
    }


def _naming(member: MemberId) -> re.Pattern[bytes]:
    """Finds *member* however a key, a post or a mention in it writes them, but no longer id.

    Where an id may go on or end, it is taken to end: rather too much goes than too little.
    """
    ways = (f"(?:{re.escape(each)}|{re.escape(quote(each, safe=''))})" for each in member)
    written = r"\\*".join(ways)
    return re.compile(rf"{written}(?![\w-])".encode())
