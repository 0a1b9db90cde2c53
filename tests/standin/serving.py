"""An ASGI app on a port of loopback, at once and without ado, whose lines can be cut."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable

import uvicorn
from starlette.requests import Request
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

HOST = "127.0.0.1"

ROUNDS = 5
"""Turns of the event loop until whoever was being let in is there, and gone again."""


class Tapped(HttpToolsProtocol):
    """HTTP whose connections can be cut in the middle, found by the caller's address."""

    lines: dict[tuple[str, int], asyncio.Transport] = {}  # noqa: RUF012 - one for all on purpose

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Keep the line."""
        self.peer = transport.get_extra_info("peername")
        self.lines[self.peer] = transport
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the line."""
        self.lines.pop(self.peer, None)
        super().connection_lost(exc)


def reset(request: Request) -> None:
    """Cut the caller's connection with a TCP reset, whatever was about to be said."""
    assert request.client is not None
    line = Tapped.lines.get((request.client.host, request.client.port))
    if line is not None and not line.is_closing():
        raw = line.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.abort()


class Listener:
    """An app being served; `uvicorn.Server` only looks ten times a second whether to stop."""

    def __init__(self, app: Callable[..., object], port: int = 0) -> None:
        self._socket = socket.create_server((HOST, port))
        self.port: int = self._socket.getsockname()[1]
        self._config = uvicorn.Config(app, lifespan="off", ws="none", log_config=None)
        self._config.access_log = False
        self._state = ServerState()
        self._server: asyncio.Server | None = None

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://{HOST}:{self.port}"

    async def start(self) -> None:
        """Listen."""
        self._config.load()
        self._server = await asyncio.get_running_loop().create_server(
            lambda: Tapped(self._config, self._state, {}), sock=self._socket, backlog=2048
        )

    async def stop(self) -> None:
        """Hang up on everybody."""
        assert self._server is not None
        self._server.close()
        for _ in range(ROUNDS):  # somebody may be on their way in
            for connection in list(self._state.connections):
                connection.transport.abort()
            await asyncio.sleep(0)
        tasks = list(self._state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._server.wait_closed()
