"""What happens in a network, in the past tense. Facts about messages; never their words.

Events are msgspec structs, not dataclasses: measured, one is made nine times sooner
(0.3 against 3.0 microseconds), and the inbox needs no translation of its own.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from bot.domain.ids import ChannelId, MemberId

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 UTC of an aware *instant*."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    """The aware UTC instant of *micros* microseconds since 1970."""
    return EPOCH + timedelta(microseconds=micros)


class ChannelKind(StrEnum):
    """Who may read a channel; what we don't know is treated as private."""

    PUBLIC = "public"
    PRIVATE = "private"
    DIRECT = "direct"
    UNKNOWN = "unknown"


class Happened(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True, gc=False):
    """Common to all events; the inbox tells them apart by their type's name."""


class MessagePosted(Happened, frozen=True):
    """Somebody wrote in a channel.

    `ts` (microseconds since 1970 UTC) is both when it was and which message of its channel it is.
    `thread` is the `ts` of the conversation's first message, or None outside any conversation;
    a first message may name itself. `length` is in characters; `worth` is the static part of the
    content score (`bot.judgement.traits`); `asks` whether it holds a question. `topics` are the
    keys of those topics that it names and somebody follows (`bot.domain.topics`).
    """

    channel: ChannelId
    ts: int
    author: MemberId
    thread: int | None = None
    length: int = 0
    worth: float = 0.0
    asks: bool = False
    by_bot: bool = False
    topics: tuple[str, ...] = ()


class MessageEdited(Happened, frozen=True):
    """Its author changed a message; `edited` (microseconds) orders several edits."""

    channel: ChannelId
    ts: int
    edited: int
    length: int = 0
    worth: float = 0.0
    asks: bool = False
    topics: tuple[str, ...] = ()


class MessageDeleted(Happened, frozen=True):
    """A message is gone, for good: it may even be heard of before the message itself."""

    channel: ChannelId
    ts: int


class ReactionAdded(Happened, frozen=True):
    """Somebody put an emoji on a message; `at` in microseconds since 1970 UTC, 0: not known."""

    channel: ChannelId
    ts: int
    member: MemberId
    emoji: str
    at: int = 0


class ReactionRemoved(Happened, frozen=True):
    """Somebody took their emoji back; `at` as for the emoji itself."""

    channel: ChannelId
    ts: int
    member: MemberId
    emoji: str
    at: int = 0


class MemberJoined(Happened, frozen=True):
    """A person came into a channel; `at` is in microseconds since 1970 UTC."""

    channel: ChannelId
    member: MemberId
    at: int


class MemberLeft(Happened, frozen=True):
    """A person went out of a channel; `at` is in microseconds since 1970 UTC."""

    channel: ChannelId
    member: MemberId
    at: int


class PersonSeen(Happened, frozen=True):
    """What the platform says of a person now. None where it says nothing.

    `is_guest`: they see no channel but those that they were taken into.
    """

    member: MemberId
    name: str
    is_bot: bool = False
    is_external: bool = False
    is_guest: bool = False
    is_gone: bool = False
    timezone: str | None = None


class ChannelSeen(Happened, frozen=True):
    """What the platform says of a channel now; `is_main` is where everybody is.

    `is_shared`: people of another organisation are in it. `named` is when it was called `name`, in
    microseconds since 1970 UTC; 0 where that isn't told. An older name doesn't outdo a newer one.
    """

    channel: ChannelId
    name: str
    kind: ChannelKind = ChannelKind.PUBLIC
    is_main: bool = False
    is_archived: bool = False
    is_shared: bool = False
    named: int = 0

    def called(self, name: str, named: int) -> ChannelSeen:
        """The same channel, called *name* since *named*, unless it was called anew after that."""
        is_older = 0 < named < self.named
        return self if is_older else replace(self, name=name, named=named or self.named)


class ChannelMoved(Happened, frozen=True):
    """The platform calls a channel `became` from now on."""

    channel: ChannelId
    became: ChannelId


class BotInvited(Happened, frozen=True):
    """Somebody (None where it isn't told who) took the bot into a channel."""

    channel: ChannelId
    at: int
    by: MemberId | None = None


class BotRemoved(Happened, frozen=True):
    """The bot is no longer in a channel, or the channel is no more."""

    channel: ChannelId
    at: int


class BotUninstalled(Happened, frozen=True):
    """A workspace has shown the bot out: nothing may be kept of it, nothing said in it."""

    workspace: str
    at: int


class Listened(Happened, frozen=True):
    """A workspace was listened to from `since` to `until` (microseconds since 1970)."""

    workspace: str
    since: int
    until: int


class WasDeaf(Happened, frozen=True):
    """The platform says that it withheld what happened from `since` to `until` (microseconds)."""

    workspace: str
    since: int
    until: int


class PostSeen(Happened, frozen=True):
    """A post of our own is there: `key` is the occasion that it was said for.

    `message` is the platform's name of it, as `Platform.post` returns it.
    """

    channel: ChannelId
    key: str
    message: str


class CommandGiven(Happened, frozen=True):
    """Somebody typed a slash command, `/net ask …`: `command` is "net" or "tend", `text` the rest.

    `id` names this one act; `trigger` is the platform's permit to open a form in answer.
    `points_to` is the message that the platform's own link in it leads to, as posts name one
    ("message:<channel>/<ts>"), or "". `mentions` is whom the platform's own mention in it names;
    of several the first, and `others` are the further ones.
    """

    id: str
    command: str
    text: str
    channel: ChannelId
    member: MemberId
    at: int
    trigger: str = ""
    points_to: str = ""
    mentions: MemberId | None = None
    others: tuple[MemberId, ...] = ()


class ActionTaken(Happened, frozen=True):
    """Somebody pressed a button; `message` is the platform's name of the post that held it."""

    id: str
    action: str
    value: str
    channel: ChannelId
    member: MemberId
    at: int
    message: str = ""
    trigger: str = ""


class ShortcutUsed(Happened, frozen=True):
    """Somebody chose "<feature>.<name>" from the menu of the message that was written at `ts`."""

    id: str
    shortcut: str
    channel: ChannelId
    ts: int
    member: MemberId
    at: int
    trigger: str = ""


class HomeOpened(Happened, frozen=True):
    """Somebody looks at the bot's own page; `channel` is where they and the bot talk alone."""

    id: str
    member: MemberId
    channel: ChannelId
    at: int


class FormSubmitted(Happened, frozen=True):
    """Somebody sent a form; `context` is what the asker of the form gave it to carry."""

    id: str
    form: str
    values: dict[str, str]
    context: str
    channel: ChannelId
    member: MemberId
    at: int


Event = (
    MessagePosted
    | MessageEdited
    | MessageDeleted
    | ReactionAdded
    | ReactionRemoved
    | MemberJoined
    | MemberLeft
    | PersonSeen
    | ChannelSeen
    | ChannelMoved
    | BotInvited
    | BotRemoved
    | BotUninstalled
    | Listened
    | WasDeaf
    | PostSeen
    | CommandGiven
    | ActionTaken
    | ShortcutUsed
    | HomeOpened
    | FormSubmitted
)


class Bookmark(Struct, frozen=True, kw_only=True):
    """How far a source that can be read again has been read, kept with what was read from it."""

    source: str
    position: str


class Batch(Struct, frozen=True, kw_only=True):
    """Events that arrive together, in order.

    Without a bookmark they can't be had again, so the inbox keeps them until they are handled.
    With one, their source is their own inbox: effects and bookmark are committed as one.
    """

    events: tuple[Event, ...]
    bookmark: Bookmark | None = None
