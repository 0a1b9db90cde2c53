"""The feature itself, and when there is a round."""

from __future__ import annotations

from datetime import time

from msgspec import Struct

from bot.domain.meeting import LARGEST, SMALLEST, Cadence, Rhythm
from bot.domain.schedule import Weekday
from bot.feature import Feature
from bot.storage.circles import Circle


class Settings(Struct, frozen=True, kw_only=True):
    """When people are told whom they meet, how often, and how many meet at once.

    Those who tend may have it otherwise, with ``/tend pairs``.
    """

    day: Weekday = Weekday.TUESDAY
    at: str = "10:30"
    cadence: Cadence = Cadence.FORTNIGHTLY
    size: int = 2

    def __post_init__(self) -> None:
        """Refuse what is no time of day, and groups in which not everybody has a word."""
        time.fromisoformat(self.at)
        if not SMALLEST <= self.size <= LARGEST:
            raise ValueError(f"size must be from {SMALLEST} to {LARGEST}")


feature = Feature("meeting", Settings, writes="to ask whether you met over coffee")


def rhythm_of(settings: Settings, circle: Circle | None) -> Rhythm:
    """How the people of *circle* meet: as those who tend have said, else as the installation."""
    as_installed = Rhythm(cadence=settings.cadence, day=settings.day, size=settings.size)
    if circle is None:
        return as_installed
    return Rhythm(
        cadence=Cadence(circle.cadence) if circle.cadence else as_installed.cadence,
        day=Weekday(circle.day) if circle.day else as_installed.day,
        size=circle.size or as_installed.size,
    )
