"""`animateur setup slack`: a first run that ends well, or says what is missing."""

from __future__ import annotations

import json
import os
import stat
import tomllib
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli import app
from bot.cli.setup import write_section
from bot.config import load
from bot.sealing import FILE
from tests.cli.desk import Desk
from tests.platforms.slack.answering import APP, BOT, GRANTED, SIGNING, Slack, no

WRITTEN = """\
# Ours, and dear to us
[digest]
day = "monday"   # after the weekend

[slack]
# a relay of ours
api = "{api}"

[energy]
"""


@pytest.fixture
def slack() -> Iterator[Slack]:
    """A Slack that says yes to everything, until a test makes it say otherwise."""
    found = Slack()
    yield found
    found.stop()


@pytest.fixture
def config(desk: Desk, slack: Slack) -> Path:
    """Settings that somebody wrote by hand; they name the Slack of this test."""
    path = desk.folder / "config.toml"
    path.write_text(WRITTEN.format(api=slack.api))
    return path


def settled(path: Path) -> dict[str, object]:
    """What [slack] of the settings at *path* comes to; nothing secret stands there as it is."""
    text = path.read_text()
    assert not [secret for secret in (BOT, APP, SIGNING) if secret in text]
    sections = load(path, {})
    assert sections is not None
    return dict(sections["slack"])


def words_of(text: str) -> str:
    """*text* without the line ends that a narrow screen puts in."""
    return " ".join(text.split())


def typed(desk: Desk, lines: list[str], *words: str, **more: str) -> tuple[int, str]:
    """Sit through it, typing *lines* when asked: how it ends, and what is on the screen."""
    with chdir(desk.folder):
        runner = CliRunner(env={**desk.environment, **more})
        done = runner.invoke(
            app, ["setup", "slack", "--ask", *words], input="\n".join(lines) + "\n"
        )
    return done.exit_code, words_of(done.output)


def test_a_first_run_explains_checks_writes_and_says_what_comes_next(
    desk: Desk, config: Path
) -> None:
    code, shown = typed(desk, [BOT, APP])

    assert code == 0, shown
    for step in ("1. Make an app of your own.", "2. Let it in.", "3. Let us be connected."):
        assert step in shown
    assert "Open https://api.slack.com/apps?new_app=1" in shown
    assert "connections:write" in shown
    assert "Connected to Frailty Friends, as animateur." in shown
    assert shown.endswith(
        "Now: animateur run then, in a channel of your network: /invite @animateur and there, to "
        "say what it is for and to tend it: /tend settings"
    )
    slack = settled(config)
    assert (slack["bot_token"], slack["app_token"]) == (BOT, APP)
    for secret in (BOT, APP):
        assert secret not in shown
    made = json.loads((desk.folder / "slack-manifest.json").read_text())
    assert made["settings"]["socket_mode_enabled"] is True


def test_what_others_wrote_stays_and_the_file_is_its_owners_alone(desk: Desk, config: Path) -> None:
    before = config.read_text()

    typed(desk, [BOT, APP])

    after = config.read_text()
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    assert [line.partition('"')[0] for line in added] == ["bot_token = ", "app_token = "]
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []
    for path in (config, desk.folder / FILE):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(path.name for path in desk.folder.iterdir()) == [
        FILE,
        "config.toml",
        "slack-manifest.json",
    ]


def test_without_settings_it_makes_them_and_every_feature_stays_on(
    desk: Desk, slack: Slack
) -> None:
    code, shown = typed(desk, [BOT, APP], ANIMATEUR_SLACK_API=slack.api)

    assert code == 0, shown
    assert settled(desk.folder / "config.toml") == {"bot_token": BOT, "app_token": APP}
    told = desk.types("check", "--json", ANIMATEUR_SLACK_API=slack.api)
    assert "digest" in json.loads(told.stdout)["features"]


def test_a_wrong_one_is_asked_for_again_and_told_apart(desk: Desk, config: Path) -> None:
    code, shown = typed(desk, [APP, "", f"  {BOT}  ", "xapp-", APP])

    assert code == 0, shown
    assert "That is the app_token, not the bot_token; the bot_token begins with xoxb-." in shown
    assert "There is no bot_token: it is shown under OAuth & Permissions" in shown
    assert "That is no app_token: it begins with xapp-" in shown
    assert settled(config)["bot_token"] == BOT


