"""Look each day at what is asked, and once a month at who might be introduced."""

from __future__ import annotations

from datetime import time

from bot.context import Context
from bot.domain.introductions import State
from bot.domain.meeting import Cadence, round_of
from bot.domain.schedule import Daily, Weekday
from bot.storage import bridges, introductions, sparing, talk
from bot.storage.introductions import Introduction
from handlers.introductions import asking, bridging, closing
from handlers.introductions.feature import Settings, feature

DAY = Weekday.WEDNESDAY.offset


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.at)))
def look(settings: Settings, ctx: Context) -> None:
    """Let go of what nobody answered; on the month's first Wednesday, think of somebody."""
    for found in introductions.unsettled(ctx.session, ctx.network):
        _carry(ctx, found)
    today = talk.local_day(ctx.now, ctx.network)
    month = round_of(today, weekday=DAY, cadence=Cadence.MONTHLY)
    if not month or not talk.is_working(ctx.session, ctx.network, today):
        return
    if ctx.once(f"introductions.month/{ctx.network.id}/{month}"):
        introductions.let_old_go(ctx.session, ctx.network, now=ctx.now)
        sparing.let_old_go(ctx.session, ctx.network, now=ctx.now)
        bridges.let_old_go(ctx.session, ctx.network, now=ctx.now)
        bridging.follow(ctx)
        if settings.shared_helper:
            closing.close_triangles(ctx, seed=today.toordinal() * 100_003 + ctx.network.id)


def _carry(ctx: Context, found: Introduction) -> None:
    """Let one go whose people aren't here any more, or whose day has come."""
    are_here = all(asking.is_there(ctx, each) for each in asking.two_of(ctx, found))
    is_over = found.until <= ctx.now
    if found.state == State.MADE:
        if is_over:
            introductions.settle(ctx.session, found)
    elif not are_here:
        asking.take_back(ctx, found)
    elif is_over:
        asking.lapse(ctx, found)
