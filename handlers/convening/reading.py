"""The form of a convening as it comes back: what it means, or what is wrong with it, by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from bot.domain.events import FormSubmitted, from_micros
from bot.domain.gatherings import USUAL, length_in
from bot.domain.moments import Moment, moment_of
from bot.domain.nudges import ConveningKind, kind_named
from bot.domain.typed import simplified
from bot.prompting import day

DAY = timedelta(days=1)
LONGEST = 2500
FARTHEST = timedelta(days=92)
LATEST_REVIEW = timedelta(days=120)
LONGEST_MEETING = 12 * 60

NOW, LATER = "Schedule it", "Show it to the others first"


class Hour(NamedTuple):
    """When people meet, for how many minutes; or what is wrong with what somebody wrote."""

    at: datetime | None = None
    minutes: int = 0
    fault: str = ""


class Carried(Struct, frozen=True, kw_only=True):
    """What goes out and comes back with a form, so that it can be checked while somebody waits.

    `number` is the nudge that is changed, 0 for a new one; `starts` and `review` the days that
    the form showed; `free` are spans of days, first and last, on which nothing is posted.
    """

    zone: str
    opens: time
    closes: time
    number: int = 0
    because: str = ""
    starts: date | None = None
    review: date | None = None
    free: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What somebody sent, understood; `channel` is the name of it."""

    carried: Carried
    kind: ConveningKind
    channel: str
    words: str
    starts_day: date
    starts_time: time
    who_for: str
    hope: str
    review_on: date
    is_for_others: bool
    hour: Hour


def faults(submitted: FormSubmitted) -> Mapping[str, str]:
    """What is wrong with a form, by the field's name."""
    found = understood(submitted)
    return {} if isinstance(found, Draft) else found


def understood(submitted: FormSubmitted) -> Draft | Mapping[str, str]:
    """What *submitted* means, or what is wrong with it."""
    carried = msgspec.json.decode(submitted.context, type=Carried)
    now = from_micros(submitted.at).astimezone(ZoneInfo(carried.zone))
    values = {name: value.strip() for name, value in submitted.values.items()}
    wrong: dict[str, str] = {}
    kind = kind_named(values.get("kind", ""))
    if kind is None:
        wrong["kind"] = "Choose one of the kinds."
    words = values.get("words", "")
    if not words:
        wrong["words"] = "Something has to be said."
    elif len(words) > LONGEST:
        wrong["words"] = f"That is too long for a post: {LONGEST:,} characters are the most."
    starts = moment_of(values.get("when", ""), now=now)
    if fault := _when_fault(starts, now, carried):
        wrong["when"] = fault
    review = _moved(moment_of(values.get("review", ""), now=now), starts, carried)
    if fault := _review_fault(review, starts):
        wrong["review"] = fault
    hour = hour_in(values.get("meets", ""), starts, now=now)
    if hour.fault:
        wrong["meets"] = hour.fault
    if wrong or kind is None or starts is None or starts.at is None or review is None:
        return wrong
    return Draft(
        carried=carried,
        kind=kind,
        channel=values.get("channel", "").removeprefix("#"),
        words=words,
        starts_day=starts.day,
        starts_time=starts.at,
        who_for=simplified(values.get("who_for", "")),
        hope=simplified(values.get("hope", "")),
        review_on=review.day,
        is_for_others=values.get("next") == LATER,
        hour=hour,
    )


def hour_in(words: str, starts: Moment | None, *, now: datetime) -> Hour:
    """When people meet, as "thu 14:00 for 45 minutes"; no hour where nothing is written."""
    if not words:
        return Hour()
    said, minutes = length_in(words)
    moment = moment_of(said, now=now)
    if moment is None or moment.at is None:
        return Hour(fault="I don't know when that is. Write it as in: thu 14:00 for 45 minutes.")
    at = datetime.combine(moment.day, moment.at, now.tzinfo)
    if starts is not None and starts.at is not None:
        posted = datetime.combine(starts.day, starts.at, now.tzinfo)
        if not posted < at <= posted + FARTHEST:
            return Hour(fault="That is at an hour after it is posted, and within three months.")
    if (minutes or USUAL) > LONGEST_MEETING:
        return Hour(fault="That is too long: 12 hours are the most.")
    return Hour(at.astimezone(UTC), minutes or USUAL)


def _when_fault(starts: Moment | None, now: datetime, carried: Carried) -> str:
    if starts is None:
        return (
            "I don't know when that is. Write it as in: wed 10:00, tomorrow at 2pm, 14 June 10:00."
        )
    if starts.at is None:
        return "At what time? Write it as in: wed 10:00."
    begins = datetime.combine(starts.day, starts.at, now.tzinfo)
    if begins <= now:
        return f"That has passed: it is {day(now.date())}, {now:%H:%M} now."
    if starts.day - now.date() > FARTHEST:
        return "That is more than three months away. Draft it nearer to the day."
    if not carried.opens <= starts.at < carried.closes:
        return f"I post between {carried.opens:%H:%M} and {carried.closes:%H:%M} only."
    return why_closed(starts.day, carried)


def why_closed(on: date, carried: Carried) -> str:
    """Why nothing is posted on a day, or ""."""
    if on.weekday() > 4:
        return f"{day(on)} is at the weekend. I post on working days only."
    if any(first <= on <= last for first, last in carried.free):
        return f"{day(on)} is a holiday, or in a quiet time. I post on working days only."
    return ""


def _moved(review: Moment | None, starts: Moment | None, carried: Carried) -> Moment | None:
    """The day to look back on: left as the form showed it, it goes along with a day that moved."""
    shown, first = carried.review, carried.starts
    if review is None or starts is None or shown is None or first is None:
        return review
    if review.day != shown or starts.day == first:
        return review
    moved = starts.day + (shown - first)
    return Moment(moved + timedelta(days=(0, 0, 0, 0, 0, 2, 1)[moved.weekday()]), None)


def _review_fault(review: Moment | None, starts: Moment | None) -> str:
    if review is None:
        return "I don't know when that is. Write it as in: in two weeks, 26 June."
    if starts is not None and not DAY <= review.day - starts.day <= LATEST_REVIEW:
        return "The review is at least a day after it is posted, and at most four months."
    return ""


def written(on: date, at: time | None = None) -> str:
    """A day, and a time, as the form shows them and understands them."""
    return f"{day(on)} {on.year}" + (f" {at:%H:%M}" if at else "")
