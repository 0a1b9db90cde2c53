"""Turns Slack's events into ours; words are weighed and dropped here, and private ones never read.

Nothing comes out of direct messages, of private channels unless they are allowed, of channels that
are shared with another organisation, or of people of another organisation. What isn't told is not
made up: `to_lookups` says what must be asked of Slack instead.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from bot.domain.events import (
    BotUninstalled,
    Event,
    HomeOpened,
    PersonSeen,
    PostSeen,
    WasDeaf,
)
from bot.platforms.export.directory import EARLIEST, LATEST, SLACKBOT, to_person
from bot.platforms.export.rows import UserRow
from bot.platforms.slack import channels, messages
from bot.platforms.slack.channels import when
from bot.platforms.slack.manifest import EVENT_TYPE
from bot.platforms.slack.me import LONGEST_NAME, Lookup, Me, NotYet
from bot.platforms.slack.messages import plain, stamp
from bot.platforms.slack.shapes import (
    Authorization,
    BadPayload,
    Envelope,
    Told,
    read_envelope,
    whole,
)

__all__ = [
    "BadPayload",
    "Lookup",
    "Me",
    "NotYet",
    "read_envelope",
    "to_events",
    "to_lookups",
    "to_seen",
]

LONGEST_ZONE = 64
MINUTE = 60_000_000

Translate = Callable[[Envelope, Told, Me], tuple[Event, ...]]
Ask = Callable[[Told, Me], tuple[Lookup, ...]]


def to_events(envelope: Envelope, me: Me) -> tuple[Event, ...]:
    """What an *envelope* tells, for the workspace that *me* is in; nothing, if for another.

    Raises:
        BadPayload: it contradicts itself, or leaves out what it is about.
        NotYet: it isn't known yet whether it may be heard; one of the former, but it must come
            again, once what `to_lookups` tells was looked up.
    """
    told = envelope.event
    if envelope.type != "event_callback":
        return _unwrapped(envelope, me)
    if told is None:
        raise BadPayload("an envelope with nothing in it")
    translate = _EVENTS.get(told.type or "")
    if translate is None or not is_for(envelope, me):
        return ()
    return translate(envelope, told, me)


def to_lookups(envelope: Envelope, me: Me) -> tuple[Lookup, ...]:
    """What an *envelope* leaves open, to be asked of Slack after its events are committed.

    A lookup that is lost does no harm: the directory asks for everything when it starts.
    """
    told = envelope.event
    if told is None or envelope.type != "event_callback":
        return ()
    ask = _LOOKUPS.get(told.type or "")
    return () if ask is None or not is_for(envelope, me) else ask(told, me)


def is_for(envelope: Envelope, me: Me) -> bool:
    """Whether an event is meant for this workspace, and happened in it.

    The installation that it is sent for decides; where that is a whole organisation's, or there
    is none named, the workspace that the event is said to be of.
    """
    given, here = envelope.authorizations or (), envelope.team_id
    is_named = me.team in [each.team_id for each in given]
    if given and not is_named and not any(_is_ours(each, me) for each in given):
        return False
    if here == me.team or envelope.context_team_id == me.team:
        return True
    return is_named and (not here or here == me.enterprise)


def _is_ours(each: Authorization, me: Me) -> bool:
    """Whether the whole organisation installed the app."""
    return bool(each.is_enterprise_install and not each.team_id) and (
        not me.enterprise or each.enterprise_id == me.enterprise
    )


def to_seen(row: UserRow, me: Me) -> PersonSeen:
    """What Slack says of a person; of people of another organisation, only that they are.

    Raises:
        BadPayload: they have no proper id.
    """
    member, is_bot = me.member(row.id), bool(row.is_bot) or row.id == SLACKBOT
    if row.is_stranger or me.is_foreign(row.team_id):
        return PersonSeen(member=member, name=row.id, is_bot=is_bot, is_external=True)
    seen = to_person(row, me.team, {row.id} if is_bot else set())
    zone = seen.timezone if len(seen.timezone or "") <= LONGEST_ZONE else None
    name = whole(seen.name)[:LONGEST_NAME]
    return replace(seen, member=member, name=name, is_external=False, timezone=zone and whole(zone))


def _unwrapped(envelope: Envelope, me: Me) -> tuple[Event, ...]:
    """``app_rate_limited`` comes bare: for that minute Slack kept things back."""
    if envelope.type != "app_rate_limited" or envelope.team_id != me.team:
        return ()
    since = (envelope.minute_rate_limited or 0) * 1_000_000
    if not EARLIEST <= since <= LATEST:
        raise BadPayload("a minute that makes no sense")
    return (WasDeaf(workspace=me.workspace, since=since, until=since + MINUTE),)


def _person(envelope: Envelope, told: Told, me: Me) -> tuple[Event, ...]:
    row = told.user
    if not isinstance(row, UserRow):
        raise BadPayload("a person without an id")
    is_named = bool(row.profile or row.name or row.real_name)
    return (to_seen(row, me),) if is_named else ()


def _lookups_of_people(told: Told, me: Me) -> tuple[Lookup, ...]:
    row = told.user
    if not isinstance(row, UserRow) or row.profile or row.name or row.real_name:
        return ()
    return (Lookup(member=row.id),)


def _home(envelope: Envelope, told: Told, me: Me) -> tuple[Event, ...]:
    """Somebody opened the bot's page; its other tab is where they talk."""
    user = plain(told.user)
    if told.tab not in ("home", None) or user in me.external:
        return ()
    if not envelope.event_id:
        raise BadPayload("an event without a name (event_id)")
    at, channel = when(envelope, told), me.channel(plain(told.channel))
    named = f"slack:{whole(envelope.event_id)[:LONGEST_NAME]}"
    return (HomeOpened(id=named, member=me.member(user), channel=channel, at=at),)


