"""A gathering that somebody calls: what it is about, when, for how long, and in which channel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct

LONGEST = 200
"""Characters of what it is about: a line that everybody reads."""
MOST = 3
"""Gatherings of one person's that are still to come."""
KEPT = timedelta(days=30)
"""How long after it is over it is known who put it into their calendar."""
USUAL = 30

_BEFORE_WHEN = re.compile(r"\s+(?:on|at)\s+|\s+(?=tomorrow\b|today\b|next\b)", re.IGNORECASE)
_LENGTH = re.compile(
    r"\s*\bfor\s+(?:(\d{1,3})\s*min(?:ute)?s?|(half an hour|an hour))\b", re.IGNORECASE
)
_SPANS = {"half an hour": 30, "an hour": 60}


class Called(Struct, frozen=True, kw_only=True, array_like=True):
    """A gathering before it is called: kept nowhere but in the preview that shows it.

    `channel` is our number of it; `starts` is in UTC.
    """

    about: str
    starts: datetime
    minutes: int
    channel: int


def length_in(words: str) -> tuple[str, int]:
    """*words* without the length that they name, and that length in minutes; 0 where none is."""
    found = _LENGTH.search(words)
    if found is None:
        return words, 0
    rest = f"{words[: found.start()]} {words[found.end() :]}".strip()
    return rest, int(found[1]) if found[1] else _SPANS[found[2].casefold()]


def splits(words: str) -> Iterator[tuple[str, str]]:
    """Each way to part "falls at night on thursday 10:00" into what it is about, and when."""
    for found in _BEFORE_WHEN.finditer(words):
        about, when = words[: found.start()].strip(), words[found.end() :].strip()
        if about and when:
            yield about, when
