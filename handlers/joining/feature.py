"""The feature itself, so that each of its parts can plug into it."""

from __future__ import annotations

from msgspec import Struct

from bot.feature import Feature


class Settings(Struct, frozen=True, kw_only=True):
    """When those who came a fortnight or a month ago are written to."""

    at: str = "09:10"


feature = Feature(
    "joining",
    Settings,
    writes="to say hello when you are new, and once each after two weeks and a month",
)
