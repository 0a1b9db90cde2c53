"""From coming in to taking part: a hello, a first offer and ask, an introduction; going well."""

from __future__ import annotations

from handlers.joining import beginning, coming, going, holding, introducing, returning
from handlers.joining.feature import Settings, feature

__all__ = [
    "Settings",
    "beginning",
    "coming",
    "feature",
    "going",
    "holding",
    "introducing",
    "returning",
]
