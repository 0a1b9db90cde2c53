"""The line to Slack: nothing is acknowledged too soon, and no death of it goes unnoticed."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

import msgspec
import pytest

from bot.config import ConfigError
from bot.domain.events import Batch, CommandGiven, Event, FormSubmitted, Listened, MessagePosted
from bot.platforms.slack.line import Pace, read_frame
from bot.platforms.slack.platform import Slack
from bot.platforms.slack.serving import Serving
from bot.platforms.slack.settings import SlackSettings
from bot.platforms.slack.shapes import BadPayload
from bot.platforms.slack.socket import SocketMode
from bot.ports import nothing_wrong
from tests.standin.server import StandIn

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HASTY = Pace(ping_every=0.1, deaf_after=5.0, connecting=2.0, leaving=0.5, longest_wait=0.2)
QUICK = msgspec.structs.replace(HASTY, deaf_after=0.25)
"""Gives a line up so soon that a slow machine may, too: for tests in which it is silent."""


def clock() -> Callable[[], datetime]:
    """A clock that starts at START and goes as time does."""
    began = time.monotonic()
    return lambda: START + timedelta(seconds=time.monotonic() - began)


class Ledger:
    """Keeps what is received, unless it is told to fail."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.is_broken = False
        self.is_held = threading.Event()
        self.is_held.set()

    def receive(self, batch: Batch) -> None:
        assert self.is_held.wait(10)
        if self.is_broken:
            raise OSError("the disk is full")
        self.events += batch.events

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


def once(true: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait until something is *true*."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.002)


def settings_of(town: StandIn, **other: object) -> SlackSettings:
    given = {
        "bot_token": town.bot_token,
        "app_token": town.app_token,
        "signing_secret": town.signing_secret,
        "port": 0,
        "api": town.api,
    }
    return SlackSettings(**(given | other))  # type: ignore[arg-type]


class Wired:
    """A stand-in with Ada in "general", and a bot that listens to it."""

    def __init__(self, town: StandIn, slack: Slack, ledger: Ledger) -> None:
        self.town = town
        self.slack = slack
        self.ledger = ledger

    @property
    def serving(self) -> Serving:
        assert self.slack.serving is not None
        return self.slack.serving

    @property
    def socket(self) -> SocketMode:
        assert isinstance(self.serving.way, SocketMode)
        return self.serving.way

    def has_laid(self, lines: int) -> bool:
        return self.socket.laid >= lines

    def acknowledged(self) -> list[str]:
        return [each.state for each in self.town.deliveries.all]


@contextmanager
def wired(*, patience: float = 3.0, pace: Pace = HASTY) -> Iterator[Wired]:
    ticking = clock()
    with StandIn(
        socket=True, clock=ticking, patience=patience, ping_every=0.1, speed=600.0
    ) as town:
        town.person("Ada")
        town.channel("general", "Ada", bot=True)
        ledger = Ledger()
        slack = Slack(settings_of(town), clock=ticking, pace=pace)
        slack.start(ledger.receive)
        try:
            yield Wired(town, slack, ledger)
        finally:
            ledger.is_held.set()
            ledger.is_broken = False
            slack.stop()


# What comes, and what is answered


def test_what_is_said_arrives_and_is_acknowledged() -> None:
    with wired() as wire:
        wire.town.writes("Ada", "general", "Hello")

        assert wire.town.settles()
        assert wire.acknowledged() == ["acknowledged"]
        assert len(wire.ledger.of(MessagePosted)) == 1


def test_nothing_is_acknowledged_before_it_is_committed() -> None:
    with wired() as wire:
        wire.ledger.is_held.clear()
        wire.town.writes("Ada", "general", "Hello")
        time.sleep(0.2)
        assert wire.acknowledged() == ["waiting"]

        wire.ledger.is_held.set()
        assert wire.town.settles()
        assert wire.acknowledged() == ["acknowledged"]


def test_what_could_not_be_committed_comes_again() -> None:
    with wired(patience=0.2) as wire:
        wire.ledger.is_broken = True
        wire.town.writes("Ada", "general", "Hello")
        once(lambda: wire.town.deliveries.all[0].attempts)
        assert wire.acknowledged() == ["waiting"]

        wire.ledger.is_broken = False
        assert wire.town.settles()
        assert wire.acknowledged() == ["acknowledged"]
        assert len(wire.ledger.of(MessagePosted)) == 1


def test_a_command_is_acknowledged_once_it_is_committed() -> None:
    with wired() as wire:
        answer = wire.town.types("Ada", "/net", "ask for a reader", "general")

        assert answer.ok
        assert [type(each) for each in wire.ledger.of(CommandGiven)] == [CommandGiven]


def test_nobody_is_told_that_a_command_arrived_which_did_not() -> None:
    with wired(patience=0.3) as wire:
        wire.ledger.is_broken = True

        answer = wire.town.types("Ada", "/net", "ask", "general")

        assert not answer.ok
        assert answer.error == "operation_timeout"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("no JSON", id="no JSON"),
        pytest.param("[]", id="a list"),
        pytest.param("null", id="nothing in JSON"),
        pytest.param('{"type": 1}', id="a type that is a number"),
        pytest.param('{"envelope_id": "e", "payload": ' + "[" * 100_000, id="depths"),
    ],
)
def test_a_frame_that_is_none_is_refused(text: str) -> None:
    try:
        frame = read_frame(text)
    except BadPayload:
        return
    assert frame.envelope_id == ""


