"""People agree to a charter that they may change, take back, or just look at; nobody is pressed."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from bot.domain import charter_ledger
from bot.domain.charter import Charter, charter_of, starter
from bot.storage import charter, looks, places
from bot.storage.charter import CharterVersion
from handlers import charter as ours
from handlers import convening, home, joining, mydata, network
from handlers import proposals as proposing
from handlers.charter.beginning import months_on
from tests.conftest import Community
from tests.town import MONDAY, Town

FEATURES = (network.feature, ours.feature, mydata.feature, home.feature)
PURPOSE = "Together we make the first hour kinder."
FIRST = starter(PURPOSE)
SHARED = "Share it rough, and say where it came from."


def changed(*rules: str) -> Charter:
    """The first charter with other rules from the third on."""
    return charter_of(PURPOSE, [*FIRST.rules[:2], *rules], FIRST.decides, FIRST.keeps)


@pytest.fixture
def town(community: Community) -> Town:
    """A town that ada tends, without a charter."""
    town = community(features=FEATURES)
    town.lead("ada")
    return town


def adopt(town: Town, to: Charter = FIRST, *, is_material: bool = True) -> int:
    """Members agree on the next version; its number."""
    here = town.network
    with town.sessions.begin() as session:
        version = charter.adopt(
            session,
            session.merge(here),
            to,
            why="Two of us found our words elsewhere.",
            is_material=is_material,
            took_part=31,
            effective_on=town.now.date(),
            review_on=date(2026, 9, 2),
            proposal=None,
            now=town.now,
        )
        return version.number


def current(town: Town) -> CharterVersion | None:
    here = town.network
    with town.sessions.begin() as session:
        return charter.current(session, here)


def ledger(town: Town) -> bytes:
    here = town.network
    with town.sessions.begin() as session:
        return charter_ledger.written(charter.ledger(session, here))


def labels(town: Town) -> list[str]:
    """The buttons of the newest post."""
    return [each.label for each in town.platform.said[-1].buttons]


def words_to(town: Town, name: str) -> list[str]:
    """What somebody alone heard unasked, each by its first line."""
    member = town.person(name)
    return [
        post.text.partition("\n")[0]
        for post in town.platform.said
        if post.to == member and post.only_for is None
    ]


def test_who_tends_begins_with_six_rules_and_shows_them_to_all_once(town: Town) -> None:
    assert "no charter yet" in town.types("bob", "/net charter")
    assert "no charter yet" in town.types("ada", "/tend charter")
    assert "no charter yet" in town.types("bob", "/net charter agree")
    assert "no charter yet" in town.types("bob", "/net charter history")
    assert "no charter yet" in town.types("bob", "/net charter diff")
    assert "Begin with six rules" in [b.label for p in town.looks("ada") for b in p.buttons]
    assert "Our charter" not in "".join(part.text for part in town.looks("bob"))
    assert "Ada" in town.types("bob", "/tend charter start"), "it is for those who tend"
    town.presses("ada", "Begin with six rules")
    form = town.forms[-1]
    assert [field.value for field in form.fields][1:7] == [*FIRST.rules]
    blank = dict.fromkeys([f"rule{n}" for n in range(1, 10)], "")
    assert "what can you only do together" in town.fills("ada", purpose=" ")
    assert "at least one rule" in town.fills("ada", purpose=PURPOSE, **blank)
    assert "One line has 500" in town.fills("ada", purpose=PURPOSE, rule2="a" * 500)
    assert "what the bot keeps" in town.fills("ada", purpose=PURPOSE, keeps="")
    town.recounts(*(town.message("bob", hours=-hours) for hours in range(1, 9)))
    shown = town.fills("ada", purpose=PURPOSE, rule3=f"{SHARED}\n", rule6="")
    assert f"3. **{SHARED}**" in shown
    assert "There is a charter already" in town.fills("ada", purpose=PURPOSE)
    town.types("ada", "/tend settings")
    assert [field.name for field in town.forms[-1].fields] == ["name", "timezone", "country"]
    assert town.network.purpose == PURPOSE
    version = current(town)
    assert version is not None
    assert version.review_on == date(2026, 9, 2)
    assert len(version.charter.rules) == 5
    assert town.hears == []
    assert "Nothing is kept" in town.presses("ada", "Not now")
    assert "next decent hour" in town.presses("ada", "Post it in #general")
    assert "Nothing is posted twice" in town.presses("ada", "Post it in #general")
    assert [post.text.partition(" _")[0] for post in town.hears] == [
        "**We have a charter to begin with**"
    ]
    town.fills("ada", name="Kinder hours")
    assert town.network.name == "Kinder hours"
    assert town.network.purpose == PURPOSE
    assert "There is a charter already" in town.types("ada", "/tend charter start")
    assert [version.sha256] == [each.sha256 for each in (current(town),) if each]


def test_somebody_reads_the_charter_and_answers_as_they_like(town: Town) -> None:
    adopt(town)
    assert "Our charter" not in town.types("bob", "/net mydata")
    town.looks("bob")
    town.presses("bob", "Read it")
    form = town.forms[-1]
    assert "Nothing is kept" in town.fills("bob", answer="")
    assert "1. **Bring something, ask for something.** Everyone here" in form.text
    assert form.fields[0].options == ("I'm in", "I have a question", "Just looking for now")
    assert "look around" in town.fills("bob", answer="Just looking for now")
    assert "You are looking around" in town.types("bob", "/net charter")
    assert labels(town)[:3] == [*form.fields[0].options]
    town.passes(days=1)
    assert "**Thank you, you're in.**" in town.presses("bob", "I'm in")
    assert "You agreed to version 1 on 3 March 2026." in town.types("bob", "/net charter")
    page = "".join(part.text for part in town.looks("bob"))
    assert "You agreed to version 1 on 3 March 2026." in page
    assert "Thank you. You agreed" in town.types("bob", "/net charter I'm in")
    assert ledger(town).count(b'"acknowledgement":') == 2, "twice on a day is once"
    told = town.types("bob", "/net mydata")
    assert "- Number 2, 3 March 2026: you agreed to version 1" in told
    shown = town.types("bob", "/net mydata export")
    exported = json.loads(re.sub(r"\\(.)", r"\1", shown[shown.index("{") : shown.rindex("}") + 1]))
    (mine,) = exported["features"]["charter"]["ledgers"]
    assert mine["network"] == "Our network"
    assert mine["token"].encode() in ledger(town)
    assert [each["said"] for each in mine["acknowledgements"]] == ["observes", "agreed"]
    town.types("bob", "/net charter")
    town.presses("bob", "Take it back")
    town.types("bob", "/net charter agree")
    assert "Taken back" in town.types("bob", "/net charter take back")
    assert "nothing to take back" in town.types("bob", "/net charter take back")
    assert "Any of the three" in town.types("bob", "/net charter")
    assert "Nothing is kept" in town.types("bob", "/net charter not now")
    assert "don't know what to do" in town.types("bob", "/net charter dance")
    assert charter_ledger.verify(ledger(town)) == []


def test_who_would_rather_talk_is_named_to_those_who_tend_and_to_nobody_else(town: Town) -> None:
    adopt(town)
    assert "I tell Ada" in town.types("bob", "/net charter ask")
    town.types("bob", "/net charter question")
    (told,) = words_to(town, "ada")
    assert told.startswith("**[Bob](to:fake:T1/U-bob) would like to talk")
    town.types("carol", "/net charter ask")
    town.types("carol", "/net charter agree")
    town.passes(days=1)
    town.ticks()
    assert len(words_to(town, "ada")) == 1, "what settled itself is not told"
    told = town.types("ada", "/tend charter")
    assert "[Bob](to:fake:T1/U-bob), since 2 March 2026" in told
    assert "Carol" not in told
    assert "Fewer than five people agree" in told
    here = town.network
    with town.sessions.begin() as session:
        ((look, who),) = looks.looks(session, here, since=MONDAY, most=9)
        assert (look.what, who) == ("who agreed to the charter", "Ada")
    number = next(n for n, post in enumerate(town.platform.said, 1) if "Bob](to" in post.text)
    town.types("bob", "/net mydata delete")
    town.presses("bob", "Delete everything")
    assert town.platform.deleted == [f"{number}"], "what ada was told by name goes with bob"
    assert "Nobody has asked" in town.types("ada", "/tend charter")


def test_of_a_change_that_matters_members_hear_once_and_once_more(town: Town) -> None:
    adopt(town)
    for name in ("bob", "carol", "dan"):
        town.types(name, "/net charter agree")
    town.types("eve", "/net charter look")
    town.passes(days=7)
    assert adopt(town, changed(*FIRST.rules[2:4], "Be kind.", FIRST.rules[5])) == 2
    town.runs("charter.look")
    town.runs("charter.look")
    for name in ("bob", "carol", "dan"):
        assert words_to(town, name) == [
            "**Our charter changed on 9 March 2026.** You agreed to version 1; "
            "this is version 2 of Our network."
        ]
    assert words_to(town, "eve") == []
    assert "> Now: **Be kind.**" in town.sees("bob")[-1].text
    assert 'by 6 April 2026, I show you as "agreed to version 1"' in town.sees("bob")[-1].text
    assert "version 2 is there" in "".join(p.text for p in town.looks("dan")).casefold()
    town.presses("bob", "That's fine by me")
    assert "stay a member, by version 1" in town.presses("carol", "I'd like to talk about it")
    town.passes(days=10)
    town.runs("charter.look")
    assert [len(words_to(town, name)) for name in ("bob", "carol", "dan")] == [1, 1, 2]
    assert words_to(town, "dan")[1].startswith("**A last word on our charter")
    town.passes(days=10)
    town.runs("charter.look")
    assert len(words_to(town, "dan")) == 2
    assert adopt(town, changed("Be kind."), is_material=False) == 3
    town.runs("charter.look")
    assert len(words_to(town, "dan")) == 2, "small words ask nobody"
    assert "has changed since you saw it" in town.presses("dan", "That's fine by me")
    assert "Thank you. You agreed to version 3" in town.types("dan", "/net charter agree")
    assert "You agreed to version 2 on 9 March 2026." in town.types("bob", "/net charter")


def test_what_waits_is_not_said_to_who_has_answered_meanwhile(town: Town) -> None:
    adopt(town)
    for name in ("bob", "dan"):
        town.types(name, "/net charter agree")
    town.passes(days=5, hours=3)
    adopt(town, changed("Be kind."))
    town.runs("charter.look")
    assert words_to(town, "bob") == [], "it is Saturday"
    town.types("bob", "/net charter agree")
    town.passes(hours=1)
    town.runs("charter.look")
    town.passes(days=2)
    town.ticks()
    assert [len(words_to(town, name)) for name in ("bob", "dan")] == [0, 1]


def test_after_a_year_it_is_asked_once_whether_it_still_suits(town: Town) -> None:
    adopt(town)
    town.types("bob", "/net charter agree")
    town.passes(days=364)
    town.runs("charter.look")
    assert words_to(town, "bob") == []
    for _ in range(3):
        town.passes(days=3)
        town.runs("charter.look")
    town.ticks()
    assert words_to(town, "bob") == [
        "**On 2 March 2026 you agreed to version 1 of our charter.** "
        "Does it still say how you want to work together in Our network?"
    ]
    town.passes(days=30)
    town.runs("charter.look")
    assert "Thank you" in town.presses("bob", "Yes, it does")
    assert len(words_to(town, "bob")) == 1
    assert "on 9 April 2027" in town.types("bob", "/net charter")


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        pytest.param(date(2026, 8, 31), 6, date(2027, 2, 28), id="a short month"),
        pytest.param(date(2026, 12, 2), 12, date(2027, 12, 2), id="a year"),
    ],
)
def test_months_later_is_the_same_day_or_the_last_one(day: date, months: int, later: date) -> None:
    assert months_on(day, months) == later


def test_its_review_day_is_told_once_to_those_who_tend(town: Town) -> None:
    town.runs("charter.look")
    adopt(town)
    town.passes(days=183)
    town.runs("charter.look")
    assert words_to(town, "ada") == []
    town.passes(days=1)
    for _ in range(2):
        town.runs("charter.look")
        town.passes(days=200)
    assert words_to(town, "ada") == ["**Our charter is to be looked at again** _(Our network)_"]


def test_leads_see_numbers_of_yesterday_and_never_fewer_than_five(town: Town) -> None:
    adopt(town)
    people = [f"p{number}" for number in range(13)]
    for name in people:
        town.types(name, "/net charter agree")
    assert "Fewer than five people" in town.types("ada", "/tend charter"), "today is not over"
    town.passes(days=1)
    assert "All of our 13 members have agreed to it, or nearly all." in town.types(
        "ada", "/tend charter"
    )
    adopt(town, changed("Be kind."))
    for name in people[:7]:
        town.types(name, "/net charter agree")
    town.passes(days=1)
    told = town.types("ada", "/tend charter")
    assert "7 of 13 members have agreed to it." in told
    assert "Nobody has asked to talk about it." in told
    adopt(town, changed("Be kind."), is_material=False)
    assert "small words changed, up to version 3" in town.types("ada", "/tend charter")
    assert "for those who tend" in town.types("bob", "/tend charter")


def test_versions_stand_one_after_the_other_and_beside_each_other(town: Town) -> None:
    adopt(town)
    assert "only version 1 so far" in town.types("bob", "/net charter diff")
    town.types("bob", "/net charter agree")
    adopt(town, changed(*FIRST.rules[2:5], "No patient's name. Ever.", "Be kind."))
    adopt(town, changed(*FIRST.rules[2:5], "No patient's name. Ever."))
    told = town.types("carol", "/net charter history")
    assert (
        "**Version 2**, agreed on 2 March 2026; 31 people took part. "
        "Rule 6 changed, Rule 7 is new." in told
    )
    assert "Why: *Two of us found our words elsewhere.*" in told
    version = current(town)
    assert version is not None
    assert f"`{version.sha256[:16]}`" in told
    assert labels(town) == ["From 2 to 3", "From 1 to 2"]
    assert "**Rule 7** is gone" in town.presses("carol", "From 2 to 3")
    assert "**Rule 7** is gone" in town.types("carol", "/net charter diff")
    mine = town.types("bob", "/net charter diff")
    assert "**From version 1 to version 3**" in mine
    assert "**Rule 6** changed" in mine
    assert "Word for word the same" in town.types("bob", "/net charter diff 2 2")
    assert "go from 1 to 3" in town.types("bob", "/net charter changes 2 to 9")
    town.types("bob", "/net charter")
    assert "Version 3" in town.presses("bob", "All versions")
    assert "how we work together" in town.types("bob", "/net charter show")


def test_who_has_everything_deleted_leaves_a_ledger_that_still_holds(town: Town) -> None:
    adopt(town)
    for name in ("bob", "carol"):
        town.types(name, "/net charter agree")
    before = ledger(town)
    town.types("bob", "/net mydata delete")
    town.presses("bob", "Delete everything")
    assert ledger(town) == before
    assert charter_ledger.verify(before) == []
    here = town.network
    with town.sessions.begin() as session:
        assert charter.agreed_to_some(session, here) == 1
        assert places.person_at(session, town.person("bob")) is None
    town.passes(hours=1)
    assert "Any of the three" in town.types("bob", "/net charter")


def test_a_convening_begins_with_a_rule_of_ours_each_in_its_turn(community: Community) -> None:
    town = community(features=(*FEATURES, convening.feature))
    for lead in ("ada", "bob"):
        town.lead(lead)
    adopt(town)
    town.recounts(*(town.message("bob", hours=-hours) for hours in range(1, 18)))
    town.types("ada", "/tend convene question-round wed 10:00")
    asked = town.fills("ada", next="Show it to the others first")
    assert "Rule 2" not in asked
    assert "from our charter: *Rule 2: We are peers." in town.sees("bob")[-1].text
    assert "from our charter: *Rule 2: We are peers." in town.presses("bob", "Approve it")
    town.passes(days=2, hours=1)
    town.ticks()
    heading, rule, _, *_ = town.hears[-1].text.split("\n")
    assert heading.startswith("**Ten minutes, one question**")
    assert rule == f"From our charter: *Rule 2: {FIRST.rules[1]}*"


def test_who_agrees_begins_here_and_who_only_looks_is_left_in_peace(community: Community) -> None:
    town = community(features=(*FEATURES, joining.feature))
    adopt(town)
    here = town.network
    town.types("bob", "/net charter look")
    town.types("carol", "/net charter agree")
    town.types("carol", "/net charter agree")
    greeted = {
        name: sum("Good to have you with us" in post.text for post in town.sees(name))
        for name in ("bob", "carol")
    }
    assert greeted == {"bob": 0, "carol": 1}
    with town.sessions.begin() as session:
        assert charter.agreed_to_some(session, here) == 1


def test_a_change_is_suggested_from_the_charter_and_said_to_be_under_way(
    community: Community,
) -> None:
    town = community(features=(*FEATURES, proposing.feature))
    town.lead("ada")
    adopt(town)
    town.types("bob", "/net charter agree")
    town.types("bob", "/net charter suggest")
    assert town.forms[-1].name.startswith("proposals.")
    town.types("bob", "/net charter")
    assert "Suggest a change" in labels(town)
    town.types("ada", "/tend charter review")
    assert "members have agreed" not in town.sees("ada")[-1].text
    assert "agree to it so far" not in town.sees("ada")[-1].text
