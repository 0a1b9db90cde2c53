"""All that listens to Slack runs in one event loop, in a thread of its own, from start to stop."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread
from typing import Protocol

import structlog

from bot.platforms.slack.door import Door

log = structlog.get_logger()

TELLING = 60.0
"""Seconds from one word on what was listened to, to the next."""

STARTING = 120.0
"""Seconds after which a start has failed, whatever it still waits for."""

STOPPING = 30.0
"""Seconds that a stop may take; what isn't finished then, Slack sends again."""


class Way(Protocol):
    """How Slack comes in: by a socket of ours, or by requests of its own."""

    async def open(self) -> None:
        """Let it in.

        Raises:
            Exception: it can't come.
        """

    async def tell(self) -> None:
        """Say how far the bot has listened."""

    async def close(self) -> None:
        """Let nothing more in, and finish what came."""


def nobody_cares() -> None:
    """What is done when a way is lost, by those who watch over it themselves."""


class Serving:
    """A way that leads to a door, both made by *build* in the event loop they belong to.

    *lost* is called, in the thread of that loop, should it end after it was opened without having
    been stopped: from then on nothing is heard.
    """

    def __init__(
        self,
        build: Callable[[], tuple[Door, Way]],
        *,
        telling: float = TELLING,
        starting: float = STARTING,
        lost: Callable[[], None] = nobody_cares,
    ) -> None:
        self.build = build
        self.lost = lost
        self.telling = telling
        self.starting = starting
        self._thread = Thread(target=self._run, name="slack", daemon=True)
        self._opened: Future[None] = Future()
        self.loop: asyncio.AbstractEventLoop
        self.way: Way
        self._stopping: asyncio.Event
        self._serving: asyncio.Task[None]

    def start(self) -> None:
        """Return once the way is open.

        Raises:
            Exception: whatever kept it from being opened.
        """
        self._thread.start()
        self._opened.result(self.starting)

    @property
    def is_open(self) -> bool:
        """Whether the way was opened."""
        return self._opened.done() and self._opened.exception() is None

    def stop(self) -> None:
        """Return once all that came in is committed and acknowledged, or has failed."""
        if self._thread.is_alive():
            with suppress(RuntimeError):  # it may have just ended by itself
                self.loop.call_soon_threadsafe(self._end)
        self._thread.join(STOPPING)

    def _end(self) -> None:
        """Stop, in the event loop; a way that isn't open yet won't be."""
        self._stopping.set()
        if not self._opened.done():
            self._serving.cancel()

    def soon(self, work: Coroutine[None, None, None]) -> None:
        """Do *work* in the event loop, and return once it is done.

        Raises:
            Exception: whatever it raises.
        """
        asyncio.run_coroutine_threadsafe(work, self.loop).result(STOPPING)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                runner.run(self._serve())
        except BaseException as error:
            if self._opened.done():
                log.exception("slack.stopped")
            else:
                self._opened.set_exception(error)

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        if (task := asyncio.current_task()) is not None:
            self._serving = task
        self._stopping = asyncio.Event()
        door, way = self.build()
        self.way = way
        try:
            await way.open()
            self._opened.set_result(None)
            await self._keep(way)
        finally:
            await door.shut()

    async def _keep(self, way: Way) -> None:
        """Keep *way* open until it is to stop; that it is lost is told before it is closed."""
        try:
            await self._tell(way)
        finally:
            if not self._stopping.is_set():
                self.lost()
            await way.close()

    async def _tell(self, way: Way) -> None:
        """Say every minute how far the bot has listened, until it is to stop."""
        while not self._stopping.is_set():
            try:
                async with asyncio.timeout(self.telling):
                    await self._stopping.wait()
            except TimeoutError:
                await self._tell_once(way)

    async def _tell_once(self, way: Way) -> None:
        try:
            await way.tell()
        except Exception:
            log.exception("slack.telling_failed")


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's, where there is one: it takes half the processor's time."""
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop
