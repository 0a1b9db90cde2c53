"""Who has helped whom, and where: counts from messages' metadata, older ones weighing less.

One message at a time, in order of time: what is told at some moment rests on the messages before
it. Whoever writes in a conversation that somebody else opened has helped them, once in that
conversation. A conversation is a thread; outside threads, a channel's messages until it is silent
for 45 minutes. No word of a message is looked at.

What counts fades by halves (forward decay: Cormode, Shkapenyuk, Srivastava and Xu, ICDE 2009,
https://doi.org/10.1109/ICDE.2009.65), so a count is one number, brought forward only when read.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import NamedTuple, Self, TypeVar

from bot.judgement.talk import DAY, SILENCE, Said

HALF_LIFE = 45 * DAY

K = TypeVar("K", bound=Hashable)


class Facts(NamedTuple):
    """What is known of a person as to one ask: faded counts; `idle` days since they last wrote.

    `here` is the ask's channel; `answered` is how often they helped its asker before.
    """

    helped_here: float = 0.0
    helped: float = 0.0
    wrote_here: float = 0.0
    wrote: float = 0.0
    answered: float = 0.0
    idle: float = float("inf")


class History:
    """The counts of a network's messages heard so far."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self._began: int | None = None
        self._helped: dict[int, float] = {}
        self._wrote: dict[int, float] = {}
        self._helped_here: dict[tuple[int, int], float] = {}
        self._wrote_here: dict[tuple[int, int], float] = {}
        self._answered: dict[tuple[int, int], float] = {}
        self._seen: dict[int, int] = {}
        self._openers: dict[tuple[int, int], tuple[int, set[int]]] = {}
        self._flat: dict[int, tuple[int, int]] = {}

    @classmethod
    def of(cls, said: Iterable[Said]) -> Self:
        """The counts of all these messages."""
        found = cls()
        for one in sorted(said, key=lambda each: (each.ts, each.channel)):
            found.hear(one)
        return found

    def hear(self, one: Said) -> None:
        """Count one message more; it is no earlier than those before it. Bots don't count."""
        if one.is_bot:
            return
        weight = self._weight(one.ts)
        self._seen[one.author] = one.ts
        _add(self._wrote, one.author, weight)
        _add(self._wrote_here, (one.channel, one.author), weight)
        opener, helpers = self._openers.setdefault(self._conversation(one), (one.author, set()))
        if one.author != opener and one.author not in helpers:
            helpers.add(one.author)
            _add(self._helped, one.author, weight)
            _add(self._helped_here, (one.channel, one.author), weight)
            _add(self._answered, (opener, one.author), weight)

    def facts(self, person: int, *, channel: int | None, asker: int, at: int) -> Facts:
        """What is known of *person* as to an ask of *asker* at *at* (microseconds)."""
        now = self._weight(at)
        seen = self._seen.get(person)
        if seen is None:
            return Facts()
        here = (-1 if channel is None else channel, person)
        return Facts(
            helped_here=self._helped_here.get(here, 0.0) / now,
            helped=self._helped.get(person, 0.0) / now,
            wrote_here=self._wrote_here.get(here, 0.0) / now,
            wrote=self._wrote.get(person, 0.0) / now,
            answered=self._answered.get((asker, person), 0.0) / now,
            idle=max(0, at - seen) / DAY,
        )

    def _weight(self, at: int) -> float:
        if self._began is None:
            self._began = at
        return float(2.0 ** ((at - self._began) / HALF_LIFE))

    def _conversation(self, one: Said) -> tuple[int, int]:
        if one.thread is not None and one.thread != one.ts:
            return one.channel, one.thread
        begun, last = self._flat.get(one.channel, (one.ts, one.ts))
        if one.thread is not None or one.ts - last > SILENCE:
            begun = one.ts
        self._flat[one.channel] = begun, one.ts
        return one.channel, begun


def _add(counts: dict[K, float], key: K, weight: float) -> None:
    counts[key] = counts.get(key, 0.0) + weight
