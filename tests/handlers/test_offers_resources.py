"""A room that nobody knew about is asked for, given for one day to one person, used and thanked."""

from __future__ import annotations

import re

import pytest

from bot.domain.events import PersonSeen
from handlers import asks, digest, home, knowledge, mydata, network, offers, pausing, thanks
from tests.conftest import Community
from tests.town import Town, said

FEATURES = (
    network.feature,
    asks.feature,
    offers.feature,
    thanks.feature,
    knowledge.feature,
    digest.feature,
    mydata.feature,
    pausing.feature,
    home.feature,
)
ROOM = "/net offer the big room at St Anne's, Tuesdays 2-4 until 1 Sept"
COULD_I = "Could I use the big room at St Anne's?"


@pytest.fixture
def town(community: Community) -> Town:
    """A town in which Rosa offers a room; a Monday morning."""
    town = community(features=FEATURES)
    for name in ("rosa", "dan", "sian"):
        town.joins(name)
    shown = town.types("rosa", ROOM)
    assert "> **Rosa:** the big room at St Anne's _(Tuesdays 2-4)_" in shown
    assert "A room." in shown
    assert "until Tuesday 1 September 2026" in shown
    town.presses("rosa", "Offer it")
    return town


def sees(town: Town, name: str, words: str) -> int:
    """How often somebody was told, in a message of their own, what holds *words*."""
    alone = town.person(name)
    gone = {int(number) for number in town.platform.deleted}
    return sum(
        words in post.text and post.to == alone and number not in gone
        for number, post in enumerate(town.platform.said, 1)
    )


def asks_for_it(town: Town, name: str, what_for: str = "our family day", **how: str) -> str:
    """Somebody finds the room and asks for it, for the day that the form proposes."""
    town.types(name, "/net who a room")
    town.presses(name, COULD_I)
    return town.fills(name, what_for=what_for, **how)


@pytest.mark.both_databases
def test_a_room_is_found_asked_for_agreed_reminded_of_used_thanked_for_and_counted_once(
    town: Town,
) -> None:
    assert "big room" in town.types("dan", "/net find room")
    told = asks_for_it(town, "dan")
    assert town.forms[-1].fields[0].value == "Tuesday 3 March 2026 14:00-16:00"
    assert "I've asked [Rosa](to:fake:T1/U-rosa)" in told
    assert "You asked Rosa" in asks_for_it(town, "dan")
    asked = said(town.sees("rosa"))[-1]
    assert "on Tuesday 3 March, 14:00 to 16:00:\n\n> our family day" in asked
    assert "Waits for your yes" in "".join(post.text for post in town.looks("rosa"))
    assert "Agreed" in town.presses("rosa", "Yes")
    assert "Agreed" in town.types("rosa", "/net offer yes 1"), "twice is as good as once"
    assert sees(town, "dan", "**Agreed:** you can use") == 1
    assert "has it that day" in asks_for_it(town, "sian", when="tomorrow 3pm-4pm")
    town.passes(hours=2)
    town.runs("offers.look_after_uses")
    town.runs("offers.look_after_uses")
    assert (sees(town, "dan", "**Soon:**"), sees(town, "rosa", "**Soon:**")) == (1, 1)
    assert "Yours to use" in "".join(post.text for post in town.looks("dan"))
    assert "I ask you the day after" in town.types("dan", "/net offer used 1")
    town.passes(days=1)
    town.runs("offers.look_after_uses")
    assert "helped others one time" not in town.types("rosa", "/net thanks")
    town.passes(days=1)
    town.runs("offers.look_after_uses")
    town.runs("offers.look_after_uses")
    assert sees(town, "dan", "Did you get to use") == 1
    assert "It counts as help" in town.presses("dan", "Yes")
    assert "It counts as help" in town.types("dan", "/net offer used 1")
    assert "helped others one time" in town.types("rosa", "/net thanks")
    town.presses("dan", "Say thanks to Rosa")
    town.fills("dan", words="for the room")
    town.presses("dan", "Only Rosa")
    assert "helped others one time" in town.types("rosa", "/net thanks"), "it counts once"
    assert "> our family day" not in town.types("rosa", "/net mydata")
    assert "our family day" in town.types("dan", "/net mydata")


