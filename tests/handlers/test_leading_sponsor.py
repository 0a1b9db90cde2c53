"""A sponsor is named by who tends, says yes, promises in writing, and sees nothing but that."""

from __future__ import annotations

import pytest

from bot.domain.events import PersonSeen
from bot.domain.leading import PROMISE
from bot.storage import holdings, places, sponsors
from handlers import energy, home, leading, mydata, network, offers
from tests.conftest import Community
from tests.town import Town

FEATURES = (
    network.feature,
    home.feature,
    energy.feature,
    offers.feature,
    leading.feature,
    mydata.feature,
)
APART = "You are the sponsor of Our network."


@pytest.fixture
def town(community: Community) -> Town:
    """A town tended by ada, with joe in it; helen and sam are of the same workspace."""
    town = community(features=FEATURES)
    for name in ("ada", "joe"):
        town.joins(name)
    town.person("helen")
    town.person("sam")
    talks(town)
    town.lead("ada")
    return town


def talks(town: Town) -> None:
    """People talk enough for the bot to say a line among them."""
    town.recounts(*(town.message("joe", hours=-24 - n) for n in range(40)))


def newest(town: Town, name: str) -> str:
    return town.sees(name)[-1].text


def told(town: Town) -> str:
    """What everybody was told last."""
    return town.hears[-1].text if town.hears else ""


def supporting(town: Town) -> str:
    """Who the sponsor is."""
    with town.sessions.begin() as session:
        found = sponsors.person_of(session, places.networks(session)[0])
        return found.name if found else ""


def becomes(town: Town, name: str) -> None:
    """ada names somebody, who says yes."""
    town.types("ada", f"/tend sponsor @{name}")
    town.presses(name, "Yes, I promise that")


@pytest.mark.both_databases
def test_a_sponsor_is_named_by_a_lead_and_promises_in_writing_by_their_own_yes(town: Town) -> None:
    assert "has no sponsor. It doesn't need one" in town.types("ada", "/tend sponsor")
    assert "I ask Helen whether they would be your sponsor" in town.types(
        "ada", "/tend sponsor @Helen"
    )
    asked = newest(town, "helen")
    assert asked.startswith("**Ada asks whether you would be the sponsor of Our network.**")
    assert PROMISE in asked
    assert supporting(town) == "", "nobody is before they say yes"
    assert "Joe" not in supporting(town)
    assert "nothing that waits" in town.types("joe", "/net leads yes")
    assert "You have asked Helen" in town.types("ada", "/tend sponsor")
    assert "You are the sponsor of Our network now" in town.presses("helen", "Yes, I promise that")
    assert supporting(town) == "Helen"
    kept = [post.text for post in town.sees("helen") if "You promised" in post.text]
    assert [PROMISE in each for each in kept] == [True], "what they promised stays before them"
    assert "Helen said yes, and is your sponsor" in newest(town, "ada")
    assert told(town).startswith("Helen is the sponsor of Our network from now on.")
    shown = town.types("joe", "/net leads")
    assert "Helen supports it from the hierarchy as its sponsor, until Tuesday 2 March" in shown
    assert f"On Monday 2 March 2026 they promised in writing: *{PROMISE}*" in shown
    assert PROMISE in town.types("helen", "/net mydata")


def test_a_no_changes_nothing_and_a_question_can_be_taken_back(town: Town) -> None:
    town.types("ada", "/tend sponsor")
    town.presses("ada", "Name somebody")
    town.fills("ada", name="Helen")
    assert town.presses("helen", "No thanks") == "That is fine. Nothing changes."
    assert newest(town, "ada") == "Helen would rather not. Nothing has changed."
    town.types("ada", "/tend sponsor @Sam")
    assert town.types("ada", "/tend sponsor take back") == "Taken back. Nothing has changed."
    assert (supporting(town), told(town)) == ("", "")


def test_a_sponsor_who_is_in_no_channel_sees_the_purpose_and_nothing_of_persons(
    town: Town,
) -> None:
    becomes(town, "helen")
    for typed in ("/net energy", "/net offers", "/net who falls", "/tend", "/tend pulse", "/net x"):
        assert town.types("helen", typed).startswith(APART), typed
    assert [part.text[: len(APART)] for part in town.looks("helen")] == [APART]
    town.presses("helen", "What I hold about you")
    assert "You are its sponsor until Tuesday 2 March 2027" in newest(town, "helen")
    town.joins("helen")
    assert "Nobody has offered" in town.types("helen", "/net offers"), (
        "in a channel they are a member like any"
    )
    assert "for those who tend the network" in town.types("helen", "/tend pulse")


