"""Asks: say what would help and by when; a few who may well help are asked, and all may answer."""

from __future__ import annotations

from handlers.asks import (
    carrying,
    ending,
    helping,
    keeping,
    listing,
    matching,
    posting,
    rounds,
    typed,
    writing,
)
from handlers.asks.feature import Settings, feature

__all__ = [
    "Settings",
    "carrying",
    "ending",
    "feature",
    "helping",
    "keeping",
    "listing",
    "matching",
    "posting",
    "rounds",
    "typed",
    "writing",
]
