"""The feature itself, so that each of its parts can plug into it."""

from __future__ import annotations

from msgspec import Struct

from bot.feature import Feature


class Settings(Struct, frozen=True, kw_only=True):
    """Nothing to set."""


feature = Feature("stories", Settings, writes="to tell what somebody found with an idea of yours")
