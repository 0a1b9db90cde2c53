"""What comes in is heard by those who care, answered once, and kept as facts without words."""

from __future__ import annotations

import json
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from freezegun import freeze_time
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import make_url, select
from sqlalchemy.exc import DataError, OperationalError

from bot import app as composition
from bot import inbox, logs
from bot.app import utcnow
from bot.config import ConfigError
from bot.context import Context
from bot.domain.events import (
    ActionTaken,
    Batch,
    Bookmark,
    CommandGiven,
    Event,
    FormSubmitted,
    MemberJoined,
    MemberLeft,
    MessagePosted,
    ReactionAdded,
    to_micros,
)
from bot.domain.ids import MemberId
from bot.feature import Feature, Period
from bot.registry import Registry
from bot.storage import places
from bot.storage.activity import Message
from bot.storage.delivery import Occurrence
from bot.storage.record import Installation, Uncounted, uncounted_key
from bot.storage.rhythm import Decision
from handlers import FEATURES
from tests.conftest import Community
from tests.probe import CANARY, Settings, probe
from tests.town import MONDAY, Town, said

WITH_PROBE = [*FEATURES, probe]


@pytest.fixture
def probed(community: Community) -> Town:
    """A town where everything is on, and the probe too."""
    return community(features=WITH_PROBE)


def typed(town: Town, text: str = "probe") -> CommandGiven:
    """A command as a platform tells of it."""
    return CommandGiven(
        id="the same",
        command="net",
        text=text,
        channel=town.place("general"),
        member=town.person("ada"),
        at=to_micros(town.now),
        trigger="permit",
    )


def test_the_clock_is_the_one_that_freezegun_holds() -> None:
    with freeze_time("2026-03-02 09:00", real_asyncio=True):
        assert utcnow() == MONDAY
    assert utcnow().tzinfo is UTC


@pytest.mark.both_databases
def test_an_act_that_a_platform_repeats_is_answered_once(probed: Town) -> None:
    for _ in range(3):
        probed.tells(typed(probed))
    probed.tells(typed(probed), typed(probed))
    assert len(probed.sees("ada")) == 1


@pytest.mark.both_databases
def test_a_handler_that_fails_says_so_and_leaves_nothing_half_done(probed: Town) -> None:
    assert probed.types("ada", "/net probe fail").startswith("Something went wrong on my side")
    assert len(probed.sees("ada")) == 1
    assert "earlier version" in probed.types("ada", "/net probe")


@pytest.mark.both_databases
def test_a_handler_that_fails_harms_neither_the_facts_nor_the_others(probed: Town) -> None:
    probed.tells(*[probed.message("ada", "x" * length) for length in (12, 13, 14)])
    assert len(probed.hears) == 2
    with probed.sessions.begin() as session:
        assert len(session.scalars(select(Message)).all()) == 3
        assert inbox.waiting(session) == (0, 0)


def test_a_source_with_a_bookmark_is_its_own_inbox(probed: Town) -> None:
    mark = Bookmark(source="export", position="12")
    probed.app.receive(Batch(events=(probed.message("ada"),), bookmark=mark))
    with probed.sessions.begin() as session:
        assert inbox.position_of(session, "export") == "12"
        assert len(session.scalars(select(Message)).all()) == 1


def test_a_source_whose_events_can_not_be_kept_is_not_read_on(probed: Town) -> None:
    mark = Bookmark(source="export", position="12")
    broken = replace(probed.message("ada"), ts=2**70)
    with pytest.raises((OverflowError, DataError)):
        probed.app.receive(Batch(events=(probed.message("ada"), broken), bookmark=mark))
    with probed.sessions.begin() as session:
        assert inbox.position_of(session, "export") is None
        assert session.scalars(select(Message)).all() == []