def test_a_frame_with_half_an_emoji_is_read_all_the_same() -> None:
    text = json.dumps({"type": "events_api", "envelope_id": "e1", "payload": {"t": "\ud83d"}})

    frame = read_frame(text)

    assert (frame.type, frame.envelope_id) == ("events_api", "e1")
    assert json.loads(bytes(frame.payload)) == {"t": "\ud83d"}


def test_frames_and_payloads_that_make_no_sense_harm_nobody() -> None:
    with wired() as wire:
        for text in ("garbage", "[]", '{"type": "events_api"}', '{"envelope_id": "e1"}'):
            run(wire, say(wire, text))
        wire.town.writes("Ada", "general", "Still there?")

        assert wire.town.settles()
        assert len(wire.ledger.of(MessagePosted)) == 1


async def say(wire: Wired, text: str) -> None:
    for socket in wire.town.sockets.open:
        await socket.send(text)


def run(wire: Wired, what: Coroutine[None, None, None]) -> None:
    """Do something in Slack's own loop."""
    asyncio.run_coroutine_threadsafe(what, wire.town.loop).result(5)


# Lines that end


def test_a_line_that_slack_gives_notice_of_has_a_successor_before_it_ends() -> None:
    with wired() as wire:
        wire.town.disconnects("refresh_requested", close_after=0.4)
        assert wire.town.waits_for_socket(2)
        for number in range(4):  # over the old line and the new one
            wire.town.writes("Ada", "general", f"Number {number}")

        assert wire.town.settles()
        assert {len(each.attempts) for each in wire.town.deliveries.all} == {1}
        assert len(wire.ledger.of(MessagePosted)) == 4
        once(lambda: len(wire.town.sockets.open) == 1)


def test_a_line_that_is_cut_is_laid_anew_and_nothing_is_lost() -> None:
    with wired() as wire:
        wire.town.cuts_sockets()
        wire.town.writes("Ada", "general", "Anybody?")

        assert wire.town.waits_for_socket()
        assert wire.town.settles()
        assert wire.acknowledged() == ["acknowledged"]


def test_a_line_that_is_silent_is_found_out() -> None:
    with wired(pace=QUICK) as wire:
        began = time.monotonic()
        wire.town.goes_deaf()

        assert wire.town.waits_for_socket()
        took = time.monotonic() - began
        assert QUICK.deaf_after <= took < QUICK.deaf_after + 2 * QUICK.ping_every + 1.0

        wire.town.writes("Ada", "general", "Do you hear me?")
        assert wire.town.settles()


def test_at_the_usual_pace_a_silent_line_is_noticed_within_75_seconds() -> None:
    usual, faster = msgspec.structs.asdict(Pace()), 20
    with wired(pace=Pace(**{name: each / faster for name, each in usual.items()})) as wire:
        line = wire.socket.client
        wire.town.goes_deaf()

        once(lambda: line.has_ended, seconds=75 / faster)
        assert line.reason == "deaf"


def test_a_gap_is_not_told_as_listening() -> None:
    with wired(pace=QUICK) as wire:
        time.sleep(0.1)
        wire.town.goes_deaf()
        deaf_from = clock_of(wire)
        assert wire.town.waits_for_socket()
        heard_from = clock_of(wire)
        time.sleep(0.1)
        wire.slack.stop()

        spans = [
            (event.since, event.until)
            for event in wire.ledger.of(Listened)
            if isinstance(event, Listened)
        ]
        assert spans
        middle = (deaf_from + heard_from) // 2
        assert not any(since <= middle <= until for since, until in spans)
        assert any(until <= deaf_from + 50_000 for _, until in spans)
        assert any(since >= middle for since, _ in spans)


