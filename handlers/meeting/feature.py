"""The feature itself, and when there is a round."""

from __future__ import annotations

from datetime import time

from msgspec import Struct

from bot.domain.meeting import Cadence
from bot.domain.schedule import Weekday
from bot.feature import Feature
from bot.judgement.pairing import LARGEST


class Settings(Struct, frozen=True, kw_only=True):
    """When people are told whom they meet, how often, and how many meet at once."""

    day: Weekday = Weekday.TUESDAY
    at: str = "10:30"
    cadence: Cadence = Cadence.FORTNIGHTLY
    size: int = 2

    def __post_init__(self) -> None:
        """Refuse what is no time of day, and groups in which not everybody has a word."""
        time.fromisoformat(self.at)
        if not 2 <= self.size <= LARGEST:
            raise ValueError(f"size must be from 2 to {LARGEST}")


feature = Feature("meeting", Settings, writes="to ask whether you met over coffee")
