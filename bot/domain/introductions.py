"""Introductions: two people who meet only if both say yes, and bridges between two groups."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from bot.domain.ids import MemberId

HEARD_BY = timedelta(days=7)
"""Whoever can't hear of it in this time isn't asked."""
LAPSES = timedelta(days=14)
"""How long an answer is awaited, once both can have heard the question."""
SPARED = timedelta(days=365)
"""How long two of whom nothing came aren't asked again about each other."""
KEPT = timedelta(days=365)
"""How long it is known who was introduced to whom."""
TURN = timedelta(days=28)
"""The bot itself thinks of somebody for an introduction once in this time, at the most."""
MOST = 3
"""Introductions that somebody has thought of, and that are still to be answered."""
LONGEST = 280
"""Characters of the reason why two people should meet."""

SET_ASIDE = timedelta(days=90)
"""How long two groups aren't suggested again."""
LOOK_BACK = timedelta(weeks=12)
"""The time in which two groups have hardly answered each other."""
AFTERWARDS = timedelta(weeks=8)
"""The time after which it is looked at what came of a bridge."""


class Origin(StrEnum):
    """Who thought of it: a member, of two others or of themselves and another; those who tend, to
    bring two groups together; or the bot, of two whom the same person has helped.
    """

    MEMBER = "member"
    OWN = "own"
    BRIDGE = "bridge"
    HELPER = "helper"


class State(StrEnum):
    """asking: not everybody has said yes; made: both have. Of what came to nothing no row is left.

    An introduction is asked about until its day, whatever anybody has said by then, so that nobody
    can tell a no from silence.
    """

    ASKING = "asking"
    MADE = "made"


class BridgeState(StrEnum):
    """What those who tend made of a bridge that was suggested."""

    ASKED = "asked"
    GATHERED = "gathered"
    SET_ASIDE = "set aside"


class Draft(Struct, frozen=True, kw_only=True, array_like=True):
    """Two people by our own numbers, and why they should meet; kept in its preview alone."""

    one: int
    other: int
    words: str = ""


def fault_in(words: str) -> str:
    """What is wrong with the reason for an introduction, in plain English; or ""."""
    if not words:
        return "Say in a few words why, as in: for the falls leaflet that both of you work on."
    if len(words) > LONGEST:
        return f"That is {len(words)} characters. {LONGEST} are the most: a sentence or two."
    return ""


class Named(NamedTuple):
    """Two people as somebody typed them, and the reason; "me" is whoever typed it."""

    one: str
    other: str
    words: str


ME = "me"
_NAME = r"<@[^>]{1,80}>|@.{1,60}?"
_TWO = re.compile(
    rf"(?P<one>me|{_NAME})\s+(?:to|and|with)\s+(?P<other>me|{_NAME})"
    r"(?:[\s,:]+(?P<words>(?:for|about|because|so|as|since|that|who)\b.*))?",
    re.IGNORECASE | re.DOTALL,
)


def two_in(text: str) -> Named | None:
    """The two people whom *text* names, each with an @; None where it doesn't."""
    found = _TWO.fullmatch(" ".join(text.split()))
    if found is None or found["one"].casefold() == found["other"].casefold() == ME:
        return None
    return Named(found["one"], found["other"], (found["words"] or "").strip())


class Typed(Struct, frozen=True, kw_only=True, array_like=True):
    """What somebody typed, and whom the platform's mentions in it name, in their order."""

    text: str
    mentions: tuple[MemberId, ...] = ()
