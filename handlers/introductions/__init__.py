"""Introductions: two people hear of each other if both say yes; bridges between groups."""

from __future__ import annotations

from handlers.introductions import (
    answering,
    bridging,
    closing,
    holding,
    looking,
    proposing,
    typed,
)
from handlers.introductions.feature import Settings, feature

__all__ = [
    "Settings",
    "answering",
    "bridging",
    "closing",
    "feature",
    "holding",
    "looking",
    "proposing",
    "typed",
]
