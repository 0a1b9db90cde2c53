"""How many people spoke about a year ago, by the totals of days, which stay when facts go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from bot.context import Context
from bot.storage import days, listening, talk

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
NEWEST, OLDEST = 40, 76
"""Weeks ago: a year, as long as a phase is followed, and ten weeks to either side."""


def people_a_year_ago(ctx: Context, *, through: date, channel: int | None) -> dict[date, float]:
    """People a working day in weeks about a year before *through*, by their first day.

    The weeks end on its day of the week. Weeks without a working day, or with one on which nobody
    was listening, are left out.
    """
    begin = through + DAY - OLDEST * WEEK
    people = _people(ctx, begin, channel)
    spans = listening.spans(ctx.session, ctx.network.workspace)
    works = _working_days(ctx, begin, through)
    found = {}
    for back in range(OLDEST, NEWEST, -1):
        first = through + DAY - back * WEEK
        worked = [day for n in range(7) if (day := first + n * DAY) in works]
        if worked and all(
            not spans or days.is_heard(day, ctx.network.zone, spans) for day in worked
        ):
            found[first] = sum(people.get(day, 0) for day in worked) / len(worked)
    return found if any(found.values()) else {}


def _people(ctx: Context, since: date, channel: int | None) -> Mapping[date, int]:
    if channel is None:
        whole = days.network_days(ctx.session, ctx.network, since=since)
        return {day: counts.people for day, counts in whole.items()}
    each = days.channel_days(ctx.session, ctx.network, since=since)
    return {day: counts[channel].people for day, counts in each.items() if channel in counts}


def _working_days(ctx: Context, first: date, last: date) -> set[date]:
    free = talk.holidays_of(ctx.network, first, last)
    quiet = [each for each in talk.calendar(ctx.session, ctx.network) if each.kind == "quiet"]
    every = (first + n * DAY for n in range((last - first).days + 1))
    return {
        day
        for day in every
        if day.weekday() < 5
        and day not in free
        and not any(entry.first <= day <= entry.last for entry in quiet)
    }
