"""What the stand-in's Web API answers has the shape that Slack's own TypeScript types give it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.platforms.slack.manifest import METHODS
from tests.standin.ears import Ear
from tests.standin.limits import Limits
from tests.standin.server import StandIn
from tests.standin.typed import answer_type, complaints, lacks

Json = dict[str, Any]
ALSO = {"files.getUploadURLExternal", "files.completeUploadExternal"}
"""What the SDK calls to send a picture."""

BLOCK: Json = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
KEYED: Json = {"event_type": "animateur_post", "event_payload": {"key": "k"}}
MODAL: Json = {"type": "modal", "title": {"type": "plain_text", "text": "F"}, "blocks": [BLOCK]}


@pytest.fixture
def slack() -> Iterator[StandIn]:
    """A workspace with people, a guest, a bot, channels of all kinds, and all there can be said."""
    with StandIn(limits=Limits(is_off=True), in_flight=20) as standin, Ear().listening_to(standin):
        standin.person("Ada", email="ada@stand-in.example", tz="Europe/Berlin")
        standin.person("Guest", is_guest=True)
        standin.person("Bo", team="Elsewhere")
        standin.person("Gone")
        standin.deactivates("Gone")
        standin.channel("general", "Ada", "Guest", bot=True)
        standin.channel("secret", "Ada", kind="private", bot=True)
        standin.channel("shared", "Ada", bot=True)
        standin.shares("shared", "Elsewhere")
        standin.invites("Ada", "Bo", "shared")
        standin.channel("old", "Ada", bot=True)
        standin.archives("old")
        _talk(standin)
        yield standin


def _talk(slack: StandIn) -> None:
    first = slack.writes("Ada", "general", f"hello <@{slack.bot}>")
    slack.replies("Guest", first, "an answer")
    slack.replies("Ada", first, "for all", broadcast=True)
    slack.reacts("Ada", first, "eyes")
    slack.edits(first, "hello, all")
    gone = slack.writes("Ada", "general", "not for long")
    slack.replies("Guest", gone, "but answered")
    slack.deletes(gone)
    slack.bot_writes(slack.another_bot("Weather"), "general", "rain")
    slack.renames("general", "all")


def the_bot_asks(web: WebClient, slack: StandIn) -> None:
    """Let the bot read all that it reads."""
    me = web.auth_test()
    web.bots_info(bot=me["bot_id"])
    web.users_list()
    for person in slack.world.people.values():
        web.users_info(user=person.id)
    for channel in web.users_conversations(types="public_channel,private_channel")["channels"]:
        web.conversations_info(channel=channel["id"])
        web.conversations_members(channel=channel["id"])
        history = web.conversations_history(
            channel=channel["id"], include_all_metadata=True, limit=99
        )
        for message in history["messages"]:
            if "thread_ts" in message:
                web.conversations_replies(channel=channel["id"], ts=message["thread_ts"])


def the_bot_speaks(web: WebClient, slack: StandIn) -> None:
    """Let the bot say and show all that it can."""
    ada, where = slack.world.person("Ada").id, slack.world.channel("all").id
    said: Json = {"channel": where, "text": "x"}
    ts = web.chat_postMessage(**said, blocks=[BLOCK], metadata=KEYED)["ts"]
    web.chat_postMessage(**said, thread_ts=ts)
    gone = web.chat_postMessage(**said)["ts"]
    web.chat_update(**said, ts=ts, blocks=[BLOCK], metadata=KEYED)
    web.chat_delete(channel=where, ts=gone)
    web.chat_postEphemeral(**said, user=ada)
    web.chat_postMessage(channel=ada, text="between us")
    web.files_upload_v2(filename="a.png", content=b"png", title="A picture")
    web.views_publish(user_id=ada, view={"type": "home", "blocks": [BLOCK]})
    trigger = slack.types("Ada", "/net", "ask", "all").trigger
    web.views_open(trigger_id=trigger, view=MODAL)


NULLS = {
    "ConversationsHistory: $.channel_actions_ts None is not of type 'number'",
    "UsersConversations: $.channels[].parent_conversation None is not of type 'string'",
    "UsersList: $.members[].profile.fields None is not of type 'object'",
    *(f"Views{how}: $.view.close None is not of type 'object'" for how in ("Open", "Publish")),
    *(f"Views{how}: $.view.submit None is not of type 'object'" for how in ("Open", "Publish")),
    *(
        f"Views{how}: $.view.previous_view_id None is not of type 'string'"
        for how in ("Open", "Publish")
    ),
}
"""Where Slack says null, and its types know only what comes when there is something."""


def mistakes(slack: StandIn) -> set[str]:
    """What Slack's types find wrong with all that was answered."""
    return {
        re.sub(r"\[\d+\]", "[]", complaint)
        for call in slack.calls
        for complaint in lacks(call["answer"], answer_type(call["method"]))
    }


def test_every_answer_has_the_shape_of_its_type(slack: StandIn) -> None:
    web = WebClient(token=slack.bot_token, base_url=slack.api, retry_handlers=[])
    the_bot_speaks(web, slack)
    the_bot_asks(web, slack)
    assert mistakes(slack) == NULLS
    assert {call["method"] for call in slack.calls} == METHODS.keys() | ALSO


def test_the_address_of_a_socket_has_the_shape_of_its_type() -> None:
    with StandIn(socket=True) as slack:
        web = WebClient(base_url=slack.api, retry_handlers=[])
        answer = web.apps_connections_open(app_token=slack.app_token).data
    assert complaints(answer, answer_type("apps.connections.open")) == []


def test_a_refusal_has_the_shape_of_its_type(slack: StandIn) -> None:
    web = WebClient(token=slack.bot_token, base_url=slack.api, retry_handlers=[])
    need_nothing = {"auth.test", "bots.info", "users.list", "users.conversations"}
    for method in METHODS.keys() - need_nothing:
        with pytest.raises(SlackApiError):
            web.api_call(method, json={"channel": "C404"})
    assert mistakes(slack) == set()


def test_an_answer_that_is_wrong_is_noticed() -> None:
    members = answer_type("conversations.members")
    answer = {"ok": True, "members": ["U1"], "response_metadata": {"next_cursor": ""}}
    assert lacks(answer, members) == complaints(answer, members) == []
    for wrong in ({"members": [1]}, {"ok": "yes"}, {"response_metadata": {"next_cursor": 1}}):
        assert lacks(answer | wrong, members) != []
    assert complaints(answer | {"member": []}, members) != []
    assert lacks(answer | {"member": []}, members) == []
