"""Whose messages were about such things: those most like a question vote for their authors.

BM25 (Robertson and Zaragoza 2009, https://doi.org/10.1561/1500000019) finds the messages, and they
vote (CombSUM-like, after Macdonald and Ounis 2006, https://doi.org/10.1145/1183614.1183671). This
holds the words of messages: it is for the documents of ``animateur judge helpers`` alone, and the
bot never makes one of what it hears.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import Counter
from itertools import pairwise
from math import log

from bot.judgement.arrays import Floats, Ints, np
from bot.judgement.likeness import UNPARTED
from bot.judgement.talk import DAY

K1, B = 1.2, 0.6
VOTERS = 150
EACH = 5  # messages of one person
FADES = 180 * DAY  # a vote is worth half
SHORTEST, STEM = 2, 7
COMMON = 0.2  # of all messages: a word that more hold says nothing
RAREST = 32  # words of a question
LATEST = 1_000  # messages of each word
LONGEST = 255

_WORD = re.compile(r"\w+")
_NO_WORDS = re.compile(r"<[@#!][^>]*>|https?://\S+")


def words_of(text: str) -> list[str]:
    """The words of *text*, without accents and endings; pairs of signs where none are parted."""
    folded = unicodedata.normalize("NFKD", _NO_WORDS.sub(" ", text).casefold())
    plain = folded if folded.isascii() else "".join(filter(_is_no_accent, folded))
    found: list[str] = []
    for word in _WORD.findall(plain):
        if max(word) >= UNPARTED:
            found += [a + b for a, b in pairwise(word)]
        elif len(word) >= SHORTEST:
            found.append(word[:STEM])
    return found


def _is_no_accent(sign: str) -> bool:
    return not unicodedata.combining(sign)


class Words:
    """An index of messages by their words, one message more at a time."""

    def __init__(self) -> None:
        """Begin with no message."""
        self._places: dict[str, array[int]] = {}
        self._times: dict[str, array[int]] = {}
        self._lengths = array("H")
        self._authors = array("I")
        self._said_at = array("q")
        self._total = 0
        self._scores: Floats | None = None

    def add(self, words: list[str], *, author: int, at: int) -> None:
        """Take in a message of *author* at *at* (microseconds), no earlier than those before."""
        if not words:
            return
        place = len(self._lengths)
        self._lengths.append(min(len(words), 65_535))
        self._authors.append(author)
        self._said_at.append(at)
        self._total += len(words)
        for word, count in Counter(words).items():
            if word not in self._places:
                self._places[word], self._times[word] = array("I"), array("B")
            self._places[word].append(place)
            self._times[word].append(min(count, LONGEST))

    def votes(self, words: list[str], *, asker: int, at: int) -> dict[int, float]:
        """Who wrote of the like, up to 1 for the one of whom most speaks; the asker has no vote."""
        found: dict[int, float] = {}
        nth: Counter[int] = Counter()
        for place, score in self._nearest(words):
            author = self._authors[place]
            nth[author] += 1
            if author != asker and nth[author] <= EACH:
                worth = score * 0.5 ** ((at - self._said_at[place]) / FADES)
                found[author] = found.get(author, 0.0) + worth / nth[author]
        most = max(found.values(), default=0.0)
        return {person: each / most for person, each in found.items()}

    def _nearest(self, words: list[str]) -> list[tuple[int, float]]:
        """The messages most like *words*, the best first, with their scores."""
        known = sorted(
            {word for word in words if word in self._places},
            key=lambda word: (len(self._places[word]), word),
        )
        number = len(self._lengths)
        told = [word for word in known if len(self._places[word]) <= max(5, COMMON * number)]
        scores = self._room(number)
        touched: list[Ints] = []
        for word in told[:RAREST]:
            places, worths = self._worths(word, number)
            touched.append(places[scores[places] == 0])
            scores[places] += worths
        if not touched:
            return []
        places = np.concatenate(touched)
        worths = scores[places]
        scores[places] = 0
        best = np.lexsort((-places.astype(np.int64), -worths))[:VOTERS]
        return list(zip(places[best].tolist(), worths[best].tolist(), strict=True))

    def _worths(self, word: str, number: int) -> tuple[Ints, Floats]:
        """The latest messages that hold *word*, and what it adds to the score of each."""
        held = len(self._places[word])
        late = min(held, LATEST)
        places = np.frombuffer(self._places[word], dtype=np.uint32)[-late:].copy()
        times = np.frombuffer(self._times[word], dtype=np.uint8)[-late:].astype(np.float32)
        lengths = np.frombuffer(self._lengths, dtype=np.uint16)[places]
        usual = self._total / number
        rarity = log(1 + (number - held + 0.5) / (held + 0.5))
        return places, rarity * times * (K1 + 1) / (times + K1 * (1 - B + B * lengths / usual))

    def _room(self, number: int) -> Floats:
        if self._scores is None or len(self._scores) < number:
            self._scores = np.zeros(2 * number + 1024, dtype=np.float32)
        return self._scores
