"""A private word that something doesn't feel like our charter, and steps that people take."""

from __future__ import annotations

from handlers.flags import agreeing, hearing, holding, typed, writing
from handlers.flags.feature import Settings, feature

__all__ = ["Settings", "agreeing", "feature", "hearing", "holding", "typed", "writing"]
