"""Judges the energy of whole series at once: one document in, alerts and phases out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from bot.judgement.arrays import Floats, np
from bot.judgement.energy.crowds import crowds
from bot.judgement.energy.state import EBB, FLOW, EnergyState, Rhythm, begin
from bot.judgement.energy.step import advance

Table = list[list[float | None]]
Given = Literal["n", "p", "a", "c", "pc", "d3"]
_CROWD_GAP = 7
Kind = Literal["ebb", "flow"]


class DocumentError(ValueError):
    """A document whose tables don't fit together."""


class EnergyDocument(Struct, frozen=True, kw_only=True):
    """Daily counts of several series from `start` on; every table is [[per day] per series].

    `stats` may hold n (messages), p (people), a (conversations with a message that day), c (those
    begun), pc (pairs of a person and a conversation) and d3 (messages, at most 3 of a person). None
    in a table: nobody was listening that day. Holidays are ISO dates; `country` is not looked at.
    """

    start: date
    series: list[str]
    counts: Table | None = None
    id: str | int = ""
    country: str | None = None
    holidays: list[date] | None = None
    people: Table | None = None
    stats: dict[Given, Table | None] | None = None


class Alert(Struct, frozen=True, kw_only=True):
    """The day (0 is the start) on which an ebb or a flow was first sure enough."""

    day: int
    kind: Kind


class SeriesEnergy(Struct, kw_only=True):
    """A series' alerts, and its phase on every day."""

    alerts: list[Alert]
    phase: list[Literal["normal", "ebb", "flow"]]


def rhythm_of(day: date, holidays: frozenset[date] | set[date]) -> Rhythm:
    """The kind of an undeclared day: festive from 23 December to 2 January, else by calendar."""
    if (day.month, day.day) >= (12, 23) or (day.month, day.day) <= (1, 2):
        return Rhythm.FESTIVE
    return Rhythm.HOLIDAY if day in holidays else Rhythm.ORDINARY


def judge_energy(
    document: EnergyDocument, *, sensitivity: float = 1.0, strictness: float = 1.0
) -> dict[str, SeriesEnergy]:
    """Replay the document day by day; what is said of a day rests on that day and earlier ones.

    Series that a reading would call too small to tell are judged here all the same.

    Raises:
        DocumentError: a series is named twice, the tables differ in size, or there is none.
    """
    answer = {name: SeriesEnergy(alerts=[], phase=[]) for name in document.series}
    for ahead, state in _days(document, sensitivity=sensitivity, strictness=strictness):
        _note(state, answer, ahead)
    return answer


def judge_crowds(document: EnergyDocument) -> dict[str, list[int]]:
    """The days (0 is the start) on which each series has a crowd, at most one in a week.

    Raises:
        DocumentError: as `judge_energy`.
    """
    answer: dict[str, list[int]] = {name: [] for name in document.series}
    for ahead, state in _days(document):
        for days, is_crowd in zip(answer.values(), crowds(state).tolist(), strict=True):
            if is_crowd and (not days or ahead - days[-1] >= _CROWD_GAP):
                days.append(ahead)
    return answer


def _days(
    document: EnergyDocument, *, sensitivity: float = 1.0, strictness: float = 1.0
) -> Iterator[tuple[int, EnergyState]]:
    """Replay the document: each day, and the state after it."""
    if len(set(document.series)) != len(document.series):
        raise DocumentError("a series is named twice")
    cube = _cube(document)
    holidays = frozenset(document.holidays or ())
    state = begin(start=document.start, series=document.series, strictness=strictness)
    for ahead in range(cube.shape[2]):
        day = document.start + timedelta(days=ahead)
        rhythm = rhythm_of(day, holidays)
        advance(state, day=day, counts=cube[:, :, ahead].T, rhythm=rhythm, sensitivity=sensitivity)
        yield ahead, state


def _cube(document: EnergyDocument) -> Floats:
    """The document's tables as (3, series, days); people stand in for messages not told."""
    if not document.series:
        return np.empty((3, 0, 0))
    stats: dict[str, Table | None] = {"n": document.counts, "p": document.people}
    stats |= {name: table for name, table in (document.stats or {}).items() if table is not None}
    arrays = {name: _array(name, t, document) for name, t in stats.items() if t is not None}
    people = arrays.get("p")
    messages = arrays.get("n", people)
    if messages is None:
        raise DocumentError("it has neither counts nor people")
    if len(sizes := {array.shape[1] for array in arrays.values()}) > 1:
        raise DocumentError(f"its tables cover {' or '.join(map(str, sorted(sizes)))} days")
    nothing = np.full_like(messages, np.nan)
    return np.stack([messages, *(arrays.get(name, nothing) for name in "pa")])


def _array(name: str, table: Table, document: EnergyDocument) -> Floats:
    """A table as (series, days)."""
    if len(table) != len(document.series):
        raise DocumentError(
            f"{name} has {len(table)} rows, and there are {len(document.series)} series"
        )
    if len({len(row) for row in table}) > 1:
        raise DocumentError(f"the rows of {name} differ in length")
    array: Floats = np.array(table, float)
    if (array < 0).any():
        raise DocumentError(f"{name} holds a number below zero")
    return array


def _note(state: EnergyState, answer: dict[str, SeriesEnergy], ahead: int) -> None:
    """Write down today's phases and fresh alerts."""
    names: dict[int, Literal["normal", "ebb", "flow"]] = {EBB: "ebb", FLOW: "flow"}
    for index, name in enumerate(state.series):
        phase = int(state.phase[index])
        answer[name].phase.append(names.get(phase, "normal"))
        for side, kind in enumerate((EBB, FLOW)):
            if state.last_alert[side, index] == state.today and phase == kind:
                answer[name].alerts.append(Alert(day=ahead, kind="flow" if side else "ebb"))
