"""By when, as people write it: "by Friday", "next Thurs", "14/6", "end of next week"."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from bot.domain.asks import minutes_of
from bot.domain.moments import moment_of
from bot.domain.typed import simplified

_BY = re.compile(r"[\s,;:(-]*\b(?:by|before|until|till|needed by|for|on)\s+", re.IGNORECASE)
_SOON = re.compile(r"\b(?:today|tonight|tomorrow|this week|next week)[\s.!?]*$", re.IGNORECASE)
_END = re.compile(r"(?:the )?end of (?:the |this )?(?:(?P<next>next) )?(?P<what>week|month|year)")
_TAKES = re.compile(
    r"\b(?:\d{1,3}(?:\.5)?|an?|half an?|one|two|three|four|five|ten) ?"
    r"(?:minutes?|mins?|hours?|hrs?|days?)\b",
    re.IGNORECASE,
)


def day_of(text: str, *, now: datetime) -> date | None:
    """The day that *text* means to somebody who writes it at *now*, by their clock; or None."""
    plain = simplified(text).casefold().strip(" .,;!?)(")
    plain = re.sub(r"^(?:by|before|until|till)\s+", "", plain)
    if not plain:
        return None
    if found := _END.fullmatch(plain):
        return _end(found, now.date())
    fixed = {"this week": 4 - now.weekday(), "next week": 11 - now.weekday()}
    if plain in fixed:
        return now.date() + timedelta(days=max(0, fixed[plain]))
    if plain in ("tonight", "asap", "now", "as soon as possible"):
        return now.date()
    moment = moment_of(plain, now=now)
    return moment.day if moment else _looked_up(plain, now)


def _end(found: re.Match[str], today: date) -> date:
    """The Friday of the week, or the last day of the month or the year."""
    if found["what"] == "week":
        friday = today + timedelta(days=4 - today.weekday())
        return friday + timedelta(weeks=1 if found["next"] or friday < today else 0)
    if found["what"] == "year":
        return date(today.year + bool(found["next"]), 12, 31)
    month = today.replace(day=28) + timedelta(days=4)
    if found["next"]:
        month = month.replace(day=28) + timedelta(days=4)
    return month - timedelta(days=month.day)


def _looked_up(plain: str, now: datetime) -> date | None:
    """What `dateparser` makes of it, which takes long to load: only where a form asks for a day."""
    if len(plain) > 40 or not re.search(r"\d|day|week|month|fortnight|mon|tue|wed|thu|fri", plain):
        return None
    import dateparser

    settings = {
        "PREFER_DATES_FROM": "future",
        "DATE_ORDER": "DMY",
        "RELATIVE_BASE": now.replace(tzinfo=None),
        "REQUIRE_PARTS": ["day"],
    }
    words = plain.replace("a fortnight", "2 weeks").replace("fortnight", "2 weeks")
    read = dateparser.parse(words, languages=["en"], settings=settings)
    return read.date() if read is not None else None


def cut_day(text: str, *, now: datetime) -> tuple[str, date | None]:
    """*text* without the day that it ends with, and that day."""
    line = " ".join(text.split())
    for found in reversed([*_BY.finditer(line)]):
        rest = line[found.end() :]
        day = day_of(rest, now=now) if len(rest) <= 40 else None
        if day is not None:
            return line[: found.start()].strip(" ,;:"), day
    if (soon := _SOON.search(line)) is not None:
        return line, day_of(soon[0], now=now)
    return line, None


def takes(text: str) -> int:
    """How many minutes *text* says that it takes; 0 where it doesn't."""
    found = _TAKES.search(simplified(text))
    return (minutes_of(found[0]) or 0) if found else 0
