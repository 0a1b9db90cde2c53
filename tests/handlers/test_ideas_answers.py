"""An author's answers in whatever order they come: the last that counts is what they are told."""

from __future__ import annotations

from bot.domain.posts import Button
from tests.handlers.test_ideas_consent import CANARY, agrees, asked, digest, questions, state, town
from tests.town import Town

__all__ = ["town"]
NO, YES = "No thanks", "Yes, with my name"


def button(town: Town, label: str) -> Button:
    """A button of the question, as it stood before it was answered."""
    [question] = questions(town)
    return next(each for each in question.buttons if each.label == label)


def test_a_no_stands_whatever_is_pressed_after_it(town: Town) -> None:
    asked(town)
    yes, no = button(town, YES), button(town, NO)
    town.presses("amina", NO)
    assert state(town) == "refused"
    for pressed in (yes, no):
        told = town.presses_old("amina", pressed)
        assert told.startswith("Understood: nothing of it goes anywhere"), pressed.label
    number = yes.value
    for typed in (f"no {number}", f"withdraw {number}", f"yes {number} {CANARY}"):
        assert "nothing of it goes anywhere" in town.types("amina", f"/net idea {typed}"), typed
    assert town.forms == []
    assert state(town) == "refused"


def test_a_no_after_a_yes_takes_it_back(town: Town) -> None:
    asked(town)
    no = button(town, NO)
    agrees(town)
    assert town.presses_old("amina", no).startswith("Taken back, and the words are deleted.")
    assert state(town) == "withdrawn"
    assert "You took this back" in town.types("amina", f"/net idea no {no.value}")
    assert "Taken back" in town.types("amina", f"/net idea withdraw {no.value}")
    town.lives(days=1)
    assert not any(CANARY in post.text for post in town.hears)


def test_what_its_author_has_not_answered_is_not_taken_back_but_refused(town: Town) -> None:
    asked(town)
    number = button(town, NO).value
    assert "nothing of it goes anywhere" in town.types("amina", f"/net idea no {number}")
    assert state(town) == "refused"


def test_an_idea_of_ones_own_may_be_written_into_a_form(town: Town) -> None:
    town.types("amina", "/net")
    town.presses("amina", "Share an idea")
    assert "301 characters" in town.fills("amina", words="x" * 301)
    assert f"> **{CANARY}**" in town.fills("amina", words=f"  {CANARY}\n")
    assert CANARY not in town.types("amina", "/net mydata export"), "nothing is kept yet"
    town.presses("amina", "Without my name")
    assert "without your name, waiting for a digest" in town.types("amina", "/net idea")
    town.lives(days=2)
    assert f"**{CANARY}**\n*One of us*" in digest(town).text


def test_each_has_one_idea_waiting_and_sees_which(town: Town) -> None:
    town.types("amina", f"/net idea {CANARY}")
    town.presses("amina", "Put it in the digest, with my name")
    town.types("amina", "/net idea Ask the porters what they saw.")
    told = town.presses("amina", "Put it in the digest, with my name")
    assert told.startswith("One idea of yours waits for its digest already.")
    assert CANARY in told
    town.presses("amina", "Take it back")
    town.types("amina", "/net idea Ask the porters what they saw.")
    assert "goes in the next digest" in town.presses("amina", "Put it in the digest, with my name")
