"""The feature itself, so that each of its parts can plug into it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from bot.feature import Feature

_Count = Annotated[int, Meta(ge=1)]


class Settings(Struct, frozen=True, kw_only=True):
    """When to look, how many days back, and how many posts the digest shows at most."""

    at: str = "09:30"
    days: Annotated[int, Meta(ge=1, le=60)] = 14
    at_most: _Count = 5


feature = Feature(
    "welcome", Settings, writes="to ask whether you could answer a newcomer's first post"
)
