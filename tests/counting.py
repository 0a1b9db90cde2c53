"""Lets lines of the bot go uncounted for a while: counting them doubles the time that they take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from coverage import Coverage

_paused: list[Coverage] = []


@contextmanager
def not_counting() -> Iterator[None]:
    """Count no lines within; what is gone through is covered by shorter tests, or isn't.

    A worker of pytest-xdist has two that count, one below the other: its own and its process's.
    """
    if _paused:
        yield
        return
    while (counting := Coverage.current()) is not None:
        counting.stop()
        _paused.append(counting)
    try:
        yield
    finally:
        while _paused:
            _paused.pop().start()
