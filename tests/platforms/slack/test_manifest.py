"""Nothing is asked of a workspace that no code needs, and nothing is used that wasn't asked for."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from slack_sdk import WebClient

from bot.app import utcnow
from bot.domain.charts import RunChart
from bot.domain.events import (
    BotInvited,
    CommandGiven,
    Event,
    MessagePosted,
    PersonSeen,
    PostSeen,
    ReactionAdded,
)
from bot.domain.ids import ChannelId
from bot.domain.posts import Image, Post
from bot.platforms.slack import gate, inward, manifest
from bot.platforms.slack.platform import Slack
from bot.platforms.slack.settings import SlackSettings
from tests.standin.server import StandIn

HERE = Path(manifest.__file__).parent
OF_THE_APP = {"apps.connections.open"}
"""Called with the app's own token, whose scope no manifest can name."""
SDK_VERBS = {"files.upload.v2": {"files.getUploadURLExternal", "files.completeUploadExternal"}}
"""What the SDK calls for us where we call a verb of its own."""
KNOWN = {
    name.replace("_", ".")
    for name in dir(WebClient)
    if re.fullmatch("[a-z]+(_[a-zA-Z0-9]+)+", name) and name != "api_call"
}


def called(tree: ast.AST) -> Iterator[str]:
    """The methods of Slack's that a module calls, by an attribute of a client or by their name."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name) if name.replace("_", ".") in KNOWN:
                yield name.replace("_", ".")
            case ast.Constant(value=str(name)) if name in KNOWN:
                yield name


def test_every_method_that_is_called_is_listed_and_every_listed_one_called() -> None:
    found = {
        method
        for path in HERE.glob("*.py")
        if path.name != "manifest.py"
        for method in called(ast.parse(path.read_text()))
    }

    made = {each for verb in found for each in SDK_VERBS.get(verb, {verb})}
    assert made == {*manifest.METHODS} | OF_THE_APP


def test_leave_to_send_pictures_is_asked_for_because_a_feature_shows_one() -> None:
    handlers = HERE.parents[2] / "handlers"
    shows = [path for path in handlers.rglob("*.py") if "image=" in path.read_text()]

    assert bool(shows) == ("files:write" in manifest.REASONS)


def test_a_call_that_is_not_listed_would_be_noticed() -> None:
    tree = ast.parse("client.pins_add(channel=1); asker.ask('stars.list'); 'no.method.of.theirs'")

    assert set(called(tree)) == {"pins.add", "stars.list"}


def test_every_event_that_is_asked_for_is_understood_and_none_is_waited_for_in_vain() -> None:
    asked_for = {*manifest.EVENTS, *manifest.PRIVATE_EVENTS}
    understood = {*inward._EVENTS, *inward._LOOKUPS}

    assert {event.partition(".")[0] for event in asked_for} == understood - {
        "user_profile_changed"  # as user_change, which tells of the same
    }


def test_what_comes_over_http_comes_to_an_address_that_is_served() -> None:
    assert manifest.PATH in gate.PATHS


@pytest.mark.parametrize("scope", [*manifest.REASONS])
def test_a_reason_is_a_sentence(scope: str) -> None:
    assert re.fullmatch(r"[A-Z].*\.", manifest.REASONS[scope])


@pytest.mark.parametrize("private", [False, True], ids=["public only", "private too"])
def test_in_slack_each_scope_is_enough_and_is_needed(private: bool) -> None:
    asked_for = manifest.manifest(mode="socket", private_channels=private)
    heard: list[Event] = []
    with StandIn(manifest=json.loads(manifest.to_json(asked_for)), socket=True) as slack:
        for name in ("Ada", "Bo"):
            slack.person(name)
        slack.channel("ward", "Ada", "Bo", kind="private" if private else "public")
        platform = Slack(
            SlackSettings(
                bot_token=slack.bot_token,
                app_token=slack.app_token,
                api=slack.api,
                private_channels=private,
            ),
            clock=utcnow,
        )
        platform.start(lambda batch: heard.extend(batch.events))
        slack.invites_bot("Ada", "ward")
        hello = slack.writes("Ada", "ward", "hello")
        slack.reacts("Bo", hello, "bulb")
        slack.types("Bo", "/net", "", "ward")
        assert slack.settles(20)
        ward = ChannelId(f"slack:{slack.world.team.id}/{hello.channel.id}")
        chart = Image(chart=RunChart(title="Weeks", weeks=()), alt="No weeks yet")
        name = platform.post(Post(to=ward, text="Good morning", image=chart), key="k")
        assert platform.find(ward, key="k", since=utcnow() - timedelta(hours=1)) == name
        assert slack.settles(20)
        platform.stop()

    only_public = {"channels:history", "channels:read"}
    scopes = set(manifest.scopes(private_channels=private))
    assert slack.scopes_used | (only_public if private else set()) == scopes
    assert [call["method"] for call in slack.calls if not call["answer"]["ok"]] == []
    kinds = {type(event) for event in heard}
    assert {BotInvited, MessagePosted, ReactionAdded, CommandGiven, PersonSeen, PostSeen} <= kinds
