"""What somebody follows is theirs alone, and words that name it leave nothing but that they did."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.domain.events import ChannelMoved, MessageEdited
from bot.domain.topics import Followed, key_of
from bot.storage import places, topics
from bot.storage.schema import metadata
from bot.storage.topics import Follow, MessageTopic, Topic
from tests.platforms.slack.recorded import heard, posted, somebody
from tests.town import Town


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("falls", "Fall"),
        ("Hip fractures", "#hip-fracture"),
        ("Café", "cafes"),
        ("therapies", "therapy"),
        ("boxes", "box"),
        ("bus", "bus"),
        ("  Night   handover ", "night handovers"),
        ("転倒", "転倒"),
    ],
)
def test_one_topic_has_one_key_however_it_is_written(one: str, other: str) -> None:
    assert key_of(one) == key_of(other) != ""


FOLLOWED = Followed(key_of(each) for each in ("falls", "hip fracture", "café", "therapy", "転倒"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Has anybody counted their FALLS this week?", ("fall",)),
        ("A #hipfracture, and a fall.", ("fall", "hip fracture")),
        ("Two hip fractures today", ("hip fracture",)),
        ("The hip of a fracture", ()),
        ("Waterfall, falling, fallen", ()),
        ("See <https://example.org/falls|this> and https://example.org/therapy", ()),
        ("Les cafés, and other therapies", ("cafe", "therapy")),
        ("転倒を防ぐ", ("転倒",)),
        ("", ()),
    ],
)
def test_words_are_about_a_topic_that_they_name_whole(text: str, found: tuple[str, ...]) -> None:
    assert FOLLOWED.find(text) == found


@given(st.text())
def test_any_words_can_be_looked_through(text: str) -> None:
    assert set(FOLLOWED.find(text)) <= {"fall", "hip fracture", "cafe", "therapy", "転倒"}
    assert Followed(()).find(text) == ()


def tagged(town: Town) -> list[tuple[int, str]]:
    """Which messages are about which topics, by time."""
    with town.sessions.begin() as session:
        rows = session.execute(
            select(MessageTopic.ts, Topic.key)
            .join(Topic, Topic.id == MessageTopic.topic_id)
            .order_by(MessageTopic.ts, Topic.key)
        )
        return [(ts, key) for ts, key in rows]


def test_following_is_private_and_ends_when_it_is_taken_back(town: Town) -> None:
    assert "You follow no topics yet" in town.types("ada", "/net topics")
    assert "You follow *falls* now" in town.types("ada", "/net topics follow #falls")
    assert "already" in town.types("ada", "/net topics follow Fall")
    assert "I look out for it" in town.types("bob", "/net topics follow falls")
    town.types("ada", "/net topics follow hip fractures")
    shown = town.types("ada", "/net topics")
    assert "- falls" in shown
    assert "- hip fractures" in shown
    assert "- falls" in town.presses("ada", "Unfollow hip fractures") + town.types(
        "ada", "/net topics"
    )
    assert "hip" not in town.types("ada", "/net topics")
    assert "You didn't follow *kettles*" in town.types("ada", "/net topics unfollow kettles")
    assert "I didn't understand" in town.types("ada", "/net topics kettles")
    assert "Write a word or two" in town.types("ada", "/net topics follow #!?/")
    assert "40 characters" in town.types("ada", "/net topics follow " + "long " * 12)
    assert "falls" not in " ".join(post.text for post in town.hears)
    with town.sessions.begin() as session:
        assert [*session.scalars(select(Topic.key))] == ["fall"]


def test_a_form_does_what_the_command_does(town: Town) -> None:
    town.types("ada", "/net topics")
    town.presses("ada", "Follow a topic")
    form = town.forms[-1]
    assert town.platform.check is not None
    assert "You follow *night handover*" in town.fills("ada", name="night handover")
    assert [field.name for field in form.fields] == ["name"]
    for number in range(19):
        town.types("ada", f"/net topics follow topic number{number}")
    assert "all I can look out for" in town.types("ada", "/net topics follow one more")


def test_rows_follow_what_becomes_of_a_message(town: Town) -> None:
    before = town.says("bob", "Falls before anybody follows them")
    town.types("ada", "/net topics follow falls")
    town.types("ada", "/net topics follow steps")
    about = town.says("bob", "How do you count falls?")
    town.says("bob", "How do you count tea?")
    both = town.says("cem", "Falls on steps")
    assert tagged(town) == [(about, "fall"), (both, "fall"), (both, "step")]
    assert before < about
    town.passes(hours=1)
    town.edits(both, "Steps alone")
    assert tagged(town) == [(about, "fall"), (both, "step")]
    town.deletes(both)
    assert tagged(town) == [(about, "fall")]
    moved = ChannelMoved(channel=town.place("general"), became=town.place("new"))
    town.tells(moved)
    assert tagged(town) == [(about, "fall")]
    assert "fall: one message" in town.types("bob", "/net mydata")
    town.types("bob", "/net mydata delete")
    town.presses("bob", "Delete everything")
    assert tagged(town) == []


def test_what_nobody_follows_any_more_is_gone(town: Town) -> None:
    town.types("ada", "/net topics follow falls")
    town.says("bob", "Falls again")
    assert "falls (Our network)" in town.types("ada", "/net mydata")
    assert "wrote" in town.types("ada", "/net mydata export")
    town.types("ada", "/net mydata delete")
    town.presses("ada", "Delete everything")
    with town.sessions.begin() as session:
        for table in (Topic, Follow, MessageTopic):
            assert session.scalars(select(table)).all() == []
    town.says("bob", "Falls once more")
    assert tagged(town) == []


def test_rows_are_let_go_with_the_facts_of_their_messages(town: Town) -> None:
    town.types("ada", "/net topics follow falls")
    town.says("bob", "Falls again")
    town.passes(days=200)
    newer = town.says("bob", "Falls now")
    town.runs("network.let_go")
    assert tagged(town) == [(newer, "fall")]


def test_another_process_hears_at_its_next_tick_what_is_followed(town: Town) -> None:
    assert town.app.topics_in(town.workspace, "falls") == ()
    with town.sessions.begin() as session:
        ada = town.person("ada")
        person = places.person_at(session, ada)
        assert person is not None
        topics.follow(session, places.networks(session)[0], person, "falls", now=town.now)
    town.ticks()
    assert town.app.topics_in(town.workspace, "falls") == ("fall",)
    assert town.app.topics_in("fake:T2", "falls") == ()


def test_of_words_nothing_is_kept_but_the_topic_that_somebody_follows(town: Town) -> None:
    town.types("ada", "/net topics follow falls")
    ts = town.says("bob", "Falls by the canarywort, and #canarytag too.")
    town.edits(ts, "The canarywort falls.")
    with town.sessions.begin() as session:
        rows = [
            str(row) for table in metadata.sorted_tables for row in session.execute(select(table))
        ]
    assert tagged(town) == [(ts, "fall")]
    assert [row for row in rows if "canary" in row] == []


def test_slack_tells_what_words_are_about_and_not_the_words() -> None:
    me = somebody(about=Followed([key_of("leaflets"), key_of("falls")]).find)
    assert heard("message", me) == (posted(topics=("leaflet",)),)
    (edit,) = heard("message_changed", me)
    assert isinstance(edit, MessageEdited)
    assert edit.topics == ("leaflet",)
    assert heard("message") == (posted(),)
