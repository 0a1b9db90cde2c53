"""Turns what becomes of Slack's channels, and who comes and goes there, into our events.

Most of these events name a channel and little else: what they don't tell is taken from what was
last seen of it, and asked of Slack where it was never seen.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from bot.domain.events import (
    BotInvited,
    BotRemoved,
    ChannelKind,
    ChannelMoved,
    ChannelSeen,
    Event,
    MemberJoined,
    MemberLeft,
)
from bot.platforms.export.directory import EARLIEST, LATEST
from bot.platforms.export.messages import to_micros
from bot.platforms.slack.me import LONGEST_NAME, Lookup, Me, NotYet
from bot.platforms.slack.messages import plain
from bot.platforms.slack.shapes import BadPayload, ChannelInfo, Envelope, Told, whole

TYPES = {"C": "channel", "G": "group"}

Change = Callable[[ChannelSeen, Told], ChannelSeen | None]
"""What became of a channel; None where it isn't told."""


def when(envelope: Envelope, told: Told) -> int:
    """Microseconds since 1970 at which an event happened.

    Raises:
        BadPayload: it doesn't tell, or names no sensible time.
    """
    micros = to_micros(told.event_ts) if told.event_ts else None
    if micros is None and envelope.event_time is not None:
        micros = envelope.event_time * 1_000_000
    if micros is None or not EARLIEST <= micros <= LATEST:
        raise BadPayload("a time (event_ts) that makes no sense")
    return micros


def to_joins(envelope: Envelope, told: Told, me: Me) -> tuple[Event, ...]:
    """A ``member_joined_channel`` event; when it is the bot that came, it was invited."""
    raw, user = plain(told.channel), plain(told.user)
    if not me.hears(raw, TYPES.get(told.channel_type or "", told.channel_type)):
        return ()
    channel, at = me.channel(raw), when(envelope, told)
    if user == me.user:
        inviter = told.inviter if told.inviter and told.inviter not in me.external else None
        by = me.member(inviter) if inviter else None
        return (BotInvited(channel=channel, at=at, by=by),)
    if _is_closed(envelope, raw, user, told, me):
        return ()
    return (MemberJoined(channel=channel, member=me.member(user), at=at),)


def to_leaves(envelope: Envelope, told: Told, me: Me) -> tuple[Event, ...]:
    """A ``member_left_channel`` event; when it is the bot that went, it was removed."""
    raw, user = plain(told.channel), plain(told.user)
    if user == me.user:
        return to_removal(envelope, told, me)
    if not me.hears(raw, TYPES.get(told.channel_type or "", told.channel_type)):
        return ()
    if _is_closed(envelope, raw, user, told, me):
        return ()
    at = when(envelope, told)
    return (MemberLeft(channel=me.channel(raw), member=me.member(user), at=at),)


def to_removal(envelope: Envelope, told: Told, me: Me) -> tuple[Event, ...]:
    """The bot is out of a channel, or the channel is gone: true of private ones too, if known."""
    raw = _id(told)
    if raw not in me.places and TYPES.get(told.channel_type or "") != "channel":
        return _unknown(me)
    return (BotRemoved(channel=me.channel(raw), at=when(envelope, told)),)


def to_move(envelope: Envelope, told: Told, me: Me) -> tuple[Event, ...]:
    """A ``channel_id_changed`` event."""
    old, new = plain(told.old_channel_id), plain(told.new_channel_id)
    if old not in me.places:
        return _unknown(me)
    if old == new or not me.hears(old):
        return ()
    return (ChannelMoved(channel=me.channel(old), became=me.channel(new)),)


def to_channel(envelope: Envelope, told: Told, me: Me) -> tuple[Event, ...]:
    """What is now true of a channel that the bot is in: its name, and whether it is still open."""
    raw = _id(told)
    place = me.places.get(raw)
    if place is None:
        return ()
    if _is_private(told) and (me.hears(raw) or raw in me.shut):
        place = replace(place, kind=ChannelKind.PRIVATE)
        return (place,) if not me.private_channels else (_changed(place, told) or place,)
    now = _changed(place, told) if me.hears(raw) else None
    return () if now is None else (now,)


