"""The JSON that Slack shows of people, channels, messages and views, as docs.slack.dev has it."""

from __future__ import annotations

from tests.standin.world import Channel, Json, Message, Person, Team, View, World

OFFSETS = {"Europe/London": 0, "Europe/Berlin": 3600, "America/New_York": -18000, "UTC": 0}
SPOKEN = (None, "bot_message", "thread_broadcast", "file_share")
"""Of messages that somebody wrote; the other subtypes are Slack's own notices."""

TYPES = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}


def profile_json(person: Person, *, with_email: bool = False) -> Json:
    """What a profile holds."""
    pictures = {
        f"image_{n}": f"https://avatars.invalid/{person.id}_{n}.png"
        for n in (24, 32, 48, 72, 192, 512)
    }
    return {
        "title": person.title,
        "phone": "",
        "skype": "",
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.display_name,
        "display_name_normalized": person.display_name,
        "fields": None,
        "status_text": "",
        "status_text_canonical": "",
        "status_emoji": "",
        "status_emoji_display_info": [],
        "status_expiration": 0,
        "huddle_state": "default_unset",
        "huddle_state_expiration_ts": 0,
        "avatar_hash": f"g{person.id.lower()}",
        "first_name": person.real_name.split(" ")[0],
        "last_name": " ".join(person.real_name.split(" ")[1:]),
        "team": person.team.id,
        **({"email": person.email} if with_email and person.email else {}),
        **(
            {"api_app_id": person.app_id, "bot_id": person.bot_id, "always_active": False}
            if person.is_bot
            else {}
        ),
        **pictures,
    }


def user_json(person: Person, *, ours: Team, with_email: bool = False) -> Json:
    """A user object; people of another organisation are strangers."""
    whole = {
        "id": person.id,
        "team_id": person.team.id,
        "name": person.name,
        "deleted": person.is_gone,
        "profile": profile_json(person, with_email=with_email),
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": person.updated,
    }
    if person.team is not ours:
        whole["is_stranger"] = True
    if person.is_gone:
        return whole
    return whole | {
        "color": "9f69e7",
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": person.tz.replace("_", " "),
        "tz_offset": OFFSETS.get(person.tz, 0),
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.is_guest,
        "is_ultra_restricted": False,
        "is_email_confirmed": not person.is_bot,
        "locale": "en-GB",
        "who_can_share_contact_card": "EVERYONE",
    }


def channel_json(channel: Channel, *, world: World, me: Person, count: bool = False) -> Json:
    """A conversation object, as `conversations.info` gives it."""
    if channel.kind == "im":
        other = next((p for p in channel.members if p is not me), me)
        return {
            "id": channel.id,
            "created": channel.created,
            "is_archived": False,
            "is_im": True,
            "is_org_shared": False,
            "context_team_id": world.team.id,
            "updated": channel.created * 1000,
            "user": other.id,
            "is_user_deleted": other.is_gone,
            "priority": 0,
        }
    whole = _named_channel(channel, world) | {"is_member": me in channel.members}
    return whole | ({"num_members": len(channel.members)} if count else {})


def _named_channel(channel: Channel, world: World) -> Json:
    def said(text: str) -> Json:
        return {"value": text, "creator": channel.creator.id if text else "", "last_set": 0}

    is_shared = bool(channel.teams)
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "public"
        or (channel.kind == "private" and channel.id[0] == "C"),
        "is_group": channel.kind == "private" and channel.id[0] == "G",
        "is_im": False,
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "public",
        "created": channel.created,
        "creator": channel.creator.id,
        "is_archived": channel.is_archived,
        "is_general": channel.is_general,
        "is_frozen": False,
        "unlinked": 0,
        "is_shared": is_shared,
        "is_org_shared": False,
        "is_ext_shared": is_shared,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "context_team_id": world.team.id,
        "parent_conversation": None,
        "updated": channel.created * 1000,
        "shared_team_ids": [world.team.id, *(team.id for team in channel.teams)],
        "internal_team_ids": [],
        **({"connected_team_ids": [team.id for team in channel.teams]} if is_shared else {}),
        "topic": said(channel.topic),
        "purpose": said(channel.purpose),
        "previous_names": channel.previous_names,
    }


