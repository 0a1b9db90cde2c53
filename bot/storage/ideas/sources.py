"""Where an idea came from, and how much its author and the others are heard."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.events import ChannelKind, to_micros
from bot.domain.ids import ChannelId
from bot.storage.activity import BOT, DELETED, Message
from bot.storage.ideas.table import Idea
from bot.storage.places import Channel, Network, Person

VOICE = timedelta(days=90)
"""What a share of voice is a share of."""


class Source(NamedTuple):
    """The message that an idea came from; `edited` is its newest edit's time, or 0."""

    channel: str
    address: ChannelId
    ts: int
    edited: int


def source_of(session: Session, idea: Idea) -> Source | None:
    """The message that *idea* came from; None where it is gone, or not for everybody any more."""
    if idea.channel_id is None or idea.ts is None:
        return None
    channel = session.get(Channel, idea.channel_id, populate_existing=True)
    message = session.get(Message, (idea.channel_id, idea.ts), populate_existing=True)
    if channel is None or message is None or message.flags & DELETED or not message.author_id:
        return None
    is_open = channel.kind == ChannelKind.PUBLIC and not channel.is_closed and not channel.is_shared
    if not is_open:
        return None
    return Source(channel.name, ChannelId(channel.ref), message.ts, message.edited)


def agreed_micros(idea: Idea) -> int:
    """When its author agreed to its words, in microseconds."""
    return to_micros(idea.answered_at) if idea.answered_at else 0


def voices(session: Session, network: Network, *, now: datetime) -> Mapping[int, int]:
    """How many messages each member wrote in open channels in the last 90 days."""
    rows = session.execute(
        select(Message.author_id, func.count())
        .join(Channel, Channel.id == Message.channel_id)
        .join(Person, Person.id == Message.author_id)
        .where(
            Channel.network_id == network.id,
            Channel.kind == ChannelKind.PUBLIC.value,
            Message.ts >= to_micros(now - VOICE),
            Message.flags.bitwise_and(BOT | DELETED) == 0,
            Person.is_bot.is_(False),
            Person.is_external.is_(False),
            Person.is_uncounted.is_(False),
        )
        .group_by(Message.author_id)
    )
    return {author: count for author, count in rows if author is not None}
