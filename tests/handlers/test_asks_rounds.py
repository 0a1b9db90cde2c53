"""An asks round: everybody asks in one thread, a hand is told to who asked, and nothing is kept."""

from __future__ import annotations

import pytest

from bot.domain.events import PersonSeen
from bot.storage import rounds
from handlers import asks, convening, digest, energy, home, mydata, network, thanks
from tests.conftest import Community
from tests.town import Town, said

FEATURES = (
    network.feature,
    energy.feature,
    convening.feature,
    asks.feature,
    thanks.feature,
    digest.feature,
    mydata.feature,
    home.feature,
)
NAMES = ("amina", "dan", "rosa", "sian", "joe", "tess")


@pytest.fixture
def town(community: Community) -> Town:
    """A town that Tom tends, in which an asks round was posted on Wednesday morning."""
    town = community(features=FEATURES)
    town.joins("tom")
    town.lead("tom")
    told = []
    for day in range(-5, 0):
        for hours, name in enumerate(NAMES):
            home = "crews" if name in ("joe", "tess") else "frailty"
            told.append(town.message(name, channel=home, hours=24 * day + hours))
        told += [town.message(f"p{n}", channel="general", hours=24 * day + n) for n in range(8)]
    town.recounts(*told)
    town.types("tom", "/tend convene asks-round wed 10:00")
    assert "Scheduled" in town.fills("tom")
    town.passes(days=2, hours=1)
    settles(town)
    return town


def settles(town: Town) -> None:
    """Let the bot do what is due, and hear what became of what it said."""
    for _ in range(3):
        town.ticks()
        town.app.work()


def thread(town: Town) -> int:
    """The thread of the round: its post, as the platform calls it."""
    return next(
        number for number, post in enumerate(town.platform.said, 1) if "One ask each" in post.text
    )


def hands(town: Town, name: str) -> list[str]:
    """Whom somebody was told of who can help, and still sees."""
    gone = {int(number) for number in town.platform.deleted}
    return [
        post.text
        for number, post in enumerate(town.platform.said, 1)
        if post.to.endswith(f"U-{name}") and "can help" in post.text and number not in gone
    ]


@pytest.mark.both_databases
def test_a_hand_on_a_reply_tells_who_asked_once_and_counts_when_it_is_thanked_for(
    town: Town,
) -> None:
    post = town.hears[-1]
    assert "Make it specific and meaningful" in post.text
    assert [each.label for each in post.buttons] == ["Put mine on the list"]
    asked = town.says("amina", "Somebody to lend me a zebra?", thread=thread(town))
    town.reacts("joe", asked, "raising_hand")
    town.reacts("joe", asked, "raising_hand")
    town.reacts("amina", asked, "raising_hand")
    [told] = hands(town, "amina")
    assert told.startswith("**Joe can help** with [what you asked in the round](message:")
    assert "I've told [Amina]" in town.sees("joe")[-1].text
    assert "have been helped" not in town.types("amina", "/net mydata"), "nothing is kept of it"
    assert "zebra" not in town.types("amina", "/net mydata export")
    town.unreacts("joe", asked, "raising_hand")
    assert hands(town, "amina") == ["Joe took it back that they can help with what you asked in the"
                                    " round. Others still may."]  # fmt: skip
    town.reacts("joe", asked, "raising_hand")
    assert hands(town, "amina") == [told]
    town.presses("amina", "Say thanks to Joe")
    town.fills("amina", words="for lending it")
    town.presses("amina", "Only Joe")
    assert "helped others one time" in town.types("joe", "/net thanks")
    town.unreacts("tess", asked, "bulb")
    town.reacts("tess", asked, "raised_hand")
    town.deletes(asked)
    assert all("Tess" not in each for each in hands(town, "amina")), "the reply is gone"
    town.reacts("rosa", asked, "raising_hand")
    town.reacts("rosa", town.says("amina", "Anybody about?"), "raising_hand")
    assert len(hands(town, "amina")) == 0


