"""No platform is called faster than it likes, whoever calls, and no network holds up another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from bot import outbox
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Post
from bot.outbox import (
    Changing,
    Kind,
    Saying,
    pacing,
)
from bot.ports import DeliveryError
from bot.storage import places
from bot.storage.base import Sessions, connect
from bot.storage.delivery import Outgoing, Pace
from bot.storage.places import Network
from tests.bureau import PLACE, Bureau
from tests.conftest import Community
from tests.nursery import MOMENT
from tests.town import FakePlatform


class Slack(FakePlatform):
    """A platform with Slack's limits."""

    name = "slack"

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.clock = clock
        self.calls: list[tuple[str, datetime]] = []

    def post(self, post: Post, *, key: str) -> str:
        """Note when it was called."""
        self.calls.append((key, self.clock()))
        return super().post(post, key=key)


class Paced(Bureau):
    """A bureau before such a platform, whose clock also moves by itself."""

    def __init__(self, sessions: Sessions) -> None:
        super().__init__(sessions)
        self.slack = Slack(lambda: self.now)

    def posts(self, key: str, channel: str = "C1", *, workspace: str = "T1", **how: Any) -> None:
        """Queue a post in a channel."""
        to = ChannelId(f"slack:{workspace}/{channel}")
        self.queues(key, Saying(post=Post(to=to, text=key)), **how)

    def delivers(self, *refusals: DeliveryError) -> int:
        """Deliver what may be said at this moment."""
        self.slack.refusals = list(refusals)
        return outbox.deliver(self.sessions, {"slack": self.slack}, lambda: self.now)

    def lives(self, seconds: float, *, step: float = 0.25) -> None:
        """Deliver again and again while time goes by."""
        for _ in range(round(seconds / step)):
            self.delivers()
            self.now += timedelta(seconds=step)

    def gaps(self) -> list[float]:
        """Seconds between one post and the next."""
        times = [at for _, at in self.slack.calls]
        return [(after - before).total_seconds() for before, after in pairwise(times)]


@pytest.fixture
def paced(sessions: Sessions) -> Paced:
    return Paced(sessions)


@pytest.mark.both_databases
def test_a_channel_hears_one_post_a_second(paced: Paced) -> None:
    for number in range(5):
        paced.posts(f"{number}")
    paced.lives(6)
    assert paced.gaps() == [1.0] * 4


def test_channels_do_not_wait_for_each_other_but_the_workspace_has_a_pace(paced: Paced) -> None:
    for number in range(20):
        paced.posts(f"{number}", f"C{number}")
    assert paced.delivers() == 8
    paced.lives(4)
    assert len(paced.slack.calls) == 20
    assert max(paced.gaps()) <= 0.5  # looked at four times a second


@pytest.mark.both_databases
def test_nothing_is_called_before_the_time_that_was_asked_for(paced: Paced) -> None:
    for number in range(3):
        paced.posts(f"{number}", f"C{number}")
    paced.posts("elsewhere", workspace="T2")
    paced.queues("change", Changing(message="1", post=Post(to=ChannelId("slack:T1/C1"), text="x")))
    paced.slack.said = [Post(to=PLACE, text="earlier")]
    paced.delivers(DeliveryError("slow down", retry_in=timedelta(seconds=30)))
    begin = paced.now
    assert [key for key, _ in paced.slack.calls] == ["0", "elsewhere"]
    assert paced.slack.said[0].text == "x", "another method may be called"
    paced.now += timedelta(seconds=29, milliseconds=999)
    assert paced.delivers() == 0
    paced.now = begin + timedelta(seconds=30)
    assert paced.delivers() == 1, "not all at once after a pause"
    paced.lives(1)
    assert len(paced.slack.keys) == 4


