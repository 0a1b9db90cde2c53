"""How somebody comes into a network, looks around, takes part, rests and leaves.

Pure: who is greeted, what may follow what, and which word is due when.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from bot.domain.drafts import is_too_large


class MembershipState(StrEnum):
    """Where somebody is with a network.

    invited: they came in and were greeted; observing: they look around, and are left in peace;
    member: they are in; resting: in, and not to be written to or asked until they come back;
    left: they went, and nothing else is kept of it.
    """

    INVITED = "invited"
    OBSERVING = "observing"
    MEMBER = "member"
    RESTING = "resting"
    LEFT = "left"


State = MembershipState

MOVES: Mapping[State, frozenset[State]] = {
    State.INVITED: frozenset((State.OBSERVING, State.MEMBER, State.RESTING, State.LEFT)),
    State.OBSERVING: frozenset((State.MEMBER, State.RESTING, State.LEFT)),
    State.MEMBER: frozenset((State.OBSERVING, State.RESTING, State.LEFT)),
    State.RESTING: frozenset((State.OBSERVING, State.MEMBER, State.LEFT)),
    State.LEFT: frozenset(),
}
"""What may follow what. Who left and comes again begins anew, with nothing of before."""


def before(state: State) -> list[str]:
    """The states, as they are kept, from which somebody may come to *state*."""
    return [each.value for each, after in MOVES.items() if state in after]


class Use(StrEnum):
    """Whether it has been any use to a newcomer yet: their own answer after a fortnight."""

    YES = "yes"
    NOT_YET = "not yet"
    LEAVE = "leave me be"


# Who is greeted


class Arrival(Struct, frozen=True, kw_only=True):
    """Somebody's coming into a channel, and what is known of them.

    `since` is from when on the network, and the bot in this channel, have been there; `is_known`:
    they were in the network before; `is_set_up`: somebody has said what the network is for;
    `is_back`: they had left it.
    """

    at: datetime
    since: datetime
    now: datetime
    is_set_up: bool
    is_known: bool = False
    is_back: bool = False
    is_guest: bool = False
    is_here_already: bool = False


STALE = timedelta(days=3)
"""What is heard of so much later is no coming that a greeting would answer."""


def reason_against(arrival: Arrival) -> str:
    """Why somebody isn't greeted, in plain words; "" where they are."""
    if arrival.is_here_already:
        return "they were greeted before"
    if arrival.is_guest:
        return "people of other organisations are not greeted"
    if arrival.is_known:
        return "they have been here for a while"
    if arrival.at < arrival.since:
        return "they came before the bot did"
    if arrival.now - arrival.at > STALE:
        return "they came days ago"
    if not arrival.is_set_up:
        return "the network is not set up yet"
    return ""


# What is due afterwards


class Word(StrEnum):
    """What a newcomer hears unasked after the greeting, once each."""

    CHECK_IN = "check-in"
    REMINDER = "reminder"


class Standing(Struct, frozen=True, kw_only=True):
    """What decides on the next word to somebody."""

    state: State
    joined_at: datetime
    is_checked: bool = False
    use: str = ""
    is_reminded: bool = False
    has_offered: bool = False


CHECK_IN, REMINDER = timedelta(days=14), timedelta(days=30)
LATEST = timedelta(days=14)
"""How much later than its day a word is still of use."""


def due(standing: Standing, *, now: datetime) -> Word | None:
    """The word that is due to somebody now, if one is; who only looks around hears none."""
    age = now - standing.joined_at
    is_reachable = standing.state in (State.INVITED, State.MEMBER)
    if not is_reachable or standing.use == Use.LEAVE:
        return None
    if not standing.is_checked and CHECK_IN <= age < CHECK_IN + LATEST:
        return Word.CHECK_IN
    can_offer = standing.state is State.MEMBER and not standing.has_offered
    if can_offer and not standing.is_reminded and REMINDER <= age < REMINDER + LATEST:
        return Word.REMINDER
    return None


# The introduction

LONGEST = 500
"""Characters of each part of an introduction: two or three sentences."""


class Introduction(Struct, frozen=True, kw_only=True, array_like=True):
    """Who somebody is, the question that they have, and what they could offer; "" is left out.

    Newcomers who say how they come to a group and ask something specific get more replies (Burke,
    Kraut and Joyce, Membership claims and requests, Small Group Research 41(1), 2010,
    doi:10.1177/1046496409351936). It is kept nowhere but in the preview that shows it.
    """

    who: str
    question: str
    offer: str = ""


def faults_in(draft: Introduction) -> dict[str, str]:
    """What is wrong with it, in plain English, by the field's name."""
    wrong = {
        name: f"That is {len(text)} characters. {LONGEST} are the most: two or three sentences."
        for name in ("who", "question", "offer")
        if len(text := getattr(draft, name)) > LONGEST
    }
    if not draft.who:
        wrong["who"] = "A line is enough: who you are, and how you come to this group."
    if not draft.question:
        wrong["question"] = "One specific question is what people answer most readily."
    if not wrong and is_too_large(draft):
        wrong["who"] = "That is a little too long all together. Could it be shorter?"
    return wrong
