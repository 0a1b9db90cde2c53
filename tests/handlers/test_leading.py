"""Tending is a role for a while: terms end, are carried on or handed on, never without a yes."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.events import PersonSeen
from bot.domain.leading import months_after
from bot.domain.posts import Post
from bot.storage import holdings, leading, places
from handlers import leading as feature
from handlers import mydata, network
from tests.conftest import Community
from tests.town import Town

FEATURES = (network.feature, feature.feature, mydata.feature)


@pytest.fixture
def town(community: Community) -> Town:
    """A town tended by ada; rosa and joe are about."""
    town = community(features=FEATURES)
    for name in ("ada", "rosa", "joe"):
        town.joins(name)
        town.says(name, hours=-24)
    talks(town)
    town.lead("ada")
    return town


def talks(town: Town) -> None:
    """People talk enough for the bot to say a line among them."""
    town.recounts(*(town.message("joe", hours=-24 - n) for n in range(40)))


def tending(town: Town) -> list[str]:
    """Who tends, longest-serving first."""
    with town.sessions.begin() as session:
        return [each.name for each in places.leads(session, places.networks(session)[0])]


def newest(town: Town, name: str) -> Post:
    return town.sees(name)[-1]


def told(town: Town) -> list[str]:
    """What everybody was told, newest last."""
    return [post.text for post in town.hears]


@pytest.mark.both_databases
def test_tending_is_handed_on_with_the_others_yes_and_everybody_hears_so(town: Town) -> None:
    asked = town.types("ada", "/tend hand-on @Rosa")
    assert "I ask Rosa whether they would tend the network in your place." in asked
    assert "until Monday 16 March, and no answer is a no" in asked
    assert newest(town, "rosa").text.startswith("**Ada asks whether you would tend Our network in")
    assert tending(town) == ["Ada"]
    assert "There is nothing that waits" in town.types("joe", "/net leads yes")
    assert "You have asked Rosa" in town.types("ada", "/tend hand-on @Joe")
    assert "You tend Our network from now on" in town.presses("rosa", "Yes, I will")
    assert tending(town) == ["Rosa"]
    assert "Rosa said yes, and tends the network in your place" in newest(town, "ada").text
    assert told(town) == [
        "Rosa tends Our network from now on, in the place of Ada. "
        "`/net leads` shows who does, and until when."
    ]
    assert "is for those who tend the network: Rosa" in town.types("ada", "/tend leads")
    assert "There is nothing that waits" in town.types("rosa", "/net leads yes")
    shown = town.types("joe", "/net leads")
    assert "- Rosa, since Monday 2 March 2026, until Wednesday 2 September 2026" in shown
    assert "button" not in shown


def test_a_no_changes_nothing_and_is_told_to_who_asked_alone(town: Town) -> None:
    town.types("ada", "/tend leads add @rosa")
    assert town.presses("rosa", "No thanks") == "That is fine. Nothing changes."
    assert newest(town, "ada").text == "Rosa would rather not. Nothing has changed."
    assert tending(town) == ["Ada"]
    assert told(town) == []


def test_who_is_asked_beside_tends_too_and_either_may_step_down_but_not_the_last(
    town: Town,
) -> None:
    assert "Nobody else tends the network" in town.types("ada", "/tend leads step down")
    town.types("ada", "/tend leads add @rosa")
    assert "You tend Our network" in town.types("rosa", "/net leads yes")
    assert told(town)[-1].startswith("Rosa tends Our network from now on, together with Ada.")
    town.types("ada", "/tend leads")
    assert "Rosa does from now on" in town.presses("ada", "Step down")
    assert tending(town) == ["Rosa"]
    assert told(town)[-1] == ("Ada has stepped down from tending Our network. Rosa tends it now.")
    assert "Nobody else tends the network" in town.types("rosa", "/tend leads step down")


def test_a_question_is_taken_back_lapses_or_comes_too_late(town: Town) -> None:
    assert "nothing of yours that waits" in town.types("ada", "/tend leads take back")
    town.types("ada", "/tend hand-on @rosa")
    town.types("ada", "/tend leads")
    assert town.types("ada", "/tend leads take back") == "Taken back. Nothing has changed."
    assert "There is nothing that waits" in town.presses("rosa", "Yes, I will")
    town.types("ada", "/tend hand-on @joe")
    town.passes(days=15)
    assert "It can't be done any more" in town.types("joe", "/net leads yes")
    town.types("ada", "/tend hand-on @rosa")
    town.passes(days=15)
    town.runs("leading.look")
    assert "There is nothing that waits" in town.types("rosa", "/net leads yes")
    assert tending(town) == ["Ada"]


def test_nobody_is_made_a_lead_by_somebody_who_no_longer_is(town: Town) -> None:
    town.types("ada", "/tend leads add @rosa")
    town.presses("rosa", "Yes, I will")
    town.passes(days=8)
    town.types("ada", "/tend hand-on @joe")
    town.types("ada", "/tend leads step down")
    assert "Ada no longer tends the network" in town.types("joe", "/net leads yes")
    assert tending(town) == ["Rosa"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param("@nobody", "I can't tell who *nobody* is", id="somebody unknown"),
        pytest.param("", "I can't tell who ** is", id="nobody at all"),
        pytest.param("@ada", "That is you.", id="themselves"),
        pytest.param("Xena", "I can't tell who *Xena* is", id="somebody of elsewhere"),
        pytest.param("Robot", "I can't tell who *Robot* is", id="a program"),
    ],
)
def test_only_somebody_of_here_can_be_asked(town: Town, typed: str, said: str) -> None:
    for name, is_bot in (("Xena", False), ("Robot", True)):
        member = town.person(name.lower())
        town.tells(PersonSeen(member=member, name=name, is_bot=is_bot, is_external=not is_bot))
    assert said.replace("*nobody*", "*@nobody*") in town.types("ada", f"/tend hand-on {typed}")
    assert tending(town) == ["Ada"]


def test_a_lead_hears_two_weeks_before_the_end_carries_on_or_lets_it_end(town: Town) -> None:
    town.types("ada", "/tend leads add @rosa")
    town.presses("rosa", "Yes, I will")
    town.now = town.now.replace(month=8, day=18)
    town.runs("leading.look")
    assert all("ends on" not in post.text for post in town.sees("ada"))
    town.passes(days=1)
    town.runs("leading.look")
    for name in ("ada", "rosa"):
        assert "**Your term of tending Our network ends on Wednesday 2 September.**" in (
            newest(town, name).text
        )
    assert "Rosa goes on" in newest(town, "ada").text
    talks(town)
    assert "until Friday 19 February" in town.presses("rosa", "Carry on for 6 months")
    assert told(town)[-1].startswith("Rosa goes on tending Our network, until Friday 19 February")
    town.passes(days=14)
    talks(town)
    town.runs("leading.look")
    assert tending(town) == ["Rosa"]
    assert told(town)[-1] == "Ada's term of tending Our network is over. Rosa tends it now."


def test_the_last_lead_s_term_goes_on_and_they_hear_so(town: Town) -> None:
    town.now = town.now.replace(month=12, day=1)
    town.runs("leading.look")
    assert "ends on Tuesday 15 December" in newest(town, "ada").text
    assert "it doesn't end by itself" in newest(town, "ada").text
    town.passes(days=14)
    town.runs("leading.look")
    assert "is over, and nobody else tends it" in newest(town, "ada").text
    assert tending(town) == ["Ada"]


def test_who_has_left_the_workspace_tends_no_more_once_somebody_else_does(town: Town) -> None:
    town.lead("rosa")
    town.tells(PersonSeen(member=town.person("ada"), name="Ada", is_gone=True))
    town.runs("leading.look")
    assert tending(town) == ["Rosa"]
    assert told(town)[-1] == "Ada's term of tending Our network is over. Rosa tends it now."


def test_the_form_asks_the_same_and_asks_again_whether_they_may(town: Town) -> None:
    town.types("ada", "/tend leads")
    town.presses("ada", "Hand it on")
    assert "I ask Rosa" in town.fills("ada", name="Rosa")
    town.types("ada", "/tend leads take back")
    with town.sessions.begin() as session:
        holdings.erase(session, town.person("ada"), now=town.now)
    town.lead("joe")
    assert "for those who tend the network: Joe" in town.fills("ada", name="Rosa")


@pytest.mark.both_databases
def test_somebody_to_turn_to_says_yes_and_stands_back_once_they_tend(town: Town) -> None:
    town.types("ada", "/tend leads alternative @joe")
    assert "whether people here may turn to you" in newest(town, "joe").text
    assert "you may turn" not in town.types("rosa", "/net leads")
    town.presses("joe", "Yes, I will")
    assert "you can turn to Joe" in town.types("rosa", "/net leads")
    assert "Joe can be turned to" in told(town)[-1]
    assert "People may turn to you" in town.types("joe", "/net mydata")
    town.lead("joe")
    assert "turn to Joe" not in town.types("rosa", "/net leads")
    with town.sessions.begin() as session:
        assert leading.alternative(session, places.networks(session)[0]) is None
    town.types("ada", "/tend leads alternative nobody")
    with town.sessions.begin() as session:
        assert session.query(leading.Alternative).all() == []


def test_what_is_held_of_it_is_shown_and_goes(town: Town) -> None:
    town.types("ada", "/tend hand-on @rosa")
    assert "- One question to take something on" in town.types("rosa", "/net mydata")
    assert "You tend the network until Wednesday 2 September 2026" in (
        town.types("ada", "/net mydata")
    )
    town.types("rosa", "/net mydata delete")
    town.presses("rosa", "Delete everything")
    with town.sessions.begin() as session:
        assert session.query(leading.Asked).all() == []
    assert "one question" not in town.types("ada", "/net mydata").casefold()


def test_where_nobody_tends_nothing_can_be_handed_on(community: Community) -> None:
    town = community(features=FEATURES)
    for words in ("hand-on @ada", "leads step down", "leads carry on"):
        assert town.types("bob", f"/tend {words}").startswith("Nobody tends this network yet.")
    assert town.types("bob", "/net leads").startswith("Nobody tends Our network yet")


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        pytest.param(date(2026, 8, 31), 6, date(2027, 2, 28), id="a short month"),
        pytest.param(date(2026, 12, 5), 1, date(2027, 1, 5), id="over a year's end"),
    ],
)
def test_a_term_ends_on_the_same_day_of_its_month(day: date, months: int, after: date) -> None:
    assert months_after(day, months) == after


def test_a_network_whose_last_lead_has_left_the_workspace_may_be_taken_on(town: Town) -> None:
    assert "for those who tend the network: Ada" in town.types("rosa", "/tend settings")
    town.tells(PersonSeen(member=town.person("ada"), name="Ada", is_gone=True))
    town.types("rosa", "/tend settings")
    assert "from now on you tend it" in town.fills("rosa", purpose="Carry on.")
    assert tending(town) == ["Rosa"]


def test_a_question_goes_with_whoever_asked_it(town: Town) -> None:
    town.now = town.now.replace(hour=22)
    town.types("ada", "/tend hand-on @rosa")
    town.types("ada", "/net mydata delete")
    town.presses("ada", "Delete everything")
    town.passes(hours=12)
    town.app.deliver()
    assert town.sees("rosa") == []
