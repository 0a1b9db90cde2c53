"""The feature itself and its settings, so that each of its parts can plug into it."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from msgspec import Meta, Struct

from bot.feature import Feature


class Settings(Struct, frozen=True, kw_only=True):
    """Working days of each stage, and the time of day at which a stage may follow another."""

    questions_days: Annotated[int, Meta(ge=1, le=20)] = 3
    reactions_days: Annotated[int, Meta(ge=1, le=20)] = 3
    consent_days: Annotated[int, Meta(ge=5, le=20)] = 5
    at: str = "09:10"

    def __post_init__(self) -> None:
        """Refuse what is no time of day."""
        time.fromisoformat(self.at)


feature = Feature(
    "proposals", Settings, writes="to ask you for help with a proposal, or to tell you of yours"
)
