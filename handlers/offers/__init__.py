"""Offers: what people would gladly give, until when; found by `/net who`, renewed by one tap."""

from __future__ import annotations

from handlers.offers import keeping, looking, making
from handlers.offers.feature import Settings, feature

__all__ = ["Settings", "feature", "keeping", "looking", "making"]