def _lookups_of_home(told: Told, me: Me) -> tuple[Lookup, ...]:
    """Who looks at the page, where they aren't known."""
    user = told.user
    return (Lookup(member=user),) if isinstance(user, str) and user not in me.people else ()


def _uninstalled(envelope: Envelope, told: Told, me: Me) -> tuple[Event, ...]:
    return (BotUninstalled(workspace=me.workspace, at=when(envelope, told)),)


def _revoked(envelope: Envelope, told: Told, me: Me) -> tuple[Event, ...]:
    """Tokens were revoked: the bot's own among them, or only somebody's."""
    bots = told.tokens.bot if told.tokens else None
    return _uninstalled(envelope, told, me) if me.user in (bots or ()) else ()


def _post(envelope: Envelope, told: Told, me: Me) -> tuple[Event, ...]:
    """A post of our own is there; nobody else may say so."""
    found = told.metadata
    if not me.app or told.app_id != me.app or found is None or found.event_type != EVENT_TYPE:
        return ()
    payload = found.event_payload
    key = payload.get("key") if isinstance(payload, dict) else None
    if not isinstance(key, str) or not key:
        raise BadPayload("a post of ours without its key")
    channel, ts = me.channel(told.channel_id), told.message_ts
    stamp(ts)
    return (PostSeen(channel=channel, key=whole(key), message=f"{told.channel_id}/{ts}"),)


_EVENTS: dict[str, Translate] = {
    "message": messages.to_messages,
    "reaction_added": messages.to_reactions,
    "reaction_removed": messages.to_reactions,
    "member_joined_channel": channels.to_joins,
    "member_left_channel": channels.to_leaves,
    "channel_left": channels.to_removal,
    "group_left": channels.to_removal,
    "channel_deleted": channels.to_removal,
    "group_deleted": channels.to_removal,
    "channel_id_changed": channels.to_move,
    **dict.fromkeys(channels.CHANGES, channels.to_channel),
    "team_join": _person,
    "user_change": _person,
    "user_profile_changed": _person,
    "app_home_opened": _home,
    "app_uninstalled": _uninstalled,
    "tokens_revoked": _revoked,
    "message_metadata_posted": _post,
}

_LOOKUPS: dict[str, Ask] = {
    "message": messages.lookups_of_messages,
    "reaction_added": messages.lookups_of_reactions,
    "member_joined_channel": channels.lookups_of_members,
    "app_home_opened": _lookups_of_home,
    "channel_created": channels.lookups_of_channels,
    "channel_id_changed": channels.lookups_of_channels,
    **dict.fromkeys(channels.CHANGES, channels.lookups_of_channels),
    **dict.fromkeys(("team_join", "user_change", "user_profile_changed"), _lookups_of_people),
}
