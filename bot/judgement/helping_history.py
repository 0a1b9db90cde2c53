"""Who has helped whom, and where: counts from messages' metadata, older ones weighing less.

One message at a time, in order of time: what is told at some moment rests on the messages before
it. Whoever writes in a conversation that somebody else opened has helped them, once in that
conversation. A conversation is a thread; where there are hardly any, a channel's messages until it
is silent for 45 minutes. No word of a message is looked at.

What counts fades by halves (forward decay: Cormode, Shkapenyuk, Srivastava and Xu, ICDE 2009,
https://doi.org/10.1109/ICDE.2009.65), so a count is one number, brought forward only when read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from heapq import nlargest
from itertools import chain, islice
from typing import NamedTuple, Self

from bot.judgement.talk import DAY, SILENCE, THREADED_FROM, Said

HALF_LIFE = 180 * DAY
TOP = 30
RECENT = 25
LAST_FEW = 5  # people who wrote in a conversation before

NEVER = float("inf")


class Facts(NamedTuple):
    """What is known of a person as to one ask: faded counts, and days since they last wrote.

    `here` is the ask's channel. `together` is how often they took part in what its asker did, and
    `answered` how often they helped its asker.
    """

    helped_here: float = 0.0
    helped: float = 0.0
    wrote_here: float = 0.0
    together: float = 0.0
    answered: float = 0.0
    idle: float = NEVER
    idle_here: float = NEVER


class _Count:
    """What one person did in a place, or together with somebody, and when they wrote last."""

    __slots__ = ("helped", "last", "wrote")

    def __init__(self) -> None:
        self.helped = self.wrote = 0.0
        self.last = 0


_NOTHING = _Count()
_Counts = dict[int, _Count]  # whoever's changed last stands last


class _Place:
    """Everybody's counts in a channel, or in all; `top` are the most helpful, and some more.

    A count brought forward only grows, so whoever is to be in `top` passes its `bar` some time.
    """

    __slots__ = ("bar", "counts", "top")

    def __init__(self) -> None:
        self.counts: _Counts = {}
        self.top: set[int] = set()
        self.bar = (0.0, 0.0)

    def write(self, person: int, weight: float, at: int) -> None:
        count = self.counts.pop(person) if person in self.counts else _Count()
        self.counts[person] = count
        count.wrote += weight
        count.last = at
        self._grown(person)

    def help(self, person: int, weight: float) -> None:
        self.counts[person].helped += weight
        self._grown(person)

    def _grown(self, person: int) -> None:
        if person in self.top or self._worth(person) <= self.bar:
            return
        self.top.add(person)
        if len(self.top) > 2 * TOP:
            best = nlargest(TOP, self.top, key=self._worth)
            self.top, self.bar = set(best), self._worth(best[-1])

    def _worth(self, person: int) -> tuple[float, float]:
        count = self.counts[person]
        return count.helped, count.wrote


_NOWHERE = _Place()


class History:
    """The counts of a network's messages heard so far."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self._began: int | None = None
        self._latest = 0
        self._all = _Place()
        self._here: dict[int, _Place] = {}
        self._near: dict[int, _Counts] = {}
        self._opened: dict[int, dict[int, int]] = {}
        self._talks: dict[tuple[int, int], list[int]] = {}
        self._flat: dict[int, tuple[int, int]] = {}
        self._heard: Counter[int] = Counter()
        self._replies: Counter[int] = Counter()

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
        self._latest = one.ts
        weight = self._weight(one.ts)
        places = self._all, self._here.setdefault(one.channel, _Place())
        for place in places:
            place.write(one.author, weight, one.ts)
        self._heard[one.channel] += 1
        began = self._begun(one)
        opener = self._opened.setdefault(one.channel, {}).setdefault(began, one.author)
        if one.author == opener:
            return
        people = self._talks.setdefault((one.channel, began), [opener])
        if one.author not in people:
            for place in places:
                place.help(one.author, weight)
            self._near_each_other(one.author, people, weight)
            people.append(one.author)

    def people(self, *, channel: int | None, asker: int) -> set[int]:
        """Who is looked at for an ask: the most helpful and the latest, here and everywhere."""
        here = self._at(channel)
        near = self._near.get(asker, {})
        recent = (self._all.counts, here.counts, near)
        latest = (islice(reversed(counts), RECENT) for counts in recent)
        return {*self._all.top, *here.top, *chain.from_iterable(latest)} - {asker}

    def facts(
        self, people: Iterable[int], *, channel: int | None, asker: int, at: int
    ) -> Iterator[Facts]:
        """What is known of each of *people* as to an ask of *asker* at *at* (microseconds)."""
        now = self._weight(at)
        here = self._at(channel).counts
        near = self._near.get(asker, {})
        for person in people:
            everywhere = self._all.counts.get(person, _NOTHING)
            place = here.get(person, _NOTHING)
            both = near.get(person, _NOTHING)
            yield Facts(
                place.helped / now,
                everywhere.helped / now,
                place.wrote / now,
                both.wrote / now,
                both.helped / now,
                max(0, at - everywhere.last) / DAY if everywhere.last else NEVER,
                max(0, at - place.last) / DAY if place.last else NEVER,
            )

    def _at(self, channel: int | None) -> _Place:
        return _NOWHERE if channel is None else self._here.get(channel, _NOWHERE)

    def near(self, person: int) -> dict[int, float]:
        """With whom *person* took part in conversations, and how often, as of the last message."""
        now = self._weight(self._latest)
        return {one: each.wrote / now for one, each in self._near.get(person, {}).items()}

    def _weight(self, at: int) -> float:
        if self._began is None:
            self._began = at
        return float(2.0 ** ((at - self._began) / HALF_LIFE))

    def _begun(self, one: Said) -> int:
        """When the conversation began that a message is part of; its opening is remembered."""
        if one.thread is not None and one.thread != one.ts:
            self._replies[one.channel] += 1
            return one.thread
        self._opened.setdefault(one.channel, {}).setdefault(one.ts, one.author)
        if self._replies[one.channel] >= THREADED_FROM * self._heard[one.channel]:
            return one.ts
        begun, last = self._flat.get(one.channel, (one.ts, one.ts))
        begun = one.ts if one.ts - last > SILENCE else begun
        self._flat[one.channel] = begun, one.ts
        return begun

    def _near_each_other(self, person: int, people: list[int], weight: float) -> None:
        opener = people[0]
        for other in {opener, *people[-LAST_FEW:]}:
            for one, two in ((person, other), (other, person)):
                near = self._near.setdefault(one, {})
                count = near.pop(two) if two in near else _Count()
                count.wrote += weight
                near[two] = count
        self._near[opener][person].helped += weight
