"""Nobody is written to at night, on a quiet day, or too often, whatever the config says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from threading import Thread
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot import outbox
from bot.config import BotSettings
from bot.domain.events import ChannelKind, ChannelSeen, MessagePosted, PersonSeen, to_micros
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Post
from bot.judgement.limits import APART, WEEK, Kind, Limits, Situation, Wait, decide
from bot.ports import DeliveryError
from bot.storage.base import Sessions
from bot.storage.delivery import Outgoing
from bot.storage.places import Network, Newborn, Person
from bot.storage.record import Recorder
from bot.storage.rhythm import CalendarEntry, Decision
from tests.town import FakePlatform

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
LIMITS = Limits()


def around(
    *said: datetime,
    zone: ZoneInfo = LONDON,
    free: Sequence[date] = (),
    written: int = 100,
    ours: int = 0,
    away_until: datetime | None = None,
) -> Situation:
    """A recipient in London with weekends, unless something else is said."""
    return Situation(
        zone=zone,
        is_free=lambda day: day.weekday() >= 5 or day in free,
        said=said,
        written=written,
        ours=ours,
        away_until=away_until,
    )


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in London in March 2026, of which the 2nd is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


UNASKED = [Kind.DIGEST, Kind.NUDGE, Kind.WORD, Kind.TENDING]


@pytest.mark.parametrize("kind", UNASKED)
@pytest.mark.parametrize(
    ("now", "until", "reason"),
    [
        pytest.param(at(2, 8, 59), at(2, 9), "outside 09:00 to 17:00", id="before nine"),
        pytest.param(at(2, 17), at(3, 9), "outside 09:00 to 17:00", id="from five on"),
        pytest.param(at(6, 18), at(9, 9), "outside 09:00 to 17:00", id="on a Friday evening"),
        pytest.param(at(7, 12), at(9, 9), "a quiet day", id="on a Saturday"),
        pytest.param(at(4, 12), at(5, 9), "a quiet day", id="on a quiet day"),
        pytest.param(at(28, 12), at(30, 9), "a quiet day", id="over a change of clocks"),
    ],
)
def test_out_of_hours_it_waits_for_the_next_working_day(
    kind: Kind, now: datetime, until: datetime, reason: str
) -> None:
    found = decide(kind, now=now, limits=LIMITS, around=around(free=[date(2026, 3, 4)]))
    assert found is not None
    assert found.until == until
    assert reason in found.reason


@pytest.mark.parametrize("kind", [*Kind])
def test_within_hours_it_is_said_at_once(kind: Kind) -> None:
    assert decide(kind, now=at(2, 9), limits=LIMITS, around=around()) is None
    assert decide(kind, now=at(2, 16, 59), limits=LIMITS, around=around()) is None


@pytest.mark.parametrize("kind", [Kind.ANSWER, Kind.NOTICE])
def test_an_answer_and_a_notice_wait_for_no_hour(kind: Kind) -> None:
    assert decide(kind, now=at(7, 3), limits=LIMITS, around=around(written=0)) is None


@pytest.mark.parametrize(
    ("kind", "said", "until"),
    [
        pytest.param(Kind.NUDGE, [at(2, 9), at(3, 9)], at(9, 9), id="two nudges a week"),
        pytest.param(Kind.NUDGE, [at(3, 9)], None, id="a second nudge"),
        pytest.param(Kind.WORD, [at(3, 9)], at(10, 9), id="one word a week"),
        pytest.param(Kind.TENDING, [at(4, 9)], at(5, 9), id="one message to a lead a day"),
        pytest.param(Kind.TENDING, [at(3, 16)], None, id="to a lead on the next day"),
        pytest.param(Kind.DIGEST, [at(3, 12)], at(5, 12), id="digests two days apart"),
        pytest.param(Kind.DIGEST, [at(1, 12)], None, id="a digest after a late one"),
        pytest.param(Kind.NOTICE, [at(3, 12)], at(10, 12), id="one notice"),
        pytest.param(Kind.ANSWER, [at(4, 10)] * 50, None, id="answers are never limited"),
    ],
)
def test_what_was_said_before_is_counted(
    kind: Kind, said: list[datetime], until: datetime | None
) -> None:
    found = decide(kind, now=at(4, 10), limits=LIMITS, around=around(*said))
    assert (found and found.until) == until


def test_where_nothing_at_all_is_wanted_nothing_comes_and_the_reason_is_told() -> None:
    none = Limits(nudges=0, words=0)
    assert decide(Kind.NUDGE, now=at(2, 9), limits=none, around=around()) == Wait(
        None, "the channel has had 0 nudges this week"
    )
    assert decide(Kind.WORD, now=at(2, 9), limits=none, around=around()) is not None


def test_a_summer_without_a_working_day_is_too_long_to_wait() -> None:
    every = [date(2026, 3, 1) + timedelta(days=n) for n in range(100)]
    found = decide(Kind.NUDGE, now=at(2, 9), limits=LIMITS, around=around(free=every))
    assert found == Wait(None, "it is a quiet day")


@pytest.mark.parametrize(
    ("written", "ours", "may"),
    [
        pytest.param(6, 0, True, id="one of seven"),
        pytest.param(5, 0, False, id="one of six"),
        pytest.param(0, 0, False, id="the only one"),
        pytest.param(17, 2, True, id="three of twenty"),
        pytest.param(16, 2, False, id="three of nineteen"),
    ],
)
def test_a_channel_is_never_mostly_ours(written: int, ours: int, may: bool) -> None:
    who = around(written=written, ours=ours)
    found = decide(Kind.NUDGE, now=at(2, 10), limits=LIMITS, around=who)
    assert found == (
        None if may else Wait(at(3, 9), "more than 15% of what is said there would be mine")
    )
    assert decide(Kind.DIGEST, now=at(2, 10), limits=LIMITS, around=who) is None


def test_who_asked_for_a_pause_is_left_in_peace_and_then_met_in_their_hours() -> None:
    who = around(away_until=at(6, 20))
    assert decide(Kind.WORD, now=at(2, 10), limits=LIMITS, around=who) == Wait(
        at(9, 9), "they asked for a pause"
    )


# By any configuration and in any order of things, the limits hold

ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
        "Africa/Cairo", "Pacific/Apia", "America/St_Johns",
    )
]  # fmt: skip


@st.composite
def configured(draw: st.DrawFn) -> Limits:
    """Limits as any config.toml can set them."""
    opens = draw(st.integers(9 * 60, 17 * 60 - 1))
    closes = draw(st.integers(opens + 1, 17 * 60))
    bot = BotSettings(
        speaks_from=f"{opens // 60:02}:{opens % 60:02}",
        speaks_until=f"{closes // 60:02}:{closes % 60:02}",
        nudges_a_week=draw(st.integers(0, 2)),
        words_a_week=draw(st.integers(0, 1)),
        share_of_a_channel=draw(st.floats(0, 0.15)),
    )
    return bot.limits


class Thing(NamedTuple):
    """Something to say: how many minutes after the beginning, and how long it is of use."""

    kind: Kind
    after: int
    lasts: int


things = st.lists(
    st.builds(
        Thing,
        st.sampled_from([*Kind]),
        st.integers(0, 40 * 24 * 60),
        st.integers(1, 10 * 24 * 60),
    ),
    max_size=60,
)


@pytest.mark.at_length
@settings(max_examples=150, deadline=None)
@given(
    limits=configured(),
    schedule=things,
    zone=st.sampled_from(ZONES),
    free=st.sets(st.integers(0, 60)),
    written=st.integers(0, 60),
    begin=st.integers(0, 3 * 365 * 24 * 60).map(lambda n: MONDAY - timedelta(minutes=n)),
)
def test_no_config_and_no_schedule_breaks_the_limits(
    limits: Limits,
    schedule: list[Thing],
    zone: ZoneInfo,
    free: set[int],
    written: int,
    begin: datetime,
) -> None:
    quiet = {begin.date() + timedelta(days=n) for n in free}
    said: list[tuple[Kind, datetime]] = []
    waiting = sorted((begin + timedelta(minutes=each.after), n) for n, each in enumerate(schedule))
    while waiting:
        now, n = waiting.pop(0)
        kind = schedule[n].kind
        ours = [when for what, when in said if when > now - WEEK and what is not Kind.WORD]
        who = Situation(
            zone=zone,
            is_free=lambda day: day.weekday() >= 5 or day in quiet,
            said=[when for what, when in said if what is kind],
            written=written,
            ours=len(ours),
        )
        found = decide(kind, now=now, limits=limits, around=who)
        if found is None:
            said.append((kind, now))
            if kind is Kind.NUDGE:
                assert len(ours) + 1 <= 0.15 * (written + len(ours) + 1)
        else:
            assert found.reason
            assert found.until is None or found.until > now
            last = begin + timedelta(minutes=schedule[n].after + schedule[n].lasts)
            if found.until is not None and found.until < last:
                waiting = sorted([*waiting, (found.until, n)])
    check(said, zone, quiet)


def check(said: list[tuple[Kind, datetime]], zone: ZoneInfo, quiet: set[date]) -> None:
    """What guardrails allow at most, counted anew."""
    for kind, when in said:
        if kind in UNASKED:
            local = when.astimezone(zone)
            assert time(9) <= local.time() < time(17), (kind, local)
            assert local.weekday() < 5
            assert local.date() not in quiet
    for kind, span, most in ((Kind.NUDGE, WEEK, 2), (Kind.WORD, WEEK, 1), (Kind.DIGEST, APART, 1)):
        moments = [when for what, when in said if what is kind]
        for when in moments:
            assert sum(when <= other < when + span for other in moments) <= most, kind
    leads = Counter(when.astimezone(zone).date() for what, when in said if what is Kind.TENDING)
    assert max(leads.values(), default=0) <= 1


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"speaks_from": "08:59"}, id="too early"),
        pytest.param({"speaks_until": "17:01"}, id="too late"),
        pytest.param({"speaks_from": "12:00", "speaks_until": "12:00"}, id="never"),
        pytest.param({"speaks_from": "noon"}, id="no time"),
        pytest.param({"nudges_a_week": 3}, id="too many nudges"),
        pytest.param({"words_a_week": 2}, id="too many words"),
        pytest.param({"share_of_a_channel": 0.2}, id="too large a part"),
        pytest.param({"nudges_a_week": -1}, id="less than nothing"),
    ],
)
def test_no_config_can_widen_them(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, BotSettings)


# In the outbox, on a real database

GENERAL, ADA = ChannelId("fake:T1/C1"), MemberId("fake:T1/U1")


class Mailroom:
    """A network with a channel and a member in it, and a clock that is moved by hand."""

    def __init__(self, sessions: Sessions, *, written: int = 50) -> None:
        self.sessions = sessions
        self.platform = FakePlatform()
        self.now = MONDAY
        newborn = Newborn(name="Test", timezone="Europe/London", country="GB")
        channel = ChannelSeen(
            channel=GENERAL, name="general", kind=ChannelKind.PUBLIC, is_main=True
        )
        ada = PersonSeen(member=ADA, name="Ada", timezone="America/New_York")
        messages = [
            MessagePosted(channel=GENERAL, ts=to_micros(MONDAY) - n, author=ADA)
            for n in range(written)
        ]
        with sessions.begin() as session:
            Recorder(newborn).record(session, [channel, ada, *messages], now=self.now)
            self.network = session.scalars(select(Network)).one().id

    def queues(
        self, key: str, kind: Kind, *, to: str = GENERAL, lasts: timedelta = timedelta(days=2)
    ) -> None:
        """Queue something that is due now."""
        with self.sessions.begin() as session:
            outbox.enqueue(
                session,
                outbox.Saying(post=Post(to=to, text=key)),  # type: ignore[arg-type]
                key=key,
                network_id=self.network,
                due_at=self.now,
                expires_at=self.now + lasts,
                kind=kind,
            )

    def delivers(self, at: datetime | None = None) -> list[str]:
        """Deliver now, or at a later time; the words of all that was said so far."""
        self.now = at or self.now
        outbox.deliver(self.sessions, {"fake": self.platform}, lambda: self.now)
        return [post.text for post in self.platform.said]

    def reasons(self) -> list[str]:
        """Why things were put off, or not said."""
        with self.sessions.begin() as session:
            return list(session.scalars(select(Decision.reason).order_by(Decision.id)))

    def state(self, key: str) -> str:
        """What became of something."""
        with self.sessions.begin() as session:
            return session.scalars(select(Outgoing.state).where(Outgoing.key == key)).one()


@pytest.fixture
def mailroom(sessions: Sessions) -> Mailroom:
    return Mailroom(sessions)


@pytest.mark.both_databases
def test_a_third_nudge_waits_for_a_week_to_pass_and_leaves_its_reason(mailroom: Mailroom) -> None:
    for key in ("one", "two", "three"):
        mailroom.queues(key, Kind.NUDGE, lasts=timedelta(days=10))
    mailroom.queues("digest", Kind.DIGEST)
    mailroom.queues("answer", Kind.ANSWER)
    assert sorted(mailroom.delivers()) == ["answer", "digest", "one", "two"]
    assert mailroom.reasons() == ["put off: the channel has had 2 nudges this week"]
    said = mailroom.delivers(MONDAY + timedelta(days=7, minutes=-1))
    assert "three" not in said
    with mailroom.sessions.begin() as session:  # people went on talking
        posted = MessagePosted(channel=GENERAL, ts=to_micros(mailroom.now), author=ADA)
        more = [msgspec.structs.replace(posted, ts=posted.ts - n) for n in range(50)]
        Recorder(Newborn(name="", timezone="UTC", country="GB")).record(
            session, more, now=mailroom.now
        )
    assert "three" in mailroom.delivers(MONDAY + timedelta(days=7))


def test_a_monday_nudge_is_not_posted_on_thursday(mailroom: Mailroom) -> None:
    mailroom.queues("monday", Kind.NUDGE)
    assert mailroom.delivers(MONDAY + timedelta(days=3)) == []
    assert mailroom.state("monday") == "expired"
    assert mailroom.reasons() == ["too late to be of use"]


def test_what_could_only_come_too_late_is_let_go_at_once_with_the_reason(
    mailroom: Mailroom,
) -> None:
    mailroom.now = datetime(2026, 3, 6, 18, tzinfo=UTC)
    mailroom.queues("weekend", Kind.NUDGE)
    assert mailroom.delivers() == []
    assert mailroom.state("weekend") == "expired"
    assert mailroom.reasons() == [
        "too late to be of use by then: it is outside 09:00 to 17:00 there"
    ]


def test_a_member_is_met_in_the_hours_of_where_they_are(mailroom: Mailroom) -> None:
    mailroom.queues("word", Kind.WORD, to=ADA)
    assert mailroom.delivers() == []
    assert mailroom.delivers(datetime(2026, 3, 2, 13, 59, tzinfo=UTC)) == []
    assert mailroom.delivers(datetime(2026, 3, 2, 14, tzinfo=UTC)) == ["word"]


def test_where_their_time_zone_is_none_the_networks_holds(mailroom: Mailroom) -> None:
    with mailroom.sessions.begin() as session:
        session.query(Person).update({"timezone": "Mars/Olympus"})
    mailroom.queues("word", Kind.WORD, to=ADA)
    assert mailroom.delivers() == ["word"]


def test_public_holidays_and_declared_quiet_times_are_quiet_days(mailroom: Mailroom) -> None:
    with mailroom.sessions.begin() as session:
        day = date(2026, 4, 7)
        entry = CalendarEntry(
            network_id=mailroom.network, name="Rest", kind="quiet", first=day, last=day
        )
        session.add(entry)
    mailroom.now = datetime(2026, 4, 3, 11, tzinfo=UTC)  # Good Friday; Monday is a holiday too
    mailroom.queues("digest", Kind.DIGEST, lasts=timedelta(days=6))
    assert mailroom.delivers() == []
    assert mailroom.delivers(datetime(2026, 4, 8, 7, 59, tzinfo=UTC)) == []
    assert mailroom.delivers(datetime(2026, 4, 8, 8, tzinfo=UTC)) == ["digest"]


def test_a_quiet_channel_is_not_filled_by_the_bot_but_has_its_digest(sessions: Sessions) -> None:
    mailroom = Mailroom(sessions, written=5)
    mailroom.queues("nudge", Kind.NUDGE)
    mailroom.queues("digest", Kind.DIGEST)
    assert mailroom.delivers() == ["digest"]
    assert "more than 15% of what is said there would be mine" in mailroom.reasons()[0]


def test_what_is_in_doubt_counts_as_said(mailroom: Mailroom) -> None:
    for key in ("one", "two", "three"):
        mailroom.queues(key, Kind.NUDGE)
    lost = DeliveryError("no answer", may_have_arrived=True)
    mailroom.platform.refusals = [lost, lost]
    mailroom.delivers()
    assert mailroom.platform.keys == ["one", "two"]
    assert (mailroom.state("one"), mailroom.state("three")) == ("ambiguous", "expired")


@pytest.mark.both_databases
def test_those_who_deliver_at_once_keep_to_the_limits_together(sessions: Sessions) -> None:
    mailroom = Mailroom(sessions, written=500)
    for n in range(12):
        mailroom.queues(f"nudge/{n}", Kind.NUDGE)
        mailroom.queues(f"word/{n}", Kind.WORD, to="fake:T1/U9")
    threads = [Thread(target=mailroom.delivers) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(key.partition("/")[0] for key in mailroom.platform.keys) == {
        "nudge": 2,
        "word": 1,
    }


def says_in(mailroom: Mailroom, later: timedelta, *queued: tuple[str, Kind]) -> None:
    """Say something by a clock that is wrong by so much."""
    for key, kind in queued:
        mailroom.queues(key, kind)
    assert len(mailroom.delivers()) == len(queued)
    with mailroom.sessions.begin() as session:
        wrong = {"sent_at": mailroom.now + later, "claimed_at": mailroom.now + later}
        session.execute(update(Outgoing).values(wrong))


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("later", "said"),
    [
        pytest.param(timedelta(days=3650), ["three", "four", "word again"], id="by years"),
        pytest.param(timedelta(hours=1), [], id="by an hour"),
    ],
)
def test_what_a_clock_stamped_that_was_very_wrong_silences_nobody(
    mailroom: Mailroom, later: timedelta, said: list[str]
) -> None:
    says_in(mailroom, later, ("one", Kind.NUDGE), ("two", Kind.NUDGE), ("word", Kind.TENDING))
    with mailroom.sessions.begin() as session:
        had = outbox.said_to(session, GENERAL, Kind.TENDING, since=MONDAY)
    assert bool(had) is (not said)
    for key in ("three", "four", "five"):
        mailroom.queues(key, Kind.NUDGE)
    mailroom.queues("word again", Kind.TENDING, lasts=timedelta(hours=5))
    assert mailroom.delivers()[3:] == said


def test_posts_of_a_clock_that_was_very_wrong_are_no_share_of_a_channel(sessions: Sessions) -> None:
    mailroom = Mailroom(sessions, written=12)
    says_in(mailroom, timedelta(days=3650), *((f"answer {n}", Kind.ANSWER) for n in range(5)))
    mailroom.queues("nudge", Kind.NUDGE)
    assert mailroom.delivers()[5:] == ["nudge"]
