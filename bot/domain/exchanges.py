"""Help that was given, thanks for it in the receiver's words, and what each has given and got."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct


class ExchangeState(StrEnum):
    """under_way: somebody said that they help; done, partly: the receiver's own word.

    Of what didn't happen nothing is kept.
    """

    UNDER_WAY = "under_way"
    DONE = "done"
    PARTLY = "partly"


_State = ExchangeState

COUNTED = (_State.DONE, _State.PARTLY)
"""States of help that was given."""

MOVES: Mapping[ExchangeState, frozenset[ExchangeState]] = {
    _State.UNDER_WAY: frozenset({_State.DONE, _State.PARTLY}),
    _State.DONE: frozenset({_State.PARTLY}),
    _State.PARTLY: frozenset({_State.DONE}),
}
"""What may follow each state: the receiver's latest word stands."""


def sources(after: ExchangeState) -> frozenset[ExchangeState]:
    """The states from which an exchange may come to be *after*."""
    return frozenset(before for before in ExchangeState if after in MOVES[before])


class Audience(StrEnum):
    """Who reads a thank-you: whoever is thanked; all in the channel; or all, in the digest."""

    PRIVATE = "private"
    CHANNEL = "channel"
    DIGEST = "digest"

    @property
    def label(self) -> str:
        """As a choice in a form says it."""
        return _LABELS[self]


_LABELS = {
    Audience.PRIVATE: "Only them",
    Audience.CHANNEL: "Everybody, in the channel",
    Audience.DIGEST: "Everybody, in the next digest",
}


def audience_of(label: str) -> Audience:
    """The audience whose label that is; the narrowest where it is none."""
    return next((each for each, said in _LABELS.items() if said == label), Audience.PRIVATE)


SAME = timedelta(days=14)
"""How long a thank-you to the same person is taken to be for the same help, unless it is said."""
LONGEST = 280
"""Characters of a thank-you."""


class Thanks(Struct, frozen=True, kw_only=True, array_like=True):
    """A thank-you before it is said: to whom (our own number), for what, and who may read it.

    `exchange` is the number of the help that it is for, or 0; `is_another`: it is for something
    else than what was thanked for a moment ago.
    """

    to: int
    words: str
    audience: Audience = Audience.PRIVATE
    exchange: int = 0
    is_another: bool = False


def fault_in(words: str) -> str:
    """What is wrong with the words of a thank-you, in plain English; or ""."""
    if not words:
        return "Say in a few words what for, as in: for spotting the step we'd missed."
    if len(words) > LONGEST:
        return f"That is {len(words)} characters. {LONGEST} are the most: a sentence or two."
    return ""


class Balance(NamedTuple):
    """How often somebody has been helped, and has helped others: for their own eyes alone."""

    got: int
    gave: int


def balances(counted: Iterable[tuple[int | None, int | None]]) -> dict[int | None, Balance]:
    """Everybody's balance by (giver, receiver) of what counts; None is who isn't here any more."""
    found: dict[int | None, Balance] = {}
    for giver, receiver in counted:
        before = found.get(giver, Balance(0, 0))
        found[giver] = before._replace(gave=before.gave + 1)
        before = found.get(receiver, Balance(0, 0))
        found[receiver] = before._replace(got=before.got + 1)
    return found
