"""How a message comes into a channel, changes and goes, and what the app is told of that."""

from __future__ import annotations

import re
import uuid

from tests.standin.office import Office
from tests.standin.payloads import TYPES, message_json, thread_part
from tests.standin.world import Channel, Json, Message, Person


def rich_text(text: str) -> list[Json]:
    """The blocks that Slack's composer makes of what somebody types."""
    element = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "block_id": uuid.uuid4().hex[:5], "elements": [element]}]


def put(office: Office, message: Message) -> Message:
    """Let *message* appear, and tell the app."""
    world = office.world
    world.add(message)
    world.happened(
        "appeared",
        channel=message.channel.id,
        ts=message.ts,
        by=message.user.id,
        text=message.text,
        key=message.key,
        seen_by=[p.id for p in message.channel.members if not p.is_bot],
    )
    event = in_channel(message_json(message, thread=False) | thread_ref(message), message)
    event |= {"event_ts": message.ts}
    office.tell(event, message.channel, origin=message.user.team)
    _mention(office, event, message)
    _metadata(office, message, "posted", metadata=message.metadata)
    return message


def thread_ref(message: Message) -> Json:
    """A reply's event names its thread; a first message's has nothing to count yet."""
    return thread_part(message) if message.thread_ts not in (None, message.ts) else {}


def in_channel(event: Json, message: Message) -> Json:
    """A message as the heart of an event."""
    where = {"channel": message.channel.id, "channel_type": TYPES[message.channel.kind]}
    return event | where


def _mention(office: Office, event: Json, message: Message) -> None:
    """An `app_mention` comes beside the message, without `channel_type`."""
    me = office.app.bot
    if message.user is me or message.channel.kind == "im" or f"<@{me.id}" not in message.text:
        return
    if message.subtype in (None, "thread_broadcast", "file_share", "bot_message"):
        told = {k: v for k, v in event.items() if k not in ("channel_type", "subtype", "root")}
        office.tell(told | {"type": "app_mention"}, message.channel)


def _metadata(office: Office, message: Message, what: str, **more: object) -> None:
    if not message.metadata or not message.user.is_bot:
        return
    event = {
        "type": f"message_metadata_{what}",
        "app_id": message.user.app_id,
        "bot_id": message.user.bot_id,
        "user_id": message.user.id,
        "team_id": office.world.team.id,
        "channel_id": message.channel.id,
        "message_ts": message.ts,
    }
    office.tell(event | more, message.channel)


def change(office: Office, message: Message, *, by: Person | None, **changes: object) -> None:
    """Let *message* read otherwise from now on; `by` None where nobody edited it."""
    world = office.world
    before, known = message_json(message), message.metadata
    at = world.next_ts()
    for name, value in changes.items():
        setattr(message, name, value)
    if by is not None:
        message.edited = {"user": by.id, "ts": f"{at[:-6]}000000"}
    world.see("changed", message, at=at)
    _note(office, "changed", message)
    _changed(office, message, before, at)
    if message.metadata != known:
        more = {"metadata": message.metadata, "previous_metadata": known}
        _metadata(office, message, "updated", **more)


def _changed(office: Office, message: Message, before: Json, at: str) -> None:
    event = {
        "type": "message",
        "subtype": "message_changed",
        "message": message_json(message),
        "previous_message": before,
        "hidden": True,
        "ts": at,
        "event_ts": at,
    }
    office.tell(in_channel(event, message), message.channel)


def _note(office: Office, what: str, message: Message) -> None:
    post = office.world.post_of(message.channel, message.ts)
    if post:
        post.versions.append(message.text)
        post.is_gone = what == "vanished"
    office.world.happened(
        what,
        channel=message.channel.id,
        ts=message.ts,
        text="" if what == "vanished" else message.text,
        key=message.key,
    )


def remove(office: Office, message: Message) -> None:
    """Let *message* vanish; the first of a thread leaves a tombstone, which goes with the last."""
    world, channel = office.world, message.channel
    before = message_json(message)
    at = world.next_ts()
    world.see("vanished", message, at=at)
    _note(office, "vanished", message)
    more = {"previous_metadata": message.metadata, "deleted_ts": message.ts}
    _metadata(office, message, "deleted", **more)
    if channel.thread(message.ts):
        message.is_tombstone = True
        message.text, message.blocks, message.files, message.reactions = "", None, None, {}
        _changed(office, message, before, at)
        return
    del channel.messages[message.ts]
    _deleted(office, message, before, at)
    parent = channel.messages.get(message.thread_ts or "")
    if parent and parent.is_tombstone and not channel.thread(parent.ts):
        before = message_json(parent) | {"reply_count": 0, "latest_reply": "0000000000.000000"}
        del channel.messages[parent.ts]
        _deleted(office, parent, before, world.next_ts())


def _deleted(office: Office, message: Message, before: Json, at: str) -> None:
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": before,
        "hidden": True,
        "deleted_ts": message.ts,
        "ts": at,
        "event_ts": at,
    }
    office.tell(in_channel(event, message), message.channel)


def react(office: Office, message: Message, emoji: str, person: Person, *, added: bool) -> bool:
    """Put *person*'s emoji there or take it back; False where nothing changes."""
    people = message.reactions.setdefault(emoji, [])
    if (person in people) == added:
        return False
    if added:
        people.append(person)
    else:
        people.remove(person)
    if not people:
        del message.reactions[emoji]
    office.world.happened(
        "reacted" if added else "unreacted",
        channel=message.channel.id,
        ts=message.ts,
        by=person.id,
        emoji=emoji,
    )
    item = {"type": "message", "channel": message.channel.id, "ts": message.ts}
    event = {
        "type": "reaction_added" if added else "reaction_removed",
        "user": person.id,
        "reaction": emoji,
        "item": item,
        "item_user": message.user.id,
    }
    office.tell(event, message.channel)
    return True


def notice(
    office: Office, channel: Channel, person: Person, subtype: str, text: str, **more: object
) -> Message:
    """A line that Slack itself writes, such as "has joined the channel"."""
    message = Message(office.world.next_ts(), channel, person, text=text, subtype=subtype)
    message.more = dict(more)
    return put(office, message)


def mentions(text: str) -> list[str]:
    """The ids of the people that a text mentions."""
    return re.findall(r"<@([UW]\w+)", text)
