"""Coffee pairs: people who haven't met yet, of different corners, who said that they'd like to."""

from __future__ import annotations

from handlers.meeting import (
    after,
    choosing,
    gathering,
    holding,
    reviewing,
    rounds,
    sharing,
    tending,
    times,
)
from handlers.meeting.feature import Settings, feature

__all__ = [
    "Settings",
    "after",
    "choosing",
    "feature",
    "gathering",
    "holding",
    "reviewing",
    "rounds",
    "sharing",
    "tending",
    "times",
]
