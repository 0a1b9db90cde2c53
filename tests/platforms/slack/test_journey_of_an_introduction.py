"""Amina thinks of two pairs in Slack: one meets, and of the other's no nothing is left anywhere."""

from __future__ import annotations

import pytest

from tests.platforms.slack.test_journey_of_an_ask import Frailty, frailty  # noqa: F401 - a fixture
from tests.platforms.slack.test_journey_of_an_idea import once
from tests.standin.rules import block_problems

pytestmark = pytest.mark.at_length

ASKED = "Would you like to meet"


def thinks_of(frailty: Frailty, one: str, other: str) -> None:  # noqa: F811
    """Amina names two by mentions, sees what they would read, and has them asked."""
    slack = frailty.slack
    first, second = (f"<@{slack.world.person(each).id}|x>" for each in (one, other))
    typed = f"introduce {first} to {second} for the leaflet that both work on"
    assert slack.types("Amina", "/net", typed, "frailty").ok
    shown = frailty.reads("Amina", f"I would ask {one} and {other}, each alone")
    slack.presses("Amina", shown.ts, "Ask them both")
    frailty.settles()


def test_two_meet_and_of_a_no_nothing_is_left(frailty: Frailty) -> None:  # noqa: F811
    slack = frailty.slack
    thinks_of(frailty, "Joe", "Rosa")
    question = frailty.reads("Rosa", ASKED)
    assert "For the leaflet that both work on" in question.text
    assert question.buttons == ("Yes, gladly", "Not now")
    assert block_problems(slack.message(question.ts).blocks or [], surface="message") == []
    frailty.presses("Joe", ASKED, "Yes, gladly")
    frailty.reads("Joe", "You said yes to meeting Rosa")
    frailty.begins_again()
    frailty.presses("Rosa", ASKED, "Yes, gladly")
    frailty.settles()
    frailty.reads("Joe", "Both of you said yes")
    frailty.reads("Rosa", "Both of you said yes: meet @Joe")

    thinks_of(frailty, "Dan", "Kit")
    frailty.presses("Dan", ASKED, "Not now")
    frailty.settles()
    once(lambda: not frailty.seen("Dan", ASKED), lambda: frailty.seen("Dan"))
    frailty.presses("Kit", ASKED, "Yes, gladly")
    frailty.settles()
    assert not frailty.seen("Kit", "Both of you said yes")
    assert not frailty.seen("Amina", "Both of you said yes")
    assert slack.limits.violations == []
