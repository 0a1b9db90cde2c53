"""An author is asked once; nothing is told without their yes, or after they take it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.engine import Engine

from bot.domain.events import ChannelKind
from bot.domain.ideas import IdeaState
from bot.domain.posts import Post
from bot.judgement.limits import Kind
from bot.storage.ideas import Idea
from handlers import digest as weekly
from handlers import ideas, mydata, network
from tests.conftest import Community
from tests.town import MONDAY, Town

FEATURES = (network.feature, ideas.feature, weekly.feature, mydata.feature)
CANARY = "Watch the copper kettle before deciding about tonight."
KETTLE = (
    "We keep a kettle, a chair and a set of steps in the bay and just watch for five minutes: "
    "whoever can make tea can go home."
)
QUESTION = "May it go in the next digest"


@pytest.fixture
def town(community: Community) -> Town:
    """A town that ada tends, on Thursday; Amina's reply was marked by two, and few saw it."""
    town = community(features=FEATURES)
    town.lead("ada")
    for n, name in enumerate(("ada", "bob", "cem", "eve", "fay")):
        for day in range(3):
            town.says(name, at=MONDAY - timedelta(days=20 + day, minutes=n))
    town.passes(days=3)
    return town


def marked(town: Town) -> int:
    """Amina says something in the depth of a thread, and two people mark it."""
    thread = town.says("bob", "How do you decide in the bay?", hours=-30)
    ts = town.says("amina", KETTLE, thread=thread, hours=-29)
    for name in ("cem", "eve"):
        town.reacts(name, ts)
    return ts


def asked(town: Town) -> int:
    """The same, and Amina is asked on Thursday afternoon."""
    ts = marked(town)
    town.lives(hours=6.5)
    return ts


def goes_by(town: Town, *, days: int) -> None:
    """Days go by, on each of which the bot does what is due around noon."""
    for _ in range(days):
        town.passes(days=1)
        town.ticks()


def questions(town: Town, name: str = "amina") -> list[Post]:
    """What somebody was asked."""
    return [post for post in town.sees(name) if QUESTION in post.text]


def agrees(town: Town, button: str = "Yes, with my name", words: str = CANARY) -> str:
    """Amina presses a button and writes a sentence."""
    town.presses("amina", button)
    return town.fills("amina", words=words)


def digest(town: Town) -> Post:
    """The digest, as it stands in the channel."""
    [post] = [post for post in town.hears if "the week to" in post.text]
    return post


def state(town: Town) -> str:
    """Where the only idea is."""
    with town.sessions.begin() as session:
        [idea] = session.query(Idea).all()
        return idea.state


def says_nothing(town: Town, engine: Engine, *, of: str = CANARY) -> bool:
    """Whether the words are in no post that anybody else sees, nor in any byte of the database."""
    if any(of in post.text for post in town.platform.said if post.only_for is None):
        return False
    engine = town.sessions.kw["bind"]
    if engine.dialect.name != "sqlite":
        with town.sessions.begin() as session:
            return all(of not in idea.plain_words for idea in session.query(Idea))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = make_url(str(engine.url)).database
    files = [Path(f"{path}{suffix}") for suffix in ("", "-wal")]
    return not any(of.encode() in file.read_bytes() for file in files if file.exists())


def test_amina_is_asked_once_on_thursday_and_told_why(town: Town) -> None:
    ts = asked(town)
    [question] = questions(town)
    assert f"message:fake:T1/C-general/{ts}" in question.text
    assert "for this network alone" in question.text
    assert question.text.startswith("**Two people marked your [message of Wednesday in")
    assert "No answer by **Friday 6 March, 09:00** is a no." in question.text
    assert [each.label for each in question.buttons] == [
        "Yes, with my name",
        "Yes, without my name",
        "Let me reword it",
        "No thanks",
    ]
    goes_by(town, days=21)
    assert len([each for each in town.platform.keys if each.startswith("idea/")]) == 1


@pytest.mark.parametrize(
    ("button", "name"),
    [
        pytest.param("Yes, with my name", "Amina", id="with her name"),
        pytest.param("Yes, without my name", "One of us", id="without"),
        pytest.param("Let me reword it", "Amina", id="in her words"),
    ],
)
def test_a_yes_is_told_in_her_words_and_with_her_name_only_if_she_says_so(
    town: Town, button: str, name: str
) -> None:
    ts = asked(town)
    assert name in agrees(town, button)
    assert CANARY not in "".join(post.text for post in town.hears)
    town.lives(days=1)
    told = digest(town)
    assert f"**{CANARY}**\n*{name}*" in told.text
    assert "Why it's here: marked as worth hearing by two people" in told.text
    labels = [each.label for each in told.buttons]
    assert "We could try this" in labels
    is_named = name == "Amina"
    assert ("Ask Amina" in labels) is is_named
    assert (f"{ts}" in told.text) is is_named
    assert ("Amina" in told.text) is is_named
    assert state(town) == IdeaState.FEATURED
    assert [post.text for post in town.hears].count(told.text) == 1


