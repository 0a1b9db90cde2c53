"""An ebb in Slack, from the alert to what came of it: approved, posted once, looked back on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.app import App
from bot.cli.importing import keep_listening
from bot.domain.events import Batch, Bookmark, MessagePosted, from_micros, to_micros
from bot.domain.ids import ChannelId, MemberId
from bot.live import Live
from bot.platforms.slack.line import Pace
from bot.platforms.slack.platform import Slack
from bot.platforms.slack.settings import SlackSettings
from bot.storage import listening, places
from bot.storage.base import Sessions
from tests.ebbs import decisions_of
from tests.fading import (
    DAY,
    LIVELY,
    MONDAY,
    NEWCOMERS,
    ROUND,
    recounted,
    sixteen_weeks,
    spoke,
    talk,
)
from tests.standin.limits import Limits
from tests.standin.office import Answer
from tests.standin.reading import Reading
from tests.standin.server import StandIn

pytestmark = pytest.mark.at_length

SUNDAY = datetime(2026, 10, 18, 17, tzinfo=UTC)
NINE = datetime(2026, 10, 19, 8, 10, tzinfo=UTC)
"""Ten past nine in London, where it is summer until the Sunday after."""
AT_TEN = datetime(2026, 10, 28, 10, tzinfo=UTC)
"""Ten in London, where it is winter then."""
HASTY = Pace(ping_every=0.5, deaf_after=5.0, connecting=2.0, leaving=0.5, longest_wait=0.2)
WORDS, WHEN, REVIEW = "What shall I post?", "When?", "When shall we look at how it went?"
PEOPLE = ("Tom", "Priya", *(f"Bo{n}" for n in range(1, 7)))
NEW = tuple(f"Mo{n}" for n in range(5))


class Clock:
    """Goes as time does, from a Sunday on, and may be moved forward."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.moved = timedelta()

    def __call__(self) -> datetime:
        return SUNDAY + self.moved + timedelta(seconds=time.monotonic() - self.began)

    def goes_to(self, moment: datetime) -> None:
        """It is *moment* now."""
        self.moved += max(timedelta(), moment - self())


class Journey:
    """A workspace that Tom and Priya tend, and a bot in it that may be started anew."""

    def __init__(self, slack: StandIn, sessions: Sessions, clock: Clock) -> None:
        self.slack, self.sessions, self.clock = slack, sessions, clock
        self.place = ChannelId(self.address(slack.world.channel("general").id))
        known = [self.member(name) for name in PEOPLE]
        self.people = [*known, *(MemberId(self.address(f"U0PAST{n}")) for n in range(8))]
        newcomers = [MemberId(self.address(f"U0NEW{n}")) for n in range(NEWCOMERS)]
        self.past = sixteen_weeks(self.place, self.people, newcomers)
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
        return f"{self.workspace}/{raw}"

    @property
    def workspace(self) -> str:
        """How the bot calls the workspace."""
        return f"slack:{self.slack.world.team.id}"

    def member(self, name: str) -> MemberId:
        """How the bot calls somebody."""
        return MemberId(self.address(self.slack.world.person(name).id))

    def reads_past(self, said: Sequence[MessagePosted]) -> None:
        """The bot hears what *said* is, all at once."""
        first = from_micros(said[0].ts).isoformat()
        mark = Bookmark(source=self.address("past"), position=first)
        self.app.receive(Batch(events=tuple(said), bookmark=mark))
        keep_listening(self.app, self.workspace)
        self.listens(from_micros(said[0].ts))

    def listens(self, since: datetime) -> None:
        """The bot has listened since then."""
        begin, end = to_micros(since), to_micros(self.clock())
        with self.sessions.begin() as session:
            listening.listened(session, self.workspace, since=begin, until=end)

    def lives(self, until: datetime) -> None:
        """Half-days go by in which the bot listens, and does what falls due."""
        while self.clock() < until:
            since = self.clock()
            self.clock.goes_to(min(since + timedelta(hours=12), until))
            self.listens(since)
            self.app.tick()

    def reads(self, who: str, text: str) -> Reading:
        """The newest that *who* can read with *text* in it, once it is there."""
        once(
            lambda: any(text in each.text for each in self.slack.sees(who)), lambda: self.seen(who)
        )
        return [each for each in self.slack.sees(who) if text in each.text][-1]

    def opens(self, who: str, act: Callable[[], Answer]) -> None:
        """Somebody does what opens a form; and again, where the machine was too slow for it."""
        for _ in range(5):
            assert act().ok
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
        return [each for each in self.slack.sees("Bo1") if "osted for" in each.text]


def once(true: Callable[[], object], instead: Callable[[], object] = lambda: "") -> None:
    """Wait until something is *true*."""
    until = time.monotonic() + 20
    while not true():
        assert time.monotonic() < until, instead()
        time.sleep(0.01)


@pytest.fixture
def journey(sessions: Sessions) -> Iterator[Journey]:
    """Sixteen weeks have passed, and it is the Monday after, when leads read the alert."""
    clock = Clock()
    with StandIn(clock=clock, speed=100.0, limits=Limits(is_off=True)) as slack:
        for name in (*PEOPLE, *NEW):
            slack.person(name)
        slack.channel("general", *PEOPLE, *NEW, bot=True)
        found = Journey(slack, sessions, clock)
        found.reads_past(found.past)
        once(lambda: tended(found))
        found.lives(NINE)
        try:
            yield found
        finally:
            found.live.stop()


