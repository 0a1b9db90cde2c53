"""Tells whether a past that is lived again happens in the order in which it happened."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec import Struct
from sqlalchemy import func, select

from bot.app import App
from bot.cli.replay import Stage, by_day, catch_up, live, moment, only_network, prepare
from bot.context import Context
from bot.domain.events import (
    ActionTaken,
    Batch,
    ChannelSeen,
    CommandGiven,
    Event,
    FormSubmitted,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    PersonSeen,
    ReactionAdded,
    from_micros,
    to_micros,
)
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Form, Post
from bot.domain.schedule import Daily, Weekday, Weekly
from bot.feature import Feature
from bot.judgement.limits import Kind
from bot.storage import listening, places
from bot.storage.activity import Message
from bot.storage.base import Sessions

WORKSPACE = "console:T1"
PLACE, ADA = ChannelId(f"{WORKSPACE}/C1"), MemberId(f"{WORKSPACE}/U1")
LONDON = ZoneInfo("Europe/London")
WORDS = "bot/out_of_date"  # any prompt that needs no values


class Settings(Struct, frozen=True, kw_only=True):
    """Nothing to set."""


class Diary:
    """A feature that writes down when its jobs ran, and what had been said until then."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, datetime, int]] = []
        self.feature = Feature("network", Settings)
        self.feature.job(lambda _: Daily(at=time(5, 30)))(self.morning)
        self.feature.job(lambda _: Weekly(day=Weekday.FRIDAY, at=time(12)))(self.friday)

    def morning(self, settings: Settings, ctx: Context) -> None:
        """Every day at half past five."""
        self._write("morning", ctx)

    def friday(self, settings: Settings, ctx: Context) -> None:
        """Every Friday at noon; says something."""
        self._write("friday", ctx)
        assert ctx.slot is not None
        ctx.say(PLACE, WORDS, kind=Kind.ANSWER, key=f"friday/{ctx.slot.name}")

    def _write(self, job: str, ctx: Context) -> None:
        said = ctx.session.scalar(select(func.count()).select_from(Message)) or 0
        self.entries.append((job, ctx.now, said))


def at(day: int, hour: int, minute: int = 0) -> int:
    """A London moment of March 2026, in microseconds."""
    return to_micros(datetime(2026, 3, day, hour, minute, tzinfo=LONDON))


def says(ts: int) -> MessagePosted:
    return MessagePosted(channel=PLACE, ts=ts, author=ADA, length=20)


def seen() -> list[Event]:
    return [
        PersonSeen(member=ADA, name="Ada"),
        ChannelSeen(channel=PLACE, name="general", is_main=True),
    ]


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def stage() -> Stage:
    return Stage(name="console", now=datetime(2000, 1, 1, tzinfo=UTC))


@pytest.fixture
def app(sessions: Sessions, diary: Diary, stage: Stage) -> App:
    return App(sessions=sessions, platforms=[stage], features=[diary.feature], clock=stage.clock)


def test_jobs_run_at_their_own_times_and_know_what_came_before(
    app: App, stage: Stage, diary: Diary
) -> None:
    # Wednesday 4 March to Saturday 7 March
    posts = [says(at(4, 4)), says(at(5, 5, 29)), says(at(5, 5, 30)), says(at(6, 11, 59))]
    timed = prepare(app, stage, [*seen(), *posts, says(at(6, 12, 0)), says(at(7, 9))])

    lived = list(live(app, stage, only_network(app), timed))

    assert lived == [date(2026, 3, day) for day in (4, 5, 6, 7)]
    assert diary.entries == [
        ("morning", datetime(2026, 3, 4, 5, 30, tzinfo=UTC), 1),
        ("morning", datetime(2026, 3, 5, 5, 30, tzinfo=UTC), 2),
        ("morning", datetime(2026, 3, 6, 5, 30, tzinfo=UTC), 3),
        ("friday", datetime(2026, 3, 6, 12, tzinfo=UTC), 4),
        ("morning", datetime(2026, 3, 7, 5, 30, tzinfo=UTC), 5),
    ]
    [heard] = stage.heard
    assert heard.at == datetime(2026, 3, 6, 12, tzinfo=UTC)
    assert heard.key.startswith("friday/2026-W10")


def test_a_job_stays_at_its_local_time_when_clocks_change(
    app: App, stage: Stage, diary: Diary
) -> None:
    # in London clocks go forward on Sunday 29 March
    timed = prepare(app, stage, [*seen(), says(at(28, 14)), says(at(30, 9))])

    list(live(app, stage, only_network(app), timed))

    assert [now for _, now, _ in diary.entries] == [
        datetime(2026, 3, 28, 5, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 4, 30, tzinfo=UTC),
        datetime(2026, 3, 30, 4, 30, tzinfo=UTC),
    ]


def test_a_day_without_a_word_is_lived_too(app: App, stage: Stage, diary: Diary) -> None:
    timed = prepare(app, stage, [*seen(), says(at(2, 9)), says(at(5, 9))])

    lived = list(live(app, stage, only_network(app), timed))

    assert lived == [date(2026, 3, day) for day in (2, 3, 4, 5)]
    assert [now.day for _, now, _ in diary.entries] == [2, 3, 4, 5]