def test_thanks_on_the_day_are_for_the_room_and_it_isnt_asked_about(town: Town) -> None:
    town.types("dan", "/net offer use 1 on tomorrow 2-4 for our family day")
    town.types("rosa", "/net offer yes 1")
    town.passes(days=1, hours=2)
    town.runs("offers.look_after_uses")
    town.types("dan", "/net thanks @Rosa for the room")
    town.presses("dan", "Only Rosa")
    town.passes(days=1)
    town.runs("offers.look_after_uses")
    assert sees(town, "dan", "Did you get to use") == 0
    assert "line of thanks" not in town.types("dan", "/net offer used 1")
    assert "helped others one time" in town.types("rosa", "/net thanks")


def test_a_no_is_told_without_a_reason_and_kept_by_nobody(town: Town) -> None:
    asks_for_it(town, "dan")
    town.presses("rosa", "Not this time")
    assert said(town.sees("dan"))[-1].startswith("*the big room at St Anne's* can't be had on")
    assert "nothing to answer" in town.types("rosa", "/net offer no 1")
    for name in ("dan", "rosa"):
        assert "family day" not in town.types(name, "/net mydata")
        assert "family day" not in town.types(name, "/net mydata export")
    assert "I've asked" in asks_for_it(town, "dan"), "he may ask again"
    assert "Nothing is kept" in town.presses("dan", "I don't need it after all")
    assert sees(town, "rosa", "asks whether they could use") == 0


def test_another_time_is_named_and_suits_and_whoever_waits_for_that_day_is_told(town: Town) -> None:
    asks_for_it(town, "dan")
    town.types("sian", "/net who a room")
    town.types("sian", "/net offer use 1 on some day")
    assert town.forms[-1].fields[0].value == "on some day"
    town.fills("sian", when="Tuesday 10 March 2-4", what_for="our family day")
    assert "It can be had: Tuesdays 2-4." in town.types("rosa", "/net offer another 1 Friday 2-4")
    town.types("rosa", "/net offer another 1")
    town.fills("rosa", when="Tuesday 10 March 3-4")
    assert "suggests another time" in said(town.sees("dan"))[-1]
    assert "I've told [Dan]" in town.types("rosa", "/net offer yes 1"), "it is his to say now"
    town.presses("dan", "That suits me")
    assert sees(town, "rosa", "**Agreed:** [Dan]") == 1
    assert "is somebody else's on Tuesday 10 March" in said(town.sees("sian"))[-1]
    assert "nothing to answer" in town.types("rosa", "/net offer yes 2")
    town.types("dan", "/net offer leave 1")
    assert "is free again on Tuesday 10 March, 15:00 to 16:00" in said(town.sees("rosa"))[-1]
    assert "I've asked" in asks_for_it(town, "sian", when="Tuesday 10 March 2-4")
    town.types("rosa", "/net offer another 3 Tuesday 17 March 2-4")
    town.presses("rosa", "Not this time")
    assert "can't be had on Tuesday 17 March" in said(town.sees("sian"))[-1]


def test_so_much_in_a_week_as_its_owner_likes_and_data_for_several_on_one_day(town: Town) -> None:
    town.types("rosa", "/net offer change 1")
    refused = town.fills("rosa", when="weekdays", often="now and then")
    assert "how much of it in a week" in refused
    town.types("rosa", "/net offer change 1")
    town.fills("rosa", when="weekdays", often="once a week", how="Leave it tidy.")
    town.presses("rosa", "Offer it")
    assert "_Once a week._" in town.types("dan", "/net offers resources")
    for name, day in (("dan", "tomorrow"), ("sian", "Thursday")):
        town.types(name, f"/net offer use 1 on {day} 2-4 for a talk")
    town.types("rosa", "/net offer yes 1")
    assert "That week is full by now" in town.types("rosa", "/net offer yes 2")
    assert "It can be had once a week" in town.types("dan", "/net offer use 1 on Friday for a talk")
    town.types("rosa", "/net offer the falls data set of our ward")
    town.presses("rosa", "Offer it")
    for name in ("dan", "sian"):
        town.types(name, "/net offer use 2 on tomorrow for an audit")
    assert "Agreed" in town.types("rosa", "/net offer yes 3")
    assert "Agreed" in town.types("rosa", "/net offer yes 4")


