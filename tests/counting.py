"""Lets lines of the bot go uncounted for a while: counting them doubles the time that they take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from coverage import Coverage

_pauses: list[object] = []


@contextmanager
def not_counting() -> Iterator[None]:
    """Count no lines within; what is gone through is covered by shorter tests, or isn't."""
    counting = Coverage.current()
    if counting is None or _pauses:
        yield
        return
    _pauses.append(counting)
    counting.stop()
    try:
        yield
    finally:
        counting.start()
        _pauses.clear()