def test_on_deaf_days_nothing_comes_in_and_it_is_known(
    app: App, stage: Stage, diary: Diary, sessions: Sessions
) -> None:
    timed = prepare(app, stage, [*seen(), *(says(at(day, 9)) for day in range(2, 8))])
    deaf = [(date(2026, 3, 4), date(2026, 3, 5))]

    list(live(app, stage, only_network(app), timed, deaf=deaf))

    with sessions.begin() as session:
        kept = session.scalars(select(Message.ts).order_by(Message.ts)).all()
        gaps = listening.gaps(session, WORKSPACE, now=from_micros(at(7, 9)))
    assert list(kept) == [at(day, 9) for day in (2, 3, 6, 7)]
    assert list(gaps) == [(at(4, 0), at(6, 0))]
    mornings = [now.day for job, now, _ in diary.entries if job == "morning"]
    assert mornings == [2, 3, 4, 5, 6, 7]


def test_what_was_long_ago_is_taken_in_and_nothing_is_said_of_it(
    app: App, stage: Stage, diary: Diary, sessions: Sessions
) -> None:
    old = [says(at(day, hour)) for day in range(1, 21) for hour in (9, 10, 11)]
    timed = prepare(app, stage, [*seen(), *old, says(at(21, 9))])
    network = only_network(app)

    catch_up(app, stage, network, timed[:-1], until=at(21, 0))
    assert diary.entries == []
    assert stage.heard == []
    list(live(app, stage, network, timed[-1:]))

    with sessions.begin() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 61
        assert list(listening.spans(session, WORKSPACE)) == [(at(1, 0), at(22, 0))]
    assert [(job, now.day) for job, now, _ in diary.entries] == [("morning", 21)]
    assert stage.heard == []


def test_no_past_at_all_is_caught_up_with_at_once(app: App, stage: Stage) -> None:
    timed = prepare(app, stage, [*seen(), says(at(2, 9))])
    before = stage.now

    catch_up(app, stage, only_network(app), (), until=at(2, 0))

    assert stage.now == before
    assert len(timed) == 1


def test_what_was_so_before_the_first_message_is_made_known_first(
    app: App, stage: Stage, sessions: Sessions
) -> None:
    late = PersonSeen(member=MemberId(f"{WORKSPACE}/U2"), name="Ben")
    joined = MemberJoined(channel=PLACE, member=ADA, at=at(1, 9))

    timed = prepare(app, stage, [says(at(3, 9)), says(at(2, 9)), *seen(), joined, late])

    assert [moment(event) for event in timed] == [at(2, 9), at(3, 9)]
    assert stage.now == datetime(2026, 3, 1, 9, tzinfo=UTC)
    with sessions.begin() as session:
        assert {person.name for person in places.people_of(session, WORKSPACE)} == {"Ada", "Ben"}


def test_without_a_message_there_is_nothing_to_live(app: App, stage: Stage) -> None:
    assert prepare(app, stage, seen()) == ()
    assert list(by_day((), LONDON)) == []


@pytest.mark.parametrize(
    ("event", "when"),
    [
        (says(7), 7),
        (MessageEdited(channel=PLACE, ts=1, edited=7, length=3), 7),
        (MessageDeleted(channel=PLACE, ts=7), 7),
        (ReactionAdded(channel=PLACE, ts=7, member=ADA, emoji="bulb"), 7),
        (MemberJoined(channel=PLACE, member=ADA, at=7), 7),
        (MemberLeft(channel=PLACE, member=ADA, at=7), 7),
        (CommandGiven(id="a", command="net", text="", channel=PLACE, member=ADA, at=7), 7),
        (ActionTaken(id="a", action="x", channel=PLACE, member=ADA, at=7, value=""), 7),
        (
            FormSubmitted(id="a", form="x", channel=PLACE, member=ADA, at=7, values={}, context=""),
            7,
        ),
        (PersonSeen(member=ADA, name="Ada"), 0),
        (ChannelSeen(channel=PLACE, name="general"), 0),
    ],
    ids=lambda value: type(value).__name__,
)
def test_everything_that_happens_has_its_moment(event: Event, when: int) -> None:
    assert moment(event) == when


def test_the_stage_keeps_what_was_said_and_what_became_of_it(stage: Stage) -> None:
    stage.start(None)
    first = stage.post(Post(to=PLACE, text="one"), key="a")
    second = stage.post(Post(to=PLACE, text="two"), key="b")
    stage.now += timedelta(hours=1)

    stage.update(first, Post(to=PLACE, text="one, mended"))
    stage.open(Form(name="x", title="X", submit="Go", fields=()), member=ADA, trigger="t")
    stage.stop()

    assert [heard.post.text for heard in stage.heard] == ["one, mended", "two"]
    assert [heard.key for heard in stage.heard] == ["a", "b"]
    assert stage.heard[0].at < stage.clock()
    assert stage.find(PLACE, key="b", since=stage.now) == second
    assert stage.find(PLACE, key="c", since=stage.now) is None


def test_the_network_is_the_one_that_the_events_made(app: App, stage: Stage) -> None:
    app.receive(Batch(events=tuple(seen())))

    assert only_network(app).workspace == WORKSPACE
