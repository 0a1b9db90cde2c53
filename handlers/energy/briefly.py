"""Where a network is, in a line: what a digest says needs no more than the newest week's messages.

Whether a network is too small for its ebb and flow to be told takes the voices of all its weeks. A
week has at least as many as its busiest day, and the days are counted already: where these have far
more, nothing older is read again.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from bot.context import Context
from bot.storage import days
from handlers.energy.pulse import FEWEST_VOICES, Pulse
from handlers.energy.reading import bring_up_to_date, last_day
from handlers.energy.settings import Settings
from handlers.energy.taking import BACK, WEEK, take

BRIEF = 2 * WEEK
COMPARED = 26
PLAINLY = 2 * FEWEST_VOICES


def pulse_in_brief(settings: Settings, ctx: Context, through: date) -> Pulse:
    """The pulse after *through* for a line: of a plainly large network, its newest week alone."""
    bring_up_to_date(ctx, through=max(through, last_day(ctx)), sensitivity=settings.factor)
    return take(ctx, through=through, back=BRIEF if _is_large(ctx, through) else BACK)


def _is_large(ctx: Context, through: date) -> bool:
    """Whether three in four weeks of half a year at most had a day of twice as many as need be."""
    begin = through - COMPARED * WEEK
    most: dict[int, int] = defaultdict(int)
    for day, counts in days.network_days(ctx.session, ctx.network, since=begin).items():
        week = (through - day) // timedelta(days=7)
        most[week] = max(most[week], counts.people)
    known = max(most, default=0) + 1
    return 4 * sum(people >= PLAINLY for people in most.values()) >= 3 * known
