"""What people see in the stand-in, and what the app hears of it: only what it may."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler

from tests.standin.faults import FaultPlan
from tests.standin.limits import Limits
from tests.standin.reading import rendered
from tests.standin.server import StandIn

Json = dict[str, Any]
ROOT = Path(__file__).parents[2]
MANIFEST: Json = {
    "features": {
        "bot_user": {"display_name": "Net"},
        "app_home": {"home_tab_enabled": False},
        "slash_commands": [{"command": "/net"}],
        "shortcuts": [{"callback_id": "story.hear"}],
    },
    "oauth_config": {
        "scopes": {"bot": ["channels:history", "chat:write", "commands", "users:read"]}
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": ["message.channels", "reaction_added", "user_change"]
        },
        "socket_mode_enabled": False,
    },
}


@pytest.fixture
def slack() -> Iterator[StandIn]:
    """A workspace with Ada and the app, which has every scope, in #general."""
    with StandIn(limits=Limits(is_off=True)) as standin:
        standin.channel("general", standin.person("Ada"), bot=True)
        yield standin


def told(slack: StandIn) -> list[str]:
    """What was sent to the app, by type and subtype."""
    events = [d.payload.get("event", d.payload) for d in slack.deliveries.all]
    return [".".join(filter(None, (e["type"], e.get("subtype")))) for e in events]


def test_a_mention_comes_twice_and_only_once_with_the_kind_of_channel(slack: StandIn) -> None:
    slack.writes("Ada", "general", f"<@{slack.bot}> hello")
    assert told(slack) == ["message", "app_mention"]
    message, mention = (d.payload["event"] for d in slack.deliveries.all)
    assert message["ts"] == mention["ts"]
    assert (message["channel_type"], "channel_type" in mention) == ("channel", False)


def test_the_first_message_of_a_thread_leaves_a_tombstone(slack: StandIn) -> None:
    first = slack.writes("Ada", "general", "first")
    answer = slack.replies("Ada", first, "answer")
    slack.deletes(first)
    changed = slack.deliveries.all[-1].payload["event"]
    assert (changed["subtype"], changed["message"]["subtype"]) == ("message_changed", "tombstone")
    assert [r.text for r in slack.sees("Ada")] == ["answer"]
    slack.deletes(answer)
    gone = [d.payload["event"].get("deleted_ts") for d in slack.deliveries.all[-2:]]
    assert gone == [answer.ts, first.ts]


def test_times_are_strictly_increasing_even_where_the_clock_stands() -> None:
    with StandIn(clock=lambda: datetime(2026, 3, 2, 9, tzinfo=UTC)) as slack:
        slack.channel("general", slack.person("Ada"))
        times = [slack.writes("Ada", "general", "x").ts for _ in range(3)]
    assert times == ["1772442000.000000", "1772442000.000001", "1772442000.000002"]


def test_an_app_hears_nothing_where_it_is_not(slack: StandIn) -> None:
    slack.channel("elsewhere", "Ada")
    message = slack.writes("Ada", "elsewhere", "hello")
    slack.reacts("Ada", message, "eyes")
    slack.joins(slack.person("Bo"), "elsewhere")
    assert told(slack) == []
    slack.renames("elsewhere", "somewhere")
    assert told(slack) == ["channel_rename"]


def test_an_app_that_is_taken_out_hears_that_and_then_no_more(slack: StandIn) -> None:
    slack.removes_bot("Ada", "general")
    assert told(slack) == ["message.channel_leave", "member_left_channel", "channel_left"]
    slack.writes("Ada", "general", "now")
    assert len(told(slack)) == 3
    slack.invites_bot("Ada", "general")
    assert told(slack)[3:] == ["member_joined_channel", "message.channel_join"]
    assert slack.deliveries.all[3].payload["event"]["inviter"] == slack.world.person("Ada").id


