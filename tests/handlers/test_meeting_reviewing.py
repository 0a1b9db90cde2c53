"""Review trios: three who bring something read one another's; nobody else sees what is brought."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from bot.storage.rhythm import Decision
from handlers import asks, meeting, mydata, network
from handlers import home as page
from tests.conftest import Community
from tests.town import Town, said

FEATURES = (
    network.feature,
    asks.feature,
    meeting.feature,
    mydata.feature,
    page.feature,
)
PIECES = {"ada": "our falls leaflet", "ben": "a plan for nights", "cy": "two pages on thirst"}


@pytest.fixture
def town(community: Community) -> Town:
    """A town on the day before the day on which trios are put together."""
    town = community(features=FEATURES)
    for name in (*PIECES, "dan"):
        town.joins(name)
    return town


def brings(town: Town, name: str, words: str) -> None:
    assert "Only you see this" in town.types(name, f"/net meet trio {words}")
    assert "Nobody else sees what you bring until then" in town.presses(name, "Bring it")


def trios(town: Town, name: str) -> list[str]:
    return [text for text in said(town.sees(name)) if text.startswith("**Three people, three")]


def holds(town: Town, *, days: int = 1) -> None:
    town.passes(days=days, hours=2 if days == 1 else 0)
    town.runs("meeting.hold")
    town.runs("meeting.hold")


@pytest.mark.both_databases
def test_three_who_bring_something_hear_of_one_another_and_are_asked_whether_they_met(
    town: Town,
) -> None:
    for name, words in PIECES.items():
        brings(town, name, words)
    brings(town, "dan", "a rota")
    assert "*a rota* to a review trio" in "".join(each.text for each in town.looks("dan"))
    assert "You bring to a review, since Monday 2 March: a rota" in town.types("dan", "/net mydata")
    holds(town)
    for name, words in PIECES.items():
        (text,) = trios(town, name)
        assert f"You bring *{words}*" in text
        for other, theirs in PIECES.items():
            assert other == name or f"{other.capitalize()} brings *{theirs}*" in text
    firsts = ["It is yours to write first" in trios(town, name)[0] for name in PIECES]
    assert sorted(firsts) == [False, False, True]
    assert not trios(town, "dan")
    assert "You come first next time" in said(town.sees("dan"))[-1]
    assert town.hears == [], "nothing of it is public"
    with town.sessions.begin() as session:
        told = session.scalars(select(Decision.reason).where(Decision.what == "meeting.trios"))
        assert [re.sub(r"\d{5,}", "…", each) for each in told] == ["trios of 2026-W10, seed …"]
    assert "Review" not in "".join(each.text for each in town.looks("ada")), "it is used up"
    town.presses("ben", "Suggest a time")
    assert [field.value for field in town.forms[-1].fields][2] == "30"
    town.fills("ben", day="friday", time="10:00", minutes="30")
    file = next(post.attachment for post in town.sees("ada") if post.attachment)
    assert file.appointment.title == "A review: Ada, Ben and Cy"
    holds(town, days=7)
    asked = [text for text in said(town.sees("cy")) if text.startswith("**Did you, Ada and Ben")]
    assert len(asked) == 1
    assert town.presses("cy", "Some of us") == "Thank you, good to know. Nobody else sees it."
    held = town.types("cy", "/net mydata")
    assert "you brought: two pages on thirst, set for Friday 6 March; you said: some" in held
    town.types("ada", "/net mydata delete")
    town.presses("ada", "Delete everything")
    assert "our falls leaflet" not in "".join(trios(town, "ben"))
    assert "two pages on thirst" in "".join(trios(town, "ben"))


def test_exclusions_hold_and_who_waits_long_in_vain_is_told_kindly(town: Town) -> None:
    town.types("ada", "/net meet not @ben")
    for name, words in PIECES.items():
        brings(town, name, words)
    holds(town)
    assert not any(trios(town, name) for name in PIECES)
    assert "you come first" in said(town.sees("cy"))[-1].casefold()
    assert "Taken back" in town.presses("cy", "Take it back")
    assert "You bring nothing yet" in town.types("cy", "/net meet trio off")
    brings(town, "ada", "another leaflet")
    assert "another leaflet" in town.types("ada", "/net mydata")
    holds(town, days=63)
    assert "Nobody brought something beside you" in said(town.sees("ben"))[-1]
    assert "You bring to a review" not in town.types("ben", "/net mydata")


def test_an_ask_for_a_review_may_be_brought_and_what_cannot_be_is_told_why(town: Town) -> None:
    town.types("ada", "/net ask someone to review our falls leaflet by friday")
    town.fills("ada")
    assert "review trio" in town.presses("ada", "Post it")
    assert "brings *" in town.presses("ada", "Bring it to a trio")
    assert "Nothing was kept" in town.presses("ada", "Leave it")
    assert "You bring to a review" not in town.types("ada", "/net mydata")
    for typed, why in (
        ("", "Say in a line what it is."),
        ("x" * 200, "160 characters are the most"),
        ("a letter to 943 476 5919", "NHS number"),
    ):
        assert why in town.types("ada", f"/net meet trio {typed}")