@pytest.mark.both_databases
def test_another_process_and_a_restart_keep_to_it_too(paced: Paced) -> None:
    paced.posts("a")
    paced.delivers(DeliveryError("slow down", retry_in=timedelta(seconds=30)))
    paced.posts("b", "C2")
    other = Paced(paced.sessions)
    other.now = paced.now + timedelta(seconds=29)
    assert other.delivers() == 0
    other.now += timedelta(seconds=1)
    other.lives(1)
    assert sorted(other.slack.keys) == ["a", "b"]


def test_a_shorter_pause_does_not_end_a_longer_one(paced: Paced) -> None:
    paced.posts("a", "C1")
    paced.posts("b", "C2")
    with paced.sessions.begin() as session:
        pacing.hold_back(session, "slack:T1", "post", timedelta(seconds=60), now=paced.now)
        pacing.hold_back(session, "slack:T1", "post", timedelta(seconds=10), now=paced.now)
    paced.now += timedelta(seconds=59)
    assert paced.delivers() == 0
    paced.now += timedelta(seconds=1)
    assert paced.delivers() == 1


ADA = MemberId("slack:T1/U1")
PAUSE = DeliveryError("slow down", retry_in=timedelta(seconds=30))


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "place",
    [
        pytest.param("D1", id="in a talk between two"),
        pytest.param("U1", id="to somebody alone"),
        pytest.param("C1", id="where the bot may have no voice"),
    ],
)
def test_a_pause_that_a_whisper_meets_holds_for_posts_too(paced: Paced, place: str) -> None:
    to = ChannelId(f"slack:T1/{place}")
    paced.queues("whisper", Saying(post=Post(to=to, text="x", only_for=ADA)))
    paced.posts("post", "C2", minutes=1)
    paced.now += timedelta(minutes=1)
    paced.delivers(PAUSE)
    assert [key for key, _ in paced.slack.calls] == ["whisper"]


def test_a_pause_of_posts_holds_back_a_whisper_that_is_one_but_no_other(paced: Paced) -> None:
    paced.posts("post", "C1")
    paced.delivers(PAUSE)
    for place in ("D1", "C1"):
        to = ChannelId(f"slack:T1/{place}")
        paced.queues(place, Saying(post=Post(to=to, text="x", only_for=ADA)))
    assert paced.delivers() == 1
    assert [key for key, _ in paced.slack.calls] == ["post", "C1"]


def test_nobody_ever_sees_a_refused_post_without_its_pause(paced: Paced) -> None:
    seen = []
    elsewhere = connect(paced.sessions.kw["bind"].url.render_as_string(hide_password=False))

    def look(_: Session) -> None:
        with elsewhere.connect() as connection:
            state = connection.scalar(select(Outgoing.state))
            seen.append((state, connection.scalar(select(Pace.not_before).where(IS_PAUSE))))

    paced.posts("post")
    event.listen(paced.sessions, "after_commit", look)
    paced.delivers(PAUSE)
    until = paced.now + timedelta(seconds=30)
    assert seen[-1] == ("pending", until)
    assert all(not_before == until for state, not_before in seen[2:] if state == "pending")
    elsewhere.dispose()


IS_PAUSE = (Pace.scope == "slack:T1#post") & (Pace.not_before > MOMENT + timedelta(seconds=9))


class Inquired(Slack):
    """Slack, which wants to be asked less."""

    def find(self, to: str, *, key: str, since: datetime) -> str | None:
        """Note who asks."""
        self.calls.append((f"find {key}", self.clock()))
        raise PAUSE


@pytest.mark.both_databases
def test_who_is_asked_for_a_pause_when_looking_for_posts_looks_for_no_more(paced: Paced) -> None:
    paced.slack = slack = Inquired(lambda: paced.now)
    for number in range(3):
        paced.posts(f"{number}", f"C{number}")
    paced.delivers(*[DeliveryError("no answer", may_have_arrived=True)] * 3)
    paced.now += outbox.ABANDONED + timedelta(seconds=1)
    slack.calls.clear()
    told: list[object] = []
    for seconds, asked in ((0, 1), (29, 1), (1, 2)):
        paced.now += timedelta(seconds=seconds)
        held = outbox.recover(
            paced.sessions,
            {"slack": slack},
            lambda: paced.now,
            tell=lambda _, held: told.append(held),
        )
        assert (held, len(slack.calls)) == (3, asked)
    assert told == [], "it may still be found"


