"""A flag is read by those alone whom its writer chose; nothing is noted without both sides' yes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.domain.events import PersonSeen
from bot.storage import flags as kept
from handlers import flags, leading, mydata, network
from handlers import home as page
from tests.conftest import Community
from tests.town import MONDAY, Town

FEATURES = (network.feature, leading.feature, flags.feature, mydata.feature, page.feature)
WORDS = "It got rather sharp this morning."
ALL = "Those who tend: Ada, Priya"


@pytest.fixture
def town(community: Community) -> Town:
    """A town tended by ada and priya, where joe can be turned to; ben and cy differ."""
    town = community(features=FEATURES)
    for name in ("ada", "priya", "joe", "ben", "cy"):
        town.joins(name)
    town.lead("ada")
    town.lead("priya")
    return town


def names_joe(town: Town) -> None:
    town.types("ada", "/tend leads alternative @joe")
    town.types("joe", "/net leads yes")


def options(town: Town) -> tuple[str, ...]:
    """Who may hear it, as the newest form offers it."""
    return next(field.options for field in town.forms[-1].fields if field.name == "who")


def flagged(town: Town, who: str = ALL) -> str:
    town.types("ben", "/net flag")
    return town.fills("ben", words=WORDS, who=who)


@pytest.mark.both_databases
def test_a_flag_goes_to_those_who_were_chosen_and_to_nobody_else(town: Town) -> None:
    names_joe(town)
    town.types("ben", f"/net flag {WORDS}")
    assert options(town) == (ALL, "Ada alone", "Priya alone", "Joe, who doesn't tend")
    assert town.fills("ben").startswith("Thank you for saying so. Ada and Priya read it, and")
    for name in ("ada", "priya"):
        waits = town.sees(name)[-1]
        assert waits.text.startswith("**Somebody in Our network has flagged something to you.**")
        assert WORDS not in waits.text
        assert "Ben" not in waits.text
    assert "waits for a word" in " ".join(part.text for part in town.looks("ada"))
    assert "waits for a word" not in " ".join(part.text for part in town.looks("joe"))
    assert f"*{WORDS}*" in town.presses("ada", "Read it")
    assert "From Ben." in town.types("priya", "/net flags")
    for name in ("joe", "cy"):
        assert town.types(name, "/net flags").startswith("You have flagged nothing")
        assert "find no open flag" in town.types(name, "/net flags take 1")
        assert "find no open flag" in town.types(name, "/net flags close 1")
        assert "find no open flag" in town.types(name, "/net flags withdraw 1")
    assert town.hears == []
    assert "A private word with each of them" in town.types("priya", "/net flags take 1")
    assert "Priya has read what you flagged" in town.sees("ben")[-1].text
    assert "Priya sees to it already" in town.types("ada", "/net flags take 1")
    assert "A private word" in town.types("priya", "/net flags take 1")
    assert town.types("priya", "/net flags close 1").startswith("Put away.")
    assert "Priya has put away what you flagged" in town.sees("ben")[-1].text
    assert "It is put away" in town.types("ben", "/net flags")


def test_whom_a_message_is_from_cannot_be_chosen_to_read_a_flag_about_it(town: Town) -> None:
    names_joe(town)
    ts = town.says("ada", "That was a silly question.")
    town.uses("ben", "flags.privately", ts)
    assert options(town) == ("Joe, who doesn't tend", "Priya alone")
    town.fills("ben", words=WORDS, who="Joe, who doesn't tend")
    assert "the message](message:fake:T1/C-general/" in town.types("joe", "/net flags")
    assert "You have flagged nothing" in town.types("ada", "/net flags")
    town.deletes(ts)
    assert "the message](" not in town.types("joe", "/net flags")
    ts = town.says("cy", "Go away.", hours=1)
    town.uses("ben", "flags.privately", ts)
    assert options(town)[0] == ALL
    town.uses("ada", "flags.privately", ts)
    assert options(town) == ("Priya alone", "Joe, who doesn't tend")


def test_where_nobody_fair_is_left_nothing_is_kept(community: Community) -> None:
    town = community(features=FEATURES)
    assert "nobody tends this network yet" in town.types("ben", "/net flag")
    town.person("ada")
    town.lead("ada")
    ts = town.says("ada", "That was a silly question.")
    assert "somebody other than whom it is about" in town.uses("ben", "flags.privately", ts)
    assert town.forms == []


def test_a_form_is_checked_and_who_was_chosen_is_asked_for_again(town: Town) -> None:
    town.types("ben", "/net flag")
    assert town.fills("ben", words=" ").startswith("Write a line")
    assert "600 are the most" in town.fills("ben", words="x" * 601)
    town.types("ada", "/tend leads step down")
    assert town.fills("ben", words=WORDS).startswith("Who can read it has changed")
    assert town.types("ben", "/net flags").startswith("You have flagged nothing")


def test_what_is_taken_back_is_gone_at_once(town: Town) -> None:
    flagged(town)
    assert town.presses("ben", "Take it back").startswith("Taken back")
    assert "flagged nothing" in town.types("ada", "/net flags")
    assert WORDS not in town.types("ben", "/net flags")
    assert "find no open flag" in town.types("ben", "/net flags withdraw 1")


@pytest.mark.both_databases
def test_a_step_is_noted_only_with_a_yes_of_both_and_the_other_hears_nothing_before(
    town: Town,
) -> None:
    flagged(town, "Ada alone")
    asked = town.types("ada", "/net flags 1 word @cy")
    assert "I ask Ben first about *that you two had a private word*" in asked
    assert town.sees("cy") == []
    assert "Cy is asked only if you say yes." in town.sees("ben")[-1].text
    assert "nothing by that number" in town.types("cy", "/net flags agree 1")
    assert "I ask the other side now" in town.presses("ben", "Yes")
    assert "may note that you two had a private word: you and Ben" in town.sees("cy")[-1].text
    assert "nothing by that number" in town.types("ben", "/net flags agree 1")
    assert "You have both said yes" in town.presses("cy", "Yes")
    assert "Both have said yes" in town.sees("ada")[-1].text
    assert "both agreed to note: that you two had a private word" in (
        town.types("ben", "/net flags")
    )


def test_a_difference_round_needs_both_and_a_no_ends_it_without_saying_whose(town: Town) -> None:
    flagged(town, "Ada alone")
    town.types("ada", "/net flags 1 round @cy")
    assert "hold a difference round with Cy" in town.sees("ben")[-1].text
    town.types("ben", "/net flags agree 1")
    assert "hold a difference round with Ben" in town.sees("cy")[-1].text
    assert "Nothing is noted" in town.presses("cy", "No thanks")
    told = town.sees("ada")[-1].text
    assert told.startswith("It was not agreed:")
    assert "Cy" not in told
    assert "Both have" not in " ".join(post.text for post in town.sees("ben"))
    town.types("ada", "/net flags 1 round @cy")
    town.types("ben", "/net flags agree 2")
    town.passes(days=8)
    town.app.deliver()
    town.types("cy", "/net flags agree 2")
    assert "`/tend convene difference-round` drafts it" in town.sees("ada")[-1].text


@pytest.mark.both_databases
def test_what_both_learned_is_told_without_names_until_either_takes_it_back(town: Town) -> None:
    flagged(town, "Ada alone")
    assert "after a colon" in town.types("ada", "/net flags 1 learned @cy:")
    town.types("ada", "/net flags 1 learned @cy: We both wanted it kinder.")
    assert "> We both wanted it kinder." in town.sees("ben")[-1].text
    assert "Nothing stands here yet" in town.types("joe", "/net learned")
    town.types("ben", "/net flags agree 1")
    town.types("cy", "/net flags agree 1")
    assert "- *We both wanted it kinder.*" in town.types("joe", "/net learned")
    assert "Ben" not in town.types("joe", "/net learned")
    town.passes(days=91)
    town.runs("flags.let_old_go")
    assert "flagged nothing" in town.types("ben", "/net flags")
    assert "wanted it kinder" in town.types("joe", "/net learned")
    assert "find nothing of yours" in town.types("joe", "/net learned take back 1")
    assert "`/net learned take back 1`" in town.types("cy", "/net learned")
    assert "Taken back" in town.types("cy", "/net learned take back 1")
    assert "Nothing stands here yet" in town.types("joe", "/net learned")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("@nobody", id="somebody unknown"),
        pytest.param("@ben", id="the one who wrote it"),
        pytest.param("@ada", id="themselves"),
    ],
)
def test_the_other_side_is_somebody_else(town: Town, name: str) -> None:
    flagged(town)
    assert "who the other side is" in town.types("ada", f"/net flags 1 charter {name}")
    assert "find no open flag" in town.types("joe", "/net flags 1 charter @cy")


def test_ninety_days_and_it_is_gone_and_nobody_reads_what_nobody_is_left_to_read(
    town: Town,
) -> None:
    flagged(town, "Ada alone")
    town.types("ada", "/net mydata delete")
    town.presses("ada", "Delete everything")
    town.runs("flags.let_old_go")
    assert town.sees("ben")[-1].text.startswith("Nobody whom you chose to read")
    assert "Nobody any more can read it" in town.types("ben", "/net flags")
    with town.sessions.begin() as session:
        [flag] = session.query(kept.Flag).all()
        flag.at = MONDAY - timedelta(days=91)
    town.runs("flags.let_old_go")
    with town.sessions.begin() as session:
        assert session.query(kept.Flag).all() == []


@pytest.mark.both_databases
def test_all_of_it_is_shown_to_its_own_people_and_goes_when_they_say_so(town: Town) -> None:
    flagged(town, "Ada alone")
    town.types("ada", "/net flags take 1")
    town.types("ada", "/net flags 1 learned @cy: We both wanted it kinder.")
    assert "may be noted or held" not in town.types("cy", "/net mydata")
    town.types("ben", "/net flags agree 1")
    town.types("cy", "/net flags agree 1")
    assert f"- 1: *{WORDS}*" in town.types("ben", "/net mydata")
    shown = town.types("cy", "/net mydata")
    assert "- One question whether something may be noted or held" in shown
    assert "- What you and somebody else learned: *We both wanted it kinder.*" in shown
    assert WORDS not in shown
    town.types("cy", "/net mydata delete")
    town.presses("cy", "Delete everything")
    assert "Nothing stands here yet" in town.types("joe", "/net learned")
    town.types("ben", "/net mydata delete")
    town.presses("ben", "Delete everything")
    with town.sessions.begin() as session:
        for table in (kept.Flag, kept.Hearer, kept.Agreement, kept.Lesson):
            assert session.query(table).all() == []


def test_who_has_left_is_not_offered(town: Town) -> None:
    town.tells(PersonSeen(member=town.person("priya"), name="Priya", is_gone=True))
    town.types("ben", "/net flag")
    assert options(town) == ("Ada alone",)
    assert json.dumps(town.forms[-1].context) == '""'
