"""A channel's life: seen, called anew, entered and left; and whether it counts meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, delete, exists, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.domain.events import (
    BotInvited,
    BotRemoved,
    ChannelKind,
    ChannelMoved,
    ChannelSeen,
    PersonSeen,
)
from bot.domain.ids import Address, ChannelId
from bot.storage import (
    asks,
    bridges,
    circles,
    exchanges,
    gatherings,
    ideas,
    notes,
    places,
    retention,
    topics,
)
from bot.storage.activity import (
    ASKS,
    BOT,
    DELETED,
    EDITED,
    UNHEARD,
    ChannelDay,
    Message,
    Reaction,
    Takeback,
)
from bot.storage.base import fetch_rows, insert_missing
from bot.storage.days import NetworkDay
from bot.storage.delivery import HandledAct, Outgoing, ReadPosition
from bot.storage.ideas import Idea
from bot.storage.naming import QUIETLY, follow
from bot.storage.nudges import Nudge
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
        _rename(session, old, event.became)
        return
    channel = new or _known(session, event.became)
    names: set[Address] = {event.channel}
    if old is not None and old is not channel:
        names.add(old.address)
        _join(session, old, channel)
    for name in sorted(names - {channel.address}):
        session.merge(Alias(ref=name, channel_id=channel.id))
        follow(session, name, channel.address)
    _settle(session, channel, home)


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


# One channel under two names


def _rename(session: Session, channel: Channel, became: Address) -> None:
    before = channel.ref
    channel.ref = became
    session.flush()
    session.add(Alias(ref=before, channel_id=channel.id))
    follow(session, ChannelId(before), became)


def _join(session: Session, old: Channel, new: Channel) -> None:
    """Bring everything of *old* into *new*, and let *old* go."""
    _join_messages(session, old.id, new.id)
    _join_reactions(session, old.id, new.id)
    _join_presences(session, old.id, new.id)
    topics.hand_over(session, old.id, new.id)
    session.execute(
        update(Alias)
        .where(Alias.channel_id == old.id)
        .values(channel_id=new.id)
        .execution_options(**QUIETLY)
    )
    if new.kind == ChannelKind.UNKNOWN:
        new.name, new.named, new.kind, new.is_main = old.name, old.named, old.kind, old.is_main
        new.is_archived, new.is_shared, new.is_closed = (
            old.is_archived,
            old.is_shared,
            new.is_closed or old.is_closed,
        )
    new.came = _latest(old.came, new.came)
    new.went = _latest(old.went, new.went)
    new.threaded_from = _earliest(old.threaded_from, new.threaded_from)
    _join_what_was_made(session, old.id, new.id)
    notes.hand_over(session, old.id, new.id)
    bridges.hand_over(session, old.id, new.id)
    circles.hand_over(session, old.id, new.id)
    gatherings.hand_over(session, old.id, new.id)
    asks.hand_over(session, old.id, new.id)
    exchanges.hand_over(session, old.id, new.id)
    retention.hand_over(session, old.id, new.id)
    _forget_days(session, old, None)
    networks = {old.network_id, new.network_id}
    session.delete(old)
    session.flush()
    for network_id in networks:
        recount(session, network_id)


def _join_what_was_made(session: Session, old: int, new: int) -> None:
    """Ideas and nudges of *old* are of *new*; of two of one message the one made first is kept."""
    twin = aliased(Idea)
    pairs = select(Idea, twin).where(
        Idea.channel_id == old, twin.channel_id == new, twin.ts == Idea.ts
    )
    for mine, theirs in session.execute(pairs).all():
        ideas.remove(session, max(mine, theirs, key=lambda idea: idea.id))
    for table in (Idea, Nudge, ResponseWatch):
        session.execute(
            update(table)
            .where(table.channel_id == old)
            .values(channel_id=new)
            .execution_options(**QUIETLY)
        )


def _latest(*instants: int | None) -> int | None:
    return max((each for each in instants if each is not None), default=None)


_Fact = Message | Reaction | Takeback | Presence


def _earliest(*instants: int | None) -> int | None:
    return min((each for each in instants if each is not None), default=None)


def _in(table: type[_Fact], channel_id: int) -> ColumnElement[bool]:
    return table.channel_id == channel_id


def _join_messages(session: Session, old: int, new: int) -> None:
    """A message that was heard of under both names is one; what is newer of it holds."""
    twin = aliased(Message)
    is_twice = exists().where(twin.channel_id == new, twin.ts == Message.ts)
    session.execute(
        update(Message)
        .where(_in(Message, old), ~is_twice)
        .values(channel_id=new)
        .execution_options(**QUIETLY)
    )
    for left in session.scalars(select(Message).where(_in(Message, old))).all():
        kept = session.get_one(Message, (new, left.ts), populate_existing=True)
        _become_one(kept, left)
        session.delete(left)
    session.flush()


def _become_one(kept: Message, other: Message) -> None:
    unheard = kept.flags & other.flags & UNHEARD
    if (kept.flags | other.flags) & DELETED:
        kept.author_id, kept.thread, kept.length, kept.worth, kept.edited = None, None, 0, 0.0, 0
        kept.flags = DELETED | unheard
        return
    newest = max(kept, other, key=lambda each: (each.edited, not each.flags & UNHEARD))
    heard = min(kept, other, key=lambda each: each.flags & UNHEARD)
    marks = newest.flags & (ASKS | EDITED) | heard.flags & BOT | unheard
    kept.length, kept.worth, kept.edited = newest.length, newest.worth, newest.edited
    kept.author_id, kept.thread, kept.flags = heard.author_id, heard.thread, marks


def _join_reactions(session: Session, old: int, new: int) -> None:
    for table in (Reaction, Takeback):
        mine = select(literal(new), table.ts, table.person_id, table.emoji, table.at)
        columns = ["channel_id", "ts", "person_id", "emoji", "at"]
        session.execute(
            insert_missing(session, table).from_select(columns, mine.where(_in(table, old)))
        )
        session.execute(delete(table).where(_in(table, old)).execution_options(**QUIETLY))
    is_gone = exists().where(
        Message.channel_id == Reaction.channel_id,
        Message.ts == Reaction.ts,
        Message.flags.bitwise_and(DELETED) != 0,
    )
    was_taken_back = exists().where(
        Takeback.channel_id == Reaction.channel_id,
        Takeback.ts == Reaction.ts,
        Takeback.person_id == Reaction.person_id,
        Takeback.emoji == Reaction.emoji,
        Takeback.at >= Reaction.at,
    )
    for condition in (is_gone, was_taken_back):
        gone = delete(Reaction).where(_in(Reaction, new), condition)
        session.execute(gone.execution_options(**QUIETLY))


def _join_presences(session: Session, old: int, new: int) -> None:
    for presence in session.scalars(select(Presence).where(_in(Presence, old))).all():
        kept = session.get(Presence, (new, presence.person_id))
        if kept is None:
            kept = Presence(channel_id=new, person_id=presence.person_id, newest=-1)
            session.add(kept)
        kept.joined = _earliest(kept.joined, presence.joined)
        kept.wrote = _earliest(kept.wrote, presence.wrote)
        newest = max(kept, presence, key=lambda each: (each.newest, each.left is not None))
        kept.left, kept.newest = newest.left, newest.newest
        session.delete(presence)
    session.flush()
