"""Makes series of known truth with real noise: real messages, their weeks shuffled, phases planted.

A window of a community's calendar is taken. Every channel is levelled (whole conversations are left
out where it was busier than usual, and added from other weeks where it was quieter), so that no
slow phase is left, and its weeks change places; weeks with a public holiday or of the festive
season stay where they are. Then ebbs are planted by taking out messages, conversations or people,
and flows by adding the real conversations of other weeks.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.energy_scores import Phase, Table, Workspace, planted
from bot.domain.events import MessagePosted
from bot.judgement.energy.interface import rhythm_of
from bot.judgement.energy.state import EBB, Rhythm
from bot.platforms.export import Report, open_export

DAY = 86_400 * 10**6
SILENCE = 45 * 60 * 10**6
"""A flat channel's conversation ends with so much silence."""
EPOCH = date(1970, 1, 1).toordinal()
WINDOW = 104
"""Weeks of a series."""
LEAST, ALIVE = 4.9, 0.8
"""Messages a week (0.7 a day, as in the generated series) and the share of ordinary weeks with any,
below which a channel has too little life to be one of the series."""
WHOLE = "*"
"""Where all channels of an export together are found."""
_FAR = 1 << 32

Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A channel's messages in order: proleptic day, author and conversation of each."""

    day: Ints
    author: Ints
    talk: Ints

    def part(self, rows: NDArray[np.bool_] | Ints) -> Stream:
        """The messages at *rows*."""
        return Stream(day=self.day[rows], author=self.author[rows], talk=self.talk[rows])


Exports = dict[str, dict[str, Stream]]
"""The channels of every export by address, and `WHOLE`."""


def joined(parts: list[Stream]) -> Stream:
    """All messages of several streams, in order of days."""
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("day", "author", "talk")
    }
    order = np.argsort(columns["day"], kind="stable")
    return Stream(**{name: column[order] for name, column in columns.items()})


def stream(rows: Iterable[tuple[int, str, object]], zone: float) -> Stream:
    """A stream from (microseconds, author, thread or None), cut into conversations."""
    authors: dict[str, int] = {}
    talks: dict[object, int] = {}
    flat, last = 0, 0
    out: list[tuple[int, int, int]] = []
    for at, author, thread in sorted(rows, key=lambda row: row[0]):
        if thread is None:
            flat += at - last > SILENCE
            last, thread = at, ("flat", flat)
        day = EPOCH + (at + int(zone * 3600) * 10**6) // DAY
        who = authors.setdefault(author, len(authors))
        out.append((day, who, talks.setdefault(thread, len(talks))))
    array = np.array(out, np.int64).reshape(-1, 3)
    return Stream(day=array[:, 0], author=array[:, 1], talk=array[:, 2])


