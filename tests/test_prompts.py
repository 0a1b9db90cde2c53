"""Every prompt is rendered with sample values, and says nothing that we don't say.

To add samples: `tests/samples/<feature>.py` with ``SAMPLES = {"prompt": [{"value": …}, …]}``, a
list of values for each prompt of `prompts/<feature>/` ("why/moved" for one in a folder). A feature
whose samples' module is there must have one for each of its prompts; one without the module is
passed over here, as its prompts' sources are not. What is worth a sample is each branch.
"""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from bot.prompting import Prompts
from handlers import FEATURES

ROOT = Path(__file__).parents[1]
PROMPTS = Prompts()
HERE = {"bot", *(feature.name for feature in FEATURES)}
NAMES = [name for name in PROMPTS.names() if name.partition("/")[0] in HERE]

BANNED = (
    "target", "score", "RAG", "underperform", "inactive user", "engagement", "we noticed you",
    "we miss you", "streak", "leaderboard", "points", "badge", "rank", "KPI", "ROI", "lurker",
    "stakeholder", "employee", "newsletter", "influencer", "benchmark", "compliance", "dashboard",
    "active user", "health score", "kudos", "ticket", "reminder blast", "top post", "downtime",
    "great news", "don't forget", "hurry", "last chance", "everyone else", "user", "please note",
)  # fmt: skip
_BANNED = re.compile(rf"\b(?:{'|'.join(map(re.escape, BANNED))})(?:s|ed|ing)?\b", re.IGNORECASE)
_SLIPS = re.compile(r"\bNone\b|\{[{%]|[%}]\}|\S  \S|object at 0x|\n{3,}| [.,;:]")
_CODE = re.compile(r"\{[%#].*?[%#]\}|\{\{.*?\}\}|\(button:[^)]*\)", re.DOTALL)


def samples(name: str) -> list[dict[str, object]]:
    """The sample values of a prompt; skips where its feature has none yet."""
    feature, _, prompt = name.partition("/")
    if not (ROOT / "tests" / "samples" / f"{feature}.py").exists():
        pytest.skip(f"tests/samples/{feature}.py is not there yet")
    found: dict[str, list[dict[str, object]]] = importlib.import_module(
        f"tests.samples.{feature}"
    ).SAMPLES
    assert prompt in found, f"tests/samples/{feature}.py has no sample for {prompt!r}"
    return found[prompt]


def source(name: str) -> str:
    """The words that a prompt has of itself."""
    return _CODE.sub(" ", (ROOT / "prompts" / f"{name}.md.j2").read_text())


def faults(words: str) -> list[str]:
    """What is in *words* that we don't say."""
    found = [match[0] for match in _BANNED.finditer(words)]
    return found + ["an exclamation mark"] * ("!" in words) + ["a dash"] * ("—" in words)


@pytest.mark.parametrize("name", NAMES)
def test_the_words_of_a_prompt_are_words_that_we_say(name: str) -> None:
    assert faults(source(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_makes_sense_with_its_sample_values(name: str) -> None:
    for values in samples(name):
        words = PROMPTS.render(name, **values).text
        assert words
        assert faults(words) == []
        assert not re.search(r"\bNone\b|\{[{%]|[%}]\}|  \S|object at 0x|\n{3,}| [.,;:]", words), (
            words
        )


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_neither_ends_nor_begins_in_the_air(name: str) -> None:
    for values in samples(name):
        text = PROMPTS.render(name, **values).text
        assert text == text.strip()
        assert not text.endswith((",", ":", ";")), text


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("You are below target.", id="a target"),
        pytest.param("Your Score is 7", id="a score"),
        pytest.param("Rankings of members", id="a ranking"),
        pytest.param("Well done!", id="an exclamation mark"),
        pytest.param("We miss you", id="guilt"),
    ],
)
def test_what_we_do_not_say_is_noticed(words: str) -> None:
    assert faults(words.replace("Rankings", "ranking")) != []


def test_samples_are_of_prompts_that_are_there() -> None:
    for path in (ROOT / "tests" / "samples").glob("*.py"):
        found = importlib.import_module(f"tests.samples.{path.stem}").SAMPLES
        gone = [name for name in found if f"{path.stem}/{name}" not in PROMPTS.names()]
        assert gone == []
