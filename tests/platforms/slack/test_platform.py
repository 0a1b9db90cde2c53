"""Slack as a whole, by a socket and by requests alike: what comes, and what is answered."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from bot.config import ConfigError
from bot.domain.events import (
    Batch,
    BotInvited,
    ChannelSeen,
    CommandGiven,
    Event,
    FormSubmitted,
    HomeOpened,
    Listened,
    MemberJoined,
    MessagePosted,
    PersonSeen,
    ReactionAdded,
)
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Field, Form, Post
from bot.platforms.slack.asking import Asker, Wait
from bot.platforms.slack.backfill import Backfill
from bot.platforms.slack.directory import Directory, who_am_i
from bot.platforms.slack.door import Door
from bot.platforms.slack.enquiries import Enquiries
from bot.platforms.slack.http import Requests
from bot.platforms.slack.line import Pace
from bot.platforms.slack.platform import Slack
from bot.platforms.slack.serving import Serving
from bot.platforms.slack.settings import SlackSettings
from bot.platforms.slack.wire import to_client
from bot.ports import DeliveryError
from tests.standin.faults import Fault
from tests.standin.server import StandIn

Mode = Literal["socket", "http"]
MODES = ("socket", "http")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HASTY = Pace(ping_every=0.1, deaf_after=5.0, connecting=2.0, leaving=0.5, longest_wait=0.2)


def threads() -> set[threading.Thread]:
    """Those of Slack's; an earlier test may have left some that end by themselves."""
    return {each for each in threading.enumerate() if each.name.startswith("slack")}


class Clock:
    """A clock that starts at START, goes as time does, and may be moved."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.moved = timedelta()

    def __call__(self) -> datetime:
        return START + self.moved + timedelta(seconds=time.monotonic() - self.began)


class Bot:
    """Keeps what it is told, finds fault with forms that say "wrong", and may fail."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.bookmarks: list[str] = []
        self.is_broken = False

    def receive(self, batch: Batch) -> None:
        if self.is_broken:
            raise OSError("the disk is full")
        self.events += batch.events
        self.bookmarks += [batch.bookmark.source] if batch.bookmark else []

    def check(self, sent: FormSubmitted) -> Mapping[str, str]:
        return {name: "Not this." for name, value in sent.values.items() if value == "wrong"}

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


class Scene:
    """A town, a bot in it, and how they reach each other."""

    def __init__(self, town: StandIn, slack: Slack, bot: Bot, clock: Clock) -> None:
        self.town = town
        self.slack = slack
        self.bot = bot
        self.clock = clock

    def address(self, raw: str) -> str:
        return f"slack:{self.town.world.team.id}/{raw}"

    @property
    def general(self) -> ChannelId:
        return ChannelId(self.address(self.town.world.channel("general").id))

    def member(self, name: str) -> MemberId:
        return MemberId(self.address(self.town.world.person(name).id))


def settings_of(town: StandIn, mode: str, **other: object) -> SlackSettings:
    given: dict[str, object] = {
        "bot_token": town.bot_token,
        "app_token": town.app_token,
        "signing_secret": town.signing_secret,
        "mode": mode,
        "port": 0,
        "api": town.api,
    }
    return SlackSettings(**(given | other))  # type: ignore[arg-type]


@contextmanager
def a_scene(mode: str, *said: str, **other: object) -> Iterator[Scene]:
    """Where Ada has *said* something before the bot came."""
    clock = Clock()
    with StandIn(socket=mode == "socket", clock=clock, speed=100.0) as town:
        town.person("Ada")
        town.person("Bob")
        town.channel("general", "Ada", "Bob", bot=True)
        for words in said:
            town.writes("Ada", "general", words)
        bot = Bot()
        slack = Slack(settings_of(town, mode, **other), clock=clock, pace=HASTY)
        slack.start(bot.receive, bot.check)
        town.calls_app_at(f"http://127.0.0.1:{slack.port}/slack/events")
        try:
            yield Scene(town, slack, bot, clock)
        finally:
            bot.is_broken = False
            slack.stop()


@pytest.fixture(params=MODES)
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    with a_scene(request.param) as scene:
        yield scene


