"""What the network knows: notes of conversations, its own words, and a way to find both again."""

from __future__ import annotations

from handlers.knowledge import harvesting, helping, looking, sharing, telling, words
from handlers.knowledge.feature import Settings, feature

__all__ = [
    "Settings",
    "feature",
    "harvesting",
    "helping",
    "looking",
    "sharing",
    "telling",
    "words",
]
