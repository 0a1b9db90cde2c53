"""The stand-in's Socket Mode, heard by the real SDK: hello, acknowledgements, and being cut off."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from socket import SHUT_RDWR

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.standin.ears import bolt_over_socket
from tests.standin.faults import FaultPlan
from tests.standin.limits import Limits
from tests.standin.server import StandIn


@contextmanager
def town(**more: object) -> Iterator[StandIn]:
    """A workspace with Ada and the app in #general, over sockets, in a hurry."""
    settings = {"socket": True, "speed": 3000.0, "limits": Limits(is_off=True)}
    with StandIn(**settings | more) as slack:  # type: ignore[arg-type]
        slack.person("Ada")
        slack.channel("general", "Ada", bot=True)
        yield slack


def link(slack: StandIn) -> ClientConnection:
    """A bare connection; whoever holds it acknowledges for itself."""
    web = WebClient(token=slack.app_token, base_url=slack.api)
    url = web.apps_connections_open(app_token=slack.app_token)["url"]
    return connect(url, ping_interval=None)


def listening(heard: list[str]) -> Callable[[AsyncApp], None]:
    def build(app: AsyncApp) -> None:
        @app.event("message")
        async def hear(event: dict[str, str]) -> None:
            heard.append(event.get("text", ""))

    return build


def until(settled: Callable[[], bool], seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if settled():
            return True
        time.sleep(0.005)
    return False


def test_hello_comes_first_and_a_ticket_works_once() -> None:
    with town() as slack:
        web = WebClient(token=slack.app_token, base_url=slack.api)
        url = web.apps_connections_open(app_token=slack.app_token)["url"]
        with connect(url) as socket:
            hello = json.loads(socket.recv())
            assert (hello["type"], hello["num_connections"]) == ("hello", 1)
            assert hello["connection_info"] == {"app_id": slack.app.id}
            with pytest.raises(InvalidStatus):
                connect(url)


def test_a_bot_token_opens_no_socket() -> None:
    with town() as slack:
        web = WebClient(token=slack.bot_token, base_url=slack.api)
        with pytest.raises(SlackApiError) as refused:
            web.apps_connections_open(app_token=slack.bot_token)
    assert refused.value.response["error"] == "not_allowed_token_type"


def test_what_is_not_acknowledged_comes_again_and_says_why() -> None:
    with town(patience=0.5) as slack, link(slack) as socket:
        socket.recv()
        slack.writes("Ada", "general", "hello")
        first, second = json.loads(socket.recv()), json.loads(socket.recv())
        assert (first["type"], first["accepts_response_payload"]) == ("events_api", False)
        assert (first["retry_attempt"], second["retry_attempt"]) == (0, 1)
        assert second["retry_reason"] == "timeout"
        assert first["payload"] == second["payload"]
        assert first["envelope_id"] != second["envelope_id"]
        socket.send(json.dumps({"envelope_id": second["envelope_id"]}))
        assert slack.settles()
        assert slack.deliveries.all[0].state == "acknowledged"


def test_an_event_that_was_underway_when_the_line_was_cut_comes_over_the_next() -> None:
    with town() as slack:
        with link(slack) as socket:
            socket.recv()
            slack.writes("Ada", "general", "hello")
            socket.recv()
        with link(slack) as socket:
            socket.recv()
            again = json.loads(socket.recv())
            socket.send(json.dumps({"envelope_id": again["envelope_id"]}))
            assert slack.settles()
        assert again["payload"]["event"]["text"] == "hello"


def test_the_eleventh_connection_is_one_too_many() -> None:
    with town() as slack, ExitStack() as held:
        for _ in range(10):
            held.enter_context(link(slack)).recv()
        one_more = held.enter_context(link(slack))
        assert json.loads(one_more.recv())["reason"] == "too_many_websockets"
        with pytest.raises(ConnectionClosed):
            one_more.recv()


def test_the_sdk_hears_and_acknowledges() -> None:
    heard: list[str] = []
    with town() as slack, bolt_over_socket(slack, listening(heard)):
        for n in range(20):
            slack.writes("Ada", "general", f"{n}")
        assert slack.settles()
        assert heard == [f"{n}" for n in range(20)]
        assert {d.state for d in slack.deliveries.all} == {"acknowledged"}


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
def test_the_sdk_connects_anew_when_it_is_asked_to(reason: str) -> None:
    heard: list[str] = []
    with town() as slack, bolt_over_socket(slack, listening(heard)):
        slack.disconnects(reason, close_after=0.1)
        assert until(lambda: slack.sockets.connected >= 2)
        assert until(lambda: len(slack.sockets.open) == 1)
        slack.writes("Ada", "general", "still there?")
        assert slack.settles()
        assert heard == ["still there?"]


def test_the_sdk_comes_back_after_a_reset() -> None:
    heard: list[str] = []
    with town() as slack, bolt_over_socket(slack, listening(heard), ping_interval=0.2):
        slack.cuts_sockets()
        assert until(lambda: slack.sockets.connected >= 2)
        slack.waits_for_socket()
        slack.writes("Ada", "general", "back?")
        assert slack.settles()
        assert set(heard) == {"back?"}


def test_a_half_open_socket_says_nothing_and_answers_no_ping() -> None:
    with town(ping_every=0.05) as slack, link(slack) as socket:
        socket.recv()
        assert socket.ping().wait(1)
        assert until(lambda: slack.sockets.pongs > 1)
        slack.goes_deaf()
        slack.writes("Ada", "general", "hello?")
        assert not socket.ping().wait(0.3)
        with pytest.raises(TimeoutError):
            socket.recv(timeout=0.2)
        assert len(slack.sockets.open) == 1
        socket.socket.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of a line that was left")
def test_a_half_open_socket_that_the_app_has_left_is_gone() -> None:
    with town(ping_every=0.05) as slack, link(slack) as socket:
        socket.recv()
        slack.goes_deaf()
        assert not until(lambda: not slack.sockets.open, 0.2)
        socket.socket.shutdown(SHUT_RDWR)
        assert until(lambda: not slack.sockets.open)


def test_a_planned_cut_loses_nothing() -> None:
    heard: list[str] = []
    plan = FaultPlan(exactly=[("message", 3, "disconnect")])
    with (
        town(faults=plan, speed=300) as slack,
        bolt_over_socket(slack, listening(heard), ping_interval=0.1),
    ):
        for n in range(5):
            slack.writes("Ada", "general", f"{n}")
        assert slack.settles()
        assert slack.sockets.connected >= 2
        assert set(heard) == {f"{n}" for n in range(5)}


def test_an_app_over_http_has_no_socket() -> None:
    with town(socket=False) as slack, pytest.raises(SlackApiError):
        link(slack)


def test_the_loop_is_left_clean() -> None:
    with town() as slack, link(slack):
        loop = slack.loop
    assert loop.is_closed()
    assert isinstance(loop, asyncio.AbstractEventLoop)
