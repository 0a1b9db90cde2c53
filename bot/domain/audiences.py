"""For whose ears something is meant: each audience is asked for by itself, and taken back so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum


class Audience(StrEnum):
    """Who may be told of something that a member handed over.

    network: all members, in the digest, in what can be found, and on the bot's own page; sponsor:
    whoever supports the network from the hierarchy, in their brief; public: anybody.
    """

    NETWORK = "network"
    SPONSOR = "sponsor"
    PUBLIC = "public"

    @property
    def label(self) -> str:
        """As a choice in a form says it."""
        return _LABELS[self]

    @property
    def words(self) -> str:
        """Who that is, as a sentence says it."""
        return _WORDS[self]


_LABELS = {
    Audience.NETWORK: "Everybody in this network",
    Audience.SPONSOR: "Our sponsor too",
    Audience.PUBLIC: "Anybody at all",
}
_WORDS = {
    Audience.NETWORK: "everybody in this network",
    Audience.SPONSOR: "our sponsor",
    Audience.PUBLIC: "anybody at all",
}


def in_order(audiences: Iterable[Audience | str]) -> tuple[Audience, ...]:
    """*audiences* without repeats, the nearest first.

    Raises:
        ValueError: one of them is no audience.
    """
    found = {Audience(each) for each in audiences}
    return tuple(each for each in Audience if each in found)


def listed(audiences: Sequence[Audience]) -> str:
    """*audiences* as a sentence says them: "everybody in this network and our sponsor"."""
    *before, last = [each.words for each in audiences] or [""]
    return " and ".join([", ".join(before), last]) if before else last
