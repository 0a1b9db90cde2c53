"""The score that ours began as, written out as it was specified, to be compared in the same run.

Its thirteen weights were trained on one open community that isn't among those compared here. It
keeps the words of all messages so far, to tell how new a message's words are; ours keeps none.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from functools import cache
from math import exp, fsum, log, sqrt
from statistics import fmean

from bot.judgement.likeness import stems
from bot.judgement.little_known_document import IdeasDocument, MessageGiven
from bot.judgement.traits import PARAGRAPHS, SHORTEST, traits

NOVELTY, OPENS, LENGTH, LENGTH_RANK = 1.85, 1.00, 0.33, 0.23
RAREST = 8  # words
INTERCEPT = -5.0  # 11 of 1,836 messages were pointed to; the weights' own wasn't handed down
POOL, PER_CHANNEL, DIGESTS = 200, 3, 4
ALIKE = 0.25  # of the best score, times the greatest cosine to one chosen
HEARD_LATELY = 0.35

Words = Counter[str]


class Specified:
    """One run over a community's digests, in order; it remembers the words and whom it showed.

    *under* is the power of under-exposure. Where it *chooses*, each author and each conversation
    has one place, each channel three, likeness to what is chosen and having been shown in the last
    four digests count against; otherwise the order of the score is the answer.
    """

    def __init__(self, *, under: float, chooses: bool) -> None:
        self.under, self.chooses = under, chooses
        self.held: Words = Counter()
        self.messages = 0
        self.shown: deque[set[str | int]] = deque(maxlen=DIGESTS)

    def __call__(self, document: IdeasDocument) -> list[MessageGiven]:
        """The messages of *document*, the best first."""
        words = {id(one): _words(one.text or "") for one in document.messages}
        novelty = self._novelty(document.messages, words)
        given = [one for one in document.messages if len(one.text or "") >= SHORTEST]
        new, long = _ranks([novelty[id(one)] for one in given]), _ranks([_length(o) for o in given])
        worth = [_worth(o, n, rank) for o, n, rank in zip(given, new, long, strict=True)]
        under = [each**self.under for each in _under(given)]
        scores = [w * u for w, u in zip(worth, under, strict=True)]
        order = sorted(zip(scores, given, strict=True), key=lambda each: -each[0])
        if not self.chooses:
            return [one for _, one in order]
        found = self._chosen(order, words, at_most=document.k)
        self.shown.append({one.user for one in found})
        return found

    def _novelty(self, given: list[MessageGiven], words: dict[int, Words]) -> dict[int, float]:
        """The mean surprisal of the rarest words of each, by all that was said before it."""
        found = {}
        for one in sorted(given, key=lambda each: each.ts):
            mine = words[id(one)]
            rarest = sorted(self.held[word] for word in mine)[:RAREST]
            found[id(one)] = (
                fmean(log((self.messages + 2) / (each + 1)) for each in rarest) if rarest else 0.0
            )
            self.held.update(mine.keys())
            self.messages += 1
        return found

    def _chosen(
        self, order: list[tuple[float, MessageGiven]], words: dict[int, Words], *, at_most: int
    ) -> list[MessageGiven]:
        late = set[str | int]().union(*self.shown)
        pool = [(s * HEARD_LATELY if o.user in late else s, o) for s, o in order]
        pool = sorted(pool, key=lambda each: -each[0])[:POOL]
        scale = ALIKE * pool[0][0] if pool else 0.0
        vectors = {id(one): self._vector(words[id(one)]) for _, one in pool}
        alike = dict.fromkeys(vectors, 0.0)
        found: list[MessageGiven] = []
        while pool and len(found) < at_most:
            best = max(pool, key=lambda each: each[0] - scale * alike[id(each[1])])[1]
            found.append(best)
            in_channel = sum(one.channel == best.channel for one in found)
            pool = [each for each in pool if _may_join(each[1], best, in_channel)]
            for _, one in pool:
                cosine = _cosine(vectors[id(one)], vectors[id(best)])
                alike[id(one)] = max(alike[id(one)], cosine)
        return found

    def _vector(self, words: Words) -> dict[str, float]:
        """Its words by how often and how rarely they come, of length one."""
        raw = {
            word: (1 + log(count)) * log((self.messages + 2) / (self.held[word] + 1))
            for word, count in words.items()
        }
        size = sqrt(fsum(each * each for each in raw.values())) or 1.0
        return {word: each / size for word, each in raw.items()}


@cache
def _words(text: str) -> Words:
    return stems(text)


def _length(one: MessageGiven) -> int:
    return len(one.text or "")


def _ranks(values: list[float] | list[int]) -> list[float]:
    """The share of *values* that are no greater than each."""
    places = {value: place for place, value in enumerate(sorted(values), 1)}
    return [places[value] / len(values) for value in values]


def _worth(one: MessageGiven, novelty: float, length_rank: float) -> float:
    text = one.text or ""
    score = traits(text).worth - PARAGRAPHS * ("\n\n" in text)
    score += NOVELTY * novelty + OPENS * (not one.is_reply)
    score += LENGTH * min(2.5, len(text) / 600) + LENGTH_RANK * length_rank
    return 1 / (1 + exp(-score - INTERCEPT))


def _under(given: list[MessageGiven]) -> list[float]:
    raw = [0.15 + 0.6 * log(1 + (one.audience_28d or 0)) for one in given]
    scale = fsum(one.attention or 0 for one in given) / fsum(raw) if given else 0.0
    ratios = [
        ((one.attention or 0) + 2) / (each * scale + 2)
        for one, each in zip(given, raw, strict=True)
    ]
    return [1 / (1 + ratio**2) for ratio in ratios]


def _may_join(one: MessageGiven, chosen: MessageGiven, in_channel: int) -> bool:
    """Whether *one* may still stand beside *chosen*, of whose channel so many are chosen."""
    if one.user == chosen.user:
        return False
    if one.channel != chosen.channel:
        return True
    alone = one.thread is None or one.thread != chosen.thread
    return alone and one.id != chosen.id and in_channel < PER_CHANNEL


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    return fsum(weight * other[word] for word, weight in one.items() if word in other)


SPECIFIED: dict[str, Callable[[], Specified]] = {
    "content score": lambda: Specified(under=0.0, chooses=False),
    "content, under^.25": lambda: Specified(under=0.25, chooses=False),
    "content, chosen": lambda: Specified(under=0.0, chooses=True),
    "as specified": lambda: Specified(under=0.5, chooses=True),
}
