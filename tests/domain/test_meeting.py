"""A round of coffee pairs is due on its day, or the next working one, as often as was said."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from bot.domain.meeting import Cadence, round_of

YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]


@pytest.mark.parametrize(
    ("cadence", "rounds", "apart"),
    [
        pytest.param(Cadence.WEEKLY, 52, {7}, id="weekly"),
        pytest.param(Cadence.FORTNIGHTLY, 26, {14}, id="fortnightly"),
        pytest.param(Cadence.MONTHLY, 12, {28, 35}, id="monthly"),
    ],
)
def test_a_year_has_as_many_rounds_as_was_said(
    cadence: Cadence, rounds: int, apart: set[int]
) -> None:
    first: dict[str, date] = {}
    for day in YEAR:
        if name := round_of(day, weekday=1, cadence=cadence):
            first.setdefault(name, day)
    days = [day for day in first.values() if day.weekday() == 1]
    assert abs(len(days) - rounds) <= 1
    gaps = {(b - a).days for a, b in pairwise(days)}
    assert gaps == apart


def test_a_round_that_fell_on_a_holiday_is_due_until_the_week_is_over() -> None:
    week = [date(2026, 3, 2) + timedelta(days=n) for n in range(7)]
    names = [round_of(day, weekday=1, cadence=Cadence.WEEKLY) for day in week]
    assert names == ["", *["2026-W10"] * 6]