def once(true: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait until something is *true*."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.002)


def say(scene: Scene, event: dict[str, object], **more: object) -> None:
    """Let Slack tell the bot something that no person did, and wait until it is done with."""
    scene.town.tell({"type": "message", "event_ts": "1.000001"} | event, **more)  # type: ignore[arg-type]
    assert scene.town.settles()


# Who and what is here


def test_the_bot_learns_who_and_what_is_here(scene: Scene) -> None:
    once(lambda: len(scene.bot.of(MemberJoined)) == 2)

    (seen,) = scene.bot.of(ChannelSeen)
    assert isinstance(seen, ChannelSeen)
    assert (seen.channel, seen.name) == (scene.general, "general")
    people = {each.name for each in scene.bot.of(PersonSeen) if isinstance(each, PersonSeen)}
    assert {"Ada", "Bob"} <= people


def test_its_channels_are_known_before_anything_is_heard(scene: Scene) -> None:
    message = scene.town.writes("Ada", "general", "Hello")
    scene.town.reacts("Bob", message, "wave")
    assert scene.town.settles()

    kinds = [type(event) for event in scene.bot.events]
    assert kinds.index(ChannelSeen) < kinds.index(MessagePosted)
    assert len(scene.bot.of(ReactionAdded)) == 1


def test_a_reaction_in_a_channel_that_is_new_waits_until_that_is_known(scene: Scene) -> None:
    scene.town.channel("late", "Ada", bot=True)
    message = scene.town.writes("Ada", "late", "Hello")
    scene.town.reacts("Ada", message, "wave")

    assert scene.town.settles()
    assert len(scene.bot.of(ReactionAdded)) == 1


def test_what_was_said_before_it_came_is_read_once_it_is_asked_to(scene: Scene) -> None:
    with a_scene("socket", "One", "Two", "Three", backfill_days=7) as other:
        once(lambda: f"{other.general}/history" in other.bot.bookmarks)

        assert len({repr(each) for each in other.bot.of(MessagePosted)}) == 3
    assert not [each for each in scene.bot.bookmarks if each.endswith("/history")]


def test_a_channel_that_it_is_invited_to_is_learnt_of_and_who_is_there(scene: Scene) -> None:
    once(lambda: len(scene.bot.of(MemberJoined)) == 2)  # of the channel that it was in before
    scene.town.channel("late", "Ada", "Bob")
    scene.town.invites_bot("Ada", "late")
    late = scene.address(scene.town.world.channel("late").id)

    once(lambda: len([each for each in scene.bot.of(MemberJoined) if late in repr(each)]) == 2)
    assert [each for each in scene.bot.of(ChannelSeen) if late in repr(each)]
    assert len([each for each in scene.bot.of(BotInvited) if late in repr(each)]) == 1


def test_a_beginning_that_could_not_be_kept_is_made_again() -> None:
    before = threads()
    with StandIn() as town:
        town.channel("general", town.person("Ada"), bot=True)
        bot, client = Bot(), to_client(town.bot_token, town.api)
        bot.is_broken = True
        me = who_am_i(Asker(client))

        def make(wait: Wait) -> tuple[Directory, Backfill]:
            asker = Asker(client, wait=wait)
            directory = Directory(asker, me, bot.receive, clock=Clock())
            return directory, Backfill(asker, me, bot.receive, days=0, clock=Clock())

        enquiries = Enquiries(make, again=0.05)
        enquiries.prepare()
        enquiries.start()
        time.sleep(0.1)
        assert bot.events == []

        bot.is_broken = False
        once(lambda: bot.of(MemberJoined))
        enquiries.stop()
        assert threads() <= before


@pytest.mark.parametrize(
    "method",
    [
        pytest.param("conversations.history", id="a page of the past"),
        pytest.param("conversations.members", id="who is in a channel"),
    ],
)
def test_who_is_new_is_looked_up_at_once_while_slack_asks_for_patience_with(method: str) -> None:
    clock, bot = Clock(), Bot()
    with StandIn(socket=True, clock=clock, speed=100.0) as town:
        town.channel("general", town.person("Ada"), bot=True)
        town.writes("Ada", "general", "Before it came")
        town.strikes_next(method, Fault(kind="rate_limited", seconds=3600))
        slack = Slack(settings_of(town, "socket", backfill_days=7), clock=clock, pace=HASTY)
        slack.start(bot.receive, bot.check)
        once(lambda: town.faults.struck)

        town.person("Bob")
        town.joins("Bob", "general")
        town.writes("Bob", "general", "I am new")
        once(lambda: [each for each in bot.of(PersonSeen) if getattr(each, "name", "") == "Bob"])

        began = time.monotonic()
        slack.stop()
        assert time.monotonic() - began < 3
        assert method not in [call["method"] for call in town.calls]  # none after the refused one


def test_a_page_of_the_past_that_could_not_be_kept_is_read_again() -> None:
    with StandIn(clock=Clock()) as town:
        channel = town.channel("general", town.person("Ada"), bot=True)
        town.writes("Ada", "general", "Hello")
        bot, client = Bot(), to_client(town.bot_token, town.api)
        me, failures = who_am_i(Asker(client)), ["once", "twice"]

        def receive(batch: Batch) -> None:
            if batch.bookmark and batch.bookmark.source.endswith("/history") and failures:
                raise OSError(failures.pop())
            bot.receive(batch)

        def make(wait: Wait) -> tuple[Directory, Backfill]:
            asker = Asker(client, wait=wait)
            directory = Directory(asker, me, receive, clock=Clock())
            return directory, Backfill(asker, me, receive, days=7, clock=Clock())

        enquiries = Enquiries(make, again=0.05)
        enquiries.start()
        once(lambda: f"{me.channel(channel.id)}/history" in bot.bookmarks)
        enquiries.stop()
        assert len(bot.of(MessagePosted)) == 1


class RoughWay:
    """A way in whose every word fails, and its end too."""

    def __init__(self) -> None:
        self.words = 0

    async def open(self) -> None:
        pass

    async def tell(self) -> None:
        self.words += 1
        raise RuntimeError("not now")

    async def close(self) -> None:
        raise RuntimeError("stuck")


def test_words_that_fail_and_an_end_that_fails_end_it_all_the_same() -> None:
    before = threads()
    way, bot = RoughWay(), Bot()
    serving = Serving(lambda: (Door(bot.receive), way), telling=0.01)
    serving.start()

    once(lambda: way.words > 2)
    serving.stop()

    assert threads() <= before


class BrokenWay(RoughWay):
    """A way in that breaks down while it is open."""

    async def tell(self) -> None:
        raise SystemExit("out of order")


def test_a_way_that_breaks_down_is_told_and_one_that_is_stopped_is_not() -> None:
    lost, bot = threading.Event(), Bot()
    for way, is_lost in ((RoughWay(), False), (BrokenWay(), True)):
        serving = Serving(lambda way=way: (Door(bot.receive), way), telling=0.05, lost=lost.set)
        serving.start()
        assert lost.wait(0.2 if not is_lost else 5) is is_lost
        serving.stop()
        assert lost.is_set() is is_lost


class LateWay(RoughWay):
    """A way in that opens when nobody waits for it any more."""

    def __init__(self) -> None:
        super().__init__()
        self.is_open = False

    async def open(self) -> None:
        await asyncio.sleep(0.5)
        self.is_open = True


def test_a_start_that_takes_too_long_ends_and_opens_nothing_later() -> None:
    before = threads()
    way, bot = LateWay(), Bot()
    serving = Serving(lambda: (Door(bot.receive), way), starting=0.1)
    with pytest.raises(TimeoutError):
        serving.start()
    serving.stop()

    assert threads() <= before
    assert not way.is_open


def test_it_knows_as_whom_it_speaks(scene: Scene) -> None:
    assert scene.slack.identity == f"{scene.town.world.team.id}/{scene.town.bot}"


def test_it_can_speak_before_it_listens() -> None:
    with StandIn() as town:
        town.channel("general", bot=True)
        slack = Slack(settings_of(town, "socket"), clock=Clock())
        assert slack.identity == ""
        channel = town.world.channel("general").id

        slack.post(Post(to=ChannelId(f"slack:{town.world.team.id}/{channel}"), text="Hi"), key="k")

        assert len(town.said("k")) == 1


# Forms


ASK = Form(
    name="asks.ask",
    title="Ask for help",
    fields=(Field(name="what", label="What would help?"), Field(name="why", label="Why?")),
    submit="Ask",
    context="7",
)


def opened(scene: Scene) -> None:
    answer = scene.town.types("Ada", "/net", "ask", "general")
    (given,) = scene.bot.of(CommandGiven)
    assert answer.ok
    assert isinstance(given, CommandGiven)
    scene.slack.open(ASK, member=scene.member("Ada"), trigger=given.trigger)


def test_what_is_wrong_with_a_form_is_said_below_its_field_and_nothing_is_kept(
    scene: Scene,
) -> None:
    opened(scene)

    answer = scene.town.submits("Ada", {"what": "wrong", "why": "because"})

    assert dict(answer.errors) == {"what": "Not this."}
    assert scene.bot.of(FormSubmitted) == []

    answer = scene.town.submits("Ada", {"what": "right", "why": "because"})
    assert answer.ok
    assert not answer.errors
    (sent,) = scene.bot.of(FormSubmitted)
    assert isinstance(sent, FormSubmitted)
    assert (sent.values, sent.context) == ({"what": "right", "why": "because"}, "7")
    assert sent.channel == scene.general


def test_a_form_that_could_not_be_kept_stays_before_its_sender(scene: Scene) -> None:
    opened(scene)
    scene.bot.is_broken = True

    answer = scene.town.submits("Ada", {"what": "right", "why": "because"})

    assert not answer.ok
    assert scene.town.modal("Ada") is not None


def test_the_page_that_somebody_looks_at_is_told_once(scene: Scene) -> None:
    scene.town.opens_home("Ada")

    assert scene.town.settles()
    assert len(scene.bot.of(HomeOpened)) == 1


# What makes no sense


@pytest.mark.parametrize(
    "event",
    [
        pytest.param({"channel": 7, "ts": []}, id="fields of the wrong kind"),
        pytest.param({"channel": "C1", "ts": "1.1.1", "user": "U1"}, id="a time that is none"),
        pytest.param({"type": "no_such_event"}, id="an event of no known kind"),
        pytest.param({"type": ""}, id="an event of no kind"),
        pytest.param({"channel": "../../etc", "user": "U 1", "ts": "1.1"}, id="ids that are none"),
        pytest.param({"text": "\ud83d", "channel": "C1", "ts": "x"}, id="half an emoji"),
    ],
)
def test_what_makes_no_sense_is_acknowledged_and_harms_nobody(
    scene: Scene, event: dict[str, object]
) -> None:
    before = len(scene.bot.of(MessagePosted))
    say(scene, event)
    scene.town.writes("Ada", "general", "Hello")
    assert scene.town.settles()

    assert {each.state for each in scene.town.deliveries.all} == {"acknowledged"}
    assert len(scene.bot.of(MessagePosted)) == before + 1


# By requests alone


def test_slack_is_shown_that_the_address_is_ours() -> None:
    with a_scene("http") as scene:
        assert scene.town.verifies(f"http://127.0.0.1:{scene.slack.port}/slack/events")


def test_what_fails_is_refused_and_comes_again() -> None:
    with a_scene("http") as scene:
        scene.bot.is_broken = True
        scene.town.writes("Ada", "general", "Hello")
        once(lambda: any(each.attempts for each in scene.town.deliveries.all))
        assert scene.town.deliveries.all[-1].attempts[0].status == 503

        scene.bot.is_broken = False
        assert scene.town.settles()
        assert len(scene.bot.of(MessagePosted)) == 1


def test_whoever_watches_is_told_that_all_is_well() -> None:
    with a_scene("http") as scene:
        with urlopen(f"http://127.0.0.1:{scene.slack.port}/healthy") as answer:
            assert (answer.status, answer.read()) == (200, b"ok")
        with pytest.raises(HTTPError) as refusal:
            urlopen(f"http://127.0.0.1:{scene.slack.port}/")
        assert refusal.value.code == 404
        refusal.value.close()


def told(scene: Scene) -> None:
    """Let a minute's word be said now."""
    serving = scene.slack.serving
    assert serving is not None
    assert isinstance(serving.way, Requests)
    serving.soon(serving.way.tell())


def spans(scene: Scene) -> list[tuple[float, float]]:
    """What was listened to, in seconds since START."""
    begin = START.timestamp()
    found = [each for each in scene.bot.of(Listened) if isinstance(each, Listened)]
    return [(each.since / 1e6 - begin, each.until / 1e6 - begin) for each in found]


def in_minutes(scene: Scene) -> list[tuple[int, int]]:
    """The same, in whole minutes."""
    return [(round(since / 60), round(until / 60)) for since, until in spans(scene)]


def passes(scene: Scene, *minutes: int) -> None:
    """Let time go by, with a word to be said at each of these *minutes* after START."""
    for minute in minutes:
        scene.clock.moved = timedelta(minutes=minute)
        told(scene)


def write(scene: Scene, minute: int) -> None:
    """Let somebody write at a *minute* after START, and a word be said a minute later."""
    scene.clock.moved = timedelta(minutes=minute)
    scene.town.writes("Ada", "general", "Hello")
    assert scene.town.settles()
    passes(scene, minute + 1)


def test_it_has_listened_up_to_what_came_last() -> None:
    with a_scene("http") as scene:
        write(scene, 1)
        write(scene, 2)

        assert in_minutes(scene) == [(0, 0), (0, 1), (1, 2)]


def test_of_a_silence_nothing_is_told_until_it_ends() -> None:
    with a_scene("http") as scene:
        write(scene, 1)
        passes(scene, *range(3, 60, 4))
        assert in_minutes(scene) == [(0, 0), (0, 1)]

        write(scene, 60)
        assert in_minutes(scene) == [(0, 0), (0, 1), (1, 60)]


def test_a_way_in_that_is_dead_is_never_told_as_listening() -> None:
    with a_scene("http") as scene:
        write(scene, 1)
        passes(scene, *range(3, 800, 4))  # though Slack itself can be reached all the while
        write(scene, 800)
        write(scene, 802)

        assert in_minutes(scene) == [(0, 0), (0, 1), (800, 800), (800, 802)]


def test_what_comes_after_the_longest_quiet_time_proves_nothing_of_it() -> None:
    with a_scene("http") as scene:
        write(scene, 1)
        passes(scene, *range(3, 721, 4))
        write(scene, 722)

        assert in_minutes(scene) == [(0, 0), (0, 1), (722, 722)]


def test_time_in_which_the_program_did_not_run_is_not_listening() -> None:
    with a_scene("http") as scene:
        write(scene, 1)
        write(scene, 30)

        assert in_minutes(scene) == [(0, 0), (0, 1), (30, 30)]


def test_silence_of_a_slack_that_cannot_be_reached_is_not_listening() -> None:
    with a_scene("http") as scene:
        write(scene, 1)
        scene.town.faults.rates = {"auth.test:error_before": 1.0}
        passes(scene, 3)
        scene.town.faults.rates = {}
        passes(scene, 4)
        write(scene, 5)
        write(scene, 7)

        assert in_minutes(scene) == [(0, 0), (0, 1), (5, 5), (5, 7)]


def test_what_came_last_is_told_when_it_stops() -> None:
    with a_scene("http") as scene:
        scene.clock.moved = timedelta(minutes=3)
        scene.town.writes("Ada", "general", "Hello")
        assert scene.town.settles()
        scene.clock.moved = timedelta(minutes=4)
        scene.slack.stop()

        assert in_minutes(scene) == [(0, 0), (0, 3)]


def test_time_in_which_something_was_refused_is_not_told_as_listening() -> None:
    with a_scene("http") as scene:
        scene.bot.is_broken = True
        scene.clock.moved = timedelta(minutes=1)
        scene.town.writes("Ada", "general", "Hello")
        once(lambda: any(each.attempts for each in scene.town.deliveries.all))
        scene.bot.is_broken = False
        assert scene.town.settles()
        passes(scene, 2)
        write(scene, 3)

        assert in_minutes(scene) == [(0, 0), (1, 3)]


@pytest.mark.parametrize("mode", MODES)
def test_that_it_listens_is_told_as_soon_as_it_does(mode: str) -> None:
    with a_scene(mode) as scene:
        once(lambda: spans(scene))

        ((since, until),) = spans(scene)
        assert since == until
        assert 0 <= since < 60


def test_a_clock_that_is_set_back_tells_nothing_that_was_not() -> None:
    with a_scene("http") as scene:
        write(scene, -10)
        write(scene, -8)

        assert in_minutes(scene) == [(0, 0), (-10, -8)]


# Beginnings


def test_a_port_that_is_taken_is_told() -> None:
    with StandIn() as town, socket.create_server(("127.0.0.1", 0)) as other:
        taken = settings_of(town, "http", port=other.getsockname()[1])
        slack = Slack(taken, clock=Clock())

        with pytest.raises(OSError, match="in use"):
            slack.start(Bot().receive)
        assert not slack.is_running


@pytest.mark.parametrize("mode", MODES)
def test_a_slack_that_is_away_at_the_start_is_told(mode: str) -> None:
    with StandIn() as town:
        settings = settings_of(town, mode)
    slack = Slack(settings, clock=Clock())

    with pytest.raises(DeliveryError, match="reached"):
        slack.start(Bot().receive)
    assert not slack.is_running


@pytest.mark.parametrize(
    ("mode", "missing"),
    [("socket", "app_token"), ("http", "signing_secret"), ("http", "bot_token")],
)
def test_a_secret_that_is_missing_is_named(mode: str, missing: str) -> None:
    with StandIn() as town:
        slack = Slack(settings_of(town, mode, **{missing: ""}), clock=Clock())

        with pytest.raises(ConfigError, match=missing):
            slack.start(Bot().receive)
