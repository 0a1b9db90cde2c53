"""Each digest ends with a question back to members: theirs first, and never the same too soon."""

from __future__ import annotations

import pytest

from bot.domain.events import ActionTaken, to_micros
from bot.prompting import Prompts
from bot.storage.questions import Question, folded
from bot.storage.upshots import Upshot
from handlers import digest, mydata, network, questions
from tests.conftest import Community
from tests.town import Town

FEATURES = (network.feature, questions.feature, digest.feature, mydata.feature)
ASKED = "Which of our words (all of them) would baffle a newcomer?"
OWN = [line.removeprefix("- ") for line in Prompts().render("questions/own").text.splitlines()]


@pytest.fixture
def town(community: Community) -> Town:
    """A town that ada tends, on a Friday before noon."""
    town = community(features=FEATURES)
    town.lead("ada")
    town.passes(days=4, hours=2)
    return town


def proposes(town: Town, name: str, words: str, button: str = "Ask it, with my name") -> str:
    town.types(name, f"/net question {words}")
    return town.presses(name, button)


def posts(town: Town) -> str:
    """A week goes by, and its digest is posted."""
    town.passes(weeks=1)
    town.ticks()
    return newest(town)


def newest(town: Town) -> str:
    return [post.text for post in town.hears if "the week to" in post.text][-1]


def test_members_questions_come_first_the_editor_s_before_all(town: Town) -> None:
    shown = town.types("dan", f"/net question {ASKED[:1].lower()}{ASKED[1:-1]}")
    assert f"**We'd like to know:** {ASKED}" in shown
    assert "Nothing was kept" in town.presses("dan", "Not now")
    assert OWN[0] not in town.types("ada", "/net question")
    assert "The next digest asks it" in town.presses("dan", "Ask it, with my name")
    assert "waits for its digest already" in town.presses("dan", "Without my name")
    assert "One question waits before it" in proposes(town, "eve", "what now", "Without my name")
    assert "Two questions wait before it" in proposes(town, "rosa", "what then?")
    assert "Two questions" not in town.types("rosa", "/net question")
    town.types("rosa", "/net edit-digest")
    town.presses("rosa", "Skip this week")
    town.types("rosa", "/net edit-digest")
    town.presses("rosa", "Don't skip it")
    town.passes(hours=1)
    town.ticks()
    assert "What then? _(Rosa asks)_" in newest(town)
    assert f"{ASKED} _(Dan asks)_" in posts(town)
    told = posts(town)
    assert "What now? Answer in a reply" in told
    assert "Eve" not in told
    assert posts(town) == told, "a question of its own alone is no digest"
    assert ASKED in town.types("dan", "/net mydata")
    assert "asked that within the last year" in town.types("dan", f"/net question {ASKED}")


def test_a_question_can_be_taken_back_after_it_was_asked(town: Town) -> None:
    proposes(town, "dan", ASKED)
    assert "no question of yours" in town.types("eve", "/net question withdraw 1")
    town.passes(hours=1)
    town.ticks()
    assert ASKED in newest(town)
    assert "changed in a moment" in town.types("dan", "/net question withdraw 1")
    town.ticks()
    assert ASKED not in newest(town)
    proposes(town, "eve", "What now?")
    town.types("eve", "/net mydata delete")
    town.presses("eve", "Delete everything")
    with town.sessions.begin() as session:
        assert session.query(Question).count() == 0


def test_what_is_too_long_or_too_much_is_said(town: Town) -> None:
    assert "200 are the most" in town.types("dan", f"/net question {'x' * 201}")
    for n in range(3):
        proposes(town, "dan", f"What of {n}?")
    assert "3 questions of yours wait" in town.types("dan", "/net question what else?")
    shown = town.types("dan", "/net question")
    assert "Three questions wait" in shown
    assert "- 3: *What of 2?* With your name." in shown
    assert "words are deleted" in town.presses("dan", "Take it back")


