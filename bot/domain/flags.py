"""Something doesn't feel like our charter: a private word of it, and the steps people take."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

KEPT = timedelta(days=90)
"""How long a flag is held, whatever became of it."""

LONGEST = 600
"""Characters of what somebody writes of it: a few sentences."""


class FlagState(StrEnum):
    """waiting: nobody has read it yet; taken: somebody has; closed; withdrawn by its writer."""

    WAITING = "waiting"
    TAKEN = "taken"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


OPEN = (FlagState.WAITING, FlagState.TAKEN)


class Matter(StrEnum):
    """What is noted, or held, only with a yes of both sides.

    The ladder of guardrail "conflict stays human", step by step; a difference round; and what
    both learned.
    """

    WORD = "word"
    CHARTER = "charter"
    MEDIATED = "mediated"
    TIMEOUT = "timeout"
    LEAVE = "leave"
    ROUND = "round"
    LEARNED = "learned"

    @property
    def words(self) -> str:
        """What both are asked to agree to, as a sentence says it."""
        return _WORDS[self]


_WORDS = {
    Matter.WORD: "that you two had a private word",
    Matter.CHARTER: "that you two talked with our charter in front of you",
    Matter.MEDIATED: "that you two talked with somebody between you",
    Matter.TIMEOUT: "that one of you takes time out, with a way back that was agreed",
    Matter.LEAVE: "that one of you leaves, and may come back",
    Matter.ROUND: "a difference round: both sides in their own words, and nobody has to win",
    Matter.LEARNED: "what you both learned",
}
LADDER = (Matter.WORD, Matter.CHARTER, Matter.MEDIATED, Matter.TIMEOUT, Matter.LEAVE)


class AgreementState(StrEnum):
    """first, second: whose answer it waits for; agreed: both said yes; declined: one said no."""

    FIRST = "first"
    SECOND = "second"
    AGREED = "agreed"
    DECLINED = "declined"
