"""When somebody was listening, where only what was heard is known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

LONG = 10
MISSED = 100
"""A silence of ten days or more in which a hundred messages would have been usual is a gap in what
was recorded, not a lull: people on holiday still write a little (judged on real exports)."""
BEFORE = 28


def heard_spans(
    messages: Mapping[date, int], *, first: date, last: date
) -> list[tuple[date, date]]:
    """The spans of days, first and last included, from *first* to *last* that were listened to.

    *messages* counts a whole workspace by day; days without any may be left out of it.
    """
    spans, begin, day = [], first, first
    while day <= last:
        silence = 0
        while day + timedelta(days=silence) <= last and not messages.get(
            day + timedelta(days=silence)
        ):
            silence += 1
        if silence >= LONG and silence * _usual(messages, day) >= MISSED:
            if begin < day:
                spans.append((begin, day - timedelta(days=1)))
            begin = day + timedelta(days=silence)
        day += timedelta(days=max(silence, 1))
    if begin <= last:
        spans.append((begin, last))
    return spans


def _usual(messages: Mapping[date, int], day: date) -> float:
    """Messages a day in the four weeks before *day*."""
    return sum(messages.get(day - timedelta(days=n), 0) for n in range(1, BEFORE + 1)) / BEFORE
