"""The network's energy is read each day, and told where it asks something of somebody."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.app import App
from bot.cli.replay import Heard, Stage, catch_up, live, moment, only_network, prepare
from bot.domain.events import (
    ActionTaken,
    ChannelKind,
    CommandGiven,
    Event,
    MessageDeleted,
    MessagePosted,
    PersonSeen,
    to_micros,
)
from bot.domain.phases import Direction, EnergyReading, Phase, Sureness
from bot.domain.schedule import week_start
from bot.feature import Period
from bot.judgement.why import Context, Hypothesis, Why
from bot.simulation import Plan, frailty_friends, simulate
from bot.storage import listening, places, readings
from bot.storage.base import connect, sessions_of
from bot.storage.places import Network
from bot.storage.rhythm import CalendarEntry, Decision, Reading
from handlers import energy
from handlers.energy.decide import Alert, Skip, decide, is_news
from handlers.energy.reading import bring_up_to_date
from handlers.energy.showing import evidence_of
from tests.conftest import Community
from tests.databases import SqliteFiles, hurried
from tests.ebbs import (
    ENDS,
    FADES,
    FEATURES,
    PEOPLE,
    START,
    chatter,
    decisions,
    ebb,
    mornings,
    ninth,
)
from tests.town import PROMPTS, Town

LONDON = ZoneInfo("Europe/London")


# An invented half-year, lived once


@dataclass(frozen=True, kw_only=True)
class Life:
    """A half-year that was lived: what happened, what was said, what was decided."""

    app: App
    stage: Stage
    network: Network
    plan: Plan
    events: Sequence[Event]

    @property
    def alerts(self) -> list[Heard]:
        return [each for each in self.stage.heard if each.key.startswith("energy.alert/")]

    @property
    def decisions(self) -> list[tuple[date, bool, str]]:
        with self.app.sessions.begin() as session:
            rows = session.query(Decision).filter_by(what="energy.alert").order_by(Decision.id)
            return [(row.at.date(), row.did_speak, row.reason) for row in rows]


def lived(
    files: SqliteFiles, plan: Plan, *, since: date, until: date, acts: Sequence[Event] = ()
) -> Life:
    """Live with energy, the calendar and the digest, *since* a day up to the day *until*.

    What was before is read as from an export.
    """
    stage = Stage(name="console", now=datetime(2000, 1, 1, tzinfo=UTC))
    sessions = sessions_of(hurried(connect(files.url())))
    app = App(sessions=sessions, platforms=[stage], clock=stage.clock, features=FEATURES)
    app.prompts = PROMPTS
    ends = plan.midnight(until)
    events = [each for each in (*simulate(plan), *acts) if moment(each) < ends]
    timed = prepare(app, stage, events)
    [room] = [plan.channel_id(each.name) for each in plan.channels if each.for_leads]
    with app.sessions.begin() as session:
        mine = session.get_one(Network, only_network(app).id)
        mine.name, mine.country, mine.leads_room = "Frailty Friends", "GB-ENG", room
        for each in plan.people:
            person = places.person_at(session, plan.member_id(each.name))
            if each.is_lead and person is not None:
                places.make_lead(session, mine, person, now=app.clock())
    begins = plan.midnight(since)
    start = bisect_left(timed, begins, key=moment)
    catch_up(app, stage, mine, timed[:start], until=begins)
    deque(live(app, stage, mine, timed[start:]), maxlen=0)
    return Life(app=app, stage=stage, network=mine, plan=plan, events=events)


@pytest.fixture(scope="module")
def ordinary(sqlite_files: SqliteFiles) -> Life:
    """Half a year in which nothing befalls the network; its second half is lived."""
    plan = frailty_friends(1, contexts=())
    return lived(sqlite_files, plan, since=date(2026, 4, 13), until=plan.end)


@pytest.fixture(scope="module")
def demo(sqlite_files: SqliteFiles) -> Life:
    """The half-year of the demo, up to its ebb, in which a lead declares the gathering."""
    plan = frailty_friends(1)
    [room] = [plan.channel_id(each.name) for each in plan.channels if each.for_leads]
    lead = plan.member_id(next(each.name for each in plan.people if each.is_lead))
    declares = CommandGiven(
        id="declares",
        command="tend",
        text='calendar add "Network day" 2026-03-11 gathering',
        channel=room,
        member=lead,
        at=to_micros(datetime(2026, 3, 4, 9, tzinfo=UTC)),
    )
    lives = (date(2026, 3, 2), date(2026, 6, 24))
    return lived(sqlite_files, plan, since=lives[0], until=lives[1], acts=[declares])


@pytest.mark.at_length
def test_an_ordinary_half_year_sends_no_alert(ordinary: Life) -> None:
    assert ordinary.alerts == []
    assert [reason for _, did_speak, reason in ordinary.decisions if did_speak] == []
    with ordinary.app.sessions.begin() as session:
        days = readings.timeline(session, ordinary.network, since=ordinary.plan.start)
    assert days[-1].day - days[0].day == timedelta(days=len(days) - 1)
    assert {each.phase for each in days[70:]} == {Phase.STEADY}
    assert not any(each.is_alert for each in days)
    digests = [each for each in ordinary.stage.heard if each.key.startswith("digest/")]
    assert len(digests) >= 11
    assert all("a steady week" in each.post.text for each in digests)


@pytest.mark.at_length
def test_the_ebb_of_june_is_told_with_newcomers_first(demo: Life) -> None:
    [alert] = [each for each in demo.alerts if each.at.month in (5, 6, 7)]
    assert date(2026, 6, 8) < alert.at.date() <= date(2026, 6, 22)
    reasons = alert.post.text.partition("**Why that might be**")[2]
    first = next(line for line in reasons.splitlines() if line.startswith("- "))
    assert "newcomers' questions are going unanswered" in first
    assert "is ebbing" in alert.post.text
    assert (alert.at.date(), True, "ebb: newcomers") in demo.decisions
    assert [button.label for button in alert.post.buttons] == [
        "Show the posts",
        "Leave it",
        "I know why",
        "This isn't an ebb",
    ]
    first = alert.post.text.partition("\n1. ")[2].splitlines()[0]
    assert re.match(r"\*\*Answer the \w+ posts today\*\*", first)
    assert first.endswith("This is what I would do first.")


@pytest.mark.at_length
def test_newcomers_who_are_left_alone_are_told_at_the_beginning_of_a_week(demo: Life) -> None:
    [told] = [each for each in demo.stage.heard if each.key.startswith("energy.answers/")]
    assert date(2026, 6, 1) <= told.at.date() <= date(2026, 6, 29)
    assert told.at.weekday() == 0
    assert "newcomers' questions are going unanswered" in told.post.text
    assert "Show the posts" in [button.label for button in told.post.buttons]


@pytest.mark.at_length
def test_the_weeks_of_easter_are_left_alone_and_the_reason_kept(demo: Life) -> None:
    weeks = (date(2026, 3, 28), date(2026, 4, 17))
    assert [each for each in demo.alerts if weeks[0] <= each.at.date() <= weeks[1]] == []
    kept = [reason for day, spoke, reason in demo.decisions if weeks[0] <= day <= weeks[1]]
    assert any("best left alone" in reason or "not sure enough" in reason for reason in kept)


@pytest.mark.at_length
def test_leads_hear_of_a_change_once_a_fortnight_at_most(demo: Life) -> None:
    told = [each.at for each in demo.alerts]
    assert len(told) >= 2
    assert all(after - before >= timedelta(days=14) for before, after in pairwise(told))
    spoken = [day for day, did_speak, _ in demo.decisions if did_speak]
    assert spoken == [each.date() for each in told]
    assert [each.post.to for each in demo.alerts] == [demo.network.leads_room] * len(told)


@pytest.mark.at_length
def test_no_reason_for_silence_is_kept_twice_in_a_row(demo: Life) -> None:
    reasons = [reason for _, _, reason in demo.decisions]
    assert all(before != after for before, after in pairwise(reasons))
    assert any("once a fortnight is enough" in reason for reason in reasons)


def spoke(life: Life, first: date, last: date, *, until: datetime) -> int:
    """How many people spoke from *first* to *last*, as it was known at *until*, by a recount."""
    end = to_micros(until)
    known = [each for each in life.events if moment(each) <= end]
    bots = {each.member for each in known if isinstance(each, PersonSeen) and each.is_bot}
    gone = {(each.channel, each.ts) for each in known if isinstance(each, MessageDeleted)}
    return len(
        {
            each.author
            for each in known
            if isinstance(each, MessagePosted)
            and not each.by_bot
            and each.author not in bots
            and (each.channel, each.ts) not in gone
            and first <= datetime.fromtimestamp(each.ts / 10**6, LONDON).date() <= last
        }
    )


def usual(life: Life, last: date, *, until: datetime) -> tuple[int, int]:
    """The usual range of a full week before the one that ends on *last*, from its definition."""
    holidays = life.plan.holidays
    roots = []
    end = last - timedelta(days=7)
    while end - timedelta(days=13) >= life.plan.start:  # the first week is left out
        week = [end - timedelta(days=n) for n in range(7)]
        if not any(day in holidays for day in week):
            roots.append(spoke(life, week[-1], end, until=until) ** 0.5)
        end -= timedelta(days=7)
    roots = roots[:26][::-1]
    reach = 2.66 * fmean(abs(after - before) for before, after in pairwise(roots))
    return round((fmean(roots) - reach) ** 2), round((fmean(roots) + reach) ** 2)


@pytest.mark.at_length
def test_the_numbers_of_an_alert_are_those_of_a_recount(demo: Life) -> None:
    alert = demo.alerts[-1]
    last = alert.at.date() - timedelta(days=1)
    first = last - timedelta(days=6)
    low, high = usual(demo, last, until=alert.at)
    number = spoke(demo, first, last, until=alert.at)
    assert f"{number} people spoke in the week to {last:%A} {last.day} {last:%B}" in alert.post.text
    assert f"in a full week like this we'd usually expect {low} to {high}." in alert.post.text


@pytest.mark.at_length
def test_the_numbers_of_a_digest_are_those_of_a_recount(demo: Life) -> None:
    digests = [each for each in demo.stage.heard if each.key.startswith("digest/")]
    for heard in digests[3:]:
        # after a public holiday it is posted later than it is composed, on Fridays at noon
        last = week_start(heard.key.rpartition("/")[2]) + timedelta(days=3)
        composed = datetime.combine(last + timedelta(days=1), time(12), LONDON)
        number = spoke(demo, last - timedelta(days=6), last, until=composed)
        assert f"{number} of us spoke." in heard.post.text


@pytest.mark.at_length
def test_the_numbers_of_a_pulse_are_those_of_a_recount(demo: Life) -> None:
    now = demo.stage.now
    with demo.app.context(demo.network, occasion="pulse") as ctx:
        pulse = energy.pulse_of(energy.Settings(), ctx)
        facts = energy.facts(pulse, weeks=26)
    assert [week.voices for week in pulse.weeks[-12:]] == [
        spoke(demo, week.first, week.first + timedelta(days=6), until=now)
        for week in pulse.weeks[-12:]
    ]
    last = pulse.reading.day
    assert pulse.full_week is not None
    low, high = usual(demo, last, until=now)
    assert (round(pulse.full_week.low), round(pulse.full_week.high)) == (low, high)
    assert facts["usual_voices"] == {"low": low, "high": high}


@pytest.mark.at_length
def test_a_channel_is_read_by_its_own_messages(demo: Life) -> None:
    with demo.app.context(demo.network, occasion="pulse") as ctx:
        channel = energy.channel_named(ctx, "#frailty")
        assert channel is not None
        pulse = energy.pulse_of(energy.Settings(), ctx, channel=channel)
        assert energy.facts(pulse, weeks=4)["channel"] == "frailty"
        chart = energy.run_chart(pulse, weeks=4)
    mine = [e for e in demo.events if not isinstance(e, MessagePosted) or e.channel == channel.ref]
    of_channel = Life(
        app=demo.app, stage=demo.stage, network=demo.network, plan=demo.plan, events=mine
    )
    assert [week.voices for week in pulse.weeks[-4:]] == [
        spoke(of_channel, week.first, week.first + timedelta(days=6), until=demo.stage.now)
        for week in pulse.weeks[-4:]
    ]
    assert chart.title == "#frailty: people who spoke each week"
    assert [number for _, number in chart.weeks] == [week.voices for week in pulse.weeks[-4:]]


@pytest.mark.at_length
def test_a_chart_shows_what_stood_in_the_calendar(demo: Life) -> None:
    with demo.app.context(demo.network, occasion="pulse") as ctx:
        chart = energy.run_chart(energy.pulse_of(energy.Settings(), ctx), weeks=26)
        days_off = ["Good Friday", "Easter Monday", "May Day", "Spring Bank Holiday"]
        assert [span.name for span in chart.spans] == ["Network day", *days_off]
        later = energy.run_chart(energy.pulse_of(energy.Settings(), ctx), weeks=4)
    assert chart.title == "Frailty Friends: people who spoke each week"
    assert later.spans == ()


@pytest.mark.at_length
def test_the_posts_behind_an_alert_are_shown_as_links(demo: Life) -> None:
    with demo.app.context(demo.network, occasion="posts") as ctx:
        day = demo.alerts[-1].at.date() - timedelta(days=1)
        pulse = energy.pulse_on(energy.Settings(), ctx, day)
        words = ctx.prompts.render("energy/posts", **energy.values(pulse)).text
    links = re.findall(r"message:([^)]+)/(\d+)\)", words)
    written = {(e.channel, str(e.ts)) for e in demo.events if isinstance(e, MessagePosted)}
    assert links
    assert set(links) <= written


# A town with an ebb


@pytest.fixture
def town(community: Community) -> Town:
    """A town that ada tends."""
    town = community(features=FEATURES)
    town.lead("ada")
    return town


@pytest.fixture
def ebbing(town: Town) -> Town:
    """A town of sixteen people that fades at the beginning of December; it is still November."""
    return ebb(town)


def alerts(town: Town, name: str = "ada") -> list[str]:
    return [post.text for post in town.sees(name) if "**What you could do**" in post.text]


def test_each_lead_is_told_where_there_is_no_room_for_leads(ebbing: Town) -> None:
    ebbing.lead("bea")
    mornings(ebbing, 9)
    assert len(alerts(ebbing)) == 1
    assert alerts(ebbing, "bea") == alerts(ebbing)
    assert alerts(ebbing, "p1") == []
    assert not any("What you could do" in post.text for post in ebbing.hears)
    assert [spoke for spoke, _ in decisions(ebbing)].count(True) == 1


def test_without_an_ebb_there_is_no_alert(ebbing: Town) -> None:
    ebbing.recounts(*chatter(ebbing, FADES, ENDS, chance=0.6))
    mornings(ebbing, 9)
    assert alerts(ebbing) == []


def test_to_leave_it_says_when_i_look_again(ebbing: Town) -> None:
    ninth(ebbing)
    told = ebbing.presses("ada", "Leave it")
    assert told.startswith("Left alone.")
    [(did_speak, reason)] = decisions(ebbing, "energy.left_alone")
    assert not did_speak
    day = date.fromisoformat(reason.rpartition(" ")[2])
    assert f"{day:%A} {day.day} {day:%B}" in told
    assert day > ebbing.now.date()


def test_a_leads_own_reason_outranks_mine(ebbing: Town) -> None:
    ninth(ebbing)
    assert ebbing.presses("ada", "I know why") == ""
    [form] = ebbing.forms
    assert form.title == "Why is it so?"
    kept = ebbing.fills("ada", text="  Half of us are at the conference. ")
    assert "*Half of us are at the conference.*" in kept
    for command in ("/net pulse", "/tend pulse", "/tend why", "/tend energy"):
        told = ebbing.types("ada", command)
        assert re.search(r"Ada said on \w+ \d+ December: \*Half of us", told), command
        assert "Why that might be" not in told
    assert "Ada says why: *Half of us" in ebbing.types("ada", "/tend digest preview")


def test_an_empty_reason_is_not_kept(ebbing: Town) -> None:
    ninth(ebbing)
    ebbing.presses("ada", "I know why")
    assert ebbing.fills("ada", text="   ") == ""
    assert "said on" not in ebbing.types("ada", "/net pulse")


def test_who_asks_for_the_posts_is_shown_links_or_told_that_there_are_none(ebbing: Town) -> None:
    ebbing.tells(
        ActionTaken(
            id="posts",
            action="energy.posts",
            value="2025-12-08",
            channel=ebbing.place("general"),
            member=ebbing.person("ada"),
            at=to_micros(ebbing.now),
            message="1",
            trigger="permit",
        )
    )
    [post] = ebbing.sees("ada")
    assert "message:" in post.text or "there is no post to show" in post.text


def test_a_mistaken_alert_is_taken_back_on_a_leads_word(ebbing: Town) -> None:
    ninth(ebbing)
    assert "I take your word" in ebbing.presses("ada", "This isn't an ebb")
    assert decisions(ebbing)[-1] == (False, "a lead said that this is no change at all")


def test_who_no_longer_tends_is_refused(ebbing: Town) -> None:
    ebbing.lead("bea")
    ninth(ebbing)
    with ebbing.sessions.begin() as session:
        first = session.query(places.Lead).order_by(places.Lead.id).first()
        session.delete(first)
    for label in ("Leave it", "I know why", "This isn't an ebb"):
        assert "Bea" in ebbing.presses("ada", label)
    assert ebbing.forms == []
    assert decisions(ebbing, "energy.left_alone") == []


def test_a_reason_that_came_before_the_alert_makes_it_needless(ebbing: Town) -> None:
    ebbing.types("ada", "/tend why the rota changed")
    ninth(ebbing)
    assert alerts(ebbing) == []
    assert (False, "ebb: somebody has said why") in decisions(ebbing)


def test_members_hear_where_we_are_without_what_is_for_leads(ebbing: Town) -> None:
    ninth(ebbing)
    told = ebbing.types("p1", "/net pulse")
    assert "is ebbing" in told
    assert "If you know why this one is, tell Ada." in told
    assert "What I can't see" in told
    assert "Why that might be" not in told
    assert "▁" not in told
    assert "Ada" in ebbing.types("p1", "/tend pulse")
    assert "Why that might be" not in ebbing.types("p1", "/tend pulse")


def test_leads_see_why_and_the_weeks(ebbing: Town) -> None:
    ninth(ebbing)
    told = ebbing.types("ada", "/tend pulse")
    assert "**Why that might be**" in told
    assert re.search(r"`[▁▂▃▄▅▆▇█]{14,}` people who spoke", told)
    assert told.startswith(ebbing.types("ada", "/tend why"))


def test_the_log_shows_phases_words_and_silences(ebbing: Town) -> None:
    mornings(ebbing, 9)
    ebbing.types("ada", "/tend why the rota changed")
    told = ebbing.types("ada", "/tend log")
    spell = told.partition("\n\n")[0]
    assert re.match(
        r"\*\*Ebb\*\*, \d Dec to \d Dec 2025\n- Ada, 9 Dec: \*the rota changed\*\n", spell
    )
    assert re.search(r"\n- Said, \d Dec: ebb: ", spell)
    assert "\n- Left unsaid, " in spell
    assert "**Steady**, 12 Oct to" in told


def test_a_log_without_anything_says_so(town: Town) -> None:
    told = town.types("ada", "/tend log")
    assert told.startswith("Nothing has been read yet.")


def test_nothing_is_told_on_a_day_off(ebbing: Town) -> None:
    with ebbing.sessions.begin() as session:
        row = CalendarEntry(
            network_id=session.query(Network).one().id,
            name="Move",
            kind="quiet",
            first=date(2025, 12, 12),
            last=date(2025, 12, 19),
        )
        session.add(row)
    mornings(ebbing, 18)
    quiet = [post for post in ebbing.sees("ada") if "What you could do" in post.text]
    with ebbing.sessions.begin() as session:
        rows = session.query(Decision).filter_by(what="energy.alert").all()
        days = {row.at.date() for row in rows}
    assert not any(date(2025, 12, 12) <= day <= date(2025, 12, 19) for day in days)
    assert not any(day.weekday() > 4 for day in days)
    assert len(quiet) <= 1


def test_days_that_nobody_listened_to_are_no_ebb_and_are_told(ebbing: Town) -> None:
    """Of two weeks in December hardly anything was heard, since the bot was away."""
    with ebbing.sessions.begin() as session:
        for first, last in ((START, FADES), (date(2025, 12, 13), date(2025, 12, 30))):
            since, until = (
                to_micros(datetime(day.year, day.month, day.day, tzinfo=UTC))
                for day in (first, last)
            )
            listening.listened(session, ebbing.workspace, since=since, until=until)
    mornings(ebbing, 16)
    assert alerts(ebbing) == []
    told = ebbing.types("ada", "/tend pulse")
    assert "ebbing" not in told
    gap = "I was not listening from Monday 1 December to Friday 12 December"
    assert gap in told
    assert gap in ebbing.types("p1", "/net pulse")
    assert gap in ebbing.types("ada", "/tend digest preview")


def test_a_day_that_was_not_heard_to_its_end_is_not_read(town: Town) -> None:
    town.now = datetime(2025, 11, 30, 12, tzinfo=UTC)
    town.recounts(*chatter(town, START, FADES, chance=0.6))
    with town.sessions.begin() as session:
        ends = datetime(2025, 11, 20, 9, tzinfo=UTC)
        since = to_micros(datetime(2025, 9, 1, tzinfo=UTC))
        listening.listened(session, town.workspace, since=since, until=to_micros(ends))
    with town.app.context(town.network, occasion="x") as ctx:
        assert energy.last_day(ctx) == date(2025, 11, 19)


# Readings, day by day


def rows(town: Town) -> list[tuple[Any, ...]]:
    with town.sessions.begin() as session:
        found = session.query(Reading).order_by(Reading.day, Reading.channel_id)
        return [
            (r.day, r.channel_id, r.phase, r.direction, r.probability, r.since, r.is_alert)
            for r in found
        ]


def test_readings_made_day_by_day_are_those_made_in_one_go(ebbing: Town) -> None:
    mornings(ebbing, 9)
    by_day = rows(ebbing)
    with ebbing.sessions.begin() as session:
        session.query(Reading).delete()
        memory = readings.memory_of(session, session.query(Network).one())
        session.delete(memory)
    ebbing.types("ada", "/tend pulse")
    assert rows(ebbing) == by_day
    assert Phase.EBB.value in {row[2] for row in by_day}
    assert len({row[0] for row in by_day if row[1] == 0}) == len([r for r in by_day if r[1] == 0])


def test_readings_made_some_at_once_are_those_made_in_one_go(ebbing: Town) -> None:
    mornings(ebbing, 9)
    in_one_go = rows(ebbing)
    late = chatter(ebbing, date(2025, 11, 17), date(2025, 11, 18), chance=1.0)
    for at_once in (None, 10):
        ebbing.recounts(*late)
        late = chatter(ebbing, date(2025, 11, 19), date(2025, 11, 20), chance=1.0)
        parts = 1
        while reads_some(ebbing, at_once):
            parts += 1
        assert (parts > 5) is (at_once is not None)
    some_at_once = rows(ebbing)
    with ebbing.sessions.begin() as session:
        session.query(Reading).delete()
        session.delete(readings.memory_of(session, session.query(Network).one()))
    assert not reads_some(ebbing, None)
    assert rows(ebbing) == some_at_once != in_one_go


def reads_some(town: Town, at_once: int | None) -> bool:
    """Read some days in a transaction of their own; return whether more are left."""
    with town.app.context(town.network, occasion="reading") as ctx:
        through = energy.last_day(ctx)
        return bring_up_to_date(ctx, through=through, sensitivity=1.0, at_once=at_once)


def test_a_late_message_has_all_read_again(ebbing: Town) -> None:
    mornings(ebbing, 12)
    before = rows(ebbing)
    late = chatter(ebbing, date(2025, 11, 17), date(2025, 11, 28), chance=1.0)
    ebbing.recounts(*late, *chatter(ebbing, FADES, date(2025, 12, 11), chance=0.9))
    ebbing.types("ada", "/tend pulse")
    after = rows(ebbing)
    assert [row[0] for row in after if row[1] == 0] == [row[0] for row in before if row[1] == 0]
    assert [row for row in after if row[0] < date(2025, 11, 17)] == [
        row for row in before if row[0] < date(2025, 11, 17)
    ]
    assert after[-1] != before[-1]


# Words


def test_at_first_it_is_too_early_to_tell(town: Town) -> None:
    town.says("bob", at=town.now - timedelta(days=2))
    assert "It is too early to tell what is usual" in town.types("bob", "/net pulse")
    assert "I need about eight weeks" in town.types("ada", "/tend pulse")


def test_where_nothing_was_ever_said_it_is_too_early_too(town: Town) -> None:
    assert "It is too early to tell what is usual" in town.types("bob", "/net pulse")


def test_a_small_network_is_told_that_it_is_too_small(town: Town) -> None:
    town.now = datetime(2025, 12, 10, 12, tzinfo=UTC)
    town.recounts(*chatter(town, START, date(2025, 12, 9), chance=0.5, people=PEOPLE[:4]))
    for command in ("/net pulse", "/tend pulse"):
        told = town.types("ada", command)
        assert "is too small for me to tell its ebbs from chance" in told
        assert "Only a few people spoke" in told
    with town.app.context(town.network, occasion="x") as ctx:
        facts: Any = energy.facts(energy.pulse_of(energy.Settings(), ctx), weeks=4)
    assert facts["too_small"] is True
    assert {(week["voices"], week["messages"]) for week in facts["weeks"]} == {(None, None)}


@pytest.mark.parametrize("kind", [ChannelKind.PRIVATE, ChannelKind.DIRECT, ChannelKind.UNKNOWN])
def test_a_channel_that_is_not_open_is_not_read_alone(town: Town, kind: ChannelKind) -> None:
    town.opens("ward", kind=kind)
    town.says("bob", channel="ward")
    told = town.types("ada", "/tend pulse #ward")
    assert told.startswith("I know no open channel called \\#ward. I know general.")


def test_an_open_channel_is_read_alone(town: Town) -> None:
    town.says("bob", channel="frailty", at=town.now - timedelta(days=20))
    for name in ("#frailty", "Frailty"):
        assert "what is usual in \\#frailty" in town.types("ada", f"/tend pulse {name}")


def test_the_digest_tells_programs_where_we_are(ebbing: Town) -> None:
    ninth(ebbing)
    period = Period(name="2025-W51", first=date(2025, 12, 12), last=date(2025, 12, 18))
    with ebbing.app.context(ebbing.network, occasion="x") as ctx:
        section = energy.where_we_are(energy.Settings(), ctx, period)
        long_ago = Period(name="2025-W01", first=date(2024, 12, 27), last=date(2025, 1, 2))
        assert energy.where_we_are(energy.Settings(), ctx, long_ago) is None
    assert section is not None
    assert section.facts["phase"] == "ebb"
    assert "a quieter spell than usual" in section.words.text


# The decision alone


NOW = datetime(2026, 3, 9, 8, tzinfo=UTC)


def reading(phase: Phase, day: date = date(2026, 3, 8)) -> EnergyReading:
    return EnergyReading(day=day, phase=phase, direction=Direction.FALLING, probability=0.9)


@pytest.mark.parametrize(
    ("phase", "sure_since", "told", "reason"),
    [
        pytest.param(Phase.EBB, 0, None, None, id="an ebb of yesterday"),
        pytest.param(Phase.FLOW, 7, 14, None, id="a flow of a week, a fortnight after the last"),
        pytest.param(Phase.STILL, 3, 400, None, id="stillness, long after the last"),
        pytest.param(Phase.STEADY, 0, None, "steady: ordinary variation, nothing to say",
            id="steady"),
        pytest.param(
            Phase.UNKNOWN, 0, None,
            "too early to tell: ordinary variation, nothing to say", id="too early",
        ),
        pytest.param(Phase.EBB, 8, None, "ebb: no news, or not sure enough yet", id="no news"),
        pytest.param(Phase.EBB, None, None, "ebb: no news, or not sure enough yet", id="unsure"),
        pytest.param(
            Phase.EBB, 0, 13,
            "ebb: leads were told on 24 February, and once a fortnight is enough",
            id="within the fortnight",
        ),
    ],
)  # fmt: skip
def test_what_is_news(
    phase: Phase, sure_since: int | None, told: int | None, reason: str | None
) -> None:
    found = is_news(
        reading(phase),
        alerted_on=None if sure_since is None else date(2026, 3, 8) - timedelta(days=sure_since),
        last_alert=None if told is None else NOW - timedelta(days=told),
        now=NOW,
    )
    assert found == (None if reason is None else Skip(reason=reason))


def because(code: Context) -> Why:
    return Why(
        hypotheses=(Hypothesis(code=code, sureness=Sureness.LIKELY),),
        ruled_out=(),
        leave_it=False,
        look_again=date(2026, 3, 23),
    )


@pytest.mark.parametrize(
    ("phase", "code", "is_explained", "expected"),
    [
        pytest.param(
            Phase.EBB, Context.NEWCOMERS, False, Alert(reason="ebb: newcomers"), id="an ebb"
        ),
        pytest.param(
            Phase.FLOW, Context.GATHERING_LIFT, False,
            Alert(reason="flow: gathering lift"), id="a flow",
        ),
        pytest.param(
            Phase.EBB, Context.NEWCOMERS, True,
            Skip(reason="ebb: somebody has said why"), id="explained",
        ),
        pytest.param(
            Phase.UNKNOWN, Context.NEWCOMERS, False,
            Skip(reason="too small a network to tell its ebbs from chance"), id="too small",
        ),
        pytest.param(
            Phase.FLOW, Context.ONE_VOICE_BURST, False,
            Skip(reason="one voice, loud: not a flow"), id="one voice",
        ),
        *(
            pytest.param(
                Phase.EBB, code, False,
                Skip(reason=f"ebb, {code.value.replace('_', ' ')}: best left alone"),
                id=f"restful {code.value}",
            )
            for code in (
                Context.ORDINARY, Context.QUIET_SEASON, Context.AFTER_GATHERING, Context.PRESSURE
            )
        ),
    ],
)  # fmt: skip
def test_leads_are_told_where_it_asks_something_of_them(
    phase: Phase, code: Context, is_explained: bool, expected: Alert | Skip
) -> None:
    assert decide(phase, because(code), is_explained=is_explained) == expected


def test_no_program_learns_a_figure_about_one_person() -> None:
    few = Hypothesis(code=Context.KEY_VOICE, sureness=Sureness.LIKELY, evidence={"explained": 0.6})
    many = Hypothesis(code=Context.NEWCOMERS, sureness=Sureness.LIKELY, evidence={"posts": 7})
    assert evidence_of(few) == {}
    assert evidence_of(many) == {"posts": 7}
