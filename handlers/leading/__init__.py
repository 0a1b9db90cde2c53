"""Roles for a while: who tends, and who supports from the hierarchy; each by their own yes."""

from __future__ import annotations

from handlers.leading import answering, asking, showing, sponsoring, terms
from handlers.leading.feature import Settings, feature

__all__ = ["Settings", "answering", "asking", "feature", "showing", "sponsoring", "terms"]
