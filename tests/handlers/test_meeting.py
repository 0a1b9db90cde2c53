"""Coffee pairs: those who like to, with somebody new, told privately, and no exclusion broken."""

from __future__ import annotations

import re

import pytest

from bot.domain.events import PersonSeen
from handlers import flags, joining, meeting, mydata, network, pausing
from handlers import home as page
from tests.conftest import Community
from tests.town import Town, said

FEATURES = (
    network.feature,
    joining.feature,
    meeting.feature,
    flags.feature,
    pausing.feature,
    mydata.feature,
    page.feature,
)
NAMES = ("ada", "ben", "cy", "dan", "eve")


@pytest.fixture
def town(community: Community) -> Town:
    """A town on the Tuesday of a week in which there is a round; five people take part."""
    town = community(features=FEATURES, meeting={"cadence": "weekly"})
    for name in NAMES:
        town.joins(name)
        town.types(name, "/net meet pairs on")
    town.passes(days=1, hours=2)
    return town


def partners(town: Town, *, since: int = 0) -> dict[str, set[str]]:
    """Whom each was told of, by name, among what was said from the post *since* on."""
    found: dict[str, set[str]] = {}
    for post in town.platform.said[since:]:
        if post.text.startswith("**A coffee"):
            found[post.to.rpartition("U-")[2]] = set(re.findall(r"U-(\w+)\)", post.text))
    return found


@pytest.mark.both_databases
def test_everybody_who_takes_part_hears_whom_they_meet_and_one_of_each_writes_first(
    town: Town,
) -> None:
    town.joins("zoe")
    town.runs("meeting.hold")
    town.runs("meeting.hold")
    first = partners(town)
    assert sorted(first) == [*NAMES]
    assert all(name in first[other] for name, others in first.items() for other in others)
    assert sorted(map(len, first.values())) == [1, 1, 2, 2, 2]
    texts = [text for name in NAMES for text in said(town.sees(name)) if "**A coffee" in text]
    assert len(texts) == 5, "each is told once"
    assert sum("it is yours to write first" in text for text in texts) == 2
    assert not [text for text in said(town.sees("zoe")) if "coffee" in text]
    assert town.hears == [], "nothing of it is public"
    town.passes(weeks=1)
    before = len(town.platform.said)
    town.runs("meeting.hold")
    second = partners(town, since=before)
    assert len(second) >= 4
    old = {frozenset((name, other)) for name, others in first.items() for other in others}
    new = {frozenset((name, other)) for name, others in second.items() for other in others}
    assert not old & new


def test_they_are_asked_once_whether_they_met_and_nobody_else_sees_it(town: Town) -> None:
    assert "no meeting of yours" in town.types("ada", "/net meet met")
    town.runs("meeting.hold")
    town.passes(days=8)
    town.runs("meeting.hold")
    town.runs("meeting.hold")
    asked = [text for text in said(town.sees("ada")) if text.startswith("**Did you")]
    assert len(asked) == 1
    before = len(town.platform.said)
    assert town.presses("ada", "Still to come").startswith("Thank you. Whenever it suits.")
    assert len(town.platform.said) == before + 1, "only ada hears of it"
    assert "you said: later" in town.types("ada", "/net mydata")
    assert "good to know" in town.types("ada", "/net meet met")
    assert "another round" in town.types("ada", "/net meet none")
    assert "Did you" in "".join(said(town.sees("ben")))


def test_whom_somebody_would_rather_not_meet_they_never_do_and_nobody_learns_of_it(
    town: Town,
) -> None:
    for name in ("cy", "dan", "eve"):
        town.types(name, "/net meet pairs off")
    assert "Nobody else knows" in town.types("ada", "/net meet not with @ben")
    town.runs("meeting.hold")
    assert partners(town) == {}
    for name in ("ada", "ben"):
        assert town.sees(name)[-1].text.startswith("**No coffee for you this time.**")
    assert "put together with Ben" in town.types("ada", "/net meet")
    assert "rather not meet Ben" in town.types("ada", "/net mydata")
    for typed in ("/net meet", "/net mydata", "/net mydata export"):
        assert "Ada" not in town.types("ben", typed)
    assert "nobody else called" in town.types("ada", "/net meet not @ada")
    assert "Say whom" in town.types("ada", "/net meet not")
    assert "may be put together" in town.types("ada", "/net meet again", mentions="ben")
    town.passes(weeks=1)
    town.runs("meeting.hold")
    assert partners(town) == {"ada": {"ben"}, "ben": {"ada"}}


def test_who_pauses_stops_or_has_gone_is_left_in_peace(town: Town) -> None:
    town.types("ada", "/net pause two weeks")
    assert "put together with nobody" in town.presses("ben", "No more pairs")
    town.types("cy", "/net mydata delete")
    town.presses("cy", "Delete everything")
    town.runs("meeting.hold")
    assert partners(town) == {"dan": {"eve"}, "eve": {"dan"}}
    town.types("dan", "/net mydata delete")
    town.presses("dan", "Delete everything")
    assert "with somebody who is gone" in town.types("eve", "/net mydata")
    town.passes(days=8)
    town.runs("meeting.hold")
    assert "Did you" not in "".join(said(town.sees("eve"))), "there is nobody left to have met"
    town.passes(weeks=54)
    town.runs("meeting.hold")
    assert "somebody who is gone" not in town.types("eve", "/net mydata"), "it goes after a year"


def test_there_is_no_round_on_a_free_day_nor_before_its_own(town: Town) -> None:
    town.passes(days=-1)
    town.runs("meeting.hold")
    town.passes(days=5)
    town.runs("meeting.hold")
    assert partners(town) == {}


def test_the_switch_is_on_their_page_and_can_be_typed(town: Town) -> None:
    def shown(name: str) -> str:
        return "".join(post.text for post in town.looks(name))

    assert "You take part: on a Tuesday" in shown("ada")
    assert "Twenty minutes with somebody new" in shown("zoe")
    assert "from the next round on" in town.presses("zoe", "Take part")
    assert "You take part already" in town.types("zoe", "/net coffee pairs on")
    assert "**You take part in coffee pairs.** Every week" in town.types("zoe", "/net meet pairs")
    assert "with nobody from now on" in town.types("zoe", "/net meet off")
    assert "**Coffee pairs**: every week" in town.types("zoe", "/net meet")
    assert "I don't understand" in town.types("zoe", "/net meet perhaps")


def test_somebody_hears_of_it_in_their_own_hours_and_by_the_clock_of_where_they_are(
    community: Community,
) -> None:
    town = community(features=FEATURES, meeting={"cadence": "weekly"})
    for name, zone in (("ada", "Europe/Dublin"), ("ben", "No/Such"), ("cy", "Asia/Tokyo")):
        town.tells(PersonSeen(member=town.person(name), name=name.capitalize(), timezone=zone))
        town.types(name, "/net meet pairs on")
    town.types("ben", "/net quiet 09:00-14:00")
    town.passes(days=1, hours=2)
    town.runs("meeting.hold")
    assert [*partners(town)] == ["ada"]
    town.lives(hours=4)
    assert partners(town) == {"ada": {"ben"}, "ben": {"ada"}}
    assert "No coffee" not in town.sees("cy")[-1].text, "it is evening in Tokyo"
    town.lives(hours=10)
    assert town.sees("cy")[-1].text.startswith("**No coffee for you")


def test_settings_that_mean_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="size"):
        meeting.Settings(size=6)
    with pytest.raises(ValueError, match="Invalid"):
        meeting.Settings(at="tomorrow")
