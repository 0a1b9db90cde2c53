"""Coffee pairs: how often there is a round of them, and what came of a meeting."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from bot.domain.schedule import Weekday, week_name
from bot.domain.typed import simplified

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
KEPT = timedelta(days=365)
"""How long it is known who met whom, so that they don't meet again soon."""
SMALLEST, LARGEST = 2, 5
UNANSWERED = 3
"""So many rounds running without a word, and somebody is left in peace."""
AHEAD = 400
"""Days ahead in which the next round is looked for: some may have been held before their day."""


class Cadence(StrEnum):
    """How often there is a round."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


class MeetingKind(StrEnum):
    """How people come to meet: by a round, by an introduction, or to read one another's work."""

    COFFEE = "coffee"
    INTRODUCTION = "introduction"
    REVIEW = "review"


class Came(StrEnum):
    """What somebody says of whether they met; "" until they say."""

    ALL = "all"
    SOME = "some"
    LATER = "later"
    NONE = "none"


class Brought(Struct, frozen=True, kw_only=True, array_like=True):
    """What somebody would bring to a review, in a line; kept nowhere but in its preview."""

    words: str


class Rhythm(Struct, frozen=True, kw_only=True):
    """How often people meet, on which day they are told, and how many meet at once."""

    cadence: Cadence
    day: Weekday
    size: int

    @property
    def told(self) -> str:
        """In words: "fortnightly, on Tuesday, in groups of 3"."""
        how_many = "in pairs" if self.size == SMALLEST else f"in groups of {self.size}"
        return f"{self.cadence.value}, on {self.day.value.capitalize()}, {how_many}"


class Wished(Struct, frozen=True, kw_only=True):
    """What somebody would have otherwise; None stays as it is."""

    cadence: Cadence | None = None
    day: Weekday | None = None
    size: int | None = None


def round_of(today: date, *, weekday: int, cadence: Cadence) -> str:
    """The name of the round that *today* may be held, "" where there is none this week.

    *weekday* (Monday is 0) is its day; where that is no working day, any after it in the week.
    A fortnight begins on every second Monday since Monday the first of January in the year 1;
    a month's round is in the week of the first such weekday.
    """
    monday = today - timedelta(days=today.weekday())
    planned = monday + timedelta(days=weekday)
    if today < planned:
        return ""
    if cadence is Cadence.MONTHLY:
        return f"{planned:%Y-%m}" if planned.day <= WEEK.days else ""
    if cadence is Cadence.FORTNIGHTLY and (monday.toordinal() // WEEK.days) % 2:
        return ""
    return week_name(monday)


def next_round(today: date, *, rhythm: Rhythm, held: Collection[str]) -> tuple[str, date]:
    """The name of the next round that wasn't *held*, and the day from which on it is due.

    A round that was held before its day is over, and the one after it is the next.
    """
    weekday = rhythm.day.offset
    for ahead in range(AHEAD):
        day = today + ahead * DAY
        name = round_of(day, weekday=weekday, cadence=rhythm.cadence)
        if name and name not in held:
            return name, day
    raise LookupError(f"all rounds until {today + AHEAD * DAY} were held")


def seed_of(*what: object) -> int:
    """The seed of what is named so: the same at every time, and another for every other."""
    digest = hashlib.sha256("/".join(map(str, what)).encode()).digest()
    return int.from_bytes(digest[:6], "big")


_CHANNEL = re.compile(r"(?:^|\s)(?:in|for|of)\s+#?([^\s#]+)$|(?:^|\s)#([^\s#]+)")
_SIZES: Mapping[str, int] = {
    "pairs": 2, "twos": 2, "two": 2, "trios": 3, "threes": 3, "three": 3, "fours": 4, "four": 4,
    "fives": 5, "five": 5, "2": 2, "3": 3, "4": 4, "5": 5,
}  # fmt: skip
_CADENCES: Mapping[str, Cadence] = {
    "weekly": Cadence.WEEKLY, "week": Cadence.WEEKLY, "fortnightly": Cadence.FORTNIGHTLY,
    "fortnight": Cadence.FORTNIGHTLY, "biweekly": Cadence.FORTNIGHTLY, "monthly": Cadence.MONTHLY,
    "month": Cadence.MONTHLY,
}  # fmt: skip
_DAYS: Mapping[str, Weekday] = {each.value: each for each in Weekday}
_FILLING = frozenset(("on", "every", "once", "a", "in", "of", "groups", "group", "and", "the"))


def parted(text: str) -> tuple[str, str]:
    """What was typed, without the channel that it names; and that channel's name, or ""."""
    words = simplified(text).strip(" .")
    found = _CHANNEL.search(words)
    if found is None or (not found[2] and (found[1].casefold() in _SIZES or found[1] == "groups")):
        return words, ""
    rest = f"{words[: found.start()]} {words[found.end() :]}".strip()
    return rest.removesuffix(" in").strip(), (found[1] or found[2]).casefold()


def wished(text: str) -> Wished | None:
    """What somebody means by "monthly in groups of 3 on wednesday"; None if it is unclear."""
    cadence, day, size = None, None, None
    words = simplified(text).casefold().replace("every two weeks", "fortnightly")
    for word in words.replace(",", " ").replace("-", " ").split():
        singular = word.removesuffix("s")
        if word in _CADENCES:
            cadence = _CADENCES[word]
        elif word in _SIZES:
            size = _SIZES[word]
        elif singular in _DAYS:
            day = _DAYS[singular]
        elif word not in _FILLING:
            return None
    found = Wished(cadence=cadence, day=day, size=size)
    return None if found == Wished() else found