def lookups_of_channels(told: Told, me: Me) -> tuple[Lookup, ...]:
    """The channel: that something became of it is a reason to look at it anew."""
    raw = told.channel.id if isinstance(told.channel, ChannelInfo) else told.channel
    found = told.new_channel_id or raw
    return (Lookup(channel=found, is_news=True),) if found and found[0] != "D" else ()


def lookups_of_members(told: Told, me: Me) -> tuple[Lookup, ...]:
    """Who came, or where the bot itself came to."""
    raw, user = told.channel, told.user
    if not isinstance(raw, str) or not isinstance(user, str):
        return ()
    if user == me.user:
        return (Lookup(channel=raw, is_new=True),)
    place = () if raw in me.places else (Lookup(channel=raw),)
    return place if user in me.people else (*place, Lookup(member=user))


def kind_of(info: ChannelInfo) -> ChannelKind:
    """How open a channel is: where Slack doesn't say, that isn't known."""
    if info.is_im or info.is_mpim:
        return ChannelKind.DIRECT
    if info.is_private or info.is_group:
        return ChannelKind.PRIVATE
    return ChannelKind.UNKNOWN if info.is_private is None else ChannelKind.PUBLIC


def _is_private(told: Told) -> bool:
    """Whether a channel is said to be private: all that happens to a "group" says so."""
    info = told.channel
    says = isinstance(info, ChannelInfo) and kind_of(info) is ChannelKind.PRIVATE
    return says or (told.type or "").startswith("group_")


def _changed(place: ChannelSeen, told: Told) -> ChannelSeen | None:
    return CHANGES[told.type or ""](place, told)


def _renamed(place: ChannelSeen, told: Told) -> ChannelSeen | None:
    info = told.channel
    if not isinstance(info, ChannelInfo) or not info.name:
        return None
    named = (to_micros(told.event_ts) if told.event_ts else None) or 0
    return place.called(whole(info.name)[:LONGEST_NAME], named)


def _archived(place: ChannelSeen, told: Told) -> ChannelSeen:
    return replace(place, is_archived=True)


def _unarchived(place: ChannelSeen, told: Told) -> ChannelSeen:
    return replace(place, is_archived=False)


def _shared(place: ChannelSeen, told: Told) -> ChannelSeen:
    return replace(place, is_shared=True)


def _unshared(place: ChannelSeen, told: Told) -> ChannelSeen | None:
    still = told.is_ext_shared
    return None if still is None else replace(place, is_shared=still)


CHANGES: dict[str, Change] = {
    "channel_rename": _renamed,
    "group_rename": _renamed,
    "channel_archive": _archived,
    "group_archive": _archived,
    "channel_unarchive": _unarchived,
    "group_unarchive": _unarchived,
    "channel_shared": _shared,
    "channel_unshared": _unshared,
}


def _unknown(me: Me) -> tuple[Event, ...]:
    """A channel that the bot isn't in, once it knows which ones it is in.

    Raises:
        NotYet: it doesn't know that yet.
    """
    if not me.knows:
        raise NotYet("news of a channel, before the bot knows its own")
    return ()


def _id(told: Told) -> str:
    return told.channel.id if isinstance(told.channel, ChannelInfo) else plain(told.channel)


def _is_closed(envelope: Envelope, raw: str, user: str, told: Told, me: Me) -> bool:
    """Whether the person is of another organisation, or the channel shared with one."""
    place = me.places.get(raw)
    is_shared = bool(envelope.is_ext_shared_channel) or (place is not None and place.is_shared)
    return is_shared or user in me.external or me.is_foreign(told.team, told.user_team)
