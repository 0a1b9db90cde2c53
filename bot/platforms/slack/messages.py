"""Turns Slack's messages and reactions into ours, the same as an export's of them would become."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

from bot.domain.events import (
    ChannelKind,
    Event,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    PersonSeen,
    ReactionAdded,
    ReactionRemoved,
)
from bot.domain.ids import MemberId
from bot.judgement.traits import traits
from bot.platforms.export.messages import POSTED, to_micros
from bot.platforms.slack.me import LONGEST_ID, LONGEST_NAME, Lookup, Me, NotYet
from bot.platforms.slack.shapes import BadPayload, Envelope, Said, Told, whole

_BY_BOTS = frozenset(("bot_message", "slackbot_response"))
_NOBODY = frozenset((None, ""))
_CONVERTED = frozenset(("channel_convert_to_private", "channel_convert_to_public"))


def to_messages(envelope: Envelope, told: Told, me: Me) -> tuple[Event, ...]:
    """A ``message`` event: somebody wrote, or something became of what was written."""
    kind = told.subtype
    if kind in POSTED:
        # A message_replied loses its subtype on its way: it is known by the message it holds.
        if told.hidden or told.message is not None:
            return ()
        return _posted(envelope, told, me)
    if kind == "message_changed":
        return _changed(envelope, told, me)
    if kind == "message_deleted":
        return _deleted(told, me)
    if kind == "tombstone" and me.hears(plain(told.channel), told.channel_type):
        return (MessageDeleted(channel=me.channel(plain(told.channel)), ts=stamp(told.ts)),)
    if kind == "channel_convert_to_private":
        return _made_private(told, me)
    return ()


def to_reactions(envelope: Envelope, told: Told, me: Me) -> tuple[Event, ...]:
    """A ``reaction_added`` or ``reaction_removed`` event, where it is on a message.

    Raises:
        NotYet: it doesn't tell what kind of channel it is in, and nothing else does.
    """
    item = told.item
    if item is None:
        raise BadPayload("a reaction on nothing")
    if item.type != "message":
        return ()
    raw = plain(item.channel)
    if raw not in me.places and raw[:1] != "D":
        raise NotYet("a reaction in a channel that isn't known yet")
    if not me.hears(raw) or _is_shared(envelope, raw, me):
        return ()
    user = plain(told.user)
    if user in me.external or told.item_user in me.external:
        return ()
    emoji = whole(told.reaction or "")
    if not emoji or len(emoji) > LONGEST_NAME:
        raise BadPayload("a reaction without an emoji")
    kind = ReactionAdded if told.type == "reaction_added" else ReactionRemoved
    channel, member = me.channel(raw), me.member(user)
    at = stamp(told.event_ts) if told.event_ts else 0
    return (kind(channel=channel, ts=stamp(item.ts), member=member, emoji=emoji, at=at),)


def lookups_of_messages(told: Told, me: Me) -> tuple[Lookup, ...]:
    """A channel or an author that isn't known yet, or a channel that isn't what it was."""
    raw, kind = told.channel, told.channel_type
    if not isinstance(raw, str) or kind not in ("channel", "group"):
        return ()
    place = me.places.get(raw)
    expected = ChannelKind.PUBLIC if kind == "channel" else ChannelKind.PRIVATE
    asked: tuple[Lookup, ...] = ()
    if place is None:
        asked = (Lookup(channel=raw),)
    elif place.kind is not expected or told.subtype in _CONVERTED:
        asked = (Lookup(channel=raw, is_news=True),)
    if told.subtype in POSTED and isinstance(told.user, str) and told.user not in me.people:
        asked += (Lookup(member=told.user),)
    return asked


def lookups_of_reactions(told: Told, me: Me) -> tuple[Lookup, ...]:
    """A channel or somebody who isn't known yet."""
    raw, user = told.item.channel if told.item else None, told.user
    if not raw or raw[0] == "D":
        return ()
    asked = () if raw in me.places else (Lookup(channel=raw),)
    if isinstance(user, str) and user not in me.people:
        return (*asked, Lookup(member=user))
    return asked


def stamp(text: str | None) -> int:
    """Microseconds since 1970 of a message's ``ts``.

    Raises:
        BadPayload: it is none, or no time a message can have.
    """
    micros = None if text is None else to_micros(text)
    if micros is None:
        raise BadPayload("a time (ts) that no message can have")
    return micros


def plain(value: object) -> str:
    """An id where Slack might have put a whole object.

    Raises:
        BadPayload: it did, or nothing is there.
    """
    if not isinstance(value, str):
        raise BadPayload("an id that is missing")
    return value


