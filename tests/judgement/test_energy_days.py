"""Pins the exact days on which the energy filter speaks, so that a change of the method shows.

A day that moves is no fault in itself: whoever changes the method measures it (`benchmarks/energy`)
and writes the new days here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import exp, nan
from random import Random
from typing import NamedTuple

import pytest

from bot.domain.phases import Phase
from bot.judgement.energy import NETWORK_STRICTNESS, Rhythm, advance, begin

START = date(2026, 1, 5)
CHANGES, DAYS = 112, 170
WEEK = (1.0, 1.1, 1.2, 1.0, 0.9, 0.2, 0.2)
SLOWER = ("down by four tenths", "halved for a fortnight")
Day = tuple[float, float, float]


class Spell(NamedTuple):
    """A phase that was told: on which day after the change, which, since when, until when."""

    told: int
    phase: Phase
    since: int
    last: int


LEVELS: Mapping[str, float] = {
    "steady": 25,
    "halved": 25,
    "halved, two a day": 2,
    "to a quarter, six a day": 6,
    "down by four tenths": 25,
    "down slowly": 25,
    "doubled": 25,
    "up by half": 25,
    "one loud day": 25,
    "halved, messages alone": 25,
    "loud by one voice": 25,
    "three days of a flood": 25,
    "halved for a fortnight": 25,
}


def size(name: str, ahead: int) -> float:
    """How much is said against the usual, *ahead* days after the change."""
    if ahead < 0 or name == "steady":
        return 1.0
    if name.startswith("halved"):
        return 1.0 if "fortnight" in name and ahead >= 14 else 0.5
    if name == "down slowly":
        return max(0.4, 1 - 0.02 * ahead)
    if name == "one loud day":
        return 6.0 if ahead == 0 else 1.0
    sizes = {"to a quarter": 0.25, "down by": 0.6, "doubled": 2.0, "up by": 1.5}
    return next((found for word, found in sizes.items() if name.startswith(word)), 1.0)


def drawn(rng: Random, mean: float) -> int:
    """A Poisson number: the standard library's draws stay the same from version to version."""
    number, left = 0, rng.random()
    chance = exp(-mean)
    while left > chance and number < 1000:
        left -= chance
        number += 1
        chance *= mean / number
    return number


def counts(rngs: Mapping[str, Random], ahead: int, weekday: int) -> dict[str, Day]:
    """Messages, people and conversations of every series on a day."""
    found: dict[str, Day] = {}
    for name, rng in rngs.items():
        mean = LEVELS[name] * WEEK[weekday] * size(name, ahead)
        people = drawn(rng, mean / 3)
        messages = people + drawn(rng, 2 * mean / 3)
        talks = min(people, drawn(rng, mean / 5))
        if name == "loud by one voice" and ahead >= 0:
            messages += 60
        if name == "three days of a flood" and 0 <= ahead < 3:
            people, messages, talks = people + 1, messages + 60, talks + 20
        alone = name.endswith("alone")
        found[name] = (messages, nan if alone else people, nan if alone else talks)
    return found


def spells(
    *, strictness: float = 1.0, days_off: int = 0, names: Sequence[str] = tuple(LEVELS)
) -> dict[str, list[Spell]]:
    """What is said of each series, whose first *days_off* days after the change are holidays."""
    state = begin(start=START, series=[*names], strictness=strictness)
    rngs = {name: Random(f"energy/{name}") for name in names}
    found: dict[str, list[Spell]] = {name: [] for name in names}
    for n in range(DAYS):
        day, ahead = START + timedelta(days=n), n - CHANGES
        rhythm = Rhythm.HOLIDAY if 0 <= ahead < days_off else Rhythm.ORDINARY
        seen = counts(rngs, ahead, day.weekday())
        for name, reading in zip(
            names, advance(state, day=day, counts=seen, rhythm=rhythm), strict=True
        ):
            said = found[name]
            if reading.is_alert:
                since = reading.since or day
                said.append(Spell(ahead, reading.phase, (since - START).days - CHANGES, ahead))
            elif said and reading.phase is said[-1].phase and said[-1].last == ahead - 1:
                said[-1] = said[-1]._replace(last=ahead)
    return found


@pytest.fixture(scope="module")
def said() -> dict[str, list[Spell]]:
    """What is said of every series."""
    return spells()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("steady", []),
        ("halved", [Spell(1, Phase.EBB, -2, 55)]),
        ("halved, two a day", []),
        ("to a quarter, six a day", [Spell(3, Phase.EBB, -1, 57)]),
        ("down by four tenths", [Spell(4, Phase.EBB, 3, 57)]),
        ("down slowly", [Spell(16, Phase.EBB, 12, 57)]),
        ("doubled", [Spell(1, Phase.FLOW, 0, 55)]),
        ("up by half", [Spell(10, Phase.FLOW, 6, 12)]),
        ("one loud day", []),
        ("halved, messages alone", [Spell(3, Phase.EBB, 1, 11), Spell(14, Phase.EBB, 13, 57)]),
        ("loud by one voice", []),
        ("three days of a flood", []),
        ("halved for a fortnight", [Spell(2, Phase.EBB, 0, 13)]),
    ],
)
def test_it_speaks_on_exactly_these_days(
    said: dict[str, list[Spell]], name: str, expected: list[Spell]
) -> None:
    assert said[name] == expected


def test_of_a_network_it_speaks_a_little_later() -> None:
    assert spells(strictness=NETWORK_STRICTNESS, names=SLOWER) == {
        "down by four tenths": [Spell(4, Phase.EBB, 3, 5)],
        "halved for a fortnight": [Spell(3, Phase.EBB, 0, 13)],
    }


def test_days_off_that_are_known_of_say_nothing_of_an_ebb() -> None:
    assert spells(days_off=5, names=SLOWER) == {
        "down by four tenths": [Spell(8, Phase.EBB, 7, 57)],
        "halved for a fortnight": [Spell(10, Phase.EBB, 5, 13)],
    }
