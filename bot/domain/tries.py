"""Small experiments: what somebody tries until when, what they hope to see, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.domain.moments import moment_of
from bot.domain.typed import simplified


class TryState(StrEnum):
    """Where a try is: planned, then asked after on its day, then what was made of it.

    before: somebody had tried something like it before they heard of the idea; not_yet: they
    haven't got round to it, and are asked once more; dropped: they won't after all.
    """

    BEFORE = "before"
    PLANNED = "planned"
    ASKED = "asked"
    NOT_YET = "not_yet"
    KEPT = "kept"
    CHANGED = "changed"
    STOPPED = "stopped"
    DROPPED = "dropped"


_State = TryState

OUTCOMES = (_State.KEPT, _State.CHANGED, _State.STOPPED, _State.DROPPED)
"""What may become of a try; each is as good as the others to know."""

DONE = (_State.KEPT, _State.CHANGED, _State.STOPPED)
"""Outcomes of what somebody really tried."""

UNDER_WAY = (_State.PLANNED, _State.ASKED, _State.NOT_YET)
"""States of what nothing is known of yet."""

ASKED_AGAIN = (_State.NOT_YET, _State.KEPT, _State.CHANGED)
"""States in which somebody is asked once more, a while later; who stopped is left in peace."""

MOVES: Mapping[TryState, frozenset[TryState]] = {
    _State.BEFORE: frozenset(),
    _State.PLANNED: frozenset({_State.ASKED, *OUTCOMES}),
    _State.ASKED: frozenset({_State.NOT_YET, *OUTCOMES}),
    _State.NOT_YET: frozenset(OUTCOMES),
    **{each: frozenset(OUTCOMES) - {each} for each in OUTCOMES},
}
"""What may follow each state: of what became of it, their latest word stands."""


def sources(after: TryState) -> frozenset[TryState]:
    """The states from which a try may come to be *after*."""
    return frozenset(before for before in TryState if after in MOVES[before])


class Shelf(StrEnum):
    """Whether everybody may see a try among what the network tries, and whose it is."""

    PRIVATE = "private"
    NAMED = "named"
    UNNAMED = "unnamed"


USUAL, FARTHEST = timedelta(weeks=4), timedelta(days=366)
"""Until when somebody tries who names no day, and how far ahead a day may be."""

AGAIN, APART = timedelta(days=90), timedelta(days=30)
"""How long after they said so they are asked again, and how far from the first time at least."""

LONGEST = 200
"""Characters of what is tried, and of what is hoped for."""


def again_on(said: date, asked: date) -> date:
    """The day on which somebody is asked again who *said* that they would try, and was *asked*."""
    return max(said + AGAIN, asked + APART)


class Planned(NamedTuple):
    """What somebody means to try, by their words; `until` is None where they named no day."""

    words: str
    until: date | None
    hope: str


_HOPE = re.compile(
    r"[\s,;.:-]*\b(?:and )?"
    r"(?:(?:we|i) (?:hope|expect|would like|want) to see|hoping (?:to see|for))"
    r"\b[\s:]*",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"[\s,;(-]*\b(?:until|till|up to|by)\s+", re.IGNORECASE)
_FOR = re.compile(r"[\s,;(-]*\bfor\s+(?:the next\s+)?", re.IGNORECASE)
_END = re.compile(r"(?:the )?end of (?:(?:the|this) month|(?P<month>[a-z]{3,9}))", re.IGNORECASE)
_LEAD = re.compile(
    r"^(?:we|i)(?:['’]ll| will| are going to|['’]re going to)? try\s+", re.IGNORECASE
)
_MONTHS = re.compile(r"(?P<number>\d{1,2}|a|one|two|three|four|five|six) months?", re.IGNORECASE)
_SMALL = ("a", "two", "three", "four", "five", "six")


def planned(text: str, *, now: datetime) -> Planned:
    """What *text* means: "flask in the car until 31 July, we hope to see fewer lifts".

    The day may stand at the end, or before what is hoped for; *now* is by their own clock.
    """
    line = re.sub(_LEAD, "", " ".join(text.split()))
    found = _HOPE.search(line)
    words, hope = (line[: found.start()], line[found.end() :]) if found else (line, "")
    hope, until = _cut_day(hope, now)
    if until is None:
        words, until = _cut_day(words, now)
    return Planned(words.strip(" ,;.:-"), until, hope.strip(" ,;:-."))


def _cut_day(words: str, now: datetime) -> tuple[str, date | None]:
    """*words* without the day that they end with, and that day."""
    for pattern, read in ((_UNTIL, _day), (_FOR, _after)):
        for found in reversed([*pattern.finditer(words)]):
            day = read(words[found.end() :].strip(" ,;.)-"), now)
            if day is not None:
                return words[: found.start()], day
    return words, None


def _day(text: str, now: datetime) -> date | None:
    plain = simplified(text)
    if found := _END.fullmatch(plain):
        late = moment_of(f"28 {found['month']}" if found["month"] else f"{now:28 %B %Y}", now=now)
        beyond = late.day + timedelta(days=4) if late else None
        return beyond - timedelta(days=beyond.day) if beyond else None
    moment = moment_of(plain, now=now)
    return moment.day if moment else None


def _after(text: str, now: datetime) -> date | None:
    plain = simplified(text).casefold()
    if found := _MONTHS.fullmatch(plain):
        number = found["number"]
        one = 1 if number in ("a", "one") else 0
        count = one or (int(number) if number.isdecimal() else 1 + _SMALL.index(number))
        return now.date() + count * timedelta(days=30)
    moment = moment_of(f"in {plain}", now=now)
    return moment.day if moment else None


def fault_in(found: Planned, *, today: date) -> str:
    """What is wrong with it, in plain English; or ""."""
    if not found.words:
        return "Say in a few words what you try, as in: flask and steps in the car until 31 July."
    if max(len(found.words), len(found.hope)) > LONGEST:
        return f"That is too long: {LONGEST} characters are the most for what you try or hope for."
    if found.until is not None and not is_ahead(found.until, today=today):
        return "Write a day in the next year, as in: until 31 July, or for six weeks."
    return ""


def is_ahead(day: date, *, today: date) -> bool:
    """Whether somebody can be asked on *day* what happened: it is to come, within a year."""
    return timedelta() < day - today <= FARTHEST


def as_typed(found: Planned) -> str:
    """*found* as it would be typed, and be read to mean the same."""
    hope = f", we hope to see {found.hope}" if found.hope else ""
    return f"{found.words}{hope} until {found.until}" if found.until else f"{found.words}{hope}"
