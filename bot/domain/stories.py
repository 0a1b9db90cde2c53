"""What came of what we did together: a story in four lines, for whom it is, and how sure it is.

The chain is that of Wenger, Trayner and de Laat, Promoting and assessing value creation in
communities and networks (2011): from an activity to what was learned, applied, and came of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from bot.domain.audiences import Audience
from bot.domain.drafts import is_too_large


class StoryState(StrEnum):
    """shared: its audiences may be told; withdrawn: taken back, and its words are deleted."""

    SHARED = "shared"
    WITHDRAWN = "withdrawn"


class Sure(StrEnum):
    """How sure whoever tells it is of what came of it."""

    HUNCH = "hunch"
    SEEN = "seen"
    COUNTED = "counted"

    @property
    def label(self) -> str:
        """As a choice in a form says it, and a story below its lines."""
        return _LABELS[self]


_LABELS = {
    Sure.HUNCH: "It's a hunch",
    Sure.SEEN: "Several of us saw it",
    Sure.COUNTED: "We counted, before and after",
}

LONGEST = 280
"""Characters of one line of a story: a sentence or two."""


class Draft(Struct, frozen=True, kw_only=True, array_like=True):
    """A story before it is shared; it is kept nowhere but in the preview that shows it.

    `of_try` is the number of the try that it is about, or 0; `outcome` what became of that, or "".
    """

    did: str
    learned: str
    changed: str = ""
    result: str = ""
    sure: Sure = Sure.HUNCH
    audiences: tuple[Audience, ...] = (Audience.NETWORK,)
    is_named: bool = True
    of_try: int = 0
    outcome: str = ""

    @property
    def lines(self) -> Sequence[str]:
        """What was done, learned, done differently, and came of it; "" where nothing was said."""
        return (self.did, self.learned, self.changed, self.result)


FIELDS = ("did", "learned", "changed", "result")


def faults_in(draft: Draft) -> dict[str, str]:
    """What is wrong with it, in plain English, by the line's name."""
    wrong = {
        name: f"That is {len(line)} characters. {LONGEST} are the most: a sentence or two."
        for name, line in zip(FIELDS, draft.lines, strict=True)
        if len(line) > LONGEST
    }
    for name in ("did", "learned"):
        if not getattr(draft, name):
            wrong[name] = "Write a sentence; the lines after it may stay empty."
    if not wrong and is_too_large(draft):
        wrong["result"] = "That is a little too long all together. Could it be shorter?"
    return wrong