def message_json(message: Message, *, metadata: bool = False, thread: bool = True) -> Json:
    """A message object, as in history and as the heart of a `message` event."""
    if message.is_tombstone:
        return tombstone_json(message)
    whole: Json = {"user": message.user.id, "type": "message", "ts": message.ts}
    if message.subtype:
        whole["subtype"] = message.subtype
    if message.client_msg_id:
        whole["client_msg_id"] = message.client_msg_id
    whole["text"] = message.text
    whole["team"] = message.user.team.id
    if message.user.team in message.channel.teams:  # of another organisation
        whole |= {"user_team": message.user.team.id, "source_team": message.user.team.id}
    if message.user.is_bot and message.subtype in SPOKEN:
        whole |= bot_part(message.user)
    for name in ("blocks", "attachments", "files", "edited"):
        if getattr(message, name):
            whole[name] = getattr(message, name)
    if message.files:
        whole |= {"upload": False, "display_as_bot": False}
    if message.reactions:
        whole["reactions"] = [
            {"name": name, "users": [p.id for p in people], "count": len(people)}
            for name, people in message.reactions.items()
        ]
    root = message.channel.messages.get(message.thread_ts or "")
    if message.subtype == "thread_broadcast" and root:
        whole["root"] = message_json(root)
    if metadata and message.metadata:
        whole["metadata"] = message.metadata
    return whole | message.more | (thread_part(message) if thread else {})


def bot_part(person: Person) -> Json:
    """What a message says of the bot that sent it."""
    return {
        "bot_id": person.bot_id,
        "app_id": person.app_id,
        "bot_profile": {
            "id": person.bot_id,
            "app_id": person.app_id,
            "user_id": person.id,
            "name": person.real_name,
            "icons": {f"image_{n}": f"https://avatars.invalid/{n}.png" for n in (36, 48, 72)},
            "deleted": False,
            "updated": person.updated,
            "team_id": person.team.id,
        },
    }


def thread_part(message: Message) -> Json:
    """What a message says of the thread that it begins or belongs to."""
    channel = message.channel
    if message.thread_ts and message.thread_ts != message.ts:
        parent = channel.messages.get(message.thread_ts)
        known = {"parent_user_id": parent.user.id} if parent else {}
        return {"thread_ts": message.thread_ts} | known
    replies = channel.thread(message.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user.id for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "reply_users": users[:5],
        "is_locked": False,
        "subscribed": False,
    }


def tombstone_json(message: Message) -> Json:
    """What is left where the first message of a thread was deleted."""
    return {
        "type": "message",
        "subtype": "tombstone",
        "text": "This message was deleted.",
        "user": "USLACKBOT",
        "hidden": True,
        "ts": message.ts,
        "parent_user_id": "USLACKBOT",
    } | thread_part(message)


def view_json(view: View, *, world: World, app: Person) -> Json:
    """A view object as Slack gives it back, with what the person filled in."""
    payload = view.payload
    is_home = payload.get("type") == "home"
    return {
        "id": view.id,
        "team_id": world.team.id,
        "type": payload.get("type"),
        "blocks": payload.get("blocks", []),
        "private_metadata": payload.get("private_metadata", ""),
        "callback_id": payload.get("callback_id", ""),
        "state": {"values": view.state},
        "hash": view.hash,
        "title": payload.get("title")
        or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": payload.get("clear_on_close", False),
        "notify_on_close": payload.get("notify_on_close", False),
        "close": None if is_home else payload.get("close"),
        "submit": None if is_home else payload.get("submit"),
        "previous_view_id": view.previous,
        "root_view_id": view.root,
        "app_id": app.app_id,
        "external_id": payload.get("external_id", ""),
        "app_installed_team_id": world.team.id,
        "bot_id": app.bot_id,
    }
