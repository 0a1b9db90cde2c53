"""The door: what came in is committed in groups, and only then acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import NamedTuple

import structlog

from bot.domain.events import Batch, Event
from bot.ports import Receive

log = structlog.get_logger()

MOST_WAITING = 1_000
"""More than that at once means that we can't keep up: Slack is asked to come again."""

MOST_TOGETHER = 500
"""How many are committed as one."""

PATIENCE = 2.5
"""Seconds until a sender is told that it failed; Slack itself waits for 3."""


class Unheard(Exception):
    """It wasn't committed, as far as is known: its sender must come again."""


class _Waiting(NamedTuple):
    events: Sequence[Event]
    done: asyncio.Future[None]


class Door:
    """Passes events on to *receive* in one thread of its own, with all that came meanwhile.

    Groups form by themselves while the disk is busy; nobody waits for others to come. It belongs
    to the event loop in which `enter` is called. `entered` counts what was committed, `sent_away`
    how often somebody was told to come again.
    """

    def __init__(
        self,
        receive: Receive,
        *,
        most_waiting: int = MOST_WAITING,
        patience: float = PATIENCE,
    ) -> None:
        self.receive = receive
        self.most_waiting = most_waiting
        self.patience = patience
        self.entered = 0
        self.sent_away = 0
        self._waiting: list[_Waiting] = []
        self._under_way = 0
        self._writer: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="slack-door")
        self._shut = False

    @property
    def is_stuck(self) -> bool:
        """Whether nobody can be let in now."""
        return self._shut or len(self._waiting) + self._under_way >= self.most_waiting

    def now(self) -> float:
        """Seconds by the clock of the event loop, in which `enter` counts its patience."""
        return asyncio.get_running_loop().time()

    async def enter(self, events: Sequence[Event], *, since: float | None = None) -> None:
        """Return once *events* are committed.

        Whoever sends them has waited *since* then (`now`), which is taken from the `patience`.

        Raises:
            Unheard: they are not, or not yet after `patience`, or there are too many, or it is
                shut. What was only slow may be committed all the same, and harms nobody when it
                comes again.
        """
        if not events:
            return
        try:
            await self._enter(events, self.now() if since is None else since)
        except Unheard:
            self.sent_away += 1
            raise

    async def _enter(self, events: Sequence[Event], since: float) -> None:
        if self.is_stuck:
            raise Unheard
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        self._waiting.append(_Waiting(events, done))
        if self._writer is None:
            self._writer = loop.create_task(self._write())
        late = loop.call_at(since + self.patience, _settle, done, Unheard())
        try:
            await done
        finally:
            late.cancel()

    async def _write(self) -> None:
        """Commit all that waits, and what comes meanwhile, until nothing waits."""
        try:
            while self._waiting:
                group = self._waiting[:MOST_TOGETHER]
                del self._waiting[:MOST_TOGETHER]
                self._under_way = len(group)
                await self._commit(group)
        finally:
            self._under_way = 0
            self._writer = None

    async def _commit(self, group: list[_Waiting]) -> None:
        events = tuple(chain.from_iterable(each.events for each in group))
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._thread, self.receive, Batch(events=events))
        except Exception:
            log.exception("slack.commit_failed", events=len(events))
            for each in group:
                _settle(each.done, Unheard())
        else:
            self.entered += len(events)
            for each in group:
                _settle(each.done)

    async def shut(self) -> None:
        """Let nothing more in; return once what is inside is committed, has failed or is late."""
        self._shut = True
        if self._writer is not None:
            await asyncio.wait([self._writer], timeout=2 * self.patience)
        self._thread.shutdown(wait=self._writer is None)


def _settle(done: asyncio.Future[None], error: Unheard | None = None) -> None:
    """Tell who waits, if they still do."""
    if done.done():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
