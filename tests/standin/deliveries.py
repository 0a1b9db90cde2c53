"""How what happens reaches the app: in order, and up to three times more if it fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from threading import Condition
from typing import Protocol

from tests.standin.faults import Fault, FaultPlan
from tests.standin.world import Json

RETRY_AFTER = (0.0, 60.0, 300.0)
"""Seconds until each of Slack's three repeats."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How one attempt ended; `reason` is Slack's word for a failure, as in x-slack-retry-reason."""

    ok: bool
    reason: str = ""
    status: int = 0
    body: Json | str | None = None
    no_retry: bool = False


@dataclass(eq=False, kw_only=True)
class Delivery:
    """One thing to tell the app: `kind` is "events_api", "slash_commands" or "interactive".

    `state`: "waiting", "acknowledged", "given up", or "dropped" where Slack itself lost it.
    """

    id: str
    kind: str
    name: str
    payload: Json
    wants_answer: bool = False
    state: str = "waiting"
    attempts: list[Outcome] = field(default_factory=list)


class Carrier(Protocol):
    """A way to the app: HTTP or a socket."""

    async def carry(self, delivery: Delivery, nth: int, reason: str) -> Outcome:
        """Bring it once; *nth* is 0 for the first attempt."""
        ...

    async def suffer(self, kind: str) -> None:
        """Let the connection itself go wrong: "disconnect" or "half_open"."""


class Deliveries:
    """All that was ever sent, and what became of it."""

    def __init__(self, *, faults: FaultPlan, speed: float, in_flight: int) -> None:
        self.all: list[Delivery] = []
        self.waiting = 0
        self.faults = faults
        self.speed = speed
        self.changed = Condition()
        self.is_open = True
        self.carrier: Carrier | None = None
        self._held: list[Delivery] = []
        self._places = asyncio.Semaphore(in_flight)
        self._queue: asyncio.Queue[Delivery] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, delivery: Delivery, loop: asyncio.AbstractEventLoop) -> None:
        """Send *delivery* as soon as it is its turn."""
        with self.changed:
            self.all.append(delivery)
            self.waiting += 1
        if delivery.kind == "events_api":
            loop.call_soon_threadsafe(self._queue.put_nowait, delivery)
        else:  # a person waits: past all that is queued
            loop.call_soon_threadsafe(lambda: self._start(self._first(delivery)))

    async def run(self) -> None:
        """Take one after the other to the app, `in_flight` at a time, for ever."""
        while True:
            delivery = await self._queue.get()
            await self._places.acquire()
            self._start(self._in_its_place(delivery))

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Send nothing more."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _in_its_place(self, delivery: Delivery) -> None:
        try:
            await self._first(delivery)
        finally:
            self._places.release()

    async def _first(self, delivery: Delivery) -> None:
        fault = self.faults.for_event(delivery.name)
        if fault and fault.kind == "reorder" and not self._held:
            self._held.append(delivery)
            self._start(self._let_go_later(fault.seconds))
            return
        await self._with_fault(delivery, fault)
        self._let_go()

    def _let_go(self) -> None:
        held, self._held = self._held, []
        for delivery in held:
            self._start(self._attempts(delivery))

    async def _let_go_later(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._let_go()

    async def _with_fault(self, delivery: Delivery, fault: Fault | None) -> None:
        match fault.kind if fault else None:
            case "drop":
                self._settle(delivery, "dropped")
            case "delay":
                self._start(self._attempts(delivery, wait=fault.seconds if fault else 0))
            case "duplicate":
                await self._attempts(delivery)
                await self._once(delivery, 0, "")
            case "disconnect" | "half_open" as kind:
                await self._carrier.suffer(kind)
                await self._attempts(delivery)
            case "reset_before":
                await self._attempts(delivery, failed="connection_failed")
            case "reset_after":
                await self._once(delivery, 0, "")
                await self._attempts(delivery, failed="http_timeout")
            case _:
                await self._attempts(delivery)

    @property
    def _carrier(self) -> Carrier:
        assert self.carrier is not None
        return self.carrier

    async def _once(self, delivery: Delivery, nth: int, reason: str) -> Outcome:
        return await self._carrier.carry(delivery, nth, reason)

    async def _attempts(self, delivery: Delivery, *, wait: float = 0, failed: str = "") -> None:
        """The first attempt, which may have failed already; the repeats wait elsewhere."""
        if wait:
            await asyncio.sleep(wait)
        outcome = Outcome(ok=False, reason=failed) if failed else await self._once(delivery, 0, "")
        delivery.attempts.append(outcome)
        if outcome.ok:
            self._settle(delivery, "acknowledged")
        elif delivery.kind != "events_api" or outcome.no_retry:
            self._settle(delivery, "given up")
        else:
            self._start(self._again(delivery, outcome))

    async def _again(self, delivery: Delivery, outcome: Outcome) -> None:
        for nth, seconds in enumerate(RETRY_AFTER, start=1):
            await asyncio.sleep(seconds / self.speed)
            outcome = await self._once(delivery, nth, outcome.reason)
            delivery.attempts.append(outcome)
            if outcome.ok or outcome.no_retry:
                break
        self._settle(delivery, "acknowledged" if outcome.ok else "given up")

    def _settle(self, delivery: Delivery, state: str) -> None:
        with self.changed:
            self.waiting -= delivery.state == "waiting"
            delivery.state = state
            self.changed.notify_all()

    def wait(self, settled: Callable[[], bool], seconds: float) -> bool:
        """Whether *settled* became true within *seconds*."""
        with self.changed:
            return self.changed.wait_for(settled, seconds)
