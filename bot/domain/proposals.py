"""A proposal from draft to decision by consent: its stages, how long each lasts, who may do what.

Consent as in sociocracy (Bockelbrink, Priest and David, A Practical Guide for Evolving Agile and
Resilient Organizations with Sociocracy 3.0): a change is made when nobody has a reasoned objection;
it is good enough for now, and safe enough to try until its review. Silence is no consent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo


class Kind(StrEnum):
    """What is proposed: a change of the charter, or anything else that the network decides."""

    CHARTER = "charter"
    GENERAL = "general"


class Stage(StrEnum):
    """Where a proposal is.

    draft: its proposer and their helpers alone see it; questions: others ask what they need to
    understand it; reactions: they say how it lands; consent: each answers whether it may pass;
    integrate: what would make it safe enough for those who object?; adopted: it is agreed. parked:
    it rests, and may be taken up again; withdrawn: its proposer took it back, for good.
    """

    DRAFT = "draft"
    QUESTIONS = "questions"
    REACTIONS = "reactions"
    CONSENT = "consent"
    INTEGRATE = "integrate"
    ADOPTED = "adopted"
    PARKED = "parked"
    WITHDRAWN = "withdrawn"


_S = Stage

MOVES: Mapping[Stage, frozenset[Stage]] = {
    _S.DRAFT: frozenset({_S.QUESTIONS, _S.CONSENT, _S.WITHDRAWN}),
    _S.QUESTIONS: frozenset({_S.REACTIONS, _S.DRAFT, _S.WITHDRAWN}),
    _S.REACTIONS: frozenset({_S.CONSENT, _S.DRAFT, _S.WITHDRAWN}),
    _S.CONSENT: frozenset({_S.INTEGRATE, _S.ADOPTED, _S.PARKED, _S.DRAFT, _S.WITHDRAWN}),
    _S.INTEGRATE: frozenset({_S.CONSENT, _S.ADOPTED, _S.PARKED, _S.DRAFT, _S.WITHDRAWN}),
    _S.PARKED: frozenset({_S.DRAFT, _S.WITHDRAWN}),
    _S.ADOPTED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}
"""What may follow each stage. Back to a draft goes what was parked, or whose rule has changed."""

PUBLIC = (_S.QUESTIONS, _S.REACTIONS, _S.CONSENT, _S.INTEGRATE)
"""Stages in which everybody sees it, and something is still to come."""

UNSETTLED = (_S.DRAFT, *PUBLIC, _S.PARKED)
"""Stages after which something may follow."""


def may_become(before: Stage, after: Stage) -> bool:
    """Whether a proposal that is in *before* may be in *after* next."""
    return after in MOVES[before]


def sources(after: Stage) -> frozenset[Stage]:
    """The stages from which a proposal may come to *after*."""
    return frozenset(before for before in Stage if may_become(before, after))


# Answers in a consent round


class Stance(StrEnum):
    """What somebody answers: yes, yes with a worry, an objection and why, or not my call."""

    CONSENT = "consent"
    WORRY = "worry"
    OBJECT = "object"
    NOT_MINE = "not my call"


class Settled(StrEnum):
    """What became of an objection: it stands, whoever made it withdrew it, or it was set aside.

    Whoever facilitates sets one aside, and only one that the proposer disputes.
    """

    STANDS = ""
    WITHDRAWN = "withdrawn"
    SET_ASIDE = "set aside"


class Tally(NamedTuple):
    """How many answered what in a round: `objections` are those that stand, `others` the rest."""

    consents: int
    objections: int
    others: int

    @property
    def answered(self) -> int:
        """How many answered at all."""
        return self.consents + self.objections + self.others


class Outcome(StrEnum):
    """What follows when the time of a round is over."""

    ADOPT = "adopt"
    INTEGRATE = "integrate"
    WAIT = "wait"
    PARK = "park"


MOST_NEEDED, SHARE = 12, 5
"""A round needs answers of so many people, or of one in so many of those who agreed to the charter.

The smaller of the two counts, and one answer at the least.
"""


def quorum(agreed: int) -> int:
    """How many have to answer where so many people *agreed* to the charter."""
    return min(MOST_NEEDED, max(1, math.ceil(agreed / SHARE)))


def outcome(tally: Tally, *, needed: int, is_minor: bool, is_last: bool) -> Outcome:
    """What follows at the end of a round in which *needed* answers make a quorum.

    A small change of wording passes when nobody objects. Anything else needs the quorum, and
    somebody's consent among it: silence is none, and nor is "not my call". Where answers are
    missing the round goes on, unless this *is_last*.
    """
    if tally.objections:
        return Outcome.INTEGRATE
    if is_minor or (tally.answered >= needed and tally.consents):
        return Outcome.ADOPT
    return Outcome.PARK if is_last else Outcome.WAIT


def after_objections(tally: Tally, *, needed: int) -> Stage:
    """Where a proposal goes whose words stayed as they were, and whose last objection fell."""
    is_enough = not tally.objections and tally.answered >= needed and tally.consents
    return Stage.ADOPTED if is_enough else Stage.CONSENT


# Time

DAY = timedelta(days=1)
ENDS_AT = time(17)
"""When the last day of a stage is over, by the network's own clock."""
LONGEST_QUIET = 366
"""Days in which working days are looked for; a calendar without any is taken for a mistake."""