def says_no(town: Town) -> None:
    town.presses("amina", "No thanks")


def says_nothing_at_all(town: Town) -> None:
    """Let the time go by."""


@pytest.mark.parametrize(
    ("answer", "expected"), [(says_no, "refused"), (says_nothing_at_all, "lapsed")]
)
def test_a_no_and_no_answer_are_the_same_to_everybody_else(
    town: Town, answer: Callable[[Town], None], expected: str
) -> None:
    asked(town)
    answer(town)
    town.lives(days=1)
    assert state(town) == expected
    assert not any("Little-known" in post.text for post in town.hears)
    for name in ("ada", "rosa"):
        seen = town.types(name, "/net edit-digest") + town.types(name, "/tend digest preview")
        assert "Amina" not in seen
        assert expected not in seen
    assert not questions(town), "the question has gone from what she sees"
    goes_by(town, days=14)
    assert state(town) == expected


def test_after_the_deadline_a_yes_comes_too_late(town: Town) -> None:
    asked(town)
    town.passes(days=1)
    assert "time for an answer has passed" in town.presses("amina", "Yes, with my name")
    assert state(town) == "lapsed"


def test_nobody_answers_for_another(town: Town) -> None:
    asked(town)
    [question] = questions(town)
    number = question.buttons[0].value
    for what in (f"yes {number} mine now", f"no {number}", f"withdraw {number}"):
        assert "nothing of yours" in town.types("bob", f"/net idea {what}")
    assert state(town) == "asked"


def test_every_answer_can_be_typed(town: Town) -> None:
    asked(town)
    number = questions(town)[0].buttons[0].value
    assert f"yes {number}" in town.types("amina", "/net idea")
    assert "One of us" in town.types("amina", f"/net idea without {number}: {CANARY}")
    assert "Amina" in town.types("amina", f"/net idea yes {number} {CANARY}")
    assert CANARY in town.types("amina", "/net mydata")
    assert "Taken back" in town.types("amina", f"/net idea withdraw {number}")
    assert "you took it back" in town.types("amina", "/net mydata")


def test_what_is_too_long_or_nothing_is_said_beside_it(town: Town) -> None:
    asked(town)
    town.presses("amina", "Yes, with my name")
    form = town.forms[-1]
    for words, fault in (("", "Write a sentence"), ("x" * 301, "That is 301 characters")):
        assert fault in town.fills("amina", words=words)
        assert form.name == "ideas.agree"
    assert state(town) == "asked"


def deletes_it(town: Town, ts: int) -> None:
    town.deletes(ts)


def takes_it_back(town: Town, ts: int) -> None:
    assert "Taken back" in town.presses("amina", "Take it back")


def is_erased(town: Town, ts: int) -> None:
    town.types("amina", "/net mydata delete")
    town.presses("amina", "Delete everything")


def is_closed(town: Town, ts: int) -> None:
    town.opens("general", kind=ChannelKind.PRIVATE)


@pytest.mark.parametrize("after", [False, True], ids=["before posting", "after posting"])
@pytest.mark.parametrize("goes", [deletes_it, takes_it_back, is_erased, is_closed])
def test_what_is_taken_back_or_deleted_is_nowhere_any_more(
    town: Town, engine: Engine, goes: Callable[[Town, int], None], after: bool
) -> None:
    ts = asked(town)
    agrees(town)
    if after:
        town.lives(days=1)
        assert CANARY in digest(town).text
    goes(town, ts)
    town.lives(hours=1)
    assert says_nothing(town, engine)
    goes_by(town, days=2)
    assert says_nothing(town, engine)
    if after and goes is takes_it_back:
        assert "One idea was withdrawn at its author's request." in digest(town).text
    if after and goes is not is_closed:
        assert "Amina" not in digest(town).text


def test_a_digest_says_that_its_source_was_changed_since(town: Town) -> None:
    ts = asked(town)
    agrees(town)
    town.lives(days=1)
    assert "changed since" not in digest(town).text
    town.edits(ts, f"{KETTLE} But not at night.")
    town.lives(hours=1)
    assert "_(changed since)_" in digest(town).text


