"""The feature itself and its settings, so that each of its parts can plug into it."""

from __future__ import annotations

from datetime import time

from msgspec import Struct

from bot.feature import Feature


class Settings(Struct, frozen=True, kw_only=True):
    """When it is looked at what is due, and whether two who share a helper may be introduced."""

    at: str = "10:50"
    shared_helper: bool = True

    def __post_init__(self) -> None:
        """Refuse what is no time of day."""
        time.fromisoformat(self.at)


feature = Feature(
    "introductions",
    Settings,
    writes="to ask whether you would like to meet somebody",
)
