"""Which posts quote what: when a message goes or changes, what quoted it must not stay as it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, String, cast, exists, select
from sqlalchemy.orm import Session

from bot.domain.events import ChannelKind, ChannelSeen, Event, MessageDeleted, MessageEdited
from bot.domain.ids import Address, ChannelId
from bot.outbox.queue import UNSETTLED
from bot.storage.activity import Message
from bot.storage.delivery import Outgoing, Quote
from bot.storage.places import Alias, Channel, Person

AT_ONCE = 500
"""Names in one query."""


class Quoting(NamedTuple):
    """A post that quotes a message: the occasion it was said for, and to whom."""

    key: str
    to: Address


class Outdated(Struct, frozen=True, kw_only=True):
    """The post said to `to` for the occasion `key` quotes what was changed, deleted or closed."""

    network_id: int
    key: str
    to: ChannelId


def ref_of(channel: ChannelId, ts: int) -> str:
    """The name of the message that was written in *channel* at *ts*, for quotes."""
    return f"{channel}/{ts}"


def quoting(session: Session, ref: str) -> Sequence[Quoting]:
    """The posts that quote the message *ref* (`ref_of`), said already or still to be said."""
    rows = session.connection().execute(_quoting(Quote.ref == ref))
    return [Quoting(key, ChannelId(to)) for _, key, to in rows]


def quoted_by(session: Session, key: str) -> frozenset[str]:
    """The messages (`ref_of`) that the post for the occasion *key* quotes or points to."""
    return frozenset(session.scalars(select(Quote.ref).where(Quote.key == key)))


def quoted_from(session: Session, author: Person) -> Sequence[tuple[ChannelId, int]]:
    """The messages of *author* that posts quote: the channel and the ts of each."""
    ref = Channel.ref + "/" + cast(Message.ts, String)
    rows = session.execute(
        select(Channel.ref, Message.ts)
        .join(Channel, Channel.id == Message.channel_id)
        .where(Message.author_id == author.id, exists().where(Quote.ref == ref))
        .order_by(Message.ts)
    )
    return [(ChannelId(channel), ts) for channel, ts in rows]


_CHANGING = frozenset((MessageDeleted, MessageEdited, ChannelSeen))


def outdated(session: Session, events: Sequence[Event]) -> Sequence[Outdated]:
    """The posts that quote what *events* change, delete or close to others; each of them once.

    Quotes bear the present name of a channel, events perhaps one that it had before.
    """
    if _CHANGING.isdisjoint(map(type, events)):
        return ()
    some = [event for event in events if type(event) in _CHANGING]
    change = [event for event in some if isinstance(event, MessageDeleted | MessageEdited)]
    close = [event for event in some if isinstance(event, ChannelSeen) and not _is_open(event)]
    called = _called(session, {event.channel for event in (*change, *close)})
    changed = [ref_of(called.get(event.channel, event.channel), event.ts) for event in change]
    closed = [called.get(event.channel, event.channel) for event in close]
    found: dict[str, Outdated] = {}
    for first in range(0, len(changed), AT_ONCE):
        these = _found(session, Quote.ref.in_(changed[first : first + AT_ONCE]))
        found |= {each.key: each for each in these}
    for channel in closed:
        its = Quote.ref.startswith(f"{channel}/", autoescape=True)
        found |= {each.key: each for each in _found(session, its)}
    return [*found.values()]


def _called(session: Session, channels: Collection[ChannelId]) -> Mapping[ChannelId, ChannelId]:
    """What those of *channels* are called now that were given another name."""
    asked, found = sorted(channels), dict[ChannelId, ChannelId]()
    for first in range(0, len(asked), AT_ONCE):
        rows = session.execute(
            select(Alias.ref, Channel.ref)
            .join(Channel, Channel.id == Alias.channel_id)
            .where(Alias.ref.in_(asked[first : first + AT_ONCE]))
        )
        found |= {ChannelId(before): ChannelId(now) for before, now in rows}
    return found


def _is_open(channel: ChannelSeen) -> bool:
    return channel.kind is ChannelKind.PUBLIC and not channel.is_shared


def _found(session: Session, which: ColumnElement[bool]) -> Sequence[Outdated]:
    rows = session.connection().execute(_quoting(which))
    return [
        Outdated(network_id=network_id, key=key, to=ChannelId(to))
        for network_id, key, to in rows
        if network_id is not None
    ]


def _quoting(which: ColumnElement[bool]) -> Select[int | None, str, str]:
    return (
        select(Outgoing.network_id, Outgoing.key, Outgoing.recipient)
        .join(Quote, Quote.key == Outgoing.key)
        .where(which, Outgoing.state.in_((*UNSETTLED, "sent")))
        .order_by(Outgoing.queued)
    )
