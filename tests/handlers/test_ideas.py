"""What deserves more ears is found, and nothing of it is shown before its author agrees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.domain.events import ChannelKind, PersonSeen
from bot.storage import holdings
from bot.storage.places import Person
from handlers import digest, ideas, network
from tests.conftest import Community
from tests.town import MONDAY, Town

FEATURES = (network.feature, ideas.feature, digest.feature)
SECTION = "Little-known, worth hearing"
KETTLE = (
    "We keep a kettle, a chair and a set of steps in the bay and just watch for five minutes: "
    "whoever can make tea can go home."
)
LONG = (
    "Here is what we learned from half a year of handovers at night:\n"
    + "- write down the three things that the morning must know\n" * 6
)


@pytest.fixture
def town(community: Community) -> Town:
    """A town on Thursday, in the middle of its digest's week; ada tends it."""
    town = community(features=FEATURES)
    town.lead("ada")
    for name in ("ada", "amina", "bob", "cem", "eve"):
        town.says(name, at=MONDAY - timedelta(days=20))
    town.passes(days=3)
    return town


def preview(town: Town) -> str:
    return town.types("ada", "/tend digest preview")


def facts(town: Town) -> list[dict[str, Any]]:
    """What a program sees of the preview's section."""
    with town.app.context(town.network, occasion="facts") as ctx:
        period = digest.period_of(digest.Settings(), "2026-W10", is_preview=True)
        section = ideas.worth_hearing(ideas.Settings(), ctx, period)
        return [] if section is None else section.facts["would_ask"]  # type: ignore[return-value]


def test_a_marked_reply_of_somebody_little_heard_is_asked_for_by_name(town: Town) -> None:
    thread = town.says("bob", "How do you decide in the bay?", hours=-30)
    ts = town.says("amina", KETTLE, thread=thread, hours=-29)
    town.says("eve", "Lovely.", thread=thread, hours=-28)
    for name in ("cem", "ada"):
        town.reacts(name, ts)
    shown = preview(town)
    assert (
        "I would ask Amina about a message of Wednesday in "
        f"[\\#general](message:fake:T1/C-general/{ts}): marked as worth hearing by two people; "
        "only one person has replied"
    ) in shown
    assert "kettle" not in shown


def test_the_popular_post_is_not_put_above_the_little_known(town: Town) -> None:
    popular = town.says("ada", LONG, hours=-20)
    for n in range(40):
        town.reacts(f"fan{n}", popular)
    quiet = town.says("amina", KETTLE, hours=-10)
    town.reacts("cem", quiet)
    assert [each["ts"] for each in facts(town)] == [quiet]


def test_a_posted_digest_holds_nothing_of_it(town: Town) -> None:
    town.says("amina", LONG, hours=-10)
    town.opens("general", is_main=True)
    with town.app.context(town.network, occasion="posted") as ctx:
        period = digest.period_of(digest.Settings(), "2026-W10")
        assert ideas.worth_hearing(ideas.Settings(), ctx, period) is None
    town.lives(days=2)
    assert not any(SECTION in post.text for post in town.hears)


def test_programs_see_where_and_why_and_never_a_score_or_words(town: Town) -> None:
    ts = town.says("amina", LONG, hours=-10)
    assert facts(town) == [
        {
            "channel": "general",
            "channel_id": "fake:T1/C-general",
            "ts": ts,
            "author": "Amina",
            "reasons": [{"type": "unanswered"}, {"type": "careful"}],
        }
    ]


@pytest.mark.parametrize("marks", [1, 2])
def test_the_network_chooses_its_own_mark(community: Community, marks: int) -> None:
    town = community(features=FEATURES, ideas={"spark": ["seedling", "star"]})
    town.passes(days=3)
    ts = town.says("amina", KETTLE)
    town.reacts("bob", ts, "bulb")
    for emoji in ("seedling", "star", "star")[: marks + 1]:
        town.reacts("cem", ts, emoji)
    shown = preview(town)
    assert "marked as worth hearing by one person" in shown
    assert "one person saw it enough to react" in shown


def test_nobody_marks_their_own(town: Town) -> None:
    ts = town.says("amina", LONG, hours=-10)
    town.reacts("amina", ts)
    assert "marked" not in preview(town)


def test_a_mark_that_was_taken_back_is_gone(town: Town) -> None:
    ts = town.says("amina", LONG, hours=-10)
    town.reacts("cem", ts)
    assert "marked as worth hearing" in preview(town)
    town.unreacts("cem", ts)
    assert "marked" not in preview(town)


