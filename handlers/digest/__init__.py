"""The weekly digest: what every feature has to say of the week, once in every local ISO week."""

from __future__ import annotations

from handlers.digest import editing, inviting, posting, typed, use
from handlers.digest.feature import Settings, feature, newest_week, period_of, schedule
from handlers.digest.posting import compose, values
from handlers.digest.previewing import next_week, preview_values

__all__ = [
    "Settings",
    "compose",
    "editing",
    "feature",
    "inviting",
    "newest_week",
    "next_week",
    "period_of",
    "posting",
    "preview_values",
    "schedule",
    "typed",
    "use",
    "values",
]
