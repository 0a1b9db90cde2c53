"""The hour at which people of a convening meet: in words, and as a file for their calendars."""

from __future__ import annotations

from datetime import datetime

from bot.context import Context
from bot.domain.appointments import Appointment, uid_of
from bot.domain.nudges import ConveningKind
from bot.domain.posts import Attachment
from bot.storage.nudges import Nudge
from handlers.convening.reading import written
from handlers.convening.showing import parted


def there(ctx: Context, nudge: Nudge) -> datetime | None:
    """When people meet, by the network's own clock; None where they don't at an hour."""
    return nudge.meets_at.astimezone(ctx.network.zone) if nudge.meets_at else None


def as_written(ctx: Context, nudge: Nudge) -> str:
    """As the form shows it, and understands it."""
    at = there(ctx, nudge)
    return f"{written(at.date(), at.time())} for {nudge.minutes} minutes" if at else ""


def file_of(ctx: Context, nudge: Nudge, *, is_off: bool = False) -> Attachment | None:
    """What puts it into a calendar, or takes it out; None where people don't meet at an hour."""
    if nudge.meets_at is None:
        return None
    heading, _ = parted(nudge.words)
    return Attachment(
        name="meeting.ics",
        appointment=Appointment(
            uid=uid_of(ctx.network.workspace, ctx.network.created_at.isoformat(), nudge.key),
            title=heading or ConveningKind(nudge.kind).called.capitalize(),
            about=ctx.network.name,
            starts=nudge.meets_at,
            minutes=nudge.minutes,
            made=ctx.now,
            sequence=int(is_off),
            is_off=is_off,
        ),
    )
