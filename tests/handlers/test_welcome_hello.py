"""A newcomer's first post that waits: two members who fit are asked quietly, and then the leads."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.asks import HelpKind
from bot.domain.events import MessagePosted
from bot.domain.posts import Post
from bot.ports import DeliveryError
from bot.storage import offers, places, watches
from bot.storage.places import Person
from handlers import joining, mydata, network, pausing, topics, welcome
from tests.conftest import Community
from tests.handlers.test_joining import set_up
from tests.town import Town

FEATURES = (
    network.feature,
    joining.feature,
    welcome.feature,
    topics.feature,
    pausing.feature,
    mydata.feature,
)
ASKED = "is waiting for an answer"
EVERYBODY = ("ada", "bob", "cem", "eva", "amina")
QUESTION = "Has anyone a quick kitchen test for who could manage at home tonight?"


@pytest.fixture
def town(community: Community) -> Town:
    """Cem often answers in #general; eva does so elsewhere; ada tends; amina came this morning."""
    town = set_up(community(features=FEATURES))
    said: list[MessagePosted] = []
    for n in range(7, 0, -1):
        for channel, helper in (("general", "cem"), ("random", "eva")):
            at = town.now - timedelta(days=9 * n)
            said.append(town.message("bob", "How do you do it?", channel=channel, at=at))
            later, ts = at + timedelta(days=1), said[-1].ts
            said.append(town.message(helper, channel=channel, thread=ts, at=later))
    town.recounts(*said)
    town.joins("amina")
    return town


def offer(town: Town, name: str, words: str) -> None:
    with town.sessions.begin() as session:
        here = places.networks(session)[0]
        person = session.query(Person).filter_by(ref=town.person(name)).one()
        until = date(2026, 9, 1)
        offers.make(session, here, person, words, kind=HelpKind.SKILLS, until=until, now=town.now)


def asked(town: Town) -> dict[str, Post]:
    """Who was asked to answer somebody, and by which words."""
    return {name: post for name in EVERYBODY for post in town.sees(name) if ASKED in post.text}


def hours(town: Town, number: int) -> None:
    for _ in range(number):
        town.passes(hours=1)
        town.ticks()


def introduces(town: Town) -> int:
    """Amina introduces herself; returns what her post is called."""
    town.types("amina", "/net introduce")
    town.fills("amina", who="I'm Amina.", question=QUESTION)
    town.presses("amina", "Post it")
    return 1 + next(
        n for n, post in reversed([*enumerate(town.platform.said)]) if "Hello from" in post.text
    )


@pytest.mark.both_databases
def test_after_half_a_day_two_who_fit_are_asked_and_nobody_once_somebody_answered(
    town: Town,
) -> None:
    offer(town, "bob", "kitchen tests at home")
    ts = introduces(town)
    hours(town, 3)
    assert asked(town) == {}
    hours(town, 2)
    found = asked(town)
    assert {*found} == {"bob", "cem"}
    assert "You named *kitchen tests at home*, so you came to mind." in found["bob"].text
    assert f"> {QUESTION}" in found["bob"].text
    assert f"message:{town.place('general')}/{ts}" in found["bob"].text
    assert "You know that channel" in found["cem"].text
    town.presses("cem", "Not this time")
    assert {*asked(town)} == {"bob"}
    town.says("eva", "We do it with a kettle.", thread=ts)
    hours(town, 1)
    assert asked(town) == {}
    assert "has had an answer since" in town.sees("bob")[-1].text
    assert "nobody sees it" in town.sees("cem")[-1].text
    town.passes(days=1)
    town.ticks()
    assert [post for post in town.sees("ada") if "newcomer" in post.text] == []
    mine = town.types("amina", "/net mydata")
    assert "your introduction" in mine
    assert QUESTION not in mine, "once it is closed, its words are let go"
    assert "you said not now" in town.types("cem", "/net mydata")
    assert "not now" not in town.types("bob", "/net mydata")


def test_leads_hear_of_an_introduction_after_a_working_day_and_a_bot_is_no_answer(
    town: Town,
) -> None:
    ts = introduces(town)
    message = town.message("robo", thread=ts)
    fields = {name: getattr(message, name) for name in message.__struct_fields__}
    town.tells(MessagePosted(**{**fields, "by_bot": True}))
    town.says("amina", "Anybody?", thread=ts)
    hours(town, 26)
    assert len(asked(town)) == 2
    [post] = [post for post in town.sees("ada") if "first post is" in post.text]
    assert f"/{ts})" in post.text
    assert "a newcomer" in town.types("ada", "/tend waiting")
    town.reacts("eva", ts, "wave")
    assert "Nothing is waiting" in town.types("ada", "/tend waiting")


