"""What newcomers have written first, and which introductions of theirs have been posted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from bot.domain.events import to_micros
from bot.domain.ids import ts_of
from bot.domain.membership import MembershipState as State
from bot.storage import membership, watches
from bot.storage.activity import BOT, DELETED, Message
from bot.storage.delivery import Outgoing
from bot.storage.membership import Membership
from bot.storage.places import Channel, Network, Person

STILL_NEW = timedelta(days=60)
"""How long after their coming somebody's first posts are watched."""


class FirstPost(NamedTuple):
    """A message of somebody who is new: its channel, its time (microseconds), and whose it is."""

    channel: int
    ts: int
    person: int


def has_newcomers(session: Session, network: Network, *, now: datetime) -> bool:
    """Whether anybody is new in *network*, or anything is watched: mostly nobody and nothing."""
    is_new = exists().where(
        Membership.network_id == network.id,
        Membership.state != State.LEFT.value,
        Membership.joined_at >= now - STILL_NEW,
    )
    is_watched = exists().where(
        watches.ResponseWatch.network_id == network.id,
        watches.ResponseWatch.closed_at.is_(None),
    )
    return bool(session.scalar(select(or_(is_new, is_watched))))


def first_posts(
    session: Session, network: Network, *, since: datetime, now: datetime
) -> list[FirstPost]:
    """What those who came lately have written since then in open channels, oldest first."""
    rows = session.execute(
        select(Message.channel_id, Message.ts, Message.author_id)
        .join(Membership, Membership.person_id == Message.author_id)
        .join(Channel, Channel.id == Message.channel_id)
        .where(
            Membership.network_id == network.id,
            Membership.state != State.LEFT.value,
            Membership.joined_at >= now - STILL_NEW,
            Channel.network_id == network.id,
            Message.ts >= to_micros(since),
            Message.flags.bitwise_and(BOT | DELETED) == 0,
        )
        .order_by(Message.ts, Message.channel_id)
    )
    return [FirstPost(channel, ts, person or 0) for channel, ts, person in rows]


def note_introductions(session: Session, network: Network) -> None:
    """Keep which messages introductions have become; what could not be posted may be again."""
    for found in watches.unposted(session, network):
        sent = session.execute(
            select(Outgoing.state, Outgoing.message).where(Outgoing.key == found.key)
        ).first()
        if sent is not None and sent.state == "sent":
            found.ts = ts_of(sent.message or "") or 0
        elif sent is None or sent.state in ("failed", "expired"):
            who = session.get_one(Person, found.person_id)
            stands = membership.standing(session, session.get_one(Network, found.network_id), who)
            if stands is not None and stands.introduction == found.key:
                membership.take_back(session, stands)
            watches.drop(session, found.key)
    session.flush()
