"""Tending as a role for a while: how long a term is, and what becomes of a question to take it."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum

REMINDED = timedelta(days=14)
"""How long before its end a lead hears of it."""

STANDS = timedelta(days=14)
"""How long somebody has to answer; no answer is a no."""


SPONSOR_MONTHS = 12
"""How long somebody is a sponsor before they are asked again."""

PROMISE = (
    "What members write and do here is not used to judge, reward or discipline anybody at work."
)
"""What a sponsor promises in writing by their yes."""


class Role(StrEnum):
    """What somebody is asked to take on.

    instead: tend the network in the place of whoever asks; beside: tend it with them;
    alternative: be whom members may turn to where something is about a lead; sponsor: support the
    network from the hierarchy, and see nothing of it but what it passes on.
    """

    INSTEAD = "instead"
    BESIDE = "beside"
    ALTERNATIVE = "alternative"
    SPONSOR = "sponsor"


class AskedState(StrEnum):
    """asked: it waits for their answer; taken, declined: theirs; withdrawn, lapsed: no more."""

    ASKED = "asked"
    TAKEN = "taken"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


def months_after(day: date, months: int) -> date:
    """The same day *months* later, or the last of that month where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
