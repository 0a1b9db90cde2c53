"""The feature itself and its settings, and who is at the door: what all its parts need."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from bot.context import Context
from bot.feature import Feature
from bot.storage import places, seeing
from bot.storage.finding import View


class Settings(Struct, frozen=True, kw_only=True):
    """How much `/net find` shows, and how many people a note's author may have asked."""

    at_most: Annotated[int, Meta(ge=1, le=5)] = 5
    helpers: Annotated[int, Meta(ge=0, le=30)] = 12


feature = Feature(
    "knowledge",
    Settings,
    writes="to ask whether a note may name you as having helped",
)


def view(ctx: Context) -> View:
    """What the member may find.

    A guest may find what is everybody's where they are in the channel in which everybody is told.
    """
    person = ctx.me
    channels = seeing.visible(ctx.session, ctx.network, person)
    main = places.main_channel(ctx.session, ctx.network)
    is_told = main is not None and main.id in channels
    is_of_here = not (person.is_external or person.is_gone)
    return View(channels=[*channels], sees_all=is_of_here and (is_told or not person.is_guest))
