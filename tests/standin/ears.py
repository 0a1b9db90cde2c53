"""Apps that listen to the stand-in: a bare HTTP server, and Bolt over HTTP or a socket."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.standin.server import StandIn
from tests.standin.serving import Listener


@contextlib.contextmanager
def running(main: Callable[[threading.Event, asyncio.Event], Awaitable[None]]) -> Iterator[None]:
    """Run *main* in a loop of its own until the block ends; it says when it is ready."""
    ready = threading.Event()
    told: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    failed: list[BaseException] = []

    async def doing() -> None:
        stop = asyncio.Event()
        told.append((asyncio.get_running_loop(), stop))
        await main(ready, stop)

    def run() -> None:
        try:
            asyncio.run(doing())
        except BaseException as error:
            failed.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(30)
    if failed:  # it never began: say why, rather than wait for what won't come
        raise failed[0]
    try:
        yield
    finally:
        with contextlib.suppress(RuntimeError):
            told[0][0].call_soon_threadsafe(told[0][1].set)
        thread.join(10)
    if failed:
        raise failed[0]


async def serve(listener: Listener, stop: asyncio.Event, ready: threading.Event) -> None:
    """Serve until told to stop."""
    await listener.start()
    ready.set()
    await stop.wait()
    await listener.stop()


@dataclass
class Ear:
    """A bare app: keeps each request's headers and body, and answers as `answers` say, in turn.

    An answer is a status, or seconds to stall (a float), or a response; 200 when there are none.
    """

    answers: list[int | float | Response] = field(default_factory=list)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    async def hear(self, request: Request) -> Response:
        """Take one request."""
        self.heard.append((dict(request.headers), await request.body()))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Response):
            return answer
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            answer = 200
        return PlainTextResponse("", answer)

    @contextlib.contextmanager
    def listening_to(self, slack: StandIn) -> Iterator[Ear]:
        """Be the app of *slack* for as long as the block lasts."""
        app = Starlette(routes=[Route("/slack/events", self.hear, methods=["POST"])])
        listener = Listener(app)
        self.url = f"{listener.address}/slack/events"

        async def main(ready: threading.Event, stop: asyncio.Event) -> None:
            await serve(listener, stop, ready)

        slack.calls_app_at(self.url)
        with running(main):
            yield self


def client_of(slack: StandIn) -> AsyncWebClient:
    """The SDK's client, which repeats nothing by itself."""
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api, retry_handlers=[])


@contextlib.contextmanager
def bolt_over_http(slack: StandIn, build: Callable[[AsyncApp], None]) -> Iterator[None]:
    """A Bolt app behind an address, its listeners added by *build*."""

    async def main(ready: threading.Event, stop: asyncio.Event) -> None:
        app = AsyncApp(
            client=client_of(slack),
            signing_secret=slack.signing_secret,
            process_before_response=True,
        )
        build(app)
        listener = Listener(AsyncSlackRequestHandler(app))
        slack.calls_app_at(f"{listener.address}/slack/events")
        await serve(listener, stop, ready)

    with running(main):
        yield


@contextlib.contextmanager
def bolt_over_socket(
    slack: StandIn, build: Callable[[AsyncApp], None], *, ping_interval: float = 1
) -> Iterator[None]:
    """A Bolt app on a socket, its listeners added by *build*."""

    async def main(ready: threading.Event, stop: asyncio.Event) -> None:
        app = AsyncApp(client=client_of(slack), process_before_response=True)
        build(app)
        handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=ping_interval)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        ready.set()
        await stop.wait()
        await handler.close_async()  # type: ignore[no-untyped-call]

    with running(main):
        assert slack.waits_for_socket(seconds=20)
        yield
