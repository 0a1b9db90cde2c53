"""Days and times as people write them: "wed 10:00", "tomorrow at 2pm", "in two weeks"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from bot.domain.typed import simplified

DAY = timedelta(days=1)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_SMALL = ("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_FILLING = re.compile(r"\b(?:at|on|the|of|by|o'clock)\b|[,]")

_NAMED = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_NUMBER = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_FIGURES = r"(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>\d{2}|\d{4}))?"
_YEAR = r"(?:\s+(?P<year>\d{4}))?"


class Moment(NamedTuple):
    """A day, and the time of it where one was given; both by the writer's own clock."""

    day: date
    at: time | None


def moment_of(text: str, *, now: datetime) -> Moment | None:
    """What *text* means to somebody who writes it at *now*, by their own clock; None if unclear.

    Days without a year, and weekdays, are the next that come: "wednesday" may be today while its
    time hasn't passed, "next wednesday" is in the week after this one. "3/4" is 3 April.
    """
    words = _FILLING.sub(" ", simplified(text).casefold())
    at, rest, is_clear = _take_time(words)
    day = _day(rest, now, at) if rest else None
    if not is_clear or (day is None and (rest or at is None)):
        return None
    if day is None:
        assert at is not None
        day = now.date() if at > now.time() else now.date() + DAY
    return Moment(day, at)


_TIMES = re.compile(
    r"\b(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s*(?P<half>am|pm|a\.m\.|p\.m\.)(?![a-z])"
    r"|\b(?P<hour24>\d{1,2}):(?P<minute24>\d\d)\b"
    r"|\b(?P<hour_dot>\d{1,2})\.(?P<minute_dot>\d\d)\b(?!\.)"
    r"|\b(?P<noon>noon|midday)\b"
)


def _take_time(words: str) -> tuple[time | None, str, bool]:
    """The time in *words*, what is left of them, and whether the time made sense."""
    found = _TIMES.search(words)
    if found is None:
        return None, " ".join(words.split()), True
    rest = " ".join(f"{words[: found.start()]} {words[found.end() :]}".split())
    parts = found.groupdict()
    if parts["noon"]:
        return time(12), rest, True
    hour = int(parts["hour"] or parts["hour24"] or parts["hour_dot"])
    minute = int(parts["minute"] or parts["minute24"] or parts["minute_dot"] or 0)
    if parts["half"] is not None:
        if not 1 <= hour <= 12:
            return None, rest, False
        hour = hour % 12 + (12 if parts["half"].startswith("p") else 0)
    if hour > 23 or minute > 59:
        return None, rest, False
    return time(hour, minute), rest, True


def _day(words: str, now: datetime, at: time | None) -> date | None:
    for pattern, read in _DAYS.items():
        if (found := re.fullmatch(pattern, words)) is not None:
            try:
                return read(found.groupdict(), now, at)
            except (ValueError, OverflowError):
                return None
    return None


Parts = Mapping[str, str | None]
_Read = Callable[[Parts, datetime, time | None], date]


def _relative(parts: Parts, now: datetime, at: time | None) -> date:
    number = parts["number"] or ""
    count = (
        int(number) if number.isdecimal() else 1 + _SMALL.index("a" if number == "one" else number)
    )
    return now.date() + count * (7 if (parts["unit"] or "").startswith("week") else 1) * DAY


def _weekday(parts: Parts, now: datetime, at: time | None) -> date:
    wanted = next(
        n for n, name in enumerate(_WEEKDAYS) if name.startswith((parts["name"] or "")[:3])
    )
    today = now.date()
    if parts["which"] == "next":
        return today + (7 - today.weekday() + wanted) * DAY
    ahead = (wanted - today.weekday()) % 7
    is_past = ahead == 0 and (at is None or at <= now.time())
    return today + (ahead + 7 * is_past) * DAY


def _calendar(parts: Parts, now: datetime, at: time | None) -> date:
    month = parts.get("month") or ""
    number = int(month) if month.isdecimal() else 1 + _month_index(month)
    day = int(parts["day"] or 0)
    if parts.get("year"):
        year = int(parts["year"] or 0)
        return date(year + 2000 if year < 100 else year, number, day)
    for year in range(now.year, now.year + 9):  # until there is a 29 February
        if (number, day) != (2, 29) or _is_leap(year):
            found = date(year, number, day)
            if found >= now.date():
                return found
    raise ValueError(month)


def _month_index(name: str) -> int:
    return next(n for n, month in enumerate(_MONTHS) if month.startswith(name[:3]))


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


_NAME = r"mon|tues?|wed|weds|thu|thur|thurs|fri|sat|sun|" + "|".join(_WEEKDAYS)
_DAYS: Mapping[str, _Read] = {
    r"today": lambda parts, now, at: now.date(),
    r"tomorrow|tmrw|tomorow": lambda parts, now, at: now.date() + DAY,
    r"day after tomorrow": lambda parts, now, at: now.date() + 2 * DAY,
    r"next week": lambda parts, now, at: now.date() + 7 * DAY,
    rf"in (?P<number>\d{{1,3}}|one|{'|'.join(_SMALL)}) (?P<unit>days?|weeks?)": _relative,
    rf"(?:(?P<which>next|this|coming) )?(?P<name>{_NAME})\.?": _weekday,
    rf"(?:(?:{_NAME})\.? )?{_NUMBER}\s+{_NAMED}{_YEAR}": _calendar,
    rf"(?:(?:{_NAME})\.? )?{_NAMED}\s+{_NUMBER}{_YEAR}": _calendar,
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})": _calendar,
    rf"(?:(?:{_NAME})\.? )?{_FIGURES}": _calendar,
}
