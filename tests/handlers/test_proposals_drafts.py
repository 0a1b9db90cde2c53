"""A draft of a proposal: who may do what with it, and what the charter has become meanwhile."""

from __future__ import annotations

from msgspec.structs import replace

from bot.domain.events import ActionTaken, to_micros
from bot.storage import charter
from tests.handlers.test_proposals import (
    DRAFT,
    NARROWER,
    RULE,
    WIDER,
    comes,
    drafts,
    newest,
    row,
    rule,
    to_consent,
    town,
)
from tests.town import Town

__all__ = ["town"]
LATER = "Say who it came from, always."


def others_agree_on(town: Town, words: str) -> None:
    """Rule 4 becomes another while somebody still drafts."""
    here = town.network
    with town.sessions.begin() as session:
        now = charter.current(session, here)
        assert now is not None
        rules = tuple(words if each == RULE else each for each in now.charter.rules)
        charter.adopt(
            session,
            here,
            replace(now.charter, rules=rules),
            why="",
            is_material=True,
            took_part=None,
            effective_on=town.now.date(),
            review_on=None,
            proposal=None,
            now=town.now,
        )
    assert rule(town) == words


def test_a_draft_that_the_charter_overtook_goes_nowhere_until_it_is_looked_at(town: Town) -> None:
    drafts(town)
    town.types("sian", "/net proposals 1 minor")
    others_agree_on(town, LATER)
    overtaken = "What it changes reads otherwise by now."
    assert overtaken in town.types("sian", "/net proposals 1 post")
    assert overtaken in town.types("sian", "/net proposals 1 minor")
    assert overtaken in town.types("tom", "/net proposals 1 agree")
    assert row(town).stage == "draft"
    town.types("sian", "/net proposals 1 change")
    assert f"> *Now:* {LATER}" in town.fills("sian", wording=WIDER)
    town.types("sian", "/net proposals 1 post")
    assert newest(town).text.startswith("**Questions first")


def test_other_words_for_what_the_charter_overtook_are_not_posted(town: Town) -> None:
    drafts(town)
    town.presses("sian", "Post it")
    comes(town, 4, talk=True)
    town.presses("sian", "Change it")
    town.fills("sian", wording=NARROWER)
    others_agree_on(town, LATER)
    assert "reads otherwise by now" in town.types("sian", "/net proposals 1 post")
    assert "by name" not in newest(town).text


def test_an_objection_that_is_withdrawn_adopts_nothing_that_the_charter_overtook(
    town: Town,
) -> None:
    to_consent(town)
    for name in ("dan", "rosa", "joe"):
        town.types(name, "/net proposals 1 consent")
    town.types("gus", "/net proposals 1 object because it is late")
    comes(town, 8)
    assert row(town).stage == "integrate"
    others_agree_on(town, LATER)
    town.types("gus", "/net proposals 1 withdraw")
    assert rule(town) == LATER
    assert row(town).stage == "draft"
    comes(town, 7)
    assert any("it is your draft again" in post.text for post in town.sees("sian"))


def test_what_would_take_a_rule_out_may_become_another_wording_of_it(town: Town) -> None:
    drafts(town, part="Take out rule 4", wording="")
    town.presses("sian", "Post it")
    comes(town, 4, talk=True)
    assert row(town).stage == "reactions"
    town.presses("sian", "Change it")
    assert "Only you see this" in town.fills("sian", wording=NARROWER)
    town.presses("sian", "Post it")
    for days in (6, 8):
        for name in ("joe", "amina", "dan"):
            town.types(name, "/net proposals 1 consent")
        comes(town, days, talk=True)
    assert rule(town) == NARROWER


def test_who_drafts_along_no_more_can_send_no_form_that_was_open(town: Town) -> None:
    drafts(town)
    town.types("sian", "/net proposals 1 with @Dan")
    town.presses("dan", "Have a look")
    town.presses("dan", "Change it")
    town.presses("dan", "Not this time")
    assert "I find no proposal" in town.fills("dan", **{**DRAFT, "wording": NARROWER})
    assert row(town).wording == WIDER


def test_who_tends_and_drafts_along_cannot_call_it_small_for_its_proposer(town: Town) -> None:
    drafts(town)
    town.types("sian", "/net proposals 1 with @Tom")
    for typed in ("agree", "needs a round"):
        told = town.types("tom", f"/net proposals 1 {typed}")
        assert "has not said that proposal 1 is only wording" in told, typed
    town.types("sian", "/net proposals 1 minor")
    town.types("sian", "/net proposals 1 change")
    town.fills("sian", wording=NARROWER)
    assert "has changed it since" in town.types("tom", "/net proposals 1 agree")
    assert row(town).stage == "draft"
    assert town.hears == []


def test_those_who_tend_are_asked_once_whether_it_is_only_wording(town: Town) -> None:
    drafts(town)
    for _ in range(2):
        assert "Priya and Tom" in town.types("sian", "/net proposals 1 minor")
    town.ticks()
    asked = [each for each in town.sees("tom") if "takes it for a small change" in each.text]
    assert len(asked) == 1


def test_where_no_form_can_open_a_button_opens_it(town: Town) -> None:
    town.tells(
        ActionTaken(
            id="old",
            action="proposals.suggest",
            value="rule/4",
            channel=town.place("general"),
            member=town.person("dan"),
            at=to_micros(town.now),
        )
    )
    assert "Anybody may suggest a change" in town.sees("dan")[-1].text
    assert town.forms == []
    town.presses("dan", "Suggest a change")
    assert town.forms[-1].fields[1].value == "Rule 1"
