"""A convening in Slack, from the form to what came of it, over ten weeks and one restart."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import App
from bot.domain.events import Batch, Bookmark, MessagePosted, to_micros
from bot.domain.ids import ChannelId, MemberId
from bot.live import Live
from bot.platforms.slack.line import Pace
from bot.platforms.slack.platform import Slack
from bot.platforms.slack.settings import SlackSettings
from bot.storage import places
from bot.storage.base import Sessions
from tests.standin.limits import Limits
from tests.standin.reading import Reading
from tests.standin.server import StandIn

MONDAY = datetime(2026, 3, 23, 9, tzinfo=UTC)
WEDNESDAY = datetime(2026, 4, 1, 9, tzinfo=UTC)
"""10:00 in London: the clocks go forward on the Sunday between."""
HASTY = Pace(ping_every=0.1, deaf_after=0.25, connecting=2.0, leaving=0.5, longest_wait=0.2)
WORDS, WHEN = "What shall I post?", "When?"


class Clock:
    """Goes as time does, from a Monday on, and may be moved forward."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.moved = timedelta()

    def __call__(self) -> datetime:
        return MONDAY + self.moved + timedelta(seconds=time.monotonic() - self.began)

    def goes_to(self, moment: datetime) -> None:
        """It is *moment* now."""
        self.moved += max(timedelta(), moment - self())


class Journey:
    """A workspace that Tom and Priya tend, and a bot in it that may be started anew."""

    def __init__(self, slack: StandIn, sessions: Sessions, clock: Clock) -> None:
        self.slack, self.sessions, self.clock = slack, sessions, clock
        self.starts()

    def starts(self) -> None:
        """A process begins."""
        settings = SlackSettings(
            bot_token=self.slack.bot_token,
            signing_secret=self.slack.signing_secret,
            mode="http",
            port=0,
            api=self.slack.api,
        )
        platform = Slack(settings, clock=self.clock, pace=HASTY)
        self.app = App(sessions=self.sessions, platforms=[platform], clock=self.clock)
        self.live = Live(self.app)
        self.live.start()
        self.slack.calls_app_at(f"http://127.0.0.1:{platform.port}/slack/events")

    def address(self, raw: str) -> str:
        """How the bot calls something in the workspace."""
        return f"slack:{self.slack.world.team.id}/{raw}"

    def lives(self, until: datetime) -> None:
        """Half-days go by, and the bot does what falls due."""
        while self.clock() < until:
            self.clock.goes_to(min(self.clock() + timedelta(hours=12), until))
            self.app.tick()

    def reads(self, who: str, text: str) -> Reading:
        """The newest that *who* can read with *text* in it, once it is there."""
        once(
            lambda: any(text in each.text for each in self.slack.sees(who)), lambda: self.seen(who)
        )
        return [each for each in self.slack.sees(who) if text in each.text][-1]

    def opens(self, who: str, typed: str) -> None:
        """Somebody types what opens a form; and again, where the machine was too slow for it."""
        for _ in range(5):
            assert self.slack.types(who, "/tend", typed, "general").ok
            end = time.monotonic() + 4
            while time.monotonic() < end:
                if self.slack.modal(who):
                    return
                time.sleep(0.01)
        raise AssertionError(self.seen(who))

    def seen(self, who: str) -> list[str]:
        """The last that *who* can read."""
        return [each.text for each in self.slack.sees(who)[-3:]]

    @property
    def rounds(self) -> list[Reading]:
        """The posts that were made for those who tend."""
        return [each for each in self.slack.sees("Bo") if "osted for" in each.text]


def once(true: Callable[[], object], instead: Callable[[], object] = lambda: "") -> None:
    """Wait until something is *true*."""
    until = time.monotonic() + 20
    while not true():
        assert time.monotonic() < until, instead()
        time.sleep(0.01)


