"""Find what was said that deserves more ears, and ask its author before anybody sees it again."""

from __future__ import annotations

from handlers.ideas import (
    answering,
    asking,
    catching_up,
    choosing,
    following,
    found,
    hearing,
    noticing,
    offering,
    shelf,
    telling,
    trying,
    writing,
)
from handlers.ideas.feature import Settings, feature
from handlers.ideas.noticing import candidates
from handlers.ideas.telling import worth_hearing

__all__ = [
    "Settings",
    "answering",
    "asking",
    "candidates",
    "catching_up",
    "choosing",
    "feature",
    "following",
    "found",
    "hearing",
    "noticing",
    "offering",
    "shelf",
    "telling",
    "trying",
    "worth_hearing",
    "writing",
]