def test_its_own_are_not_the_same_within_a_year(town: Town) -> None:
    network, asked = town.network, []
    for n in range(8):
        with town.app.context(network, occasion=f"week {n}") as ctx:
            period = digest.period_of(digest.Settings(), f"2027-W{n + 20}")
            section = questions.question_back(questions.Settings(), ctx, period)
            assert section is not None
            assert section.take is not None
            section.take()
            asked.append(section.facts["question"])
        town.passes(weeks=8)
    assert asked == [*OWN[:7], OWN[0]], "after a year it may be asked again"


def test_its_own_are_enough_for_a_year_and_all_different() -> None:
    assert len({folded(each) for each in OWN}) == len(OWN) >= 53
    assert all(each.endswith("?") for each in OWN)


def test_where_its_own_are_not_wanted_there_is_none(community: Community) -> None:
    town = community(features=FEATURES, questions={"own": False})
    with town.app.context(town.network, occasion="none") as ctx:
        period = digest.period_of(digest.Settings(), "2026-W10")
        assert questions.question_back(questions.Settings(own=False), ctx, period) is None


def test_what_came_of_a_question_is_told_once_by_who_saw_to_it(town: Town) -> None:
    proposes(town, "dan", ASKED)
    town.passes(hours=1)
    town.ticks()
    asked = newest(town)
    assert f"- 1: *{ASKED}*" in town.types("eve", "/net question")
    shown = town.types("eve", "/net question did 1 our glossary has CGA now.")
    assert f"We asked: *{ASKED}* Since then: our glossary has CGA now. _(Eve)_" in shown
    assert "Nothing was kept" in town.presses("eve", "Not now")
    assert "280 are the most" in town.types("eve", f"/net question did 1 {'x' * 281}")
    assert "twelve weeks" in town.types("eve", "/net question did 2 we did nothing of the kind.")
    town.types("rosa", "/net question did #1: nothing yet.")
    town.types("eve", "/net question did 1 our glossary has CGA now.")
    assert "The next digest tells it" in town.presses("eve", "Tell it")
    assert "has told already" in town.presses("rosa", "Tell it")
    assert "CGA" not in newest(town) == asked

    told = posts(town)
    assert told.index("You said, we did") < told.index("We'd like to know")
    assert "Since then: our glossary has CGA now. _(Eve)_" in told
    assert "The digest of 2026-W" in town.types("eve", "/net mydata")
    assert "no question of yours" in town.types("rosa", "/net question withdraw did 1")
    town.types("eve", "/net question withdraw did 1")
    town.ticks()
    assert "CGA" not in newest(town)
    assert ASKED in town.types("eve", "/net question"), "it is open again"


def test_a_question_that_begins_with_did_is_one_and_no_identifier_gets_in_by_a_forged_button(
    town: Town,
) -> None:
    assert "Did 20 of us try it?" in town.types("dan", "/net question did 20 of us try it?")
    for action, value in (("ask_named", "Who is on 07700 900123"), ("tell_did", "1/07700 900123")):
        town.tells(
            ActionTaken(
                id=action,
                action=f"questions.{action}",
                value=value,
                channel=town.place("general"),
                member=town.person("dan"),
                at=to_micros(town.now),
            )
        )
        assert "an earlier version of me" in town.sees("dan")[-1].text
    with town.sessions.begin() as session:
        assert session.query(Question).count() == session.query(Upshot).count() == 0


def test_a_digest_that_was_not_posted_tells_it_later_and_erasing_takes_it_out(town: Town) -> None:
    proposes(town, "dan", ASKED)
    town.passes(hours=1)
    town.ticks()
    town.types("eve", "/net question did 1 our glossary has CGA now.")
    town.presses("eve", "Tell it")
    town.passes(days=6)
    town.types("ada", "/net edit-digest")
    town.presses("ada", "Skip this week")
    town.passes(days=1)
    town.ticks()
    assert "CGA" not in newest(town)
    told = posts(town)
    assert "our glossary has CGA now" in told
    town.types("eve", "/net mydata delete")
    town.presses("eve", "Delete everything")
    town.ticks()
    assert "CGA" not in newest(town)
    with town.sessions.begin() as session:
        assert session.query(Upshot).count() == 0
