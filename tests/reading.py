"""How hard a text is to read, by the school year in which it is understood."""

from __future__ import annotations

import re

_CODE = re.compile(r"`[^`]*`")
_LINK = re.compile(r"\[((?:\\.|[^\\\]])*)\]\([^)]*\)")
_SENTENCE = re.compile(r"[.?!]+(?=\s|$)|\n+")
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_VOWELS = re.compile(r"[aeiouy]+")


def syllables(word: str) -> int:
    """About how many syllables an English word has."""
    plain = word.lower().removesuffix("'s")
    found = len(_VOWELS.findall(plain))
    is_silent = plain.endswith("e") and not plain.endswith("le") and found > 1
    is_past = re.search(r"[^tdaeiou]ed$", plain) is not None and found > 1
    is_many = re.search(r"[^aeiouscgzxh]es$", plain) is not None and found > 1
    return max(1, found - (is_silent or is_past or is_many))


def spoken(markdown: str) -> str:
    """*markdown* as it is read aloud: without signs, and without what is to be typed."""
    words = _LINK.sub(r"\1", _CODE.sub("this", markdown))
    return re.sub(r"[*_>#\\]", "", words)


def sentences(markdown: str) -> list[list[str]]:
    """The words of each sentence, item of a list, or line."""
    found = (_WORD.findall(each) for each in _SENTENCE.split(spoken(markdown)))
    return [each for each in found if each]


def grade(markdown: str) -> float:
    """The school year (United States) of the Flesch-Kincaid formula; year 7 is twelve years old.

    Kincaid, Fishburne, Rogers and Chissom, Derivation of new readability formulas (1975).
    """
    found = sentences(markdown)
    words = [word for each in found for word in each]
    if not words:
        return 0.0
    sounds = sum(map(syllables, words))
    return 0.39 * len(words) / len(found) + 11.8 * sounds / len(words) - 15.59
