"""The network describes itself, and whoever describes it first tends it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.domain.events import FormSubmitted, to_micros
from bot.domain.ids import ChannelId, MemberId
from bot.storage import places
from tests.conftest import Community
from tests.town import Town


def test_a_new_network_says_that_nobody_tends_it_yet(town: Town) -> None:
    card = town.types("ada", "/net")
    assert "**Our network**" in card
    assert "Nobody tends this network yet" in card
    assert "/net help" in card


def test_the_card_has_what_most_come_for(town: Town) -> None:
    town.types("ada", "/net")
    labels = [each.label for each in town.sees("ada")[-1].buttons]
    assert labels == [
        "Ask for something",
        "Offer something",
        "Share an idea",
        "Thank somebody",
        "Catch up",
        "My page",
    ]
    assert "Your page is up to date" in town.presses("ada", "My page")


def test_who_presses_for_an_idea_sees_first_what_others_would(town: Town) -> None:
    town.types("ada", "/net")
    town.presses("ada", "Share an idea")
    offered = town.fills("ada", words="Watch someone make tea\nbefore deciding.")
    assert "Watch someone make tea before deciding." in offered
    assert "in the next digest" in town.presses("ada", "Put it in the digest, with my name")


def test_an_idea_that_is_nothing_yet_is_asked_for_again(town: Town) -> None:
    town.types("ada", "/net")
    town.presses("ada", "Share an idea")
    assert "nothing was kept" in town.fills("ada", words="x" * 301).casefold()


def test_the_first_to_describe_it_tends_it_and_the_next_lead_does_not_hear_so(town: Town) -> None:
    town.types("ada", "/tend settings")
    kept = town.fills("ada", purpose=" Safer discharge ", timezone="Asia/Tokyo", country="jp")
    assert "Asia/Tokyo time, with the public holidays of JP" in kept
    assert "from now on you tend it" in kept
    card = town.types("bob", "/net")
    assert "*Safer discharge*" in card
    assert "Tended by Ada." in card
    town.types("ada", "/tend set-up")
    (name, purpose) = town.forms[-1].fields[:2]
    assert (name.value, purpose.value) == ("Our network", "Safer discharge")
    assert "from now on" not in town.fills("ada", purpose="Better discharge")
    assert town.network.purpose == "Better discharge"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        pytest.param({"purpose": "  "}, "a network needs a purpose", id="no purpose"),
        pytest.param({"timezone": "Tokyo"}, "I don't know that time zone", id="no such zone"),
        pytest.param({"timezone": "../x"}, "I don't know that time zone", id="a path for a zone"),
        pytest.param({"country": "England"}, "public holidays of that country", id="no country"),
    ],
)
def test_what_can_not_be_kept_is_explained_and_nothing_is_kept(
    town: Town, values: dict[str, str], said: str
) -> None:
    town.types("ada", "/tend settings")
    answer = town.fills("ada", **{"purpose": "Safer discharge", **values})
    assert said in answer
    assert "opens the form again" in answer
    assert town.network.purpose == ""
    assert "Nobody tends" in town.types("ada", "/net")


def test_a_network_needs_a_name(town: Town) -> None:
    town.types("ada", "/tend settings")
    form = town.forms[-1]
    assert [field.name for field in form.fields if field.is_required] == [
        "name",
        "purpose",
        "timezone",
        "country",
    ]
    empty = FormSubmitted(
        id="1",
        form=form.name,
        values={"purpose": "Safer discharge", "name": " "},
        context="",
        channel=town.place("general"),
        member=town.person("ada"),
        at=1,
    )
    town.tells(empty)
    assert "what is this network called?" in town.sees("ada")[-1].text


def test_whether_somebody_may_is_asked_again_when_the_form_comes_back(town: Town) -> None:
    town.types("bob", "/tend settings")
    town.lead("ada")
    assert "is for those who tend the network: Ada" in town.fills("bob", purpose="Mine now")
    assert town.network.purpose == ""


def test_a_form_is_checked_field_by_field_while_its_sender_waits(town: Town) -> None:
    sent = FormSubmitted(
        id="1",
        form="network.settings",
        values={"name": " ", "purpose": "x" * 3001, "timezone": "Mars", "country": "jp"},
        context="",
        channel=town.place("general"),
        member=town.person("ada"),
        at=1,
    )
    assert town.platform.check(sent) == {
        "purpose": "That is too long: 3,000 characters are the most."
    }
    short = replace(sent, values={**sent.values, "purpose": "Safer discharge"})
    assert [*town.platform.check(short)] == ["name", "timezone"]
    assert "Europe/London" in town.platform.check(short)["timezone"]
    well = {"name": "A", "purpose": "B", "timezone": "Asia/Tokyo", "country": "jp"}
    assert town.platform.check(replace(sent, values=well)) == {}
    assert town.platform.check(replace(sent, form="gone.away", values={})) == {}


def test_whoever_was_never_heard_of_tends_the_network_they_describe(community: Community) -> None:
    town = community()
    stranger, place = MemberId("fake:T1/U-stranger"), ChannelId("fake:T1/C-general")
    values = {"name": "Us", "purpose": "Rest", "timezone": "Europe/London", "country": "GB"}
    town.tells(
        FormSubmitted(
            id="1",
            form="network.settings",
            values=values,
            context="",
            channel=place,
            member=stranger,
            at=to_micros(town.now),
        )
    )
    with town.sessions.begin() as session:
        network = places.networks(session)[0]
        assert network.purpose == "Rest"
        assert [lead.ref for lead in places.leads(session, network)] == [stranger]


@pytest.mark.both_databases
def test_a_change_is_told_to_everybody_in_one_line_and_anybody_may_ask_about_it(
    town: Town,
) -> None:
    town.recounts(*(town.message("bob", hours=-n) for n in range(1, 40)))
    town.types("ada", "/tend settings")
    town.fills("ada", purpose="Safer discharge")
    assert town.hears == []
    town.types("ada", "/tend settings")
    town.fills("ada", purpose="A kinder first hour", timezone="Asia/Tokyo")
    assert "Nobody has changed" not in town.types("bob", "/net changes")
    town.now = town.now.replace(day=3, hour=1)
    town.app.deliver()
    [post] = town.hears
    assert post.text == (
        "Ada changed what we are for, which is now *A kinder first hour* (before: *Safer "
        "discharge*); our time zone, which is now *Asia/Tokyo* (before: *Europe/London*). "
        "`/net changes` shows it."
    )
    town.presses("bob", "Ask about this")
    assert town.fills("bob", words="Why Tokyo?").startswith("I pass it on to Ada, with your name.")
    asked = town.sees("ada")[-1].text
    assert "asks about a change: our time zone" in asked
    assert "> Why Tokyo?" in asked
    assert "> Why Tokyo?" in asked
    assert "I find no change" in town.types("bob", "/net changes ask 99 why?")
    assert "no question in it" in town.fills("bob", words=" ")
    assert "Two settings of the network that you changed" in town.types("ada", "/net mydata")
    town.types("ada", "/net mydata delete")
    town.presses("ada", "Delete everything")
    shown = town.types("bob", "/net changes")
    assert "somebody who tends: what we are for, from *Safer discharge*" in shown
    assert "Ada" not in shown
    assert "Nobody tends the network at the moment" in town.types("bob", "/net changes ask 1 why?")


def test_nothing_is_told_of_what_stays_as_it_is(town: Town) -> None:
    assert "Nobody has changed anything" in town.types("bob", "/net changes")
    town.types("ada", "/tend settings")
    town.fills("ada", purpose="Safer discharge")
    town.types("ada", "/tend settings")
    town.fills("ada")
    assert "Nobody has changed anything" in town.types("bob", "/net changes")