def _posted(envelope: Envelope, told: Told, me: Me) -> tuple[Event, ...]:
    """A message; whatever an app posted, in whosever name, is a bot's."""
    raw = plain(told.channel)
    if not me.hears(raw, told.channel_type) or _is_shared(envelope, raw, me):
        return ()
    user, text, comment = told.user, told.text, told.comment
    if comment is not None:
        user, text = user or comment.user, comment.comment
    user = plain(user) if user else None
    if user in me.external or me.is_foreign(told.team, told.user_team, told.source_team):
        return ()
    ts = stamp(told.ts)
    found = traits(text or "")
    author = me.member(user) if user else _nobody(told, me)
    posted = MessagePosted(
        channel=me.channel(raw),
        ts=ts,
        author=author,
        thread=None if told.thread_ts is None else to_micros(told.thread_ts),
        length=found.length,
        worth=found.worth,
        asks=found.asks,
        by_bot=(
            user in me.bots
            or user == me.user
            or told.bot_id not in _NOBODY
            or told.subtype in _BY_BOTS
            or not (user or told.username)
        ),
        topics=me.about(text or ""),
    )
    return (posted,) if user else (*_introduced(told, author), posted)


def _nobody(told: Told, me: Me) -> MemberId:
    """Who wrote what no user did: the app that posted, else the name it used."""
    if told.bot_id:
        return me.member(told.bot_id[:LONGEST_ID])
    if told.username:
        name = told.username.encode("utf-8", "replace")
        digest = blake2b(name, digest_size=8).hexdigest()
        return MemberId(f"{me.workspace}/name-{digest}")
    return me.member("unknown")


def _introduced(told: Told, author: MemberId) -> tuple[Event, ...]:
    """The name that such an author goes by."""
    if not told.username:
        return ()
    is_bot = bool(told.bot_id) or told.subtype in _BY_BOTS
    return (PersonSeen(member=author, name=whole(told.username)[:LONGEST_NAME], is_bot=is_bot),)


def _changed(envelope: Envelope, told: Told, me: Me) -> tuple[Event, ...]:
    """A change: an edit where the words changed; a first message of a thread may have gone."""
    raw, now = plain(told.channel), told.message
    if now is None:
        raise BadPayload("a change of nothing")
    if not me.hears(raw, told.channel_type) or _is_theirs(now, me):
        return ()
    if now.subtype == "tombstone":
        return (MessageDeleted(channel=me.channel(raw), ts=stamp(now.ts)),)
    if now.subtype not in POSTED or not _is_edit(now, told.previous_message):
        return ()
    found = traits(now.text or "")
    edited = to_micros(now.edited.ts) if now.edited else None
    return (
        MessageEdited(
            channel=me.channel(raw),
            ts=stamp(now.ts),
            edited=edited or stamp(told.event_ts or told.ts),
            length=found.length,
            worth=found.worth,
            asks=found.asks,
            topics=me.about(now.text or ""),
        ),
    )


def _is_edit(now: Said, before: Said | None) -> bool:
    """Whether words changed; a picture of a link, or another reply, changes a message too."""
    return now.edited is not None if before is None else now.text != before.text


def _deleted(told: Told, me: Me) -> tuple[Event, ...]:
    """A deletion: ``ts`` is when, ``deleted_ts`` is what."""
    raw, before = plain(told.channel), told.previous_message
    if not me.hears(raw, told.channel_type):
        return ()
    if before is not None and me.is_foreign(before.team, before.user_team, before.source_team):
        return ()
    gone = told.deleted_ts or (before.ts if before else None)
    return (MessageDeleted(channel=me.channel(raw), ts=stamp(gone)),)


def _made_private(told: Told, me: Me) -> tuple[Event, ...]:
    """A public channel was closed to others; it keeps the name that everybody saw.

    Where that is known already it is told again: it may not have been committed then.
    """
    raw = plain(told.channel)
    place = me.places.get(raw)
    if place is None or not (me.hears(raw) or raw in me.shut):
        return ()
    return (msgspec.structs.replace(place, kind=ChannelKind.PRIVATE),)


def _is_theirs(said: Said, me: Me) -> bool:
    """Whether people of another organisation wrote it."""
    return said.user in me.external or me.is_foreign(said.team, said.user_team, said.source_team)


def _is_shared(envelope: Envelope, raw: str | None, me: Me) -> bool:
    """Whether people of another organisation read a channel."""
    place = me.places.get(raw or "")
    return bool(envelope.is_ext_shared_channel) or (place is not None and place.is_shared)
