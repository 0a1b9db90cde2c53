"""The feature itself and its settings, so that each of its parts can plug into it."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from msgspec import Meta, Struct

from bot.feature import Feature


class Settings(Struct, frozen=True, kw_only=True):
    """The time that a draft proposes, when reviews and lapses are told, and what is left to lot.

    `first_word` is how many people, drawn by lot, see the question of a round first, at `first_at`
    on its day. `hold_out` is the share of approved drafts that answer an ebb and are left alone by
    lot.
    """

    at: str = "10:00"
    look_at: str = "09:40"
    first_at: str = "09:00"
    first_word: Annotated[int, Meta(ge=0, le=5)] = 3
    hold_out: Annotated[float, Meta(ge=0, le=0.5)] = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no time of day."""
        for each in (self.at, self.look_at, self.first_at):
            time.fromisoformat(each)


feature = Feature("convening", Settings, writes="to show you a question before the others")