def test_of_an_ordinary_first_post_those_are_asked_who_answer_there_or_follow_its_topic(
    town: Town,
) -> None:
    town.types("eva", "/net topics follow kettles")
    town.says("amina", "I am new; who knows kettles?")
    hours(town, 5)
    found = asked(town)
    assert {*found} == {"cem", "eva"}
    assert "You named *kettles*" in found["eva"].text
    assert "kettles" not in found["cem"].text, "what others follow is theirs alone"
    town.says("amina", "And who knows beds?", channel="random")
    town.passes(hours=19)
    hours(town, 2)
    assert {*asked(town)} == {"bob", "cem", "eva"}
    assert len([post for post in town.sees("cem") if ASKED in post.text]) == 1
    assert len([post for post in town.sees("eva") if ASKED in post.text]) == 1


def test_who_fits_is_asked_within_five_minutes_of_the_fourth_working_hour(town: Town) -> None:
    town.passes(hours=17 / 60)
    town.says("amina", "Who knows kettles?")
    for minutes in (43, 60, 60, 60, 15):
        town.passes(hours=minutes / 60)
        town.ticks()
    assert asked(town) == {}, "at 13:15 it is two minutes too early"
    town.passes(hours=5 / 60)
    town.ticks()
    assert {*asked(town)} == {"bob", "cem"}


def test_who_wrote_late_in_the_day_is_asked_about_the_next_one_and_not_in_the_night(
    town: Town,
) -> None:
    town.passes(hours=5 + 3 / 60)
    town.says("amina", "Who knows kettles?")
    for minutes in (57, 60, 59):
        town.passes(hours=minutes / 60)
        town.ticks()
    for _ in range(17):
        town.passes(hours=1)
        town.ticks()
    assert asked(town) == {}, "it is 09:59; three hours and 56 minutes have gone by"
    town.passes(hours=6 / 60)
    town.ticks()
    assert {*asked(town)} == {"bob", "cem"}


def test_who_switched_it_off_or_rests_is_not_asked_and_nobody_else_hears_why(town: Town) -> None:
    town.types("cem", "/net messages welcome off")
    town.types("bob", "/net rest")
    town.types("eva", "/net join look")
    town.says("amina", "Who knows kettles?")
    hours(town, 5)
    assert {*asked(town)} == {"eva"}, "who was here before the bot is no newcomer who looks around"
    town.types("eva", "/net newcomer 1 not this time")
    assert asked(town) == {}
    assert "I asked you about no newcomer" in town.types("cem", "/net newcomer 1 no thanks")
    assert "I asked you about no newcomer" in town.types("cem", "/net newcomer soon")
    with town.sessions.begin() as session:
        [found] = watches.open_watches(session, places.networks(session)[0])
        assert [row.answer for row in watches.asked(session, found)] == ["not now"]


def test_nobody_is_asked_of_what_was_answered_deleted_or_taken_back(town: Town) -> None:
    ts = town.says("amina", "Who knows kettles?")
    hours(town, 3)
    town.says("bob", "I do.", thread=ts)
    gone = town.says("amina", "And beds?", channel="random")
    town.deletes(gone, channel="random")
    hours(town, 3)
    assert asked(town) == {}
    town.now += timedelta(days=1, hours=-6)
    introduces(town)
    hours(town, 5)
    assert len(asked(town)) == 2
    town.types("amina", "/net introduce withdraw")
    hours(town, 1)
    assert asked(town) == {}
    assert QUESTION not in "".join(post.text for post in town.sees("cem"))


def test_an_introduction_that_could_not_be_posted_can_be_posted_again(town: Town) -> None:
    town.types("amina", "/net introduce")
    town.fills("amina", who="I'm Amina.", question=QUESTION)
    town.platform.refusals = [DeliveryError("not there")]
    town.presses("amina", "Post it")
    town.platform.refusals = []
    assert town.hears == []
    hours(town, 1)
    town.presses("amina", "Post it")
    assert len(town.hears) == 1
    hours(town, 4)
    assert len(asked(town)) == 2


def test_on_quiet_days_and_where_nobody_fits_nobody_is_asked(town: Town) -> None:
    for name in ("bob", "cem", "eva"):
        town.types(name, "/net messages never")
    town.says("amina", "Who knows kettles?")
    hours(town, 5)
    assert asked(town) == {}
    town.types("ada", '/tend calendar add "Rest" 3 Mar to 20 Mar quiet')
    town.passes(days=1)
    hours(town, 2)
    assert asked(town) == {}
