"""The bot's own page: everybody sees what is theirs, leads see more, nobody another's numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.posts import Post
from tests.conftest import Community
from tests.handlers.test_energy import ENDS, FADES, START, chatter
from tests.town import Town, said


def page(parts: list[Post]) -> str:
    """A whole page, as it is read."""
    return "\n\n".join(said(parts)).replace("\\#", "#")


def labels(parts: list[Post]) -> list[str]:
    """The buttons of a page."""
    return [button.label for part in parts for button in part.buttons]


@pytest.mark.both_databases
def test_a_page_says_what_the_network_is_for_and_what_is_held(town: Town) -> None:
    town.types("priya", "/tend settings")
    town.fills("priya", name="Frailty", purpose="Safer discharge for everybody.")
    town.says("ada", "Has anybody tried this?")
    parts = town.looks("ada")
    assert parts[0].text.startswith("**Frailty**\n*Safer discharge for everybody.*")
    assert "of one message when and where it was, never its words" in page(parts)
    assert parts[-1].text.startswith("*As it was on Monday 2 March at 09:00.")
    assert "/tend help" not in page(parts)
    assert {post.only_for for post in parts} == {town.person("ada")}
    assert town.hears == []


def test_a_stranger_s_page_holds_nothing_of_them(town: Town) -> None:
    assert "**What I hold about you**\nYour name, and no message of yours." in page(
        town.looks("eve")
    )
    town.types("eve", "/net mydata don't count me")
    assert "You asked not to be counted" in page(town.looks("eve"))


def test_leads_see_where_we_are_with_the_why_and_what_waits(town: Town) -> None:
    usually = chatter(town, START, FADES - timedelta(days=1), chance=0.6)
    town.recounts(*usually, *chatter(town, FADES, ENDS, chance=0.12))
    town.now = datetime(2025, 12, 15, 12, tzinfo=UTC)
    town.lead("priya")
    members, leads = town.looks("bob"), town.looks("priya")
    assert "*Where we are:* a quieter spell than usual" in page(members)
    assert "Why?" not in labels(members)
    assert "is ebbing" in page(leads)
    assert labels(leads)[:3] == ["Why?", "Leave it", "I know why"]
    answer = town.presses("priya", "Why?")
    assert "**Why that might be**" in answer
    assert "/tend help" in page(leads)


def test_a_question_that_waits_is_on_everybody_s_page(town: Town) -> None:
    town.lead("priya")
    for number in range(4):
        town.says("ada", f"Does anybody know the answer to number {number}, please?")
        town.passes(days=1)
    members, leads = page(town.looks("bob")), page(town.looks("priya"))
    assert members.count("a question in #general") == 3
    assert "If you know one of the answers" in members
    assert "minutes between you" in leads
    assert "Ada" not in members + leads


def test_what_comes_up_is_on_the_page_and_what_is_far_away_is_not(town: Town) -> None:
    town.lead("priya")
    town.types("priya", '/tend calendar add "Spring break" 10 Mar to 12 Mar quiet')
    town.types("priya", '/tend calendar add "Summer" 22 Jul to 30 Aug quiet')
    shown = page(town.looks("ada"))
    assert "- Spring break: Tuesday 10 March to Thursday 12 March (a quiet time" in shown
    assert "Summer" not in shown


def test_its_buttons_answer_whoever_presses_them(town: Town) -> None:
    town.says("ada")
    town.looks("ada")
    assert town.presses("ada", "See all").startswith("**What I hold about you**")
    town.looks("ada")
    assert town.presses("ada", "Delete").startswith("**Shall I delete everything")


def test_the_page_can_be_asked_for_by_command(town: Town) -> None:
    assert "Your page is up to date" in town.types("ada", "/net home")
    assert town.platform.homes[town.person("ada")].parts


def test_a_page_shows_what_features_are_on(community: Community) -> None:
    town = community(mydata=None, ideas=None)
    assert "What I hold" not in page(town.looks("ada"))


def test_the_time_on_the_page_is_the_network_s_own(community: Community) -> None:
    town = community(bot={"timezone": "Asia/Tokyo"})
    town.now = datetime(2026, 6, 1, 20, 5, tzinfo=UTC)
    assert "As it was on Tuesday 2 June at 05:05" in page(town.looks("ada"))
