"""A long silence in what was recorded is a gap; a lull is not."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judgement.coverage import heard_spans

FIRST = date(2026, 1, 1)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def counted(*counts: int) -> dict[date, int]:
    """So many messages on each day from the first of January on."""
    return {day(n): count for n, count in enumerate(counts) if count}


def spans(*counts: int) -> list[tuple[int, int]]:
    found = heard_spans(counted(*counts), first=FIRST, last=day(len(counts) - 1))
    return [((first - FIRST).days, (last - FIRST).days) for first, last in found]


BUSY = [20] * 40


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param(BUSY, [(0, 39)], id="no silence at all"),
        pytest.param([*BUSY, *[0] * 20, *BUSY], [(0, 39), (60, 99)], id="a long silence is a gap"),
        pytest.param([*BUSY, *[0] * 10, *BUSY], [(0, 39), (50, 89)], id="ten days are long"),
        pytest.param([*BUSY, *[0] * 9, *BUSY], [(0, 88)], id="nine days are a lull"),
        pytest.param([*[1] * 40, *[0] * 20, *[1] * 40], [(0, 99)], id="little was said before"),
        pytest.param([*BUSY, *[0] * 9, 1, *[0] * 9, *BUSY], [(0, 98)], id="somebody still wrote"),
        pytest.param([*BUSY, *[0] * 30], [(0, 39)], id="a silence that lasts to the end"),
        pytest.param([*[0] * 30, *BUSY], [(0, 69)], id="nothing is known of before the first"),
        pytest.param(
            [*BUSY, *[0] * 15, *BUSY, *[0] * 15, *BUSY],
            [(0, 39), (55, 94), (110, 149)],
            id="two gaps",
        ),
        pytest.param(
            [*BUSY, *[0] * 15, *[20] * 3, *[0] * 15, *BUSY],
            [(0, 39), (55, 57), (73, 112)],
            id="a few days between two gaps",
        ),
        pytest.param([], [], id="no days"),
        pytest.param([0], [(0, 0)], id="a day without a message"),
    ],
)
def test_what_was_listened_to(counts: list[int], expected: list[tuple[int, int]]) -> None:
    assert spans(*counts) == expected


def test_a_hundred_missed_messages_make_a_gap_and_ninety_nine_a_lull() -> None:
    # 28 days of ten in 28 days in which 100 (99) would have been usual
    assert spans(*[10] * 28, *[0] * 10, 10) == [(0, 27), (38, 38)]
    assert spans(*[10] * 27, 7, *[0] * 10, 10) == [(0, 38)]


@given(st.lists(st.sampled_from([0, 0, 1, 30]), max_size=120))
def test_spans_hold_every_message_and_lie_apart(counts: list[int]) -> None:
    found = spans(*counts)
    inside = {n for first, last in found for n in range(first, last + 1)}
    assert {n for n, count in enumerate(counts) if count} <= inside
    assert all(0 <= first <= last < len(counts) for first, last in found)
    for (_, end), (begin, _) in pairwise(found):
        assert begin - end > 10
