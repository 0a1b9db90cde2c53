"""What an asks round came to, told in words that tell nothing of fewer than five people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from bot.judgement.few import FEW


class Tally(NamedTuple):
    """How many people asked, and to how many somebody of another group said that they can help."""

    asked: int
    across: int

    @classmethod
    def of(
        cls,
        asked: Collection[int],
        helped: Iterable[tuple[int, int]],
        homes: Mapping[int, int],
    ) -> Tally:
        """Count it of those who *asked*, and of (asker, helper); whose group isn't known is left.

        *homes* is each person's group (`bot.judgement.corners`).
        """
        across = {
            asker
            for asker, helper in helped
            if asker in asked and asker in homes and homes.get(helper, homes[asker]) != homes[asker]
        }
        return cls(len(asked), len(across))

    @property
    def is_few(self) -> bool:
        """Whether too few asked to say more of it."""
        return self.asked < FEW

    @property
    def across_in_words(self) -> str:
        """How many of those who asked that was: a number only where it and the rest are five."""
        if self.across in (0, self.asked):
            return "all" if self.across else "none"
        if self.across < FEW:
            return "a few"
        return "most" if self.asked - self.across < FEW else f"{self.across}"
