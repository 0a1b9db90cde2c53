"""A channel's life: seen, called anew, entered and left; and whether it counts meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.events import (
    BotInvited,
    BotRemoved,
    ChannelKind,
    ChannelMoved,
    ChannelSeen,
    PersonSeen,
)
from bot.domain.ids import Address
from bot.storage import joining, places, retention, topics
from bot.storage.activity import (
    ChannelDay,
    Message,
    Reaction,
    Takeback,
)
from bot.storage.base import fetch_rows
from bot.storage.days import NetworkDay
from bot.storage.delivery import HandledAct, Outgoing, ReadPosition
from bot.storage.naming import QUIETLY, follow
from bot.storage.places import Alias, Channel, Network, Presence
from bot.storage.rhythm import EnergyMemory, Reading
from bot.storage.topics import MessageTopic
from bot.storage.watches import ResponseWatch

Home = Callable[[Address], Network]
"""Gives the network that a channel of this address would belong to."""


def seen(session: Session, event: ChannelSeen, home: Home) -> None:
    """Keep what the platform says of a channel. One that was open and isn't so is forgotten.

    What is still said of an earlier name of it changes nothing more, but for its privacy. That a
    closed one is open again may be old news from another process: the bot has to be invited too.
    """
    channel = _known(session, event.channel)
    before, is_its_name = channel.kind, channel.ref == event.channel
    is_private = event.kind in (ChannelKind.PRIVATE, ChannelKind.DIRECT)
    if is_its_name or before == ChannelKind.UNKNOWN:
        if not 0 < event.named < channel.named:
            channel.name, channel.named = event.name, event.named or channel.named
        channel.is_main = event.is_main
        channel.is_archived = event.is_archived
        channel.is_shared = event.is_shared
        if event.kind is ChannelKind.PUBLIC:
            channel.is_closed = channel.is_closed and before != ChannelKind.UNKNOWN
            channel.kind = event.kind.value
    if is_private or (is_its_name and event.kind is ChannelKind.UNKNOWN):
        _shut(session, channel, event.kind)
    _settle(session, channel, home)


def _shut(session: Session, channel: Channel, kind: ChannelKind) -> None:
    """Keep that *channel* isn't open; what was heard before that was known goes."""
    was_open = channel.kind == ChannelKind.PUBLIC
    is_known = kind is not ChannelKind.UNKNOWN
    if not (was_open or channel.is_closed or is_known):
        return
    if channel.kind == ChannelKind.UNKNOWN and _has_facts(session, channel):
        _forget(session, channel)
        recount(session, channel.network_id)
    channel.is_closed = channel.is_closed or was_open
    channel.kind = (kind if is_known else ChannelKind.PRIVATE).value


def invited(session: Session, event: BotInvited, home: Home) -> bool:
    """Keep that the bot came into a channel; return whether it counts, and this is the newest.

    A closed one opens when it is said to be open too, before that or afterwards.
    """
    channel = _known(session, event.channel)
    if channel.is_closed and event.at > (channel.came or 0):
        if channel.kind == ChannelKind.PUBLIC:
            channel.is_closed = False
        else:
            channel.kind = ChannelKind.UNKNOWN.value
    channel.came = max(event.at, channel.came or 0)
    _settle(session, channel, home)
    return channel.network_id is not None and channel.came == event.at


def removed(session: Session, event: BotRemoved, home: Home) -> None:
    """Keep that the bot is out of a channel: it doesn't count until the bot comes back."""
    channel = _known(session, event.channel)
    channel.went = max(event.at, channel.went or 0)
    _settle(session, channel, home)


def moved(session: Session, event: ChannelMoved, home: Home) -> None:
    """Call a channel anew; where both names were known already, the two become one."""
    old = places.channel_at(session, event.channel)
    new = places.channel_at(session, event.became)
    if new is None and old is not None:
        joining.rename(session, old, event.became)
        return
    channel = new or _known(session, event.became)
    names: set[Address] = {event.channel}
    if old is not None and old is not channel:
        names.add(old.address)
        _become_one(session, old, channel)
    for name in sorted(names - {channel.address}):
        session.merge(Alias(ref=name, channel_id=channel.id))
        follow(session, name, channel.address)
    _settle(session, channel, home)


def _become_one(session: Session, old: Channel, new: Channel) -> None:
    joining.join(session, old, new)
    _forget_days(session, old, None)
    networks = {old.network_id, new.network_id}
    session.delete(old)
    session.flush()
    for network_id in networks:
        recount(session, network_id)


def see_people(session: Session, events: Sequence[PersonSeen]) -> None:
    """Keep what the platform says of people. What somebody of elsewhere did is let go."""
    outsiders = [seen.member for seen in events if seen.is_external]
    known = places.known_people(session, outsiders) if outsiders else {}
    places.see_people(session, events)
    for person in known.values():
        if not person.is_external:
            _forget_person(session, person.number)


