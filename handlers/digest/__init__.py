"""The weekly digest: what every feature has to say of the week, once in every local ISO week."""

from __future__ import annotations

from handlers.digest import editing, posting, use
from handlers.digest.editing import next_week, preview_values
from handlers.digest.feature import Settings, feature, newest_week, period_of, schedule
from handlers.digest.posting import compose, values

__all__ = [
    "Settings",
    "compose",
    "editing",
    "feature",
    "newest_week",
    "next_week",
    "period_of",
    "posting",
    "preview_values",
    "schedule",
    "use",
    "values",
]
