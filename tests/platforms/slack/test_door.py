"""Nothing is acknowledged before it is committed, and whoever waits is never left waiting."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from bot.domain.events import Batch, Event, MessageDeleted
from bot.domain.ids import ChannelId
from bot.platforms.slack.door import Door, Unheard

pytestmark = pytest.mark.anyio

C = ChannelId("slack:T1/C1")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def gone(ts: int) -> tuple[Event, ...]:
    return (MessageDeleted(channel=C, ts=ts),)


class Ledger:
    """Commits batches, one at a time, as slowly as it is told to."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.threads: set[int] = set()
        self.may_write = threading.Event()
        self.may_write.set()
        self.began = threading.Event()
        self.is_broken = False

    def receive(self, batch: Batch) -> None:
        self.threads.add(threading.get_ident())
        self.began.set()
        assert self.may_write.wait(10)
        if self.is_broken:
            raise OSError("the disk is full")
        self.batches.append(batch)

    @property
    def written(self) -> list[int]:
        return [
            event.ts
            for batch in self.batches
            for event in batch.events
            if isinstance(event, MessageDeleted)
        ]


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


async def once(true: Callable[[], object]) -> None:
    """Wait until something is *true*."""
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.001)


async def test_who_enters_comes_out_once_it_is_committed(ledger: Ledger) -> None:
    door = Door(ledger.receive)
    ledger.may_write.clear()

    entering = asyncio.create_task(door.enter(gone(1)))
    await once(ledger.began.is_set)
    assert not entering.done()

    ledger.may_write.set()
    await entering
    assert ledger.written == [1]
    await door.shut()


async def test_those_who_come_while_one_is_written_are_written_together(ledger: Ledger) -> None:
    door = Door(ledger.receive)
    ledger.may_write.clear()
    first = asyncio.create_task(door.enter(gone(0)))
    await once(ledger.began.is_set)

    others = [asyncio.create_task(door.enter(gone(number))) for number in range(1, 8)]
    await asyncio.sleep(0)
    ledger.may_write.set()
    await asyncio.gather(first, *others)

    assert [len(batch.events) for batch in ledger.batches] == [1, 7]
    assert ledger.written == list(range(8))
    assert len(ledger.threads) == 1
    assert door.entered == 8
    await door.shut()


async def test_thousands_at_once_all_come_in_once_and_in_order(ledger: Ledger) -> None:
    door = Door(ledger.receive, most_waiting=5_000, patience=60.0)

    await asyncio.gather(*(door.enter(gone(number)) for number in range(5_000)))

    assert ledger.written == list(range(5_000))
    assert 10 <= len(ledger.batches) < 100
    await door.shut()


async def test_what_could_not_be_committed_is_not_acknowledged(ledger: Ledger) -> None:
    door = Door(ledger.receive)
    ledger.is_broken = True

    entering = [asyncio.create_task(door.enter(gone(number))) for number in range(3)]
    answers = await asyncio.gather(*entering, return_exceptions=True)
    assert [type(answer) for answer in answers] == [Unheard] * 3
    assert door.entered == 0

    ledger.is_broken = False
    await door.enter(gone(7))
    assert ledger.written == [7]
    await door.shut()


async def test_nobody_waits_longer_than_slack_does(ledger: Ledger) -> None:
    door = Door(ledger.receive, patience=0.05)
    ledger.may_write.clear()

    entering = [asyncio.create_task(door.enter(gone(number))) for number in range(2)]
    answers = await asyncio.gather(*entering, return_exceptions=True)
    assert [type(answer) for answer in answers] == [Unheard] * 2

    ledger.may_write.set()
    await once(lambda: ledger.written == [0, 1])  # late, and harmless when it comes again
    await door.shut()


async def test_too_many_at_once_are_sent_away(ledger: Ledger) -> None:
    door = Door(ledger.receive, most_waiting=3)
    ledger.may_write.clear()
    entering = [asyncio.create_task(door.enter(gone(number))) for number in range(4)]
    await asyncio.sleep(0.02)

    assert [task.done() for task in entering] == [False, False, False, True]
    ledger.may_write.set()
    answers = await asyncio.gather(*entering, return_exceptions=True)

    assert [type(answer) for answer in answers] == [type(None)] * 3 + [Unheard]
    assert sorted(ledger.written) == [0, 1, 2]
    await door.shut()


async def test_nothing_is_committed_for_nothing(ledger: Ledger) -> None:
    door = Door(ledger.receive)

    await door.enter(())

    assert ledger.batches == []
    await door.shut()


async def test_a_door_that_is_shut_lets_those_inside_finish_and_nobody_else_in(
    ledger: Ledger,
) -> None:
    door = Door(ledger.receive)
    ledger.may_write.clear()
    inside = asyncio.create_task(door.enter(gone(1)))
    await once(ledger.began.is_set)

    shutting = asyncio.create_task(door.shut())
    await asyncio.sleep(0)
    with pytest.raises(Unheard):
        await door.enter(gone(2))
    assert not shutting.done()
    ledger.may_write.set()
    await inside
    await shutting

    assert ledger.written == [1]


async def test_shutting_does_not_wait_for_a_disk_that_hangs(ledger: Ledger) -> None:
    door = Door(ledger.receive, patience=0.02)
    ledger.may_write.clear()
    inside = asyncio.create_task(door.enter(gone(1)))
    await once(ledger.began.is_set)

    await asyncio.wait_for(door.shut(), 2)

    with pytest.raises(Unheard):
        await inside
    ledger.may_write.set()


async def test_one_who_gives_up_takes_nobody_along(ledger: Ledger) -> None:
    door = Door(ledger.receive)
    ledger.may_write.clear()
    entering = [asyncio.create_task(door.enter(gone(number))) for number in range(3)]
    await once(ledger.began.is_set)

    entering[1].cancel()
    ledger.may_write.set()
    await asyncio.gather(entering[0], entering[2])

    assert sorted(ledger.written) == [0, 1, 2]
    await door.shut()
