"""A calendar file says the same instant in every zone, and is read back as it was meant."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.appointments import Appointment, uid_of
from bot.domain.posts import Attachment, Post
from bot.domain.zones import zone_names
from bot.platforms.calendars import ics

zones = st.sampled_from(sorted(zone_names())).map(ZoneInfo)
moments = st.builds(
    lambda second, zone: datetime.fromtimestamp(second, zone),
    st.integers(1_577_836_800, 2_145_830_400),  # from 2020 to 2037
    zones,
)
words = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=120)


@given(moments, moments, st.integers(5, 240), words, words, st.booleans())
def test_any_calendar_reads_what_was_meant(
    starts: datetime, made: datetime, minutes: int, title: str, about: str, is_off: bool
) -> None:
    appointment = Appointment(
        uid=uid_of("slack:T1", 7),
        title=title,
        about=about,
        starts=starts,
        minutes=minutes,
        made=made,
        sequence=3,
        is_off=is_off,
    )
    written = ics(appointment)
    assert all(len(line) <= 75 for line in written.split(b"\r\n")), "RFC 5545, 3.1"
    calendar = icalendar.Calendar.from_ical(written)
    (event,) = calendar.walk("VEVENT")
    assert event.decoded("DTSTART") == starts
    assert event.decoded("DTSTART").utcoffset() == timedelta()
    assert event.decoded("DTEND") - starts == timedelta(minutes=minutes)
    assert event.decoded("DTSTAMP") == made
    assert str(event["SUMMARY"]) == title
    assert str(event.get("DESCRIPTION", "")) == about
    assert (event["UID"], event["SEQUENCE"]) == (appointment.uid, 3)
    assert event["STATUS"] == ("CANCELLED" if is_off else "CONFIRMED")


def test_a_name_in_calendars_is_the_same_for_the_same_and_tells_nothing() -> None:
    assert uid_of("slack:T1", 7) == uid_of("slack:T1", 7) != uid_of("slack:T1", 8)
    assert "T1" not in uid_of("slack:T1", 7)
    assert Post(to="x", text="a").attachment is None
    assert Attachment.__struct_fields__ == ("name", "appointment")
