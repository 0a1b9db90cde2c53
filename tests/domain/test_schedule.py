"""Exactly one slot in every local week or day, whatever clocks and zones do."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.weeks import TIMES, wrong, zones
from bot.domain.schedule import Daily, Hourly, Slot, Weekday, Weekly, week_name, week_start

UTC_ZONE = ZoneInfo("UTC")


def at(text: str, zone: str = "UTC") -> datetime:
    """The instant of a local time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


# Those whose clocks have done the oddest things since 2000, and a new sample in every run
ODD = [
    "Australia/Lord_Howe", "Africa/Cairo", "America/Santiago", "Asia/Beirut", "America/Havana",
    "Africa/Casablanca", "Pacific/Apia", "Asia/Gaza", "Asia/Pyongyang", "Antarctica/Troll",
]  # fmt: skip


@pytest.mark.at_length
@pytest.mark.parametrize("zone", ODD)
def test_every_week_of_thirty_years_has_exactly_one_digest(zone: str) -> None:
    assert wrong(zone, years=30, seed=1, times=TIMES[:2]) == 0


@pytest.mark.at_length
def test_every_week_has_exactly_one_digest_in_any_other_zone() -> None:
    seed = random.randrange(10**6)
    sample = random.Random(seed).sample(zones(), 6)
    found = {
        zone: wrong(zone, years=30, seed=seed, times=[TIMES[seed % len(TIMES)]]) for zone in sample
    }
    assert not any(found.values()), f"seed {seed}: {found}"


@pytest.mark.parametrize(
    ("zone", "day", "due"),
    [
        pytest.param("Europe/Paris", "2026-03-29", "01:30", id="as far after the gap as within it"),
        pytest.param("Europe/Paris", "2026-10-25", "00:30", id="the first of two"),
        pytest.param("Australia/Lord_Howe", "2026-04-05", "16:00", id="half an hour back"),
    ],
)
def test_half_past_two_is_an_instant_of_every_day(zone: str, day: str, due: str) -> None:
    slot = Daily(at=time(2, 30)).slot(date.fromisoformat(day), ZoneInfo(zone))
    assert f"{slot.due:%H:%M}" == due


def test_a_day_that_a_country_left_out_has_no_run_of_its_own() -> None:
    samoa = ZoneInfo("Pacific/Apia")  # it went from 29 to 31 December 2011
    daily = Daily(at=time(9))
    moments = [at("2011-12-28T00:00") + timedelta(hours=hour) for hour in range(24 * 6)]
    names = [daily.latest(now=now, zone=samoa).name for now in moments]
    assert list(dict.fromkeys(names))[1:5] == [
        "2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01",
    ]  # fmt: skip


def test_there_is_a_week_53() -> None:
    weekly = Weekly(day=Weekday.FRIDAY, at=time(12))
    assert weekly.latest(now=at("2021-01-01T12:00"), zone=UTC_ZONE).name == "2020-W53"
    assert weekly.latest(now=at("2021-01-08T11:59"), zone=UTC_ZONE).name == "2020-W53"
    assert weekly.latest(now=at("2021-01-08T12:00"), zone=UTC_ZONE).name == "2021-W01"


@given(
    st.integers(10, 18_000 * 24),
    st.sampled_from(sorted(ODD)),
    st.sampled_from(Weekday),
    st.times(),
)
def test_the_newest_slot_has_begun_and_the_next_has_not(
    hours: int, zone: str, day: Weekday, hour: time
) -> None:
    now, place = at("2000-01-10T00:00") + timedelta(hours=hours), ZoneInfo(zone)
    for schedule, step in ((Weekly(day=day, at=hour), 7), (Daily(at=hour), 1)):
        slot = schedule.latest(now=now, zone=place)
        assert slot.due <= now
        following = schedule.latest(now=now + timedelta(days=step + 2), zone=place)
        assert following.name > slot.name
        assert schedule.latest(now=slot.due, zone=place).due == slot.due


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_week_is_named_after_its_monday(day: date) -> None:
    monday = week_start(week_name(day))
    assert monday.weekday() == 0
    assert timedelta(0) <= day - monday < timedelta(days=7)


@pytest.mark.parametrize("name", ["2026-W54", "2026", "W10", "2026-Wxx", "tomorrow"])
def test_what_names_no_week_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        week_start(name)


def test_slots_are_in_the_order_of_their_times() -> None:
    assert Slot(at("2026-01-01T00:00"), "b") < Slot(at("2026-01-02T00:00"), "a")


@given(
    hours=st.floats(0, 30 * 365 * 24),
    zone=st.sampled_from([*ODD, "Europe/London", "UTC"]),
    minute=st.integers(0, 9),
    every=st.sampled_from([60, 30, 10]),
)
def test_of_the_hours_of_a_day_the_newest_that_has_begun_is_due(
    hours: float, zone: str, minute: int, every: int
) -> None:
    now = at("2000-01-01") + timedelta(hours=hours)
    there = ZoneInfo(zone)
    hourly = Hourly(first=9, last=16, minute=minute, every=every)
    slot = hourly.latest(now=now, zone=there)
    assert slot.due <= now
    days = [now.astimezone(there).date() + timedelta(days=n) for n in (-2, -1, 0, 1)]
    slots = [each for day in days for each in hourly.slots(day, there)]
    assert slot in slots
    assert not any(slot.due < each.due <= now for each in slots)
    assert len({each.name for each in slots}) == len(slots) == 32 * 60 // every