def _forget_person(session: Session, person_id: int) -> None:
    """Let go of what somebody did, as if it had never been heard of."""
    wrote = select(Message.channel_id).where(Message.author_id == person_id)
    networks = session.scalars(
        select(Channel.network_id).where(Channel.id.in_(wrote)).distinct()
    ).all()
    topics.forget_messages_of(session, person_id)
    for condition in (
        delete(Message).where(Message.author_id == person_id),
        delete(Reaction).where(Reaction.person_id == person_id),
        delete(Takeback).where(Takeback.person_id == person_id),
        delete(Presence).where(Presence.person_id == person_id),
    ):
        session.execute(condition.execution_options(**QUIETLY))
    for network_id in networks:
        recount(session, network_id)


def recount(session: Session, network_id: int | None) -> None:
    """Let a network's days be counted and read again, when that is next asked for.

    Those of which only the counts are left stay as they are.
    """
    if network_id is None:
        return
    mine = select(Channel.id).where(Channel.network_id == network_id)
    kept_from = session.get_one(Network, network_id).kept_from or date.min
    for statement in (
        delete(NetworkDay).where(NetworkDay.network_id == network_id, NetworkDay.day >= kept_from),
        delete(ChannelDay).where(ChannelDay.channel_id.in_(mine), ChannelDay.day >= kept_from),
        delete(Reading).where(Reading.network_id == network_id),
        delete(EnergyMemory).where(EnergyMemory.network_id == network_id),
        update(Channel).where(Channel.network_id == network_id).values(counted_to=0),
    ):
        session.execute(statement.execution_options(**QUIETLY))
    session.expire_all()


def _known(session: Session, ref: Address) -> Channel:
    """The channel at *ref*, made where it is new."""
    channel = places.channel_at(session, ref)
    if channel is None:
        name = ref.rpartition("/")[2]
        channel = Channel(
            ref=ref,
            name=name,
            kind=ChannelKind.UNKNOWN.value,
            is_main=False,
            is_archived=False,
            is_shared=False,
            is_closed=False,
            counted_to=0,
        )
        session.add(channel)
        session.flush()
    return channel


def _settle(session: Session, channel: Channel, home: Home) -> None:
    """Let *channel* count, or not, by what is known of it now."""
    is_away = channel.went is not None and (channel.came or 0) < channel.went
    counts = not (channel.is_shared or channel.is_closed or is_away)
    before = channel.network_id
    if counts and before is None:
        channel.network_id = home(channel.address).id
    elif not counts:
        channel.network_id = None
        _fall_silent(session, channel, leads_too=is_away)
    session.flush()
    if before != channel.network_id and _has_facts(session, channel):
        _forget_days(session, channel, before)
        recount(session, before or channel.network_id)
    if channel.is_closed:
        _forget(session, channel)


_HAS_FACTS = "SELECT " + " OR ".join(
    f"EXISTS (SELECT 1 FROM {table.__tablename__} WHERE channel_id = ?)"
    for table in (Message, Reaction, Presence, ChannelDay)
)


def _has_facts(session: Session, channel: Channel) -> bool:
    ((found,),) = fetch_rows(session, _HAS_FACTS, [channel.id] * _HAS_FACTS.count("?"))
    return bool(found)


def _forget_days(session: Session, channel: Channel, network_id: int | None) -> None:
    """Let go of a channel's counts, and of its part in those of the network that it was of."""
    retention.take_out(session, channel.id, network_id)
    session.execute(
        delete(ChannelDay).where(ChannelDay.channel_id == channel.id).execution_options(**QUIETLY)
    )


def _forget(session: Session, channel: Channel) -> None:
    """Let go of all that was derived in *channel*, and of how far it was read: that begins anew."""
    _forget_days(session, channel, channel.network_id)
    channel.threaded_from = None
    for table in (Message, Reaction, Takeback, Presence, MessageTopic, ResponseWatch):
        session.execute(
            delete(table).where(table.channel_id == channel.id).execution_options(**QUIETLY)
        )
    session.execute(
        delete(HandledAct)
        .where(HandledAct.key.contains(f"{channel.ref}/", autoescape=True))
        .execution_options(**QUIETLY)
    )
    session.execute(
        delete(ReadPosition)
        .where(ReadPosition.source.startswith(f"{channel.ref}/", autoescape=True))
        .execution_options(**QUIETLY)
    )


def _fall_silent(session: Session, channel: Channel, *, leads_too: bool) -> None:
    """Let nothing more be said in *channel*, but for answers to those who ask there."""
    if leads_too:
        session.execute(
            update(Network)
            .where(Network.leads_room == channel.ref)
            .values(leads_room=None)
            .execution_options(**QUIETLY)
        )
    aliases = select(Alias.ref).where(Alias.channel_id == channel.id)
    session.execute(
        update(Outgoing)
        .where(
            Outgoing.state == "pending",
            or_(Outgoing.recipient == channel.ref, Outgoing.recipient.in_(aliases)),
            Outgoing.method.in_(("post", "update")),
        )
        .values(state="expired", error="the channel doesn't count any more", payload=b"")
        .execution_options(**QUIETLY)
    )
