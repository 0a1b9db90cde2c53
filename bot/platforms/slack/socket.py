"""Socket Mode: the line to Slack is watched, and laid anew as soon as it is dead."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import structlog
from slack_bolt.adapter.socket_mode.async_base_handler import AsyncBaseSocketModeHandler
from slack_sdk.errors import SlackApiError

from bot.platforms.slack.line import Line, Pace
from bot.platforms.slack.listening import Coverage

log = structlog.get_logger()

NOTICE = frozenset({"warning", "refresh_requested"})
"""Reasons of a ``disconnect`` after which the line still works for some seconds."""


class SocketMode(AsyncBaseSocketModeHandler):
    """Bolt's handler of Socket Mode, whose client is whichever line is the newest."""

    def __init__(self, lay: Callable[[], Line], coverage: Coverage, pace: Pace) -> None:
        self.lay = lay
        self.coverage = coverage
        self.pace = pace
        self.client: Line
        self.laid = 0
        self._keeper: asyncio.Task[None] | None = None
        self._leaving: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Connect, and stay so.

        Raises:
            Exception: whatever kept the first try from it.
        """
        self.client = await self._try()
        await self.coverage.begins(self.client.heard)
        self._keeper = asyncio.create_task(self._keep())

    async def tell(self) -> None:
        """Say that it has listened up to the last frame."""
        await self.coverage.reach(self.client.heard)

    async def _keep(self) -> None:
        while True:
            await self.client.noticed.wait()
            try:
                await self._follow(self.client)
            except Exception:
                log.exception("slack.line_failed")
                await asyncio.sleep(self.pace.longest_wait)

    async def _follow(self, old: Line) -> None:
        """Lay a line in the place of the *old* one, which is heard out where that is possible."""
        log.info("slack.line_ends", reason=old.reason)
        await self.coverage.reach(old.heard)
        if old.reason not in NOTICE:
            await old.close()
        new = self.client = await self._persist()
        leaving = asyncio.create_task(self._hear_out(old))
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)
        if old.has_ended:
            self.coverage.breaks(old.heard, new.heard)
        await self.coverage.reach(new.heard)

    async def _persist(self) -> Line:
        """A new line, however often it must be tried."""
        wait = self.pace.longest_wait / 64
        while True:
            try:
                return await self._try()
            except Exception as error:
                why = error.response.get("error") if isinstance(error, SlackApiError) else ""
                log.warning("slack.no_line", kind=type(error).__name__, why=why)
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))
            wait = min(2 * wait, self.pace.longest_wait)

    async def _try(self) -> Line:
        line = self.lay()
        try:
            await line.connect()
        except BaseException:
            await line.close()
            raise
        self.laid += 1
        return line

    async def _hear_out(self, old: Line) -> None:
        try:
            if not old.has_ended and old.message_receiver is not None:
                await asyncio.wait([old.message_receiver], timeout=self.pace.leaving)
        finally:
            await old.close()

    async def close(self) -> None:
        """Hang up, once what came in is acknowledged."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
            await self.client.settle(self.pace.leaving)
            await self.coverage.ends(self.client.heard)
            await self.client.close()
        for leaving in self._leaving:
            leaving.cancel()
        await asyncio.gather(*self._leaving, return_exceptions=True)
