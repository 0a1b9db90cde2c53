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
from bot.storage.places import Person


class Settings(Struct, frozen=True, kw_only=True):
    """How many months somebody tends before they are asked again, and when I look."""

    months: Annotated[int, Meta(ge=1, le=24)] = 6
    at: str = "09:20"


feature = Feature(
    "leading", Settings, writes="to ask whether you would take on a role, and before one ends"
)

SPOKEN = timedelta(days=12)
"""How long something to one person about a role of theirs is of use."""

TOLD = timedelta(days=14)


def tell_members(
    ctx: Context,
    prompt: str,
    *,
    key: str,
    who: Person,
    before: Person | None = None,
    others: Sequence[Person] = (),
    until: date | None = None,
) -> None:
    """Tell everybody in one line of *who*, in the channel where everybody is.

    The occasion bears the ids of all whom it names: while it waits, it goes with any of them.
    """
    named = "+".join(each.ref for each in (who, *([before] if before else []), *others))
    channel = places.main_channel(ctx.session, ctx.network)
    if channel is None:
        ctx.skip("leading.tell", "there is no channel in which everybody is")
        return
    ctx.say(
        channel.address,
        prompt,
        kind=Kind.NUDGE,
        key=f"leading.tell/{ctx.network.id}/{key}/{named}",
        lasting=TOLD,
        network=ctx.network.name,
        name=who.name,
        before=before.name if before else "",
        others=[each.name for each in others],
        until=until,
    )


def thank_sponsor(ctx: Context, was: Person, *, because: str) -> None:
    """Tell somebody that they aren't the sponsor any more.

    *because* is "leads" (who tends it decided so), "followed" (by somebody else) or "over".
    """
    ctx.say(
        was.address,
        "leading/sponsor_ended",
        kind=Kind.WORD,
        key=f"leading.sponsor_ended/{ctx.network.id}/{was.ref}/{ctx.occasion}",
        lasting=SPOKEN,
        network=ctx.network.name,
        because=because,
    )