def tended(journey: Journey) -> bool:
    """Whether Tom and Priya tend the network by now, once they are known."""
    with journey.sessions.begin() as session:
        network = places.network_holding(session, journey.place)
        people = [places.person_at(session, journey.member(name)) for name in ("Tom", "Priya")]
        for person in people:
            if network is not None and person is not None:
                places.make_lead(session, network, person, now=journey.clock())
        return network is not None and None not in people


def test_an_ebb_is_told_answered_by_a_round_that_is_posted_once_and_looked_back_on(
    journey: Journey,
) -> None:
    slack = journey.slack

    # Monday: the alert has the numbers of an independent recount, and offers a draft
    alert = journey.reads("Tom", "is ebbing")
    missing = [phrase for phrase in recounted(journey.past) if phrase not in alert.text]
    assert missing == [], alert.text
    assert "newcomers' questions are going unanswered" in alert.text
    assert alert.buttons[:3] == ("Show the posts", "See the draft", "Leave it")

    # Tom changes one sentence and the day; what is wrong with the time is said beside it
    journey.opens("Tom", lambda: slack.presses("Tom", alert.ts, "See the draft"))
    refused = slack.submits("Tom", {WHEN: "28 October 23:00"})
    assert "between 09:00 and 17:00" in refused.errors["when"]
    draft = written(journey, "words")
    assert draft.startswith("Ten minutes, one question\nWhat is one small thing")
    mine = "What do you wish you had known in the first hour?"
    changed = draft.replace(draft.splitlines()[1], mine)
    given = {WHEN: "28 October 10:00", WORDS: changed, REVIEW: "11 November"}
    taken = slack.submits("Tom", given)
    assert taken.errors == {}
    scheduled = journey.reads("Tom", "Scheduled:")
    assert "Wednesday 28 October at 10:00" in scheduled.text

    # the clocks change, and a minute before its moment the process is another
    meanwhile = talk(journey.place, journey.people, MONDAY, ROUND - DAY, chance=0.4)
    journey.reads_past(meanwhile)
    journey.lives(AT_TEN - timedelta(minutes=1))
    assert journey.rounds == []
    journey.live.stop()
    journey.starts()
    journey.clock.goes_to(AT_TEN)
    journey.app.tick()
    journey.app.tick()
    once(lambda: journey.rounds, lambda: journey.seen("Tom"))
    [post] = journey.rounds
    assert mine in post.text
    assert "posted for Tom and Priya" in post.text

    # people answer, five of whom hadn't spoken; those who tend read of it on its date
    for name in ("Priya", "Bo1", "Bo2", *NEW):
        slack.replies(name, post.ts, "It is this.")
    assert slack.settles()
    after = talk(journey.place, journey.people, ROUND + DAY, date(2026, 11, 10), chance=LIVELY)
    journey.reads_past(after)
    journey.lives(AT_TEN + timedelta(days=13, hours=23))
    assert not any("How sure can we be" in each.text for each in slack.sees("Tom"))
    journey.lives(AT_TEN + timedelta(days=14))
    told = journey.reads("Tom", "How the question round went")
    assert "You hoped: five people who haven't spoken this month take part" in told.text
    assert "Eight people took part, of whom five had not spoken" in told.text
    assert "energy often comes back on its own" in told.text
    first, second = spoke(after, ROUND) + len(NEW), spoke(after, ROUND + 7 * DAY)
    assert f"In the two weeks since, {first} and {second} people spoke each week" in told.text
    assert len(journey.rounds) == 1

    # and say what they make of it
    assert slack.presses("Tom", told.ts, "Worth doing again").ok
    journey.reads("Tom", "Noted: worth doing again")
    journey.opens("Tom", lambda: slack.presses("Tom", told.ts, "Add what you learned"))
    assert slack.submits("Tom", {"In a line or two, what did you learn?": "Mornings suit."}).ok
    journey.reads("Tom", "Remembered, beside what happened: Mornings suit.")
    assert slack.limits.violations == []


def written(journey: Journey, field: str) -> str:
    """What the form before Tom has in its field of that name."""
    view = journey.slack.modal("Tom")
    assert view is not None
    [element] = [
        block["element"] for block in view.payload["blocks"] if block.get("block_id") == field
    ]
    return str(element["initial_value"])


def test_an_ebb_left_alone_is_looked_at_again_and_a_second_one_meanwhile_is_merged(
    journey: Journey,
) -> None:
    slack = journey.slack
    alert = journey.reads("Tom", "is ebbing")

    assert slack.presses("Tom", alert.ts, "Leave it").ok
    journey.reads("Tom", "I'll look again")

    # a lively week, and another ebb
    week = talk(journey.place, journey.people, MONDAY, date(2026, 10, 23), chance=0.7)
    quiet = talk(journey.place, journey.people, date(2026, 10, 26), date(2026, 11, 2), chance=0.03)
    journey.reads_past([*week, *quiet])
    journey.lives(datetime(2026, 11, 2, 9, tzinfo=UTC))
    assert decisions_of(journey.sessions)[0] == (True, "ebb: newcomers")
    again = "ebb: leads were told on 19 October, and once a fortnight is enough"
    assert (False, again) in decisions_of(journey.sessions)
    assert len([each for each in slack.sees("Tom") if "is ebbing" in each.text]) == 1

    journey.lives(datetime(2026, 11, 2, 10, tzinfo=UTC))
    told = journey.reads("Tom", "How it went after you left it alone")
    assert "Ebbing again, since" in told.text
    assert len([each for each in slack.sees("Tom") if "is ebbing" in each.text]) == 1
    assert journey.rounds == []
