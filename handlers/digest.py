"""The weekly digest: what every feature has to say of the week, once in every local ISO week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from msgspec import Struct

from bot.context import Context
from bot.domain.events import CommandGiven
from bot.domain.schedule import Weekday, Weekly, week_name, week_start
from bot.domain.typed import shortened, simplified
from bot.feature import Feature, Period, Section
from bot.judgement.limits import Kind
from bot.outbox import Outdated
from bot.storage import places, talk


class Settings(Struct, frozen=True, kw_only=True):
    """On which day of the week and at what time, in the network's own time zone."""

    day: Weekday = Weekday.FRIDAY
    at: str = "12:00"


feature = Feature("digest", Settings)

WEEK = timedelta(days=7)
LATE = timedelta(hours=2)
FRESH = timedelta(days=4)  # from before a long weekend to after it
YEARS = range(1990, 2990)
OLD = timedelta(weeks=8)
OPENING = "where we are"


def schedule(settings: Settings) -> Weekly:
    """When the digest is due."""
    return Weekly(day=settings.day, at=time.fromisoformat(settings.at))


def period_of(settings: Settings, week: str, *, is_preview: bool = False) -> Period:
    """The seven days that the digest of *week* tells of: those before the day it is posted on.

    Raises:
        ValueError: *week* is not of the shape "2026-W10", or further away than anybody talks of.
    """
    monday = week_start(week)
    if monday.year not in YEARS:
        raise ValueError(f"{week} is too far away")
    posted = monday + timedelta(days=settings.day.offset)
    return Period(
        name=week, first=posted - WEEK, last=posted - timedelta(days=1), is_preview=is_preview
    )


def compose(ctx: Context, period: Period) -> list[Section]:
    """The sections of a digest; none at all where there is nothing to tell."""
    sections = list(ctx.gathered.digest(ctx, period))
    is_empty = all(
        section.name == OPENING and not section.facts.get("voices") for section in sections
    )
    return [] if is_empty else sections


@feature.job(schedule, late=timedelta(days=6))
def weekly(settings: Settings, ctx: Context) -> None:
    """Post the digest of this week, once."""
    assert ctx.slot is not None, "the weekly digest is a job"
    period = period_of(settings, ctx.slot.name)
    channel = places.main_channel(ctx.session, ctx.network)
    if channel is None:
        ctx.skip("digest", "there is no open channel to post it in")
        return
    sections = compose(ctx, period)
    if not sections:
        ctx.skip("digest", f"{period.name}: nothing to tell")
        return
    is_late = ctx.now - ctx.slot.due > LATE
    ctx.say(
        channel.address,
        "digest/weekly",
        kind=Kind.DIGEST,
        key=f"digest/{ctx.network.id}/{period.name}",
        lasting=FRESH,
        **values(ctx, period, sections, is_late=is_late),
    )
    ctx.spoke("digest", period.name)


def values(
    ctx: Context, period: Period, sections: Sequence[Section], *, is_late: bool = False
) -> dict[str, Any]:
    """What a posted digest is made from, and the messages that it points to."""
    return {
        "quotes": [ref for section in sections for ref in section.quotes],
        "network": ctx.network,
        "period": period,
        "sections": sections,
        "is_late": is_late,
    }


@feature.on(Outdated)
def mend(event: Outdated, settings: Settings, ctx: Context) -> None:
    """Compose a digest anew that points to what has been changed or deleted since.

    One that is too old to be composed again is withdrawn.
    """
    name, _, week = event.key.partition(f"/{ctx.network.id}/")
    if name != feature.name:
        return
    period = period_of(settings, week)
    is_old = talk.local_day(ctx.now, ctx.network) - period.last > OLD
    sections = [] if is_old else compose(ctx, period)
    if sections:
        prompt, given = "digest/weekly", values(ctx, period, sections)
    else:
        prompt, given = "digest/withdrawn", {"network": ctx.network, "period": period}
    if ctx.amend(event.key, event.to, prompt, **given):
        ctx.spoke("digest.mend", f"{week}: something that it pointed to was changed or deleted")


@feature.command(
    "tend",
    "digest",
    help="the next digest, as it would be posted",
    examples=("/tend digest preview", "/tend digest preview 2026-W10"),
)
def preview(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show a lead the digest of this week or another, before anybody else sees it."""
    typed = simplified(given.text).strip()
    if typed.lower().startswith("preview"):
        typed = typed[len("preview") :].strip()
    week = typed.upper() or next_week(settings, ctx)
    try:
        period = period_of(settings, week, is_preview=True)
    except ValueError:
        ctx.reply("digest/no_week", week=shortened(typed))
        return
    ctx.reply("digest/preview", **preview_values(settings, ctx, period))


def preview_values(settings: Settings, ctx: Context, period: Period) -> dict[str, Any]:
    """What the preview's prompt is made from."""
    return {
        "network": ctx.network,
        "period": period,
        "sections": compose(ctx, period),
        "channel": places.main_channel(ctx.session, ctx.network),
        "settings": settings,
        "is_late": False,
    }


def next_week(settings: Settings, ctx: Context) -> str:
    """The ISO week of the next digest; on the day of one, of that one."""
    return newest_week(settings, talk.local_day(ctx.now, ctx.network) - timedelta(days=1))


def newest_week(settings: Settings, day: date) -> str:
    """The first week whose digest tells of *day*."""
    this = week_name(day)
    return this if period_of(settings, this).last >= day else week_name(day + WEEK)
