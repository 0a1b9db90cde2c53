"""A network's first run: five steps for who begins to tend it, and each may be skipped."""

from __future__ import annotations

from handlers.founding import answering, stepping
from handlers.founding.feature import Settings, feature

__all__ = ["Settings", "answering", "feature", "stepping"]
