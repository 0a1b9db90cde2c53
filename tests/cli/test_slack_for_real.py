"""As a person would: install by the README, run it, and do in Slack what people do there."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from tests.cli.desk import Desk
from tests.platforms.slack.answering import SIGNING
from tests.standin.reading import Reading
from tests.standin.server import StandIn

pytestmark = pytest.mark.at_length

HERON = "the heron flies at noon"
"""Said by people in Slack, and kept by nobody."""

NAME = "What is this network called?"
PURPOSE = "What can we only do together that we can't do on our own?"
ZONE = "In which time zone do most of you work?"
COUNTRY = "In which country?"


def until(what: Callable[[], object], instead: Callable[[], object] = lambda: "nothing") -> None:
    """Wait until it is so.

    Raises:
        AssertionError: it isn't, after half a minute; with what there is *instead*.
    """
    end = time.monotonic() + 30
    while not what():
        assert time.monotonic() < end, f"that never came, but {instead()}"
        time.sleep(0.02)


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Office:
    """A workspace with three people and a bot that was installed there by hand."""

    def __init__(self, slack: StandIn, desk: Desk, port: int) -> None:
        self.slack = slack
        self.desk = desk
        self.address = f"http://127.0.0.1:{port}/slack/events"
        self.log = desk.folder / "log.txt"

    @contextmanager
    def running(self) -> Iterator[None]:
        """The bot runs, as a process of its own, and is told to stop afterwards."""
        with self.desk.starts("run") as process:
            try:
                self._hear(process)
                yield
                process.send_signal(signal.SIGTERM)
                self.log.write_text(self.log.read_text() + process.communicate(timeout=60)[1])
                assert process.returncode == 0
            finally:
                process.kill()

    def waiting(self) -> list[object]:
        """What the bot has still to say."""
        asked = "SELECT key, kind, method, error FROM outbox WHERE state <> 'sent'"
        with closing(sqlite3.connect(self.desk.database)) as database:
            return list(database.execute(asked))

    def _hear(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        lines = []
        for line in process.stderr:
            lines.append(line)
            if "run.started" in line:
                break
        self.log.write_text("".join(lines))
        assert "run.started" in lines[-1], lines

    def reads(self, who: str, text: str) -> Reading:
        """What *who* reads, once it is there: the newest post of the bot's that has *text*."""

        def mine() -> list[Reading]:
            return [each for each in self.slack.sees(who) if each.author == self.slack.bot]

        until(lambda: any(text in each.text for each in mine()), lambda: mine()[-3:])
        return [each for each in mine() if text in each.text][-1]

    def page(self, who: str, text: str) -> str:
        """What stands on the bot's own page for *who*, once *text* is on it."""
        self.slack.opens_home(who)
        until(lambda: text in "\n".join(self.slack.home_of(who)), lambda: self.slack.home_of(who))
        return "\n".join(self.slack.home_of(who))


def wanted(mode: str) -> list[str]:
    """How the bot is to be reached, as the README has it."""
    return ["--mode", "http", "--url", "https://bot.example.org"] if mode == "http" else []


@pytest.fixture(params=["socket", "http"])
def office(request: pytest.FixtureRequest, desk: Desk) -> Iterator[Office]:
    """The bot was installed by the README: manifest, setup, and the three secrets."""
    mode: str = request.param
    printed = desk.types("slack", "manifest", "--json", *wanted(mode))
    manifest: dict[str, Any] = json.loads(printed.stdout)
    with StandIn(manifest=manifest, socket=mode == "socket") as slack:
        slack.app.signing_secret = SIGNING  # of the form that Slack's own have
        for name in ("Ada", "Bo", "Cy"):
            slack.person(name)
        slack.channel("general", "Ada", "Bo", "Cy", general=True)
        port = free_port()
        settings = desk.folder / "config.toml"
        settings.write_text(f'[slack]\napi = "{slack.api}"\nport = {port}\n')
        done = desk.types(
            *("setup", "slack", *wanted(mode)),
            *("--bot-token", slack.bot_token),
            *("--app-token", slack.app_token),
            *("--signing-secret", slack.signing_secret),
        )
        assert done.exit_code == 0, done.output
        assert "Connected to Stand-in" in done.stdout
        made = Office(slack, desk, port)
        if mode == "http":
            slack.calls_app_at(made.address)
        yield made
        unused = set(manifest["oauth_config"]["scopes"]["bot"]) - slack.scopes_used
        assert unused == {"files:write"}  # a run chart needs weeks to show
        assert [each.name for each in slack.deliveries.all if each.state != "acknowledged"] == []
        assert slack.limits.violations == []


