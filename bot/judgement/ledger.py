"""The ledger as the judgement sees it: asks, offers, help given, check-ins, stories that ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Ask(NamedTuple):
    """An ask: when it was opened, first taken up and closed; times in microseconds UTC, or None.

    `done` says that it was closed because it was met; `post` is the message (channel, ts) that
    shows it, where there is one.
    """

    opened: int
    answered: int | None = None
    closed: int | None = None
    done: bool = False
    post: tuple[int, int] | None = None

    def waits_at(self, at: int) -> bool:
        """Whether it was open then, and nobody had taken it up."""
        taken = self.answered is not None and self.answered < at
        shut = self.closed is not None and self.closed < at
        return self.opened < at and not taken and not shut


class Offer(NamedTuple):
    """An offer: when it was made, and when it ended (None: it stands)."""

    opened: int
    closed: int | None = None

    def stands_at(self, at: int) -> bool:
        """Whether it could be taken up then."""
        return self.opened < at and (self.closed is None or self.closed >= at)


class Helped(NamedTuple):
    """One person helped another: members' numbers, and the time in microseconds UTC."""

    at: int
    giver: int
    receiver: int


class CheckedIn(NamedTuple):
    """A check-in: how many answered, and how many said that the purpose is nearly or wholly met."""

    at: int
    answers: int
    nearly_met: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Ledger:
    """All that was asked, offered and given; `results` are when stories came to their result."""

    asks: Sequence[Ask] = ()
    offers: Sequence[Offer] = ()
    helped: Sequence[Helped] = ()
    check_ins: Sequence[CheckedIn] = ()
    results: Sequence[int] = ()

    def opened(self, begin: int, end: int) -> list[Ask]:
        """The asks opened from *begin* to before *end*."""
        return [ask for ask in self.asks if begin <= ask.opened < end]

    def done(self, begin: int, end: int) -> int:
        """How many asks were closed as met from *begin* to before *end*."""
        return sum(a.done and a.closed is not None and begin <= a.closed < end for a in self.asks)

    def hands(self, begin: int, end: int) -> int:
        """How many people gave or got help from *begin* to before *end*."""
        given = [one for one in self.helped if begin <= one.at < end]
        return len({one.giver for one in given} | {one.receiver for one in given})

    def ring(self, begin: int, end: int) -> int:
        """The longest way on which help was passed on: by people who had been helped before."""
        return longest_ring(one for one in self.helped if begin <= one.at < end)


def longest_ring(helped: Iterable[Helped]) -> int:
    """How many times help was passed on in a row, at most (A helps B, B helps C: two)."""
    reach: dict[int, int] = {}
    for one in sorted(helped):
        passed = reach.get(one.giver, 0) + 1
        reach[one.receiver] = max(reach.get(one.receiver, 0), passed)
    return max(reach.values(), default=0)
