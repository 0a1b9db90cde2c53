"""How alike two sentences are: the cosine of their words, the rarer ones weighing more.

For the few sentences that their authors handed over, so the words themselves are compared, not
numbers that stand for them. A word counts by its first letters, and not at all where it is short:
that is what stemming and a list of stop words would do, in any language that writes words apart.
Where words aren't written apart, pairs of signs stand for them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import log, sqrt

ALIKE = 0.5
"""From here on two say nearly the same."""

SHORTEST = 4
STEM = 5
UNPARTED = "\u2e80"
"""From this sign on, scripts don't part their words."""

_WORD = re.compile(r"\w+")


def likeness(sentence: str, others: Sequence[str]) -> float:
    """The cosine (0 to 1) of *sentence* to the one of *others* that is most like it.

    A word weighs more, the fewer of all of them hold it.
    """
    return max(likenesses(sentence, others), default=0.0)


def likenesses(sentence: str, others: Sequence[str]) -> list[float]:
    """The cosine (0 to 1) of *sentence* to each of *others*."""
    counted = [stems(each) for each in (sentence, *others)]
    held = Counter(word for words in counted for word in words)
    one, *rest = (
        {
            word: (1 + log(count)) * log(1 + len(counted) / held[word])
            for word, count in each.items()
        }
        for each in counted
    )
    return [_cosine(one, other) for other in rest]


def stems(sentence: str) -> Counter[str]:
    """The words of *sentence* by their first letters, and how often each is there."""
    folded = unicodedata.normalize("NFKD", sentence.casefold())
    plain = "".join(sign for sign in folded if not unicodedata.combining(sign))
    found: Counter[str] = Counter()
    for word in _WORD.findall(plain):
        if max(word) >= UNPARTED:
            found.update(a + b for a, b in pairwise(word))
        elif len(word) >= SHORTEST:
            found[word[:STEM]] += 1
    return found


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    shared = sum(weight * other[word] for word, weight in one.items() if word in other)
    sizes = sum(x * x for x in one.values()) * sum(x * x for x in other.values())
    return shared / sqrt(sizes) if sizes else 0.0
