"""Ideas from the asking to the digest: who was asked, what they agreed to, and what was told."""

from __future__ import annotations

from bot.storage.ideas.moves import (
    choose,
    feature,
    forget,
    give_back,
    keep,
    let_go,
    move,
    remove,
    reword,
    settled_go,
    take,
    take_turns,
)
from bot.storage.ideas.questions import (
    APART,
    asked_before,
    asked_since,
    held_of,
    keyed,
    numbered,
    of_person,
    of_week,
    overdue,
    told_ever,
    told_since,
    waiting,
)
from bot.storage.ideas.sources import (
    VOICE,
    Source,
    agreed_micros,
    source_of,
    voices,
)
from bot.storage.ideas.table import (
    Idea,
)

__all__ = [
    "APART",
    "VOICE",
    "Idea",
    "Source",
    "agreed_micros",
    "asked_before",
    "asked_since",
    "choose",
    "feature",
    "forget",
    "give_back",
    "held_of",
    "keep",
    "keyed",
    "let_go",
    "move",
    "numbered",
    "of_person",
    "of_week",
    "overdue",
    "remove",
    "reword",
    "settled_go",
    "source_of",
    "take",
    "take_turns",
    "told_ever",
    "told_since",
    "voices",
    "waiting",
]
