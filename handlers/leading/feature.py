"""The feature itself, so that each of its parts can plug into it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from bot.context import Context
from bot.feature import Feature
from bot.judgement.limits import Kind
from bot.storage import places


class Settings(Struct, frozen=True, kw_only=True):
    """How many months somebody tends before they are asked again, and when I look."""

    months: Annotated[int, Meta(ge=1, le=24)] = 6
    at: str = "09:20"


feature = Feature(
    "leading", Settings, writes="to ask whether you would take on tending, or be turned to"
)

TOLD = timedelta(days=14)


def tell_members(
    ctx: Context,
    prompt: str,
    *,
    key: str,
    name: str,
    before: str = "",
    others: Sequence[str] = (),
    until: date | None = None,
) -> None:
    """Tell everybody in one line of *name*, in the channel where everybody is."""
    channel = places.main_channel(ctx.session, ctx.network)
    if channel is None:
        ctx.skip("leading.tell", "there is no channel in which everybody is")
        return
    ctx.say(
        channel.address,
        prompt,
        kind=Kind.NUDGE,
        key=f"leading.tell/{ctx.network.id}/{key}",
        lasting=TOLD,
        network=ctx.network.name,
        name=name,
        before=before,
        others=others,
        until=until,
    )