def test_whoever_pauses_is_asked_once_they_are_back(town: Town) -> None:
    town.types("rosa", "/net pause until tomorrow")
    asks_for_it(town, "dan", when="Tuesday 10 March 2-4")
    assert sees(town, "rosa", "asks whether they could use") == 0
    town.passes(days=1, hours=2)
    town.ticks()
    assert sees(town, "rosa", "asks whether they could use") == 1
    town.presses("rosa", "Another time")
    town.fills("rosa", when="Tuesday 17 March 2-4")
    town.presses("dan", "That suits me")
    assert "nothing to answer" in town.types("rosa", "/net offer another 1 Tuesday 24 March")


def test_what_cannot_be_asked_for_is_said_so(town: Town) -> None:
    town.types("rosa", "/net offer an hour on audit data")
    town.presses("rosa", "Offer it")
    assert "That is your own" in town.types("rosa", "/net offer use 1")
    assert "isn't something to use" in town.types("dan", "/net offer use 2")
    assert "isn't offered any more" in town.types("dan", "/net offer use 9")
    for when, why in (
        ("Tuesday 6 October", "until 1 September 2026 only"),
        ("Wednesday 2-4", "It can be had: Tuesdays 2-4"),
        ("some day", "Write a day"),
        ("2 March 2025", "has gone by"),
    ):
        assert why in asks_for_it(town, "dan", when=when)
    for typed in ("yes 1", "no 1", "suits 1", "leave 1", "used 1", "unused 1", "another 1 Friday"):
        assert "nothing to answer" in town.types("dan", f"/net offer {typed}")


def test_nobody_is_left_waiting_when_days_go_by_or_somebody_leaves(town: Town) -> None:
    asks_for_it(town, "dan")
    town.passes(days=1, hours=2)
    town.runs("offers.look_after_uses")
    assert "can't be had on Tuesday 3 March" in said(town.sees("dan"))[-1]
    for name, day in (("dan", "10"), ("sian", "17")):
        town.types(name, f"/net offer use 1 on Tuesday {day} March 2-4 for a talk")
    town.types("rosa", "/net offer yes 2")
    town.types("rosa", "/net offer yes 3")
    town.tells(PersonSeen(member=town.person("sian"), name="Sian", is_gone=True))
    town.runs("offers.look_after_uses")
    assert "is free again on Tuesday 17 March" in said(town.sees("rosa"))[-1]
    town.passes(days=8)
    town.runs("offers.look_after_uses")
    assert "nobody is told" in town.presses("dan", "It didn't happen")
    assert "helped others" not in town.types("rosa", "/net mydata")
    town.types("dan", "/net offer use 1 on Tuesday 24 March for a talk")
    town.types("rosa", "/net offer yes 4")
    town.types("rosa", "/net offer withdraw 1")
    assert "can't be had on Tuesday 24 March" in said(town.sees("dan"))[-1]
    assert "big room" not in town.types("dan", "/net find room")


def test_what_nobody_says_a_word_about_is_let_go_and_whoever_is_erased_leaves_nothing(
    town: Town,
) -> None:
    for name, day in (("dan", "10"), ("sian", "17")):
        town.types(name, f"/net offer use 1 on Tuesday {day} March 2-4 for a talk")
    town.types("rosa", "/net offer yes 1")
    town.types("rosa", "/net offer yes 2")
    town.passes(days=39)
    town.runs("offers.look_after_uses")
    assert "nothing to answer" in town.types("dan", "/net offer used 1")
    assert "It counts" in town.types("sian", "/net offer used 2")
    for name, day in (("dan", "14"), ("sian", "21")):
        town.types(name, f"/net offer use 1 on Tuesday {day} April 2-4 for a talk")
    town.types("rosa", "/net offer yes 3")
    town.types("dan", "/net mydata delete")
    town.presses("dan", "Delete everything")
    told = said(town.sees("rosa"))[-1]
    assert "is free again on Tuesday 14 April" in told
    assert not re.search("dan", told, re.IGNORECASE)
    town.types("rosa", "/net mydata delete")
    town.presses("rosa", "Delete everything")
    assert "can't be had on Tuesday 21 April" in said(town.sees("sian"))[-1]
