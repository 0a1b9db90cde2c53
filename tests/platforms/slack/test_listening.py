"""What was listened to is told, and never what was refused or not heard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.events import Batch, Event, Listened, MessageDeleted, to_micros
from bot.domain.ids import ChannelId
from bot.platforms.slack.door import Door, Unheard
from bot.platforms.slack.listening import Coverage

pytestmark = pytest.mark.anyio

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GONE = MessageDeleted(channel=ChannelId("slack:T1/C1"), ts=1)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Ears:
    """What listens, and a place to keep what it says that may fail."""

    def __init__(self) -> None:
        self.kept: list[Event] = []
        self.is_broken = False
        self.door = Door(self.receive)
        self.coverage = Coverage("slack:T1", self.door)

    def receive(self, batch: Batch) -> None:
        if self.is_broken:
            raise OSError("the disk is full")
        self.kept += batch.events

    async def refuse(self) -> None:
        """Send an event away."""
        self.is_broken = True
        with pytest.raises(Unheard):
            await self.door.enter((GONE,))
        self.is_broken = False

    @property
    def spans(self) -> list[tuple[float, float]]:
        """In minutes since START."""
        spans = [each for each in self.kept if isinstance(each, Listened)]
        return [(_minutes(each.since), _minutes(each.until)) for each in spans]


def _minutes(micros: int) -> float:
    return (micros - to_micros(START)) / 60e6


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.fixture
def ears() -> Ears:
    return Ears()


async def test_the_beginning_is_told_at_once_and_then_each_span(ears: Ears) -> None:
    await ears.coverage.begins(at(0))
    assert ears.spans == [(0, 0)]

    await ears.coverage.reach(at(1))
    await ears.coverage.reach(at(1))
    await ears.coverage.ends(at(2.5))
    await ears.coverage.reach(at(4))

    assert ears.spans == [(0, 0), (0, 1), (1, 2.5)]


async def test_a_span_in_which_anything_was_refused_is_not_told(ears: Ears) -> None:
    await ears.coverage.begins(at(0))
    await ears.refuse()
    await ears.coverage.reach(at(1))
    await ears.coverage.reach(at(2))

    assert ears.spans == [(0, 0), (1, 2)]


async def test_an_hour_in_which_nothing_could_be_kept_is_a_gap(ears: Ears) -> None:
    await ears.coverage.begins(at(0))
    await ears.coverage.reach(at(1))
    ears.is_broken = True
    for minute in range(2, 62):
        with pytest.raises(Unheard):
            await ears.door.enter((GONE,))
        await ears.coverage.reach(at(minute))
    ears.is_broken = False
    await ears.coverage.reach(at(62))

    assert ears.spans == [(0, 0), (0, 1), (61, 62)]


async def test_a_word_that_could_not_be_kept_is_never_said(ears: Ears) -> None:
    await ears.coverage.begins(at(0))
    ears.is_broken = True
    await ears.coverage.reach(at(1))
    ears.is_broken = False
    for minute in (2, 3):  # events may have been refused together with that word
        await ears.coverage.reach(at(minute))

    assert ears.spans == [(0, 0), (2, 3)]


async def test_what_was_refused_while_nobody_listened_takes_nothing_away(ears: Ears) -> None:
    await ears.refuse()
    await ears.coverage.begins(at(0))
    await ears.coverage.reach(at(1))
    await ears.refuse()
    ears.coverage.breaks(at(2), at(3))
    await ears.coverage.reach(at(4))

    assert ears.spans == [(0, 0), (0, 1), (3, 3), (3, 4)]


async def test_what_stops_is_told_nothing_more_of(ears: Ears) -> None:
    await ears.coverage.begins(at(0))
    assert ears.coverage.is_on

    ears.coverage.stops()
    await ears.coverage.reach(at(1))

    assert not ears.coverage.is_on
    assert ears.spans == [(0, 0)]


async def test_a_clock_that_is_set_back_goes_on_from_there(ears: Ears) -> None:
    await ears.coverage.begins(at(10))
    await ears.coverage.reach(at(0))
    await ears.coverage.reach(at(1))

    assert ears.spans == [(10, 10), (0, 1)]
