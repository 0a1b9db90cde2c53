"""The few fields of Slack's payloads that are looked at; all others are skipped unread.

Any of them may be missing or null. One of the wrong type makes a payload bad: what can't be
understood must not be half believed, least of all where it says who may read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec
from msgspec import Struct

from bot.platforms.export.rows import Comment, Edited, UserRow

T = TypeVar("T")


class BadPayload(Exception):
    """A payload makes no sense; the message names the field, and repeats nothing of its content."""


class Authorization(Struct, gc=False):
    """For which installation of the app an event is sent: a workspace, or an organisation."""

    team_id: str | None = None
    enterprise_id: str | None = None
    is_enterprise_install: bool | None = None


class ChannelInfo(Struct, gc=False):
    """A conversation, in an event or as ``conversations.info`` gives it."""

    id: str
    name: str | None = None
    is_private: bool | None = None
    is_group: bool | None = None
    is_im: bool | None = None
    is_mpim: bool | None = None
    is_general: bool | None = None
    is_archived: bool | None = None
    is_member: bool | None = None
    is_ext_shared: bool | None = None
    created: int | None = None


class Said(Struct, gc=False):
    """A message within an event, before or after its change; or one of the history."""

    ts: str | None = None
    text: str | None = None
    user: str | None = None
    type: str | None = None
    subtype: str | None = None
    hidden: bool | None = None
    edited: Edited | None = None
    team: str | None = None
    user_team: str | None = None
    source_team: str | None = None


class Item(Struct, gc=False):
    """What a reaction is on."""

    type: str | None = None
    channel: str | None = None
    ts: str | None = None


class Tokens(Struct, gc=False):
    """Whose tokens were revoked: `bot` names the bots by their user ids."""

    bot: list[str] | None = None


class Metadata(Struct, gc=False):
    """What an app put beside a message for itself."""

    event_type: str | None = None
    event_payload: object = None


class Told(Struct, gc=False):
    """The event inside an envelope: the fields of all events that matter."""

    type: str | None = None
    channel: str | ChannelInfo | None = None
    user: str | UserRow | None = None
    text: str | None = None
    ts: str | None = None
    event_ts: str | None = None
    channel_type: str | None = None
    subtype: str | None = None
    hidden: bool | None = None
    thread_ts: str | None = None
    team: str | None = None
    user_team: str | None = None
    source_team: str | None = None
    bot_id: str | None = None
    username: str | None = None
    comment: Comment | None = None
    message: Said | None = None
    previous_message: Said | None = None
    deleted_ts: str | None = None
    item: Item | None = None
    item_user: str | None = None
    reaction: str | None = None
    inviter: str | None = None
    tab: str | None = None
    old_channel_id: str | None = None
    new_channel_id: str | None = None
    is_ext_shared: bool | None = None
    tokens: Tokens | None = None
    app_id: str | None = None
    channel_id: str | None = None
    message_ts: str | None = None
    metadata: Metadata | None = None


class Envelope(Struct, gc=False):
    """What the Events API sends, by HTTP or in a Socket Mode frame's ``payload``."""

    type: str | None = None
    team_id: str | None = None
    enterprise_id: str | None = None
    context_team_id: str | None = None
    authorizations: list[Authorization] | None = None
    is_ext_shared_channel: bool | None = None
    event_id: str | None = None
    event_time: int | None = None
    minute_rate_limited: int | None = None
    challenge: str | None = None
    event: Told | None = None


class Command(Struct):
    """The fields of a slash command."""

    command: str
    user_id: str
    channel_id: str
    trigger_id: str
    team_id: str | None = None
    text: str | None = None


class Named(Struct):
    """Something with an id: a team, a view, a channel."""

    id: str | None = None
    name: str | None = None


class User(Struct):
    """Who did it."""

    id: str
    team_id: str | None = None


class Container(Struct):
    """Where it was done: on a message, or in a view."""

    type: str | None = None
    message_ts: str | None = None
    channel_id: str | None = None
    is_ephemeral: bool | None = None


class Option(Struct):
    """What was chosen."""

    value: str | None = None


class Element(Struct):
    """What was pressed, chosen or filled in."""

    action_id: str | None = None
    action_ts: str | None = None
    type: str | None = None
    value: str | None = None
    selected_option: Option | None = None
    selected_options: list[Option] | None = None
    selected_user: str | None = None
    selected_users: list[str] | None = None
    selected_conversation: str | None = None
    selected_channel: str | None = None
    selected_date: str | None = None
    selected_time: str | None = None


class State(Struct):
    """What a form holds: by block, then by element."""

    values: dict[str, dict[str, Element]] | None = None


class View(Struct):
    """A form as it was sent."""

    id: str | None = None
    hash: str | None = None
    callback_id: str | None = None
    private_metadata: str | None = None
    state: State | None = None


class Written(Struct):
    """The message that a shortcut is about."""

    ts: str | None = None
    user: str | None = None
    team: str | None = None
    user_team: str | None = None


class Interaction(Struct):
    """An interaction of any kind."""

    user: User
    type: str | None = None
    team: Named | None = None
    channel: Named | None = None
    container: Container | None = None
    message: Written | None = None
    message_ts: str | None = None
    view: View | None = None
    actions: list[Element] | None = None
    callback_id: str | None = None
    trigger_id: str | None = None
    action_ts: str | None = None


class Carried(Struct):
    """What a form carries unseen: the asker's own context, and the channel it was asked in."""

    context: str = ""
    channel: str = ""


_envelopes = msgspec.json.Decoder(Envelope)
_FIELD = re.compile(r"at `(\$[^`]*)`")


def read_envelope(payload: bytes | Mapping[str, object]) -> Envelope:
    """An Events API *payload*, raw or decoded.

    Raises:
        BadPayload: it is none.
    """
    if not isinstance(payload, bytes):
        return shaped(payload, Envelope)
    try:
        return _envelopes.decode(payload)
    except msgspec.ValidationError as error:
        raise BadPayload(_reason(error)) from None
    except (ValueError, RecursionError):  # perhaps only half an emoji, cut off on its way
        return shaped(patient(payload), Envelope)


def shaped(payload: object, shape: type[T]) -> T:
    """A decoded *payload* in its *shape*.

    Raises:
        BadPayload: it doesn't fit.
    """
    try:
        return msgspec.convert(payload, shape)
    except msgspec.ValidationError as error:
        raise BadPayload(_reason(error)) from None
    except (ValueError, OverflowError, RecursionError):
        raise BadPayload("it can't be read") from None


def patient(raw: bytes | str) -> object:
    """JSON as a more patient reader takes it: with halves of characters, and odd control signs.

    Raises:
        BadPayload: it is no JSON all the same.
    """
    try:
        text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
        found: object = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        raise BadPayload("it is no JSON") from None
    return found


def whole(text: str) -> str:
    """*text* without halves of characters, which no database takes, and without NUL."""
    if text.isascii():
        return text.replace("\0", "")
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "")


def _reason(error: msgspec.ValidationError) -> str:
    """Which field is wrong, by its place."""
    found = _FIELD.search(str(error))
    return f"the field {found[1]} isn't what it should be" if found else "it isn't an object"
