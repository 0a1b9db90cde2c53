"""The feature itself with its settings, and the pulse by them."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from msgspec import Struct

from bot.context import Context
from bot.feature import Feature
from bot.judgement.energy import CALMER, SOONER
from bot.judgement.few import FEW
from bot.storage import looks, places
from bot.storage.places import Channel
from handlers.energy.pulse import Pulse
from handlers.energy.reading import bring_up_to_date, last_day
from handlers.energy.showing import sparkline
from handlers.energy.taking import take

WEEKS = 26


class Settings(Struct, frozen=True, kw_only=True):
    """When to read, when to tell leads, and how soon to speak of a change."""

    read_at: str = "05:30"
    tell_at: str = "09:05"
    sensitivity: Literal["sooner", "usual", "calmer"] = "usual"

    @property
    def factor(self) -> float:
        """What the filter multiplies the evidence by that it waits for."""
        return {"sooner": SOONER, "usual": 1.0, "calmer": CALMER}[self.sensitivity]


feature = Feature("energy", Settings)


def pulse_of(
    settings: Settings, ctx: Context, *, channel: Channel | None = None, weeks: int = WEEKS
) -> Pulse:
    """The newest pulse there can be: the last complete day that was listened to."""
    return pulse_on(settings, ctx, last_day(ctx), channel=channel, weeks=weeks)


def pulse_on(
    settings: Settings,
    ctx: Context,
    through: date,
    *,
    channel: Channel | None = None,
    weeks: int = WEEKS,
) -> Pulse:
    """The pulse after the day *through*; what came late is read up to the newest day."""
    newest = max(through, last_day(ctx))
    bring_up_to_date(ctx, through=newest, sensitivity=settings.factor)
    return take(ctx, through=through, channel=channel, weeks=weeks)


def values(pulse: Pulse, *, weeks: int = WEEKS, convening: str | None = None) -> dict[str, Any]:
    """What the prompts are made from, with *weeks* weeks in the sparkline.

    *convening* is the kind of convening of which a draft is offered, if any.
    """
    return {
        "pulse": pulse,
        "reading": pulse.reading,
        "week": pulse.week,
        "network": pulse.network,
        "spark": sparkline([pulse.told_voices(week) for week in pulse.weeks[-weeks:]]),
        "few": FEW,
        "convening": convening,
    }


def looked(ctx: Context, what: str) -> None:
    """Keep that the member looked at what only those who tend are shown, where they tend."""
    person = places.person_at(ctx.session, ctx.member) if ctx.member else None
    if person is not None:
        looks.looked(ctx.session, ctx.network, person, what, now=ctx.now)
