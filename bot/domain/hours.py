"""Hours of the day as people write them: "17:30-08:30", "5.30pm to 8am", "18 until 8"."""

from __future__ import annotations

import re
from datetime import datetime, time

from bot.domain.moments import moment_of
from bot.domain.typed import simplified

_BETWEEN = re.compile(r"\s*(?:-|\bto\b|\buntil\b|\btill\b|\band\b)\s*")
_LEADING = re.compile(r"^(?:from|between|after|quiet)\s+")
_HOUR = re.compile(r"\d{1,2}")
_MIDNIGHT = ("midnight", "24:00", "24")


def hours_of(text: str, *, now: datetime) -> tuple[time, time] | None:
    """The two times that *text* names, which may go over midnight; None where that is unclear."""
    parts = _BETWEEN.split(_LEADING.sub("", simplified(text).casefold().strip(" .")))
    times = [_time(part, now) for part in parts]
    if len(times) != 2 or times[0] is None or times[1] is None or times[0] == times[1]:
        return None
    return times[0], times[1]


def _time(words: str, now: datetime) -> time | None:
    if words in _MIDNIGHT:
        return time()
    if _HOUR.fullmatch(words):
        return time(int(words)) if int(words) < 24 else None
    found = moment_of(words, now=now)
    if found is None or found.at is None or not re.match(r"\d|noon|midday", words):
        return None
    return found.at
