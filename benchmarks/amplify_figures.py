"""What came of a ranker's digests, and how sure that is: figures, means and intervals."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from itertools import zip_longest
from math import log2
from statistics import fmean, median

import msgspec
import numpy as np

from benchmarks.amplify_communities import DAY, Message
from bot.judgement.fairness import gini
from bot.judgement.little_known_document import History, IdeasDocument, MessageGiven

K = 10
TOGETHER = 12  # digests
REST = 56 * DAY

Ranker = Callable[[IdeasDocument], Sequence[int | str]]
Figures = dict[str, list[float]]
NAMES = (
    *("ndcg", "hidden", "after", "hidden after", "late"),
    *("peripheral", "new", "gini", "again"),
)


class Digest(msgspec.Struct, frozen=True):
    """What was known at a digest's moment, and which messages later proved worth it."""

    now: int
    document: IdeasDocument
    messages: list[Message]
    truths: dict[str, frozenset[int]]


def ndcg(shown: Sequence[int], truth: frozenset[int]) -> float:
    """Normalised discounted cumulative gain of the first ten."""
    gain = sum(1 / log2(place + 2) for place, one in enumerate(shown) if one in truth)
    return gain / sum(1 / log2(place + 2) for place in range(min(K, len(truth))))


def judged(
    cuts: Sequence[Sequence[Digest]], begin: Callable[[], Ranker], *, rested: bool = False
) -> list[Figures]:
    """What came of a community's digests; those of the same weeks in all cuts are one.

    Each cut is a run of its own: *begin* gives a ranker that remembers nothing yet.
    """
    runs = [_judged(given, begin(), rested=rested) for given in cuts]
    return [_together(each) for each in zip_longest(*runs, fillvalue={})]


def _together(figures: Sequence[Figures]) -> Figures:
    found: Figures = defaultdict(list)
    for one in figures:
        for name, values in one.items():
            found[name] += values
    return dict(found)


def _judged(given: Sequence[Digest], ranker: Ranker, *, rested: bool = False) -> list[Figures]:
    """What came of each digest of a community, in order."""
    told: Counter[str] = Counter()
    shown_at: dict[str, int] = {}
    before: set[str] = set()
    recent: list[tuple[set[str], list[str]]] = []
    found: list[Figures] = []
    for digest in given:
        document = msgspec.structs.replace(
            digest.document, history=History(author_exposure=dict(told))
        )
        if rested:
            left = [m for m in document.messages if _has_rested(m, shown_at, digest.now)]
            document = msgspec.structs.replace(document, messages=left)
        shown = [int(each) for each in ranker(document)][:K]
        people = [digest.messages[each].user for each in shown]
        figures = {name: [ndcg(shown, t)] for name, t in digest.truths.items() if t}
        activity = [digest.document.messages[each].author_90d or 0 for each in shown]
        usual = median(one.author_90d or 0 for one in digest.document.messages)
        if shown:
            figures["peripheral"] = [fmean(each <= usual for each in activity)]
            figures["new"] = [fmean(each <= 5 for each in activity)]
            figures["again"] = [fmean(each in before for each in people)]
        recent.append(({one.user for one in digest.messages}, people))
        if len(recent) == TOGETHER or digest is given[-1]:
            times = Counter(who for _, each in recent for who in each)
            active = set().union(*(each for each, _ in recent))
            figures["gini"] = [gini(times[who] for who in active)]
            recent = []
        found.append(figures)
        told.update(people)
        shown_at.update(dict.fromkeys(people, digest.now))
        before = set(people)
    return found


def _has_rested(one: MessageGiven, shown_at: dict[str, int], now: int) -> bool:
    return now - shown_at.get(str(one.user), now - REST - 1) > REST


def macro(found: Sequence[Sequence[Figures]], name: str) -> float:
    """The mean over communities of the mean over the digests that have it."""
    each = [[x for one in digests for x in one.get(name, ())] for digests in found]
    return fmean(fmean(values) for values in each if values)


def interval(found: Sequence[Sequence[Figures]], name: str, resamples: int) -> tuple[float, float]:
    """The 95 % interval of `macro`, by drawing each community's digests anew."""
    draw = np.random.default_rng(1)
    means = []
    for digests in found:
        each = [one[name] for one in digests if name in one]
        if each:
            sums, counts = np.array([sum(x) for x in each]), np.array([len(x) for x in each])
            drawn = draw.integers(len(each), size=(resamples, len(each)))
            means.append(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1))
    low, high = np.quantile(np.mean(means, axis=0), (0.025, 0.975))
    return float(low), float(high)


def paired(
    mine: Sequence[Sequence[Figures]], theirs: Sequence[Sequence[Figures]]
) -> list[list[Figures]]:
    """How much greater each figure of *mine* is than the same digest's of *theirs*.

    Theirs may be of several runs, one after the other.
    """
    return [
        [
            {name: _less(x[name], y[name]) for name in NAMES if name in x and name in y}
            for x, y in zip(one, other, strict=True)
        ]
        for one, other in zip(mine, theirs, strict=True)
    ]


def _less(mine: list[float], theirs: list[float]) -> list[float]:
    runs = len(theirs) // len(mine)
    return [a - b for a, b in zip(mine * runs, theirs, strict=True)]


def has(found: Sequence[Figures], name: str) -> bool:
    """Whether any digest has that figure."""
    return any(name in one for one in found)
