"""The feature itself, so that each of its parts can plug into it."""

from __future__ import annotations

from msgspec import Struct

from bot.feature import Feature


class Settings(Struct, frozen=True, kw_only=True):
    """Nothing to set: everything has a plain default."""


feature = Feature("founding", Settings)
