"""A newcomer in Slack: greeted on Monday, in by her own word, introduced, answered, leaving."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from bot import logs
from bot.app import App
from bot.domain.asks import HelpKind
from bot.domain.charter import starter
from bot.domain.events import Batch, Bookmark, MessagePosted, to_micros
from bot.domain.ids import ChannelId, MemberId
from bot.live import Live
from bot.platforms.slack.platform import Slack
from bot.platforms.slack.settings import SlackSettings
from bot.storage import charter, offers, places
from bot.storage.base import Sessions
from bot.storage.places import Network, Person
from tests.platforms.slack.test_journey_of_an_idea import HASTY, TUESDAY, Clock, Frailty, once
from tests.standin.limits import Limits
from tests.standin.server import StandIn
from tests.standin.world import Message

pytestmark = pytest.mark.at_length

FRIDAY_NIGHT = TUESDAY + timedelta(days=3, hours=12, minutes=40)
"""21:40 in London."""
MONDAY = TUESDAY + timedelta(days=6, minutes=1)
"""A minute past nine in London."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PURPOSE = "Together we make the first hour of a frail person's crisis kinder and safer."
OLD = ("Priya", "Tom", "Dan", "Rosa", "Sian", "Joe")
NEW = ("Amina", "Nia")
HELLO, ASKED, CLOSED = (
    "Welcome to Frailty Friends",
    "is waiting for an answer",
    "nothing left to do",
)
QUESTION = "Has anyone a quick kitchen test for who could manage at home tonight?"
WHO = "I'm Amina, an occupational therapist at St Luke's."


class Ward(Frailty):
    """The same workspace, smaller: old hands, a charter, and a bot that may be started anew."""

    def member(self, name: str) -> MemberId:
        return MemberId(f"{self.workspace}/{self.slack.world.person(name).id}")

    def is_settled(self) -> None:
        """Rosa answers often; Sian offered something; Priya tends; there is a charter."""
        place = ChannelId(f"{self.workspace}/{self.slack.world.channel('frailty').id}")
        said = []
        for n in range(8):
            ts = to_micros(TUESDAY - timedelta(days=30 - 3 * n))
            said.append(MessagePosted(channel=place, ts=ts, author=self.member("Joe"), asks=True))
            said.append(
                MessagePosted(channel=place, ts=ts + 1, thread=ts, author=self.member("Rosa"))
            )
        said.append(
            MessagePosted(
                channel=place, ts=to_micros(TUESDAY - timedelta(days=29)), author=self.member("Dan")
            )
        )
        self.app.receive(
            Batch(
                events=tuple(said),
                bookmark=Bookmark(source=f"{self.workspace}/past", position="1"),
            )
        )
        with self.sessions.begin() as session:
            here = session.query(Network).one()
            here.name, here.purpose = "Frailty Friends", PURPOSE
            names = {name: self.member(name) for name in OLD}
            places.meet_people(session, sorted(names.values()), bots=frozenset())
            who = {name: places.person_at(session, ref) for name, ref in names.items()}
            priya, sian = who["Priya"], who["Sian"]
            assert priya is not None
            assert sian is not None
            places.make_lead(session, here, priya, now=self.clock())
            charter.adopt(
                session,
                here,
                starter(PURPOSE),
                why="To begin with",
                is_material=True,
                took_part=None,
                effective_on=date(2026, 6, 9),
                review_on=date(2026, 12, 9),
                proposal=None,
                now=self.clock(),
            )
            offers.make(
                session,
                here,
                sian,
                "kitchen tests at home",
                kind=HelpKind.SKILLS,
                until=date(2026, 12, 1),
                now=self.clock(),
            )

    def knows_all(self) -> bool:
        """Whether the bot knows by name who was there before."""
        with self.sessions.begin() as session:
            return {*OLD} <= {name for (name,) in session.query(Person.name)}

    def starts_anew(self) -> None:
        """The bot is stopped and started again, as another process would be."""
        assert self.slack.settles(30)
        self.live.stop()
        self.app = App(
            sessions=self.sessions, platforms=[slack_of(self.slack, self.clock)], clock=self.clock
        )
        self.live = Live(self.app)
        self.live.start()
        assert self.slack.waits_for_socket()


def slack_of(slack: StandIn, clock: Clock) -> Slack:
    settings = SlackSettings(
        bot_token=slack.bot_token, app_token=slack.app_token, api=slack.api, mode="socket"
    )
    return Slack(settings, clock=clock, pace=HASTY)


@pytest.fixture
def ward(sessions: Sessions, only_on_sqlite: None) -> Iterator[Ward]:
    """It is Tuesday, and the bot listens."""
    clock = Clock()
    logs.configure("error", as_json=True)
    with StandIn(clock=clock, socket=True, speed=100.0, limits=Limits(is_off=True)) as slack:
        for name in (*OLD, *NEW):
            slack.person(name)
        slack.channel("frailty", *OLD, bot=True)
        found = Ward(slack, sessions, clock)
        found.is_settled()
        found.live.start()
        assert slack.waits_for_socket()
        once(found.knows_all, dict)
        try:
            yield found
        finally:
            found.live.stop()