def test_other_words_take_the_place_of_the_first_after_posting_too(
    town: Town, engine: Engine
) -> None:
    asked(town)
    agrees(town)
    town.lives(days=1)
    agrees(town, "Let me reword it", "A kinder sentence.")
    town.lives(hours=1)
    assert "**A kinder sentence.**" in digest(town).text
    assert says_nothing(town, engine)


def test_a_deleted_source_takes_the_question_with_it(town: Town) -> None:
    town.deletes(asked(town))
    town.ticks()
    assert state(town) == "gone"
    assert not questions(town)


def test_who_had_a_message_this_week_is_left_in_peace(town: Town) -> None:
    marked(town)
    with town.app.context(town.network, occasion="before") as ctx:
        ctx.say(town.person("amina"), "ideas/not_yet", kind=Kind.WORD, key="a word")
    town.lives(hours=6.5)
    assert questions(town) == []


# Ideas of one's own


def test_an_own_idea_is_previewed_then_kept_and_told(town: Town) -> None:
    shown = town.types("rosa", f"/net idea {CANARY}")
    assert f"> **{CANARY}**\n> *Rosa*" in shown
    with town.sessions.begin() as session:
        assert session.query(Idea).count() == 0
    town.presses("rosa", "Put it in the digest, with my name")
    assert "One idea of yours waits" in town.presses("rosa", "Without my name")
    town.passes(days=1, hours=4)
    town.ticks()
    assert f"**{CANARY}**\n*Rosa*" in digest(town).text
    assert "handed in by whoever wrote it" in digest(town).text


def test_an_own_idea_that_is_put_off_leaves_no_trace(town: Town, engine: Engine) -> None:
    assert CANARY in town.types("rosa", f"/net idea {CANARY}")
    assert "Nothing was kept" in town.presses("rosa", "Not yet")
    assert "looks like" in town.types("rosa", f"/net idea {CANARY} Ring 07700 900123.")
    town.ticks()
    assert says_nothing(town, engine)


def test_a_link_is_a_mark_and_its_author_is_asked_like_any_other(town: Town) -> None:
    thread = town.says("bob", "How do you decide in the bay?", hours=-30)
    ts = town.says("amina", KETTLE, thread=thread, hours=-29)
    link = f"message:{town.place('general')}/{ts}"
    assert "Marked as worth hearing" in town.types("cem", f"/net idea {link}")
    town.lives(hours=6.5)
    assert questions(town)[0].text.startswith("**One person marked your [message of Wednesday")


@pytest.mark.parametrize("emoji", ["seedling", "bulb"])
def test_having_tried_it_counts_as_support(town: Town, emoji: str) -> None:
    thread = town.says("bob", "How do you decide in the bay?", hours=-30)
    ts = town.says("amina", KETTLE, thread=thread, hours=-29)
    town.reacts("cem", ts, emoji)
    assert "Noted: it counts" in town.uses("eve", "ideas.we_tried_this", ts)
    town.lives(hours=6.5)
    assert len(questions(town)) == 1


# From an idea to a try


def featured(town: Town) -> None:
    """Amina's idea was told."""
    asked(town)
    agrees(town)
    town.lives(days=1)


def test_who_tries_it_is_named_to_the_author_and_asked_after_on_the_day(town: Town) -> None:
    featured(town)
    assert "message:fake:T1/C-general" in town.presses("dan", "Ask Amina")
    town.presses("dan", "We could try this")
    assert "On Friday 3 April I'll ask you" in town.fills("dan", who="Dan", place="the car")
    goes_by(town, days=14)
    assert any("Dan would like to try it (Dan, the car)" in p.text for p in town.sees("amina"))
    goes_by(town, days=21)
    [asked_after] = [post.text for post in town.sees("dan") if "What happened?" in post.text]
    assert "would try [an idea](message:fake:T1/C-general/" in asked_after
    assert ") from the digest of Friday 6 March (Dan, the car)." in asked_after
    assert "you go on doing it" in town.presses("dan", "We keep doing it")
    goes_by(town, days=14)
    assert any("Dan tried it, and goes on doing it" in p.text for p in town.sees("amina"))
    assert sum("News of your idea" in post.text for post in town.sees("amina")) == 2
    assert "you go on doing it" in town.types("dan", "/net mydata")