def test_people_keep_their_numbers_though_the_event_that_named_them_failed(town: Town) -> None:
    ghost, place = MemberId("fake:T1/U-ghost"), town.place("general")
    town.tells(MessagePosted(channel=place, ts=2**70, author=ghost))  # can't be kept
    town.says("ada")
    town.tells(MessagePosted(channel=place, ts=9, author=ghost))
    with town.sessions.begin() as session:
        rows = session.scalars(select(Message).order_by(Message.ts)).all()
        people = [session.get_one(places.Person, row.author_id).ref for row in rows]
    assert people == ["fake:T1/U-ghost", "fake:T1/U-ada"]


@pytest.mark.both_databases
def test_what_the_uncounted_do_is_neither_kept_nor_heard_but_they_are_answered(
    probed: Town,
) -> None:
    ada = probed.person("ada")
    with probed.sessions.begin() as session:
        secret = session.scalars(select(Installation.secret)).one()
        session.add(Uncounted(key=uncounted_key(secret, ada)))
    ts = probed.says("ada")
    probed.reacts("ada", ts)
    probed.joins("ada")
    probed.says("bob")
    assert len(probed.hears) == 1
    with probed.sessions.begin() as session:
        assert len(session.scalars(select(Message)).all()) == 1
    assert "earlier version" in probed.types("ada", "/net probe")


# Routing


def test_a_form_comes_back_with_what_it_carried(probed: Town) -> None:
    probed.types("ada", "/net probe form")
    assert "`[carriedX]`" in probed.fills("ada", name="X").replace("\\", "")


def test_a_button_of_an_earlier_version_says_so(probed: Town) -> None:
    act = typed(probed)
    assert probed.types("ada", "/net probe")
    old = ActionTaken(
        id="1", action="gone.away", value="", channel=act.channel, member=act.member, at=1
    )
    probed.tells(old)
    assert "earlier version" in probed.sees("ada")[-1].text


def test_a_button_may_change_the_post_that_held_it(probed: Town) -> None:
    probed.says("ada")
    probed.tells(
        ActionTaken(
            id="1",
            action="probe.press",
            value="",
            channel=probed.place("general"),
            member=probed.person("ada"),
            at=1,
            message="1",
        )
    )
    assert said(probed.hears)[0].startswith("Something went wrong")


def test_what_is_switched_off_says_how_to_switch_it_on(community: Community) -> None:
    town = community(digest=None)
    assert "`[digest]`" in town.types("ada", "/tend digest").replace("\\", "")


def test_an_unknown_word_is_answered_with_the_nearest(town: Town) -> None:
    answer = town.types("ada", "/net hlep")
    assert answer.startswith("I don't know `/net hlep`")
    assert "`/net help`" in answer


def test_what_was_typed_can_not_mention_or_format(town: Town) -> None:
    answer = town.types("ada", "/net <!channel> **[x](button:network.settings)**")
    assert "<!channel>" not in answer.replace("\\<", "")
    assert town.sees("ada")[-1].buttons == ()


def test_tending_is_for_those_who_tend_once_there_are_any(town: Town) -> None:
    town.lead("priya")
    assert "Priya" in town.types("ada", "/tend settings")
    assert town.forms == []
    assert town.types("priya", "/tend settings") == ""
    assert [form.name for form in town.forms] == ["network.settings"]


def test_a_shortcut_is_answered_once_and_an_unknown_one_says_so(probed: Town) -> None:
    ts = probed.says("ada")
    assert f"`[{ts}]`" in probed.uses("bob", "probe.copy", ts).replace("\\", "")
    assert "earlier version" in probed.uses("bob", "gone.away", ts)


def test_an_emoji_is_told_to_whom_it_means_something(probed: Town) -> None:
    ts = probed.says("ada")
    for emoji in ("wave", "eyes"):
        probed.reacts("bob", ts, emoji)
        probed.reacts("bob", ts, emoji)
    assert [key for key in probed.platform.keys if key.startswith("signed")] == [
        "signed/fake:T1/U-bob"
    ]


