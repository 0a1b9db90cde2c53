"""A gathering is called by anybody, shown first, and goes into whoever's calendar wants it."""

from __future__ import annotations

from datetime import UTC, datetime

import icalendar
import pytest

from bot.platforms.calendars import ics
from handlers import digest, energy, meeting, mydata, network
from handlers import home as page
from tests.conftest import Community
from tests.town import Town, said

FEATURES = (network.feature, meeting.feature, mydata.feature)
ABOUT = "/net meet about Falls at night on thu 10:00 for 45 minutes in #frailty"


@pytest.fixture
def town(community: Community) -> Town:
    town = community(features=FEATURES)
    for name in ("ada", "ben", "cy"):
        town.joins(name)
        town.joins(name, "frailty")
    return town


@pytest.mark.both_databases
def test_a_gathering_is_called_once_taken_into_calendars_and_called_off_there_too(
    town: Town,
) -> None:
    shown = town.types("ada", ABOUT)
    assert "**Falls at night**: Thursday 5 March, 10:00 (Europe/London), 45 minutes." in shown
    assert town.hears == [], "shown first"
    assert "Nothing was kept" in town.presses("ada", "Not now")
    assert "It stands in #frailty" in town.presses("ada", "Call it")
    [post] = town.hears
    assert post.to == town.place("frailty")
    assert "Ada calls this gathering" in post.text
    town.types("ada", ABOUT)
    assert "already" in town.presses("ada", "Call it")
    assert len(town.hears) == 1
    assert "sent you the file" in town.presses("ben", "Put it in my calendar")
    town.presses("ben", "Put it in my calendar")
    file = next(each for each in reversed(town.sees("ben")) if each.attachment)
    assert file.attachment is not None
    (event,) = icalendar.Calendar.from_ical(ics(file.attachment.appointment)).walk("VEVENT")
    assert event.decoded("DTSTART") == datetime(2026, 3, 5, 10, tzinfo=UTC)
    assert str(event["SUMMARY"]) == "Falls at night"
    assert "In your calendar: Falls at night" in town.types("ben", "/net mydata")
    assert "You called a gathering" in town.types("ada", "/net mydata")
    assert "no such gathering" in town.types("cy", "/net meet call off gathering")
    assert "called off" in town.types("ada", "/net meet call off gathering")
    assert said(town.hears)[0].startswith("**Called off**: Falls at night")
    off = [each for each in town.sees("ben") if each.attachment][-1].attachment
    assert off is not None
    assert (off.appointment.is_off, off.appointment.sequence) == (True, 1)
    assert off.appointment.uid == file.attachment.appointment.uid
    assert not [each for each in town.sees("cy") if each.attachment]
    assert "no such gathering" in town.types("ada", "/net meet call off gathering")


def test_what_cannot_be_called_is_told_why_and_who_goes_takes_it_along(town: Town) -> None:
    for typed, why in (
        ("falls soonish", "I don't know when"),
        ("falls on monday last year", "I don't know when"),
        ("falls on today 6:00", "has passed"),
        ("falls on thu 10:00 for 2 minutes", "From 5 minutes"),
        (f"{'falls ' * 40} on thu 10:00", "200 characters"),
        ("falls on thu 10:00 in #nowhere", 'no channel "#nowhere"'),
    ):
        assert why in town.types("ada", f"/net meet about {typed}")
    for hour in (10, 11, 12):
        town.types("ada", f"/net meet about tea tomorrow at {hour}:00 for an hour")
        assert "It stands in #general" in town.presses("ada", "Call it")
    town.types("ada", "/net meet about tea next thursday 14:00")
    assert (
        "three gatherings" in town.presses("ada", "Call it")
        or "3 gatherings" in said(town.sees("ada"))[-1]
    )
    town.presses("ben", "Put it in my calendar")
    assert "called off" in town.presses("ada", "Call it off")
    town.types("ada", "/net mydata delete")
    town.presses("ada", "Delete everything")
    town.ticks()
    assert len(town.platform.deleted) == 3, "what was posted in her name"
    assert "no such gathering" in town.presses("cy", "Put it in my calendar")
    town.types("ben", "/net meet about tea tomorrow at 9:30")
    town.presses("ben", "Call it")
    town.passes(weeks=6)
    town.runs("meeting.hold")
    assert "gathering" not in town.types("ben", "/net mydata")


def test_the_digest_and_ones_own_page_tell_what_is_called_and_when_pairs_meet_and_nothing_of_who(
    community: Community,
) -> None:
    features = (*FEATURES, energy.feature, digest.feature, page.feature)
    town = community(features=features, meeting={"cadence": "weekly"})
    town.lead("tom")
    for name in ("ada", "ben", "cy", "dan"):
        town.joins(name)
        town.joins(name, "frailty")
        town.types(name, "/net meet pairs on")
    town.types("ada", "/net meet about falls at night next monday 10:00 in #frailty")
    town.presses("ada", "Call it")
    shown = town.types("tom", "/tend digest preview")
    assert "Falls at night, in" in shown
    assert "Monday 9 March at 10:00" in shown
    assert "Coffee pairs on" not in shown, "four would be known by name"
    town.types("tom", "/net meet pairs on")
    shown = town.types("tom", "/tend digest preview").partition("**Meet one another**")[2]
    assert "Coffee pairs on Tuesday 10 March" in shown
    assert "Ada" not in shown
    assert "Falls at night, in" in "".join(each.text for each in town.looks("ben"))
    assert "sent you the file" in town.presses("ben", "Put it in my calendar")
    town.lives(days=4.5)
    edition = next(text for text in said(town.hears) if "**Meet one another**" in text)
    assert "- Falls at night" in edition
    town.types("ada", "/net mydata delete")
    town.presses("ada", "Delete everything")
    town.lives(hours=1)
    assert not [text for text in said(town.hears) if "- Falls at night" in text]
    assert "Gatherings" not in "".join(each.text for each in town.looks("ben"))
