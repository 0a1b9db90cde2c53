"""What the limits have to know of a recipient: their hours, and what they have had."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from bot.domain.events import to_micros
from bot.domain.ids import Address, ChannelId, MemberId
from bot.domain.zones import zone_names
from bot.judgement.limits import WEEK, Kind, Limits, Situation, Wait, decide
from bot.storage import places, talk, wishes
from bot.storage.activity import BOT, DELETED, Message
from bot.storage.base import Instant
from bot.storage.delivery import Outgoing
from bot.storage.places import Network
from bot.storage.wishes import Wish

SAID = ("sending", "sent", "ambiguous")
WAITS = "pending"
UTC_ZONE = ZoneInfo("UTC")
FURTHEST = WEEK + timedelta(days=1)
"""What was said, as it seems, more than a day from now was noted by a clock that was wrong."""


def situation(session: Session, outgoing: Outgoing, now: datetime) -> Situation:
    """What is known of the recipient of *outgoing*, for deciding on it *now*."""
    network = session.get(Network, outgoing.network_id) if outgoing.network_id else None
    person = places.person_at(session, MemberId(outgoing.recipient))
    zone = UTC_ZONE if network is None else network.zone
    if person is not None and person.timezone in zone_names():
        zone = ZoneInfo(person.timezone)
    wish = Wish() if person is None else wishes.wish_of(session, person.address)
    apart = wish.apart if outgoing.kind == Kind.WORD.value else WEEK
    since = now - WEEK
    return Situation(
        zone=zone,
        is_free=_free_days(session, network),
        said=_said(session, outgoing, now - max(WEEK, apart), now),
        written=_written(session, outgoing.recipient, since) if person is None else 0,
        ours=_ours(session, outgoing.recipient, since) if person is None else 0,
        away_until=None if person is None else person.paused_until,
        quiet=wish.quiet,
        apart=apart,
        is_unwanted=wish.is_unwanted(outgoing.kind, outgoing.about),
    )


def foresee(
    session: Session,
    to: Address,
    kind: Kind,
    *,
    network_id: int,
    at: datetime,
    now: datetime,
    limits: Limits,
    besides: str = "",
    about: str = "",
) -> Wait | None:
    """Whether something of *kind* may be said to *to* at *at*, as far as can be told *now*.

    None, or when else and why. What waits to be said to them counts as if it were said, but for
    what is queued under the key *besides*. *about* is the feature whose words they are.
    """
    row = Outgoing(network_id=network_id, recipient=to, kind=kind.value, about=about)
    around = situation(session, row, now)
    values = {"to": to, "kind": kind.value, "besides": besides}
    waiting = session.connection().scalars(_WAITING_FOR, values)
    around = replace(around, said=sorted([*around.said, *waiting]))
    return decide(kind, now=at, limits=limits, around=around)


def opens(
    session: Session, to: Address, *, network_id: int, now: datetime, limits: Limits
) -> datetime | None:
    """When *to* may next hear of what they asked for: by their own hours and pause alone.

    None where that is in no time that can be foreseen.
    """
    row = Outgoing(network_id=network_id, recipient=to, kind=Kind.WORD.value, about="")
    around = situation(session, row, now)
    around = replace(around, said=(), apart=WEEK, is_unwanted=False)
    wait = decide(Kind.WORD, now=now, limits=replace(limits, words=1), around=around)
    return now if wait is None else wait.until


def _free_days(session: Session, network: Network | None) -> Callable[[date], bool]:
    if network is None:
        return lambda day: day.weekday() >= 5
    is_working = talk.working_days(session, network)
    return lambda day: not is_working(day)


_AT = func.coalesce(Outgoing.sent_at, Outgoing.claimed_at)
_SAID_TO = (
    select(_AT)
    .where(
        Outgoing.recipient == bindparam("recipient"),
        Outgoing.kind == bindparam("kind"),
        Outgoing.method == "post",
        Outgoing.state.in_(SAID),
        _AT.between(bindparam("since", type_=Instant), bindparam("until", type_=Instant)),
    )
    .order_by(_AT)
)
_WAITING_FOR = select(Outgoing.due_at).where(
    Outgoing.recipient == bindparam("to"),
    Outgoing.kind == bindparam("kind"),
    Outgoing.method == "post",
    Outgoing.state == WAITS,
    Outgoing.key != bindparam("besides"),
)


def _said(
    session: Session, outgoing: Outgoing, since: datetime, now: datetime
) -> Sequence[datetime]:
    """When something of the same kind was said to the same recipient, or may have been."""
    session.flush()
    values = {
        "recipient": outgoing.recipient,
        "kind": outgoing.kind,
        "since": since - timedelta(days=1),
        "until": now + timedelta(days=1),
    }
    return session.connection().scalars(_SAID_TO, values).all()


def _written(session: Session, channel: str, since: datetime) -> int:
    """How many messages people wrote in a channel."""
    known = places.channel_at(session, ChannelId(channel))
    found = session.scalar(
        select(func.count())
        .select_from(Message)
        .where(
            Message.channel_id == (known.id if known else None),
            Message.ts >= to_micros(since),
            Message.flags.bitwise_and(BOT | DELETED) == 0,
        )
    )
    return found or 0


def _ours(session: Session, channel: str, since: datetime) -> int:
    """How many posts the bot made in a channel for everybody there."""
    found = session.scalar(
        select(func.count())
        .select_from(Outgoing)
        .where(
            Outgoing.recipient == channel,
            Outgoing.method == "post",
            Outgoing.state.in_(SAID),
            _AT.between(since, since + FURTHEST),
        )
    )
    return found or 0
