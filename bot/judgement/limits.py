"""When, and whether at all, the bot may say something: hours, quiet days, and how much is enough.

Pure: it is told what was said before and what time it is, and answers with a moment and a reason.
The figures are the most that is allowed; an installation may only set them lower.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
APART = timedelta(days=2)
"""How far two digests are apart, when one of them comes late."""
HORIZON = 60
"""Days ahead in which a moment is looked for."""


class Kind(StrEnum):
    """What an utterance is, which decides how often and when it may come.

    answer: asked for by the member's own act (a command, a button, their own deletion): never
    limited. digest: the weekly post, one for each week, beside the count of nudges. nudge: any
    other unasked post in a channel. word: an unasked message to one member. tending: a message to
    those who tend, who asked for it by tending: one a day. notice: that the bot is in a channel
    now and what it keeps; it answers whoever invited the bot, and waits for no hour, since
    nobody is to be listened to unawares.
    """

    ANSWER = "answer"
    DIGEST = "digest"
    NUDGE = "nudge"
    WORD = "word"
    TENDING = "tending"
    NOTICE = "notice"


SHARED = (Kind.DIGEST, Kind.NUDGE, Kind.NOTICE)
"""What is said to everybody in a channel without having been asked for."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Local hours, nudges a channel and words a member hears in a week, our share of a channel."""

    opens: time = time(9)
    closes: time = time(17)
    nudges: int = 2
    words: int = 1
    share: float = 0.15


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What is known of whom something is to be said to.

    `said` is when something of the same kind was said to them, oldest first. `written` and `ours`
    are the messages of the last seven days in a channel: other people's, and the bot's own. What
    they asked for themselves: `away_until`, hours that are `quiet` for them (from, to, maybe over
    midnight), that words come so far `apart` at least, or that this isn't wanted.
    """

    zone: ZoneInfo
    is_free: Callable[[date], bool]
    said: Sequence[datetime] = ()
    written: int = 0
    ours: int = 0
    away_until: datetime | None = None
    quiet: tuple[time, time] | None = None
    apart: timedelta = WEEK
    is_unwanted: bool = False


PAUSED, QUIET = "they asked for a pause", "these are quiet hours of theirs"
SELDOM, UNWANTED = "they asked to hear of me less often", "they asked not to hear of this"
OWN_WISH = frozenset((PAUSED, QUIET, SELDOM, UNWANTED))
"""Reasons that somebody gave for themselves, which nobody else is to see a trace of."""


class Wait(NamedTuple):
    """Not before `until` (never, where it is None), and why."""

    until: datetime | None
    reason: str


def decide(kind: Kind, *, now: datetime, limits: Limits, around: Situation) -> Wait | None:
    """Whether something of *kind* may be said *now*: None, or when else and why."""
    if kind is Kind.ANSWER:
        return None
    reason, at = "", now
    if around.is_unwanted:
        return Wait(None, UNWANTED)
    if _is_too_loud(kind, limits, around):
        reason = f"more than {limits.share:.0%} of what is said there would be mine"
        at = _tomorrow(now, around.zone)
    while True:
        for step in (_when_back, _when_open, _when_not_too_much):
            moved, why = step(kind, at, limits, around)
            if moved is None:
                return Wait(None, reason or why)
            if moved > at:
                at, reason = moved, reason or why
                break
        else:
            return Wait(at, reason) if at > now else None


_Step = tuple[datetime | None, str]


def _when_back(kind: Kind, at: datetime, limits: Limits, around: Situation) -> _Step:
    is_away = around.away_until is not None and kind is not Kind.NOTICE
    if is_away and around.away_until is not None and at < around.away_until:
        return around.away_until, PAUSED
    return at, ""


def _when_open(kind: Kind, at: datetime, limits: Limits, around: Situation) -> _Step:
    """The first moment from *at* on that lies in working hours, and in no quiet ones of theirs."""
    if kind is Kind.NOTICE:
        return at, ""
    reason = f"it is outside {limits.opens:%H:%M} to {limits.closes:%H:%M} there"
    today = at.astimezone(around.zone).date()
    if around.is_free(today):
        reason = "it is a quiet day"
    for day in (today + n * DAY for n in range(HORIZON)):
        for opens, closes in () if around.is_free(day) else open_hours(limits, around.quiet):
            if at < _instant(day, closes, around.zone):
                opened = max(at, _instant(day, opens, around.zone))
                is_theirs = _is_open(at, limits, around)
                return opened, QUIET if opened > at and is_theirs else reason
    return None, QUIET if around.quiet else reason


def _is_open(at: datetime, limits: Limits, around: Situation) -> bool:
    """Whether it is working hours, whatever they asked for."""
    there = at.astimezone(around.zone)
    return limits.opens <= there.time() < limits.closes and not around.is_free(there.date())


def open_hours(limits: Limits, quiet: tuple[time, time] | None) -> list[tuple[time, time]]:
    """Working hours without those that somebody wants quiet; these may go over midnight."""
    spans = [(limits.opens, limits.closes)]
    if quiet is None or quiet[0] == quiet[1]:
        return spans
    begins, ends = quiet
    if begins < ends:
        spans = [
            (limits.opens, min(begins, limits.closes)),
            (max(ends, limits.opens), limits.closes),
        ]
    else:
        spans = [(max(ends, limits.opens), min(begins, limits.closes))]
    return [(opens, closes) for opens, closes in spans if opens < closes]


def _when_not_too_much(kind: Kind, at: datetime, limits: Limits, around: Situation) -> _Step:
    """The first moment from *at* on at which one more isn't too much."""
    if kind is Kind.TENDING:
        today = at.astimezone(around.zone).date()
        if any(said.astimezone(around.zone).date() >= today for said in around.said):
            return _tomorrow(at, around.zone), "those who tend have had a message today"
        return at, ""
    most, span, what = {
        Kind.DIGEST: (1, APART, "another digest came a moment ago"),
        Kind.NUDGE: (limits.nudges, WEEK, f"the channel has had {limits.nudges} nudges this week"),
        Kind.WORD: _words(limits, around),
        Kind.NOTICE: (1, WEEK, "the channel has been told"),
    }[kind]
    lately = sorted(said for said in around.said if said > at - span)
    if len(lately) < most:
        return at, ""
    return (lately[-most] + span if most else None), what


def _words(limits: Limits, around: Situation) -> tuple[int, timedelta, str]:
    """How many words somebody hears in which time: no more than is allowed, or than they want."""
    if around.apart > WEEK:
        return min(1, limits.words), around.apart, SELDOM
    return limits.words, WEEK, f"they have had {limits.words} message this week"


def _is_too_loud(kind: Kind, limits: Limits, around: Situation) -> bool:
    ours = around.ours + 1
    return kind is Kind.NUDGE and ours > limits.share * (around.written + ours)


def _tomorrow(at: datetime, zone: ZoneInfo) -> datetime:
    return max(at, _instant(at.astimezone(zone).date() + DAY, time(0), zone))


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