def test_after_five_wrong_ones_it_ends_and_nothing_is_written(desk: Desk, config: Path) -> None:
    before = config.read_text()

    code, shown = typed(desk, ["nonsense"] * 5)

    assert code == 1
    assert shown.endswith("That is enough for now. Run this again when you have it.")
    assert config.read_text() == before


def test_a_token_that_slack_refuses_is_not_written(desk: Desk, config: Path, slack: Slack) -> None:
    before = config.read_text()
    slack.answers["auth.test"] = [no("invalid_auth")]

    code, shown = typed(desk, [BOT, APP])

    assert code == 1
    assert "Slack doesn't know this bot_token: copy it again" in shown
    assert shown.endswith("Nothing was written. Run this again when that is mended.")
    assert config.read_text() == before


def test_what_is_missing_is_said_but_kept_so_that_only_that_is_left_to_do(
    desk: Desk, config: Path, slack: Slack
) -> None:
    status, _, body = slack.answers["auth.test"][0]
    lacking = {"x-oauth-scopes": GRANTED.replace("reactions:read,", "")}
    slack.answers["auth.test"] = [(status, lacking, body)]

    code, shown = typed(desk, [BOT, APP])

    assert code == 1
    assert "missing: reactions:read." in shown
    assert settled(config)["bot_token"] == BOT


def test_a_second_run_keeps_what_is_there(desk: Desk, config: Path) -> None:
    typed(desk, [BOT, APP])
    before = config.read_text()

    code, shown = typed(desk, ["", ""])

    assert code == 0, shown
    assert "Make an app of your own" not in shown
    assert "(Enter keeps the one you have)" in shown
    assert config.read_text() == before


def test_a_second_run_may_replace_one_alone(desk: Desk, config: Path) -> None:
    typed(desk, [BOT, APP])

    code, shown = typed(desk, ["", APP + "9"])

    assert code == 0, shown
    slack = settled(config)
    assert (slack["bot_token"], slack["app_token"]) == (BOT, APP + "9")


def test_over_http_it_asks_for_the_signing_secret_and_needs_the_address(
    desk: Desk, config: Path
) -> None:
    code, shown = typed(desk, [BOT, SIGNING], "--mode", "http", "--url", "https://bot.example.org")

    assert code == 0, shown
    assert "3. Know Slack from others." in shown
    assert "under Event Subscriptions of the app: press Verify" in shown
    slack = settled(config)
    assert (slack["mode"], slack["signing_secret"]) == ("http", SIGNING)
    assert "app_token" not in slack
    assert (
        "https://bot.example.org/slack/events" in (desk.folder / "slack-manifest.json").read_text()
    )


def test_over_http_without_an_address_it_says_which_is_needed(desk: Desk, config: Path) -> None:
    code, shown = typed(desk, [], "--mode", "http")

    assert code == 2
    assert "Say where it finds me: --url https://bot.example.org" in shown


def test_without_anybody_to_ask_what_is_given_is_enough(desk: Desk, config: Path) -> None:
    done = desk.types("setup", "slack", "--bot-token", BOT, "--app-token", APP)

    assert done.exit_code == 0, done.output
    assert "Connected to Frailty Friends" in done.stdout
    assert "1. Make" not in done.stdout
    assert settled(config)["app_token"] == APP


def test_without_anybody_to_ask_what_lacks_is_named(desk: Desk, config: Path) -> None:
    before = config.read_text()

    done = desk.types("setup", "slack", "--bot-token", BOT)

    assert done.exit_code == 1
    assert "There is no app_token: it is shown under Basic Information" in words_of(done.stdout)
    assert config.read_text() == before


def test_without_its_key_what_is_sealed_is_told_apart_from_what_is_wrong(
    desk: Desk, config: Path
) -> None:
    typed(desk, [BOT, APP])
    (key := desk.folder / FILE).rename(desk.folder / "elsewhere")

    lost = desk.types("check")
    assert lost.exit_code == 2, lost.output
    assert "bot_token of [slack] can't be read: its key isn't here" in words_of(lost.stderr)
    told = desk.types("check", ANIMATEUR_KEY=(desk.folder / "elsewhere").read_text())
    assert "can't be read" not in told.output
    key.write_text("another one")
    other = desk.types("check")
    assert "sealed with another key than that of animateur.key" in words_of(other.stderr)


def test_secrets_that_stood_there_as_they_are_get_sealed(desk: Desk, config: Path) -> None:
    write_section(config, "slack", {"bot_token": BOT, "app_token": APP})

    code, shown = typed(desk, ["", ""])

    assert code == 0, shown
    assert "their key is in animateur.key beside it" in shown
    assert settled(config)["app_token"] == APP