def test_without_the_scope_an_event_is_not_sent(slack: StandIn) -> None:
    slack.app.scopes.remove("channels:history")
    slack.app.scopes.remove("reactions:read")
    slack.reacts("Ada", slack.writes("Ada", "general", "hello"), "eyes")
    assert told(slack) == []


def test_a_manifest_says_what_an_app_may_and_hears() -> None:
    with StandIn(manifest=MANIFEST, limits=Limits(is_off=True)) as slack:
        slack.person("Ada")
        slack.channel("general", "Ada", bot=True)
        message = slack.writes("Ada", "general", f"hello <@{slack.bot}>")
        slack.reacts("Ada", message, "eyes")  # subscribed, but not granted
        slack.person("Bo", joins=True)  # granted, but not subscribed
        slack.changes_profile("Ada", title="Nurse")
        assert told(slack) == ["message", "user_change"]
        assert slack.scopes_used == {"channels:history", "users:read"}
        with pytest.raises(KeyError, match="no command"):
            slack.types("Ada", "/tend", "", "general")
        with pytest.raises(KeyError, match="no shortcut"):
            slack.uses_shortcut("Ada", "other")
        web = WebClient(token=slack.bot_token, base_url=slack.api)
        refused = web.api_call("auth.test")
        assert refused["user"] == "net"
        assert refused.headers["x-oauth-scopes"].split(",") == slack.app.scopes


def test_people_of_another_organisation_say_so(slack: StandIn) -> None:
    slack.shares("general", "Elsewhere")
    slack.invites("Ada", slack.person("Bo", team="Elsewhere"), "general")
    slack.writes("Bo", "general", "hello")
    payload = slack.deliveries.all[-1].payload
    elsewhere = slack.other_team("Elsewhere").id
    assert payload["event"]["user_team"] == payload["team_id"] == elsewhere
    assert (
        payload["context_team_id"] == payload["authorizations"][0]["team_id"] == slack.world.team.id
    )
    assert payload["is_ext_shared_channel"]


def test_who_leaves_a_private_channel_can_no_longer_read_it(slack: StandIn) -> None:
    slack.channel("secret", "Ada", kind="private", bot=True)
    slack.writes("Ada", "secret", "psst")
    slack.leaves("Ada", "secret")
    assert slack.sees("Ada", "secret") == []
    assert [s.what for s in slack.world.sights if s.text == "psst"] == ["appeared", "vanished"]


def test_an_app_that_was_shown_out_hears_that_and_then_no_more(slack: StandIn) -> None:
    slack.uninstalls()
    slack.writes("Ada", "general", "is it gone?")
    assert told(slack) == ["app_uninstalled", "tokens_revoked"]
    slack.installs_again()
    slack.writes("Ada", "general", "and back")
    assert told(slack)[2:] == ["message"]


PLAIN: Json = {"type": "plain_text"}
MARKUP: Json = {"type": "mrkdwn"}
VERBATIM: Json = {"type": "mrkdwn", "verbatim": True}


@pytest.mark.parametrize(
    ("text", "block", "mentions", "links"),
    [
        pytest.param("<!channel> <@U1> <!subteam^S1>", None, "channel U1 S1", 0, id="live"),
        pytest.param("&lt;!channel&gt; @here &lt;@U1&gt;", None, "", 0, id="escaped"),
        pytest.param("<https://a.example|good> https://b.example", None, "", 2, id="links"),
        pytest.param("evil.com, a.b@evil.org; 9.30, e.g. this", None, "", 2, id="bare domains"),
        pytest.param("`https://a.example`", None, "", 0, id="an address in code"),
        pytest.param("", PLAIN, "", 0, id="plain text is dead"),
        pytest.param("", MARKUP, "here channel", 1, id="markup is alive"),
        pytest.param("", VERBATIM, "channel", 0, id="verbatim markup is less so"),
        pytest.param("<!here>", PLAIN, "here", 0, id="a notification rings"),
    ],
)
def test_what_is_alive_in_a_text(
    slack: StandIn, text: str, block: Json | None, mentions: str, links: int
) -> None:
    words = (block or {}) | {"text": "<!channel> @here https://a.example"}
    seen = rendered(slack.world, text, [{"type": "section", "text": words}] if block else None)
    assert seen.mentions == mentions.split()
    assert len(seen.links) == links


