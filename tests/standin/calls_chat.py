"""chat.*: what the app says, changes and takes back, as strictly as Slack does it."""

from __future__ import annotations

import re
import uuid

from tests.standin import speaking
from tests.standin.api import Call, Method, Refused
from tests.standin.finding import find_channel, find_message, place_to_speak
from tests.standin.payloads import message_json
from tests.standin.rules import block_problems, too_long
from tests.standin.rules_views import metadata_error
from tests.standin.world import Channel, Ephemeral, Json, Message, Person, Post

MOST_TEXT = 40_000
SPLIT_AT = 4_000
"""A longer text is split by Slack into several messages, each with all the blocks
(slackapi/bolt-python#764)."""


def content(call: Call) -> Json:
    """The words, blocks and files of a post, found fit.

    Raises:
        Refused: Slack would not take them.
    """
    text = call.text("text")
    blocks = call.structure("blocks")
    attachments = call.structure("attachments")
    if blocks:
        problems = block_problems(blocks, surface="message")
        if problems:
            raise Refused("invalid_blocks", *problems, errors=problems)
        if too_long(blocks):  # type: ignore[arg-type]
            raise Refused("msg_blocks_too_long")
        _check_pictures(call, blocks)
    if not text and not blocks and not attachments:
        raise Refused("no_text")
    return {
        "text": text[:MOST_TEXT],
        "blocks": with_ids(blocks) or None,
        "attachments": attachments,
    }


def _check_pictures(call: Call, blocks: object) -> None:
    """A picture that is a file must be a file that Slack has.

    Raises:
        Refused: it hasn't.
    """
    for block in blocks if isinstance(blocks, list) else []:
        file = (block.get("slack_file") or {}).get("id")
        if file is not None and file not in call.office.world.files:
            raise Refused("invalid_blocks", "invalid slack file", errors=["invalid slack file"])


def with_ids(blocks: object) -> list[Json]:
    """Blocks as Slack keeps them: each has an id, and so has whatever may be pressed."""
    kept: list[Json] = []
    for block in blocks if isinstance(blocks, list) else []:
        one = {"block_id": uuid.uuid4().hex[:5]} | block
        for name in ("accessory", "element"):
            if isinstance(one.get(name), dict) and one[name].get("type") != "image":
                one[name] = {"action_id": uuid.uuid4().hex[:5]} | one[name]
        if one["type"] == "actions":
            one["elements"] = [{"action_id": uuid.uuid4().hex[:5]} | e for e in one["elements"]]
        kept.append(one)
    return kept


def post_message(call: Call) -> Json:
    """chat.postMessage"""
    channel = place_to_speak(call)
    said = content(call)
    metadata = read_metadata(call)
    thread = call.text("thread_ts") or None
    if thread and not re.fullmatch(r"\d+\.\d{6}", thread):
        raise Refused("invalid_thread_ts")
    broadcast = bool(thread) and call.flag("reply_broadcast")
    chunks = [said["text"][n : n + SPLIT_AT] for n in range(0, len(said["text"]), SPLIT_AT)]
    posted = [
        say(call, channel, said | {"text": text}, metadata, thread, broadcast=broadcast)
        for text in chunks or [""]
    ]
    return {
        "channel": channel.id,
        "ts": posted[0].ts,
        "message": message_json(posted[0], metadata=True),
    }


def read_metadata(call: Call) -> Json | None:
    """The metadata of a post, found fit.

    Raises:
        Refused: it isn't.
    """
    metadata = call.structure("metadata")
    if not metadata:
        return None
    if error := metadata_error(metadata):
        raise Refused(error)
    assert isinstance(metadata, dict)
    return metadata


def say(
    call: Call,
    channel: Channel,
    said: Json,
    metadata: Json | None,
    thread: str | None,
    *,
    broadcast: bool = False,
    method: str = "",
) -> Message:
    """Let the app's words appear, and keep them among its posts."""
    office = call.office
    subtype = "thread_broadcast" if broadcast else None
    more: Json = {}
    if call.text("username"):
        if not office.app.may("chat:write.customize"):
            raise Refused("missing_scope", needed="chat:write.customize")
        subtype, more = "bot_message", {"username": call.text("username")}
    message = Message(
        office.world.next_ts(), channel, office.app.bot, thread_ts=thread, subtype=subtype, **said
    )
    message.metadata, message.more = metadata, more
    remember(call, message, method or call.method)
    return speaking.put(office, message)


