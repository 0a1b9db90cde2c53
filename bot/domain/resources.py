"""Rooms, data, kit and small money: when they can be had, how often, and for which hours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.domain.asks import minutes_of
from bot.domain.moments import moment_of
from bot.domain.typed import simplified

DAY = timedelta(days=1)


class ResourceKind(StrEnum):
    """What sort of thing can be used; "" is one that nobody has told apart."""

    ROOM = "room"
    DATA = "data"
    KIT = "kit"
    MONEY = "money"
    OTHER = "other"

    @property
    def label(self) -> str:
        """As a choice in a form says it."""
        return _LABELS[self]

    @property
    def is_shared(self) -> bool:
        """Whether several can use it on one day."""
        return self is ResourceKind.DATA


_LABELS = {
    ResourceKind.ROOM: "A room",
    ResourceKind.DATA: "Data",
    ResourceKind.KIT: "Kit to borrow",
    ResourceKind.MONEY: "A little money",
    ResourceKind.OTHER: "Something else",
}
_HINTS = {
    ResourceKind.ROOM: r"rooms?|halls?|venue|space|studio|kitchen|office|theatre",
    ResourceKind.DATA: r"data|data ?sets?|figures|numbers|records|spreadsheet|survey|register",
    ResourceKind.MONEY: r"money|£ ?\d+|fund\w*|budget|grants?|fares?",
}


def resource_of(label: str) -> ResourceKind:
    """The kind whose label that is; something else where it is none."""
    return next((kind for kind, said in _LABELS.items() if said == label), ResourceKind.OTHER)


def likely_resource(words: str) -> ResourceKind:
    """What sort of thing *words* are likely about: a guess, which a form shows to be changed."""
    plain = simplified(words)
    found = (kind for kind, hint in _HINTS.items() if re.search(rf"(?i)\b(?:{hint})(?!\w)", plain))
    return next(found, ResourceKind.KIT)


# When it can be had

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAME = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?|s)?"
_WEEKDAYS = re.compile(rf"\b({_NAME})\b(?:\s*(?:-|to)\s*({_NAME})\b)?", re.IGNORECASE)
_ALL = {
    r"\bweekdays?\b|\bworking days?\b": range(5),
    r"\bweekends?\b": range(5, 7),
    r"\b(?:every|any|each) day\b|\bdaily\b": range(7),
}
_HOUR = r"(\d{{1,2}})(?:[:.](\d\d))?\s*(am|pm)?"
_SPAN = re.compile(
    r"(?<![\d/:.-])" + _HOUR.format() + r"\s*(?:-|to|until|till)\s*" + _HOUR.format()
    + r"(?![\d/:-]|\s*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|days?|weeks?)\b)",
    re.IGNORECASE,
)  # fmt: skip
_MORE = (
    r"and|to|from|after|before|between|until|till|at|noon|mornings?|afternoons?|evenings?|am|pm|-"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|\d[\d:.]*(?:am|pm)?(?:-\d[\d:.]*(?:am|pm)?)?"
)
_WHEN = re.compile(
    r"[\s,;(]+(?:on\s+|every\s+|most\s+)?"
    rf"(?P<when>(?:{_NAME}|weekdays|weekends|any day|every day)(?:[\s,]+(?:{_NAME}|{_MORE}))*)"
    r"[\s.)]*$",
    re.IGNORECASE,
)


def cut_when(text: str) -> tuple[str, str]:
    """*text* without the days of the week that it ends with, and these, as they were written."""
    found = _WHEN.search(text)
    if found is None:
        return text, ""
    return text[: found.start()].strip(" ,;"), found["when"].strip(" ,;")


def weekdays_of(when: str) -> frozenset[int]:
    """The days of the week that *when* names (Monday is 0); none where it names none."""
    plain = simplified(when).casefold()
    for words, days in _ALL.items():
        if re.search(words, plain):
            return frozenset(days)
    found: set[int] = set()
    for first, last in _WEEKDAYS.findall(plain):
        begins = _DAYS.index(first[:3])
        ends = _DAYS.index(last[:3]) if last else begins
        found |= {(begins + n) % 7 for n in range((ends - begins) % 7 + 1)}
    return frozenset(found)


class Slot(NamedTuple):
    """A day on which somebody would use something, and from when to when where they say so."""

    day: date
    begins: time | None = None
    ends: time | None = None

    @property
    def minutes(self) -> int:
        """How long that is; 0 where it isn't said."""
        if self.begins is None or self.ends is None:
            return 0
        begins, ends = self.begins, self.ends
        return (ends.hour - begins.hour) * 60 + ends.minute - begins.minute

    @property
    def hours(self) -> str:
        """ "14:00 to 16:00", "from 14:00", or ""."""
        if self.begins is None:
            return ""
        begins = f"{self.begins:%H:%M}"
        return f"{begins} to {self.ends:%H:%M}" if self.ends else f"from {begins}"


def hours_of(when: str) -> tuple[time, time] | None:
    """From when to when *when* says: "Tuesdays 2-4" is two to four in the afternoon."""
    found = _SPAN.search(simplified(when))
    return _hours(found) if found else None


