"""Settings that can't be meant are refused with a sentence that says what to change."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import BotSettings, ConfigError, is_given, load, section
from bot.platforms.slack.settings import SlackSettings
from bot.registry import Registry
from handlers import FEATURES
from tests.probe import probe

SECRET = "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy"

UNREADABLE = [
    pytest.param(b"\xff\xfe[\x00", "is not UTF-8 text, from byte 0 on", id="UTF-16"),
    pytest.param(b"[bot]\nnetwork = 'caf\xe9'", "from byte 20 on", id="Latin-1"),
    pytest.param(b"[bot]\n[bot]\n", "is not TOML: .*declare", id="a section twice"),
    pytest.param(b"[bot]\nx = 1\nx = 2", "is not TOML: .*overwrite", id="a key twice"),
    pytest.param(b"[bot\n", "is not TOML: .*line 1", id="a bracket left open"),
    pytest.param(b"x = " + b"[" * 20_000, "is not TOML", id="deeper than anybody writes"),
    pytest.param(b"x = " + b"9" * 5_000, "is not TOML", id="a number of 5,000 digits"),
    pytest.param(b"#" * 1_000_001, "larger than a megabyte", id="a file of a megabyte"),
    pytest.param(b"day = 'monday'", "'day' stands outside any", id="a key before any section"),
    pytest.param(b"[[digest]]\nday = 'monday'", "'digest' stands outside", id="a list of sections"),
]


@pytest.mark.parametrize(("written", "said"), UNREADABLE)
def test_a_file_that_can_not_be_read_says_where_it_is_wrong(
    tmp_path: Path, written: bytes, said: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(written)
    with pytest.raises(ConfigError, match=said):
        load(path, {})


def test_a_file_that_is_not_there_or_no_file_at_all_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere can't be read: No such file"):
        load(tmp_path / "nowhere", {})
    with pytest.raises(ConfigError, match="can't be read: Is a directory"):
        load(tmp_path, {})


def test_a_secret_may_stand_in_a_file_that_its_keeper_opens(tmp_path: Path) -> None:
    handed = tmp_path / "bot_token"
    handed.write_text(f"{SECRET}\n")
    kept = tmp_path / "config.toml"
    kept.write_text("[slack]\nbot_token = 'xoxb-old'\nmode = 'http'\n")
    variable = "ANIMATEUR_SLACK_BOT_TOKEN_FILE"
    assert load(kept, {variable: str(handed)}) == {"slack": {"bot_token": SECRET, "mode": "http"}}
    assert is_given({variable: str(handed)}, "slack", "bot_token")
    assert is_given({"ANIMATEUR_SLACK_BOT_TOKEN": SECRET}, "slack", "bot_token")
    assert not is_given({variable: str(handed)}, "slack", "app_token")
    for content, said in ((b"\xff\xfe", "not UTF-8"), (b"x" * 1_000_001, "larger than a mega")):
        handed.write_bytes(content)
        with pytest.raises(ConfigError, match=said):
            load(kept, {variable: str(handed)})
    with pytest.raises(ConfigError, match="nowhere can't be read: No such file"):
        load(None, {variable: str(tmp_path / "nowhere")})


WRONG = [
    pytest.param("[bto]", r"There is no \[bto\]; did you mean 'bot'", id="a section misspelt"),
    pytest.param("[digest]\ndya = 'monday'", "'dya'; did you mean 'day'", id="a key misspelt"),
    pytest.param("[digest]\nqqq = 1", "'qqq'; it has day, at", id="a key like none"),
    pytest.param("[digest]\nday = 5", r"\[digest\] Expected `str`", id="a number for a day"),
    pytest.param("[digest]\nday = 'fredag'", r"\[digest\] Invalid", id="a day of no week"),
    pytest.param("[digest]\nat = '25:00'", r"\[digest\] ", id="an hour of no day"),
    pytest.param("[ideas]\nat_most = -1", r"\[ideas\] Expected `int` >= 1", id="less than none"),
    pytest.param("[ideas]\nat_most = 0", r"\[ideas\] Expected `int` >= 1", id="none"),
    pytest.param("[ideas]\nat_most = inf", r"\[ideas\] Expected `int`", id="without end"),
    pytest.param("[ideas]\nat_most = '3'", r"\[ideas\] Expected `int`", id="a number in quotes"),
    pytest.param("[bot]\ntimezone = 'Mars/Olympus'", "Mars/Olympus", id="no zone of the Earth"),
    pytest.param("[bot]\ntimezone = '../etc/passwd'", "passwd", id="a path for a zone"),
    pytest.param("[bot]\ncountry = 'England'", "country 'England'", id="a country in full"),
    pytest.param("[bot]\nlog_level = 'loud'", r"\[bot\] Invalid", id="a level of no log"),
    pytest.param("[slcak]", r"There is no \[slcak\]; did you mean 'slack'", id="Slack misspelt"),
]


@pytest.mark.parametrize(("written", "said"), WRONG)
def test_a_value_that_can_not_be_meant_names_its_section(
    tmp_path: Path, written: str, said: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(written)
    with pytest.raises(ConfigError, match=said):
        Registry(FEATURES, load(path, {}))


def test_the_environment_outranks_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[digest]\nday = 'friday'\nat = '12:00'\n[bot]\nlog_level = 'info'")
    environment = {
        "ANIMATEUR_DIGEST_DAY": "monday",
        "ANIMATEUR_BOT_LOG_LEVEL": "warning",
        "ANIMATEUR_IDEAS_AT_MOST": "2",
        "ANIMATEUR_IDEAS_SPARK": '["star"]',
        "ANIMATEUR": "x",
        "ANIMATEUR_": "x",
        "ANIMATEUR_BOT": "x",
        "HOME": "/",
    }
    assert load(path, environment) == {
        "digest": {"day": "monday", "at": "12:00"},
        "bot": {"log_level": "warning"},
        "ideas": {"at_most": 2, "spark": ["star"]},
    }


WRONG_ABOUT_SLACK = [
    pytest.param({"bot_tokne": SECRET}, "'bot_tokne'; did you mean 'bot_token'", id="misspelt"),
    pytest.param({"token": SECRET}, "'token'; did you mean", id="almost a word of ours"),
    pytest.param({"bot_token": [SECRET]}, "Expected `str`, got `array`", id="a list of tokens"),
    pytest.param({"mode": "sockets"}, "Invalid enum value", id="a mode that is none"),
    pytest.param({"port": 70_000}, "Expected `int` <= 65535", id="a port that is none"),
    pytest.param({"port": "3000"}, "Expected `int`, got `str`", id="a port in quotes"),
    pytest.param({"backfill_days": -1}, "Expected `int` >= 0", id="days to come"),
    pytest.param({"api": "http://slack.com/api/"}, "begins with https://", id="in the open"),
    pytest.param({"api": "http://127.0.0.1@a.org/"}, "begins with https://", id="a trick"),
    pytest.param({"api": "https:///api/"}, "begins with https://", id="no host"),
    pytest.param({"api": "https://slack.com/api"}, "ends with a slash", id="no slash"),
]


@pytest.mark.parametrize(("values", "said"), WRONG_ABOUT_SLACK)
def test_what_is_wrong_about_slack_is_said_without_its_secrets(
    values: dict[str, object], said: str
) -> None:
    with pytest.raises(ConfigError, match=rf"^\[slack\] .*{said}") as problem:
        section(SlackSettings, "slack", {"signing_secret": SECRET, **values})
    assert SECRET not in str(problem.value)


def test_slack_may_be_on_this_machine_or_behind_a_relay() -> None:
    for api in ("http://127.0.0.1:3001/api/", "http://localhost/", "https://relay.example.org/x/"):
        assert section(SlackSettings, "slack", {"api": api}).api == api


def test_secrets_of_slack_are_shown_to_nobody_who_prints_settings() -> None:
    settings = SlackSettings(bot_token=SECRET, app_token=SECRET, signing_secret=SECRET)

    assert SECRET not in f"{settings} {settings!r} {[settings]}"
    assert settings.secrets == (SECRET,) * 3
    assert SlackSettings(app_token=SECRET).secrets == (SECRET,)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("1\n[other]\nx = 2", id="several lines"),
        pytest.param("[" * 20_000, id="brackets without end"),
        pytest.param("9" * 5_000, id="a number of 5,000 digits"),
        pytest.param("not: toml", id="plain words"),
    ],
)
def test_a_variable_sets_its_own_key_and_nothing_else(value: str) -> None:
    found = load(None, {"ANIMATEUR_BOT_NETWORK": value})
    assert found is not None
    assert list(found) == ["bot"]
    assert found["bot"]["network"] in (value, 1)


def test_without_a_file_and_variables_there_are_no_sections() -> None:
    assert load(None, {"PATH": "/bin"}) is None


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf[bot]\n")
    assert load(path, {}) == {"bot": {}}


@pytest.mark.parametrize(
    "sections",
    [
        None,
        {},
        {"bot": {"network": "Ours"}},
        {"slack": {"mode": "http"}},
        {"slack": {}, "bot": {}},
    ],
)
def test_where_no_feature_is_named_every_feature_is_on(
    sections: dict[str, dict[str, str]] | None,
) -> None:
    assert Registry(FEATURES, sections).features == list(FEATURES)


def test_once_one_feature_is_named_the_others_are_off() -> None:
    registry = Registry([*FEATURES, probe], {"probe": {}})
    assert registry.features == [probe]
    assert registry.switched_off("net", "help me") == "help"
    assert registry.switched_off("net", "dance") is None


def test_the_defaults_are_those_of_the_product() -> None:
    assert section(BotSettings, "bot", {}).database == "sqlite:///animateur.db"
