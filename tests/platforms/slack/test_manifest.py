"""Nothing is asked of a workspace that no code needs, and nothing is used that wasn't asked for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient

from bot.platforms.slack import gate, inward, manifest

HERE = Path(manifest.__file__).parent
OF_THE_APP = {"apps.connections.open"}
"""Called with the app's own token, whose scope no manifest can name."""
OF_PICTURES = {"files.upload.v2"}
"""No feature shows pictures in Slack yet, so no leave is asked for it: their words must do."""
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

    assert found == {*manifest.METHODS} | OF_THE_APP | OF_PICTURES


def test_once_a_feature_shows_pictures_leave_has_to_be_asked_for() -> None:
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
