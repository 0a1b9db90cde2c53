"""Which kind of convening answers which reason of an ebb or flow, and what to hope for of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from bot.domain.nudges import ConveningKind as Kind
from bot.judgement.why import Context, Why

PROPOSED: Mapping[str, Kind] = {
    Context.NEWCOMERS: Kind.QUESTION_ROUND,
    Context.FEW_VOICES: Kind.QUESTION_ROUND,
    Context.ASKS_WAITING: Kind.ASKS_ROUND,
    Context.NO_ASKS: Kind.ASKS_ROUND,
    Context.TOPIC_SPENT: Kind.SHOW_AND_TELL,
    Context.LEAD_ABSENT: Kind.SHOW_AND_TELL,
    Context.AFTER_GATHERING: Kind.HARVEST,
    Context.PURPOSE_MET: Kind.HARVEST,
    Context.GATHERING_LIFT: Kind.HARVEST,
    Context.SHARED_CONCERN: Kind.CALL,
    Context.DECLINE: Kind.CALL,
}
"""Reasons that aren't here ask for something else than a post: ordinary variation, quiet seasons
and pressure for patience; a voice that went quiet and a difference for a private word first; a move
for following it; too much of the bot for less of it; arrivals for being answered; where no
reason is known, people are asked for theirs."""

EVEN_IN_REST = (Context.AFTER_GATHERING,)
"""What was said at a gathering is worth catching, though its lull is best left alone."""


OF_FLOWS = (Context.GATHERING_LIFT, Context.SHARED_CONCERN, Context.NEW_ARRIVALS, Context.GROWING)


IN_ROUNDS = (Kind.QUESTION_ROUND, Kind.ASKS_ROUND, Kind.DIFFERENCE_ROUND, Kind.STOP_ROUND)
"""Kinds in which everybody answers one question, and who begins sets the tone."""

MORE_LOTS = 3
"""How many lots they have who were not heard lately; everybody else has one."""


def by_lot(people: Collection[int], lately: Collection[int], *, lot: Random) -> list[int]:
    """*people* in the order in which they are drawn; who was not heard *lately* has more lots.

    Weighted sampling without replacement (Efraimidis & Spirakis 2006,
    doi:10.1016/j.ipl.2005.11.003). To be drawn says nothing of anybody: each may be.
    """
    keys = {
        who: lot.random() ** (1 / (1 if who in lately else MORE_LOTS)) for who in sorted(people)
    }
    return sorted(keys, key=lambda who: keys[who], reverse=True)


def answers_ebb(because: str) -> bool:
    """Whether a draft that was made *because* of a reason (its code, or "") answers an ebb."""
    return because != "" and because not in OF_FLOWS


def proposed(why: Why) -> Kind | None:
    """The convening that answers the first reason of *why*; None where patience, or none, does."""
    if not why.hypotheses:
        return None
    first = why.hypotheses[0].code
    return PROPOSED.get(first) if not why.leave_it or first in EVEN_IN_REST else None


@dataclass(frozen=True, kw_only=True)
class Script:
    """What a convening's form is filled with: whom it is for, what to hope for, when to look.

    `review_after` counts from the day on which it is posted.
    """

    who_for: str
    hope: str
    review_after: timedelta = timedelta(days=14)

    def review_on(self, posted: date) -> date:
        """The day of the review: a working day of the week where it can be."""
        day = posted + self.review_after
        return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


SCRIPTS: Mapping[Kind, Script] = {
    Kind.QUESTION_ROUND: Script(
        who_for="everybody, and most of all those who haven't spoken this month",
        hope="five people who haven't spoken this month take part, and every question gets an"
        " answer from a person",
    ),
    Kind.ASKS_ROUND: Script(
        who_for="everybody who could use a hand",
        hope="five people ask for something small, and each ask gets an answer from a person",
    ),
    Kind.COFFEE_PAIRS: Script(
        who_for="anybody who would like to meet somebody new here",
        hope="three pairs meet, and one of them tells us something that they learned",
        review_after=timedelta(days=21),
    ),
    Kind.REVIEW_TRIO: Script(
        who_for="anybody with a piece of work that isn't finished",
        hope="two trios form, and each piece of work gets an answer from two people",
        review_after=timedelta(days=21),
    ),
    Kind.SHOW_AND_TELL: Script(
        who_for="anybody who tried something lately, finished or not",
        hope="three people show something, and somebody new asks about each",
    ),
    Kind.HARVEST: Script(
        who_for="everybody who was part of it",
        hope="ten things that were learned are gathered in one note that others can find",
    ),
    Kind.DIFFERENCE_ROUND: Script(
        who_for="everybody who sees it one way or the other",
        hope="both sides say what they care about, and we know what we would try together",
    ),
    Kind.STOP_ROUND: Script(
        who_for="everybody",
        hope="we name two things to stop, and nobody misses them",
    ),
    Kind.CALL: Script(
        who_for="everybody for whom the question matters",
        hope="eight people come, and what was said is in a note within a week",
    ),
    Kind.WELCOME_BACK: Script(
        who_for="everybody who is back after the quiet time",
        hope="the fortnight after is as lively as is usual for us",
    ),
}
"""Every kind that can be drafted has one."""


LINES: Mapping[Kind, str] = {
    Kind.QUESTION_ROUND: "one question, a line or two from each",
    Kind.ASKS_ROUND: "everybody asks for one small thing on the same day",
    Kind.COFFEE_PAIRS: "two people who haven't met, for twenty minutes",
    Kind.REVIEW_TRIO: "three people read one another's unfinished work",
    Kind.SHOW_AND_TELL: "what somebody tried, finished or not",
    Kind.HARVEST: "what was heard and learned, gathered in one note",
    Kind.DIFFERENCE_ROUND: "both sides of what you don't agree on; a private word first",
    Kind.STOP_ROUND: "what you could stop doing",
    Kind.CALL: "half an hour aloud, at a time that suits most",
    Kind.WELCOME_BACK: "a first question after a quiet time",
}
"""Each kind in a line, for choosing among them."""