def test_what_is_news_for_a_while_only_is_not_told_of_long_ago(community: Community) -> None:
    gossip = Feature("gossip", Struct)
    heard: list[str] = []
    day = timedelta(days=1)

    @gossip.on(MemberJoined, lasting=3 * day)
    def come(event: MemberJoined, settings: Struct, ctx: Context) -> None:
        heard.append("came")

    @gossip.on(MemberLeft)
    def go(event: MemberLeft, settings: Struct, ctx: Context) -> None:
        heard.append("went")

    @gossip.emoji(lambda _: ("wave",), lasting=3 * day)
    def wave(event: ReactionAdded, settings: Struct, ctx: Context) -> None:
        heard.append("waved")

    town = community(features=(gossip,))
    for days in (10, 1):
        town.joins("ada", at=town.now - days * day)
        town.leaves("ada", at=town.now - days * day)
        message = town.says("ada", at=town.now - days * day)
        town.reacts("dan", message, "wave")
    assert heard == ["went", "came", "went", "waved"]


def test_a_network_has_its_own_emoji(probed: Town) -> None:
    with probed.sessions.begin() as session:
        places.networks(session)[0].settings = {"probe": {"signs": ["wave"]}}
    ts = probed.says("ada")
    probed.reacts("bob", ts, "eyes")
    probed.reacts("cyd", ts, "wave")
    assert "signed/fake:T1/U-cyd" in probed.platform.keys
    assert "signed/fake:T1/U-bob" not in probed.platform.keys


def test_a_check_that_fails_holds_no_form_up(probed: Town) -> None:
    probed.types("ada", "/net probe form")
    form = FormSubmitted(
        id="1",
        form="probe.form",
        values={"name": "fail"},
        context="",
        channel=probed.place("general"),
        member=probed.person("ada"),
        at=1,
    )
    assert probed.platform.check(form) == {}


# Time


@pytest.mark.at_length
@pytest.mark.both_databases
def test_a_job_runs_once_in_its_slot_and_not_before_the_network_was_there(probed: Town) -> None:
    probed.says("ada")
    probed.lives(days=11)
    assert [key for key in probed.platform.keys if key.startswith("weekly")] == [
        "weekly/1/2026-W10"
    ]
    with probed.sessions.begin() as session:
        runs = session.scalars(select(Occurrence).where(Occurrence.job == "probe.daily")).all()
    assert [run.slot for run in runs] == [f"2026-03-{day:02}" for day in range(3, 14)]


def test_a_job_that_was_missed_for_too_long_is_left_out_and_the_reason_kept(probed: Town) -> None:
    probed.passes(days=1)
    probed.ticks()
    with probed.sessions.begin() as session:
        kept = [row for row in session.scalars(select(Decision)) if row.what == "probe.daily"]
    assert [(row.did_speak, row.reason) for row in kept] == [
        (False, "2026-03-03 was missed: it was due at 03 Mar 06:00 UTC")
    ]


def test_a_job_that_fails_is_tried_again_and_harms_no_other(community: Community) -> None:
    town = community(features=WITH_PROBE, probe={"fails": True})
    town.passes(days=4, hours=3)
    town.ticks()
    assert not any(key.startswith("weekly") for key in town.platform.keys)
    with town.sessions.begin() as session:
        jobs = set(session.scalars(select(Occurrence.job)))
        places.networks(session)[0].settings = {"probe": {"fails": False}}
    assert "probe.daily" in jobs
    assert "probe.weekly" not in jobs
    town.ticks()
    assert any(key.startswith("weekly") for key in town.platform.keys)


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param({"timezone": "Mars/Olympus"}, id="its zone was taken out of the database"),
        pytest.param({"settings": {"probe": {"hour": "noon"}}}, id="its settings can't be read"),
    ],
)
def test_a_network_that_can_not_be_planned_harms_no_other(
    probed: Town, harm: dict[str, Any]
) -> None:
    with probed.sessions.begin() as session:
        broken = places.networks(session)[0]
        for name, value in harm.items():
            setattr(broken, name, value)
        places.network_of(
            session, "fake:T2", newborn=probed.app.newborn, now=MONDAY - timedelta(days=30)
        )
    probed.passes(days=4, hours=3)
    probed.ticks()
    assert [key for key in probed.platform.keys if "weekly/" in key] == ["weekly/2/2026-W10"]


