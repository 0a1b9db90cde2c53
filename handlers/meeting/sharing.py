"""Gatherings and rounds of pairs where everybody looks: in the digest, and on their own page."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from bot.context import Context
from bot.domain.meeting import round_of
from bot.domain.schedule import week_name
from bot.feature import Period, Section
from bot.storage import circles, editions, gatherings, meeting, seeing, threads
from bot.storage.gatherings import Gathering
from handlers.meeting.feature import Settings, feature, rhythm_of
from handlers.meeting.planning import HELD, reached

AHEAD = timedelta(weeks=4)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
MOST = 5
FEWEST = 5
"""Of a round of fewer people everybody would know who was meant."""


@feature.digest_section(order=61)
def to_meet(settings: Settings, ctx: Context, period: Period) -> Section | None:
    """In the digest: what is called for the week after it, and the next round; nothing of who."""
    first = _begins(ctx, period.last + DAY)
    last = _begins(ctx, period.last + WEEK + DAY)
    open_ones = threads.open_channels(ctx.session, ctx.network)
    called = gatherings.between(ctx.session, ctx.network, [*open_ones], first, last)
    due = _round(settings, ctx, period)
    if not called and due is None:
        return None
    words = ctx.prompts.render(
        "meeting/coming", called=[_line(ctx, each) for each in called[:MOST]], due=due
    )
    facts: dict[str, object] = {"gatherings": len(called), "is_aside": not called}
    return Section(name="to meet", words=words, facts=facts)


def _begins(ctx: Context, day: date) -> datetime:
    return datetime.combine(day, time(0), ctx.network.zone).astimezone(UTC)


def _round(settings: Settings, ctx: Context, period: Period) -> date | None:
    """The day of the next round among everybody, if it is in the week after the digest."""
    circle = circles.of_everybody(ctx.session, ctx.network)
    if circle is None or len(reached(ctx, circle)) < FEWEST:
        return None
    rhythm = rhythm_of(settings, circle)
    past = {each.name for each in meeting.rounds_of(ctx.session, circle, since=ctx.now - HELD)}
    past.add(round_of(period.last, weekday=rhythm.day.offset, cadence=rhythm.cadence))
    for day in (period.last + nth * DAY for nth in range(1, WEEK.days + 1)):
        if round_of(day, weekday=rhythm.day.offset, cadence=rhythm.cadence) not in {"", *past}:
            return day
    return None


def _line(ctx: Context, found: Gathering) -> dict[str, object]:
    channel = gatherings.channel_of(ctx.session, found)
    return {
        "about": found.about,
        "place": channel.name if channel else "",
        "ref": channel.ref if channel else "",
        "starts": found.starts_at.astimezone(ctx.network.zone),
        "number": found.id,
    }


def mend_digests(ctx: Context, found: Gathering) -> None:
    """Let the digests be made anew that told of a gathering."""
    day = found.starts_at.astimezone(ctx.network.zone).date()
    for week in sorted({week_name(day - WEEK), week_name(day)}):
        if editions.is_closed(ctx.session, ctx.network, week):
            ctx.press("digest.mend", week, because=found.key)


@feature.home_section(order=42)
def soon(settings: Settings, ctx: Context) -> Section | None:
    """On the bot's own page: what is called in channels that they see, with the file for it."""
    seen = seeing.visible(ctx.session, ctx.network, ctx.me)
    called = gatherings.between(ctx.session, ctx.network, [*seen], ctx.now, ctx.now + AHEAD)[:MOST]
    if not called:
        return None
    lines = [_line(ctx, each) for each in called]
    words = ctx.prompts.render("meeting/soon", called=lines)
    return Section(name="gatherings", words=words, facts={"gatherings": len(called)})