def test_marks_from_other_corners_of_the_network_are_said_to_be(town: Town) -> None:
    for n, (name, home) in enumerate((("cem", "wards"), ("eve", "homes"), ("bob", "general"))):
        for day in range(3):
            town.says(name, channel=home, at=MONDAY - timedelta(days=day, minutes=n))
    ts = town.says("amina", KETTLE, hours=-10)
    for name in ("cem", "eve", "bob"):
        town.reacts(name, ts)
    assert (
        "marked as worth hearing by three people, from two other corners of the network;"
    ) in preview(town)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"is_external": True}, id="a guest"),
        pytest.param({"is_bot": True}, id="a bot"),
        pytest.param({"is_gone": True}, id="somebody who left"),
    ],
)
def test_who_can_not_be_asked_is_not_chosen(town: Town, change: dict[str, bool]) -> None:
    town.says("amina", LONG, hours=-10)
    assert SECTION in preview(town)
    seen = PersonSeen(member=town.person("amina"), name="Amina")
    town.tells(replace(seen, **change))
    assert SECTION not in preview(town)


def test_who_is_not_to_be_counted_is_not_chosen(town: Town) -> None:
    town.says("amina", LONG, hours=-10)
    with town.sessions.begin() as session:
        session.query(Person).filter_by(name="Amina").one().is_uncounted = True
    assert SECTION not in preview(town)


@pytest.mark.parametrize("kind", [ChannelKind.PRIVATE, ChannelKind.UNKNOWN, ChannelKind.DIRECT])
def test_nothing_comes_out_of_a_channel_that_is_not_open(town: Town, kind: ChannelKind) -> None:
    town.opens("ward", kind=kind)
    town.says("amina", LONG, channel="ward", hours=-10)
    assert SECTION not in preview(town)


def test_a_deleted_message_is_not_chosen(town: Town) -> None:
    town.deletes(town.says("amina", LONG, hours=-10))
    assert SECTION not in preview(town)


def test_small_talk_alone_fills_no_section(town: Town) -> None:
    town.says("amina", "Good morning, and happy weekend to all of you lovely people!", hours=-10)
    assert SECTION not in preview(town)


def test_another_week_is_another_choice(town: Town) -> None:
    town.says("amina", LONG, hours=-10)
    assert SECTION not in town.types("ada", "/tend digest preview 2026-W12")
    assert SECTION in town.types("ada", "/tend digest preview 2026-W10")


@pytest.mark.parametrize(
    ("replied", "reacted", "words"),
    [
        pytest.param(0, 1, "nobody has answered; long and careful; one person saw it", id="seen"),
        pytest.param(1, 0, "long and careful; only one person has replied.", id="one reply"),
        pytest.param(
            1, 2, "long and careful; one person has replied, and two others reacted.", id="both"
        ),
    ],
)
def test_the_reasons_are_in_words(town: Town, replied: int, reacted: int, words: str) -> None:
    ts = town.says("amina", LONG, hours=-10)
    for n in range(replied):
        town.says(f"r{n}", "Thank you.", thread=ts, hours=-9)
    for n in range(reacted):
        town.reacts(f"s{n}", ts, "eyes")
    assert words in preview(town)


def test_a_reply_that_nobody_answered_says_so_and_a_newcomer_is_said_to_be_new(town: Town) -> None:
    thread = town.says("bob", "How do you decide in the bay?", hours=-30)
    town.joins("dia")
    ts = town.says("dia", KETTLE, thread=thread, hours=-29)
    town.reacts("cem", ts)
    assert (
        "marked as worth hearing by one person; nobody has replied; from somebody new here."
    ) in preview(town)


def test_the_shortcut_marks_as_the_emoji_does(town: Town) -> None:
    ts = town.says("amina", LONG, hours=-10)
    answer = town.uses("bob", "ideas.worth_hearing", ts)
    assert answer.startswith("Marked as worth hearing. Nothing of it is shown")
    town.uses("bob", "ideas.worth_hearing", ts)
    assert "marked as worth hearing by one person" in preview(town)
    assert town.hears == []


def test_a_mark_is_kept_only_of_what_counts_and_of_whoever_counts(town: Town) -> None:
    ts = town.says("amina", LONG, hours=-10)
    assert "can't mark it" in town.uses("bob", "ideas.worth_hearing", ts + 1)
    with town.sessions.begin() as session:
        holdings.stop_counting(session, town.person("bob"))
    assert "I keep no mark of yours" in town.uses("bob", "ideas.worth_hearing", ts)
    town.deletes(ts)
    assert "can't mark it" in town.uses("cem", "ideas.worth_hearing", ts)
    assert "marked" not in preview(town)


def test_an_emoji_that_means_something_is_answered_by_nothing(town: Town) -> None:
    ts = town.says("amina", LONG, hours=-10)
    town.reacts("bob", ts)
    assert town.platform.said == []
