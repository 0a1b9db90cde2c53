"""conversations.*, users.conversations and reactions.*: channels, who is in them, what was said."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import TypeVar

from tests.standin import membership, speaking
from tests.standin.api import Call, Method, Refused
from tests.standin.finding import find_channel, find_message
from tests.standin.installed import CHANNEL_SCOPES
from tests.standin.payloads import channel_json, message_json
from tests.standin.world import Channel, Json, Message

Item = TypeVar("Item")
KINDS = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
READ = tuple(f"{kind}:read" for kind in CHANNEL_SCOPES.values())
HISTORY = tuple(f"{kind}:history" for kind in CHANNEL_SCOPES.values())


def page(call: Call, items: Sequence[Item], *, default: int, most: int) -> tuple[list[Item], Json]:
    """One page of *items* and the cursor to the next, "" at the end.

    Raises:
        Refused: `invalid_cursor`, `invalid_limit`.
    """
    limit = call.number("limit", default)
    if limit < 1:
        raise Refused("invalid_limit")
    start = read_cursor(call.text("cursor"))
    end = start + min(limit, most)
    following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return list(items[start:end]), {"response_metadata": {"next_cursor": following}}


def read_cursor(cursor: str) -> int:
    """Where a page begins.

    Raises:
        Refused: `invalid_cursor`.
    """
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except ValueError:
        raise Refused("invalid_cursor") from None


def _need(call: Call, channel: Channel, what: str) -> None:
    """The scope depends on the channel's kind.

    Raises:
        Refused: `missing_scope`.
    """
    needed = f"{CHANNEL_SCOPES[channel.kind]}:{what}"
    app = call.office.app
    if not app.may(needed):
        raise Refused("missing_scope", needed=needed, provided=",".join(app.scopes))


def info(call: Call) -> Json:
    """conversations.info"""
    channel = find_channel(call)
    _need(call, channel, "read")
    count = call.flag("include_num_members")
    world, me = call.office.world, call.office.app.bot
    return {"channel": channel_json(channel, world=world, me=me, count=count)}


def _of_kinds(call: Call) -> list[Channel]:
    wanted = []
    for name in (call.text("types") or "public_channel").split(","):
        kind = KINDS.get(name.strip())
        if kind is None:
            raise Refused("invalid_types")
        needed = f"{CHANNEL_SCOPES[kind]}:read"
        if not call.office.app.may(needed):
            raise Refused("missing_scope", needed=needed, provided=",".join(call.office.app.scopes))
        wanted.append(kind)
    me = call.office.app.bot
    return [
        channel
        for channel in call.office.world.channels.values()
        if channel.kind in wanted
        and not channel.is_deleted
        and (channel.kind == "public" or me in channel.members)
        and not (channel.is_archived and call.flag("exclude_archived"))
    ]


def list_channels(call: Call) -> Json:
    """conversations.list"""
    return _listed(call, _of_kinds(call), count=True)


def _listed(call: Call, channels: list[Channel], *, count: bool) -> Json:
    some, cursor = page(call, channels, default=100, most=1000)
    world, me = call.office.world, call.office.app.bot
    shown = [channel_json(c, world=world, me=me, count=count) for c in some]
    return {"channels": shown} | cursor


def of_user(call: Call) -> Json:
    """users.conversations"""
    world = call.office.world
    person = world.people.get(call.text("user") or call.office.app.bot.id)
    if person is None:
        raise Refused("user_not_found")
    channels = [channel for channel in _of_kinds(call) if person in channel.members]
    return _listed(call, channels, count=False)


def members(call: Call) -> Json:
    """conversations.members"""
    channel = find_channel(call)
    _need(call, channel, "read")
    some, cursor = page(call, channel.members, default=100, most=1000)
    return {"members": [person.id for person in some]} | cursor


def _moment(call: Call, name: str, default: float) -> float:
    value = call.text(name)
    if not value:
        return default
    if not re.fullmatch(r"\d+(\.\d+)?", value):
        raise Refused(f"invalid_ts_{name}")
    return float(value)


def _within(call: Call, found: list[Message]) -> list[Message]:
    """Those between `oldest` and `latest`; both ends only with `inclusive`."""
    known = call.office.world.now() - call.office.history_lag
    found = [m for m in found if not call.office.history_lag or float(m.ts) < known]
    oldest, latest = _moment(call, "oldest", 0.0), _moment(call, "latest", float("inf"))
    if call.flag("inclusive"):
        return [m for m in found if oldest <= float(m.ts) <= latest]
    return [m for m in found if oldest < float(m.ts) < latest]


def _readable(call: Call) -> Channel:
    channel = find_channel(call)
    _need(call, channel, "history")
    if call.office.app.bot not in channel.members:
        raise Refused("not_in_channel")
    return channel


def history(call: Call) -> Json:
    """conversations.history: newest first, no answers unless also sent to the channel."""
    channel = _readable(call)
    top = [
        message
        for message in channel.messages.values()
        if message.thread_ts in (None, message.ts) or message.subtype == "thread_broadcast"
    ]
    found = sorted(_within(call, top), key=lambda m: m.ts, reverse=True)
    return _messages(call, found) | {"pin_count": 0, "channel_actions_ts": None}


def _messages(call: Call, found: list[Message]) -> Json:
    default = call.office.limits.page(100, 999)
    some, cursor = page(call, found, default=default, most=call.office.limits.page(999, 999))
    metadata = call.flag("include_all_metadata")
    has_more = bool(cursor["response_metadata"]["next_cursor"])
    answer: Json = {
        "messages": [message_json(m, metadata=metadata) for m in some],
        "has_more": has_more,
    }
    return answer | (cursor if has_more else {})


def replies(call: Call) -> Json:
    """conversations.replies: the first message, then its answers in order."""
    channel = _readable(call)
    first = channel.messages.get(call.must("ts"))
    if first is None:
        raise Refused("thread_not_found")
    if first.thread_ts and first.thread_ts != first.ts:
        return _messages(call, [first])
    return _messages(call, [first, *_within(call, channel.thread(first.ts))])


def open_direct(call: Call) -> Json:
    """conversations.open"""
    world, me = call.office.world, call.office.app.bot
    if call.text("channel"):
        channel = find_channel(call)
    else:
        people = [world.people.get(one.strip()) for one in call.must("users").split(",")]
        known = [person for person in people if person and not person.is_gone]
        if len(known) != len(people):
            raise Refused("user_not_found")
        if any(person.is_bot for person in known):
            raise Refused("cannot_dm_bot")
        kind = "im:write" if len(known) == 1 else "mpim:write"
        if not call.office.app.may(kind):
            raise Refused("missing_scope", needed=kind, provided=",".join(call.office.app.scopes))
        channel = world.direct(*known, me)
    whole = channel_json(channel, world=world, me=me)
    return {"channel": whole if call.flag("return_im") else {"id": channel.id}}


def join(call: Call) -> Json:
    """conversations.join"""
    channel = find_channel(call)
    if channel.kind != "public":
        raise Refused("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise Refused("is_archived")
    office = call.office
    answer: Json = {}
    if office.app.bot in channel.members:
        answer = {"warning": "already_in_channel"}
    else:
        membership.enter(office, channel, office.app.bot)
    return answer | {"channel": channel_json(channel, world=office.world, me=office.app.bot)}


def add_reaction(call: Call) -> Json:
    """reactions.add"""
    channel = find_channel(call)
    message = find_message(call, channel, "timestamp")
    name = call.must("name").strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-\d)?", name):
        raise Refused("invalid_name")
    if call.office.app.bot not in channel.members:
        raise Refused("not_in_channel")
    if not speaking.react(call.office, message, name, call.office.app.bot, added=True):
        raise Refused("already_reacted")
    return {}


METHODS = {
    "conversations.info": Method(run=info, tier=3, scopes=READ),
    "conversations.list": Method(run=list_channels, tier=2, scopes=READ),
    "conversations.members": Method(run=members, tier=4, scopes=READ),
    "conversations.history": Method(run=history, tier=3, scopes=HISTORY),
    "conversations.replies": Method(run=replies, tier=3, scopes=HISTORY),
    "conversations.open": Method(run=open_direct, tier=3, scopes=("im:write", "mpim:write")),
    "conversations.join": Method(run=join, tier=3, scopes=("channels:join",)),
    "users.conversations": Method(run=of_user, tier=3, scopes=READ),
    "reactions.add": Method(run=add_reaction, tier=3, scopes=("reactions:write",)),
}
