"""The records of a Slack workspace export, in the shape in which Slack writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import md5

import msgspec

from bot.domain.events import MemberJoined, MemberLeft, MessagePosted
from bot.domain.ids import ChannelId, MemberId

TEAM = "T0SIMULATED"
NOT_ASCII = re.compile("[^\x00-\x7f]")

Record = dict[str, object]


@dataclass(slots=True)
class Kept:
    """A message until its day is written: what is said later of it still belongs to it."""

    event: MessagePosted
    text: str
    edited: int | None = None
    is_deleted: bool = False
    reactions: dict[str, list[MemberId]] = field(default_factory=dict)
    answers: list[tuple[MemberId, int]] = field(default_factory=list)
    parent: MemberId | None = None


@lru_cache(maxsize=65_536)
def slack_id(ours: ChannelId | MemberId) -> str:
    """Slack's way of writing an id of ours: ``U0SIM000012`` for ``console:sim/U12``."""
    short = ours.rpartition("/")[2]
    return f"{short[0]}0SIM{int(short[1:]):06d}"


def slack_ts(micros: int) -> str:
    """``1767600000.000123``: seconds since 1970, and which message of that second."""
    return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"


def written(value: object) -> bytes:
    """JSON as Slack writes it: indented by four, ``/`` escaped, nothing beyond ASCII."""
    indented = msgspec.json.format(msgspec.json.encode(value), indent=4)
    escaped = indented.replace(b"/", b"\\/")
    if escaped.isascii():
        return escaped
    return NOT_ASCII.sub(_as_escapes, escaped.decode()).encode()


def _as_escapes(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be").hex()
    return "".join(f"\\u{units[n : n + 4]}" for n in range(0, len(units), 4))


def message(kept: Kept, profiles: Mapping[MemberId, Record]) -> Record:
    """A message as it stands in its day's file."""
    event = kept.event
    record = _by_machine(kept, profiles) if event.by_bot else _by_person(kept, profiles)
    if kept.edited is not None:
        edited = {"user": slack_id(event.author), "ts": slack_ts(kept.edited // 10**6 * 10**6)}
        record["edited"] = edited
    if kept.answers:
        record |= _thread(kept)
    elif event.thread is not None:
        record["thread_ts"] = slack_ts(event.thread)
        if kept.parent is not None:
            record["parent_user_id"] = slack_id(kept.parent)
    if kept.reactions:
        record["reactions"] = [
            {"name": name, "users": [slack_id(who) for who in people], "count": len(people)}
            for name, people in kept.reactions.items()
        ]
    return record


def _by_person(kept: Kept, profiles: Mapping[MemberId, Record]) -> Record:
    event, text = kept.event, kept.text
    mark = md5(f"{event.channel}{event.ts}".encode(), usedforsecurity=False).hexdigest()
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {
        "user": slack_id(event.author),
        "type": "message",
        "ts": slack_ts(event.ts),
        "client_msg_id": f"{mark[:8]}-{mark[8:12]}-{mark[12:16]}-{mark[16:20]}-{mark[20:]}",
        "text": text,
        "team": TEAM,
        "user_team": TEAM,
        "source_team": TEAM,
        "user_profile": profiles[event.author],
        "blocks": [{"type": "rich_text", "block_id": mark[:5], "elements": [section]}],
    }


def _by_machine(kept: Kept, profiles: Mapping[MemberId, Record]) -> Record:
    return {
        "subtype": "bot_message",
        "text": kept.text,
        "type": "message",
        "ts": slack_ts(kept.event.ts),
        "username": profiles[kept.event.author]["real_name"],
        "bot_id": slack_id(kept.event.author),
    }


def _thread(kept: Kept) -> Record:
    """What the first message of a conversation says of all its answers."""
    people = list(dict.fromkeys(slack_id(who) for who, _ in kept.answers))
    return {
        "thread_ts": slack_ts(kept.event.ts),
        "reply_count": len(kept.answers),
        "reply_users_count": len(people),
        "latest_reply": slack_ts(kept.answers[-1][1]),
        "reply_users": people,
        "replies": [{"user": slack_id(who), "ts": slack_ts(ts)} for who, ts in kept.answers],
        "is_locked": False,
        "subscribed": False,
    }


def coming_or_going(event: MemberJoined | MemberLeft) -> Record:
    """Slack's own line about somebody who came into a channel, or went."""
    came = isinstance(event, MemberJoined)
    who = slack_id(event.member)
    return {
        "subtype": "channel_join" if came else "channel_leave",
        "user": who,
        "text": f"<@{who}> has {'joined' if came else 'left'} the channel",
        "type": "message",
        "ts": slack_ts(event.at),
    }


def profile(member: MemberId, name: str) -> Record:
    """The short profile that goes with every message."""
    return {
        "avatar_hash": f"g{slack_id(member)[-6:]}",
        "image_72": f"https://avatars.example.org/{slack_id(member)}_72.png",
        "first_name": name.split(" ")[0],
        "real_name": name,
        "display_name": "",
        "team": TEAM,
        "name": name.lower().replace(" ", "."),
        "is_restricted": False,
        "is_ultra_restricted": False,
    }


def user(member: MemberId, name: str, zone: str | None, *, is_bot: bool) -> Record:
    """A person's entry in ``users.json``."""
    return {
        "id": slack_id(member),
        "team_id": TEAM,
        "name": name.lower().replace(" ", "."),
        "deleted": False,
        "color": "9f69e7",
        "real_name": name,
        "tz": zone,
        "profile": {"title": "", "real_name": name, "display_name": "", "team": TEAM},
        "is_admin": False,
        "is_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": is_bot,
        "is_app_user": False,
        "updated": 0,
    }


def channel(place: ChannelId, name: str, created: int, members: list[str], general: bool) -> Record:
    """A channel's entry in ``channels.json`` or ``groups.json``."""
    nothing: Record = {"value": "", "creator": "", "last_set": 0}
    return {
        "id": slack_id(place),
        "name": name,
        "created": created,
        "creator": members[0] if members else "",
        "is_archived": False,
        "is_general": general,
        "members": members,
        "topic": nothing,
        "purpose": nothing,
    }
