"""Introductions: each is asked alone, both hear if both say yes, and of a no nobody ever does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.domain.events import ActionTaken, CommandGiven, PersonSeen, to_micros
from bot.domain.exchanges import Audience
from bot.domain.ids import ChannelId
from bot.storage import places, sponsors, thanking
from bot.storage.bridges import Bridge
from bot.storage.introductions import Introduction
from bot.storage.sparing import Spared, Turn
from handlers import (
    convening,
    founding,
    introductions,
    joining,
    leading,
    meeting,
    mydata,
    network,
    offers,
    pausing,
    thanks,
)
from handlers import home as page
from tests.conftest import Community
from tests.town import Town, said

FEATURES = (
    network.feature,
    founding.feature,
    leading.feature,
    convening.feature,
    joining.feature,
    offers.feature,
    thanks.feature,
    meeting.feature,
    introductions.feature,
    pausing.feature,
    mydata.feature,
    page.feature,
)
PEOPLE = ("amina", "joe", "rosa", "cy")
LEAFLET = "for the falls leaflet that both work on"


@pytest.fixture
def town(community: Community) -> Town:
    """Four people in a town of which nothing needs to be told."""
    town = community(features=FEATURES)
    for name in PEOPLE:
        town.person(name)
    return town


def proposes(town: Town, typed: str = f"/net connect @Joe and @Rosa {LEAFLET}") -> str:
    """Amina thinks that Joe and Rosa should meet; returns what she is told once she asks."""
    assert "nobody is asked until you say so" in town.types("amina", typed)
    return town.presses("amina", "Ask them both")


def questions(town: Town, name: str) -> list[str]:
    """What somebody was asked, and still stands there."""
    gone = {int(each) for each in town.platform.deleted}
    return [
        post.text
        for number, post in enumerate(town.platform.said, 1)
        if number not in gone
        and post.to == town.person(name)
        and any(each.action == "introductions.yes" for each in post.buttons)
    ]


def made(town: Town, name: str) -> list[str]:
    """Of whom somebody was told that both said yes."""
    return [each for each in said(town.sees(name)) if each.startswith("**Both of you said yes:")]


def rows(town: Town, table: type) -> int:
    """How many rows a table has."""
    with town.sessions.begin() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.both_databases
def test_both_are_asked_alone_and_hear_of_each_other_once_both_say_yes(town: Town) -> None:
    shown = town.types("amina", f"/net connect @Joe and @Rosa {LEAFLET}")
    assert "I would ask Joe and Rosa, each alone" in shown
    assert "**Amina thinks that the two of you should meet.** For the falls leaflet" in shown
    assert "I tell you nothing else" in town.presses("amina", "Ask them both")
    town.presses("amina", "Ask them both")
    assert [len(questions(town, name)) for name in PEOPLE] == [0, 1, 1, 0]
    assert questions(town, "joe")[0].startswith("**Would you like to meet [Rosa]")
    assert (
        "Amina thinks that the two of you should meet.\n\n> For the falls leaflet"
        in questions(town, "rosa")[0]
    )
    before = len(town.sees("amina"))
    assert "That is fine" in town.types("joe", "/net connect no 1")
    assert town.types("joe", "/net connect yes 1").startswith("Thank you. If both of you say yes")
    assert town.types("joe", "/net connect yes 1").startswith("Thank you. If both of you")
    assert questions(town, "joe") == []
    assert "said yes" not in town.types("rosa", "/net mydata"), "nobody sees what another says"
    assert town.types("rosa", "/net connect yes").startswith("Both of you said yes, you and Joe.")
    town.types("rosa", "/net connect yes 1")
    for name, other in (("joe", "Rosa"), ("rosa", "Joe")):
        (text,) = made(town, name)
        assert f"meet [{other}]" in text
        assert f"Amina thought that you two should meet: *{LEAFLET}*" in text
    firsts = ["yours to write first" in made(town, name)[0] for name in ("joe", "rosa")]
    assert sorted(firsts) == [False, True]
    assert len(town.sees("amina")) == before, "whoever thought of it isn't told"
    assert "You and Rosa said yes, on Monday 2 March" in town.types("joe", "/net mydata")
    assert town.types("joe", "/net connect no 1").startswith("Both of you said yes")
    assert town.hears == [], "nothing of it is public"


def test_a_no_is_silence_on_both_sides_and_leaves_no_trace(town: Town) -> None:
    proposes(town)
    asked = "".join(questions(town, "rosa"))
    assert "Nobody hears of it" in town.presses("joe", "Not now")
    assert questions(town, "joe") == [], "the question is gone"
    assert "you said not now, which nobody else sees" in town.types("joe", "/net mydata")
    assert "".join(questions(town, "rosa")) == asked, "hers stands as it was"
    heard = {name: len(town.sees(name)) for name in PEOPLE}
    assert town.presses("rosa", "Yes, gladly").startswith("Thank you. If both of you say yes by")
    assert "Joe and Rosa, until" in town.types("amina", "/net connect")
    assert "You said yes to meeting Joe" in "".join(said(town.sees("rosa")))
    before = said(town.sees("rosa"))
    town.passes(days=15)
    town.runs("introductions.look")
    town.runs("introductions.look")
    assert said(town.sees("rosa")) == before, "she hears nothing"
    assert len(town.sees("joe")) == heard["joe"]
    assert rows(town, Introduction) == 0
    assert rows(town, Spared) == 1
    for name in ("joe", "rosa"):
        assert "Introductions" not in town.types(name, "/net mydata")
    assert "I find no question" in town.types("rosa", "/net connect yes 1")
    again = proposes(town)
    assert "I tell you nothing else" in again, "it sounds the same"
    assert questions(town, "joe") == []
    assert len(town.sees("joe")) == heard["joe"] + 1, "but for their own mydata"
    assert "Joe and Rosa, until" in town.types("amina", "/net connect")
    town.passes(days=386)  # the first Wednesday of a month
    town.runs("introductions.look")
    assert (rows(town, Introduction), rows(town, Spared)) == (0, 0), "after a year it is let go"


def test_a_question_that_nobody_answers_goes_by_kindly(town: Town) -> None:
    proposes(town)
    town.passes(days=13)
    town.runs("introductions.look")
    assert questions(town, "joe")
    town.passes(days=2)
    assert "I find no question" in town.types("joe", "/net connect yes 1")
    town.runs("introductions.look")
    assert questions(town, "joe") == []
    assert "This question has gone by, and that is fine" in "".join(said(town.sees("joe")))


def test_who_thinks_of_somebody_may_take_it_back_and_change_the_words_first(town: Town) -> None:
    town.types("amina", "/net connect @Joe and @Rosa")
    town.fills("amina", words="They both bake.")
    town.presses("amina", "Write it differently")
    shown = town.fills("amina", words="They both teach.")
    assert "should meet.** They both teach." in shown
    assert "nobody was asked" in town.presses("amina", "Leave it")
    assert rows(town, Introduction) == 0
    town.presses("amina", "Ask them both")
    assert "You thought of Joe and Rosa: They both teach., until" in town.types(
        "amina", "/net mydata"
    )
    assert "nothing of yours" in town.types("joe", "/net connect withdraw 1")
    assert "your words are deleted" in town.presses("amina", "Take it back")
    assert questions(town, "joe") == questions(town, "rosa") == []
    assert rows(town, Introduction) == 0
    town.presses("amina", "Ask them both")
    for name in ("joe", "rosa"):
        town.types(name, "/net connect yes")
    assert "Taken back" in town.types("amina", "/net connect withdraw 2"), "it sounds the same"
    assert "They both teach" not in "".join(made(town, "joe"))
    assert "Amina" not in "".join(made(town, "joe"))


def test_somebody_may_ask_to_meet_another_and_then_only_that_one_is_asked(town: Town) -> None:
    shown = town.types("cy", "/net introduce me to @Rosa because I begin in her old job")
    assert "> **Cy would like to meet you.** Because I begin" in shown
    assert "I ask Rosa. If they say yes, you both hear of it." in town.presses("cy", "Ask them")
    assert questions(town, "cy") == []
    assert questions(town, "rosa")[0].startswith("**Cy would like to meet you.**")
    assert "You would like to meet Rosa: because I begin" in town.types("cy", "/net mydata")
    assert "Would you like to meet?" in "".join(each.text for each in town.looks("rosa"))
    assert "you and Cy" in town.presses("rosa", "Yes, gladly")
    assert "yours to write first" in made(town, "cy")[0]
    assert "Would you like to meet?" not in "".join(each.text for each in town.looks("rosa"))


def test_whoever_is_not_to_be_asked_is_not_and_nobody_can_tell(town: Town) -> None:
    usual = proposes(town)
    town.types("amina", "/net connect withdraw 1")
    for silences, undoes in (
        ("/net messages never", "/net messages weekly"),
        ("/net meet not @rosa", "/net meet again @rosa"),
    ):
        before = len(town.sees("joe")) + 2
        town.types("joe", silences)
        assert re.sub(r"\d", "", proposes(town)) == re.sub(r"\d", "", usual)
        assert "Joe and Rosa, until" in town.types("amina", "/net connect")
        town.types("joe", undoes)
        assert len(town.sees("joe")) == before, silences
        town.presses("amina", "Take it back")
    town.types("joe", "/net pause")
    proposes(town)
    assert "Nobody waits" in town.types("rosa", "/net connect")
    assert "I find no question" in town.types("rosa", "/net connect yes 4")


def test_a_few_at_a_time_are_enough_and_only_people_of_here_are_named(town: Town) -> None:
    for other in ("Rosa", "Cy", "Amina"):
        town.types("joe", f"/net connect me with @{other} for a talk")
        town.presses("joe", "Ask them")
    town.types("joe", "/net connect @Rosa and @Cy for a talk")
    assert "Three introductions of yours" in town.presses("joe", "Ask them both")
    town.tells(PersonSeen(member=town.person("xena"), name="Xena", is_external=True))
    helen = town.person("helen")
    with town.sessions.begin() as session:
        here, sponsor = places.networks(session)[0], places.person_at(session, helen)
        assert sponsor is not None
        until = town.now.date() + timedelta(days=90)
        assert sponsors.appoint(session, here, sponsor, until=until, now=town.now) is None
    for name in ("Nobody", "Xena", "Helen"):
        assert f'nobody here called "@{name}"' in town.types(
            "joe", f"/net connect @Rosa and @{name} for a talk"
        )
    assert "one and the same" in town.types("joe", "/net connect @Rosa and @Rosa for a talk")
    assert "I don't understand" in town.types("joe", "/net connect Rosa")
    assert "280 are the most" in town.types("joe", f"/net connect @Cy and @Rosa for {'x' * 300}")


def test_mentions_of_the_platform_are_taken_in_their_turn(town: Town) -> None:
    amina, joe, rosa = (town.person(each) for each in PEOPLE[:3])
    town.tells(
        CommandGiven(
            id="two",
            command="net",
            text="introduce <@U-joe|j> to <@U-rosa> for the leaflet",
            channel=town.place("general"),
            member=amina,
            at=to_micros(town.now),
            mentions=joe,
            others=(rosa,),
        )
    )
    assert "I would ask Joe and Rosa" in "".join(said(town.sees("amina")))


@pytest.mark.parametrize("who", ["joe", "amina"])
def test_who_is_erased_meanwhile_leaves_nothing_and_the_other_is_asked_nothing(
    town: Town, who: str
) -> None:
    proposes(town)
    town.presses("rosa", "Yes, gladly")
    town.types(who, "/net mydata delete")
    town.presses(who, "Delete everything")
    assert rows(town, Introduction) == 0
    assert questions(town, "rosa") == []
    assert who.capitalize() not in "".join(
        post.text
        for number, post in enumerate(town.platform.said, 1)
        if f"{number}" not in town.platform.deleted and post.to == town.person("rosa")
    )
    town.runs("introductions.look")
    assert made(town, "rosa") == []


def test_who_thought_of_two_who_met_is_named_no_more_once_erased_or_when_its_day_is_over(
    town: Town,
) -> None:
    proposes(town)
    town.presses("joe", "Yes, gladly")
    town.presses("rosa", "Yes, gladly")
    town.types("amina", "/net mydata delete")
    town.presses("amina", "Delete everything")
    assert "Amina" not in "".join(made(town, "joe"))
    assert "You and Joe said yes" in town.types("rosa", "/net mydata")
    town.types("cy", "/net connect @Joe and me for a talk")
    town.presses("cy", "Ask them")
    town.types("joe", "/net connect yes 2")
    assert "for a talk" in town.types("cy", "/net mydata")
    town.passes(days=30)
    town.runs("introductions.look")
    assert "for a talk" not in town.types("cy", "/net mydata")
    assert "You and Joe said yes" in town.types("cy", "/net mydata")
    town.types("joe", "/net mydata delete")
    town.presses("joe", "Delete everything")
    assert rows(town, Introduction) == 0


def test_who_has_left_is_not_introduced(town: Town) -> None:
    for name in PEOPLE:
        town.joins(name)
    proposes(town)
    town.presses("rosa", "Yes, gladly")
    town.types("rosa", "/net leave yes")
    assert "Thank you" in town.presses("joe", "Yes, gladly"), "nobody learns that she has gone"
    assert made(town, "joe") == []
    town.runs("introductions.look")
    assert rows(town, Introduction) == 0
    assert rows(town, Spared) == 0


def test_both_hear_at_an_hour_that_suits_both_and_not_while_one_is_away(town: Town) -> None:
    proposes(town)
    town.presses("rosa", "Yes, gladly")
    town.types("rosa", "/net quiet 08:00-14:00")
    town.passes(days=4, hours=10)
    town.presses("joe", "Yes, gladly")
    assert made(town, "joe") == [], "it is Friday night"
    town.passes(days=2, hours=18)
    town.app.deliver()
    assert made(town, "joe") == made(town, "rosa") == [], "rosa has her quiet hours"
    town.passes(hours=3)
    town.app.deliver()
    assert len(made(town, "joe")) == len(made(town, "rosa")) == 1
    town.types("cy", "/net connect @Amina and me for a talk")
    town.presses("cy", "Ask them")
    town.types("cy", "/net pause 3 weeks")
    assert "Thank you" in town.types("amina", "/net connect yes"), "a pause leaves no trace"
    assert made(town, "amina") == []


@pytest.mark.both_databases
def test_who_was_introduced_finds_a_time_and_is_asked_once_whether_they_met(town: Town) -> None:
    proposes(town)
    town.presses("joe", "Yes, gladly")
    town.presses("rosa", "Yes, gladly")
    assert "with Joe, as both of you said yes" in town.types("rosa", "/net mydata")
    town.presses("joe", "Suggest a time")
    town.fills("joe", day="friday", time="10:00", minutes="20")
    assert [post for post in town.sees("rosa") if post.attachment is not None]
    town.passes(days=3)
    town.passes(days=5)
    town.runs("meeting.hold")
    town.runs("meeting.hold")
    for name, other in (("joe", "Rosa"), ("rosa", "Joe")):
        asked = [text for text in said(town.sees(name)) if text.startswith("**Did you and")]
        assert len(asked) == 1
        assert f"**Did you and {other} meet?**" in asked[0]
    before = len(town.platform.said)
    assert town.types("joe", "/net meet none 1").endswith("saying so. Nobody else sees it.")
    assert town.presses("rosa", "We met").startswith("Thank you, good to know.")
    assert len(town.platform.said) == before + 2, "nobody else hears of it"
    assert "you said: none" in town.types("joe", "/net mydata")
    assert "none" not in town.types("rosa", "/net mydata")
    town.types("rosa", "/net mydata delete")
    town.presses("rosa", "Delete everything")
    assert "Rosa" not in town.types("joe", "/net mydata")
    town.passes(days=386)
    town.runs("meeting.hold")
    town.runs("introductions.look")
    assert "with somebody who is gone" not in town.types("joe", "/net mydata")


def test_without_the_meeting_room_an_introduction_ends_with_the_two_names(
    community: Community,
) -> None:
    town = community(features=(network.feature, introductions.feature, mydata.feature))
    for name in PEOPLE:
        town.person(name)
    proposes(town)
    town.presses("joe", "Yes, gladly")
    town.presses("rosa", "Yes, gladly")
    assert "/net meet" not in made(town, "joe")[0]
    assert town.sees("joe")[-1].buttons == ()


# Two who share a helper


def helped(town: Town, giver: str, receiver: str) -> None:
    """*receiver* thanks *giver*, who helped."""
    members = [town.person(each) for each in (receiver, giver)]
    with town.sessions.begin() as session:
        here = places.networks(session)[0]
        people = [places.person_at(session, each) for each in members]
        got, gave = (each for each in people if each is not None)
        thanking.thank(
            session, here, got, gave, "for help", Audience.PRIVATE, now=town.now - timedelta(days=9)
        )


def test_two_who_share_a_helper_are_asked_without_a_name_and_once_a_month(town: Town) -> None:
    helped(town, "cy", "joe")
    town.passes(days=2, hours=2)
    town.runs("introductions.look")
    assert questions(town, "joe") == [], "one alone shares nothing"
    town.passes(days=28)
    helped(town, "cy", "rosa")
    town.runs("introductions.look")
    town.runs("introductions.look")
    for name in ("joe", "rosa"):
        (text,) = questions(town, name)
        assert text.startswith("**Would you like to meet somebody new?**")
        for hidden in ("Joe", "Rosa", "Cy"):
            assert hidden not in text, "neither the other nor the helper is named"
        assert "somebody whose name you hear if both say yes" in town.types(name, "/net mydata")
        assert "I thought of you for an introduction on" in town.types(name, "/net mydata")
    assert "somebody new" in "".join(each.text for each in town.looks("rosa")).casefold()
    town.presses("joe", "Yes, gladly")
    assert "you and Joe" in town.presses("rosa", "Yes, gladly")
    assert "One person here has helped both of you" in made(town, "joe")[0]
    assert "Cy" not in made(town, "joe")[0]
    helped(town, "cy", "amina")
    town.runs("introductions.look")
    assert questions(town, "amina") == [], "the month has had its turn"


def test_nobody_is_thought_of_who_knows_the_other_or_would_rather_not(town: Town) -> None:
    for name in ("joe", "rosa", "amina"):
        helped(town, "cy", name)
    ts = town.says("joe")
    town.says("rosa", thread=ts, hours=0.1)
    town.types("amina", "/net meet not @joe")
    town.types("rosa", "/net meet not @amina")
    town.passes(days=2, hours=2)
    town.runs("introductions.look")
    assert rows(town, Introduction) == rows(town, Turn) == 0
    assert not any(questions(town, name) for name in PEOPLE)


def test_who_rests_pauses_or_wants_no_word_is_not_thought_of(community: Community) -> None:
    town = community(features=FEATURES)
    for name in PEOPLE:
        helped(town, "cy", name) if name != "cy" else town.person(name)
    town.types("joe", "/net pause")
    town.types("rosa", "/net rest")
    town.passes(days=2, hours=2)
    town.runs("introductions.look")
    assert rows(town, Introduction) == 0
    town.types("joe", "/net pause off")
    town.types("joe", "/net messages never")
    town.passes(weeks=5 - 1)
    town.runs("introductions.look")
    assert rows(town, Introduction) == 0


def test_where_it_is_switched_off_nobody_is_thought_of(community: Community) -> None:
    town = community(features=FEATURES, introductions={"shared_helper": False})
    helped(town, "cy", "joe")
    helped(town, "cy", "rosa")
    town.passes(days=2, hours=2)
    town.runs("introductions.look")
    assert rows(town, Introduction) == 0


# Bridges


WARD = ("ann", "bea", "cid", "dov", "eli")
CARE = ("fay", "gil", "hal", "ida", "jon")


def talk(town: Town, channel: str, people: tuple[str, ...], *, days: int = 20) -> None:
    """*people* talk among themselves in a channel, some time ago."""
    told = [
        town.message(name, channel=channel, hours=-24 * days + n + 10 * hours)
        for n, name in enumerate(people)
        for hours in range(3)
    ]
    town.recounts(*sorted(told, key=lambda each: each.ts))


@pytest.fixture
def parted(town: Town) -> Town:
    """Ward and care homes have five people each, who never answer each other; priya tends."""
    talk(town, "ward", WARD)
    talk(town, "care", CARE)
    talk(town, "small", ("kay", "lou", "mia", "ned"))
    town.lead("priya")
    for name, words in (("ann", "audit data on falls"), ("bea", "baking")):
        town.types(name, f"/net offer {words}")
        town.presses(name, "Offer it")
    town.types("gil", "/net offer a leaflet about falls")
    town.presses("gil", "Offer it")
    town.passes(days=1)
    return town


@pytest.mark.both_databases
def test_two_groups_without_a_bridge_are_named_and_somebody_of_each_is_asked(parted: Town) -> None:
    town = parted
    shown = town.types("priya", "/tend bridge")
    assert "A bridge that isn't there: [\\#ward]" in shown
    assert "[\\#care]" in shown
    assert "small" not in shown, "of four people nothing is said"
    assert "nobody who is at home in the one and nobody" in shown
    assert "One offers *audit data on falls*, the other *a leaflet about falls*." in shown
    assert not re.search("Ann|Bea|Gil", shown)
    assert "tell you nothing of what they say" in town.presses("priya", "Ask them")
    town.presses("priya", "Ask them")
    assert "Priya, who tends Our network, looks for people" in questions(town, "ann")[0]
    assert "Gil offers *a leaflet about falls*." in questions(town, "ann")[0]
    assert len(questions(town, "gil")) == 1
    assert questions(town, "bea") == []
    before = len(town.sees("priya"))
    town.presses("ann", "Yes, gladly")
    town.presses("gil", "Yes, gladly")
    assert "A thing to begin with: Gil offers" in made(town, "ann")[0]
    assert len(town.sees("priya")) == before
    assert "I see no bridge that is missing" in town.types("priya", "/tend bridge")
    ts = town.says("ann", channel="ward", hours=30)
    town.says("gil", channel="ward", thread=ts, hours=31)
    town.passes(weeks=7)
    for name in (*WARD, *CARE):
        town.says(name, channel="ward" if name in WARD else "care")
    ts = town.says("fay", channel="care")
    town.says("eli", channel="care", thread=ts, hours=1)
    assert "Earlier ones" not in town.types("priya", "/tend bridge")
    town.passes(weeks=6, days=1)
    town.runs("introductions.look")
    town.runs("introductions.look")
    assert "The bridge carries so far" in town.types("priya", "/tend bridge")
    told = [text for text in said(town.sees("priya")) if "What came of a bridge" in text]
    assert len(told) == 1
    assert "nobody can tell" in told[0]


def test_what_is_not_now_is_not_suggested_again_for_90_days(parted: Town) -> None:
    town = parted
    town.types("priya", "/tend bridge")
    assert "for 90 days" in town.presses("priya", "Not now")
    assert "I see no bridge that is missing" in town.types("priya", "/tend bridge")
    assert "I see no bridge" in town.types("priya", "/tend bridge ask")
    town.passes(days=91)
    talk(town, "ward", WARD)
    talk(town, "care", CARE)
    assert "A bridge that isn't there" in town.types("priya", "/tend bridge")
    assert "I don't understand" in town.types("priya", "/tend bridge perhaps")
    assert "Set aside" in town.types("priya", "/tend bridge not now")
    with town.sessions.begin() as session:
        states = session.scalars(select(Bridge.state)).all()
    assert states == ["set aside", "set aside"]
    town.passes(days=64)  # the first Wednesday of a month
    town.runs("introductions.look")
    assert "What came of" not in "".join(said(town.sees("priya"))), "nothing was begun"


def test_a_gathering_of_both_is_drafted_and_nobody_is_asked_who_offers_nothing(
    parted: Town,
) -> None:
    town = parted
    town.types("gil", "/net offer withdraw 3")
    assert "I find no such two" in town.types("priya", "/tend bridge")
    assert "I find nobody of each" in town.types("priya", "/tend bridge ask")
    town.presses("priya", "Draft a gathering")
    assert town.forms[-1].name == "convening.draft"
    kind = next(each for each in town.forms[-1].fields if each.name == "kind")
    assert kind.value == "show and tell"


def test_who_tends_no_more_reaches_nothing_and_a_button_made_up_does_nothing(parted: Town) -> None:
    town = parted
    town.types("priya", "/tend bridge")
    town.lead("quinn")
    with town.sessions.begin() as session:
        here = places.networks(session)[0]
        priya = places.person_at(session, town.person("priya"))
        assert priya is not None
        session.query(places.Lead).filter_by(network_id=here.id, person_id=priya.id).delete()
    for label in ("Ask them", "Not now", "Draft a gathering"):
        assert "for those who tend" in town.presses("priya", label)
    assert rows(town, Introduction) == rows(town, Bridge) == 0
    actions = ("bridge_ask", "bridge_gather", "bridge_not_now", "ask", "typed")
    values = ("", "1/1", "2/3/98/99", '[1,99,"so"]')
    made_up = [
        ActionTaken(
            id=f"made-up-{action}-{value}",
            action=f"introductions.{action}",
            value=value,
            channel=ChannelId(town.place("general")),
            member=town.person("quinn"),
            at=1,
        )
        for action in actions
        for value in values
    ]
    town.tells(*made_up)
    assert rows(town, Introduction) == 0
