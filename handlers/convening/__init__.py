"""Bring people together: drafts that a person approves, posted once, and how it went told after."""

from __future__ import annotations

from handlers.convening import acting, inviting, posting, reviewing, sharing
from handlers.convening.feature import Settings, feature

__all__ = ["Settings", "acting", "feature", "inviting", "posting", "reviewing", "sharing"]