IsWorking = Callable[[date], bool]


def last_day(opened: date, days: int, is_working: IsWorking) -> date:
    """The last of so many working *days* that come after the day on which a stage *opened*.

    Each of them is a whole one, so that part-timers and those who work at night have their turn.
    """
    day, left = opened, days
    while left > 0:
        day += DAY
        is_lost = (day - opened).days > LONGEST_QUIET
        left -= day.weekday() < 5 if is_lost else is_working(day)
    return day


def closing(opened: datetime, days: int, is_working: IsWorking, zone: ZoneInfo) -> datetime:
    """The instant at which a stage closes that *opened* then, in the network's *zone*."""
    day = last_day(opened.astimezone(zone).date(), days, is_working)
    return datetime.combine(day, ENDS_AT, zone).astimezone(UTC)


def review_day(decided: date, months: int) -> date:
    """The day so many *months* after it was *decided*; of a shorter month the last."""
    years, month = divmod(decided.month - 1 + months, 12)
    for day in range(decided.day, 0, -1):
        try:
            return date(decided.year + years, month + 1, day)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


# Who may do what


class Part(StrEnum):
    """What somebody is to a proposal; they may be several at once, and everybody is a member."""

    MEMBER = "member"
    PROPOSER = "proposer"
    HELPER = "helper"
    FACILITATOR = "facilitator"
    LEAD = "lead"
    OBJECTOR = "objector"


class Act(StrEnum):
    """What somebody may do with a proposal."""

    SEE_DRAFT = "see the draft"
    INVITE = "invite a helper"
    CHANGE = "change the words"
    POST = "post it"
    CALL_MINOR = "say that it is only wording"
    AGREE_MINOR = "agree that it is only wording"
    MOVE_ON = "end the questions"
    FACILITATE = "offer to facilitate"
    ANSWER = "answer"
    RECONSIDER = "withdraw an objection"
    DISPUTE = "dispute an objection"
    RULE = "decide on a disputed objection"
    PARK = "park it"
    TAKE_UP = "take it up again"
    WITHDRAW = "take it back"


_ANYBODY = frozenset(Part)
_OWN = frozenset({Part.PROPOSER})
_WITH_HELP = frozenset({Part.PROPOSER, Part.HELPER})
_TOGETHER = frozenset({Part.PROPOSER, Part.HELPER, Part.FACILITATOR})

ALLOWED: Mapping[Act, Mapping[Stage, frozenset[Part]]] = {
    Act.SEE_DRAFT: {_S.DRAFT: _WITH_HELP, _S.PARKED: _ANYBODY, **dict.fromkeys(PUBLIC, _ANYBODY)},
    Act.INVITE: {_S.DRAFT: _OWN},
    Act.CHANGE: {_S.DRAFT: _WITH_HELP, _S.REACTIONS: _WITH_HELP, _S.INTEGRATE: _TOGETHER},
    Act.POST: {_S.DRAFT: _OWN, _S.REACTIONS: _WITH_HELP, _S.INTEGRATE: _TOGETHER},
    Act.CALL_MINOR: {_S.DRAFT: _OWN},
    Act.AGREE_MINOR: {_S.DRAFT: frozenset({Part.LEAD})},
    Act.MOVE_ON: {_S.QUESTIONS: _OWN},
    Act.FACILITATE: dict.fromkeys(PUBLIC, _ANYBODY),
    Act.ANSWER: {_S.CONSENT: _ANYBODY},
    Act.RECONSIDER: {_S.INTEGRATE: frozenset({Part.OBJECTOR})},
    Act.DISPUTE: {_S.INTEGRATE: _OWN},
    Act.RULE: {_S.INTEGRATE: frozenset({Part.FACILITATOR})},
    Act.PARK: {_S.INTEGRATE: frozenset({Part.PROPOSER, Part.FACILITATOR})},
    Act.TAKE_UP: {_S.PARKED: frozenset({Part.PROPOSER, Part.FACILITATOR})},
    Act.WITHDRAW: dict.fromkeys(UNSETTLED, _OWN),
}
"""Who may do what in which stage, and nobody else, and in no other."""

_NOT_PROPOSER = (Act.AGREE_MINOR, Act.FACILITATE, Act.RULE)
"""What nobody does for a proposal of their own."""


def may(act: Act, stage: Stage, parts: Collection[Part]) -> bool:
    """Whether somebody who is all of *parts* to a proposal in *stage* may do *act*."""
    if act in _NOT_PROPOSER and Part.PROPOSER in parts:
        return False
    return not ALLOWED[act].get(stage, frozenset()).isdisjoint(parts)


MOST_HELPERS = 2
"""How many people a proposer may ask to draft with them."""
LONGEST, LONGEST_REASON = 1_000, 600
"""Characters of what is proposed; of what it is for, and of why somebody objects or worries."""
REVIEWS: Mapping[str, int] = {"In three months": 3, "In six months": 6, "In a year": 12}
"""When a decision is looked at again, as the form asks it, in months."""
