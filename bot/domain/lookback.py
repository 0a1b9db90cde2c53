"""How far back somebody wants to look, as people write it: "14", "two weeks", "since Monday"."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, timedelta

from bot.domain.moments import moment_of
from bot.domain.typed import simplified

DAY = timedelta(days=1)
_SMALL = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERS = {"a": 1, "an": 1, **{word: n for n, word in enumerate(_SMALL, 1)}}
_SPANS = {"day": 1, "week": 7, "fortnight": 14, "month": 31, "quarter": 91}
_SPAN = re.compile(
    rf"(?:(?P<number>\d{{1,4}}|{'|'.join(_NUMBERS)})\s*)?"
    rf"(?P<unit>{'|'.join(_SPANS)}|[dw])?s?(?: ago)?"
)
_FILLING = re.compile(r"^(?:(?:for|over|of|in|from|the|last|past|this|previous)\s+)+")
_SINCE = re.compile(r"^(?:since|from|after)\s+(?:last\s+)?")
_NAMED = {"today": 0, "yesterday": 1}


def first_day(text: str, *, now: datetime) -> date | None:
    """The first day that *text* means to somebody who writes it at *now*; None if that is unclear.

    A weekday is the last one before today, a date without its year the newest that was.
    """
    words = simplified(text).casefold().strip(" .")
    since = _SINCE.sub("", words)
    span = _span(_FILLING.sub("", since))
    if span is not None:
        return now.date() - min(span, 4000) * DAY
    found = moment_of(since, now=now)
    if found is None or found.at is not None:
        return None
    if re.search(r"\d", since) is None:
        back = (now.date() - found.day).days % 7 or 7
        return now.date() - back * DAY
    if found.day <= now.date():
        return found.day
    has_year = re.search(r"\d{4}", since) is not None
    return None if has_year else _last_such(found.day, now.date())


def _span(words: str) -> int | None:
    if words in _NAMED:
        return _NAMED[words]
    found = _SPAN.fullmatch(words)
    if found is None or not (found["number"] or found["unit"]):
        return None
    number, unit = found["number"], found["unit"]
    count = 1 if number is None else _NUMBERS.get(number) or int(number)
    spans = {**_SPANS, "d": 1, "w": 7}
    return count * spans[unit or "day"]


def _last_such(day: date, today: date) -> date | None:
    """The newest day of that month and date that isn't after *today*."""
    for year in range(today.year, today.year - 9, -1):
        with suppress(ValueError):  # 29 February
            if (found := day.replace(year=year)) <= today:
                return found
    return None