def remember(call: Call, message: Message, method: str, only_for: Person | None = None) -> Post:
    """Keep a post for good."""
    post = Post(
        key=message.key,
        channel=message.channel.id,
        ts=message.ts,
        method=method,
        only_for=only_for.id if only_for else None,
        thread_ts=message.thread_ts,
        versions=[message.text],
    )
    call.office.world.remember(post)
    return post


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral"""
    office = call.office
    channel = place_to_speak(call)
    person = office.world.people.get(call.must("user"))
    if person is None or person not in channel.members:
        raise Refused("user_not_in_channel")
    said = content(call)
    return {"message_ts": whisper(call, channel, person, said, call.text("thread_ts")).ts}


def whisper(call: Call, channel: Channel, person: Person, said: Json, thread: str) -> Ephemeral:
    """Show *said* to *person* alone."""
    world = call.office.world
    shown = Ephemeral(
        world.next_ts(), channel, person, said["text"], said["blocks"], thread or None
    )
    world.ephemerals.append(shown)
    message = Message(shown.ts, channel, call.office.app.bot, said["text"], shown.thread_ts)
    message.metadata = read_metadata(call)
    remember(call, message, call.method, only_for=person)
    world.show(person, "appeared", shown, shown.ts)
    world.happened(
        "whispered", channel=channel.id, ts=shown.ts, seen_by=[person.id], text=shown.text
    )
    return shown


def update(call: Call) -> Json:
    """chat.update"""
    channel = find_channel(call)
    message = find_message(call, channel)
    app = call.office.app
    if message.user is not app.bot:
        raise Refused("cant_update_message")
    if channel.is_archived:
        raise Refused("is_inactive")
    said = content(call)
    if len(call.text("text")) > SPLIT_AT:
        raise Refused("msg_too_long")
    changes: Json = {name: said[name] for name in ("text",) if name in call.args}
    for name in ("blocks", "attachments"):  # what isn't mentioned stays
        if name in call.args:
            changes[name] = said[name]
    if "metadata" in call.args:
        changes["metadata"] = read_metadata(call)
    speaking.change(call.office, message, by=app.bot, **changes)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": message_json(message, metadata=True),
    }


def delete(call: Call) -> Json:
    """chat.delete"""
    channel = find_channel(call)
    message = find_message(call, channel)
    if message.user is not call.office.app.bot:
        raise Refused("cant_delete_message")
    speaking.remove(call.office, message)
    return {"channel": channel.id, "ts": message.ts}


def permalink(call: Call) -> Json:
    """chat.getPermalink"""
    channel = find_channel(call)
    message = find_message(call, channel, "message_ts")
    domain = call.office.world.team.domain
    link = f"https://{domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def schedule(call: Call) -> Json:
    """chat.scheduleMessage; with metadata it is taken and never posted, as Slack does."""
    channel = place_to_speak(call)
    said = content(call)
    post_at = call.number("post_at", 0)
    now = call.office.world.now()
    if post_at <= now:
        raise Refused("time_in_past")
    if post_at > now + 120 * 86_400:
        raise Refused("time_too_far")
    near = [s for s in call.office.scheduled if s["channel"] == channel.id]
    if sum(abs(s["post_at"] - post_at) < 300 for s in near) >= 30:
        raise Refused("restricted_too_many")
    waiting = {
        "id": call.office.world.make_id("Q"),
        "channel": channel.id,
        "post_at": post_at,
        "said": said,
        "thread": call.text("thread_ts") or None,
        "is_lost": read_metadata(call) is not None,
    }
    call.office.scheduled.append(waiting)
    return {
        "channel": channel.id,
        "scheduled_message_id": waiting["id"],
        "post_at": post_at,
        "message": {"type": "delayed_message", "text": said["text"]},
    }


METHODS = {
    "chat.postMessage": Method(run=post_message, tier=4, scopes=("chat:write",)),
    "chat.postEphemeral": Method(run=post_ephemeral, tier=4, scopes=("chat:write",)),
    "chat.update": Method(run=update, tier=3, scopes=("chat:write",)),
    "chat.delete": Method(run=delete, tier=3, scopes=("chat:write",)),
    "chat.getPermalink": Method(run=permalink, tier=4),
    "chat.scheduleMessage": Method(run=schedule, tier=3, scopes=("chat:write",)),
}