def test_people_meet_the_bot_in_slack(office: Office) -> None:
    slack, desk = office.slack, office.desk
    with office.running():
        if office.slack.app.urls:
            assert slack.verifies(office.address)

        # Ada invites it; it says to all what it keeps
        slack.invites_bot("Ada", "general")
        notice = office.reads("Cy", "What I never keep: the words of ordinary messages")
        assert not notice.is_ephemeral

        # they talk; one reacts, one marks it by the menu, one takes something back
        kettle = slack.writes("Bo", "general", f"{HERON}: has anybody tried it?")
        slack.replies("Ada", kettle, f"Yes, {HERON}.")
        slack.reacts("Cy", kettle, "bulb")
        gone = slack.writes("Cy", "general", f"No, {HERON}!")
        slack.edits(gone, f"Well, {HERON}.")
        slack.deletes(gone)
        assert slack.settles(20)
        assert slack.uses_shortcut("Ada", "ideas.worth_hearing", on=kettle).ok
        assert office.reads("Ada", "Marked as worth hearing").is_ephemeral

        # Ada describes the network, in two tries, and tends it from then on
        assert slack.types("Ada", "/tend", "settings", "general").ok
        until(lambda: slack.modal("Ada"))
        described = {NAME: "Frailty Friends", PURPOSE: "Kinder first hours", COUNTRY: "GB"}
        refused = slack.submits("Ada", described | {ZONE: "Mars/Olympus"})
        assert "I don't know that time zone" in refused.errors["timezone"]
        assert slack.submits("Ada", described | {ZONE: "Europe/London"}).ok
        assert office.reads("Ada", "from now on you tend it").is_ephemeral
        assert "Frailty Friends" in office.page("Ada", "Kinder first hours")

        # Bo asks what it holds, presses for all of it to go, and thinks better of it
        assert slack.types("Bo", "/net", "mydata", "general").ok
        held = office.reads("Bo", "What I hold about you")
        assert "1 message" in held.text or "One message" in held.text
        office.page("Bo", "What I hold about you")
        home = slack.home("Bo")
        assert home is not None
        assert slack.presses("Bo", home, "Delete").ok
        asked = office.reads("Bo", "Shall I delete everything I hold about you?")
        assert not [each for each in slack.sees("Ada") if each.text == asked.text]

        # what is meant for those who tend is for them
        assert slack.types("Bo", "/tend", "pause all", "general").ok
        assert office.reads("Bo", "for those who tend the network").is_ephemeral
        until(lambda: not office.waiting(), office.waiting)

    # whoever looks after it sees how it went, and nobody's words or secrets anywhere
    told = json.loads(desk.types("check", "--json").stdout)
    assert (told["slack"]["workspace"], told["slack"]["channels"]) == ("Stand-in", ["general"])
    [network] = told["networks"]
    assert (network["name"], network["channels"], network["leads"]) == ("Frailty Friends", 1, 1)
    assert told["inbox"] == {"waiting": 0, "set_aside": 0}
    assert set(told["outbox"]) == {"sent"}
    log = office.log.read_text()
    assert [line for line in log.splitlines() if '"level": "error"' in line] == []
    for kept in (desk.bytes(), log.encode()):
        assert HERON.encode() not in kept
        for secret in (slack.bot_token, slack.app_token, slack.signing_secret):
            assert secret.encode() not in kept
    assert os.stat(desk.folder / "config.toml").st_mode & 0o077 == 0


def test_a_copy_leaves_what_happens_to_the_original_until_it_is_told_that_it_is_the_one(
    desk: Desk,
) -> None:
    with StandIn(socket=True) as slack:
        slack.person("Ada")
        slack.channel("general", "Ada", bot=True)
        (desk.folder / "config.toml").write_text(
            f'[slack]\napi = "{slack.api}"\nbot_token = "{slack.bot_token}"\n'
            f'app_token = "{slack.app_token}"\n'
        )
        desk.types("check")  # as whoever runs it does at some time: it then knows where it is
        assert desk.types("backup", "copy.db").exit_code == 0
        copied = {"ANIMATEUR_BOT_DATABASE": f"sqlite:///{desk.folder / 'copy.db'}"}
        with desk.starts("run", **copied) as process:
            try:
                assert process.stderr is not None
                said = next(line for line in process.stderr if "run.is_a_copy" in line)
                assert "animateur resume --here" in said
                assert not slack.sockets.open

                assert desk.types("resume", "--here", **copied).exit_code == 0
                until(lambda: slack.sockets.open)
            finally:
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=60)
