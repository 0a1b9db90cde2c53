"""An idea from its choice to what came of it: its states, and which state may follow which."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from bot.domain.ids import ChannelId


class IdeaState(StrEnum):
    """Where an idea is.

    candidate: it is about to be asked for, or could not be asked for after all; asked: its author
    was asked once, and nobody else knows; agreed: its author said yes, or handed it over by their
    own act, for this network alone (its digest, and what is found there); featured: a digest has
    told it. refused and lapsed (no answer is no) are bare facts that nobody is shown. withdrawn:
    its author took it back, at any time; gone: what it came from was deleted or closed.
    """

    CANDIDATE = "candidate"
    ASKED = "asked"
    AGREED = "agreed"
    FEATURED = "featured"
    REFUSED = "refused"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    GONE = "gone"


_State = IdeaState

MOVES: Mapping[IdeaState, frozenset[IdeaState]] = {
    _State.CANDIDATE: frozenset({_State.ASKED, _State.GONE}),
    _State.ASKED: frozenset({_State.AGREED, _State.REFUSED, _State.LAPSED, _State.GONE}),
    _State.AGREED: frozenset({_State.FEATURED, _State.WITHDRAWN, _State.GONE}),
    _State.FEATURED: frozenset({_State.WITHDRAWN, _State.GONE}),
    _State.REFUSED: frozenset(),
    _State.LAPSED: frozenset(),
    _State.WITHDRAWN: frozenset(),
    _State.GONE: frozenset(),
}
"""What may follow each state. Nothing follows a no, and nobody is asked twice."""

TOLD = (_State.FEATURED, _State.AGREED)
"""States in which a digest may tell of it."""

TAKEN_OUT = (_State.WITHDRAWN, _State.GONE)
"""States in which nothing of it is kept but that it was there."""


def may_become(before: IdeaState, after: IdeaState) -> bool:
    """Whether an idea that is *before* may be *after* next."""
    return after in MOVES[before]


def sources(after: IdeaState) -> frozenset[IdeaState]:
    """The states from which an idea may come to be *after*."""
    return frozenset(before for before in IdeaState if may_become(before, after))


LONGEST = 300
"""Characters of an idea in plain words: a sentence or two."""


def fault_in(words: str) -> str:
    """What is wrong with *words* as an idea in plain words, in plain English; or ""."""
    if not words.strip():
        return "Write a sentence: what would you like others to know?"
    if len(words) > LONGEST:
        return f"That is {len(words)} characters. {LONGEST} are the most: a sentence or two."
    return ""


class Link(NamedTuple):
    """A message that somebody points to."""

    channel: ChannelId
    ts: int


_LINK = re.compile(r"message:(\S+)/(\d+)(?!\d)")


def pointed_to(text: str) -> Link | None:
    """The message that *text* is a link to, or None where it is words."""
    found = _LINK.search(text)
    return Link(ChannelId(found[1]), int(found[2])) if found else None