def test_a_newcomer_is_greeted_in_hours_introduced_by_her_own_word_answered_and_leaves_well(
    ward: Ward,
) -> None:
    slack = ward.slack
    ward.is_on(TUESDAY + HOUR)

    # Friday 21:40: two come in; nothing is said, also not by a bot that is started anew
    ward.clock.goes_to(FRIDAY_NIGHT)
    for who in NEW:
        slack.joins(who, "frailty")
    ward.is_on(FRIDAY_NIGHT + HOUR)
    ward.starts_anew()
    ward.is_on(FRIDAY_NIGHT + 30 * HOUR)
    assert [ward.seen(who, HELLO) for who in NEW] == [[], []]

    # Monday 9:00: each gets one message; Nia looks around, Amina reads and is in
    ward.is_on(MONDAY)
    hello = ward.reads("Amina", HELLO)
    assert PURPOSE in hello.text
    assert "six rules, two minutes" in hello.text
    assert hello.buttons == ("Read the charter", "Look around first")
    ward.opens("Nia", HELLO, "Read the charter")
    assert slack.submits("Nia", {"And you?": "Just looking for now"}).errors == {}
    ward.opens("Amina", HELLO, "Read the charter")
    assert slack.submits("Amina", {"And you?": "I'm in"}).errors == {}
    ward.reads("Amina", "Good to have you with us")
    ward.starts_anew()
    ward.opens("Amina", "Good to have you with us", "Offer or ask something")
    boxes = {
        "One thing that you could offer": "a walk-through of our kitchen test",
        "One thing that you would like to ask": QUESTION,
    }
    assert slack.submits("Amina", boxes).errors == {}

    # the introduction: hers to see first, and posted by her word
    ward.opens("Amina", "May I introduce you?", "Show me a draft")
    label = "Who are you, and how do you come to this group?"
    refused = slack.submits("Amina", {label: f"{WHO} Call 020 7946 0018."})
    assert "telephone" in str(refused.errors)
    assert slack.submits("Amina", {label: WHO}).errors == {}
    ward.reads("Amina", "Only you see this")
    ward.starts_anew()
    assert ward.seen("Dan", "Hello from") == []
    ward.presses("Amina", "Only you see this", "Post it")
    post = ward.reads("Dan", "Hello from")
    assert all(each in post.text for each in (WHO, QUESTION, "kitchen test"))

    # half a working day later two who fit are asked, and nobody once Dan has answered
    ward.is_on(MONDAY + 3 * HOUR)
    assert asked(ward) == set()
    ward.starts_anew()
    ward.is_on(MONDAY + 5 * HOUR)
    ward.reads("Sian", "You named kitchen tests at home")
    assert asked(ward) == {"Sian", "Rosa"}
    ward.reads("Rosa", ASKED)
    slack.replies("Dan", as_message(ward, post.ts), "We do it with a kettle and a chair.")
    ward.starts_anew()
    ward.is_on(MONDAY + 6 * HOUR)
    ward.reads("Rosa", CLOSED)
    assert asked(ward) == set()
    ward.is_on(MONDAY + DAY + HOUR)
    assert ward.seen("Priya", "first post") == []

    # what is held of it all, shown to her alone
    slack.types("Amina", "/net", "mydata", "frailty")
    once(lambda: ward.seen("Amina", "How you stand with us"), lambda: ward.seen("Amina")[-3:])
    held = "\n".join(each.text for each in ward.seen("Amina"))
    assert "you are in" in held
    assert "you introduced yourself" in held
    assert "your introduction" in held

    # two weeks and a month later: once, and nothing for who looks around
    before = alone(ward, "Nia")
    ward.is_on(MONDAY + 14 * DAY + HOUR)
    ward.presses("Amina", "any use to you yet", "Not yet")
    ward.reads("Amina", "stays between you and me")
    ward.starts_anew()
    ward.is_on(MONDAY + 28 * DAY + HOUR)
    assert ward.seen("Amina", "one small thing") == [], "she offered something"
    assert alone(ward, "Nia") == before

    # she leaves, and comes again with nothing of before
    slack.leaves("Amina", "frailty")
    ward.is_on(MONDAY + 29 * DAY)
    assert ward.seen("Dan", "Hello from") == []
    slack.joins("Amina", "frailty")
    ward.is_on(MONDAY + 29 * DAY + HOUR)
    once(lambda: len(ward.seen("Amina", HELLO)) == 2, lambda: ward.seen("Amina")[-3:])
    with ward.sessions.begin() as session:
        amina = session.query(Person).filter_by(ref=ward.member("Amina")).one()
        assert offers.standing(session, session.query(Network).one()) != []
        mine = offers.of_person(session, session.query(Network).one(), amina)
        assert [each.state for each in mine] == ["withdrawn"]
        stands = charter.standing(session, session.query(Network).one(), amina)
        assert stands is not None
        assert stands.agreed is None
    assert slack.limits.violations == []


def asked(ward: Ward) -> set[str]:
    """Who has a question before them whether they could answer Amina."""
    return {who for who in (*OLD, *NEW) if ward.seen(who, ASKED)}


def alone(ward: Ward, who: str) -> int:
    """How many messages the bot has written to *who* alone."""
    return len([each for each in ward.seen(who) if each.channel.startswith("D")])


def as_message(ward: Ward, ts: str) -> Message:
    """The message that was read as *ts*."""
    return ward.slack.message(ts)


def test_times_are_as_they_are_said_to_be() -> None:
    assert f"{FRIDAY_NIGHT:%A}" == "Friday"
    assert isinstance(MONDAY, datetime)
    assert f"{MONDAY:%A %H:%M}" == "Monday 08:01"
