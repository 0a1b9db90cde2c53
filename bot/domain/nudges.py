"""A nudge from draft to review: its kinds, its states, and which state may follow which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

_CALLED = {"leave-it": "ebb left alone"}


class ConveningKind(StrEnum):
    """The ways of bringing people together that there is a script for.

    leave-it is none of them: an ebb that was left alone, followed in the same way as the others.
    """

    QUESTION_ROUND = "question-round"
    ASKS_ROUND = "asks-round"
    COFFEE_PAIRS = "coffee-pairs"
    REVIEW_TRIO = "review-trio"
    SHOW_AND_TELL = "show-and-tell"
    HARVEST = "harvest"
    DIFFERENCE_ROUND = "difference-round"
    STOP_ROUND = "stop-round"
    CALL = "call"
    WELCOME_BACK = "welcome-back"
    LEAVE_IT = "leave-it"

    @property
    def called(self) -> str:
        """How people call it: "question round"."""
        return _CALLED.get(self.value) or self.value.replace("-", " ")

    @property
    def one(self) -> str:
        """One of them: "a question round", "an asks round", "coffee pairs"."""
        if self.called.endswith("s"):
            return self.called
        return f"{'an' if self.called[0] in 'aeiou' else 'a'} {self.called}"


CONVENINGS = tuple(kind for kind in ConveningKind if kind is not ConveningKind.LEAVE_IT)
"""What can be drafted, approved and posted."""


class NudgeState(StrEnum):
    """Where a nudge is.

    drafted: its words are written; awaiting approval: those who tend have been shown them;
    scheduled: somebody approved it and it waits for its moment; posted; gathering: people answer
    it; reviewed: those who tend were told how it went. lapsed: nobody approved it in time;
    cancelled: somebody took it back; failed: it was approved, and could not be said.
    """

    DRAFTED = "drafted"
    AWAITING = "awaiting approval"
    SCHEDULED = "scheduled"
    POSTED = "posted"
    GATHERING = "gathering"
    REVIEWED = "reviewed"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    FAILED = "failed"


MOVES: Mapping[NudgeState, frozenset[NudgeState]] = {
    NudgeState.DRAFTED: frozenset({NudgeState.AWAITING, NudgeState.CANCELLED}),
    NudgeState.AWAITING: frozenset({NudgeState.SCHEDULED, NudgeState.LAPSED, NudgeState.CANCELLED}),
    NudgeState.SCHEDULED: frozenset(
        {NudgeState.AWAITING, NudgeState.POSTED, NudgeState.CANCELLED, NudgeState.FAILED}
    ),
    NudgeState.POSTED: frozenset({NudgeState.GATHERING, NudgeState.REVIEWED, NudgeState.CANCELLED}),
    NudgeState.GATHERING: frozenset({NudgeState.REVIEWED, NudgeState.CANCELLED}),
    NudgeState.REVIEWED: frozenset(),
    NudgeState.LAPSED: frozenset(),
    NudgeState.CANCELLED: frozenset(),
    NudgeState.FAILED: frozenset(),
}
"""What may follow each state. What is changed goes back, to be approved anew."""

OPEN = tuple(state for state in NudgeState if MOVES[state])
"""States in which something is still to come."""

SAID = (NudgeState.POSTED, NudgeState.GATHERING, NudgeState.REVIEWED)
"""States of what people have seen."""


def may_become(before: NudgeState, after: NudgeState) -> bool:
    """Whether a nudge that is *before* may be *after* next."""
    return after in MOVES[before]


def sources(after: NudgeState) -> frozenset[NudgeState]:
    """The states from which a nudge may come to be *after*."""
    return frozenset(before for before in NudgeState if may_become(before, after))


class Verdict(StrEnum):
    """What those who tend make of a nudge afterwards."""

    AGAIN = "worth doing again"
    NOT_WORTH_IT = "not worth it"


def kind_named(text: str) -> ConveningKind | None:
    """The kind of convening that somebody means by *text*, in one way or another of writing it."""
    plain = " ".join(text.casefold().replace("-", " ").replace("_", " ").split())
    found = [kind for kind in CONVENINGS if plain in (kind.called, f"{kind.called}s")]
    if not found and plain:
        found = [kind for kind in CONVENINGS if kind.called.startswith(plain)]
    return found[0] if len(found) == 1 else _OTHER_WORDS.get(plain)


_OTHER_WORDS: Mapping[str, ConveningKind] = {
    "question": ConveningKind.QUESTION_ROUND,
    "questions": ConveningKind.QUESTION_ROUND,
    "round": ConveningKind.QUESTION_ROUND,
    "asks": ConveningKind.ASKS_ROUND,
    "requests": ConveningKind.ASKS_ROUND,
    "pairs": ConveningKind.COFFEE_PAIRS,
    "coffees": ConveningKind.COFFEE_PAIRS,
    "pairing": ConveningKind.COFFEE_PAIRS,
    "trio": ConveningKind.REVIEW_TRIO,
    "trios": ConveningKind.REVIEW_TRIO,
    "troika": ConveningKind.REVIEW_TRIO,
    "show & tell": ConveningKind.SHOW_AND_TELL,
    "difference": ConveningKind.DIFFERENCE_ROUND,
    "two sides": ConveningKind.DIFFERENCE_ROUND,
    "gather": ConveningKind.HARVEST,
    "meeting": ConveningKind.CALL,
    "welcome back": ConveningKind.WELCOME_BACK,
}
