"""An ask ends when its asker says so, may begin again, and nothing is said of it that isn't so."""

from __future__ import annotations

from bot.domain.events import ChannelKind
from handlers import asks, network
from tests.conftest import Community
from tests.town import Town, said


def posts(town: Town, words: str = "a lift to the station", **answers: str) -> None:
    """Amina asks for something, and it is posted."""
    town.types("amina", f"/net ask {words}")
    town.fills("amina", **answers)
    town.presses("amina", "Post it")
    town.ticks()


def shown(town: Town) -> str:
    """The newest ask as everybody reads it."""
    return next(text for text in reversed(said(town.hears)) if "**Amina asks**" in text)


def test_an_ask_is_closed_opened_again_and_deleted_by_its_buttons(town: Town) -> None:
    posts(town)
    assert town.presses("amina", "Close it").startswith("Closed.")
    town.ticks()
    assert "_Closed" in shown(town)
    assert town.presses("amina", "Close it").startswith("Closed.")
    assert town.presses("amina", "Open it again").startswith("It's open")
    town.ticks()
    assert "_Closed" not in shown(town)
    assert town.presses("amina", "Delete it").startswith("Deleted, with its words")
    town.ticks()
    assert "lift" not in "".join(said(town.hears))
    assert "no ask of yours" in town.presses("amina", "Open it again")


def test_nobody_ends_what_another_asked(town: Town) -> None:
    posts(town)
    for deed in ("close", "open", "delete", "change"):
        assert "no ask of yours" in town.types("joe", f"/net ask {deed} 1"), deed
    assert "_Closed" not in shown(town)


def test_what_is_but_a_draft_is_neither_closed_nor_opened(town: Town) -> None:
    town.types("amina", "/net ask a room")
    town.fills("amina")
    town.presses("amina", "Keep it for later")
    for deed in ("close", "open"):
        assert town.types("amina", f"/net ask {deed} 1").startswith("That is a draft"), deed
    assert "A draft" in town.types("amina", "/net asks")
    assert town.presses("amina", "Delete it").startswith("Deleted")
    assert "A draft" not in town.types("amina", "/net asks")
    assert town.hears == []


def test_what_nobody_is_on_is_left_as_it_is_by_a_button(town: Town) -> None:
    posts(town, "an hour with a spreadsheet by 20 March", takes="an hour")
    for days in (1, 2):
        town.passes(days=days)
        town.runs("asks.carry_on")
        town.ticks()
    assert "until Friday 20 March" in town.presses("amina", "Leave it as it is")
    assert "an hour with a spreadsheet" in shown(town)


def test_nothing_is_kept_of_what_is_not_posted_and_it_may_be_written_differently(
    town: Town,
) -> None:
    town.types("amina", "/net")
    town.presses("amina", "Ask for something")
    assert town.forms[-1].fields[0].value == ""
    town.fills("amina", words="A lift.", due="Friday")
    town.presses("amina", "Write it differently")
    assert town.forms[-1].fields[0].value == "A lift."
    town.fills("amina", words="A lift home.")
    assert town.presses("amina", "Not now").startswith("Nothing was kept.")
    assert "A lift" not in town.types("amina", "/net mydata export")
    assert town.hears == []


def test_what_was_shown_days_ago_is_not_posted_for_a_day_that_has_gone_by(town: Town) -> None:
    town.types("amina", "/net ask a lift by Tuesday")
    town.fills("amina")
    town.passes(days=3)
    assert town.presses("amina", "Post it").startswith("Write a day from today on")
    assert town.hears == []


def test_a_form_that_is_sent_after_the_ask_is_over_changes_nothing(town: Town) -> None:
    posts(town)
    town.presses("amina", "Change it")
    town.types("amina", "/net ask close 1")
    town.fills("amina", words="a lift home")
    assert "That ask is closed" in town.presses("amina", "Change it")
    town.ticks()
    assert "home" not in shown(town)


def test_where_no_channel_is_open_to_all_it_is_said_and_nothing_is_kept(
    community: Community,
) -> None:
    town = community(features=(network.feature, asks.feature))
    town.opens("ward")
    town.types("amina", "/net ask a lift")
    town.fills("amina")
    town.opens("ward", kind=ChannelKind.PRIVATE)
    town.opens("general", kind=ChannelKind.PRIVATE)
    assert "There is no open channel here" in town.presses("amina", "Post it")
    town.types("amina", "/net ask a lift")
    assert "There is no open channel here" in town.fills("amina")
    assert "Nothing is open" in town.types("amina", "/net asks")
