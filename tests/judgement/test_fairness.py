"""What is told of how exposure was shared out: of a network, and of five people at least."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judgement.fairness import Featured, fairness, gini, less_heard

WROTE = {1: 100, 2: 50, 3: 10, 4: 5, 5: 2, 6: 1}


def told_of(*authors: int) -> list[Featured]:
    return [Featured(author=one, channel=one % 3, is_newcomer=one == 6) for one in authors]


def test_five_people_are_told_of() -> None:
    found = fairness(told_of(2, 3, 4, 5, 6, 6), WROTE)
    assert (found.ideas, found.authors, found.channels) == (6, 5, 3)
    assert found.less_heard == pytest.approx(3 / 5)
    assert found.newcomers == pytest.approx(1 / 5)
    assert found.gini == pytest.approx(gini([0, 1, 1, 1, 1, 2]))


@pytest.mark.parametrize("people", [1, 4])
def test_of_fewer_than_five_nothing_is_told(people: int) -> None:
    found = fairness(told_of(*range(1, people + 1)), WROTE)
    assert found.ideas == people
    assert (found.authors, found.channels, found.less_heard, found.newcomers, found.gini) == (
        (None,) * 5
    )


def test_of_nothing_it_is_told_that_there_was_nothing() -> None:
    assert (fairness([], WROTE).ideas, fairness([], WROTE).authors) == (0, 0)


def test_an_idea_without_a_channel_counts_for_none() -> None:
    assert fairness([Featured(author=n) for n in range(5)], WROTE).channels == 0


def test_who_writes_less_than_the_median_is_less_heard() -> None:
    assert less_heard(WROTE) == {4, 5, 6}
    assert less_heard({1: 3, 2: 2, 3: 1, 4: 0}) == {3}
    assert less_heard({}) == frozenset()


@pytest.mark.parametrize(
    ("counts", "coefficient"),
    [
        pytest.param([], 0.0, id="nobody"),
        pytest.param([0, 0], 0.0, id="nobody was told of"),
        pytest.param([3, 3, 3], 0.0, id="all alike"),
        pytest.param([0, 0, 0, 8], 0.75, id="one of four has it all"),
        pytest.param([1, 3], 0.25, id="two who differ"),
    ],
)
def test_gini(counts: list[float], coefficient: float) -> None:
    assert gini(counts) == pytest.approx(coefficient)


@given(st.lists(st.integers(0, 50), min_size=1), st.integers(1, 9))
def test_a_scale_changes_no_inequality(counts: list[int], times: int) -> None:
    assert gini(counts) == pytest.approx(gini([times * each for each in counts]))
    assert -1e-9 <= gini(counts) < 1