def test_who_wants_no_name_told_is_not_named_and_all_that_is_new_comes_at_once(town: Town) -> None:
    featured(town)
    town.presses("dan", "We've tried something like it")
    assert "not who" in town.presses("dan", "Without my name")
    for name in ("bob", "cem", "eve"):
        town.presses(name, "We could try this")
        town.fills(name, who=f"{name} and all", place="ward 4")
    town.presses("gus", "We've tried something like it")
    town.presses("gus", "Yes, with my name")
    town.types("gus", "/net mydata delete")
    town.presses("gus", "Delete everything")
    goes_by(town, days=35)
    [told] = [post.text for post in town.sees("amina") if "News of your idea" in post.text]
    assert "- Somebody has tried something like it." in told
    assert all(f"{name} would like to try it" in told for name in ("Bob", "Cem", "Eve"))
    assert not any(name in told for name in ("Dan", "Gus"))


def test_what_is_taken_back_meanwhile_can_not_be_tried_any_more(town: Town) -> None:
    featured(town)
    town.presses("dan", "We could try this")
    assert "Nothing was kept" in town.fills("dan", who="Dan", place="the car", until="yesterday")
    assert "Noted" in town.fills("dan", who="Dan", place="the car")
    assert "You told me already" in town.fills("dan", who="Dan", place="the car")
    town.presses("eve", "We could try this")
    town.presses("cem", "We've tried something like it")
    town.presses("amina", "Take it back")
    gone = "isn't in the digest any more"
    assert gone in town.fills("eve", who="Eve", place="ward 4")
    assert gone in town.presses("cem", "Yes, with my name")


def test_whoever_handed_it_in_without_a_message_is_asked_by_a_word(town: Town) -> None:
    town.types("amina", f"/net idea {CANARY}")
    town.presses("amina", "Put it in the digest, with my name")
    town.passes(days=1, hours=4)
    town.ticks()
    assert "Amina handed it in. Ask" in town.presses("dan", "Ask Amina")
    question = digest(town)
    town.types("amina", f"/net idea without 1 {CANARY}")
    [stale] = [each for each in question.buttons if each.label == "Ask Amina"]
    assert "isn't in the digest any more" in town.presses_old("dan", stale)


def test_an_author_who_took_it_back_hears_no_more_of_it(town: Town) -> None:
    featured(town)
    town.presses("dan", "We've tried something like it")
    town.presses("dan", "Yes, with my name")
    town.presses("amina", "Take it back")
    goes_by(town, days=14)
    assert not any("News of your idea" in post.text for post in town.sees("amina"))


# Whoever makes up the digest


def test_rosa_leaves_out_words_it_and_sends_it_and_there_is_no_second(town: Town) -> None:
    asked(town)
    agrees(town)
    shown = town.types("rosa", "/net edit-digest")
    assert CANARY in shown
    assert CANARY not in town.presses("rosa", "1: Leave it out")
    assert CANARY in town.presses("rosa", "Put all back")
    town.types("bob", "/net edit-digest")
    assert "Rosa makes up this week's digest" in town.presses("bob", "Skip this week")
    town.types("rosa", "/net edit-digest")
    town.presses("rosa", "Reword the opening")
    town.fills("rosa", opening="Good morning from the ward.")
    town.passes(hours=18)
    assert "on its way" in town.presses("rosa", "Send now")
    assert "is made up already" in town.types("ada", "/tend digest send")
    goes_by(town, days=4)
    assert "_Good morning from the ward._" in digest(town).text
    assert "Chosen by Rosa this week, from suggestions." in digest(town).text


def test_a_skipped_week_has_no_digest_and_its_ideas_wait(town: Town) -> None:
    asked(town)
    agrees(town)
    town.types("rosa", "/net edit-digest")
    assert "goes by without a digest" in town.presses("rosa", "Skip this week")
    goes_by(town, days=2)
    assert not any("the week to" in post.text for post in town.hears)
    assert state(town) == "agreed"
    goes_by(town, days=7)
    assert CANARY in digest(town).text


def test_use_is_counted_once_each_and_told_without_who(town: Town) -> None:
    featured(town)
    for name in ("bob", "cem", "eve", "fay", "gus"):
        assert "Thank you. It is counted" in town.presses(name, "This digest was of use")
    assert "told me already" in town.presses("bob", "It was not really of use")
    assert "whether it was any use" in town.types("bob", "/net mydata")
    goes_by(town, days=35)
    told = [post.text for post in town.sees("ada") if "any use?** In the last month" in post.text]
    assert len(told) == 1
    assert "5 of 5 answers were yes" in told[0]


def test_how_fairly_it_was_shared_out_is_told_of_five_or_more_only(town: Town) -> None:
    featured(town)
    assert "Fewer than five people were told of" in town.types("ada", "/tend digest fairness")
