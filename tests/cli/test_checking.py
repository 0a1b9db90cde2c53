"""`animateur check` with Slack connected: the live workspace, who listens, who may read what."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from bot.app import utcnow
from bot.domain.events import to_micros
from bot.storage import listening, pauses
from tests.cli.desk import Desk
from tests.platforms.slack.answering import APP, BOT, GRANTED, Slack, no, ok


@pytest.fixture
def slack() -> Iterator[Slack]:
    """A Slack that says yes to everything, until a test makes it say otherwise."""
    found = Slack()
    yield found
    found.stop()


@pytest.fixture
def connected(desk: Desk, slack: Slack) -> Desk:
    """A desk whose settings name a workspace; the file is its owner's alone."""
    path = desk.folder / "config.toml"
    path.write_text(f'[slack]\nbot_token = "{BOT}"\napp_token = "{APP}"\napi = "{slack.api}"\n')
    os.chmod(path, 0o600)
    desk.types("migrate")
    return desk


def hears(desk: Desk, *, until: timedelta) -> None:
    """Somebody listened to the workspace for an hour, up to *until* ago."""
    end = to_micros(utcnow() - until)
    with desk.sessions().begin() as session:
        listening.listened(session, "slack:T1", since=end - 3_600_000_000, until=end)


def told(desk: Desk, *words: str) -> tuple[int, dict[str, Any]]:
    """How check ends, and what it tells programs."""
    done = desk.types("check", "--json", *words)
    assert BOT not in done.output
    assert APP not in done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return done.exit_code, found


def test_while_somebody_listens_all_is_well(connected: Desk, slack: Slack) -> None:
    hears(connected, until=timedelta(minutes=1))

    code, found = told(connected)
    shown = " ".join(connected.types("check").stdout.split())

    assert (code, found["look_at"]) == (0, [])
    assert found["slack"]["workspace"] == "Frailty Friends"
    assert found["slack"]["channels"] == ["C2", "frailty"]
    assert "Slack Frailty Friends, as animateur, by a connection of mine, in 2 channels" in shown
    assert shown.endswith("All is well.")
    methods = [method for method, _, _ in slack.asked]
    assert "apps.connections.open" not in methods, "that is left to whoever listens"


@pytest.mark.parametrize("until", [None, timedelta(minutes=6)], ids=["never", "minutes ago"])
def test_where_nobody_listens_it_says_so_and_tries_the_connection(
    until: timedelta | None, connected: Desk, slack: Slack
) -> None:
    if until is not None:
        hears(connected, until=until)
    slack.answers["apps.connections.open"] = [no("invalid_auth")]

    code, found = told(connected)

    assert code == 1
    connection, listens = found["look_at"]
    assert connection.startswith("Slack doesn't know this app_token")
    assert listens == "Nobody has listened to Slack in the last minutes: start animateur run."


class Healthy(BaseHTTPRequestHandler):
    """A bot that waits for Slack's requests, and says that it is well."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthy" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nobody wants to know."""


def test_where_slack_sends_requests_a_silence_is_no_trouble_while_the_bot_is_there(
    connected: Desk, slack: Slack
) -> None:
    bot = HTTPServer(("127.0.0.1", 0), Healthy)
    thread = Thread(target=bot.serve_forever)
    thread.start()
    way = f'signing_secret = "{"0" * 32}"\nmode = "http"\nport = {bot.server_port}\n'
    with (connected.folder / "config.toml").open("a") as file:
        file.write(way)

    there, _ = told(connected)
    bot.shutdown()
    thread.join()
    bot.server_close()
    gone, found = told(connected)

    assert (there, gone) == (0, 1)
    assert found["look_at"][0].startswith("Nobody has listened to Slack")


def test_what_the_workspace_withholds_is_told(connected: Desk, slack: Slack) -> None:
    hears(connected, until=timedelta(0))
    status, _, body = slack.answers["auth.test"][0]
    lacking = {"x-oauth-scopes": GRANTED.replace("reactions:read", "im:history")}
    slack.answers["auth.test"] = [(status, lacking, body)]
    slack.answers["users.conversations"] = [ok(channels=[])]

    code, found = told(connected)

    assert code == 1
    assert found["slack"]["missing_scopes"] == ["reactions:read"]
    assert found["slack"]["needless_scopes"] == ["im:history"]
    scopes, alone = found["look_at"]
    assert "missing: reactions:read." in scopes
    assert alone == "I am in no channel yet: type /invite @animateur in one."


def test_a_workspace_that_is_out_of_reach_is_one_trouble_and_no_more(
    connected: Desk, slack: Slack
) -> None:
    slack.answers["auth.test"] = [no("account_inactive")]

    code, found = told(connected)
    shown = " ".join(connected.types("check").stdout.split())

    assert code == 1
    assert len(found["look_at"]) == 1
    assert "Slack not connected" in shown
    assert "Look at this: The workspace has removed the app" in shown


def test_offline_nobody_is_asked(connected: Desk, slack: Slack) -> None:
    code, found = told(connected, "--offline")

    assert (code, found["slack"], found["look_at"]) == (0, None, [])
    assert slack.asked == []


def test_without_secrets_there_is_no_workspace(desk: Desk, slack: Slack) -> None:
    (desk.folder / "config.toml").write_text(f'[slack]\nmode = "http"\napi = "{slack.api}"\n')

    code, found = told(desk)

    assert (code, found["slack"]) == (0, None)
    assert "Slack" not in desk.types("check").stdout
    assert slack.asked == []


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604], ids=oct)
def test_secrets_that_others_may_read_are_pointed_at(mode: int, connected: Desk) -> None:
    hears(connected, until=timedelta(0))
    os.chmod(connected.folder / "config.toml", mode)

    code, found = told(connected)

    assert code == 1
    assert found["look_at"] == [
        "config.toml holds secrets, and others on this machine may read it: chmod 600 config.toml"
    ]


def test_settings_without_secrets_may_be_read_by_all(
    connected: Desk, slack: Slack, tmp_path: Path
) -> None:
    hears(connected, until=timedelta(0))
    path = connected.folder / "config.toml"
    path.write_text(f'[slack]\napi = "{slack.api}"\n')
    os.chmod(path, 0o644)
    held = {"ANIMATEUR_SLACK_BOT_TOKEN": BOT, "ANIMATEUR_SLACK_APP_TOKEN": APP}

    done = connected.types("check", **held)

    assert done.exit_code == 0, done.output
    assert BOT not in done.output


def test_a_pause_is_something_to_look_at(connected: Desk) -> None:
    connected.types("pause")

    code, found = told(connected, "--offline")

    assert code == 1
    assert found["paused_since"] is not None
    [pause] = found["look_at"]
    assert pause.startswith("Nothing is said since ")
    assert pause.endswith(" UTC: animateur resume")


def test_a_network_that_is_paused_is_named(settled: Desk) -> None:
    with settled.sessions().begin() as session:
        pauses.pause_all(session, "a lead", datetime(2025, 3, 30, 12, tzinfo=UTC), network_id=1)

    code, found = told(settled)

    assert code == 1
    assert found["look_at"] == [
        "Nothing is said in Our network since 30 Mar 2025 12:00 UTC: animateur resume"
    ]
    assert found["networks"][0]["paused_since"] is not None
