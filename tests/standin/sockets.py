"""To the app over Socket Mode: hello, envelopes, acknowledgements, pings, and being cut off."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket as sockets
import uuid
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from tests.standin.deliveries import Delivery, Outcome
from tests.standin.installed import InstalledApp
from tests.standin.world import Json

MOST = 10
"""WebSockets that one app may have open."""

HOST = "applink-stand-in"

CLOSE_WAIT = 8
"""A line's state where the other end was closed (https://man7.org/linux/man-pages/man7/tcp.7.html)."""


class Sockets:
    """The WebSocket side of Slack: `open` are those the app holds, `silent` the half-open ones."""

    def __init__(self, app: InstalledApp, *, patience: float, ping_every: float) -> None:
        self.app = app
        self.patience = patience
        self.ping_every = ping_every
        self.open: list[ServerConnection] = []
        self.silent: set[ServerConnection] = set()
        self.connected = 0
        self.pongs = 0
        self._turn = 0
        self._tickets: set[str] = set()
        self._waiting: dict[str, tuple[ServerConnection, asyncio.Future[Json | None]]] = {}
        self._server: Server | None = None
        self.port = 0

    async def start(self, host: str) -> None:
        """Listen on a free port."""
        self._server = await serve(
            self._serve, host, 0, ping_interval=None, process_request=self._let_in, close_timeout=1
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        """Cut everybody off."""
        for socket in self.open:
            socket.transport.abort()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def make_url(self) -> str:
        """An address that one connection may be made to, once."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return f"ws://127.0.0.1:{self.port}/link/?ticket={ticket}&app_id={self.app.id}"

    def _let_in(self, connection: ServerConnection, request: Request) -> Response | None:
        ticket = parse_qs(urlsplit(request.path).query).get("ticket", [""])[0]
        if ticket not in self._tickets:
            return connection.respond(HTTPStatus.REQUEST_TIMEOUT, "the ticket was used or unknown")
        self._tickets.discard(ticket)
        return None

    async def _serve(self, socket: ServerConnection) -> None:
        if len(self.open) >= MOST:
            await self._say(socket, self._bye("too_many_websockets"))
            return
        self.open.append(socket)
        self.connected += 1
        pinging = asyncio.create_task(self._ping(socket))
        try:
            await self._say(socket, self._hello())
            async for text in socket:
                self._hear(json.loads(text))
        except ConnectionClosed:
            pass
        finally:
            pinging.cancel()
            self._forget(socket)

    def _forget(self, gone: ServerConnection) -> None:
        self.open.remove(gone)
        self.silent.discard(gone)
        for socket, waiting in self._waiting.values():
            if socket is gone and not waiting.done():
                waiting.set_result(None)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.open),
            "connection_info": {"app_id": self.app.id},
            "debug_info": {"host": HOST, "build_number": 1, "approximate_connection_time": 18060},
        }

    def _bye(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}}

    async def _say(self, socket: ServerConnection, what: Json) -> None:
        if socket not in self.silent:
            await socket.send(json.dumps(what))

    async def _ping(self, socket: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                if socket not in self.silent:
                    answered = await socket.ping(f"Ping from {HOST}".encode())
                    asyncio.ensure_future(answered).add_done_callback(self._ponged)
                elif _was_left(socket):
                    socket.transport.abort()
                await asyncio.sleep(self.ping_every)

    def _ponged(self, answer: asyncio.Future[float]) -> None:
        if not answer.cancelled() and answer.exception() is None:
            self.pongs += 1

    def _hear(self, said: Json) -> None:
        _, waiting = self._waiting.get(said.get("envelope_id", ""), (None, None))
        if waiting and not waiting.done():
            waiting.set_result(said)

    async def carry(self, delivery: Delivery, nth: int, reason: str) -> Outcome:
        """Send it once over the next connection, and wait for the acknowledgement."""
        if not self.open:
            return Outcome(ok=False, reason="connection_failed")
        self._turn += 1
        socket = self.open[self._turn % len(self.open)]
        envelope = _envelope(delivery, nth, reason)
        waiting: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = (socket, waiting)
        try:
            await self._say(socket, envelope)
            said = await asyncio.wait_for(waiting, self.patience)
            if said is None:  # the connection ended first
                return Outcome(ok=False, reason="connection_failed")
            return Outcome(ok=True, status=200, body=said.get("payload"))
        except TimeoutError:
            return Outcome(ok=False, reason="timeout")
        except ConnectionClosed:
            return Outcome(ok=False, reason="connection_failed")
        finally:
            del self._waiting[envelope["envelope_id"]]

    async def suffer(self, kind: str) -> None:
        """Cut all connections, or leave them open and deaf."""
        if kind == "half_open":
            self.go_silent()
        else:
            for socket in list(self.open):
                socket.transport.abort()
            await asyncio.sleep(0)

    def go_silent(self) -> None:
        """From here on, read nothing and say nothing on what is open now: no pong, no FIN."""
        for socket in self.open:
            socket.transport.pause_reading()
            self.silent.add(socket)

    async def disconnect(self, reason: str, *, close_after: float) -> None:
        """Ask the app to connect anew ("refresh_requested", "warning"), then close."""
        asked = list(self.open)
        for socket in asked:
            with contextlib.suppress(ConnectionClosed):
                await self._say(socket, self._bye(reason))
        await asyncio.sleep(close_after)
        for socket in asked:
            if socket not in self.silent:
                await socket.close()


def _was_left(line: ServerConnection) -> bool:
    """Whether the other end has hung up, which nobody hears who doesn't read."""
    told = getattr(sockets, "TCP_INFO", None)  # Linux tells
    raw = line.transport.get_extra_info("socket")
    return told is not None and raw.getsockopt(sockets.IPPROTO_TCP, told, 1)[0] == CLOSE_WAIT


def _envelope(delivery: Delivery, nth: int, reason: str) -> Json:
    envelope: Json = {
        "envelope_id": str(uuid.uuid4()),
        "payload": delivery.payload,
        "type": delivery.kind,
        "accepts_response_payload": delivery.wants_answer,
    }
    if delivery.kind == "events_api":
        envelope |= {"retry_attempt": nth, "retry_reason": reason}
    return envelope
