"""Our charter: read it, agree or not, see what changed, and be asked again when it matters."""

from __future__ import annotations

from handlers.charter import answering, beginning, changing, due, reading, showing, tending
from handlers.charter.feature import Settings, feature

__all__ = [
    "Settings",
    "answering",
    "beginning",
    "changing",
    "due",
    "feature",
    "reading",
    "showing",
    "tending",
]
