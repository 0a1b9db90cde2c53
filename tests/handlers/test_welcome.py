"""Newcomers are met by people, and questions don't wait in vain."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.events import ChannelKind, MessagePosted, to_micros
from bot.domain.posts import Post
from bot.judgement.limits import Kind
from bot.storage import listening
from bot.storage.places import Network
from bot.storage.rhythm import CalendarEntry, Decision
from handlers import digest, network, welcome
from tests.conftest import Community
from tests.town import Town

FEATURES = (network.feature, welcome.feature, digest.feature)
QUESTION = "Does anybody know a form for the handover at night?"


@pytest.fixture
def town(community: Community) -> Town:
    """A town that has known its people for half a year; ada tends it."""
    town = community(features=FEATURES)
    town.lead("ada")
    old = town.now - timedelta(days=180)
    for name in ("ada", "bob", "cem"):
        town.says(name, at=old)
    return town


def joins_and_asks(town: Town, name: str = "dia", text: str = QUESTION) -> int:
    town.joins(name)
    return town.says(name, text)


def told(town: Town, name: str = "ada") -> list[Post]:
    return [post for post in town.sees(name) if "newcomer's first post is" in post.text]


def decisions(town: Town) -> list[str]:
    with town.sessions.begin() as session:
        return [row.reason for row in session.query(Decision).order_by(Decision.id)]


def test_leads_hear_once_of_a_first_post_that_nobody_answered_for_a_working_day(town: Town) -> None:
    ts = joins_and_asks(town)
    town.lives(hours=23)
    assert told(town) == []
    town.lives(days=4)
    (post,) = told(town)
    assert f"message:{town.place('general')}/{ts}" in post.text
    assert "for one working day" in post.text
    assert "Dia" not in post.text
    assert "first posts of newcomers that were waiting: 1" in decisions(town)


def test_a_first_post_need_not_be_a_question(town: Town) -> None:
    joins_and_asks(town, text="Hello, I am new on the ward and glad to be here.")
    town.lives(days=2)
    assert len(told(town)) == 1


def test_the_leads_room_hears_it_in_the_place_of_each_lead(town: Town) -> None:
    room = town.opens("leads", kind=ChannelKind.PRIVATE)
    with town.sessions.begin() as session:
        session.query(Network).one().leads_room = room
    joins_and_asks(town)
    town.lives(days=2)
    assert told(town) == []
    assert [post.to for post in town.hears] == [room]


@pytest.mark.parametrize("answer", ["reply", "reaction"])
def test_an_answer_by_a_person_ends_the_wait(town: Town, answer: str) -> None:
    ts = joins_and_asks(town)
    if answer == "reply":
        town.says("bob", thread=ts)
    else:
        town.reacts("bob", ts, "wave")
    town.lives(days=3)
    assert told(town) == []
    assert decisions(town) == ["no newcomer's first post is waiting"]


def test_neither_a_bot_nor_the_author_is_an_answer(town: Town) -> None:
    ts = joins_and_asks(town)
    message = town.message("robo", thread=ts)
    fields = {name: getattr(message, name) for name in message.__struct_fields__}
    town.tells(MessagePosted(**{**fields, "by_bot": True}))
    town.says("dia", "Anyone?", thread=ts)
    town.reacts("dia", ts, "eyes")
    town.reacts("robo", ts, "eyes")
    town.lives(days=2)
    assert len(told(town)) == 1


def test_a_post_that_was_deleted_is_never_shown(town: Town) -> None:
    town.deletes(joins_and_asks(town))
    town.lives(days=3)
    assert told(town) == []
    town.passes(hours=1)
    assert "Nothing is waiting" in town.types("ada", "/tend waiting")


def test_leads_are_not_pointed_any_longer_to_a_post_that_was_deleted(town: Town) -> None:
    ts = joins_and_asks(town)
    town.lives(hours=23)
    town.lives(days=4)
    (post,) = told(town)
    town.edits(ts, "How do you do that, all of you?")
    (post,) = told(town)
    assert f"/{ts})" in post.text, "it still waits"
    town.deletes(ts)
    assert told(town) == []
    assert "has been deleted, changed or answered since" in town.sees("ada")[-1].text


def test_an_answer_that_was_deleted_no_longer_counts(town: Town) -> None:
    ts = joins_and_asks(town)
    answer = town.says("bob", thread=ts)
    town.lives(days=2)
    assert told(town) == []
    town.deletes(answer)
    town.lives(days=1)
    assert len(told(town)) == 1


def test_the_weekend_is_no_working_time(town: Town) -> None:
    town.passes(days=4)
    joins_and_asks(town)
    town.lives(days=2, hours=23)
    assert told(town) == []
    town.lives(days=1)
    assert len(told(town)) == 1


def test_a_declared_quiet_time_is_no_working_time(town: Town) -> None:
    joins_and_asks(town)
    with town.sessions.begin() as session:
        row = CalendarEntry(
            network_id=session.query(Network).one().id,
            name="Half-term",
            kind="quiet",
            first=date(2026, 3, 3),
            last=date(2026, 3, 6),
        )
        session.add(row)
    town.lives(days=6, hours=23)
    assert told(town) == []
    town.lives(days=1)
    assert len(told(town)) == 1


def test_a_public_holiday_is_no_working_time(town: Town) -> None:
    town.passes(weeks=4, days=3)  # Thursday 2 April 2026; the next day is Good Friday
    joins_and_asks(town)
    town.lives(days=3, hours=23)
    assert told(town) == []
    town.lives(days=1)
    assert len(told(town)) == 1


def test_an_old_hands_question_is_not_a_first_post(town: Town) -> None:
    town.says("bob", QUESTION)
    town.lives(days=3)
    assert told(town) == []


def test_who_spoke_for_the_first_time_after_a_year_of_reading_is_met_as_a_newcomer(
    town: Town,
) -> None:
    town.joins("dia", at=town.now - timedelta(days=150))
    town.says("dia", QUESTION)
    town.lives(days=2)
    assert len(told(town)) == 1


def test_where_the_bot_itself_is_new_nobody_is_taken_for_a_newcomer(community: Community) -> None:
    town = community(features=FEATURES)
    town.lead("ada")
    town.says("bob")
    town.says("dia", QUESTION, hours=3)
    town.lives(days=3)
    assert told(town) == []


def test_only_the_first_three_posts_are_first_posts(town: Town) -> None:
    town.joins("dia")
    first = town.says("dia")
    town.reacts("bob", first, "wave")
    for _ in range(2):
        town.says("dia", thread=first)
    town.says("dia", QUESTION, hours=2)
    town.lives(days=2)
    assert told(town) == []


def test_who_has_heard_of_the_bot_today_is_told_on_the_next_day(town: Town) -> None:
    ts = joins_and_asks(town)
    town.passes(days=1)
    with town.app.context(town.network, occasion="test") as ctx:
        to = town.person("ada")
        ctx.say(to, "bot/failed", kind=Kind.TENDING, key="test")
    town.lives(hours=8)
    assert told(town) == []
    assert (
        "a newcomer's first post is waiting, but those who tend have heard of me today"
        in decisions(town)
    )
    town.lives(days=1)
    (post,) = told(town)
    assert f"/{ts}" in post.text


def test_old_history_sets_nothing_off(town: Town) -> None:
    town.joins("dia", at=town.now - timedelta(days=10))
    town.says("dia", QUESTION, at=town.now - timedelta(days=10))
    town.lives(days=2)
    assert told(town) == []
    assert "a newcomer's first post" in town.types("ada", "/tend waiting")


@pytest.mark.parametrize("kind", [ChannelKind.PRIVATE, ChannelKind.DIRECT, ChannelKind.UNKNOWN])
def test_only_open_channels_are_watched(town: Town, kind: ChannelKind) -> None:
    town.opens("ward", kind=kind)
    town.joins("dia", "ward")
    town.says("dia", QUESTION, channel="ward")
    town.lives(days=2)
    assert told(town) == []
    assert "Nothing is waiting" in town.types("ada", "/tend waiting")


def test_without_anybody_who_tends_the_reason_is_kept(community: Community) -> None:
    town = community(features=FEATURES)
    joins_and_asks(town)
    town.lives(days=2)
    assert "a newcomer's first post is waiting, but nobody tends this network yet" in decisions(
        town
    )
    assert town.hears == []


def test_what_may_have_been_answered_while_the_bot_was_deaf_is_left_out(town: Town) -> None:
    joins_and_asks(town)
    start = to_micros(town.now)
    with town.sessions.begin() as session:
        hour = 3_600_000_000
        listening.listened(session, town.workspace, since=start - hour, until=start + hour)
        listening.listened(
            session, town.workspace, since=start + 20 * hour, until=start + 60 * hour
        )
    town.lives(days=2)
    assert told(town) == []


def test_leads_see_newcomers_first_and_then_the_oldest(town: Town) -> None:
    town.says("bob", QUESTION)
    town.says("cem", "Who has a spare hoist for the day room?", hours=2)
    town.passes(days=1)
    new = joins_and_asks(town)
    town.passes(days=2)
    lines = [x for x in town.types("ada", "/tend waiting").splitlines() if x.startswith("- ")]
    assert ["newcomer's first post" in line for line in lines] == [True, False, False]
    assert f"/{new})" in lines[0]
    assert "Monday 2 March: three working days" in lines[1]
    assert "Monday 2 March: two working days" in lines[2]
    assert "about 9 minutes between you" in town.types("ada", "/tend waiting")
    assert not any(name in "".join(lines) for name in ("Bob", "Cem", "Dia"))


def test_a_long_list_is_cut_and_says_so(town: Town) -> None:
    for n in range(17):
        town.says("bob", QUESTION, hours=n / 100)
        town.says("bob", QUESTION, channel=f"room{n}")
    town.passes(days=2)
    shown = town.types("ada", "/tend waiting")
    assert shown.count("\n- ") == 15
    assert "And 3 more" in shown
    assert "about 45 minutes" in shown


def test_the_digest_points_to_the_newest_questions_and_not_to_who_asked(town: Town) -> None:
    asked = [town.says("bob", QUESTION, channel=f"room{n}", hours=n / 10) for n in range(6)]
    town.says("cem", "Good to see so many of you at the meeting.", channel="hall")
    town.passes(days=2)
    shown = town.types("ada", "/tend digest preview")
    assert "**Waiting for a reply**" in shown
    links = [line.partition("message:")[2] for line in shown.splitlines() if "message:" in line]
    assert [link.partition(")")[0] for link in links] == [
        f"{town.place(f'room{n}')}/{asked[n]}" for n in (5, 4, 3, 2, 1)
    ]
    assert "And 1 more" in shown
    assert "Bob" not in shown


def test_a_question_of_three_weeks_ago_is_let_rest(town: Town) -> None:
    town.says("bob", QUESTION)
    town.passes(weeks=3)
    assert "Waiting for a reply" not in town.types("ada", "/tend digest preview")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        pytest.param(1, "**New with us:** a few people.", id="one alone isn't pointed at"),
        pytest.param(4, "**New with us:** a few people.", id="four are a few"),
        pytest.param(5, "**New with us:** five people.", id="five are counted"),
        pytest.param(12, "**New with us:** 12 people.", id="twelve are counted"),
    ],
)
def test_the_digest_says_how_many_are_new(town: Town, number: int, words: str) -> None:
    town.passes(days=-3)
    for n in range(number):
        if n % 2:
            town.joins(f"new{n}")
        else:
            town.says(f"new{n}")
    town.passes(days=3)
    shown = town.types("ada", "/tend digest preview")
    assert words in shown
    assert "New0" not in shown


def test_without_newcomers_nothing_is_said_of_them(town: Town) -> None:
    town.says("bob", "We could keep a kettle in the bay.", at=town.now - timedelta(days=2))
    assert "New with us" not in town.types("ada", "/tend digest preview")


def test_tend_alone_shows_what_waits_and_how_to_begin(community: Community) -> None:
    town = community()
    assert "Let's set this network up" in town.types("priya", "/tend"), "before it is set up"
    waiting = town.types("priya", "/tend waiting")
    assert "Whoever answers `/tend settings` first does." in waiting

    town.types("priya", "/tend settings")
    town.fills("priya", name="Frailty", purpose="Safer discharge for everybody.")
    town.says("ada", "Has anybody tried this?", at=town.now - timedelta(days=3))

    answer = town.types("priya", "/tend")
    assert "Waiting for a reply from a person" in answer
    assert "`/tend help` shows what else you can do" in answer
