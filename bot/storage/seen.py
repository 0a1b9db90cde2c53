"""What was last seen of channels and of those in them, for whoever asks the platform anew."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.domain.events import ChannelKind, ChannelSeen
from bot.domain.ids import ChannelId, MemberId
from bot.storage.places import Channel, Person, Presence


def counted_channels(session: Session) -> Sequence[ChannelSeen]:
    """The channels that count, or would but for people of elsewhere, in order of their meeting."""
    rows = session.scalars(
        select(Channel)
        .where(
            or_(Channel.network_id.is_not(None), Channel.is_shared),
            ~Channel.is_closed,
            or_(Channel.went.is_(None), Channel.came >= Channel.went),
        )
        .order_by(Channel.id)
    )
    return [
        ChannelSeen(
            channel=row.address,
            name=row.name,
            kind=ChannelKind(row.kind),
            is_main=row.is_main,
            is_archived=row.is_archived,
            is_shared=row.is_shared,
            named=row.named,
        )
        for row in rows
    ]


def members_of(session: Session, channel: ChannelId) -> Sequence[MemberId]:
    """Those who came into *channel* and haven't left it."""
    rows = session.scalars(
        select(Person.ref)
        .join(Presence, Presence.person_id == Person.id)
        .join(Channel, Channel.id == Presence.channel_id)
        .where(Channel.ref == channel, Presence.joined.is_not(None), Presence.left.is_(None))
    )
    return [MemberId(ref) for ref in rows]
