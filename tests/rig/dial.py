"""The time, as the rig lets it pass: in a file that processes share."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from mmap import mmap
from pathlib import Path

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Dial:
    """The time, in a file that processes share; how often a bot has looked stands beside it.

    So no time passes while a bot has to wait for the machine.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(16))
        with path.open("r+b") as file:
            self.numbers = memoryview(mmap(file.fileno(), 16)).cast("q")

    def now(self) -> datetime:
        """The time."""
        return BEGIN + timedelta(seconds=self.numbers[0])

    def passes(self, span: timedelta) -> None:
        """Let so much of it pass."""
        self.numbers[0] += round(span.total_seconds())

    @property
    def looks(self) -> int:
        """How often a bot has looked."""
        return self.numbers[1]

    def looked(self) -> None:
        """A bot has looked."""
        self.numbers[1] += 1

    def waits(self, looks: int, seconds: float) -> bool:
        """Whether a bot looks so many times more within *seconds*."""
        until, wanted = time.monotonic() + seconds, self.looks + looks
        while self.looks < wanted and time.monotonic() < until:
            time.sleep(0.001)
        return self.looks >= wanted


class Skew:
    """How far the bots' clock is from the true time, in a file that processes share."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(8))
        with path.open("r+b") as file:
            self.micros = memoryview(mmap(file.fileno(), 8)).cast("q")

    @property
    def span(self) -> timedelta:
        """How far; negative where it is behind."""
        return timedelta(microseconds=self.micros[0])

    def jumps_to(self, span: timedelta) -> None:
        """Put the clock so far from the true time."""
        self.micros[0] = span // timedelta(microseconds=1)