def zone_of(instants: Ints) -> float:
    """The hours ahead of UTC at which a community's quietest six hours begin at one at night."""
    hours = np.bincount(instants // (DAY // 24) % 24, minlength=24)
    quiet = [int(hours[np.arange(first, first + 6) % 24].sum()) for first in range(24)]
    return float((1 - int(np.argmin(quiet)) + 11) % 24 - 11)


def read_export(folder: Path) -> dict[str, Stream]:
    """The channels of an unpacked export, by address, and `WHOLE`."""
    rows: list[tuple[str, int, str, object]] = []
    with open_export(folder) as export:
        for batch in export.batches(report=Report()):
            rows += [
                (str(e.channel), e.ts, str(e.author), e.thread)
                for e in batch.events
                if isinstance(e, MessagePosted) and not e.by_bot
            ]
    rows.sort(key=lambda row: row[:2])
    zone = zone_of(np.array([row[1] for row in rows], np.int64))
    found = {
        name: stream([row[1:] for row in channel], zone)
        for name, channel in groupby(rows, key=lambda row: row[0])
    }
    whole = [(at, who, None if one is None else (name, one)) for name, at, who, one in rows]
    return {**found, WHOLE: stream(whole, zone)}


def communities(folder: Path) -> Exports:
    """The channels of every unpacked export in a folder."""
    exports = sorted(path.parent for path in folder.glob("*/channels.json"))
    return {path.name: read_export(path) for path in exports}


def tables(one: Stream, start: int, days: int) -> dict[str, NDArray[np.float64]]:
    """The statistics of every day: n, p, a, c, pc and d3."""
    inside = (one.day >= start) & (one.day < start + days)
    day, author, talk = one.day[inside] - start, one.author[inside], one.talk[inside]

    def per_day(of: Ints) -> NDArray[np.float64]:
        return np.bincount(of, minlength=days).astype(float)

    pairs, each = np.unique(day * _FAR + author, return_counts=True)
    spoke = pairs // _FAR
    talks = np.unique(day * _FAR + talk)
    begun = np.unique(talk, return_index=True)[1]
    both = np.unique(day * (1 << 40) + author * (1 << 20) + talk % (1 << 20))
    return {
        "n": per_day(day),
        "p": per_day(spoke),
        "a": per_day(talks // _FAR),
        "c": per_day(day[begun]),
        "pc": per_day(both >> 40),
        "d3": np.bincount(spoke, np.minimum(each, 3), days).astype(float),
    }


class _Weeks:
    """A stream by its weeks from *start* on (a Monday), for taking some from one to another."""

    def __init__(self, one: Stream, start: int, weeks: int) -> None:
        edges = np.searchsorted(one.day, start + 7 * np.arange(weeks + 1))
        self.start = start
        self.rows = [np.arange(a, b) for a, b in pairwise(edges)]
        self.one = one

    def taken(self, source: int, target: int, share: float, rng: np.random.Generator) -> Stream:
        """A share of the conversations of one week, as if they had been in another."""
        part = self.one.part(self.rows[source])
        talks, which = np.unique(part.talk, return_inverse=True)
        part = part.part(rng.random(len(talks))[which] < share)
        fresh = int(rng.integers(1 << 19)) * 2  # a conversation of a week moved is another one
        return Stream(
            day=part.day + 7 * (target - source), author=part.author, talk=part.talk + fresh
        )


def is_special(monday: int, holidays: set[date]) -> bool:
    """Whether a week holds a holiday on a working day, or a festive day."""
    days = [date.fromordinal(monday + ahead) for ahead in range(7)]
    return any(
        (rhythm := rhythm_of(day, holidays)) is Rhythm.FESTIVE
        or (rhythm is Rhythm.HOLIDAY and day.weekday() < 5)
        for day in days
    )


def shuffled(
    one: Stream, start: int, weeks: int, holidays: set[date], rng: np.random.Generator
) -> Stream | None:
    """The stream levelled and its ordinary weeks in another order; None where it has no life."""
    split = _Weeks(one, start, weeks)
    size = np.array([len(rows) for rows in split.rows], float)
    special = np.array([is_special(start + 7 * week, holidays) for week in range(weeks)])
    if special.all() or (alive := size[~special]).mean() < LEAST or (alive > 0).mean() < ALIVE:
        return None
    local = np.empty(weeks)
    for week in range(weeks):
        near = slice(max(0, week - 6), week + 7)
        usable = ~special[near] if (~special[near]).any() else slice(None)
        local[week] = size[near][usable].mean()
    level = float(np.median(local[~special]))
    good = np.flatnonzero(~special & (local > level / 2) & (local < level * 4))
    if len(good) < 20 or level < LEAST:
        return None
    order = list(rng.permutation(good))
    parts = []
    for week in range(weeks):
        source = week
        if not special[week]:
            source = int(order.pop()) if order else int(rng.choice(good))
        wanted = level / max(local[source], 0.1)
        parts.append(split.taken(source, week, min(wanted, 1.0), rng))
        if 1 < wanted <= 2 or (wanted > 1 and special[week]):
            other = int(rng.choice(good))
            share = min((level - local[source]) / local[other], 1.0)
            parts.append(split.taken(other, week, share, rng))
    return joined(parts)


def with_phase(
    one: Stream, phase: Phase, ramp: int, start: int, weeks: int, rng: np.random.Generator
) -> Stream:
    """The stream with one phase planted."""
    first, last = start + phase.start, start + phase.end

    def factor(day: Ints) -> NDArray[np.float64]:
        risen = np.clip((day - first + 1) / (ramp + 1), 0, 1)
        return np.where((day >= first) & (day <= last), phase.size**risen, 1.0)

    if phase.kind == EBB:
        units = (np.arange(len(one.day)), one.talk, one.author)[int(rng.integers(3))]
        names, which = np.unique(units, return_inverse=True)
        return one.part(rng.random(len(names))[which] < factor(one.day))
    split = _Weeks(one, start, weeks)
    inside = range(phase.start // 7, phase.end // 7 + 1)
    others = np.setdiff1d(np.arange(weeks), np.array(inside))
    parts = [one]
    for week in inside:
        more = phase.size - 1
        while more > 0:
            added = split.taken(int(rng.choice(others)), week, min(more, 1.0), rng)
            share = np.maximum(factor(added.day) - 1, 0) / (phase.size - 1)
            talks, at, which = np.unique(added.talk, return_index=True, return_inverse=True)
            kept = rng.random(len(talks)) < share[at]
            kept_days = (added.day >= first) & (added.day <= last)
            parts.append(added.part(kept[which] & kept_days))
            more -= 1
    return joined(parts)


def noise_of(space: Workspace) -> dict[str, Table]:
    """How a week of messages and of people scatters about its mean, series by series."""
    weeks = {k: space.stats[k][:, : space.days // 7 * 7] for k in ("n", "p")}
    sums = {k: v.reshape(space.series, -1, 7).sum(axis=2) for k, v in weeks.items()}
    return {k: v.std(axis=1) / v.mean(axis=1) for k, v in sums.items()}


def window(streams: Sequence[Stream], rng: np.random.Generator) -> tuple[int, int]:
    """The first day (a Monday) and the weeks of a part of the calendar, drawn at random."""
    first = min(int(one.day[0]) for one in streams if len(one.day))
    last = max(int(one.day[-1]) for one in streams if len(one.day))
    first += -(first - 1) % 7
    whole = (last + 1 - first) // 7
    weeks = min(WINDOW, whole)
    return first + 7 * int(rng.integers(whole - weeks + 1)), weeks


def surrogate(
    streams: dict[str, Stream],
    holidays: set[date],
    rng: np.random.Generator,
    *,
    phases: bool = True,
) -> Workspace | None:
    """A workspace of a community's channels with enough life in a window drawn at random."""
    streams = {name: one for name, one in streams.items() if name != WHOLE}
    start, weeks = window(list(streams.values()), rng)
    series: list[dict[str, NDArray[np.float64]]] = []
    truth: list[Phase] = []
    names: list[str] = []
    for name, one in streams.items():
        made = shuffled(one, start, weeks, holidays, rng)
        if made is None:
            continue
        for phase, ramp in planted(rng, len(series), 7 * weeks) if phases else ():
            made = with_phase(made, phase, ramp, start, weeks, rng)
            truth.append(phase)
        series.append(tables(made, start, 7 * weeks))
        names.append(name)
    if not series:
        return None
    inside = {day for day in holidays if 0 <= day.toordinal() - start < 7 * weeks}
    return Workspace(
        start=date.fromordinal(start),
        holidays=inside,
        stats={key: np.stack([one[key] for one in series]) for key in series[0]},
        phases=truth,
    )
