"""A note that somebody makes of a conversation, and the network's own words: what each may be."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from bot.domain.typed import simplified


class NoteState(StrEnum):
    """draft: its author alone sees it; shared: it was posted; withdrawn: its words are deleted."""

    DRAFT = "draft"
    SHARED = "shared"
    WITHDRAWN = "withdrawn"


class Answer(StrEnum):
    """What somebody said to being named in a note; no answer is a no."""

    NONE = ""
    YES = "yes"
    NO = "no"


TITLE, LEARNED, PUZZLE = 80, 1500, 300
"""Characters of a note's parts: a note is short."""


def note_faults(title: str, learned: str, puzzle: str) -> dict[str, str]:
    """What is wrong with the parts of a note, in plain English, by the part's name."""
    given = {"title": (title, TITLE), "learned": (learned, LEARNED), "puzzle": (puzzle, PUZZLE)}
    wrong = {
        name: f"That is {len(text)} characters. {most:,} are the most: a note is short."
        for name, (text, most) in given.items()
        if len(text) > most
    }
    if not title.strip():
        wrong["title"] = "Write a few words by which others will find it."
    if not learned.strip():
        wrong["learned"] = "Write what you found, in your own words."
    return wrong


class Meaning(NamedTuple):
    """A word of the network's own, and what it means."""

    term: str
    means: str


TERM, MEANS = 40, 300
"""Characters of a word and of what it means."""

_EQUALS = re.compile(r"\s*(?:=|\bmeans\b:?|\bis short for\b:?|:\s)\s*", re.IGNORECASE)


def meaning_of(typed: str) -> Meaning | None:
    """*typed* as ``term = meaning``; None where it is a word alone.

    "ECAT means …" and "ECAT: …" are understood too.
    """
    term, *rest = _EQUALS.split(simplified(typed), maxsplit=1)
    return Meaning(_bare(term), rest[0].strip()) if rest else None


def _bare(term: str) -> str:
    return term.strip().strip("\"'*_.,:;").strip()


def term_of(typed: str) -> str:
    """*typed* as the word that somebody looks for."""
    return _bare(simplified(typed).rstrip("?"))


def key_of(term: str) -> str:
    """By what a word is known, however it is typed: "E-CAT" is not "ecat", "Ecat" is."""
    return " ".join(simplified(term).casefold().split())


def meaning_fault(given: Meaning) -> str:
    """What is wrong with a word or with what it means, in plain English; or ""."""
    if not given.term or not given.means:
        return "Write the word, an equals sign and what it means, as in: ECAT = our kitchen aids."
    if len(given.term) > TERM:
        return f"The word has {len(given.term)} characters; {TERM} are the most."
    if len(given.means) > MEANS:
        return f"That is {len(given.means)} characters; {MEANS} are the most: one plain sentence."
    return ""


def is_used(term: str, text: str) -> bool:
    """Whether *text* has the whole word *term*; one in capitals only as it is written."""
    is_capitals = term.isupper()
    within = re.escape(term)
    flags = re.NOFLAG if is_capitals else re.IGNORECASE
    return re.search(rf"(?<!\w){within}(?:s|es|'s|’s)?(?!\w)", text, flags) is not None
