"""The first run of a network: five steps, each of which may be skipped, in any order."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.domain.moments import moment_of
from bot.domain.typed import simplified


class Step(StrEnum):
    """What a network is asked for once, in this order."""

    PURPOSE = "purpose"
    CHANNELS = "channels"
    CHARTER = "charter"
    HOURS = "hours"
    SPONSOR = "sponsor"

    @property
    def number(self) -> int:
        """Which of the five it is, from 1 on."""
        return [*Step].index(self) + 1


def next_step(done: Collection[str]) -> Step | None:
    """The first step that was neither answered nor skipped; None after the last."""
    return next((step for step in Step if step.value not in done), None)


MOST_CHANNELS = 10
_CHANNEL = re.compile(r"[^\s,;#<>|]{1,80}")


def channels_in(text: str) -> list[str]:
    """The names in "#frailty, #frailty-asks and ward", each once, without their signs."""
    names = [found for found in _CHANNEL.findall(simplified(text).casefold()) if found != "and"]
    return [*dict.fromkeys(names)][:MOST_CHANNELS]


class Quiet(NamedTuple):
    """Days on which the network rests: what they are called, the first and the last."""

    name: str
    first: date
    last: date


LONGEST = timedelta(days=366)
_DAYS = re.compile(r"(?P<name>.+?)[,:]\s*(?P<first>.+?)\s+(?:to|until|till|-)\s+(?P<last>.+)")


def quiet_of(text: str, *, now: datetime) -> Quiet | None:
    """What "Summer: 22 Jul to 30 Aug" means, by the writer's own clock; None if it isn't clear."""
    found = _DAYS.fullmatch(simplified(text))
    if found is None:
        return None
    first = moment_of(found["first"], now=now)
    if first is None:
        return None
    start = datetime.combine(first.day, now.time(), now.tzinfo)
    last = moment_of(found["last"], now=start)
    if last is None or not timedelta() <= last.day - first.day <= LONGEST:
        return None
    return Quiet(found["name"].strip(" \"'"), first.day, last.day)
