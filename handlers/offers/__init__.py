"""Offers: what people would gladly give, until when; found by `/net who`, renewed by one tap."""

from __future__ import annotations

from handlers.offers import (
    after,
    answering,
    keeping,
    looking,
    making,
    owning,
    settling,
    typed,
    using,
    wanting,
)
from handlers.offers.feature import Settings, feature

__all__ = [
    "Settings",
    "after",
    "answering",
    "feature",
    "keeping",
    "looking",
    "making",
    "owning",
    "settling",
    "typed",
    "using",
    "wanting",
]