def test_a_key_that_is_none_is_told_of(desk: Desk, config: Path) -> None:
    (desk.folder / FILE).write_bytes(b"none \xff")
    code, shown = typed(desk, [BOT, APP])
    assert code == 1
    assert "isn't of use: that is no key. Take it away" in shown


def test_secrets_of_the_environment_are_used_and_not_written(desk: Desk, config: Path) -> None:
    before = config.read_text()
    held = {"ANIMATEUR_SLACK_BOT_TOKEN": BOT, "ANIMATEUR_SLACK_APP_TOKEN": APP}

    done = desk.types("setup", "slack", **held)

    assert done.exit_code == 0, done.output
    assert "Connected to Frailty Friends" in done.stdout
    assert BOT not in config.read_text()
    assert before in config.read_text() or config.read_text() == before


def test_secrets_that_a_keeper_hands_over_in_files_are_used_and_not_written(
    desk: Desk, slack: Slack, tmp_path: Path
) -> None:
    held = {}
    for name, secret in (("BOT_TOKEN", BOT), ("APP_TOKEN", APP)):
        handed = tmp_path / name
        handed.write_text(f"{secret}\n")
        held[f"ANIMATEUR_SLACK_{name}_FILE"] = str(handed)

    done = desk.types("setup", "slack", ANIMATEUR_SLACK_API=slack.api, **held)

    assert done.exit_code == 0, done.output
    assert "Everything stands in the environment; nothing was written." in done.stdout


def test_where_the_environment_says_it_all_nothing_is_written(desk: Desk, slack: Slack) -> None:
    held = {"ANIMATEUR_SLACK_BOT_TOKEN": BOT, "ANIMATEUR_SLACK_APP_TOKEN": APP}

    done = desk.types("setup", "slack", ANIMATEUR_SLACK_API=slack.api, **held)

    assert done.exit_code == 0, done.output
    assert "Everything stands in the environment; nothing was written." in done.stdout
    assert [path.name for path in desk.folder.iterdir()] == []


def test_other_settings_are_named_and_made(desk: Desk, slack: Slack, config: Path) -> None:
    other = desk.folder / "other.toml"

    code, shown = typed(desk, [BOT, APP], "--config", str(other), ANIMATEUR_SLACK_API=slack.api)

    assert code == 0, shown
    assert settled(other) == {"bot_token": BOT, "app_token": APP}
    assert BOT not in config.read_text()


def test_a_folder_that_takes_no_file_is_told_in_a_sentence(desk: Desk, slack: Slack) -> None:
    done = desk.types(
        "setup", "slack", "--bot-token", BOT, "--app-token", APP, "--config", "no/where.toml",
        ANIMATEUR_SLACK_API=slack.api,
    )  # fmt: skip

    assert done.exit_code == 1
    assert "no/where.toml can't be written: No such file or directory." in words_of(done.stderr)
    assert "Traceback" not in done.output


# The file


TEXT = st.text(st.characters(codec="utf-8"))
VALUES = st.dictionaries(
    st.sampled_from(["bot_token", "app_token", "mode", "port", "private_channels"]),
    TEXT | st.integers(0, 9) | st.booleans(),
    min_size=1,
)


@given(values=VALUES, more=VALUES)
def test_whatever_is_written_is_read_again_and_all_else_stays(
    values: dict[str, object], more: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("a") / "config.toml"
    path.write_text(WRITTEN.format(api="https://slack.com/api/"))
    before = tomllib.loads(path.read_text())

    write_section(path, "slack", values)
    write_section(path, "slack", more)

    after = tomllib.loads(path.read_text())
    assert after.pop("slack") == {**before.pop("slack"), **values, **more}
    assert after == before
    assert "# Ours, and dear to us" in path.read_text()
    assert "# a relay of ours" in path.read_text()


def test_a_file_behind_a_link_is_written_where_it_is(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "config.toml"
    real.write_text("[digest]\n")
    link.symlink_to(real)

    write_section(link, "slack", {"port": 1})

    assert link.is_symlink()
    assert tomllib.loads(real.read_text()) == {"digest": {}, "slack": {"port": 1}}


def test_a_file_that_was_open_to_others_is_no_longer(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("")
    os.chmod(path, 0o644)

    write_section(path, "slack", {"bot_token": BOT})

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
