"""The weekly digest comes once a week, or says why not; who tends can see it before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from bot import outbox
from bot.domain.events import ChannelKind, ChannelSeen
from bot.domain.posts import Post
from bot.domain.schedule import Weekday
from bot.judgement.limits import Kind
from bot.storage.rhythm import Decision
from handlers import digest, energy, mydata, network, welcome
from tests.conftest import Community
from tests.town import Town

NAMES = ("bob", "cem", "dia", "eve", "fay", "gus", "hal")


@pytest.fixture
def town(community: Community) -> Town:
    """A town with nothing but energy in its digest; ada tends it, and people speak each day."""
    town = community(features=(network.feature, energy.feature, digest.feature))
    town.lead("ada")
    return town


def talks(town: Town, *, weeks: int = 1) -> None:
    """Seven people speak on each working day of the week before and of the *weeks* to come."""
    messages = [
        town.message(name, at=town.now + timedelta(days=7 * week + day, hours=n))
        for week in range(-1, weeks)
        for day in range(5)
        for n, name in enumerate(NAMES)
    ]
    town.recounts(*messages)


def digests(town: Town) -> list[Post]:
    return [post for post in town.hears if "the week to" in post.text]


def decisions(town: Town) -> list[tuple[bool, str]]:
    with town.sessions.begin() as session:
        rows = session.query(Decision).where(Decision.what.in_(("digest", "digest.weekly")))
        return [(row.did_speak, row.reason) for row in rows.order_by(Decision.id)]


@pytest.mark.at_length
def test_there_is_exactly_one_digest_a_week(town: Town) -> None:
    talks(town, weeks=3)
    town.lives(weeks=3)
    assert [post.to for post in digests(town)] == [town.place("general")] * 3
    assert [post.text.splitlines()[0].rpartition("week to ")[2] for post in digests(town)] == [
        "Thursday 5 March**",
        "Thursday 12 March**",
        "Thursday 19 March**",
    ]
    assert decisions(town) == [(True, f"2026-W{week}") for week in (10, 11, 12)]


def test_a_digest_tells_of_the_seven_days_before_it(town: Town) -> None:
    talks(town)
    town.lives(days=4, hours=2, weeks=0)
    assert digests(town) == []
    town.lives(hours=2)
    (post,) = digests(town)
    assert "Seven" not in post.text
    assert "7 of us spoke" in post.text
    assert "a little late" not in post.text
    assert not any(name.capitalize() in post.text for name in NAMES)


def test_a_missed_run_is_made_up_for_once_and_said_to_be_late(town: Town) -> None:
    talks(town)
    town.passes(days=5)
    town.lives(days=1)
    assert digests(town) == [], "nobody is written to on a Saturday"
    town.lives(days=1)
    (post,) = digests(town)
    assert "the week to Thursday 5 March** _(a little late)_" in post.text
    assert decisions(town) == [(True, "2026-W10")]


def test_of_a_long_absence_only_the_newest_digest_is_made_up_for(town: Town) -> None:
    talks(town, weeks=4)
    town.passes(weeks=3)
    town.ticks()
    (post,) = digests(town)
    assert "the week to Thursday 19 March" in post.text


def test_a_week_after_its_day_a_digest_is_let_go_and_the_reason_kept(community: Community) -> None:
    town = community(
        features=(network.feature, energy.feature, digest.feature),
        digest={"day": "monday", "at": "12:00"},
    )
    town.lead("ada")
    talks(town)
    town.passes(days=6, hours=22)
    town.ticks()
    assert digests(town) == []
    [(did_speak, reason)] = decisions(town)
    assert not did_speak
    assert reason.startswith("2026-W10 was missed")


def test_the_day_and_the_time_are_the_networks_own(community: Community) -> None:
    town = community(
        features=(network.feature, energy.feature, digest.feature),
        digest={"day": "wednesday", "at": "15:30"},
    )
    talks(town, weeks=5)
    town.passes(weeks=4)  # Monday 30 March, a day after the clocks went forward
    town.lives(days=2, hours=5)  # 15:00 in London
    assert len(digests(town)) == 1
    town.lives(hours=1)
    assert "the week to Tuesday 31 March" in digests(town)[-1].text
    assert len(digests(town)) == 2


def test_where_nothing_is_to_be_told_nothing_is_said_and_the_reason_kept(town: Town) -> None:
    town.lives(weeks=1)
    assert digests(town) == []
    assert decisions(town) == [(False, "2026-W10: nothing to tell")]
    assert "There is nothing to tell" in town.types("ada", "/tend digest preview")


def test_without_an_open_channel_the_reason_is_kept(town: Town) -> None:
    talks(town)
    town.tells(ChannelSeen(channel=town.place("general"), name="general", is_archived=True))
    town.lives(days=5)
    assert digests(town) == []
    assert decisions(town) == [(False, "there is no open channel to post it in")]
    assert "has no open channel to go to yet" in town.types("ada", "/tend digest preview 2026-W10")


def test_an_archived_channel_is_no_place_for_it(town: Town) -> None:
    talks(town)
    town.place("hall")
    town.tells(ChannelSeen(channel=town.place("general"), name="general", is_archived=True))
    town.lives(days=5)
    assert [post.to for post in digests(town)] == [town.place("hall")]


def test_a_preview_is_the_digest_that_will_be_posted(town: Town) -> None:
    talks(town)
    town.passes(days=4, hours=2)
    shown = town.types("ada", "/tend digest preview")
    assert shown.startswith("_Only you see this._ It would go to")
    assert "on Friday at 12:00:" in shown
    assert digests(town) == []
    town.lives(hours=2)
    assert digests(town)[0].text in shown


@pytest.mark.at_length
def test_past_weeks_can_be_seen_again(town: Town) -> None:
    talks(town, weeks=3)
    town.lives(weeks=3)
    posted = [post.text for post in digests(town)]
    for number, text in zip((10, 11, 12), posted, strict=True):
        assert text in town.types("ada", f"/tend digest preview 2026-W{number}")
    assert len(digests(town)) == 3


@pytest.mark.parametrize(
    "week",
    [
        pytest.param("last", id="a word"),
        pytest.param("2026-W54", id="a week that isn't"),
        pytest.param("2026-W", id="half a week"),
        pytest.param("2026-03-02", id="a day"),
        pytest.param("99999-W10", id="a year that isn't"),
        pytest.param("0001-W01", id="before all time"),
        pytest.param("0003-W01", id="too near to the beginning of time"),
        pytest.param("9999-W52", id="after all time"),
    ],
)
def test_a_week_that_makes_no_sense_is_named(town: Town, week: str) -> None:
    told = town.types("ada", f"/tend digest preview {week}")
    assert told.startswith(f"I don't know the week {week}.")


def test_only_those_who_tend_see_it_before(town: Town) -> None:
    talks(town)
    town.passes(days=4, hours=2)
    assert "the week to" not in town.types("bob", "/tend digest preview")


def test_a_digest_has_facts_for_programs(town: Town) -> None:
    talks(town)
    town.passes(days=4, hours=2)
    with town.app.context(town.network, occasion="x") as ctx:
        [section] = digest.compose(ctx, digest.period_of(digest.Settings(), "2026-W10"))
    assert section.facts == {"phase": "too early to tell", "direction": "level", "voices": 7}


@pytest.mark.parametrize("day", list(Weekday))
def test_every_day_is_in_the_digest_of_one_week(day: Weekday) -> None:
    settings = digest.Settings(day=day)
    for n in range(800):
        today = date(2024, 12, 1) + timedelta(days=n)
        period = digest.period_of(settings, digest.newest_week(settings, today))
        assert period.first <= today <= period.last
        assert period.last - period.first == timedelta(days=6)


# What a digest points to is changed or deleted


@pytest.fixture
def asking(community: Community) -> Town:
    """A town whose digest points to questions that nobody answered."""
    features = (network.feature, energy.feature, welcome.feature, digest.feature, mydata.feature)
    town = community(features=features)
    town.lead("ada")
    talks(town)
    return town


def asks(town: Town, *, channel: str = "falls") -> int:
    """Somebody asks what nobody answers."""
    town.passes(hours=0.1)  # a moment later each time, so that it can be told apart
    return town.says("ivy", "Does anybody have a leaflet on falls?", channel=channel)


def points_to(town: Town, ts: int) -> bool:
    """Whether the digest, as everybody sees it now, points to a message."""
    (post,) = digests(town)
    return f"{ts}" in post.text


@pytest.mark.both_databases
def test_a_posted_digest_no_longer_points_to_what_was_deleted(asking: Town) -> None:
    first, second = asks(asking), asks(asking, channel="wards")
    asking.lives(days=4, hours=4)
    assert points_to(asking, first)
    assert points_to(asking, second)
    asking.deletes(first, channel="falls")
    assert not points_to(asking, first)
    assert points_to(asking, second)
    asking.deletes(second, channel="wards")
    assert not points_to(asking, second)


def test_a_posted_digest_no_longer_calls_a_question_what_was_edited_into_none(asking: Town) -> None:
    question = asks(asking)
    asking.lives(days=4, hours=4)
    assert points_to(asking, question)
    asking.edits(question, "Found it, thank you.", channel="falls")
    assert not points_to(asking, question)


def test_a_digest_that_is_still_to_be_posted_is_mended_too(asking: Town) -> None:
    question = asks(asking)
    asking.passes(days=4, hours=4)
    with asking.app.context(asking.network, occasion="test") as ctx:
        period = digest.period_of(digest.Settings(), "2026-W10")
        sections = digest.compose(ctx, period)
        ctx.say(
            asking.place("general"),
            "digest/weekly",
            kind=Kind.DIGEST,
            key=f"digest/{ctx.network.id}/2026-W10",
            at=asking.now + timedelta(minutes=10),
            **digest.values(ctx, period, sections),
        )
    with asking.sessions.begin() as session:
        assert len(outbox.quoting(session, outbox.ref_of(asking.place("falls"), question))) == 1
    asking.deletes(question, channel="falls")
    asking.passes(hours=1)
    asking.app.deliver()
    assert not points_to(asking, question)


def test_a_channel_that_is_closed_takes_its_links_with_it(asking: Town) -> None:
    question = asks(asking)
    asking.lives(days=4, hours=4)
    assert points_to(asking, question)
    asking.opens("falls", kind=ChannelKind.PRIVATE)
    assert not points_to(asking, question)


def test_a_digest_of_long_ago_is_taken_back_rather_than_told_anew(asking: Town) -> None:
    question = asks(asking)
    asking.lives(days=4, hours=4)
    assert points_to(asking, question)
    asking.passes(weeks=9)
    asking.deletes(question, channel="falls")
    (post,) = digests(asking)
    assert "taken back" in post.text
    assert not points_to(asking, question)


def deletes_all(town: Town, name: str) -> None:
    """Somebody deletes what is held of them."""
    town.types(name, "/net mydata delete")
    town.presses(name, "Delete everything")


def stops_being_counted(town: Town, name: str) -> None:
    """Somebody doesn't want to be counted."""
    town.types(name, "/net mydata don't count me")


@pytest.mark.both_databases
@pytest.mark.parametrize("goes", [deletes_all, stops_being_counted])
def test_who_wants_to_be_forgotten_is_pointed_to_no_more(
    asking: Town, goes: Callable[[Town, str], None]
) -> None:
    hers = asks(asking)
    asking.passes(hours=0.1)
    his = asking.says("gus", "Is there a leaflet on gait?", channel="wards")
    asking.lives(days=4, hours=4)
    assert points_to(asking, hers)
    assert points_to(asking, his)
    goes(asking, "ivy")
    asking.passes(hours=0.1)
    asking.app.tick()
    assert not points_to(asking, hers)
    assert points_to(asking, his)


def test_what_nothing_points_to_changes_nothing(asking: Town) -> None:
    message = asking.says("bob")
    asking.lives(days=4, hours=4)
    before = digests(asking)
    asking.deletes(message)
    assert digests(asking) == before
