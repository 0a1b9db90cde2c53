"""What mattered to each, with its reason; nothing of where they can't look, and kind when empty."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.events import BotRemoved, ChannelKind, ChannelSeen, PersonSeen, to_micros
from bot.feature import CatchUpItem
from bot.platforms.export.directory import to_person
from bot.platforms.export.rows import UserRow
from bot.prompting import Words
from bot.storage import ideas
from bot.storage.ideas import Idea
from bot.storage.places import Person
from handlers.catchup import choose
from tests.town import MONDAY, Town, said

REASON = "You see this because"


@pytest.fixture
def town(town: Town) -> Town:
    """A town in its third week, in which everybody has said something before."""
    for name in ("ada", "bob", "cem", "eve"):
        town.joins(name)
        town.says(name, at=MONDAY - timedelta(days=3))
    town.passes(days=14)
    return town


def caught_up(town: Town, name: str) -> str:
    """What somebody is shown of the last week, without what neutralises signs."""
    return town.types(name, "/net catchup").replace("\\#", "#")


def test_somebody_answered_where_you_spoke(town: Town) -> None:
    own = town.says("ada", "How do you keep a record of falls at night?", hours=-50)
    first = town.says("bob", "On paper.", thread=own, hours=-49)
    town.says("cem", "On a board.", thread=own, hours=-40)
    other = town.says("bob", "Tea is a good measure of balance.", hours=-30)
    town.says("ada", "It is.", thread=other, hours=-29)
    town.says("ada", "I mean it.", thread=other, hours=-10)
    found = caught_up(town, "ada")
    assert f"message:fake:T1/C-general/{first}" in found
    assert "[Your thread in #general]" in found
    assert "Bob and Cem answered, last on Saturday 14 March" in found
    assert f"{REASON} you began that thread" in found
    assert "A thread in" not in found, "they spoke last there"
    town.says("eve", "And a biscuit.", thread=other, hours=-1)
    found = caught_up(town, "ada")
    assert "Eve answered" in found
    assert f"{REASON} you spoke there before" in found
    assert found.index("Your thread") < found.index("A thread in")
    assert caught_up(town, "ada") == found, "the same question has the same answer"
    assert "biscuit" not in found


def test_two_members_with_different_topics_get_different_catch_ups(town: Town) -> None:
    town.types("ada", "/net topics follow falls")
    town.types("bob", "/net topics follow delirium")
    town.says("cem", "Three falls in one night.", hours=-3)
    town.says("cem", "A checklist for delirium.", hours=-2)
    town.says("eve", "Nobody follows kettles.", hours=-1)
    ada, bob = caught_up(town, "ada"), caught_up(town, "bob")
    assert "[Falls in #general]" in ada
    assert f"{REASON} you follow falls" in ada
    assert "elirium" not in ada
    assert "[Delirium in #general]" in bob
    assert "alls" not in bob.replace("alls in one", "")
    assert "Nothing waits for you" in caught_up(town, "cem")
    assert said(town.hears) == []


def test_a_channel_of_that_name_is_about_the_topic(town: Town) -> None:
    town.says("cem", "Three in one night.", channel="falls-prevention", hours=-3)
    town.says("eve", "Two here.", channel="falls-prevention", hours=-2)
    town.types("ada", "/net topics follow fall")
    found = caught_up(town, "ada")
    assert "[Fall in #falls-prevention]" in found


def test_a_question_waits_on_what_you_follow_or_where_you_often_answer(town: Town) -> None:
    for day in (8, 7):
        asked = town.says("cem", "Which day suits you?", hours=-24 * day)
        town.says("bob", "Any.", thread=asked, hours=-24 * day + 1)
    town.types("ada", "/net topics follow falls")
    town.types("eve", "/net topics follow falls")
    town.says("eve", "Who has a form for falls?", hours=-72)
    ada, bob = caught_up(town, "ada"), caught_up(town, "bob")
    assert "[A question in #general]" in ada
    assert "of Eve's waits for an answer since Friday 13 March" in ada
    assert f"{REASON} you follow falls" in ada
    assert ada.count(REASON) == 1, "it is told once, though two know of it"
    assert f"{REASON} you often answer in #general" in bob
    assert "A question" not in caught_up(town, "cem")
    assert "A question" not in caught_up(town, "eve"), "it is their own"


def test_nothing_comes_from_where_somebody_cannot_look(town: Town) -> None:
    ward = town.opens("ward", kind=ChannelKind.PRIVATE)
    town.tells(PersonSeen(member=town.person("eve"), name="Eve", is_guest=True))
    town.leaves("eve")
    for name in ("ada", "bob"):
        town.joins(name, "ward")
    for name in ("ada", "bob", "cem", "eve"):
        town.types(name, "/net topics follow falls")
    town.says("dan", "Falls in the ward.", channel="ward", hours=-2)
    assert "#ward" in caught_up(town, "ada")
    town.leaves("bob", "ward")
    assert "#ward" not in caught_up(town, "bob")
    assert "#ward" not in caught_up(town, "cem")
    town.says("dan", "Falls for all to read.", channel="open", hours=-1)
    assert "#open" in caught_up(town, "cem")
    assert "#open" not in caught_up(town, "eve"), "a guest isn't in it"
    town.joins("eve", "open")
    assert "#open" in caught_up(town, "eve")
    open_to = ChannelSeen(channel=town.place("open"), name="open", is_shared=True)
    town.tells(open_to, BotRemoved(channel=ward, at=to_micros(town.now)))
    for name in ("ada", "cem", "eve"):
        assert REASON not in caught_up(town, name)


def test_what_is_deleted_or_was_by_who_is_erased_is_told_no_more(town: Town) -> None:
    own = town.says("ada", "How is tea made?", hours=-50)
    answer = town.says("bob", "With water.", thread=own, hours=-49)
    assert "Bob answered" in caught_up(town, "ada")
    town.deletes(answer)
    assert REASON not in caught_up(town, "ada")
    town.says("cem", "With leaves.", thread=own, hours=-48)
    assert "Cem answered" in caught_up(town, "ada")
    town.types("cem", "/net mydata delete")
    town.presses("cem", "Delete everything")
    assert REASON not in caught_up(town, "ada")


def test_what_a_digest_told_while_you_were_away(town: Town) -> None:
    told_at = town.now - timedelta(days=3)
    source = town.says("cem", "A kettle in the bay.", hours=-24 * 9)
    with town.sessions.begin() as session:
        cem = session.query(Person).filter_by(ref=town.person("cem")).one()
        for words, is_named, ts in (
            ("Watch the kettle.", True, source),
            ("Ask twice.", False, None),
        ):
            ideas.keep(
                session,
                Idea(
                    network_id=1,
                    channel_id=1 if ts else None,
                    ts=ts,
                    person_id=cem.id,
                    state="featured",
                    plain_words=words,
                    is_named=is_named,
                    week="2026-W11",
                    featured_at=told_at,
                    created_at=told_at,
                ),
            )
    town.says("bob", "I saw it.", hours=-1)
    found = caught_up(town, "ada")
    assert (
        f"[Worth hearing](message:fake:T1/C-general/{source}), idea 1: *Watch the kettle.* Cem."
        in found
    )
    assert "Worth hearing, idea 2: *Ask twice.* *You see" in found.replace("  ", " ")
    assert "the digest of Friday 13 March told it" in found
    assert "kettle" not in caught_up(town, "bob"), "they wrote there since"
    assert "kettle" not in caught_up(town, "cem"), "it is their own"
    assert town.presses("ada", "We could try idea 2") == ""
    assert "2026" in str(town.forms[-1].fields)


def test_gatherings_come_last_and_to_all(town: Town) -> None:
    town.lead("ada")
    town.types("ada", '/tend calendar add "Network day" 2026-03-20 gathering')
    town.types("ada", '/tend calendar add "Quiet" 2026-03-21 quiet')
    found = caught_up(town, "bob")
    assert "**Network day**: Friday 20 March" in found
    assert f"{REASON} it is soon" in found
    assert "Quiet" not in found


def test_how_far_back_is_understood_as_people_write_it(town: Town) -> None:
    own = town.says("ada", "How is tea made?", at=MONDAY - timedelta(days=2))
    town.says("bob", "With water.", thread=own, hours=-24 * 12)
    assert "Nothing waits for you since Monday 9 March" in caught_up(town, "ada")
    assert "Bob answered" in town.types("ada", "/net catchup 14")
    assert "Bob answered" in town.types("ada", "/net catchup two weeks")
    assert "since Monday 9 March" in town.types("ada", "/net catchup since Monday")
    assert "since Saturday 7 March" in town.types("ada", "/net catch-up since saturday 7 March")
    assert "90 days at most" in town.types("ada", "/net catchup 400")
    assert "how far back" in town.types("ada", "/net catchup when the cows come home")
    assert "how far back" in town.types("ada", "/net catchup since 1 May 2026")


def test_it_is_a_button_away_on_the_page_and_in_the_card(town: Town) -> None:
    own = town.says("ada", "How is tea made?", hours=-50)
    town.says("bob", "With water.", thread=own, hours=-49)
    town.looks("ada")
    assert "Bob answered" in town.presses("ada", "Catch up")
    town.types("ada", "/net")
    assert "Bob answered" in town.presses("ada", "Catch up")
    assert "You follow no topics yet" in town.presses("ada", "Topics I follow")


def test_who_is_not_known_or_not_counted_has_a_kind_answer_too(town: Town) -> None:
    assert "Nothing waits for you" in town.types("zoe", "/net catchup")
    town.types("ada", "/net mydata don't count me")
    assert "You asked not to be counted" in caught_up(town, "ada")


def item(about: str, weight: float, *, hours: int = 0) -> CatchUpItem:
    at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=hours)
    return CatchUpItem(words=Words(text=about), why="", about=about, weight=weight, at=at)


def test_five_are_chosen_of_many_and_no_part_crowds_out_the_others() -> None:
    threads = [item(f"thread{n}", 5 - n / 10) for n in range(8)]
    topics = [item("topic", 2.0), item("thread1", 2.0)]
    soon = [item("soon", 1.0), item("later", 1.0, hours=-1)]
    chosen = [each.about for each in choose([threads, topics, soon])]
    assert chosen == ["thread0", "thread1", "topic", "soon", "later"]
    assert [each.about for each in choose([threads, topics, []])] == [
        "thread0",
        "thread1",
        "thread2",
        "thread3",
        "topic",
    ]
    assert choose([[], []]) == []


@pytest.mark.parametrize(
    "guest",
    [
        pytest.param(UserRow(id="U1", is_restricted=True), id="of several channels"),
        pytest.param(UserRow(id="U1", is_ultra_restricted=True), id="of one channel"),
    ],
)
def test_slack_tells_who_is_a_guest(guest: UserRow) -> None:
    assert to_person(guest, "T1", set()).is_guest
    assert not to_person(UserRow(id="U1"), "T1", set()).is_guest
