"""Offers: what somebody would gladly give, of which kind, and until when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from bot.domain.asks import HelpKind
from bot.domain.moments import moment_of
from bot.domain.typed import simplified


class OfferState(StrEnum):
    """standing: it may be taken up; ended: its day came and nobody renewed it; withdrawn: taken
    back, and its words are deleted.
    """

    STANDING = "standing"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


_State = OfferState

MOVES: Mapping[OfferState, frozenset[OfferState]] = {
    _State.STANDING: frozenset({_State.ENDED, _State.WITHDRAWN}),
    _State.ENDED: frozenset({_State.STANDING, _State.WITHDRAWN}),
    _State.WITHDRAWN: frozenset(),
}
"""What may follow each state; what ended may be renewed."""


def sources(after: OfferState) -> frozenset[OfferState]:
    """The states from which an offer may come to be *after*."""
    return frozenset(before for before in OfferState if after in MOVES[before])


USUAL = timedelta(days=182)
"""How long an offer stands, where nobody says, and how long it is renewed for."""
FARTHEST = timedelta(days=2 * 366)
REMIND = timedelta(days=7)
"""How long before its end whoever made it is asked whether it stands."""
LONGEST = 200
"""Characters of what is offered."""
MOST = 20
"""Offers of one person that stand at once."""


def fault_in(words: str, until: date, *, today: date) -> str:
    """What is wrong with an offer, in plain English; or ""."""
    if not words:
        return "Say in a few words what you offer, as in: an hour on Thursdays on audit data."
    if len(words) > LONGEST:
        return f"That is {len(words)} characters. {LONGEST} are the most: a sentence."
    if not timedelta() < until - today <= FARTHEST:
        return "Write a day to come, in the next two years, as in: until 31 July."
    return ""


class _Hint(NamedTuple):
    kind: HelpKind
    words: re.Pattern[str]


_HINTS = tuple(
    _Hint(kind, re.compile(rf"\b(?:{words})\b", re.IGNORECASE))
    for kind, words in (
        (
            HelpKind.INTRODUCTION,
            r"introduc\w+|put (?:you|me) in touch|somebody who knows|contacts?",
        ),
        (HelpKind.REVIEW, r"read|review\w*|proof-?read\w*|look over|check|feedback|comments?"),
        (
            HelpKind.RESOURCES,
            r"rooms?|venue|space|kit|equipment|data ?sets?|money|£\d+|fund\w*|budget|lend|borrow"
            r"|printer|projector|laptops?|vans?|minibus",
        ),
        (HelpKind.INFORMATION, r"how (?:do|does|did|to)|where|who|which|what|numbers?|examples?"),
        (
            HelpKind.SKILLS,
            r"teach\w*|train\w*|explain\w*|coach\w*|facilitat\w+|design\w*|write|excel|statistic\w*"
            r"|knows?|expert\w*|analys\w+",
        ),
    )
)


def likely_kind(words: str) -> HelpKind:
    """What kind of help *words* are likely about: a guess, which a form shows to be changed."""
    plain = simplified(words)
    return next((hint.kind for hint in _HINTS if hint.words.search(plain)), HelpKind.TIME)


class Draft(Struct, frozen=True, kw_only=True, array_like=True):
    """An offer before it is made: kept nowhere but in the preview that shows it.

    `when` is when it can be had, by their own words; `number` that of the offer it changes, or 0.
    Of a resource: what sort it is, how it may be used, and how much of it in a week.
    """

    words: str
    kind: HelpKind = HelpKind.TIME
    until: date | None = None
    when: str = ""
    number: int = 0
    resource: str = ""
    how: str = ""
    often: str = ""


_UNTIL = re.compile(r"[\s,;(-]*\b(?:until|till|up to)\s+(?P<day>[^,;()]{1,30}?)[\s.)]*$", re.I)


def cut_until(text: str, *, now: datetime) -> tuple[str, date | None]:
    """*text* without the day until which it stands, and that day; *now* is by their own clock."""
    line = " ".join(text.split())
    found = _UNTIL.search(line)
    moment = moment_of(simplified(found["day"]), now=now) if found else None
    if found is None or moment is None:
        return line, None
    return line[: found.start()].strip(" ,;"), moment.day
