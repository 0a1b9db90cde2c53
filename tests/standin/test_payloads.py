"""What the stand-in says has the shape that Slack's own TypeScript types give it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient

from tests.standin.ears import Ear
from tests.standin.limits import Limits
from tests.standin.server import StandIn
from tests.standin.talking import Who
from tests.standin.typed import event_types, lacks

Json = dict[str, Any]
UNTYPED = {
    "bot_add",
    "channel_convert_to_private",
    "channel_convert_to_public",
    "group_join",
    "group_leave",
    "group_name",
}
"""Subtypes of messages that Slack sends and its types don't know."""

ACTS = {
    "block_actions": "Press",
    "view_submission": "Submission",
    "view_closed": "Closing",
    "message_action": "ShortcutOnMessage",
    "shortcut": "Shortcut",
}


@pytest.fixture
def slack() -> Iterator[StandIn]:
    """A workspace with Ada, Bo of another organisation, and the app, which hears everything."""
    with StandIn(limits=Limits(is_off=True), in_flight=20) as standin, Ear().listening_to(standin):
        standin.person("Ada", email="ada@stand-in.example")
        standin.person("Bo", team="Elsewhere")
        standin.channel("general", "Ada", bot=True)
        standin.channel("secret", "Ada", kind="private", bot=True)
        yield standin


def everything_said(slack: StandIn) -> None:
    """Let people do all that they can with words."""
    first = slack.writes("Ada", "general", f"hello <@{slack.bot}>")
    slack.writes("Ada", "secret", "psst")
    slack.writes_to_bot("Ada", "between us")
    slack.replies("Ada", first, "an answer")
    slack.replies("Ada", first, "for all", broadcast=True)
    slack.reacts("Ada", first, "eyes")
    slack.unreacts("Ada", first, "eyes")
    slack.edits(first, "hello, all")
    slack.unfurls(first)
    slack.deletes(first)
    for reply in slack.world.channel("general").thread(first.ts):
        slack.deletes(reply)
    slack.bot_writes(slack.another_bot("Weather"), "general", "rain")
    file: Json = {"id": "F1", "name": "a.png", "mimetype": "image/png", "filetype": "png"}
    file |= dict.fromkeys(("title", "username", "external_type", "channels", "groups"))
    file |= {"created": 1, "size": 1, "mode": "hosted", "pretty_type": "PNG", "permalink": "x"}
    flags = ("editable", "is_external", "is_public", "public_url_shared", "display_as_bot")
    slack.writes("Ada", "general", "a picture", files=[file | dict.fromkeys(flags, False)])


def everything_lived(slack: StandIn) -> None:
    """Let channels and people change in all the ways they can."""
    slack.person("Cy", joins=True)
    slack.changes_profile("Ada", tz="Europe/Berlin")
    slack.deactivates("Cy")
    slack.channel("new", "Ada", announced=True)
    slack.channel("shared", "Ada")
    _pass_through(slack, "shared", "Ada")
    slack.shares("shared", "Elsewhere")
    slack.invites("Ada", "Bo", "shared")
    slack.writes("Bo", "shared", "hello from elsewhere")
    slack.unshares("shared", "Elsewhere")
    slack.moves("shared")
    for where in ("general", "secret"):
        slack.renames(where, f"{where}-2")
        slack.archives(f"{where}-2")
        slack.unarchives(f"{where}-2")
    slack.removes_bot("Ada", "secret-2")
    slack.invites_bot("Ada", "secret-2")
    slack.removes_channel("secret-2")
    slack.removes_channel("shared")
    slack.converts_to_private("general-2")
    slack.rate_limits_the_app()
    slack.opens_home("Ada")


def _pass_through(slack: StandIn, where: str, who: Who) -> None:
    slack.invites_bot(who, where)
    slack.removes_bot(who, where)
    slack.invites_bot(who, where)


TOMBSTONE: Json = {"type": "message", "ts": "1.000001", "text": "", "user": "U1"}
TOMBSTONE |= {"thread_ts": "1.000001", "latest_reply": "1.000002", "reply_users": ["U1"]}
TOMBSTONE |= {"reply_count": 1, "reply_users_count": 1}