def test_who_asked_can_be_helped_by_name_and_who_is_gone_is_told_nothing(town: Town) -> None:
    asked = town.says("amina", "A name to ask about beds?", thread=thread(town))
    assert town.types("joe", "/net ask help @Amina").startswith("Thank you. I've told [Amina]")
    assert len(hands(town, "amina")) == 1
    town.types("joe", "/net ask help Dan")
    assert town.forms[-1].name == "asks.ask", "he asked for nothing in the round"
    before = len(hands(town, "amina"))
    town.tells(PersonSeen(member=town.person("amina"), name="Amina", is_gone=True))
    town.reacts("dan", asked, "raising_hand")
    assert len(hands(town, "amina")) == before


def test_an_ask_put_on_the_list_points_to_the_round_and_nobody_is_asked_privately_on_its_day(
    town: Town,
) -> None:
    town.presses("amina", "Put mine on the list")
    shown = town.fills("amina", words="someone to read our falls leaflet", takes="20 minutes")
    assert "From [the asks round in \\#general](message:" in shown
    town.presses("amina", "Post it")
    town.presses("amina", "Post it")
    settles(town)
    privately = [each for each in town.platform.said if "leaflet" in each.text and "/U-" in each.to]
    assert privately == []
    assert sum("asks** · about" in each for each in said(town.hears)) == 1
    town.types("dan", "/net ask in the round somebody to swap a shift by Friday")
    assert town.forms[-1].fields[0].value == "somebody to swap a shift"
    assert town.forms[-1].fields[2].value == "Friday 6 March 2026"
    town.passes(days=1, hours=5.5)
    town.runs("asks.carry_on")
    settles(town)
    privately = [
        each.to for each in town.platform.said if "leaflet" in each.text and "/U-" in each.to
    ]
    assert 1 <= len(set(privately)) <= 3
    town.types("tom", "/tend nudges cancel 1")
    town.deletes(thread(town))
    settles(town)
    listed = next(each.text for each in town.hears if "leaflet" in each.text)
    assert "asks round" not in listed, "its post was taken back"
    assert "you can help" in town.types("joe", "/net ask help 1")
    town.types("amina", "/net mydata delete")
    town.presses("amina", "Delete everything")
    assert "leaflet" not in "".join(said(town.hears))


def test_those_who_tend_hear_how_many_asked_and_had_an_answer_from_another_group(
    town: Town,
) -> None:
    replies = {name: town.says(name, "Would you?", thread=thread(town)) for name in NAMES}
    for name in ("amina", "dan", "rosa", "sian"):
        town.reacts("joe", replies[name], "raising_hand")
    for name in ("joe", "tess"):
        town.reacts("amina", replies[name], "raising_hand")
    town.reacts("p1", replies["amina"], "raising_hand")
    town.runs("asks.count")
    town.tells(PersonSeen(member=town.person("tom"), name="Tom", is_gone=True))
    town.joins("priya")
    town.lead("priya")
    town.passes(days=14)
    town.runs("asks.count")
    town.runs("convening.look")
    told = said(town.sees("priya"))[-1]
    assert "Six people asked, and all of them had an answer from another group" in told
    assert "round" not in town.types("priya", "/net mydata")
    with town.sessions.begin() as session:
        assert rounds.running(session, town.network) == []
    town.reacts("p2", replies["amina"], "raising_hand")
    assert len(hands(town, "amina")) == 2, "the round is over"
    town.presses("p3", "Put mine on the list")
    assert town.forms[-1].name == "asks.ask"


def test_a_round_in_which_few_asked_tells_of_nobody(town: Town) -> None:
    asked = town.says("amina", "Would you?", thread=thread(town))
    town.reacts("joe", asked, "raising_hand")
    town.runs("asks.count")
    town.passes(days=14)
    town.runs("convening.look")
    told = said(town.sees("tom"))[-1]
    assert "A few people asked, too few to say more of it" in told
