"""A sample of what `benchmarks/why.py` measures: every context, in one of three networks."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.judgement.why import Context, Why
from tests.whys import NAMES
from tests.whys_lived import Asked, lived

ROOT = Path(__file__).parents[2]
SEEDS = (1002, 1003, 1004)
QUIET = ("ordinary", "quiet_season", "after_gathering", "pressure", "pressure_undeclared")
Answered = dict[str, tuple[Asked, Why]]


@pytest.fixture(scope="module")
def answered() -> Answered:
    """Each trial in one of the networks, and why it is so with its onset estimated."""
    return {
        one.name: (one, one.answers(ways=("estimated",))["estimated"])
        for n, seed in enumerate(SEEDS)
        for one in lived(seed, NAMES[n :: len(SEEDS)])
    }


@pytest.mark.at_length
@pytest.mark.parametrize("name", NAMES)
def test_the_true_reason_is_among_the_two_that_are_given(answered: Answered, name: str) -> None:
    one, why = answered[name]
    assert one.trial.truth in [found.code.value for found in why.hypotheses]


@pytest.mark.at_length
def test_the_true_reason_comes_first_nearly_always(answered: Answered) -> None:
    first = [why.hypotheses[0].code.value == one.trial.truth for one, why in answered.values()]
    assert len(first) == len(NAMES)
    assert sum(first) >= 0.9 * len(first)


@pytest.mark.at_length
def test_patience_is_the_advice_where_a_context_asks_for_it(answered: Answered) -> None:
    assert [name for name in QUIET if not answered[name][1].leave_it] == []


def test_every_context_is_tried_and_has_its_words() -> None:
    tried = {name.split("_in_an")[0].removesuffix("_undeclared") for name in NAMES}
    assert tried == {code.value for code in Context}
    for folder in ("why", "do"):
        words = {path.name for path in (ROOT / "prompts" / "energy" / folder).iterdir()}
        assert words == {f"{code.value}.md.j2" for code in Context}