def clock_of(wire: Wired) -> int:
    return (wire.slack.clock() - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def test_listening_is_told_without_a_hole_over_a_planned_change_of_lines() -> None:
    with wired() as wire:
        began = clock_of(wire)
        wire.town.disconnects("warning", close_after=0.2)
        assert wire.town.waits_for_socket(2)
        once(lambda: len(wire.town.sockets.open) == 1)
        wire.slack.stop()

        spans = sorted(
            (event.since, event.until)
            for event in wire.ledger.of(Listened)
            if isinstance(event, Listened)
        )
        assert spans[0][0] <= began
        for (_, until), (since, _) in pairwise(spans):
            assert since == until


def test_a_slack_that_is_away_is_tried_until_it_is_back() -> None:
    with wired() as wire:
        wire.town.faults.rates = {"apps.connections.open:error_before": 1.0}
        wire.town.cuts_sockets()
        time.sleep(0.5)
        assert not wire.town.waits_for_socket(seconds=0.01)

        wire.town.faults.rates = {}
        assert wire.town.waits_for_socket()


def test_twenty_reconnects_leave_nothing_behind_and_lose_nothing() -> None:
    with wired() as wire:
        wire.town.writes("Ada", "general", "Number none")
        assert wire.town.settles()
        loop_tasks = tasks_of(wire)
        threads = threading.active_count()
        files = len(os.listdir("/proc/self/fd"))
        for number in range(20):
            wire.town.cuts_sockets() if number % 2 else wire.town.disconnects(close_after=0.01)
            wire.town.writes("Ada", "general", f"Number {number}")
            once(partial(wire.has_laid, number + 2))
            assert wire.town.settles()
        once(lambda: len(wire.town.sockets.open) == 1)
        gc.collect()

        assert set(wire.acknowledged()) == {"acknowledged"}
        once(lambda: tasks_of(wire) <= loop_tasks)
        assert threading.active_count() <= threads
        assert len(os.listdir("/proc/self/fd")) <= files + 2


def tasks_of(wire: Wired) -> int:
    return len(asyncio.all_tasks(wire.serving.loop))


# Beginnings and ends


def test_a_token_that_slack_refuses_is_told_in_words() -> None:
    with StandIn(socket=True) as town:
        for wrong in ({"bot_token": "xoxb-wrong"}, {"app_token": "xapp-wrong"}, {"app_token": ""}):
            slack = Slack(settings_of(town, **wrong), clock=clock(), pace=HASTY)
            with pytest.raises(ConfigError, match=r"\[slack\]"):
                slack.start(Ledger().receive)
            assert not slack.is_running


def test_what_came_before_the_stop_is_acknowledged_and_nothing_after_it() -> None:
    with wired() as wire:
        wire.ledger.is_held.clear()
        wire.town.writes("Ada", "general", "Just in time")
        once(lambda: wire.socket.client.reception.came)
        stopping = threading.Thread(target=wire.slack.stop)
        stopping.start()
        time.sleep(0.05)
        wire.ledger.is_held.set()
        stopping.join(5)

        assert wire.acknowledged() == ["acknowledged"]
        before = len(wire.ledger.events)
        wire.town.writes("Ada", "general", "Too late")
        time.sleep(0.1)
        assert len(wire.ledger.events) == before


def test_it_stops_within_a_second_and_as_often_as_one_likes() -> None:
    others = set(threading.enumerate())  # of tests that let theirs end by themselves
    with wired() as wire:
        began = time.monotonic()
        wire.slack.stop()
        wire.slack.stop()

        assert time.monotonic() - began < 1.0
        names = [thread.name for thread in set(threading.enumerate()) - others]
        assert not [name for name in names if name.startswith("slack")]


def test_it_can_be_started_again() -> None:
    with wired() as wire:
        wire.slack.stop()
        wire.slack.start(wire.ledger.receive, nothing_wrong)
        wire.town.writes("Ada", "general", "Back again?")

        assert wire.town.settles()
        assert len(wire.ledger.of(MessagePosted)) == 1
        assert wire.ledger.of(FormSubmitted) == []