@pytest.mark.both_databases
def test_a_clock_that_was_wrong_for_a_while_silences_nobody(paced: Paced) -> None:
    right = paced.now
    paced.now += timedelta(days=365)
    paced.posts("wrong")
    paced.posts("too often", "C3")
    paced.delivers(PAUSE)
    paced.now = right
    paced.posts("right")
    paced.posts("elsewhere", "C2")
    assert paced.delivers() == 2
    paced.posts("next")
    assert paced.delivers() == 0, "it keeps to its pace again"
    paced.posts("another", "C4")
    assert paced.delivers(PAUSE) == 0
    paced.now += timedelta(seconds=29)
    assert paced.delivers() == 0, "and to what it's asked for"


@pytest.mark.both_databases
def test_where_the_token_is_refused_all_waits_and_slack_is_asked_once_in_minutes(
    paced: Paced,
) -> None:
    refused = DeliveryError("my token was revoked", retry_in=timedelta(minutes=5))
    paced.posts("long", "C1", lasts=60)
    paced.posts("short", "C2", lasts=10)
    paced.posts("elsewhere", workspace="T2")
    paced.queues("change", Changing(message="1", post=Post(to=ChannelId("slack:T1/C1"), text="x")))
    with capture_logs() as logged:
        assert paced.delivers(refused) == 1
        paced.now += timedelta(minutes=4)
        assert paced.delivers() == 0
    (line,) = [each for each in logged if each["event"] == "outbox.waits"]
    assert line == {
        "event": "outbox.waits",
        "log_level": "error",
        "place": "slack:T1",
        "minutes": 5,
        "why": "my token was revoked",
    }
    assert [key for key, _ in paced.slack.calls] == ["long", "elsewhere"]
    paced.now += timedelta(minutes=7)
    paced.delivers()
    assert (paced.states()["long"], paced.states()["short"]) == ("sent", "expired")


def test_one_network_with_much_to_say_does_not_hold_up_another(community: Community) -> None:
    town = community()
    with town.sessions.begin() as session:
        second = Network(
            workspace="slack:T1", name="Second", settings={}, purpose="", created_at=town.now
        )
        session.add(second)
        session.flush()
        numbers = [network.id for network in places.networks(session)]
        for number in range(12):
            for network, channel in zip(numbers, ("many", "few"), strict=True):
                if channel == "many" or number == 11:
                    outbox.enqueue(
                        session,
                        Saying(post=Post(to=ChannelId(f"slack:T1/{channel}{number}"), text="x")),
                        key=f"{channel}/{number}",
                        network_id=network,
                        due_at=MOMENT,
                        expires_at=MOMENT + timedelta(hours=1),
                    )
    slack = Slack(lambda: MOMENT)
    outbox.deliver(town.sessions, {"slack": slack}, lambda: MOMENT)
    assert [key for key, _ in slack.calls].index("few/11") <= 1


def test_an_answer_goes_before_what_nobody_waits_for(paced: Paced) -> None:
    paced.posts("digest", "C1", kind=Kind.DIGEST)
    paced.posts("answer", "C2", minutes=1)
    paced.now += timedelta(minutes=1)
    paced.delivers()
    assert [key for key, _ in paced.slack.calls] == ["answer", "digest"]


def test_no_method_is_called_more_often_than_slack_lets_it_in_any_minute() -> None:
    tiers = {"update": 50, "delete": 50, "show": 100, "open": 100, "whisper": 100}
    for method, tier in tiers.items():
        rate = pacing.RATES["slack"].methods[method]
        at_once = 1 + rate.ahead // rate.every
        assert at_once + timedelta(minutes=1) // rate.every <= tier
