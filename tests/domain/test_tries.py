"""What somebody types of a try is understood: what, until when, and what they hope to see."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.tries import (
    MOVES,
    OUTCOMES,
    Planned,
    TryState,
    again_on,
    as_typed,
    fault_in,
    is_ahead,
    planned,
    sources,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FLASK = "flask and steps in the rapid-response car"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            f"{FLASK} until 31 July", Planned(FLASK, date(2026, 7, 31), ""), id="the example"
        ),
        pytest.param(
            "we'll try a tea round for six weeks, we hope to see fewer falls",
            Planned("a tea round", date(2026, 4, 13), "fewer falls"),
            id="the day before the hope",
        ),
        pytest.param(
            "a jug, hoping for red cheeks till 3/4.",
            Planned("a jug", date(2026, 4, 3), "red cheeks"),
            id="the day after the hope",
        ),
        pytest.param(
            "tea by the bed by next fri",
            Planned("tea by the bed", date(2026, 3, 13), ""),
            id="a word that only sometimes leads to a day",
        ),
        pytest.param(
            "a jug up to the end of February",
            Planned("a jug", date(2027, 2, 28), ""),
            id="a month's end",
        ),
        pytest.param(
            "a jug until end of this month",
            Planned("a jug", date(2026, 3, 31), ""),
            id="this month",
        ),
        pytest.param("a jug for 2 months", Planned("a jug", date(2026, 5, 1), ""), id="months"),
        pytest.param("a jug for a month", Planned("a jug", date(2026, 4, 1), ""), id="one month"),
        pytest.param(
            "a jug until the cows come home",
            Planned("a jug until the cows come home", None, ""),
            id="no day at all",
        ),
        pytest.param(
            "soup until the end of foo",
            Planned("soup until the end of foo", None, ""),
            id="no month",
        ),
    ],
)
def test_what_somebody_types_is_understood(text: str, expected: Planned) -> None:
    found = planned(text, now=NOW)
    assert found == expected
    assert planned(as_typed(found), now=NOW) == found


@given(st.text(max_size=80), st.dates(date(2026, 3, 3), date(2027, 3, 2)), st.booleans())
def test_what_is_shown_is_read_to_mean_the_same(words: str, until: date, has_hope: bool) -> None:
    first = planned(words, now=NOW)
    hope = first.words if has_hope else ""
    typed = as_typed(Planned(first.words or "soup", until, hope))
    again = planned(typed, now=NOW)
    assert again.until == until
    assert planned(as_typed(again), now=NOW) == again


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        pytest.param(Planned("", None, "sun"), "Say in a few words", id="nothing to try"),
        pytest.param(Planned("x" * 201, None, ""), "too long", id="too long"),
        pytest.param(Planned("a", date(2026, 3, 2), ""), "a day in the next year", id="today"),
        pytest.param(Planned("a", date(2027, 3, 4), ""), "a day in the next year", id="far away"),
        pytest.param(Planned("a", date(2026, 3, 3), ""), "", id="tomorrow"),
        pytest.param(Planned("a", None, ""), "", id="no day"),
    ],
)
def test_what_is_wrong_is_told(found: Planned, fault: str) -> None:
    told = fault_in(found, today=NOW.date())
    assert fault in told
    assert bool(told) is bool(fault)


def test_nobody_is_asked_twice_within_a_month() -> None:
    said = date(2026, 3, 2)
    assert again_on(said, date(2026, 3, 30)) == date(2026, 5, 31)
    assert again_on(said, date(2026, 7, 31)) == date(2026, 8, 30)
    assert is_ahead(date(2027, 3, 3), today=said)


def test_the_latest_word_on_what_came_of_it_stands() -> None:
    assert all(sources(each) >= set(OUTCOMES) - {each} for each in OUTCOMES)
    assert not any(TryState.PLANNED in after for after in MOVES.values())
    assert MOVES[TryState.BEFORE] == frozenset()
