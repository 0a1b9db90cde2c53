"""The feature itself, so that each of its parts can plug into it."""

from __future__ import annotations

from msgspec import Struct

from bot.feature import Feature


class Settings(Struct, frozen=True, kw_only=True):
    """Whether the bot asks one of its own in a week in which nobody proposed one."""

    own: bool = True


feature = Feature("questions", Settings)
