"""Measures how one-off events are noticed: days on which far more people speak than is usual."""

from __future__ import annotations

from datetime import date

import numpy as np

from benchmarks.energy_scores import Workspace
from benchmarks.energy_surrogates import (
    WHOLE,
    Exports,
    Ints,
    Stream,
    joined,
    shuffled,
    tables,
    window,
)
from bot.judgement.energy.interface import EnergyDocument, judge_crowds

TIMES = (3.0, 5.0, 8.0)
"""Times as many people as on the usual day of that weekday; four at least."""
FIRST, APART = 70, 90
"""Days before the first event of a series, and about how many lie between two."""
NEAR = 2
FEWEST = 4


def with_event(one: Stream, day: int, wanted: int, rng: np.random.Generator) -> Stream:
    """The stream with *wanted* people on a day: whole days of others of other weeks are added."""
    others = np.unique(one.day)
    rng.shuffle(others)
    parts = [one]
    there = set(one.author[one.day == day].tolist())
    for source in others.tolist():
        if len(there) >= wanted:
            break
        added = one.part(one.day == source)
        there |= set(added.author.tolist())
        moved = np.full_like(added.day, day)
        parts.append(Stream(day=moved, author=added.author, talk=added.talk + (1 << 19)))
    return joined(parts)


def usual_people(one: Stream, start: int, days: int) -> Ints:
    """The mean of people on each weekday, rounded up."""
    people = tables(one, start, days)["p"].reshape(-1, 7)
    return np.asarray(np.ceil(people.mean(axis=0)), np.int64)


def real(exports: Exports, count: int, seed: int) -> None:
    """Print how many planted events are noticed on their day or the next, and false ones."""
    planted = dict.fromkeys(TIMES, 0)
    found = dict.fromkeys(TIMES, 0)
    false, years = 0, 0.0
    for place, streams in enumerate(exports.values()):
        channels = [one for name, one in streams.items() if name != WHOLE]
        for number in range(count):
            rng = np.random.default_rng([seed, place, number, 7])
            start, weeks = window(channels, rng)
            for one in channels:
                made = shuffled(one, start, weeks, set(), rng)
                if made is None:
                    continue
                told, events = _one(made, start, 7 * weeks, rng)
                for day, times in events.items():
                    planted[times] += 1
                    found[times] += any(0 <= said - day < NEAR for said in told)
                false += sum(all(abs(said - day) > 7 for day in events) for said in told)
                years += 7 * weeks / 365.25
    print("ONE-OFF EVENTS planted in real channels")
    for times in TIMES:
        print(f"x{times:.0f} people: {found[times]} of {planted[times]}")
    print(f"false alarms a channel-year {false / max(years, 1e-9):.2f}\n")


def _one(
    made: Stream, start: int, days: int, rng: np.random.Generator
) -> tuple[list[int], dict[int, float]]:
    """The days told of one channel, and those on which an event was planted, with its size."""
    usual = usual_people(made, start, days)
    events: dict[int, float] = {}
    day = FIRST + int(rng.integers(APART))
    while day < days - NEAR:
        if day % 7 < 5:
            events[day] = float(rng.choice(TIMES))
            wanted = max(FEWEST, round(events[day] * int(usual[day % 7])))
            made = with_event(made, start + day, wanted, rng)
        day += int(rng.integers(APART // 2, 2 * APART))
    counts = tables(made, start, days)
    space = Workspace(
        start=date.fromordinal(start),
        holidays=set(),
        stats={name: table[None] for name, table in counts.items()},
        phases=[],
    )
    document = EnergyDocument(
        start=space.start,
        series=["one"],
        counts=space.stats["n"].tolist(),
        people=space.stats["p"].tolist(),
        stats={"a": space.stats["a"].tolist()},
    )
    return judge_crowds(document)["one"], events
