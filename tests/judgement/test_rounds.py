"""What an asks round came to is counted by groups, and tells of no fewer than five."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judgement.rounds import Tally

HOMES = {1: 10, 2: 10, 3: 20}


def test_only_help_from_another_group_that_is_known_counts_and_each_asker_once() -> None:
    helped = [(1, 2), (1, 3), (1, 3), (2, 9), (9, 3), (3, 1), (4, 1)]
    assert Tally.of({1, 2, 3, 9}, helped, HOMES) == Tally(asked=4, across=2)


@pytest.mark.parametrize(
    ("asked", "across", "words"),
    [
        pytest.param(12, 0, "none", id="nobody had one"),
        pytest.param(12, 4, "a few", id="four are a few"),
        pytest.param(12, 7, "7", id="five and more on either side"),
        pytest.param(12, 8, "most", id="four had none"),
        pytest.param(12, 12, "all", id="everybody had one"),
    ],
)
def test_how_many_that_were_in_words(asked: int, across: int, words: str) -> None:
    assert Tally(asked, across).across_in_words == words


@given(st.integers(5, 200), st.data())
def test_a_number_is_never_of_fewer_than_five_nor_leaves_fewer(
    asked: int, data: st.DataObject
) -> None:
    across = data.draw(st.integers(0, asked))
    words = Tally(asked, across).across_in_words
    assert not words.isdecimal() or min(across, asked - across) >= 5
