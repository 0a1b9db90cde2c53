"""The few fields of an export's records that are looked at; all others are skipped unread."""

from __future__ import annotations

from msgspec import Struct, field


class Reaction(Struct, gc=False):
    """One emoji on a message and who put it there; `count` may be more than the users named."""

    name: str
    users: list[str] = []
    count: int = 0


class Comment(Struct, gc=False):
    """What an old file comment holds instead of an author and a text."""

    user: str | None = None
    comment: str | None = None


class Edited(Struct, gc=False):
    """When a message was last changed."""

    ts: str = ""


class Inner(Struct, gc=False):
    """The message inside a record that tells of a change."""

    ts: str = ""
    text: str | None = None
    edited: Edited | None = None


class Row(Struct, gc=False):
    """One record of a day's file. `ts` is seconds since 1970 UTC with six decimals, as text."""

    ts: str
    text: str | None = None
    user: str | None = None
    subtype: str | None = None
    thread_ts: str | None = None
    bot_id: str | None = None
    reactions: list[Reaction] | None = None
    type: str | None = None
    username: str | None = None
    hidden: bool | None = None
    comment: Comment | None = None
    message: Inner | None = None
    deleted_ts: str | None = None


class Profile(Struct):
    """The names of a person; the e-mail address is not looked at."""

    display_name: str | None = None
    real_name: str | None = None


class UserRow(Struct):
    """One record of ``users.json``."""

    id: str
    team_id: str | None = None
    name: str | None = None
    real_name: str | None = None
    deleted: bool | None = None
    is_bot: bool | None = None
    is_stranger: bool | None = None
    is_restricted: bool | None = None
    is_ultra_restricted: bool | None = None
    tz: str | None = None
    profile: Profile | None = None


class ChannelRow(Struct):
    """One record of ``channels.json``, ``groups.json``, ``mpims.json`` or ``dms.json``."""

    id: str
    name: str | None = None
    previous_names: list[str] | None = None
    created: int | str | None = None
    is_general: bool | None = None
    is_archived: bool | None = None
    is_private: bool | None = None
    is_im: bool | None = None
    is_mpim: bool | None = None
    is_ext_shared: bool | None = None
    is_pending_ext_shared: bool | None = None
    context_team_id: str | None = None
    members: list[str] = field(default_factory=list)


class TeamRow(Struct):
    """Which workspace a message was written in."""

    team: str | None = None
