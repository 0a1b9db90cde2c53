"""The feature itself and its settings, so that each of its parts can plug into it."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from msgspec import Meta, Struct

from bot.domain.schedule import Weekday
from bot.feature import Feature


class Settings(Struct, frozen=True, kw_only=True):
    """Which emoji mark a message, how many ideas a digest holds, and when authors are asked.

    `answer_by` is the time of the day after `ask_on` until which an answer is awaited; at
    `ask_after_at` people are asked what came of a try.
    """

    spark: tuple[str, ...] = ("bulb",)
    tried: tuple[str, ...] = ("seedling",)
    at_most: Annotated[int, Meta(ge=1, le=5)] = 3
    ask_on: Weekday = Weekday.THURSDAY
    ask_at: str = "15:00"
    answer_by: str = "09:00"
    ask_after_at: str = "10:10"

    def __post_init__(self) -> None:
        """Refuse what is no time of day."""
        for each in (self.ask_at, self.answer_by, self.ask_after_at):
            time.fromisoformat(each)


feature = Feature(
    "ideas",
    Settings,
    writes="to ask whether an idea of yours may be told, and what came of it",
)
