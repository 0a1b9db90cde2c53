"""`animateur slack manifest`: least permissions, each with its reason, in a form Slack takes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from bot.platforms.slack import manifest as asked
from bot.platforms.slack.manifest import Manifest, Shortcut
from tests.cli.desk import Desk

HTTP = ("--mode", "http", "--url", "https://bot.example.org")


def printed(desk: Desk, *words: str) -> dict[str, Any]:
    """The manifest that is printed as JSON, read as strictly as Slack reads it."""
    done = desk.types("slack", "manifest", "--json", *words)
    assert done.exit_code == 0, done.output
    msgspec.json.decode(done.stdout, type=Manifest)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def bot_scopes(made: dict[str, Any]) -> list[str]:
    """What the bot would be granted."""
    scopes = made["oauth_config"]["scopes"]
    assert list(scopes) == ["bot"], "nothing is asked in a person's name"
    found: list[str] = scopes["bot"]
    return found


def test_over_a_connection_of_ours_no_address_is_needed(desk: Desk) -> None:
    made = printed(desk)

    assert made["settings"]["socket_mode_enabled"] is True
    assert "url" not in json.dumps(made)


def test_over_http_everything_comes_to_one_address(desk: Desk) -> None:
    made = printed(desk, *HTTP)

    assert made["settings"]["socket_mode_enabled"] is False
    address = "https://bot.example.org/slack/events"
    assert made["settings"]["event_subscriptions"]["request_url"] == address
    assert made["settings"]["interactivity"] == {"is_enabled": True, "request_url": address}
    assert {each["url"] for each in made["features"]["slash_commands"]} == {address}


@pytest.mark.parametrize(
    ("url", "reached"),
    [
        pytest.param("https://a.org/", "https://a.org/slack/events", id="a host with a slash"),
        pytest.param("https://a.org:8443", "https://a.org:8443/slack/events", id="a port"),
        pytest.param("https://a.org/b/c", "https://a.org/b/c", id="a path of their own"),
    ],
)
def test_a_path_is_added_where_none_is_named(url: str, reached: str, desk: Desk) -> None:
    made = printed(desk, "--mode", "http", "--url", url)

    assert made["settings"]["event_subscriptions"]["request_url"] == reached


@pytest.mark.parametrize(
    "url", ["", "http://bot.example.org", "bot.example.org", "https://" + "a" * 3500]
)
def test_an_address_that_slack_would_refuse_is_refused_here(url: str, desk: Desk) -> None:
    done = desk.types("slack", "manifest", "--mode", "http", "--url", url)

    assert done.exit_code == 2
    assert "--url" in done.stderr
    assert "Traceback" not in done.output
    assert done.stdout == ""


def test_both_commands_are_there_and_people_arrive_as_their_ids(desk: Desk) -> None:
    commands = printed(desk)["features"]["slash_commands"]

    assert [each["command"] for each in commands] == ["/net", "/tend"]
    assert all(each["should_escape"] for each in commands)
    assert all(each["usage_hint"] for each in commands)


def test_it_belongs_to_one_workspace_and_its_tokens_stay(desk: Desk) -> None:
    settings = printed(desk)["settings"]

    assert settings["org_deploy_enabled"] is False
    assert settings["token_rotation_enabled"] is False


def test_what_is_written_to_the_bot_alone_is_neither_asked_for_nor_heard(desk: Desk) -> None:
    made = printed(desk, "--private-channels")

    assert made["features"]["app_home"]["messages_tab_read_only_enabled"] is True
    assert not [each for each in bot_scopes(made) if each.startswith(("im:", "mpim:"))]
    assert not [each for each in events(made) if each.startswith(("message.im", "message.mpim"))]


def events(made: dict[str, Any]) -> list[str]:
    """What the app would be told."""
    found: list[str] = made["settings"]["event_subscriptions"]["bot_events"]
    return found


def test_private_channels_are_asked_for_only_where_they_are_wanted(desk: Desk) -> None:
    without, wanted = printed(desk), printed(desk, "--private-channels")

    assert not re.search(r"groups:|group_|message\.groups", json.dumps(without))
    assert set(bot_scopes(wanted)) - set(bot_scopes(without)) == {"groups:history", "groups:read"}
    assert "message.groups" in events(wanted)


def test_of_metadata_only_our_own_kind_is_asked_for(desk: Desk) -> None:
    told = printed(desk)["settings"]["event_subscriptions"]

    assert told["metadata_subscriptions"] == [{"app_id": "*", "event_type": "animateur_post"}]
    assert "message_metadata_posted" in told["bot_events"]


@pytest.mark.parametrize("private", [False, True], ids=["public only", "private too"])
def test_every_scope_is_needed_by_something_and_has_its_reason(private: bool) -> None:
    needed = {*asked.EVENTS.values(), *asked.METHODS.values(), "commands"}
    if private:
        needed |= {*asked.PRIVATE_EVENTS.values()}

    scopes = asked.scopes(private_channels=private)

    assert set(scopes) == needed - {None}
    assert list(scopes) == sorted(scopes)
    assert set(scopes) <= set(asked.REASONS)
    if private:
        assert set(scopes) == set(asked.REASONS)


def test_the_reason_of_each_scope_is_told_in_words(desk: Desk) -> None:
    done = desk.types("slack", "manifest", "--explain")

    told = " ".join(done.stdout.split())
    for scope in asked.scopes(private_channels=False):
        assert scope in told
    assert "its words are dropped as it arrives" in " ".join(re.sub(r"\S+:\S+", "", told).split())
    assert "groups:read" not in told
    assert (
        "groups:read" in desk.types("slack", "manifest", "--explain", "--private-channels").stdout
    )


def test_yaml_holds_the_same(desk: Desk) -> None:
    done = desk.types("slack", "manifest", *HTTP)

    assert done.stdout == desk.types("slack", "manifest", "--yaml", *HTTP).stdout
    lines = done.stdout.splitlines()
    assert lines[:4] == [
        "_metadata:",
        "  major_version: 2",
        "  minor_version: 1",
        "display_information:",
    ]
    assert '      - "channels:history"' in lines
    assert "    messages_tab_read_only_enabled: true" in lines
    assert unyaml(lines) == printed(desk, *HTTP)


def unyaml(lines: list[str]) -> Any:
    """Read the little YAML that is written: maps, lists, and texts quoted as in JSON."""

    def block(at: int, depth: int) -> tuple[Any, int]:
        found: Any = [] if lines[at].lstrip().startswith("-") else {}
        while at < len(lines) and len(lines[at]) - len(lines[at].lstrip()) == depth:
            head, _, rest = re.sub(r"^\s*-", "-:", lines[at]).lstrip().partition(":")
            at += 1
            if rest.strip():
                value = json.loads(rest)
            else:
                value, at = block(at, depth + 2)
            if isinstance(found, list):
                found.append(value)
            else:
                found[head] = value
        return found, at

    return block(0, 0)[0]


def test_a_link_brings_it_along(desk: Desk) -> None:
    link = desk.types("slack", "manifest", "--link").stdout.strip()

    there = urlsplit(link)
    assert (there.netloc, there.path) == ("api.slack.com", "/apps")
    [brought] = parse_qs(there.query)["manifest_json"]
    assert json.loads(brought) == printed(desk)


def test_what_the_settings_say_holds_unless_it_is_said_otherwise(desk: Desk) -> None:
    (desk.folder / "config.toml").write_text('[slack]\nmode = "http"\nprivate_channels = true\n')

    asked_for = printed(desk, "--url", "https://bot.example.org")
    otherwise = printed(desk, "--mode", "socket", "--no-private-channels")

    assert asked_for["settings"]["socket_mode_enabled"] is False
    assert "groups:read" in bot_scopes(asked_for)
    assert otherwise == printed(desk, "--config", str(empty(desk)))


def empty(desk: Desk) -> Path:
    """Settings in which nothing is."""
    path = desk.folder / "empty.toml"
    path.write_text("")
    return path


def test_the_menu_of_a_message_has_what_the_features_that_are_on_put_there(desk: Desk) -> None:
    menu = printed(desk)["features"]["shortcuts"]
    assert "ideas.worth_hearing" in [each["callback_id"] for each in menu]

    (desk.folder / "config.toml").write_text("[network]\n")
    assert "shortcuts" not in printed(desk)["features"]


def test_settings_that_can_not_be_meant_are_told_in_a_sentence(desk: Desk) -> None:
    (desk.folder / "config.toml").write_text("[slakc]\n")

    done = desk.types("slack", "manifest")

    assert done.exit_code == 2
    assert " ".join(done.stderr.split()) == "There is no [slakc]; did you mean 'slack'?"


def test_only_one_form_is_printed(desk: Desk) -> None:
    done = desk.types("slack", "manifest", "--json", "--yaml")

    assert done.exit_code == 2
    assert "Choose one" in done.stderr


def test_the_menu_of_a_message_is_brought_along() -> None:
    entry = Shortcut(
        name="Worth hearing", callback_id="ideas.worth_hearing", description="More should hear it"
    )

    made = asked.manifest(mode="socket", shortcuts=[entry])

    assert json.loads(asked.to_json(made))["features"]["shortcuts"] == [
        {
            "name": "Worth hearing",
            "type": "message",
            "callback_id": "ideas.worth_hearing",
            "description": "More should hear it",
        }
    ]


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param([("A name of some 25 letters", "x")], id="a name too long"),
        pytest.param([("", "x")], id="no name"),
        pytest.param([("A name", "x" * 151)], id="a description too long"),
        pytest.param([("A name", "x")] * 11, id="more than a menu holds"),
    ],
)
def test_a_menu_that_slack_would_refuse_is_refused_here(entries: list[tuple[str, str]]) -> None:
    shortcuts = [Shortcut(name=a, callback_id="a.b", description=b) for a, b in entries]

    with pytest.raises(ValueError, match="Expected"):
        asked.manifest(mode="socket", shortcuts=shortcuts)