def test_nobody_sits_on_both_sides(town: Town) -> None:
    assert "nobody sits on both sides. Ada can be" in town.types("ada", "/tend sponsor @Ada")
    becomes(town, "helen")
    for typed in ("/tend leads add @Helen", "/tend hand-on @Helen", "/tend leads turn to Helen"):
        assert "nobody sits on both sides. Helen can be" in town.types("ada", typed), typed
    assert "is the sponsor of Our network already" in town.types("ada", "/tend sponsor @Helen")
    with town.sessions.begin() as session:
        holdings.erase(session, town.person("ada"), now=town.now)
    assert town.types("helen", "/tend settings").startswith(APART), "and not by nobody's tending it"
    town.joins("helen")
    assert "for those who tend the network" in town.types("helen", "/tend settings")


def test_who_tends_by_the_time_of_their_yes_is_no_sponsor_nor_the_other_way(town: Town) -> None:
    town.types("ada", "/tend sponsor @Helen")
    town.lead("helen")
    assert "It can't be done any more" in town.presses("helen", "Yes, I promise that")
    town.types("helen", "/tend leads add @sam")
    town.types("ada", "/tend sponsor @sam")
    assert "You are the sponsor" in town.types("sam", "/net leads yes")
    assert supporting(town) == "Sam"
    assert "It can't be done any more" in town.presses("sam", "Yes, I will")


@pytest.mark.both_databases
def test_it_is_handed_on_by_the_sponsors_word_a_leads_question_and_the_others_yes(
    town: Town,
) -> None:
    becomes(town, "helen")
    town.passes(days=8)
    talks(town)
    town.presses("helen", "Hand it on")
    assert "I can't tell who" in town.fills("helen", name="Nobody")
    assert "nobody sits on both sides" in town.fills("helen", name="Ada")
    assert "Until Sam says yes you stay the sponsor" in town.fills("helen", name="Sam")
    assert "**Helen would like Sam to be the sponsor" in newest(town, "ada")
    assert town.sees("sam") == [], "it is for who tends to ask"
    assert "I ask Sam whether they would be your sponsor" in town.presses("ada", "Ask Sam")
    town.presses("sam", "Yes, I promise that")
    assert supporting(town) == "Sam"
    assert told(town).startswith("Sam is the sponsor of Our network from now on, in the place of H")
    assert "Somebody else is from now on" in newest(town, "helen")
    assert town.presses("helen", "Stop being the sponsor").startswith("That is for the sponsor")
    assert "That is for the sponsor" in town.fills("helen", name="Joe")
    assert supporting(town) == "Sam"


def test_a_lead_lets_it_end_or_the_sponsor_stops_and_everybody_hears_so(town: Town) -> None:
    becomes(town, "helen")
    town.passes(days=8)
    talks(town)
    assert "Helen isn't the sponsor any more" in town.types("ada", "/tend sponsor nobody")
    assert "Those who tend it have decided so" in newest(town, "helen")
    assert told(town) == "Helen isn't the sponsor of Our network any more."
    assert "has no sponsor" in town.types("ada", "/tend sponsor none")
    becomes(town, "sam")
    town.types("sam", "/net")
    assert "Thank you for having supported it" in town.presses("sam", "Stop being the sponsor")
    assert supporting(town) == ""
    town.passes(days=8)
    becomes(town, "helen")
    town.types("ada", "/tend sponsor")
    assert "isn't the sponsor any more" in town.presses("ada", "Have no sponsor")
    assert supporting(town) == ""


def test_a_year_ends_unless_they_carry_on_and_who_has_gone_is_none(town: Town) -> None:
    becomes(town, "helen")
    town.passes(days=340)
    town.runs("leading.look")
    assert "ends on" not in newest(town, "helen")
    town.passes(days=11)
    town.runs("leading.look")
    assert "**Your year as the sponsor of Our network ends on Tuesday 2 March.**" in (
        newest(town, "helen")
    )
    assert "until Wednesday 16 February 2028" in town.presses("helen", "Carry on for a year")
    town.passes(days=360)  # nobody looked when it was time to remind
    talks(town)
    town.runs("leading.look")
    assert "ends on" in newest(town, "helen")
    assert supporting(town) == "Helen"
    town.passes(days=14)
    talks(town)
    town.runs("leading.look")
    assert "Your year is over" in newest(town, "helen")
    assert told(town) == "Helen isn't the sponsor of Our network any more."
    becomes(town, "sam")
    town.tells(PersonSeen(member=town.person("sam"), name="Sam", is_gone=True))
    town.runs("leading.look")
    with town.sessions.begin() as session:
        assert sponsors.of(session, places.networks(session)[0]) is None


def test_all_of_it_goes_with_an_erased_sponsor(town: Town) -> None:
    becomes(town, "helen")
    town.types("helen", "/net mydata delete")
    town.presses("helen", "Delete everything")
    assert supporting(town) == ""
    assert "Helen" not in town.types("joe", "/net leads")
    town.types("ada", "/tend sponsor @Sam")
    town.types("sam", "/net mydata delete")
    town.presses("sam", "Delete everything")
    assert "You have asked" not in town.types("ada", "/tend sponsor")