def test_rich_text_is_alive_by_its_elements_only(slack: StandIn) -> None:
    elements = [
        {"type": "text", "text": "<!channel> https://a.example "},
        {"type": "user", "user_id": "U1"},
        {"type": "link", "url": "https://b.example"},
        {"type": "broadcast", "range": "here"},
    ]
    section = {"type": "rich_text_section", "elements": elements}
    seen = rendered(slack.world, "", [{"type": "rich_text", "elements": [section]}])
    assert (seen.mentions, seen.links) == (["U1", "here"], ["https://b.example"])


@pytest.mark.parametrize(
    ("fault", "posted"),
    [
        pytest.param("reset_before", 0, id="cut before it was taken"),
        pytest.param("reset_after", 1, id="cut after it was taken"),
        pytest.param("stall_before", 0, id="no answer, and not taken"),
        pytest.param("stall_after", 1, id="no answer, but taken"),
        pytest.param("error_before", 0, id="an error, and not taken"),
        pytest.param("error_after", 1, id="an error, but taken"),
        pytest.param("rate_limited", 0, id="too many"),
    ],
)
def test_a_call_that_goes_wrong(fault: str, posted: int) -> None:
    plan = FaultPlan(exactly=[("chat.postMessage", 1, fault)], seconds=0.1)
    with StandIn(faults=plan, limits=Limits(is_off=True)) as slack:
        web = WebClient(token=slack.bot_token, base_url=slack.api, retry_handlers=[])
        where = slack.channel("general", slack.person("Ada"), bot=True).id
        with pytest.raises(Exception, match=r"."):
            web.chat_postMessage(channel=where, text="x")
        assert len(slack.posts) == posted


def test_the_sdk_by_default_says_twice_what_was_taken_once() -> None:
    """The known bug that the bot must not have: slack_sdk repeats where the answer was lost."""
    plan = FaultPlan(exactly=[("chat.postMessage", 1, "reset_after")])
    with StandIn(faults=plan, limits=Limits(is_off=True)) as slack:
        handler = ConnectionErrorRetryHandler(max_retry_count=1)
        web = WebClient(token=slack.bot_token, base_url=slack.api, retry_handlers=[handler])
        where = slack.channel("general", slack.person("Ada"), bot=True).id
        web.chat_postMessage(channel=where, text="x")
        assert [r.text for r in slack.sees("Ada")] == ["x", "x"]


def test_another_process_can_drive_it_and_read_what_is_true() -> None:
    command = [sys.executable, "-m", "tests.standin", "--no-limits"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        where = json.loads(process.stdout.readline())

        def do(verb: str, *args: object, **kwargs: object) -> Any:
            body = json.dumps({"verb": verb, "args": args, "kwargs": kwargs}).encode()
            with urlopen(Request(where["control"] + "do", body)) as answer:
                return json.load(answer)["result"]

        do("person", "Ada")
        do("channel", "general", "Ada", bot=True)
        message = do("writes", "Ada", "general", "hello")
        do("reacts", "Ada", message["name"], "eyes")
        do("strikes_next", "users.list", "error_before")
        assert [r["text"] for r in do("sees", "Ada")] == ["hello"]
        with urlopen(where["control"] + "history") as answer:
            history = json.load(answer)
        assert [d["name"] for d in history["deliveries"]] == ["message", "reaction_added"]
        assert [s["what"] for s in history["sights"]] == ["appeared"]
        with urlopen(where["control"] + "history?only=posts,bot") as answer:
            assert json.load(answer) == {"posts": [], "bot": where["bot"]}
        process.terminate()
