"""How far back people want to look, in their own words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lookback import first_day

WEDNESDAY = datetime(2026, 3, 11, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("7", date(2026, 3, 4)),
        ("14 days", date(2026, 2, 25)),
        ("2w", date(2026, 2, 25)),
        ("two weeks", date(2026, 2, 25)),
        ("the last two weeks", date(2026, 2, 25)),
        ("a fortnight", date(2026, 2, 25)),
        ("last week", date(2026, 3, 4)),
        ("month", date(2026, 2, 8)),
        ("yesterday", date(2026, 3, 10)),
        ("today", date(2026, 3, 11)),
        ("since Monday", date(2026, 3, 9)),
        ("Since last monday.", date(2026, 3, 9)),
        ("since wed", date(2026, 3, 4)),
        ("since Thursday", date(2026, 3, 5)),
        ("since 1 March", date(2026, 3, 1)),
        ("since 24 December", date(2025, 12, 24)),
        ("from 2026-02-28", date(2026, 2, 28)),
        ("since 2026-03-11", date(2026, 3, 11)),
        ("since 29 Feb", date(2024, 2, 29)),
        ("9999", date(2015, 3, 29)),
    ],
)
def test_the_past_as_people_write_it(typed: str, first: date) -> None:
    assert first_day(typed, now=WEDNESDAY) == first


@pytest.mark.parametrize(
    "typed", ["", "the kettle", "since", "at 10:00", "week of sundays", "s", "since 1 May 2026"]
)
def test_what_is_unclear_is_not_guessed_at(typed: str) -> None:
    assert first_day(typed, now=WEDNESDAY) is None


@given(st.text(max_size=40))
def test_nothing_that_is_typed_goes_wrong(typed: str) -> None:
    found = first_day(typed, now=WEDNESDAY)
    assert found is None or found <= WEDNESDAY.date()
