"""The digest as it would be posted, and what whoever makes it up may do about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.context import Context
from bot.feature import Period
from bot.storage import editions, places, talk
from handlers.digest.feature import Settings, newest_week, period_of
from handlers.digest.posting import compose, told, values

DAY = timedelta(days=1)


def next_week(settings: Settings, ctx: Context) -> str:
    """The ISO week of the next digest; on the day of one, of that one."""
    return newest_week(settings, talk.local_day(ctx.now, ctx.network) - DAY)


def show(settings: Settings, ctx: Context, week: str) -> None:
    """Show the member the digest of *week* as it would be posted now."""
    period = period_of(settings, week, is_preview=True)
    ctx.reply("digest/preview", **preview_values(settings, ctx, period))


def preview_values(settings: Settings, ctx: Context, period: Period) -> dict[str, Any]:
    """What the preview's prompt is made from."""
    sections = compose(ctx, period)
    edition = editions.of_week(ctx.session, ctx.network, period.name)
    is_next = period.name == next_week(settings, ctx)
    return {
        **values(ctx, period, sections),
        "channel": places.main_channel(ctx.session, ctx.network),
        "settings": settings,
        "is_skipped": bool(edition and edition.is_skipped),
        "is_open": is_next and not (edition and edition.composed_at),
        "told": told(sections),
        "is_changed": bool(edition and (edition.left_out or edition.swapped)),
    }
