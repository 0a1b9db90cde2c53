"""Asks: something that would help, by when; where an ask can be, and what may follow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from bot.domain.drafts import is_too_large
from bot.domain.typed import simplified


class HelpKind(StrEnum):
    """What somebody asks for, or would gladly give."""

    TIME = "time"
    SKILLS = "skills"
    INFORMATION = "information"
    RESOURCES = "resources"
    INTRODUCTION = "introduction"
    REVIEW = "review"

    @property
    def label(self) -> str:
        """As a choice in a form says it."""
        return _LABELS[self]


_LABELS = {
    HelpKind.TIME: "Time",
    HelpKind.SKILLS: "Skills",
    HelpKind.INFORMATION: "Information",
    HelpKind.RESOURCES: "Resources: a room, data, kit, a little money",
    HelpKind.INTRODUCTION: "An introduction",
    HelpKind.REVIEW: "A review: somebody to read or look at something",
}


def kind_of(label: str) -> HelpKind:
    """The kind whose label that is; time, which everybody has, where it is none."""
    return next((kind for kind, said in _LABELS.items() if said == label), HelpKind.TIME)


class AskState(StrEnum):
    """Where an ask is.

    draft: kept for its asker alone; open: posted, and nobody is on it; taken: somebody is. done,
    partly and missed (it didn't happen) are the asker's own word of what came of it. closed: they
    need it no more; expired: its day went by and nobody said anything. deleted: all that is left
    is that there was one.
    """

    DRAFT = "draft"
    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    PARTLY = "partly"
    MISSED = "missed"
    CLOSED = "closed"
    EXPIRED = "expired"
    DELETED = "deleted"


_State = AskState

UNDER_WAY = (_State.OPEN, _State.TAKEN)
"""States in which somebody may still help."""

MET = (_State.DONE, _State.PARTLY)
"""States of what was answered."""

OVER = (*MET, _State.MISSED, _State.CLOSED, _State.EXPIRED)

MOVES: Mapping[AskState, frozenset[AskState]] = {
    _State.DRAFT: frozenset({_State.OPEN, _State.DELETED}),
    _State.OPEN: frozenset({_State.TAKEN, _State.CLOSED, _State.EXPIRED, _State.DELETED}),
    _State.TAKEN: frozenset({_State.OPEN, *MET, _State.MISSED, _State.CLOSED, _State.DELETED}),
    _State.DONE: frozenset({_State.PARTLY, _State.MISSED, _State.DELETED}),
    _State.PARTLY: frozenset({_State.DONE, _State.MISSED, _State.OPEN, _State.DELETED}),
    _State.MISSED: frozenset({*MET, _State.OPEN, _State.DELETED}),
    _State.CLOSED: frozenset({_State.OPEN, *MET, _State.DELETED}),
    _State.EXPIRED: frozenset({_State.OPEN, _State.CLOSED, _State.DELETED}),
    _State.DELETED: frozenset(),
}
"""What may follow each state: of what came of it the asker's latest word stands."""


def sources(after: AskState) -> frozenset[AskState]:
    """The states from which an ask may come to be *after*."""
    return frozenset(before for before in AskState if after in MOVES[before])


class Stage(StrEnum):
    """How far an ask that nobody took up has been carried: each stage happens once."""

    POSTED = "posted"
    ASKED_MORE = "asked_more"
    SMALLER = "smaller"
    WHAT_NOW = "what_now"


STAGES = tuple(Stage)

AFTER: Mapping[Stage, int] = {Stage.ASKED_MORE: 1, Stage.SMALLER: 3, Stage.WHAT_NOW: 5}
"""After how many working days without an answer each stage comes."""


def stage_due(reached: Stage, working_days: int) -> Stage | None:
    """The stage that is due for an ask which has *reached* one; of several missed the latest."""
    due = [each for each, after in AFTER.items() if after <= working_days]
    newest = due[-1] if due else Stage.POSTED
    return newest if STAGES.index(newest) > STAGES.index(reached) else None


LONGEST = 280
"""Characters of what would help, and of why."""
USUAL, FARTHEST = timedelta(days=7), timedelta(days=366)
"""By when, where nobody says, and how far ahead that may be."""
GRACE = timedelta(days=14)
"""How long after its day an ask stays open that nobody says anything about."""
MOST_MINUTES = 40 * 60


ROUND = "round"
"""What the source of an ask that was put on the list in an asks round begins with."""


class Draft(Struct, frozen=True, kw_only=True, array_like=True):
    """An ask before it is posted: kept nowhere but in the preview that shows it.

    `number` is that of the ask which it changes, or 0; `source` is the message that it was made
    from, as "<our number of the channel>/<ts>" or "round/<its number>", or "". `is_again`: it is to
    be posted once more.
    """

    words: str
    why: str = ""
    due: date | None = None
    minutes: int = 0
    kind: HelpKind = HelpKind.TIME
    takes_several: bool = False
    number: int = 0
    source: str = ""
    is_again: bool = False


def faults_in(draft: Draft, *, today: date) -> dict[str, str]:
    """What is wrong with it, in plain English, by the field's name."""
    wrong = {
        name: f"That is {len(line)} characters. {LONGEST} are the most: a sentence or two."
        for name, line in (("words", draft.words), ("why", draft.why))
        if len(line) > LONGEST
    }
    if not draft.words:
        wrong["words"] = "Say in a sentence what would help, as in: someone to read our leaflet."
    if draft.due is None or not timedelta() <= draft.due - today <= FARTHEST:
        wrong["due"] = "Write a day from today on, as in: Friday, 14 June, in two weeks."
    if not 0 <= draft.minutes <= MOST_MINUTES:
        wrong["takes"] = "Write how long it would take, as in: 20 minutes, an hour, half a day."
    if not wrong and is_too_large(draft):
        wrong["why"] = "That is a little too long all together. Could it be shorter?"
    return wrong


_HALF_A_DAY, _DAY = 4 * 60, 8 * 60
_WHOLE = {"half an hour": 30, "half a day": _HALF_A_DAY, "an hour and a half": 90}
_NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SPAN = re.compile(
    r"(?P<number>\d{1,4}(?:[.,]5)?|an?|" + "|".join(_NUMBERS[1:]) + r")\s*"
    r"(?P<unit>m|mins?|minutes?|h|hrs?|hours?|days?)"
)
_UNITS = {"m": 1, "h": 60, "d": _DAY}


def minutes_of(text: str) -> int | None:
    """How many minutes *text* means, as "20 minutes" or "an hour"; 0 if empty, None if unclear."""
    plain = simplified(text).casefold().strip(" .~")
    plain = re.sub(r"^(?:about|around|roughly|maybe|ca\.?|up to)\s+", "", plain)
    if not plain or plain in _WHOLE:
        return _WHOLE.get(plain, 0)
    found = _SPAN.fullmatch(plain)
    if found is None:
        return None
    said = found["number"]
    number = 1.0 if said in ("a", "an") else 0.0
    number = number or float(said.replace(",", ".") if said[0].isdigit() else _NUMBERS.index(said))
    return round(number * _UNITS[found["unit"][0]])


def as_words(minutes: int) -> str:
    """ "20 minutes", "an hour", "half a day": what is read again to mean the same."""
    same = {30: "half an hour", 60: "an hour", 90: "an hour and a half"}
    same |= {_HALF_A_DAY: "half a day", _DAY: "a day"}
    if not minutes or minutes in same:
        return same.get(minutes, "")
    if minutes % _DAY == 0:
        return f"{minutes // _DAY} days"
    return f"{minutes // 60} hours" if minutes % 60 == 0 else f"{minutes} minutes"


def smaller(minutes: int) -> int:
    """About half as long, in fives from ten minutes on: what could be asked for instead."""
    half = minutes // 2
    return half - half % 5 if half >= 10 else min(minutes, 10)
