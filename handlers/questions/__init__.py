"""A question back to members in each digest, and what came of what they answered."""

from __future__ import annotations

from handlers.questions import asking, doing
from handlers.questions.asking import question_back
from handlers.questions.feature import Settings, feature

__all__ = ["Settings", "asking", "doing", "feature", "question_back"]