def test_a_lead_who_moves_the_time_zone_in_the_week_gets_no_second_digest(probed: Town) -> None:
    probed.passes(days=4, hours=3)
    probed.ticks()
    for zone in ("Pacific/Kiritimati", "Pacific/Honolulu", "Asia/Tokyo", "Europe/London"):
        with probed.sessions.begin() as session:
            places.networks(session)[0].timezone = zone
        probed.passes(hours=5)
        probed.ticks()
    assert [key for key in probed.platform.keys if "weekly/" in key] == ["weekly/1/2026-W10"]


def test_a_clock_that_jumps_posts_nothing_twice(probed: Town) -> None:
    probed.passes(days=4, hours=3)
    for jump in (0, -1, 1, -24 * 8, 24 * 8, 0):
        probed.passes(hours=jump)
        probed.ticks()
    assert [key for key in probed.platform.keys if "weekly/" in key] == ["weekly/1/2026-W10"]


def test_what_was_left_in_the_inbox_is_handled_at_the_next_tick(probed: Town) -> None:
    probed.app.accept(Batch(events=(probed.message("ada"),)))
    assert probed.hears == []
    probed.ticks()
    assert len(probed.hears) == 1


# The registry


def test_a_network_s_own_settings_go_before_those_of_the_installation(community: Community) -> None:
    town = community(features=WITH_PROBE, probe={"hour": 10, "day": "monday"})
    with town.sessions.begin() as session:
        places.networks(session)[0].settings = {"probe": {"hour": 11}}
    found = town.app.settings(probe, town.network)
    assert found == Settings(hour=11, day="monday")  # type: ignore[arg-type]
    with pytest.raises(ConfigError):
        town.app.settings(probe, replace_settings(town, {"probe": {"hours": 1}}))


def replace_settings(town: Town, settings: dict[str, dict[str, Any]]) -> places.Network:
    """The town's network with other settings of its own."""
    network = town.network
    network.settings = settings
    return network


def test_shared_places_collect_from_every_feature(probed: Town) -> None:
    probed.person("ada")
    with probed.app.context(probed.network, occasion="test") as ctx:
        person = ctx.session.scalars(select(places.Person)).one()
        sections = ctx.gathered.mydata(ctx, person)
        assert any(section.facts == {"name": "Ada"} for section in sections)
        ctx.gathered.erase(ctx, person)
        assert person.name == "nobody"
        period = Period(name="2026-W10", first=MONDAY.date(), last=MONDAY.date())
        assert all(section.name != "probe" for section in ctx.gathered.digest(ctx, period))


def test_the_three_nearest_commands_are_named() -> None:
    near = Registry(WITH_PROBE, None).nearest("net", "prove")
    assert near[0].word == "probe"
    assert len(near) <= 3


def test_a_second_hello_to_the_same_feature_costs_no_second_search() -> None:
    registry = Registry([probe], {"probe": {}})
    assert registry.hearing(MessagePosted) is registry.hearing(MessagePosted)
    assert [run.__name__ for _, run in registry.hearing(MessagePosted)] == ["echo"]


# Privacy: nothing that people said is anywhere


def canaries() -> list[str]:
    """500 things that people might say."""
    return [f"{CANARY} number {number}, heard by nobody" for number in range(500)]


