"""Tending as a role for a while: terms, handing on with the other's yes, and who tends now."""

from __future__ import annotations

from handlers.leading import answering, asking, showing, terms
from handlers.leading.feature import Settings, feature

__all__ = ["Settings", "answering", "asking", "feature", "showing", "terms"]
