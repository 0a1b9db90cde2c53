"""The feature itself and its settings, so that each of its parts can plug into it."""

from __future__ import annotations

from datetime import time

from msgspec import Struct

from bot.feature import Feature


class Settings(Struct, frozen=True, kw_only=True):
    """The time that a draft proposes, and when reviews and lapses are told."""

    at: str = "10:00"
    look_at: str = "09:40"

    def __post_init__(self) -> None:
        """Refuse what is no time of day."""
        for each in (self.at, self.look_at):
            time.fromisoformat(each)


feature = Feature("convening", Settings)