@pytest.mark.at_length
@pytest.mark.usefixtures("only_on_sqlite")
def test_no_words_of_messages_are_in_the_database_or_the_logs(
    probed: Town, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.configure("debug", as_json=True)
    try:
        messages: list[Event] = [probed.message("ada", text) for text in canaries()]
        for first in range(0, 400, 100):
            probed.recounts(*messages[first : first + 100])
        probed.tells(*messages[400:])
        probed.types("ada", "/net probe fail")
        probed.says("ada", "x" * 13)  # the probe fails at this one, and its error quotes a canary
    finally:
        logs.configure("error", as_json=True)
    out, err = capfd.readouterr()
    assert "handler.failed" in err
    assert '"error_type": "RuntimeError"' in err
    assert CANARY not in out + err
    assert CANARY.encode() not in stored(probed)


def stored(town: Town) -> bytes:
    """Every byte of the database's files."""
    with town.sessions.begin() as session:
        path = make_url(str(session.get_bind().engine.url)).database
    assert path is not None
    found = [Path(f"{path}{suffix}") for suffix in ("", "-wal", "-shm")]
    return b"".join(each.read_bytes() for each in found if each.exists())


def test_an_error_of_the_database_quotes_nobody(town: Town) -> None:
    with pytest.raises(Exception, match="parameters hidden") as caught, town.sessions() as session:
        session.connection().exec_driver_sql("INSERT INTO nowhere VALUES (?)", (CANARY,))
    assert CANARY not in str(caught.value)


def test_logs_are_lines_that_say_where_but_not_what(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure("warning", as_json=True)
    try:
        raise ValueError(CANARY)
    except ValueError:
        composition.log.exception("it.failed", what="a job")
    composition.log.info("too quiet to be seen")
    logs.configure("error", as_json=True)
    (line,) = capfd.readouterr().err.splitlines()
    entry = json.loads(line)
    assert (entry["event"], entry["what"], entry["error_type"]) == (
        "it.failed",
        "a job",
        "ValueError",
    )
    with pytest.raises(ValueError, match="log_level is one of"):
        logs.configure("loud", as_json=False)


hoarder = Feature("hoarder", Struct)
"""Writes down more for each message than there is room for."""


@hoarder.on(MessagePosted)
def hoard(event: MessagePosted, settings: Struct, ctx: Context) -> None:
    """Write down a lot."""
    ctx.skip("hoarder", "x" * 20_000)


def rooms(town: Town) -> int:
    """The pages of the town's database file."""
    with town.sessions.kw["bind"].connect() as connection:
        found: int = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        return found


def confine(town: Town, pages: int) -> None:
    """Let the town's database grow to so many pages at most."""
    with town.sessions.kw["bind"].connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def posts(town: Town, count: int) -> tuple[MessagePosted, ...]:
    place, ada, at = town.place("general"), town.person("ada"), to_micros(town.now)
    return tuple(MessagePosted(channel=place, ts=at + n, author=ada) for n in range(count))


@pytest.mark.usefixtures("only_on_sqlite")
@pytest.mark.parametrize("count", [5, 600])
def test_what_a_full_disk_lets_nobody_handle_waits_until_there_is_room(
    community: Community, count: int
) -> None:
    town = community(features=[hoarder])
    town.says("ada")
    confine(town, 2**30)
    town.app.accept(Batch(events=posts(town, count)))
    confine(town, rooms(town) + 10)
    assert town.app.work() == 0
    with town.sessions.begin() as session:
        assert inbox.waiting(session) == (count, 0)
        assert len(session.scalars(select(Message)).all()) == 1
    confine(town, 2**30)
    assert town.app.work() == count


@pytest.mark.usefixtures("only_on_sqlite")
def test_what_a_full_disk_lets_nobody_handle_is_not_marked_as_read(community: Community) -> None:
    town = community(features=[hoarder])
    town.says("ada")
    confine(town, rooms(town) + 10)
    batch = Batch(events=posts(town, 5), bookmark=Bookmark(source="fake:T1/history", position="1"))
    with pytest.raises(OperationalError):
        town.app.receive(batch)
    with town.sessions.begin() as session:
        assert inbox.position_of(session, "fake:T1/history") is None
        assert len(session.scalars(select(Message)).all()) == 1
