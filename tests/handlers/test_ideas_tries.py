"""What people try is asked after twice at the most, and shown to those they agree to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.posts import Post
from bot.ports import DeliveryError
from bot.storage import tries
from bot.storage.places import Person
from bot.storage.tries import Try
from handlers import digest, ideas, mydata, network, questions, stories
from tests.conftest import Community
from tests.town import Town

FEATURES = (
    network.feature,
    ideas.feature,
    stories.feature,
    questions.feature,
    digest.feature,
    mydata.feature,
)
FLASK = "flask and steps (both) in the car"


@pytest.fixture
def town(community: Community) -> Town:
    """A town that ada tends, on Monday morning."""
    town = community(features=FEATURES)
    town.lead("ada")
    return town


def begins(town: Town, button: str = "Put it on the shelf, with my name") -> str:
    """Dan means to try something until the end of March; returns what he saw before."""
    shown = town.types("dan", f"/net try {FLASK} until 31 March, we hope to see fewer lifts")
    town.presses("dan", button)
    return shown


def until(town: Town, day: date) -> None:
    """It is ten past ten on that day, and the bot does what is due."""
    there = (day - town.now.date()).days
    town.passes(days=there)
    town.runs("ideas.ask_after")
    town.ticks()


def asked(town: Town, name: str = "dan") -> list[Post]:
    """What somebody was asked of a try, as it stands with them."""
    of_a_try = ("What happened?", "Did it come to it?", "And now?")
    return [post for post in town.sees(name) if post.text.lstrip("*").startswith(of_a_try)]


def found(town: Town, number: int = 1) -> Try | None:
    here = town.network
    with town.sessions.begin() as session:
        return tries.numbered(session, here, number)


def test_not_yet_is_asked_once_more_after_90_days_and_never_again(town: Town) -> None:
    shown = begins(town)
    assert f"> **{FLASK}**\n> *Dan*, until Tuesday 31 March. We hope to see: fewer lifts" in shown
    until(town, date(2026, 3, 30))
    assert asked(town) == []
    until(town, date(2026, 3, 31))
    until(town, date(2026, 4, 8))
    [question] = asked(town)
    assert "on Sunday 31 May" in question.text
    assert "once more, on Sunday 31 May" in town.presses("dan", "Not yet")
    until(town, date(2026, 5, 29))
    assert len(asked(town)) == 1
    until(town, date(2026, 6, 1))
    assert len(asked(town)) == 2
    assert "This is the last time I ask." in asked(town)[1].text
    assert "I won't ask again" in town.presses("dan", "Not yet")
    for month in (7, 9, 11):
        until(town, date(2026, month, 1))
    assert len(asked(town)) == 2
    assert "and that is fine" in town.types("dan", "/net try won't 1")
    assert "under way" not in town.types("eve", "/net tries"), "it is off the shelf"


def test_who_goes_on_is_asked_once_more_and_nobody_else(town: Town) -> None:
    answers = {"dan": "keep", "eve": "stop", "bob": "won't", "cem": ""}
    for name in answers:
        town.types(name, "/net try to myself: a nap until 31 March")
    until(town, date(2026, 3, 31))
    for number, (name, answer) in enumerate(answers.items(), 1):
        if answer:
            town.types(name, f"/net try {answer} {number}")
    for day in (date(2026, 6, 2), date(2026, 10, 30)):
        until(town, day)
        assert [len(asked(town, name)) for name in answers] == [2, 1, 1, 1]
    left = [found(town, number) is not None for number in (1, 2, 3, 4)]
    assert left == [False, False, False, True], "what is settled and nobody sees is let go"
    until(town, date(2026, 12, 31))
    assert found(town, 4) is None, "so is what nothing was told of"


def test_who_pauses_or_left_is_not_asked(town: Town) -> None:
    begins(town)
    with town.sessions.begin() as session:
        dan = session.query(Person).filter_by(name="Dan").one()
        dan.paused_until = town.now + timedelta(days=60)
    until(town, date(2026, 4, 8))
    assert asked(town) == []
    until(town, date(2026, 5, 5))
    assert len(asked(town)) == 1, "they are back"
    town.presses("dan", "Not yet")
    with town.sessions.begin() as session:
        session.query(Person).filter_by(name="Dan").one().is_gone = True
    until(town, date(2026, 9, 1))
    assert len(asked(town)) == 1


def test_the_shelf_and_a_digest_show_what_was_stopped_until_it_is_taken_back(town: Town) -> None:
    begins(town)
    kept = town.types("eve", "/net try without my name: a tea round for two weeks")
    assert "on the shelf without your name: `/net tries`" in kept
    town.types("bob", "/net try to myself: a nap until friday")
    shelf = town.types("cem", "/net tries")
    assert f"- *{FLASK}*, Dan, until Tuesday 31 March. We hope to see: fewer lifts" in shelf
    assert "- *a tea round*, until Monday 16 March" in shelf
    assert "Eve" not in shelf
    assert "nap" not in shelf
    assert "I ask you on Friday 6 March; nobody else sees it" in town.types("bob", "/net try")
    assert "you stopped" in town.types("dan", "/net try stop 1")
    assert "you go on doing it" in town.types("eve", "/net try keep 2")
    assert "nothing by that number" in town.types("eve", "/net try keep 1")
    town.passes(days=4, hours=3)
    town.ticks()
    [told] = [post for post in town.hears if "the week to" in post.text]
    assert f"- Dan: *{FLASK}*. Stopped, which is worth knowing too." in told.text
    assert "- One of us: *a tea round*. Still going." in told.text
    assert "a way of your own" in town.types("eve", "/net try change 2")
    assert "words are deleted" in town.types("dan", "/net try take back 1")
    town.ticks()
    [told] = [post for post in town.hears if "the week to" in post.text]
    assert FLASK not in told.text
    assert "Done in another way by now." in told.text
    town.passes(weeks=1)
    town.ticks()
    assert len([post for post in town.hears if "tea round" in post.text]) == 1, "told once"
    held = town.types("eve", "/net mydata")
    assert "*a tea round*, until Monday 16 March: you changed it" in held
    town.types("eve", "/net mydata delete")
    town.presses("eve", "Delete everything")
    town.ticks()
    assert "tea round" not in "".join(post.text for post in town.hears)


def test_a_day_that_is_not_understood_is_four_weeks_and_what_is_wrong_is_said(town: Town) -> None:
    shown = town.types("dan", "/net try a jug until the cows come home")
    assert "I read no day in it, so that is four weeks" in shown
    assert "until Monday 30 March" in shown
    assert "Nothing was kept" in town.presses("dan", "Not now")
    assert "a day in the next year" in town.types("dan", "/net try a jug until 1 March 2026")
    assert "nothing on the shelf" in town.types("dan", "/net try")
    begins(town, "Without my name")
    assert "on Tuesday 31 March, as you said" in town.types("dan", "/net try not yet 1")
    until(town, date(2026, 3, 31))
    town.ticks()
    assert "In a word: do you go on with it?" in town.presses("dan", "We did, no more to say")
    town.presses("dan", "We changed it")
    kept = found(town)
    assert kept is not None
    assert kept.state == "changed"


def test_what_a_digest_could_not_tell_the_next_one_tells(town: Town) -> None:
    begins(town)
    town.presses("dan", "Take it back")
    assert "nothing on the shelf" in town.types("dan", "/net try")
    begins(town)
    town.types("dan", "/net try keep 2")
    town.types("dan", "/net story")
    town.fills("dan", did="We made tea.", learned="It takes a quiet bay.")
    town.presses("dan", "Share it")
    town.types("dan", "/net question what now?")
    town.presses("dan", "Without my name")
    lines = (FLASK, "It takes a quiet bay.", "What now?")
    town.passes(days=4, hours=3)
    town.platform.refusals = [DeliveryError("not_in_channel")]
    town.ticks()
    town.ticks()
    assert not any("the week to" in post.text for post in town.hears)
    town.passes(weeks=1)
    town.ticks()
    [told] = [post.text for post in town.hears if "the week to" in post.text]
    assert [line for line in lines if line in told] == [*lines]


@pytest.mark.parametrize(
    ("presses", "state"),
    [
        pytest.param(["We did, no more to say", "We keep doing it"], "kept", id="kept"),
        pytest.param(["We did, no more to say", "We stopped"], "stopped", id="stopped"),
        pytest.param(["We won't", "Not yet"], "dropped", id="dropped, and not put off after that"),
    ],
)
def test_every_answer_can_be_pressed(town: Town, presses: list[str], state: str) -> None:
    begins(town, "Keep it to myself")
    until(town, date(2026, 3, 31))
    until(town, date(2026, 4, 8))
    for label in presses:
        town.presses("dan", label)
    kept = found(town)
    assert kept is not None
    assert kept.state == state
