"""A round of coffee pairs is due on its day, or the next working one, as often as was said."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from bot.domain.gatherings import length_in, splits
from bot.domain.meeting import Cadence, Rhythm, Wished, next_round, parted, round_of, wished
from bot.domain.schedule import Weekday

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


@pytest.mark.parametrize("cadence", list(Cadence))
def test_the_next_round_is_the_first_that_was_not_held_and_is_due_on_its_day(
    cadence: Cadence,
) -> None:
    rhythm = Rhythm(cadence=cadence, day=Weekday.TUESDAY, size=2)
    held: set[str] = set()
    days = []
    for _ in range(2):
        name, day = next_round(YEAR[60], rhythm=rhythm, held=held)
        assert round_of(day, weekday=1, cadence=cadence) == name
        held.add(name)
        days.append(day)
    assert days[0] < days[1]
    assert days[1].weekday() == 1
    later = [YEAR[0] + timedelta(days=n) for n in range(500)]
    every = {round_of(each, weekday=1, cadence=cadence) for each in later}
    with pytest.raises(LookupError):
        next_round(YEAR[60], rhythm=rhythm, held=every)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("weekly", Wished(cadence=Cadence.WEEKLY)),
        ("every two weeks on Thursdays", Wished(cadence=Cadence.FORTNIGHTLY, day=Weekday.THURSDAY)),
        ("once a month, in groups of 4", Wished(cadence=Cadence.MONTHLY, size=4)),
        ("trios", Wished(size=3)),
        ("sometimes", None),
        ("in groups of 6", None),
        ("on", None),
    ],
)
def test_how_people_are_to_meet_is_understood_as_it_is_said(
    typed: str, meant: Wished | None
) -> None:
    assert wished(typed) == meant


@pytest.mark.parametrize(
    ("typed", "words", "channel"),
    [
        ("on in #frailty", "on", "frailty"),
        ("#Frailty-Homes weekly in pairs", "weekly in pairs", "frailty-homes"),
        ("preview in frailty", "preview", "frailty"),
        ("monthly in pairs", "monthly in pairs", ""),
        ("now", "now", ""),
    ],
)
def test_a_channel_is_named_in_whatever_way(typed: str, words: str, channel: str) -> None:
    assert parted(typed) == (words, channel)


def test_a_gathering_is_parted_into_what_when_and_how_long_in_each_way_it_can_be_read() -> None:
    assert length_in("tea on friday 10:00 for half an hour") == ("tea on friday 10:00", 30)
    assert length_in("a walk for 3 people") == ("a walk for 3 people", 0)
    read = [*splits("falls at night on thu 10:00")]
    assert ("falls at night", "thu 10:00") in read
    assert next(splits("tea tomorrow at 9:00")) == ("tea", "tomorrow at 9:00")
    assert [*splits("on monday")] == []
