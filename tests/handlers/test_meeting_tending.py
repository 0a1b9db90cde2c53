"""Coffee pairs as those who tend see them: how often, a look ahead, a round now, and no names."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.domain.events import ChannelKind
from bot.storage import readings
from handlers import energy, meeting, mydata, network, pausing
from handlers import home as page
from tests.conftest import Community
from tests.town import MONDAY, Town, said

FEATURES = (
    network.feature,
    energy.feature,
    meeting.feature,
    pausing.feature,
    mydata.feature,
    page.feature,
)
NAMES = ("ada", "ben", "cy", "dan", "eve", "fay", "gus")


@pytest.fixture
def town(community: Community) -> Town:
    """A town that priya tends, on the Monday of a week in which there is a round."""
    town = community(features=FEATURES, meeting={"cadence": "weekly"})
    for name in (*NAMES, "priya"):
        town.joins(name)
    town.lead("priya")
    return town


def take_part(town: Town, *names: str, where: str = "") -> None:
    for name in names:
        assert "from the next round on" in town.types(name, f"/net meet pairs on{where}")


def told(town: Town, *, since: int = 0) -> dict[str, set[str]]:
    """Whom each was told of, by name, among what was said from the post *since* on."""
    return {
        post.to.rpartition("U-")[2]: set(re.findall(r"U-(\w+)\)", post.text))
        for post in town.platform.said[since:]
        if post.text.startswith("**A coffee")
    }


def logged(town: Town) -> str:
    """What is kept of why something was said, for those who tend."""
    with town.sessions.begin() as session:
        kept = readings.decisions(session, town.network, since=MONDAY - timedelta(days=1))
        return "; ".join(each.reason for each in kept)


@pytest.mark.both_databases
def test_a_lead_looks_ahead_holds_the_round_once_and_the_next_one_moves_on(town: Town) -> None:
    take_part(town, *NAMES[:4])
    assert "Fewer than five" in town.types("priya", "/tend pairs")
    assert "I tell no numbers" in town.types("priya", "/tend pairs preview")
    take_part(town, *NAMES[4:])
    shown = town.types("priya", "/tend pairs preview")
    assert "Seven people would take part: two pairs, one group of 3." in shown
    assert "due on Tuesday 3 March" in shown
    assert "Everybody has a place" in shown
    names = re.compile(rf"\b({'|'.join(NAMES)})\b", re.IGNORECASE)
    assert not names.search(shown), "who meets whom is theirs"
    seed = re.search(r"The seed is (\d+)", shown)
    assert seed is not None
    town.passes(hours=9)
    assert "The round is held" in town.presses("priya", "Hold it now")
    assert told(town) == {}, "it is evening"
    town.passes(hours=-9)
    town.passes(days=1)
    town.app.deliver()
    first = told(town)
    assert sorted(first) == [*NAMES]
    assert "nothing was done twice" in town.presses("priya", "Hold it now")
    assert "nothing was done twice" in town.types("priya", "/tend pairs now")
    town.passes(hours=2)
    town.runs("meeting.hold")
    town.passes(days=3)
    town.runs("meeting.hold")
    assert len(told(town)) == len(first), "this week's round was held, on Monday"
    state = town.types("priya", "/tend pairs")
    assert f"The last round was on Monday 2 March (seed {seed[1]})." in state
    assert "The next is due on Tuesday 10 March" in state
    assert f"round 2026-W10, seed {seed[1]}" in logged(town)
    assert "coffee pairs, preview" in town.types("ben", "/net looked")
    before = len(town.platform.said)
    town.passes(days=4)
    town.runs("meeting.hold")
    assert len(told(town, since=before)) >= len(NAMES) - 2
    assert "Priya" in town.types("ada", "/tend pairs now"), "who tends, and may"


def test_how_people_meet_is_changed_in_words_or_in_a_form_and_everybody_hears_of_it(
    town: Town,
) -> None:
    take_part(town, *NAMES)
    town.recounts(*(town.message("ada", hours=-n) for n in range(1, 20)))
    kept = town.types("priya", "/tend pairs monthly on wednesdays in groups of 3")
    assert kept.startswith("Coffee pairs: monthly, on Wednesday, in groups of 3")
    town.ticks()
    assert "how often we meet over coffee" in said(town.hears)[-1]
    assert "before: *weekly, on Tuesday, in pairs*" in said(town.hears)[-1]
    assert "how often we meet over coffee" in town.types("ada", "/net changes")
    assert "once a month" in town.types("zoe", "/net meet")
    town.types("priya", "/tend pairs")
    town.presses("priya", "Change it")
    assert [field.value for field in town.forms[-1].fields] == ["monthly", "wednesday", "3"]
    assert "weekly, on Thursday, in groups of 4" in town.fills(
        "priya", cadence="weekly", day="thursday", size="4"
    )
    assert "one group of 3, one group of 4" in town.presses("priya", "Look ahead")
    assert "I don't understand" in town.types("priya", "/tend pairs sometimes")
    assert 'no channel "#nowhere"' in town.types("priya", "/tend pairs weekly in #nowhere")
    town.passes(days=3, hours=2)
    town.runs("meeting.hold")
    assert sorted(map(len, told(town).values())) == [2, 2, 2, 3, 3, 3, 3]


@pytest.mark.both_databases
def test_pairs_of_a_channel_are_for_those_in_it_and_beside_those_of_everybody(town: Town) -> None:
    town.opens("frailty")
    for name in NAMES[:3]:
        town.joins(name, "frailty")
    assert "for those who are in it" in town.types("gus", "/net meet pairs on in #frailty")
    assert 'no channel "#nowhere"' in town.types("gus", "/net meet pairs on in #nowhere")
    assert "of those who are in the channel" in town.types("ada", "/net meet pairs on in #frailty")
    take_part(town, "ben", "cy", where=" for frailty")
    take_part(town, "cy", "dan")
    town.leaves("ben", "frailty")
    town.passes(days=1, hours=2)
    town.runs("meeting.hold")
    texts = [text for name in NAMES for text in said(town.sees(name)) if "**A coffee" in text]
    assert sum("#frailty" in text for text in texts) == 2, "ada and cy, of the channel"
    assert len(texts) == 4, "and cy and dan, of everybody"
    assert "in #frailty" in town.types("cy", "/net meet")
    assert "in #frailty since" in town.types("cy", "/net mydata")
    assert "with nobody in #frailty" in town.types("cy", "/net meet pairs off in #frailty")
    town.passes(weeks=1)
    before = len(town.platform.said)
    town.runs("meeting.hold")
    assert not [text for text in said(town.platform.said[before:]) if "#frailty" in text]
    assert "with nobody from now on" in town.types("cy", "/net meet pairs off")
    assert "whoever likes to" in town.types("cy", "/net meet")


def test_in_a_private_channel_there_are_none_until_a_lead_who_is_in_it_says_so(town: Town) -> None:
    town.opens("ward", kind=ChannelKind.PRIVATE)
    for name in NAMES[:2]:
        town.joins(name, "ward")
    on = "/net meet pairs on in #ward"
    assert 'no channel "#ward"' in town.types("gus", on), "who isn't in it doesn't learn of it"
    assert "once somebody who tends" in town.types("ada", on)
    assert 'no channel "#ward"' in town.types("priya", "/tend pairs weekly in #ward")
    town.joins("priya", "ward")
    assert "Coffee pairs in #ward" in town.types("priya", "/tend pairs weekly in #ward")
    assert "ward" not in "".join(said(town.hears)), "its name is for those in it"
    take_part(town, "ada", "ben", where=" in #ward")
    town.passes(days=1, hours=2)
    town.runs("meeting.hold")
    assert told(town) == {"ada": {"ben"}, "ben": {"ada"}}
    assert "in a private channel, seed" in logged(town)
    assert "ward" not in logged(town)
    town.opens("ward", kind=ChannelKind.UNKNOWN)
    town.lead("gus")
    town.types("priya", "/tend pairs in #ward")
    town.leaves("priya", "ward")
    assert "**Coffee pairs" not in town.presses("priya", "Look ahead")


def test_a_changed_rhythm_never_brings_two_rounds_within_three_days(town: Town) -> None:
    take_part(town, *NAMES)
    town.passes(days=1, hours=2)
    town.runs("meeting.hold")
    before = len(town.platform.said)
    town.types("priya", "/tend pairs monthly on wednesday")
    town.passes(days=1)
    town.runs("meeting.hold")
    assert told(town, since=before) == {}
    assert "last three days" in town.types("priya", "/tend pairs preview")
    town.passes(days=2)
    town.runs("meeting.hold")
    assert len(told(town, since=before)) >= len(NAMES) - 2


def fortnight(town: Town, *answering: str) -> int:
    """A round, and two weeks later, when all were asked; how much had been said before."""
    before = len(town.platform.said)
    town.runs("meeting.hold")
    town.passes(days=7)
    town.runs("meeting.hold")
    town.ticks()
    for name in answering:
        town.types(name, "/net meet none")
    town.passes(days=7)
    return before


def test_who_lets_three_rounds_pass_without_a_word_is_left_in_peace_until_they_are_back(
    town: Town,
) -> None:
    town.types("priya", "/tend pairs fortnightly on tuesday")
    take_part(town, "ada", "ben", "cy")
    town.passes(days=1, hours=2)
    for _ in range(3):
        assert told(town, since=fortnight(town, "ben", "cy"))
    assert not any("in peace" in text for text in said(town.sees("ada")))
    before = fortnight(town, "ben", "cy")
    eased = [text for text in said(town.sees("ada")) if "in peace" in text]
    assert len(eased) == 1
    assert not re.search(r"\d|three|missed|sorry", eased[0]), "neither a count nor guilt"
    assert not any("in peace" in text for name in ("ben", "cy") for text in said(town.sees(name)))
    assert told(town, since=before) == {"ben": {"cy"}, "cy": {"ben"}}
    assert "in peace" in "".join(post.text for post in town.looks("ada"))
    assert "I leave you in peace" in town.types("ada", "/net mydata")
    assert "until you say" in town.types("ada", "/net meet")
    assert "You are back in" in town.presses("ada", "I'm back in")
    assert "You take part" in town.presses("ada", "I'm back in"), "once is enough"
    assert "ada" in told(town, since=fortnight(town, "ben", "cy"))


def test_whoever_writes_first_is_reminded_once_unless_they_found_each_other(town: Town) -> None:
    take_part(town, "ada", "ben")
    town.passes(days=1, hours=2)
    town.runs("meeting.hold")
    captain = next(
        name for name in ("ada", "ben") if "it is yours to write" in town.sees(name)[-1].text
    )
    town.passes(days=3)
    for _ in range(2):
        town.runs("meeting.hold")
    reminded = [name for name in NAMES if "nobody has told me" in "".join(said(town.sees(name)))]
    assert reminded == [captain]
    assert len([each for each in said(town.sees(captain)) if "nobody has told" in each]) == 1
    assert "say no more of it" in town.presses(captain, "We found each other")
    town.now += timedelta(days=4)
    town.runs("meeting.hold")
    town.presses("ben", "We found each other")
    before = len(town.platform.said)
    town.passes(days=3)
    town.runs("meeting.hold")
    assert not [text for text in said(town.platform.said[before:]) if "nobody has told" in text]
