"""Slack's requests over HTTP, by a server that is patient with nobody who sends slowly."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from datetime import timedelta

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp
from uvicorn import Config, Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.platforms.slack.gate import Gate
from bot.platforms.slack.listening import Coverage
from bot.platforms.slack.reception import Reception
from bot.platforms.slack.settings import SlackSettings
from bot.ports import Clock

PATIENCE = 5
"""Seconds that a connection may say nothing, or take to send a request."""

HEAD_SIZE = 64 * 1024
"""Bytes of a head that isn't at its end; uvicorn itself would keep any number."""

MOST_CONNECTIONS = 1_000
"""Above that the answer is 503."""

STOPPING = 3
"""Seconds that requests under way have to finish, once it stops."""

QUIET = timedelta(hours=12)
"""The longest silence that may be a quiet night; a longer one may as well be deafness."""

DOZING = timedelta(minutes=5)
"""Whoever says nothing for so long, though a word is due each minute, wasn't running."""


class Hurried(HttpToolsProtocol):
    """uvicorn's own connection, with a limit to a request's time, and to the size of its head."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a first request."""
        super().connection_made(transport)
        self._is_coming = self._in_head = True
        self._head = 0
        self._late: asyncio.TimerHandle | None = None
        self._hurry()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._is_coming = self._in_head = True
        self._head = 0

    def on_headers_complete(self) -> None:
        """Its head is here."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """All of it is here."""
        self._is_coming = False
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Read on; give up on a head that is too long."""
        super().data_received(data)
        if self._in_head:
            self._head += len(data)
            if self._head > HEAD_SIZE:
                self._refuse("The head of the request is too long.")
        if self._is_coming == (self._late is None):
            self._hurry()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._is_coming = False
        self._hurry()
        super().connection_lost(exc)

    def _hurry(self) -> None:
        """Wait for the rest of a request, and no longer than that."""
        if self._late is not None:
            self._late.cancel()
            self._late = None
        if self._is_coming:
            told = "The request took too long."
            self._late = self.loop.call_later(self.timeout_keep_alive, self._refuse, told)

    def _refuse(self, why: str) -> None:
        if self.transport.is_closing():
            return
        if self._in_head and not self._head and not self.headers:
            self.transport.close()  # it never said a word
        else:
            self.send_400_response(why)


def pages(is_well: Callable[[], bool]) -> Starlette:
    """What there is beside Slack's paths: ``/healthy``, for whoever watches over the bot."""

    async def healthy(_: Request) -> Response:
        return PlainTextResponse("ok") if is_well() else PlainTextResponse("unwell", 503)

    return Starlette(routes=[Route("/healthy", healthy)])


class Listener:
    """Serves an ASGI app at *host* and *port* (0: any that is free), until it is closed.

    Raises:
        OSError: there is somebody at that port, or no such host.
    """

    def __init__(self, app: ASGIApp, *, host: str, port: int, patience: int = PATIENCE) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.create_server((host, port), family=family, backlog=1024)
        self.port: int = self.socket.getsockname()[1]
        config = Config(
            app,
            http=Hurried,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",  # its other lines quote what strangers send
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=patience,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=STOPPING,
        )
        config.load()
        self.server = Server(config)
        self.server.lifespan = config.lifespan_class(config)

    async def open(self) -> None:
        """Serve from now on."""
        await self.server.startup(sockets=[self.socket])

    async def close(self) -> None:
        """Serve nobody new, and return once those under way are served, or `STOPPING` is over."""
        await self.server.shutdown(sockets=[self.socket])


class Requests:
    """Slack's requests, from a server at the address in the settings to the reception.

    Only a request that Slack signed proves that it reaches us: that we reach Slack says nothing of
    the tunnel or proxy on its way. So listening is told up to the last such request, and of what
    is after it nothing until the next one comes: while the way in is dead, nothing at all. The
    silence between two of them was listened to, for a night without a word isn't deafness, but
    only where it is no longer than `QUIET`, nothing kept this program from running meanwhile, and
    *is_there*, which asks whether Slack is to be reached at all, was true each minute. Whoever
    wants to know it better uses the socket, where every silence is proved by pings.
    """

    def __init__(
        self,
        settings: SlackSettings,
        reception: Reception,
        coverage: Coverage,
        *,
        is_there: Callable[[], Awaitable[bool]],
        clock: Clock,
    ) -> None:
        self.reception = reception
        self.coverage = coverage
        self.is_there = is_there
        self.clock = clock
        gate = Gate(
            pages(lambda: not reception.door.is_stuck),
            reception.take,
            secret=settings.signing_secret,
            clock=clock,
        )
        self.listener = Listener(gate, host=settings.host, port=settings.port)
        self._came = 0
        self._proved = self._awake = clock()

    async def open(self) -> None:
        """Serve from now on."""
        await self.listener.open()
        self._proved = self._awake = self.clock()
        await self.coverage.begins(self._proved)

    async def tell(self) -> None:
        """Say how far it has listened, where something came that proves it."""
        now = self.clock()
        if now - self._awake > DOZING:
            self.coverage.stops()
        self._awake = now
        if self.reception.came != self._came:
            await self._prove()
        elif now - self._proved > QUIET or not await self.is_there():
            self.coverage.stops()

    async def _prove(self) -> None:
        """Say that it has listened up to the last request."""
        last = self.reception.heard
        if last - self._proved > QUIET:
            self.coverage.stops()
        self._came, self._proved = self.reception.came, last
        if self.coverage.is_on:
            await self.coverage.reach(last)
        else:
            await self.coverage.begins(last)

    async def close(self) -> None:
        """Serve nobody new, and those under way to the end."""
        await self.listener.close()
        if self.reception.came != self._came:
            await self._prove()
        self.coverage.stops()
