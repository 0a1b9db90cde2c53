"""What can be said of nudges: nothing too early or untrue, and aloud when there is nothing."""

from __future__ import annotations

from collections.abc import Iterable
from math import exp, log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judgement.evidence import Evidence, Trial, Verdict, favour, judge_trials


def trials(number: int, *, effect: float, scatter: float, seed: int = 1) -> list[Trial]:
    """Ebbs of which three in ten are left alone by lot."""
    chance = Random(seed)
    drawn = [chance.random() > 0.3 for _ in range(number)]
    return [
        Trial(
            was_nudged=was_nudged,
            before=0.6,
            after=exp(chance.gauss(log(effect) if was_nudged else 0.0, scatter)),
        )
        for was_nudged in drawn
    ]


def judged(found: Iterable[Trial]) -> Evidence:
    return judge_trials(list(found))


@pytest.mark.parametrize(
    ("nudged", "left"),
    [
        pytest.param(0, 0, id="nothing at all"),
        pytest.param(40, 0, id="all were nudged, so that nothing is there to compare with"),
        pytest.param(40, 2, id="two left alone"),
    ],
)
def test_before_there_is_something_to_compare_nothing_is_known(nudged: int, left: int) -> None:
    lively = [Trial(was_nudged=True, before=0.5, after=2.0)] * nudged
    low = [Trial(was_nudged=False, before=0.5, after=0.5)] * left

    found = judged([*lively, *low])

    assert found.verdict is Verdict.NOT_YET_KNOWN
    assert found.ratio is None
    assert found.more == 6 - min(nudged, 3) - left


@pytest.mark.parametrize(
    ("effect", "verdict"),
    [
        pytest.param(2.0, Verdict.HELPS, id="twice as lively"),
        pytest.param(0.5, Verdict.HARMS, id="half as lively"),
        pytest.param(1.0, Verdict.TOO_SMALL, id="no effect"),
    ],
)
def test_a_clear_case_is_told(effect: float, verdict: Verdict) -> None:
    found = judged(trials(200, effect=effect, scatter=0.2))

    assert found.verdict is verdict
    assert found.low is not None
    assert found.high is not None
    assert found.low < effect < found.high
    assert found.more is None


def test_what_is_not_known_yet_says_how_many_more_it_may_take() -> None:
    few = judged(trials(20, effect=1.4, scatter=0.4, seed=3))
    many = judged(trials(20 + (few.more or 0), effect=1.4, scatter=0.4, seed=3))

    assert few.verdict is Verdict.NOT_YET_KNOWN
    assert few.more is not None
    assert few.more > 20
    assert many.low is not None
    assert few.low is not None
    assert many.low > few.low


def test_an_ebb_that_comes_back_by_itself_speaks_for_no_nudge() -> None:
    recovering = [
        Trial(was_nudged=number % 3 > 0, before=0.3, after=1.0 + 0.02 * (number % 5))
        for number in range(120)
    ]

    assert judged(recovering).verdict is Verdict.TOO_SMALL


def test_looked_at_after_every_nudge_an_effect_is_hardly_ever_claimed_where_there_is_none() -> None:
    claimed = 0
    for seed in range(60):
        series = trials(60, effect=1.0, scatter=0.4, seed=seed)
        verdicts = {judged(series[:seen]).verdict for seen in range(6, 61, 3)}
        claimed += bool(verdicts & {Verdict.HELPS, Verdict.HARMS})

    assert claimed <= 3


def test_the_value_of_pairs_is_the_mixture_of_all_chances_above_one_half() -> None:
    steps = 20_000
    chances = [0.5 + 0.5 * (n + 0.5) / steps for n in range(steps)]
    mixed = sum(chance**6 * (1 - chance) for chance in chances) / steps / 0.5**7

    assert favour(6, 1) == pytest.approx(mixed, rel=1e-4)


@given(won=st.integers(0, 30), lost=st.integers(0, 30))
def test_the_value_of_pairs_can_be_expected_to_stay_as_it_is_where_there_is_no_effect(
    won: int, lost: int
) -> None:
    expected = (favour(won + 1, lost) + favour(won, lost + 1)) / 2

    assert expected == pytest.approx(favour(won, lost))
