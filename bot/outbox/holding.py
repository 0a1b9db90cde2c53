"""What may have been said and nobody can tell: it is held until a person says what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from msgspec import Struct
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot.domain.ids import Address, ChannelId
from bot.judgement.limits import Kind
from bot.outbox.claims import drop
from bot.outbox.utterances import FINDABLE, REPEATABLE, Saying, decoder
from bot.outbox.watching import DOUBTFUL, IS_STUCK
from bot.storage.delivery import Outgoing

FORGOTTEN = timedelta(days=7)
"""How long after its moment something is held for a person to settle."""

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


def put_before(session: Session, numbers: Sequence[int], tell: Tell, now: datetime) -> None:
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


def forget(session: Session, now: datetime) -> None:
    """Let go of what nobody settled, and of what one person alone saw, or didn't, in its moment."""
    is_past = (Outgoing.method != FINDABLE) & ~IS_STUCK & (Outgoing.expires_at <= now)
    is_old = Outgoing.expires_at < now - FORGOTTEN
    left = select(Outgoing).where(Outgoing.state == "ambiguous", or_(is_past, is_old))
    for outgoing in session.scalars(left).all():
        drop(session, outgoing, "it may have arrived, and nobody said so", now)


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
