"""Whether those who are rarely heard are heard more: figures of a network, never of a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from statistics import median

from msgspec import Struct

FEWEST = 5
"""Nothing is told of fewer people than this."""


class Featured(Struct, frozen=True, kw_only=True):
    """One idea that was told in a digest; `channel` is None where it came without a message."""

    author: int
    channel: int | None = None
    is_newcomer: bool = False


class Fairness(Struct, frozen=True, kw_only=True):
    """How exposure was shared out. None: there are fewer than five people to tell it of.

    `ideas` were featured, of `authors` different people (None where there are one to four) and
    from so many `channels`. `less_heard` is the share of these authors below the median share
    of voice, `newcomers` the share who were new when featured; `gini` is that of times featured
    over all who wrote: 0 all alike, towards 1 always the same few.
    """

    ideas: int
    authors: int | None
    channels: int | None
    less_heard: float | None
    newcomers: float | None
    gini: float | None


def fairness(featured: Sequence[Featured], messages: Mapping[int, int]) -> Fairness:
    """How the *featured* ideas of some weeks (twelve) shared out exposure.

    *messages* is how many each person who wrote in those weeks (or twenty) has written: the
    caller's choice, without bots and people who aren't to be counted.
    """
    authors = {one.author for one in featured}
    times = Counter(one.author for one in featured)
    is_told = len(authors) >= FEWEST
    everybody = messages.keys() | authors
    return Fairness(
        ideas=len(featured),
        authors=len(authors) if is_told or not authors else None,
        channels=len({one.channel for one in featured} - {None}) if is_told else None,
        less_heard=_share(authors, less_heard(messages)) if is_told else None,
        newcomers=(
            _share(authors, {one.author for one in featured if one.is_newcomer})
            if is_told
            else None
        ),
        gini=gini(times[person] for person in everybody) if is_told else None,
    )


def less_heard(messages: Mapping[int, int]) -> frozenset[int]:
    """Who of those who wrote has a share of voice below the median; *messages* by person."""
    written = {person: count for person, count in messages.items() if count > 0}
    middle = median(written.values()) if written else 0
    return frozenset(person for person, count in written.items() if count < middle)


def _share(of: Collection[int], among: Collection[int]) -> float:
    return sum(each in among for each in of) / len(of)


def gini(counts: Iterable[float]) -> float:
    """The Gini coefficient of non-negative *counts*: 0 where all are alike, or there are none."""
    ordered = sorted(counts)
    total = sum(ordered)
    if not total:
        return 0.0
    size = len(ordered)
    weighed = sum((2 * place - size - 1) * count for place, count in enumerate(ordered, 1))
    return weighed / (size * total)
