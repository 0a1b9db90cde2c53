"""What came of it is told by those who did it, to those they agree to, until they take it back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.domain.audiences import Audience
from bot.domain.drafts import carried, taken_from
from bot.domain.posts import Post
from bot.domain.stories import Draft, faults_in
from bot.feature import Since
from bot.storage import finding, stories, tries
from bot.storage.finding import View
from bot.storage.places import Person
from bot.storage.stories import Story
from handlers import digest, home, ideas, mydata, network
from handlers import stories as telling
from tests.conftest import Community
from tests.town import Town

FEATURES = (
    network.feature,
    ideas.feature,
    telling.feature,
    digest.feature,
    mydata.feature,
    home.feature,
)
CANARY = "The copper kettle told us more than our list (of forty questions)."
LINES = {
    "did": "We put a flask and steps in the car, with 14 people.",
    "learned": CANARY,
    "changed": "We ask for tea first.",
    "result": "Three stayed at home who would have gone in.",
    "sure": "Several of us saw it",
}
TRIED = "We did, and here's what happened"


@pytest.fixture
def town(community: Community) -> Town:
    """A town that ada tends, on Friday morning before its digest."""
    town = community(features=FEATURES)
    town.lead("ada")
    town.passes(days=4)
    return town


def posts_digest(town: Town) -> Post:
    """It is Friday noon: the digest is posted."""
    town.passes(hours=3)
    town.ticks()
    return newest_digest(town)


def newest_digest(town: Town) -> Post:
    return [post for post in town.hears if "the week to" in post.text][-1]


def tells(town: Town, name: str = "dan", **more: str) -> str:
    """Somebody tells a story and shares it; returns the preview."""
    town.types(name, "/net story")
    shown = town.fills(name, **{**LINES, **more})
    town.presses(name, "Share it")
    return shown


def is_nowhere(town: Town, words: str = CANARY) -> bool:
    """Whether the words are in no post to anybody, nor in any byte of the database."""
    if any(words in post.text for post in town.platform.said if post.only_for is None):
        return False
    engine = town.sessions.kw["bind"]
    if engine.dialect.name != "sqlite":
        with town.sessions.begin() as session:
            return all(words not in each.text for each in session.query(Story))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = make_url(str(engine.url)).database
    files = [Path(f"{path}{suffix}") for suffix in ("", "-wal")]
    return not any(words.encode() in file.read_bytes() for file in files if file.exists())


def count(town: Town) -> int:
    with town.sessions.begin() as session:
        return session.query(Story).count()


def found(town: Town) -> str:
    """What somebody is shown who finds that story by its words."""
    here = town.network
    with town.sessions.begin() as session:
        hits = finding.find(session, here, "copper kettle", at_most=5, view=View(channels=[]))
    with town.app.context(here, occasion=f"finding {town.now}") as ctx:
        shown = [ctx.gathered.found(ctx, hit.kind, hit.number) for hit in hits]
    return "\n".join(words.text for words in shown if words is not None)


def test_a_story_is_kept_only_once_it_is_shared_and_told_once(town: Town) -> None:
    town.types("dan", "/net story")
    shown = town.fills("dan", **LINES)
    assert "what everybody in this network would read" in shown
    assert f"> **What I learned.** {CANARY}" in shown
    assert "> *Dan*. How sure: several of us saw it." in shown
    assert count(town) == 0
    assert is_nowhere(town)
    town.presses("dan", "Change it")
    town.fills("dan", result="Four stayed at home.", name="Without my name")
    assert "Nothing was kept" in town.presses("dan", "Not now")
    town.presses("dan", "Share it")
    assert "`/net story withdraw 1`" in town.presses("dan", "Share it"), "twice is once"
    assert count(town) == 1
    told = posts_digest(town).text
    assert CANARY in told
    assert "Four stayed at home." in told
    assert "One of us" in told
    assert "Dan" not in told
    tells(town, "eve", learned="Red jugs are seen.")
    town.passes(weeks=1)
    town.ticks()
    assert CANARY not in newest_digest(town).text, "no digest tells it again"
    assert "Red jugs are seen." in newest_digest(town).text
    assert any("Red jugs are seen." in part.text for part in town.looks("bob"))
    assert CANARY in town.types("bob", "/net stories")
    assert "*Four stayed at home.*" in found(town)
    town.types("dan", "/net story withdraw 1")
    assert found(town) == "", "what is taken back is not found"


@pytest.mark.parametrize("by", ["types", "erase"])
def test_what_is_taken_back_is_nowhere_any_more(town: Town, by: str) -> None:
    tells(town)
    assert CANARY in posts_digest(town).text
    if by == "types":
        assert "nothing" in town.types("eve", "/net story withdraw 1").replace(
            "no story", "nothing"
        )
        assert "words are deleted" in town.types("dan", "/net story withdraw 1")
        assert "words are deleted" in town.presses("dan", "Take it back"), "twice is once"
    else:
        town.types("dan", "/net mydata delete")
        town.presses("dan", "Delete everything")
    town.ticks()
    assert is_nowhere(town)
    assert "Dan" not in newest_digest(town).text
    withdrawn = "One story of what came of it was withdrawn at its author's request."
    assert (withdrawn in newest_digest(town).text) is (by == "types")
    assert CANARY not in town.types("bob", "/net stories")
    town.passes(days=200)
    town.runs("stories.let_old_go")
    assert count(town) == 0


def test_each_audience_is_agreed_to_and_taken_back_by_itself(town: Town) -> None:
    tells(town, readers="This network, our sponsor, and anybody at all")
    told = town.types("dan", "/net story withdraw 1 public")
    assert "isn't for anybody at all any more. Everybody in this network and our sponsor" in told
    here = town.network
    with town.sessions.begin() as session:
        mine = [bool(stories.shared(session, here, each, at_most=1)) for each in Audience]
    assert mine == [True, True, False]
    held = town.types("dan", "/net mydata")
    assert CANARY in held
    assert "network, sponsor" in held
    assert f'"learned":"{CANARY}"' in town.types("dan", "/net mydata export")


def test_who_tried_an_idea_tells_its_author_what_they_found(town: Town) -> None:
    town.types("amina", "/net idea watch somebody make tea before deciding")
    town.presses("amina", "Put it in the digest, with my name")
    posts_digest(town)
    town.presses("dan", "We could try this")
    town.fills("dan", who="Dan", place="Ellerby", shelf="Yes, with my name")
    town.passes(days=33)
    town.runs("ideas.ask_after")
    [asked] = [post for post in town.sees("dan") if "What happened?" in post.text]
    assert [each.label for each in asked.buttons] == [
        TRIED,
        "We did, no more to say",
        "Not yet",
        "We won't",
    ]
    assert "make tea" not in asked.text, "an idea may be taken back, and this would stay"
    town.presses("dan", TRIED)
    town.fills("dan", **LINES, going_on="We changed it")
    town.presses("dan", "Share it")
    town.ticks()
    heard = [post.text for post in town.sees("amina") if "tried your idea" in post.text]
    assert len(heard) == 1
    assert "**Dan (Dan, Ellerby) tried your idea. Here's what they found.**" in heard[0]
    assert CANARY in heard[0]
    here = town.network
    with town.sessions.begin() as session:
        found = tries.numbered(session, here, 1)
        assert found is not None
        assert found.state == "changed"
    town.passes(days=100)
    town.ticks()
    assert len([post for post in town.sees("dan") if "And now?" in post.text]) == 0, "it was told"
    assert CANARY in newest_digest(town).text
    assert not any("What we tried" in post.text for post in town.hears), "it is told once"
    town.types("dan", "/net try take back 1")
    town.types("dan", "/net story withdraw 1")
    town.ticks()
    assert is_nowhere(town), "nor in the word to Amina, though the try is gone"
    assert "took that story back before" in town.types("dan", "/net story withdraw 1 sponsor")


def test_who_missed_it_reads_it_in_their_catch_up_and_its_teller_does_not(town: Town) -> None:
    tells(town)
    town.passes(hours=1)
    for name, is_told in (("bob", True), ("dan", False)):
        town.person(name)
        with town.app.context(town.network, occasion=name) as ctx:
            person = ctx.session.query(Person).filter_by(name=name.capitalize()).one()
            since = Since(at=town.now - timedelta(days=1), person=person)
            told = telling.meanwhile.told_meanwhile(telling.Settings(), ctx, since)
        assert [each.about for each in told] == ["story/1"] * is_told


def test_what_is_wrong_is_said_beside_it(town: Town) -> None:
    town.types("dan", "/net story We made tea")
    assert town.forms[-1].fields[0].value == "We made tea"
    assert "280 are the most" in town.fills("dan", learned="x" * 281)
    assert "Write a sentence" in town.fills("dan", learned="")
    assert "NHS number" in town.fills("dan", learned="943 476 5919 was glad.")
    assert "nothing by that number" in town.types("dan", "/net story of try 7")
    assert "no story of yours" in town.types("dan", "/net story withdraw 7")
    assert "Nobody has told a story" in town.types("dan", "/net stories")
    town.looks("dan")
    town.presses("dan", "Tell a story")
    assert town.forms[-1].fields[0].value == ""
    assert count(town) == 0


def test_a_draft_is_what_its_button_carries() -> None:
    draft = Draft(did='A "jug"', learned="(red)", audiences=tuple(Audience), of_try=3)
    assert taken_from(carried(draft), Draft) == draft
    assert taken_from("nonsense", Draft) is None
    long = Draft(did="😀" * 280, learned="😀" * 280, changed="😀" * 280, result="😀" * 280)
    assert "shorter" in faults_in(long)["result"]
