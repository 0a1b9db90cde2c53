"""Our charter: what we are for, our rules, how we decide and what the bot keeps, word for word."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

from msgspec import Struct

PURPOSE, RULE, DECIDES, KEEPS = "Purpose", "Rule", "How we decide", "What the bot keeps"

MOST_RULES, LONGEST = 9, 400
"""How many rules a charter has at the most, and characters of each of its lines."""


class Said(StrEnum):
    """What somebody said to a version of the charter.

    agreed: "I'm in"; observes: they only look for now; wants_to_talk: they would like to talk
    about it first, and what they agreed to before still stands; revoked: they took it back.
    """

    AGREED = "agreed"
    REVOKED = "revoked"
    WANTS_TO_TALK = "wants_to_talk"
    OBSERVES = "observes"


class Charter(Struct, frozen=True, kw_only=True):
    """What people agree to: each part is one line of plain text, as `line_of` makes it."""

    purpose: str
    rules: tuple[str, ...]
    decides: str
    keeps: str

    @property
    def text(self) -> str:
        """The canonical text: a line each under a fixed heading, ended by LF, in Unicode's NFC."""
        rules = (f"{RULE} {number}: {rule}" for number, rule in enumerate(self.rules, 1))
        lines = (
            f"{PURPOSE}: {self.purpose}",
            *rules,
            f"{DECIDES}: {self.decides}",
            f"{KEEPS}: {self.keeps}",
        )
        return "".join(f"{line}\n" for line in lines)


def line_of(text: str) -> str:
    """*text* in one line and in NFC, without signs that nobody sees."""
    plain = unicodedata.normalize("NFC", text)
    shown = (" " if sign.isspace() else sign for sign in plain if sign.isspace() or _shows(sign))
    return unicodedata.normalize("NFC", " ".join("".join(shown).split()))


def _shows(sign: str) -> bool:
    return unicodedata.category(sign) not in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") and (
        sign not in "\u200b\u200e\u200f\u2060\ufeff\u00ad" and not "\u202a" <= sign <= "\u202e"
    )


def charter_of(purpose: str, rules: Sequence[str], decides: str, keeps: str) -> Charter:
    """A charter of what people wrote, each part brought into one line; empty rules fall out."""
    lines = tuple(filter(None, map(line_of, rules)))
    return Charter(
        purpose=line_of(purpose), rules=lines, decides=line_of(decides), keeps=line_of(keeps)
    )


def read(text: str) -> Charter:
    """The charter whose canonical text is *text*.

    Raises:
        ValueError: it is no charter's canonical text.
    """
    lines = text.split("\n")
    if len(lines) < 4:  # purpose, decides, keeps, and what follows the last LF
        raise ValueError("no charter has so few lines")
    purpose, *rules, decides, keeps, _ = lines
    found = Charter(
        purpose=purpose.removeprefix(f"{PURPOSE}: "),
        rules=tuple(rule.partition(": ")[2] for rule in rules),
        decides=decides.removeprefix(f"{DECIDES}: "),
        keeps=keeps.removeprefix(f"{KEEPS}: "),
    )
    if found.text != text or found != charter_of(
        found.purpose, found.rules, found.decides, found.keeps
    ):
        raise ValueError("this is not a charter as it is written down")
    return found


def fault_in(charter: Charter) -> str:
    """What keeps *charter* from being agreed to, in plain English; or ""."""
    if not charter.purpose:
        return "Say what you are for: what can you only do together?"
    if not charter.rules:
        return "A charter needs at least one rule."
    if len(charter.rules) > MOST_RULES:
        return (
            f"That is {len(charter.rules)} rules. {MOST_RULES} are the most that people remember."
        )
    if not charter.decides or not charter.keeps:
        return "Say how you decide, and what the bot keeps: newcomers ask that first."
    long = max((charter.purpose, *charter.rules, charter.decides, charter.keeps), key=len)
    if len(long) > LONGEST:
        return f"One line has {len(long)} characters. {LONGEST} are the most for each."
    return ""


STARTER = (
    "Bring something, ask for something. Everyone here has something to give, and everyone needs "
    "help with something.",
    "We are peers. Job titles stay at the door. An hour is an hour.",
    'Share it rough. Half-finished and "it didn\'t work" are as welcome as success.',
    "Say who it came from. Credit people. Ask before quoting anyone outside.",
    "Disagree with the idea, stay with the person. If it gets hot, say so early; whoever tends "
    "this network will help.",
    "Nothing that could identify a patient. Ever.",
)
"""Six rules to begin with."""

STARTER_DECIDES = (
    "By consent. Anyone may propose a change; it passes when nobody has a reasoned objection."
)
STARTER_KEEPS = (
    "That you joined and that you agreed, the offers, asks and ideas you choose to give me, and "
    "counts of who answers whom. Never the text of ordinary messages. Nobody's "
    "manager sees any of it, and none of it may be used for appraisal."
)


def starter(purpose: str) -> Charter:
    """A charter of six rules to begin with, for a network that is for *purpose*."""
    return charter_of(purpose, STARTER, STARTER_DECIDES, STARTER_KEEPS)


# What changed


class How(StrEnum):
    """What became of a part of a charter."""

    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"


class Piece(Struct, frozen=True):
    """A few words that are the `same` in both, or only in the one that has them."""

    words: str
    is_same: bool


class Change(Struct, frozen=True, kw_only=True):
    """What became of one `part` ("Rule 4"): its words `before` and `after`, in pieces.

    A rule bears the number that it has now; one that is gone, the number that it had.
    """

    part: str
    how: How
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def difference(before: Charter, after: Charter) -> tuple[Change, ...]:
    """What changed from *before* to *after*, part by part and word by word."""
    return (
        *_change(PURPOSE, before.purpose, after.purpose),
        *_rules(before.rules, after.rules),
        *_change(DECIDES, before.decides, after.decides),
        *_change(KEEPS, before.keeps, after.keeps),
    )


def _rules(before: Sequence[str], after: Sequence[str]) -> Sequence[Change]:
    """Rules that stayed as they are find each other first; between them, each its neighbour."""
    found: list[Change] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, old, old_end, new, new_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        for was, now in zip_longest(range(old, old_end), range(new, new_end)):
            number = (was if now is None else now) + 1
            old_words = "" if was is None else before[was]
            found += _change(f"{RULE} {number}", old_words, "" if now is None else after[now])
    return found


def _change(part: str, before: str, after: str) -> tuple[Change, ...]:
    if before == after:
        return ()
    how = How.CHANGED if before and after else How.NEW if after else How.GONE
    was, now = words_apart(before, after)
    return (Change(part=part, how=how, before=was, after=now),)


def words_apart(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """*before* and *after* in pieces: which words they share, and which only one of them has."""
    old, new = before.split(), after.split()
    was: list[Piece] = []
    now: list[Piece] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, first, last in matcher.get_opcodes():
        same = tag == "equal"
        was += [Piece(" ".join(old[start:end]), same)] if end > start else []
        now += [Piece(" ".join(new[first:last]), same)] if last > first else []
    return tuple(was), tuple(now)


def in_short(changes: Sequence[Change]) -> str:
    """*changes* in one line: "Rule 4 changed, Rule 7 is new"; "" where nothing did."""
    verbs = {How.CHANGED: "changed", How.NEW: "is new", How.GONE: "is gone"}
    return ", ".join(f"{change.part} {verbs[change.how]}" for change in changes)