@pytest.fixture
def journey(sessions: Sessions) -> Iterator[Journey]:
    clock = Clock()
    with StandIn(clock=clock, speed=100.0, limits=Limits(is_off=True)) as slack:
        for name in ("Tom", "Priya", "Bo"):
            slack.person(name)
        general = slack.channel("general", "Tom", "Priya", "Bo", bot=True)
        found = Journey(slack, sessions, clock)
        place = ChannelId(found.address(general.id))
        talked(found, place)
        once(lambda: tended(found, place))
        try:
            yield found
        finally:
            found.live.stop()


def talked(journey: Journey, place: ChannelId) -> None:
    """Ten weeks in which twelve people spoke each week, as they are read of the past."""
    begin = to_micros(MONDAY - timedelta(weeks=10))
    week = 7 * 86_400_000_000
    said = [
        MessagePosted(
            channel=place,
            ts=begin + n * week + person * 3_600_000_000 + more,
            author=MemberId(journey.address(f"U0PAST{person}")),
            length=40,
        )
        for n in range(10)
        for person in range(12)
        for more in range(3)
    ]
    mark = Bookmark(source=journey.address("past"), position="1")
    journey.app.receive(Batch(events=tuple(said), bookmark=mark))


def tended(journey: Journey, place: ChannelId) -> bool:
    """Whether Tom and Priya tend the network by now, once they are known."""
    with journey.sessions.begin() as session:
        network = places.network_holding(session, place)
        ids = [journey.address(journey.slack.world.person(each).id) for each in ("Tom", "Priya")]
        people = [places.person_at(session, MemberId(each)) for each in ids]
        for person in people:
            if network is not None and person is not None:
                places.make_lead(session, network, person, now=journey.clock())
        return network is not None and None not in people


def test_a_round_is_drafted_approved_posted_once_answered_and_looked_back_on(
    journey: Journey,
) -> None:
    slack = journey.slack

    # Tom asks for a question round; what is wrong with the time is said beside it
    journey.opens("Tom", "convene question-round next wed 10:00")
    refused = slack.submits("Tom", {WHEN: "next wed 23:00"})
    assert "between 09:00 and 17:00" in refused.errors["when"]
    taken = slack.submits("Tom", {WHEN: "next wed 10:00", WORDS: "One question\nWhat is it?"})
    assert taken.errors == {}
    scheduled = journey.reads("Tom", "Scheduled:")
    assert scheduled.is_ephemeral
    assert "Wednesday 1 April at 10:00" in scheduled.text

    # the clocks change, and a minute before its moment the process is another
    journey.lives(WEDNESDAY - timedelta(days=1))
    for _ in range(20):
        slack.writes("Bo", "general", "Good morning to you all.")
    assert slack.settles()
    journey.lives(WEDNESDAY - timedelta(minutes=1))
    assert journey.rounds == []
    journey.live.stop()
    journey.starts()
    journey.clock.goes_to(WEDNESDAY)
    journey.app.tick()
    journey.app.tick()
    once(lambda: journey.rounds, lambda: journey.seen("Tom"))
    [post] = journey.rounds
    assert "One question" in post.text
    assert "posted for Tom and Priya" in post.text

    # Bo answers in its thread; a fortnight later leads read what came of it
    slack.replies("Bo", post.ts, "It is this.")
    assert slack.settles()
    journey.lives(WEDNESDAY + timedelta(days=13, hours=22))
    assert not any("How sure can we be" in each.text for each in slack.sees("Tom"))
    journey.lives(WEDNESDAY + timedelta(days=14, hours=2))
    told = journey.reads("Tom", "How the question round went")
    assert "A few people took part" in told.text
    assert "energy often comes back on its own" in told.text
    assert len(journey.rounds) == 1

    # and say what they make of it
    assert slack.presses("Tom", told.ts, "Worth doing again").ok
    journey.reads("Tom", "Noted: worth doing again")
    journey.opens("Tom", "nudges learned 1")
    assert slack.submits("Tom", {"In a line or two, what did you learn?": "Mornings suit."}).ok
    journey.reads("Tom", "Remembered, beside what happened: Mornings suit.")
    assert slack.limits.violations == []
