"""Topics that people follow, and whether some words are about one: nothing else of them is told.

Case, accents and a plural's ending make no difference: "Hip fractures", "#hipfracture" and "hip
fracture" are one topic.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

from bot.domain.typed import simplified

LONGEST = 40
"""Characters of a topic's name."""

_WORD = re.compile(r"[^\W_]+")
_NOT_PROSE = re.compile(r"<[^<>]*>|https?://\S+")
_SPACELESS = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"))
_KEPT = ("ss", "us", "is")

TopicsIn = Callable[[str, str], tuple[str, ...]]
"""Which of the topics that somebody in a workspace follows a text is about, by their keys."""


def none_followed(workspace: str, text: str) -> tuple[str, ...]:
    """What whoever follows nothing hears of a text."""
    return ()


def key_of(name: str) -> str:
    """What stands for a topic, however its name is written; "" where there is no word in it."""
    return " ".join(_singular(word) for word in _words(simplified(name)))


def _words(text: str) -> list[str]:
    found: list[str] = _WORD.findall(_folded(text))
    return found


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    kept = (sign for sign in parts if unicodedata.category(sign) != "Mn" or sign in "\u3099\u309a")
    return unicodedata.normalize("NFC", "".join(kept))


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(_KEPT):
        return word
    for ending, becomes in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word.removesuffix(ending) + becomes
    return word[:-1]


def _forms(word: str) -> set[str]:
    """*word*, a singular, and what may be its plural."""
    plurals = {f"{word}s", f"{word}es", f"{word[:-1]}ies"}
    return {word, *(each for each in plurals if _singular(each) == word)}


class Followed:
    """The topics that somebody follows, by their keys, ready to be found in what is said."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._whole: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._singulars: dict[str, str] = {}
        self._joined: dict[str, str] = {}
        self._anywhere: list[str] = []
        for key in sorted({*keys} - {""}):
            words = tuple(key.split())
            self._whole.setdefault(words[0], []).append((words, key))
            for word in words:
                self._singulars |= dict.fromkeys(_forms(word), word)
            if len(words) > 1:
                self._joined |= dict.fromkeys(_forms("".join(words)), key)
            if _SPACELESS.search(key):
                self._anywhere.append(key)
        self._known = frozenset({*self._singulars, *self._joined})

    def find(self, text: str) -> tuple[str, ...]:
        """The keys of those topics that *text* names as whole words, in order."""
        if "<" in text or "://" in text:
            text = _NOT_PROSE.sub(" ", text)
        words = _words(text)
        if self._known.isdisjoint(words) and not self._anywhere:
            return ()
        found = {self._joined[word] for word in words if word in self._joined}
        singular = [self._singulars.get(word, "") for word in words]
        for place, word in enumerate(singular):
            for wanted, key in self._whole.get(word, ()):
                if tuple(singular[place : place + len(wanted)]) == wanted:
                    found.add(key)
        if self._anywhere:
            run = _folded(text)
            found |= {key for key in self._anywhere if key in run}
        return tuple(sorted(found))
