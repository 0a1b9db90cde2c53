"""What a sitting remembers of messages, posts and forms: in memory, and gone when it ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Form, Post


@dataclass(kw_only=True)
class Message:
    """One message of a channel, in this sitting's memory and nowhere else.

    `thread` is the first message's `ts` where it stands in a conversation.
    """

    channel: ChannelId
    ts: int
    author: MemberId
    text: str
    thread: int | None = None
    is_gone: bool = False
    reactions: dict[str, list[MemberId]] = field(default_factory=dict)


@dataclass(kw_only=True)
class Said:
    """Something the bot said: `name` is what the platform calls it, `ts` when it was said.

    `file` is where the file that goes with it was written, "" where none was.
    """

    name: str
    key: str
    ts: int
    post: Post
    was_changed: bool = False
    file: str = ""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A form that waits for *member* to fill it in, where they asked for it."""

    form: Form
    member: MemberId
    channel: ChannelId
