"""Members see all that is held of them, and they alone; and what they delete is gone for good."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import select

from bot.context import Context
from bot.domain.events import ActionTaken, from_micros
from bot.domain.posts import Post
from bot.feature import Feature, Section
from bot.platforms.markdown import parse
from bot.prompting import Words
from bot.storage import days, readings
from bot.storage.activity import DELETED, Message
from bot.storage.holdings import Fact, Held
from bot.storage.places import Person
from handlers import FEATURES
from handlers.mydata import LONGEST, TABLES, Settings, parts
from tests.conftest import Community
from tests.samples.mydata import SAMPLES
from tests.town import Town

LABEL = "Delete everything"


def document(post: Post) -> dict[str, Any]:
    """The JSON that a post shows, as a person would copy it."""
    (code,) = [
        span.text
        for block in parse(post.text)
        for line in getattr(block, "lines", ())
        for span in line
        if span.is_code
    ]
    found: dict[str, Any] = json.loads(code)
    return found


def exported(town: Town, name: str) -> dict[str, list[dict[str, Any]]]:
    """Everything that is held of *name*, of all parts of the export."""
    town.types(name, "/net mydata export")
    shown = [document(town.sees(name)[-1])]
    while any(button.label == "Next part" for button in town.sees(name)[-1].buttons):
        town.presses(name, "Next part")
        shown.append(document(town.sees(name)[-1]))
    assert [each["part"] for each in shown] == list(range(1, shown[0]["parts"] + 1))
    return {
        table: [
            dict(zip(each[table]["columns"], row, strict=True))
            for each in shown
            for row in each[table]["rows"]
        ]
        for table in TABLES
    }


def deletes_all(town: Town, name: str) -> str:
    """Somebody deletes what is held of them; returns what they are told."""
    town.types(name, "/net mydata delete")
    return town.presses(name, LABEL)


def authors(town: Town) -> list[str | None]:
    """Who wrote each message that is known, by name."""
    with town.sessions.begin() as session:
        names = dict(session.execute(select(Person.id, Person.name)).all())
        rows = session.scalars(select(Message).order_by(Message.ts))
        return [names[row.author_id] if row.author_id else None for row in rows]


def test_somebody_unknown_is_told_that_nothing_is_held(community: Community) -> None:
    town = community()
    known = town.person("ada")
    town.tells()
    with town.sessions.begin() as session:
        session.delete(session.scalars(select(Person).where(Person.ref == known)).one())
    for command in ("/net mydata", "/net mydata export", "/net mydata delete"):
        assert town.types("ada", command) == "I hold nothing about you."


def test_everything_is_told_in_plain_words(town: Town) -> None:
    town.lead("ada")
    town.joins("ada")
    first = town.says("ada", "Could somebody help?")
    town.says("bob", thread=first)
    town.says("ada", thread=first, hours=24)
    town.reacts("ada", first)
    town.types("ada", "/tend why half of us are *away*")
    shown = town.types("ada", "/net mydata")
    assert "here: Ada, fake:T1/U-ada" in shown
    assert "you tend Our network, since Monday 2 March 2026" in shown
    assert "came and went: #general from Monday 2 March 2026" in shown
    assert "Two messages in one conversation, from Monday 2 March 2026 to Tuesday 3 March" in shown
    assert "- One reaction: which emoji" in shown
    assert "Monday 2 March 2026: *half of us are \\*away\\**" in shown
    assert "Nobody else can see this. Your words on why are the exception" in shown


def test_what_was_said_is_only_for_who_asked(town: Town) -> None:
    town.says("ada")
    for command in ("", " export", " delete", " don't count me", " count me", " what"):
        town.types("ada", f"/net mydata{command}")
    town.presses("ada", LABEL)
    assert town.hears == []
    assert {post.only_for for post in town.platform.said} == {town.person("ada")}


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("@bob", id="a mention"),
        pytest.param("fake:T1/U-bob", id="an id"),
        pytest.param("export fake:T1/U-bob", id="an export of somebody else"),
        pytest.param("delete @bob", id="a deletion of somebody else"),
    ],
)
def test_nobody_can_ask_for_another_s_data_whoever_they_are(town: Town, typed: str) -> None:
    town.lead("ada")
    town.says("bob", "Just a word or two.")
    shown = town.types("ada", f"/net mydata {typed}")
    assert "I tell people about themselves alone" in shown
    assert "message" not in shown
    assert authors(town) == ["Bob"]


def test_another_s_button_deletes_nothing_of_theirs(town: Town) -> None:
    town.says("ada")
    town.says("bob", hours=1)
    town.types("ada", "/net mydata delete")
    button = town.sees("ada")[-1].buttons[0]
    town.tells(
        ActionTaken(
            id="forwarded",
            action=button.action,
            value=button.value,
            channel=town.place("general"),
            member=town.person("bob"),
            at=0,
        )
    )
    assert authors(town) == ["Ada", None]


def test_the_export_holds_every_fact(town: Town) -> None:
    town.lead("ada")
    town.joins("ada")
    first = town.says("ada", "Could somebody help?")
    town.edits(town.says("ada", thread=first, hours=1), "Edited.")
    town.reacts("ada", first, "star")
    town.types("ada", "/tend why \u201cquotes\u201d, `code`, [a](b), back\\slash and 👩‍🔬")
    found = exported(town, "ada")
    assert [(each["channel"], each["at"], each["marks"]) for each in found["messages"]] == [
        ("general", "2026-03-02T09:00:00Z", "asks"),
        ("general", "2026-03-02T10:00:00Z", "edited"),
    ]
    assert found["messages"][1]["conversation"] == found["messages"][0]["at"]
    assert [each["length"] for each in found["messages"]] == [20, 7]
    assert found["reactions"] == [
        {"channel": "general", "message_at": "2026-03-02T09:00:00Z", "emoji": "star"}
    ]
    assert [each["network"] for each in found["tends"]] == ["Our network"]
    assert found["channels"] == [
        {"channel": "general", "joined": "2026-03-02T09:00:00Z", "left": None, "wrote": None}
    ]
    assert [each["text"] for each in found["notes"]] == [
        "\u201cquotes\u201d, `code`, [a](b), back\\slash and 👩‍🔬"
    ]


def test_a_long_export_comes_in_parts_that_are_complete_together(town: Town) -> None:
    town.recounts(*(town.message("ada", hours=-hour) for hour in range(200)))
    found = exported(town, "ada")
    assert len({each["at"] for each in found["messages"]}) == 200
    assert len(town.sees("ada")) > 3
    assert all(len(post.text) < LONGEST + 300 for post in town.sees("ada"))


def test_a_part_that_is_not_there_is_the_nearest_that_is(town: Town) -> None:
    town.recounts(*(town.message("ada", hours=-hour) for hour in range(100)))
    town.types("ada", "/net mydata export")
    act = ActionTaken(
        id="0",
        action="mydata.export",
        channel=town.place("general"),
        member=town.person("ada"),
        at=0,
        value="",
    )
    found = []
    for value in ("99", "0", "x"):
        town.tells(replace(act, id=value, value=value))
        found.append(document(town.sees("ada")[-1])["part"])
    assert found[0] == document(town.sees("ada")[0])["parts"] > 1
    assert found[1:] == [1, 1]


@given(texts=st.lists(st.text(max_size=60), max_size=12), longest=st.integers(700, 1500))
def test_parts_lose_no_row_and_hold_as_much_as_they_may(texts: list[str], longest: int) -> None:
    (first, *_) = SAMPLES["held"]
    much = first["held"]
    assert isinstance(much, Held)
    fact = much.messages[0]
    held = replace(much, messages=tuple(Fact(text, *fact[1:]) for text in texts))
    section = Section(name="offers", words=Words(text="One offer"), facts={"offers": ["time"]})
    found = [json.loads(each) for each in parts(held, [section], longest=longest)]
    assert [row[0] for each in found for row in each["messages"]["rows"]] == texts
    assert [each["features"] for each in found if "features" in each] == [
        {"offers": {"offers": ["time"]}}
    ]
    sizes = [len(each) for each in parts(held, [section], longest=longest)]
    rows = [sum(len(each[table]["rows"]) for table in TABLES) for each in found]
    assert all(size <= longest or number <= 1 for size, number in zip(sizes, rows, strict=True))


def test_what_other_features_hold_is_told_and_erased_too(community: Community) -> None:
    offers = Feature("offers", Settings)
    held = {"fake:T1/U-ada": "an hour on Thursdays"}

    @offers.mydata
    def tell(settings: Settings, ctx: Context, person: Person) -> Section | None:
        if person.ref not in held:
            return None
        words = Words(text=f"- An offer: {held[person.ref]}")
        return Section(name="offers", words=words, facts={"offers": [held[person.ref]]})

    @offers.erase
    def erase(settings: Settings, ctx: Context, person: Person) -> None:
        del held[person.ref]

    town = community(features=(*FEATURES, offers))
    assert "- An offer: an hour on Thursdays" in town.types("ada", "/net mydata")
    assert "Thursdays" not in town.types("bob", "/net mydata")
    town.types("ada", "/net mydata export")
    assert document(town.sees("ada")[-1])["features"] == {
        "offers": {"offers": ["an hour on Thursdays"]}
    }
    deletes_all(town, "ada")
    assert held == {}


def test_deleting_asks_first_and_keeping_keeps_all(town: Town) -> None:
    town.says("ada")
    asked = town.types("ada", "/net mydata delete")
    assert "what I noted of one message" in asked
    assert authors(town) == ["Ada"]
    assert "Nothing was changed" in town.presses("ada", "Keep it")
    assert authors(town) == ["Ada"]


def test_one_press_deletes_and_another_is_harmless(town: Town) -> None:
    town.says("ada")
    assert deletes_all(town, "ada").startswith("It is gone.")
    assert town.presses("ada", LABEL) == "I hold nothing about you."
    assert town.types("ada", "/net mydata") == "I hold nothing about you."
    assert authors(town) == [None]


def test_a_question_of_long_ago_is_asked_again(town: Town) -> None:
    town.says("ada")
    deletes_all(town, "ada")
    town.passes(days=1)
    town.says("ada")
    assert town.presses("ada", LABEL).startswith("**Shall I delete everything")
    assert None in authors(town)
    assert len([author for author in authors(town) if author]) == 1


def test_a_lead_is_told_who_tends_after_them(town: Town) -> None:
    town.lead("ada")
    assert "Nobody else does" in town.types("ada", "/net mydata delete")
    town.lead("bob")
    assert "Nobody else does" not in town.types("ada", "/net mydata delete")
    town.presses("ada", LABEL)
    assert "for those who tend the network: Bob" in town.types("ada", "/tend settings")


def test_later_ones_count_and_the_past_stays_away(town: Town) -> None:
    old = [town.message("ada", hours=-hour) for hour in range(1, 20)]
    town.recounts(*old)
    deletes_all(town, "ada")
    town.passes(hours=1)
    town.recounts(*old)
    assert set(authors(town)) == {None}
    town.says("ada")
    shown = town.types("ada", "/net mydata")
    assert "One message in one conversation" in shown
    assert "counts since Monday 2 March 2026, and nothing of before" in shown


def test_others_answers_and_past_totals_stay_and_counting_goes_on(town: Town) -> None:
    network = town.network
    for day in range(60):
        first = town.says("ada", at=town.now - timedelta(days=day + 1))
        town.says("bob", thread=first, at=from_micros(first), hours=1)
    town.lead("bob")
    before = town.types("bob", "/tend pulse")

    def totals() -> list[int]:
        with town.sessions.begin() as session:
            found = days.network_days(session, network, since=town.now.date() - timedelta(99))
            return sorted(counts.messages for counts in found.values())

    assert totals() == [2] * 60
    deletes_all(town, "ada")
    assert totals() == [2] * 60
    assert town.types("bob", "/tend pulse") == before
    assert sorted(filter(None, authors(town))) == ["Bob"] * 60
    town.deletes(first)
    town.says("bob", at=town.now - timedelta(days=59))
    town.passes(days=1)
    assert town.types("bob", "/tend pulse")
    assert totals() == [1] * 59 + [2]
    with town.sessions.begin() as session:
        assert readings.memory_of(session, network) is not None
        assert {row.flags for row in session.scalars(select(Message)) if not row.author_id} == {
            DELETED
        }


@pytest.mark.parametrize("typed", ["don't count me", "Don’t count me.", "do not  count me"])
def test_who_does_not_want_to_be_counted_is_not_however_they_write_it(
    town: Town, typed: str
) -> None:
    town.lead("ada")
    town.says("ada")
    town.types("ada", "/tend why a holiday")
    assert "You are not counted any more" in town.types("ada", f"/net mydata {typed}")
    town.says("ada", hours=1)
    assert authors(town) == [None]
    shown = town.types("ada", "/net mydata")
    assert "No message of yours" in shown
    assert "You asked not to be counted" in shown
    assert "*a holiday*" in shown
    assert "you tend Our network" in shown


def test_being_counted_again_brings_nothing_back(town: Town) -> None:
    old = town.message("ada", hours=-1)
    town.types("ada", "/net mydata don't count me")
    town.passes(hours=1)
    assert "From now on you are counted again" in town.types("ada", "/net mydata count me")
    town.tells(old)
    town.passes(hours=1)
    town.says("ada")
    assert authors(town) == ["Ada"]
    assert "You are counted already" in town.types("ada", "/net mydata count me")


def test_who_is_not_counted_stays_so_after_deleting(town: Town) -> None:
    town.types("ada", "/net mydata don't count me")
    assert "that stays so" in deletes_all(town, "ada")
    town.passes(hours=1)
    town.says("ada")
    assert authors(town) == []
    assert "You asked not to be counted" in town.types("ada", "/net mydata")
    again = town.types("ada", "/net mydata don't count me")
    assert "not counted any more" in again
    assert "Your name stays" not in again
    town.types("ada", "/net mydata count me")
    town.passes(hours=1)
    town.says("ada")
    assert len(authors(town)) == 1