def as_typed(event: Json, around: Json | None = None) -> Json:
    """The types want a whole event inside an event, where Slack puts a bare message.

    They know no tombstones, and nothing of accounts that are closed.
    """
    outer = ("channel", "channel_type", "event_ts")
    around = around or {name: event[name] for name in outer if name in event}
    inside = {}
    for name in ("message", "previous_message", "root"):
        if name in event:
            is_tombstone = event[name].get("subtype") == "tombstone"
            inside[name] = as_typed(TOMBSTONE if is_tombstone else event[name], around)
    return event | around | inside


def is_of_closed_account(event: Json) -> bool:
    user = event.get("user")
    return isinstance(user, dict) and bool(user["deleted"])


def test_every_event_has_the_shape_of_its_type(slack: StandIn) -> None:
    everything_said(slack)
    web = WebClient(token=slack.bot_token, base_url=slack.api)
    keyed = {"event_type": "animateur_post", "event_payload": {"key": "k"}}
    where = slack.world.channel("general").id
    ts = web.chat_postMessage(channel=where, text="the app's own", metadata=keyed)["ts"]
    keyed = {"event_type": "animateur_post", "event_payload": {"key": "another"}}
    web.chat_update(channel=where, ts=ts, text="changed", metadata=keyed)
    web.chat_delete(channel=where, ts=ts)
    everything_lived(slack)
    slack.uninstalls()
    assert slack.settles(20)
    known = event_types()
    wrong: list[str] = []
    seen = set()
    for delivery in slack.deliveries.all:
        event = delivery.payload.get("event", delivery.payload)
        kind = (event["type"], event.get("subtype"))
        seen.add(kind)
        if kind[1] not in UNTYPED and not is_of_closed_account(event):
            wrong += lacks(as_typed(event), known[kind])
    assert wrong == []
    typed = {kind for kind in known if kind[0] != "message"} - {("app_mention", None)}
    assert typed <= seen
    assert len([kind for kind in seen if kind[0] == "message"]) >= 15


def test_every_act_has_the_shape_of_its_type(slack: StandIn) -> None:
    block = {"type": "actions", "elements": [_button("Yes")]}
    view = {
        "type": "modal",
        "callback_id": "f",
        "notify_on_close": True,
        "title": {"type": "plain_text", "text": "F"},
        "submit": {"type": "plain_text", "text": "Send"},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": [_field()],
    }
    web = WebClient(token=slack.bot_token, base_url=slack.api)
    where = slack.world.channel("general").id
    ts = web.chat_postMessage(channel=where, text="x", blocks=[block])["ts"]
    for _ in range(2):
        trigger = slack.types("Ada", "/net", "ask", "general").trigger
        web.views_open(trigger_id=trigger, view=view)
        if slack.modal("Ada") and _ == 0:
            slack.submits("Ada", {"What": "this"})
    slack.closes("Ada")
    slack.presses("Ada", ts, "Yes")
    slack.uses_shortcut("Ada", "s", on=ts)
    slack.uses_shortcut("Ada", "s")
    wrong: list[str] = []
    seen = []
    for delivery in slack.deliveries.all:
        if delivery.kind == "slash_commands":
            wrong += lacks(delivery.payload, "Command")
        if delivery.kind == "interactive":
            seen.append(delivery.payload["type"])
            payload = {k: v for k, v in delivery.payload.items() if k != "enterprise"}
            assert delivery.payload["enterprise"] is None  # as Slack has it, whatever its types say
            wrong += lacks(payload, ACTS[payload["type"]])
    assert wrong == []
    assert set(seen) == set(ACTS)


def _button(label: str) -> Json:
    text = {"type": "plain_text", "text": label}
    return {"type": "button", "action_id": "a", "value": "v", "text": text}


def _field() -> Json:
    label = {"type": "plain_text", "text": "What"}
    element = {"type": "plain_text_input", "action_id": "v"}
    return {"type": "input", "block_id": "b", "label": label, "element": element}


def test_a_shape_that_is_wrong_is_noticed() -> None:
    event = {"type": "reaction_added", "user": "U1", "reaction": "eyes", "item_user": "U2"}
    item = {"type": "message", "channel": "C1", "ts": "1.000001"}
    whole = event | {"item": item, "event_ts": "1.000002"}
    assert lacks(whole, "ReactionAddedEvent") == []
    assert lacks(whole | {"user": None}, "ReactionAddedEvent") != []
    assert lacks(event, "ReactionAddedEvent") != []
