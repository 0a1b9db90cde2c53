"""Anybody makes up the digest: swaps, leaves out, says yes when asked; by buttons and by typing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.domain.events import PersonSeen
from bot.domain.posts import Post
from handlers import digest, ideas, mydata, network
from tests.conftest import Community
from tests.town import MONDAY, Town

FEATURES = (network.feature, ideas.feature, digest.feature, mydata.feature)
WORDS = {
    "amina": "Watch a cup of tea being made before deciding about tonight.",
    "bo": "Put the discharge letter into the family's own hands.",
    "cleo": "Three lines for the morning at the end of every night shift.",
    "dev": "Tell ambulance crews whom they may phone after dark.",
}


@pytest.fixture
def town(community: Community) -> Town:
    """A town on Thursday: three ideas are to be told, a fourth waits; ada tends it."""
    town = community(features=FEATURES, ideas={"at_most": 3})
    town.lead("ada")
    for n, name in enumerate(("ada", "rosa", "tom", "eve")):
        town.says(name, at=MONDAY - timedelta(days=20, minutes=n))
    town.passes(days=3)
    for name, words in WORDS.items():
        town.types(name, f"/net idea {words}")
        town.presses(name, "Put it in the digest, with my name")
        town.passes(hours=0.01)
    return town


def told(shown: str) -> list[str]:
    """Whose ideas *shown* tells, in their order."""
    places = {name: shown.find(words) for name, words in WORDS.items()}
    return sorted((name for name, at in places.items() if at >= 0), key=lambda each: places[each])


def posted(town: Town) -> Post:
    """The digest, as it stands in the channel."""
    town.passes(days=1, hours=4)
    town.ticks()
    [post] = [post for post in town.hears if "the week to" in post.text]
    return post


@pytest.mark.both_databases
def test_rosa_swaps_leaves_out_and_puts_back_and_so_it_is_posted(town: Town) -> None:
    assert told(town.types("rosa", "/net edit-digest")) == ["amina", "bo", "cleo"]
    assert told(town.presses("rosa", "2: Swap")) == ["amina", "cleo", "dev"]
    refused = town.presses("rosa", "1: Swap")
    assert refused.startswith("Nothing else waits that its author has agreed to")
    assert told(town.presses("rosa", "Leave it out")) == ["cleo", "dev"]
    assert told(town.presses("rosa", "Put all back")) == ["amina", "bo", "cleo"]
    assert told(town.types("rosa", "/net edit-digest swap 3")) == ["amina", "bo", "dev"]
    assert told(town.types("rosa", "/net edit-digest leave out 1.")) == ["bo", "dev"]
    shown = town.types("rosa", "/net edit-digest opening  Good morning from the ward.")
    assert "_Good morning from the ward._" in shown
    post = posted(town)
    assert told(post.text) == ["bo", "dev"]
    assert "Chosen by Rosa this week, from suggestions." in post.text
    town.passes(days=3)
    waiting = town.types("rosa", "/net edit-digest")
    assert told(waiting) == ["amina", "cleo"], "what was left out or swapped waits for the next"


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        pytest.param("swap", "ideas 1 to 3", id="which?"),
        pytest.param("swap 4", "ideas 1 to 3", id="none of that number"),
        pytest.param("leave the second", "ideas 1 to 3", id="no number"),
        pytest.param("dance", "I don't know what to do with *dance*", id="no such word"),
        pytest.param("opening " + "x" * 301, "300 characters are the most", id="too long"),
        pytest.param("editor", "Nobody makes up this week's digest yet", id="who?"),
        pytest.param("put all back", "1: Watch a cup of tea", id="nothing to put back"),
        pytest.param("skip", "This week goes by", id="skip"),
    ],
)
def test_whatever_is_typed_is_answered(town: Town, typed: str, answer: str) -> None:
    assert answer in town.types("rosa", f"/net edit-digest {typed}")


def test_buttons_of_a_week_gone_by_or_of_nothing_do_nothing(town: Town) -> None:
    town.types("rosa", "/net edit-digest")
    town.presses("rosa", "Reword the opening")
    assert "300 characters are the most" in town.fills("rosa", opening="x" * 301)
    by_label = {each.label: each for post in town.sees("rosa") for each in post.buttons}
    for label in ("1: Swap", "1: Leave it out"):
        forged = replace(by_label[label], value=by_label[label].value.rpartition("/")[0])
        assert town.presses_old("rosa", forged) == ""
    posted(town)
    town.passes(days=3)
    for label in ("1: Swap", "1: Leave it out", "Skip this week", "Send now", "Reword the opening"):
        assert "does nothing now" in town.presses_old("rosa", by_label[label]), label


def test_of_two_editors_one_is_first_and_a_lead_may_take_over(town: Town) -> None:
    town.types("rosa", "/net edit-digest")
    town.types("tom", "/net edit-digest")
    town.presses("tom", "1: Swap")
    town.passes(hours=0.01)
    assert "Tom makes up this week's digest" in town.presses("rosa", "1: Swap")
    assert "Tom makes up this week's digest" in town.types("rosa", "/net edit-digest leave 1")
    assert told(town.types("eve", "/net edit-digest")) == ["bo", "cleo", "dev"]
    assert told(town.types("ada", "/tend digest put back")) == ["amina", "bo", "cleo"]
    assert "Ada makes up this week's digest." in town.types("tom", "/net edit-digest editor")


def asks(town: Town, whom: str = "@Rosa", mentions: str = "") -> str:
    """Ada asks somebody to make it up, on Thursday morning."""
    return town.types("ada", f"/tend digest editor {whom}", mentions=mentions)


def question(town: Town, name: str = "rosa") -> str:
    """What somebody was asked, as it stands by now."""
    found = [p.text for p in town.sees(name) if p.only_for is None and "digest" in p.text]
    assert len(found) == 1, "nobody is asked twice"
    return found[0]


@pytest.mark.both_databases
def test_who_is_asked_makes_it_up_only_if_they_say_yes(town: Town) -> None:
    assert "I'll ask Rosa in working hours, once." in asks(town)
    assert "I asked Rosa already." in asks(town)
    assert "Ada, who tends it" in question(town)
    assert "Friday 6 March at 12:00" in question(town)
    assert "Rosa was asked to make up" in town.types("ada", "/tend digest editor")
    assert "You were asked to make up the digest of 2026-W10" in town.types("rosa", "/net mydata")
    assert told(town.presses("rosa", "Yes, show me")) == ["amina", "bo", "cleo"]
    assert question(town).startswith("**You make up this week's digest.**")
    assert "Rosa makes up this week's digest." in town.types("ada", "/tend digest editor")
    assert "Rosa makes up this week's digest." in asks(town, "Tom")
    assert town.sees("tom") == []
    assert "You made up the digest of 2026-W10" in town.types("rosa", "/net mydata")
    assert "Chosen by Rosa" in posted(town).text


def test_a_no_looks_like_no_answer_and_somebody_else_may_be_asked(town: Town) -> None:
    asks(town)
    before = town.types("ada", "/tend digest editor")
    town.presses("rosa", "Not this time")
    assert question(town).startswith("That's fine. Nobody is told")
    assert town.types("ada", "/tend digest editor") == before
    assert "I'll ask Tom" in asks(town, "<@U1|tom>", mentions="tom")
    assert question(town, "tom")
    town.types("rosa", "/net mydata delete")
    town.presses("rosa", "Delete everything")
    assert "Chosen by" not in posted(town).text


def test_a_yes_that_comes_second_or_too_late_is_told_so(town: Town) -> None:
    asks(town)
    town.types("tom", "/net edit-digest skip")
    assert "Tom makes up this week's digest" in town.presses("rosa", "Yes, show me")
    town.passes(days=3)
    assert "makes up" not in town.presses("rosa", "Yes, show me")


def test_nobody_is_asked_who_can_not_be_and_a_lead_may_name_themselves(town: Town) -> None:
    assert "I know nobody here by the name" in asks(town, "nobody")
    seen = PersonSeen(member=town.person("eve"), name="Eve")
    town.tells(replace(seen, is_external=True))
    assert "I know nobody here by the name" in asks(town, "eve")
    assert "for the people of" in town.types("eve", "/net edit-digest")
    town.passes(days=1, hours=2.5)
    assert "I can't ask Tom before the digest is due" in asks(town, "Tom")
    assert told(asks(town, "@Ada")) == ["amina", "bo", "cleo"]
    assert "Ada makes up this week's digest." in town.types("ada", "/tend digest editor")
    town.types("ada", "/tend digest send")
    assert "is made up already" in asks(town, "Rosa")


def test_two_that_say_the_same_are_not_told_in_one_week(town: Town) -> None:
    town.types("eve", "/net idea Before deciding about tonight, watch tea being made.")
    town.presses("eve", "Without my name")
    town.types("rosa", "/net edit-digest")
    town.presses("rosa", "2: Swap")
    assert "Nothing else waits" in town.presses("rosa", "2: Swap"), "Eve's says what Amina's says"
    assert "Before deciding" not in posted(town).text
    town.passes(days=3)
    shown = town.types("rosa", "/net edit-digest")
    assert shown.find("Put the discharge letter") < shown.find("Before deciding")
