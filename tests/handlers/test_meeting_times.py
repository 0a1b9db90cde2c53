"""Somebody suggests when to meet: both hear of it by their own clock, with a file to open."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import icalendar
import pytest

from bot.domain.events import PersonSeen
from bot.domain.posts import Post
from bot.platforms.calendars import ics
from handlers import meeting, mydata, network
from tests.conftest import Community
from tests.town import Town

FEATURES = (network.feature, meeting.feature, mydata.feature)


@pytest.fixture
def town(community: Community) -> Town:
    """Ada in London and Ben in New York were told of each other on Tuesday at eleven."""
    town = community(features=FEATURES, meeting={"cadence": "weekly"})
    for name, zone in (("ada", "Europe/London"), ("ben", "America/New_York")):
        town.tells(PersonSeen(member=town.person(name), name=name.capitalize(), timezone=zone))
        town.types(name, "/net meet pairs on")
    town.passes(days=1, hours=2)
    town.runs("meeting.hold")
    town.lives(hours=5)
    return town


def files(town: Town, name: str) -> list[Post]:
    return [post for post in town.sees(name) if post.attachment is not None]


def read(post: Post) -> Any:
    """The one entry of a post's file, as another program reads it."""
    assert post.attachment is not None
    calendar = icalendar.Calendar.from_ical(ics(post.attachment.appointment))
    (event,) = calendar.walk("VEVENT")
    method = "CANCEL" if event["STATUS"] == "CANCELLED" else "PUBLISH"
    assert calendar["METHOD"] == method
    return event


@pytest.mark.both_databases
def test_a_time_is_suggested_changed_and_called_off_and_the_calendars_follow(town: Town) -> None:
    town.presses("ada", "Suggest a time")
    assert "calendars" in town.fills("ada", day="friday", time="3pm", minutes="30")
    mine, theirs = files(town, "ada")[-1], files(town, "ben")[-1]
    assert "You suggest Friday 6 March, 15:00" in mine.text
    assert "Ada suggests Friday 6 March, 10:00" in theirs.text, "by the clock of New York"
    first = read(theirs)
    assert first.decoded("DTSTART") == datetime(2026, 3, 6, 15, tzinfo=UTC)
    assert first.decoded("DTEND") == datetime(2026, 3, 6, 15, 30, tzinfo=UTC)
    assert first.decoded("DTSTAMP") == town.now
    assert str(first["SUMMARY"]) == "A coffee: Ada and Ben"
    assert first["SEQUENCE"] == 0

    town.presses("ben", "Another time")
    assert [field.value for field in town.forms[-1].fields] == ["06/03/2026", "10:00", "30"]
    assert "file" in town.types("ada", "/net meet at monday 9:30 for 45 minutes")
    assert "Somebody of you named a time already" in town.fills("ben", day="thursday")
    changed = read(files(town, "ben")[-1])
    assert "takes the place" in files(town, "ben")[-1].text
    assert (changed["UID"], changed["SEQUENCE"]) == (first["UID"], 1)
    assert changed.decoded("DTSTART") == datetime(2026, 3, 9, 9, 30, tzinfo=UTC)

    assert "word that it is off" in town.presses("ben", "Call it off")
    off = read(files(town, "ada")[-1])
    assert files(town, "ada")[-1].text.startswith("**Called off by Ben**")
    assert (off["UID"], off["SEQUENCE"], off["STATUS"]) == (first["UID"], 2, "CANCELLED")
    assert "No time stands" in town.types("ada", "/net meet call off")
    assert "set for" not in town.types("ada", "/net mydata")


def test_what_is_no_time_to_meet_is_told_so_and_nobody_else_hears_of_it(town: Town) -> None:
    town.presses("ada", "Suggest a time")
    check = town.app.check
    before = len(files(town, "ben"))
    for typed, why in (
        ("soonish", "I don't know when"),
        ("thursday", "I don't know when"),
        ("today 6am", "has passed"),
        ("in 40 weeks 10:00", "three months"),
        ("friday 10:00 for 3 minutes", "From 5 minutes"),
    ):
        assert why in town.types("ada", f"/net meet at {typed}")
    town.passes(hours=8)
    assert "working hours until then" in town.types("ada", "/net meet at wed 9:00"), "in New York"
    assert len(files(town, "ben")) == before
    assert "no meeting of yours" in town.types("zoe", "/net meet at friday 10:00")
    assert "no meeting of yours" in town.types("zoe", "/net meet call off")
    form = town.forms[-1]
    assert form.context.endswith("Europe/London")
    assert check is not None
    wrong = meeting.times.check_when(
        _sent(town, form.context, day="yesterday-ish", time="", minutes="0"), meeting.Settings()
    )
    assert sorted(wrong) == ["day", "minutes"]
    right = _sent(town, form.context, day="friday", time="10:00", minutes="20")
    assert meeting.times.check_when(right, meeting.Settings()) == {}


def _sent(town: Town, context: str, **values: str) -> Any:
    from bot.domain.events import FormSubmitted, to_micros

    return FormSubmitted(
        id="s",
        form="meeting.when",
        values=values,
        context=context,
        channel=town.place("general"),
        member=town.person("ada"),
        at=to_micros(town.now),
    )


def test_a_time_that_changes_all_the_while_is_left_to_them_and_who_goes_takes_all_along(
    town: Town,
) -> None:
    for hour in range(9, 17):
        assert "calendars" in town.types("ada", f"/net meet at friday {hour}:00")
    assert "often by now" in town.types("ben", "/net meet at friday 17:00")
    town.types("ben", "/net mydata delete")
    town.presses("ben", "Delete everything")
    before = len(town.sees("ben"))
    assert "calendars" in town.types("ada", "/net meet call off")
    town.lives(hours=2)
    assert len(town.sees("ben")) == before
    assert "with somebody who is gone" in town.types("ada", "/net mydata")
