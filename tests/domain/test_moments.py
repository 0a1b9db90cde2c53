"""Days and times are understood as people write them, and what is unclear isn't guessed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.moments import Moment, moment_of

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 3, 2, 9, tzinfo=LONDON)  # a Monday
EARLY, LATE = (datetime(year, 1, 1, tzinfo=LONDON).replace(tzinfo=None) for year in (2000, 2090))
MOMENTS = st.datetimes(EARLY, LATE, timezones=st.just(LONDON))
TEN = time(10)


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        pytest.param("wed 10:00", date(2026, 3, 4), TEN, id="a weekday and a time"),
        pytest.param("Wednesday at 10am", date(2026, 3, 4), TEN, id="in full, by twelve hours"),
        pytest.param("10.00 on Weds", date(2026, 3, 4), TEN, id="the time first, with a dot"),
        pytest.param("tomorrow at 2pm", date(2026, 3, 3), time(14), id="tomorrow"),
        pytest.param("TOMORROW 2:30 p.m.", date(2026, 3, 3), time(14, 30), id="loudly"),
        pytest.param("today noon", date(2026, 3, 2), time(12), id="noon"),
        pytest.param("12am tomorrow", date(2026, 3, 3), time(0), id="midnight by twelve hours"),
        pytest.param("next wed 10:00", date(2026, 3, 11), TEN, id="in the week after this"),
        pytest.param("next thurs", date(2026, 3, 12), None, id="a day alone"),
        pytest.param("monday 10:00", date(2026, 3, 2), TEN, id="later today"),
        pytest.param("monday 08:00", date(2026, 3, 9), time(8), id="not this morning any more"),
        pytest.param("monday", date(2026, 3, 9), None, id="today's weekday is the next one"),
        pytest.param("10:00", date(2026, 3, 2), TEN, id="a time still to come"),
        pytest.param("8:15", date(2026, 3, 3), time(8, 15), id="a time gone by"),
        pytest.param("14 June", date(2026, 6, 14), None, id="a date"),
        pytest.param("Sunday the 14th of June, 10:00", date(2026, 6, 14), TEN, id="a long date"),
        pytest.param("June 14 2027", date(2027, 6, 14), None, id="the month first, with a year"),
        pytest.param("1 Feb", date(2027, 2, 1), None, id="gone by this year"),
        pytest.param("29 feb", date(2028, 2, 29), None, id="the next leap year"),
        pytest.param("14/6 10am", date(2026, 6, 14), TEN, id="day and month in figures"),
        pytest.param("fri 06/03/26", date(2026, 3, 6), None, id="with a short year"),
        pytest.param("2026-03-11 10:00", date(2026, 3, 11), TEN, id="by the standard"),
        pytest.param("in two weeks", date(2026, 3, 16), None, id="in weeks"),
        pytest.param("in one day", date(2026, 3, 3), None, id="in a day"),
        pytest.param("in 10 days at 10:00", date(2026, 3, 12), TEN, id="in days"),
        pytest.param("next week", date(2026, 3, 9), None, id="next week"),
        pytest.param("the day after tomorrow", date(2026, 3, 4), None, id="the day after"),
    ],
)
def test_a_moment_is_understood(text: str, day: date, at: time | None) -> None:
    assert moment_of(text, now=NOW) == Moment(day, at)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "wed 25:00", "wed 10:61", "13pm", "31 June", "30/30", "wed or thu", "10", "may"],
)
def test_what_is_unclear_is_not_guessed(text: str) -> None:
    assert moment_of(text, now=NOW) is None


@given(
    MOMENTS,
    st.integers(min_value=0, max_value=700),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from(
        ["%d %B %Y %H:%M", "%H:%M %A %d %b %Y", "%Y-%m-%d at %I:%M%p", "%d/%m/%Y %I.%M pm"]
    ),
)
def test_a_written_date_is_read_as_it_was_meant(
    now: datetime, ahead: int, at: time, form: str
) -> None:
    if form.endswith(" pm"):
        at = at.replace(hour=at.hour % 12 + 12)
    wanted = datetime.combine(now.date() + timedelta(days=ahead), at, LONDON)
    assert moment_of(wanted.strftime(form), now=now) == Moment(wanted.date(), at)


@given(st.text(max_size=40))
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    found = moment_of(text, now=NOW)
    assert found is None or isinstance(found.day, date)


@given(MOMENTS)
def test_a_weekday_and_a_time_are_always_to_come_within_a_week(now: datetime) -> None:
    for name in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"):
        found = moment_of(f"{name} 10:00", now=now)
        assert found is not None
        at = datetime.combine(found.day, TEN, LONDON)
        assert now < at <= now + timedelta(days=7)
        assert found.day.strftime("%a").casefold() == name
