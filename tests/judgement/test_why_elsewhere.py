"""How busy the rest of a workspace is, told from the people who speak in its other channels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judgement.talk import Period, Setting
from bot.judgement.why.elsewhere import level_elsewhere

SETTING = Setting(tz=ZoneInfo("Europe/London"))
SINCE, UNTIL = date(2026, 5, 4), date(2026, 5, 24)  # three weeks from a Monday
BEGIN = SINCE - timedelta(days=7 + 84)
Counts = Callable[[date, int], int]


def level(counts: Counts, *, channels: int = 6, setting: Setting = SETTING) -> float | None:
    days = [BEGIN + timedelta(days=n) for n in range((UNTIL - BEGIN).days + 1)]
    people = {
        day: {channel: counts(day, channel) for channel in range(channels)}
        for day in days
        if day.weekday() < 5
    }
    return level_elsewhere(people, setting, since=SINCE, until=UNTIL)


def low(usual: int, then: int) -> Counts:
    return lambda day, channel: then if day >= SINCE else usual


def test_a_workspace_that_is_as_it_always_was_is_at_one() -> None:
    assert level(low(6, 6)) == pytest.approx(1.0, abs=0.01)


def test_a_workspace_at_half_its_usual_is_at_half() -> None:
    assert level(low(6, 3)) == pytest.approx(0.5, abs=0.02)


def test_one_channel_that_is_lively_does_not_hide_that_all_others_are_low() -> None:
    def counts(day: date, channel: int) -> int:
        return (40 if channel == 0 else 2) if day >= SINCE else (10 if channel == 0 else 4)

    assert level(counts) == pytest.approx(0.5, abs=0.03)


def test_one_large_channel_is_not_everybody() -> None:
    def counts(day: date, channel: int) -> int:
        usual = 100 if channel == 0 else 4
        return usual // 4 if day >= SINCE and channel == 0 else usual

    assert level(counts) == pytest.approx(1.0, abs=0.03)


def test_three_channels_are_too_few_to_speak_of_everybody() -> None:
    assert level(low(6, 3), channels=3) is None


def test_channels_in_which_hardly_anybody_speaks_are_not_everybody() -> None:
    assert level(lambda day, channel: int(day.weekday() == channel % 5 == 0), channels=8) is None


def test_a_time_without_working_days_tells_nothing() -> None:
    away = Period(name="Summer", first=SINCE, last=UNTIL)
    quiet = Setting(tz=SETTING.tz, quiet=[away])
    assert level(low(6, 3), setting=quiet) is None


def test_a_workspace_known_for_a_month_tells_nothing() -> None:
    days = [SINCE - timedelta(days=n) for n in range(-20, 28)]
    people = {day: dict.fromkeys(range(6), 5) for day in days}
    assert level_elsewhere(people, SETTING, since=SINCE, until=UNTIL) is None


@given(st.integers(2, 30), st.integers(2, 30))
def test_the_level_is_the_ratio_where_all_channels_change_alike(usual: int, then: int) -> None:
    found = level(low(usual, then))
    assert found == pytest.approx(then / usual, rel=0.02)
