"""The stand-in's Web API beside another one that we did not write: the npm package `emulate`.

Runs where Node is present and `npm ci` was run in the folder `schemas`, or where `EMULATE` names
a folder of emulate 0.12.2, such as `<somewhere>/node_modules/emulate`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.standin.limits import Limits
from tests.standin.server import StandIn

Json = dict[str, Any]
HERE = Path(__file__).parent / "schemas"
NODE = shutil.which("node")
PLACES = (HERE / "node_modules" / "emulate", Path(os.environ.get("EMULATE") or HERE))
FOUND = [place / "dist" / "api.js" for place in PLACES if (place / "dist" / "api.js").exists()]
pytestmark = pytest.mark.skipif(
    not (NODE and FOUND),
    reason="Compares with another stand-in where `npm ci` was run in tests/standin/schemas.",
)

MODAL: Json = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "F"},
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}],
}


WE_KNOW_BETTER = {
    # of direct messages only, or of the person whose token it is
    "conversations.list: $.channels[].is_open is missing",
    "conversations.list: $.channels[].last_read is missing",
    "conversations.info: $.channel.is_open is missing",
    "conversations.info: $.channel.last_read is missing",
    # given where `include_num_members` asks for it
    "conversations.info: $.channel.num_members is missing",
    # Slackbot, who comes first, has none
    "users.list: $.members[].profile.email is missing",
    # given where there is more
    "conversations.history: $.response_metadata is missing",
}


@pytest.fixture
def theirs() -> Iterator[WebClient]:
    """A client of the other emulator."""
    command = [str(NODE), str(HERE / "emulate.mjs"), str(FOUND[0])]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        yield WebClient(token="xoxb-stand-in-bot", base_url=f"{url}/api/", retry_handlers=[])
        assert process.stdin is not None
        process.stdin.close()
        process.terminate()


@pytest.fixture
def ours() -> Iterator[WebClient]:
    """A client of the stand-in, in a workspace that looks like theirs."""
    with StandIn(limits=Limits(is_off=True)) as slack:
        slack.channel("place", slack.person("Ada", email="ada@stand-in.example"), bot=True)
        yield WebClient(token=slack.bot_token, base_url=slack.api, retry_handlers=[])


def shape(value: object) -> object:
    """The kinds of a JSON value's parts, its names kept."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def differences(ours: object, theirs: object, at: str = "$") -> Iterator[str]:
    """Where two shapes disagree: a part of theirs that ours lacks, or of another kind."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name, part in theirs.items():
            if name not in ours:
                yield f"{at}.{name} is missing"
            else:
                yield from differences(ours[name], part, f"{at}.{name}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        if ours and theirs:
            yield from differences(ours[0], theirs[0], f"{at}[]")
    elif ours != theirs and "NoneType" not in (ours, theirs):
        yield f"{at} is {ours}, theirs {theirs}"


def story(web: WebClient) -> Iterator[tuple[str, Json]]:
    """The same calls on either, each with the answer."""

    def call(name: str, method: Callable[..., Any], /, **args: Any) -> tuple[str, Json]:
        try:
            answer: Json = method(**args).data
        except SlackApiError as refused:
            answer = {"ok": False, "error": refused.response["error"]}
        return name, answer

    yield call("auth.test", web.auth_test)
    name, listed = call("conversations.list", web.conversations_list)
    yield name, listed
    where = next(c["id"] for c in listed["channels"] if c["name"] == "place")
    name, people = call("users.list", web.users_list)
    yield name, people
    ada = next(m["id"] for m in people["members"] if m["name"] == "ada")
    yield call("users.info", web.users_info, user=ada)
    yield call("users.info of nobody", web.users_info, user="U404")
    yield call("conversations.info", web.conversations_info, channel=where)
    yield call("conversations.info of nothing", web.conversations_info, channel="C404")
    yield call("conversations.members", web.conversations_members, channel=where)
    name, posted = call("chat.postMessage", web.chat_postMessage, channel=where, text="one")
    yield name, posted
    ts = posted["ts"]
    yield call("nowhere", web.chat_postMessage, channel="C404", text="x")
    yield call("silent", web.api_call, api_method="chat.postMessage", json={"channel": where})
    yield call("reply", web.chat_postMessage, channel=where, text="two", thread_ts=ts)
    yield call("conversations.replies", web.conversations_replies, channel=where, ts=ts)
    yield call("conversations.history", web.conversations_history, channel=where, limit=1)
    yield call("reactions.add", web.reactions_add, channel=where, timestamp=ts, name="eyes")
    yield call("again", web.reactions_add, channel=where, timestamp=ts, name="eyes")
    yield call("chat.getPermalink", web.chat_getPermalink, channel=where, message_ts=ts)
    yield call("chat.postEphemeral", web.chat_postEphemeral, channel=where, user=ada, text="x")
    yield call("chat.update", web.chat_update, channel=where, ts=ts, text="three")
    yield call("update of nothing", web.chat_update, channel=where, ts="1.000001", text="x")
    yield call("chat.delete", web.chat_delete, channel=where, ts=posted["ts"])
    yield call("delete of nothing", web.chat_delete, channel=where, ts="1.000001")
    yield call("conversations.open", web.conversations_open, users=ada)
    home = {"type": "home", "blocks": MODAL["blocks"]}
    yield call("views.publish", web.views_publish, user_id=ada, view=home)
    yield call("a wrong permit", web.views_open, trigger_id="1.2.3", view=MODAL)
    yield call("team.info", web.team_info)


def test_both_answer_alike(ours: WebClient, theirs: WebClient) -> None:
    told = {
        f"{name}: {difference}"
        for (name, one), (_, two) in zip(story(ours), story(theirs), strict=True)
        for difference in _compare(one, two)
    }
    assert told == WE_KNOW_BETTER


def _compare(ours: Json, theirs: Json) -> list[str]:
    if (ours["ok"], ours.get("error")) != (theirs["ok"], theirs.get("error")):
        return [f"{ours.get('error', 'ok')}, theirs {theirs.get('error', 'ok')}"]
    return list(differences(shape(ours), shape(theirs)))
