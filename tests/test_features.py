"""A feature is one word in five places, and every setting is shown with its true default."""

from __future__ import annotations

import importlib
import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.config import BotSettings, load, section
from bot.feature import Feature
from bot.platforms.slack.settings import SlackSettings
from bot.registry import Registry
from handlers import FEATURES

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "config.example.toml"
SECTIONS = tomllib.loads(EXAMPLE.read_text())
SETTINGS: dict[str, Any] = {
    "bot": BotSettings,
    "slack": SlackSettings,
    **{feature.name: feature.settings for feature in FEATURES},
}

features = pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)


@features
def test_a_feature_is_one_word_in_five_places(feature: Feature[Any]) -> None:
    name = feature.name
    assert re.fullmatch(r"[a-z]+", name), "a single word: the environment names it too"
    assert importlib.import_module(f"handlers.{name}").feature is feature
    assert name in SECTIONS, f"config.example.toml has no [{name}]"
    tests = ROOT / "tests" / "handlers"
    assert (tests / f"test_{name}.py").exists() or (tests / name).is_dir(), "it has no tests"
    speaks = feature.commands or feature.digest_parts or feature.jobs or feature.holdings
    assert not speaks or (ROOT / "prompts" / name).is_dir(), "it has no words"


@features
def test_its_buttons_and_forms_bear_its_name(feature: Feature[Any]) -> None:
    bound = {*feature.actions, *feature.forms, *feature.shortcuts}
    bound |= {job.name for job in feature.jobs}
    assert all(name.startswith(f"{feature.name}.") for name in bound)


@features
def test_what_is_checked_is_a_form_and_what_is_in_a_menu_is_answered(feature: Feature[Any]) -> None:
    assert feature.checks.keys() <= feature.forms.keys()
    assert [each.name for each in feature.menu] == [*feature.shortcuts]
    assert all(0 < len(each.label) <= 24 for each in feature.menu)


def test_no_two_features_answer_to_the_same_word() -> None:
    words = [
        (command.command, word)
        for feature in FEATURES
        for command in feature.commands
        for word in (command.word, *command.aliases)
    ]
    assert len(words) == len(set(words))


def test_every_command_says_what_it_does_and_its_examples_reach_it() -> None:
    registry = Registry(FEATURES, None)
    for feature in FEATURES:
        for command in feature.commands:
            assert command.help
            assert not command.help.endswith(".")
            for example in command.examples:
                typed, _, rest = example.removeprefix("/").partition(" ")
                found = registry.command(typed, rest)
                assert found is not None
                assert found[1] is command, f"{example} reaches {found[1].typed}"


@pytest.mark.parametrize("name", [*SETTINGS])
def test_the_example_shows_every_setting_with_its_true_default(name: str) -> None:
    shown: msgspec.Struct = section(SETTINGS[name], name, SECTIONS[name])
    assert shown == SETTINGS[name]()
    assert list(SECTIONS[name]) == [field.name for field in msgspec.structs.fields(SETTINGS[name])]


def test_the_example_has_no_section_that_nothing_reads() -> None:
    assert set(SECTIONS) == set(SETTINGS)


def test_the_example_explains_every_setting_in_a_line_above_it() -> None:
    lines = EXAMPLE.read_text().splitlines()
    for above, line in pairwise(lines):
        if re.match(r"[a-z_]+ =", line):
            assert above.startswith("# "), f"nothing explains {line!r}"


def test_the_example_as_it_stands_switches_everything_on() -> None:
    assert Registry(FEATURES, load(EXAMPLE, {})).off == []
