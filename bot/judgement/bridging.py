"""Who hasn't met and might: two groups without a bridge, two people whom one person has helped.

A group is the people who are at home in one channel (`bot.judgement.corners`), five at the least:
of fewer nothing is said. Two groups want a bridge where hardly any of one and of the other have
answered or helped each other. Of such pairs the one comes first that has most in common: ideas
come from where groups meet (Burt 2004, https://doi.org/10.1086/421787), and moderately weak ties
carry them best, so a third group that both exchange with speaks for a pair as well. To introduce
two who share a helper closes a triangle (Simmel's; Granovetter 1973,
https://doi.org/10.1086/225469).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple

from bot.judgement.fitting import COMMON, fits
from bot.judgement.likeness import stems

FEWEST = 5
"""People: of a smaller group nothing is said."""
FEW = 2
"""Pairs of people: where more have exchanged, there is a bridge."""
SHARED = 0.5
"""What a third group that both exchange with is worth, beside having everything in common."""
MOST_HELPED = 60
"""Of one person's receivers so many are looked at, drawn by lot."""

Pair = tuple[int, int]
"""Two numbers, the lower first."""


def pair_of(one: int, other: int) -> Pair:
    """The two in order."""
    return min(one, other), max(one, other)


class Missing(NamedTuple):
    """Two groups (channels) that hardly exchange; `is_none`: not at all."""

    one: int
    other: int
    is_none: bool


def groups(homes: Mapping[int, int]) -> dict[int, frozenset[int]]:
    """The people of each channel, where at least five are at home; *homes* by person."""
    found: dict[int, set[int]] = {}
    for person, home in homes.items():
        found.setdefault(home, set()).add(person)
    return {home: frozenset(people) for home, people in found.items() if len(people) >= FEWEST}


def crossings(exchanged: Iterable[Pair], homes: Mapping[int, int]) -> Counter[Pair]:
    """How many pairs of people of each two groups have exchanged; *exchanged* are people."""
    people = {pair_of(*each) for each in exchanged if each[0] in homes and each[1] in homes}
    at_home = (pair_of(homes[one], homes[other]) for one, other in people)
    return Counter(each for each in at_home if each[0] != each[1])


def missing(
    homes: Mapping[int, int],
    exchanged: Iterable[Pair],
    *,
    common: Mapping[Pair, float],
    besides: Collection[Pair],
    seed: int,
) -> Missing | None:
    """The two groups that most want a bridge; None where there are none such.

    *common* is what two groups have in common (0 to 1), *besides* the pairs that were suggested
    lately. The *seed* settles ties.
    """
    large = groups(homes)
    crossed = crossings(exchanged, {who: home for who, home in homes.items() if home in large})
    apart = [
        each
        for each in combinations(sorted(large), 2)
        if crossed[each] <= FEW and each not in besides
    ]

    def worth(each: Pair) -> tuple[bool, float, int]:
        shared = _shares_neighbour(each, crossed, large)
        return not crossed[each], common.get(each, 0.0) + SHARED * shared, _lot(seed, *each)

    best = max(apart, key=worth, default=None)
    return None if best is None else Missing(*best, is_none=not crossed[best])


def in_common(said: Mapping[int, Sequence[str]]) -> dict[Pair, float]:
    """How many words that matter two groups share, of those of the one with fewer: 0 to 1.

    *said* is what the people of each group have said for everybody to read.
    """
    words = {home: _words(sayings) for home, sayings in said.items()}
    return {
        (one, other): len(words[one] & words[other]) / min(len(words[one]), len(words[other]))
        for one, other in combinations(sorted(words), 2)
        if words[one] and words[other]
    }


def _words(sayings: Sequence[str]) -> frozenset[str]:
    return frozenset(word for each in sayings for word in stems(each)) - COMMON


class Says(NamedTuple):
    """What somebody offers: the offer's number, the person's, and the words."""

    number: int
    person: int
    words: str


def suited(
    ones: Sequence[Says], others: Sequence[Says], *, known: Collection[Pair], seed: int
) -> Pair | None:
    """The numbers of two offers, one of each side, that suit each other best; None if none may.

    None of two people who have exchanged. The *seed* settles ties.
    """
    shut = {pair_of(*each) for each in known}
    fitting = {one.number: fits(one.words, [each.words for each in others]) for one in ones}
    best = max(
        (
            (round(fit, 6), _lot(seed, one.number, other.number), (one.number, other.number))
            for one in ones
            for other, fit in zip(others, fitting[one.number], strict=True)
            if one.person != other.person and pair_of(one.person, other.person) not in shut
        ),
        default=None,
    )
    return best[2] if best else None


def _shares_neighbour(pair: Pair, crossed: Counter[Pair], large: Collection[int]) -> bool:
    """Whether both exchange with a third group."""
    one, other = pair
    return any(
        crossed[pair_of(one, third)] and crossed[pair_of(other, third)]
        for third in large
        if third not in pair
    )


def triangles(
    helped: Iterable[Pair],
    *,
    may: Collection[int],
    known: Collection[Pair],
    homes: Mapping[int, int],
    seed: int,
) -> list[Pair]:
    """Pairs of people who share a helper and don't know each other, best first, nobody twice.

    *helped* are (giver, receiver); *may* is who may be asked, *known* whoever exchanged, met, or
    isn't to be asked. The more helpers two share, the better; then those of different groups.
    """
    receivers: dict[int, set[int]] = {}
    shut = {pair_of(*each) for each in known}
    for giver, receiver in helped:
        shut.add(pair_of(giver, receiver))
        if receiver in may and giver != receiver:
            receivers.setdefault(giver, set()).add(receiver)
    shared: Counter[Pair] = Counter()
    for giver, people in receivers.items():
        some = sorted(people, key=lambda who: _lot(seed, giver, who))[:MOST_HELPED]
        shared.update(combinations(sorted(some), 2))

    def worth(each: Pair) -> tuple[int, bool, int]:
        one, other = (homes.get(who) for who in each)
        is_apart = None not in (one, other) and one != other
        return -shared[each], not is_apart, _lot(seed, *each)

    taken: set[int] = set()
    found = []
    for each in sorted((each for each in shared if each not in shut), key=worth):
        if taken.isdisjoint(each):
            taken.update(each)
            found.append(each)
    return found


class Came(StrEnum):
    """What came of a bridge: nothing so far, some exchange, or exchange that goes on."""

    NONE = "none"
    SOME = "some"
    LASTS = "lasts"


class Exchanged(NamedTuple):
    """One person answered or helped another, at a time in microseconds."""

    at: int
    one: int
    other: int


def came_of_it(
    exchanged: Sequence[Exchanged],
    homes: Mapping[int, int],
    between: Pair,
    *,
    since: int,
    until: int,
) -> Came | None:
    """What people of two groups did from *since* to before *until* (microseconds).

    It lasts where they exchanged in the first half of that time, and in the second. None where one
    of the groups has come to have fewer than five people, of whom nothing is said.
    """
    if not {*between} <= groups(homes).keys():
        return None
    middle = (since + until) // 2
    halves = {
        each.at >= middle
        for each in exchanged
        if since <= each.at < until
        and each.one in homes
        and each.other in homes
        and pair_of(homes[each.one], homes[each.other]) == pair_of(*between)
    }
    return (Came.NONE, Came.SOME, Came.LASTS)[len(halves)]


def _lot(seed: int, *numbers: int) -> int:
    """A number that is drawn once and for all for *numbers* by *seed*."""
    text = "/".join(map(str, (seed, *numbers)))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