def slot_of(text: str, *, now: datetime) -> Slot | None:
    """The day and the hours that *text* means to somebody at *now*, by their clock; or None."""
    plain = simplified(text)
    found = _SPAN.search(plain)
    hours = _hours(found) if found else None
    if found is not None and hours is not None:
        rest = f"{plain[: found.start()]} {plain[found.end() :]}"
        rest = re.sub(r"\b(?:from|between)\b", " ", rest).strip(" ,;.")
        moment = moment_of(f"{rest} {hours[0]:%H:%M}", now=now)
        return Slot(moment.day, *hours) if moment else None
    moment = moment_of(plain.strip(" ,;."), now=now)
    return Slot(moment.day, moment.at) if moment else None


def _hours(found: re.Match[str]) -> tuple[time, time] | None:
    """What a span means; hours before eight are of the afternoon, unless it is said."""
    hour, minute, half, hour2, minute2, half2 = found.groups()
    begins = _hour(int(hour), half or (half2 if int(hour) <= int(hour2) else None))
    ends = _hour(int(hour2), half2)
    if begins is None or ends is None or max(int(minute or 0), int(minute2 or 0)) > 59:
        return None
    if ends <= begins and not half2 and ends + 12 < 24:
        ends += 12
    pair = time(begins, int(minute or 0)), time(ends, int(minute2 or 0))
    return pair if pair[0] < pair[1] else None


def _hour(number: int, half: str | None) -> int | None:
    if half:
        return number % 12 + 12 * (half.casefold() == "pm") if 1 <= number <= 12 else None
    return number + 12 * (number < 8) if number < 24 else None


# How often


class Often(NamedTuple):
    """How much of something can be had in a week: so many times, and minutes; 0 is no limit."""

    times: int = 0
    minutes: int = 0

    @property
    def words(self) -> str:
        """As it is told: "twice a week", "3 hours a week"; "" without a limit."""
        if self.times:
            return f"{ {1: 'once', 2: 'twice'}.get(self.times, f'{self.times} times') } a week"
        hours = f"{self.minutes / 60:g}"
        return f"{hours} hour{'s' * (hours != '1')} a week" if self.minutes else ""

    def has_room(self, taken: int, minutes: int, *, more: int) -> bool:
        """Whether another use of *more* minutes fits a week in which so much is taken."""
        if self.times and taken >= self.times:
            return False
        return not self.minutes or minutes + more <= self.minutes


_TIMES: Mapping[str, int] = {"once": 1, "twice": 2, "one time": 1, "two times": 2, "three times": 3}
_A_WEEK = re.compile(r"\s*(?:a|per|each|every|in a)\s*week\s*$|\s*weekly\s*$")


def often_of(text: str) -> Often | None:
    """What "twice a week" or "3 hours a week" means; no limit if empty, None if unclear."""
    plain = simplified(text).casefold().strip(" .")
    if not plain:
        return Often()
    rest = _A_WEEK.sub("", plain)
    if rest in _TIMES:
        return Often(times=_TIMES[rest])
    if (found := re.fullmatch(r"(\d{1,2})\s*(?:times|x)", rest)) is not None:
        return Often(times=int(found[1]))
    minutes = minutes_of(rest)
    return Often(minutes=minutes) if minutes else None


# From the question to the thanks


class UseState(StrEnum):
    """asked: whoever offers it hasn't answered; suggested: they named another day; agreed: the day
    is kept for it; used: by the word of whoever used it. Of a no, nothing is kept.
    """

    ASKED = "asked"
    SUGGESTED = "suggested"
    AGREED = "agreed"
    USED = "used"


MOVES: Mapping[UseState, frozenset[UseState]] = {
    UseState.ASKED: frozenset({UseState.SUGGESTED, UseState.AGREED}),
    UseState.SUGGESTED: frozenset({UseState.SUGGESTED, UseState.AGREED}),
    UseState.AGREED: frozenset({UseState.USED}),
    UseState.USED: frozenset(),
}
"""What may follow each state."""

WAITING = (UseState.ASKED, UseState.SUGGESTED)


def sources(after: UseState) -> frozenset[UseState]:
    """The states from which a use may come to be *after*."""
    return frozenset(before for before in UseState if after in MOVES[before])


def why_not(slot: Slot, *, today: date, until: date, when: str) -> str:
    """Why something that can be had *when*, *until* that day, isn't to be had then; or ""."""
    if slot.day < today:
        return "That day has gone by."
    if slot.day > until:
        return f"It can be had until {until.day} {until:%B %Y} only."
    days = weekdays_of(when)
    if days and slot.day.weekday() not in days:
        return f"It can be had: {when}."
    return ""


def next_free(
    first: date, *, until: date, when: str, taken: frozenset[date] = frozenset()
) -> date | None:
    """The first day from *first* on, in the next half year, on which it can be had and is free."""
    days = weekdays_of(when) or frozenset(range(5))
    for number in range(183):
        day = first + number * DAY
        if day > until:
            return None
        if day.weekday() in days and day not in taken:
            return day
    return None
