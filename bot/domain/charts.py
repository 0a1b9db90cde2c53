"""Run charts as values: weekly counts, what is usual for them, and what was going on meanwhile."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

FEW_HOLIDAYS = 6
"""So many are told one by one."""


class Span(Struct, frozen=True, kw_only=True):
    """Marked local days, first and last included: `kind` is quiet, pressure, gathering or
    holiday (a public one).
    """

    name: str
    first: date
    last: date
    kind: str


class Band(Struct, frozen=True, kw_only=True):
    """The usual range of a full week, from the day `first` until another one begins."""

    first: date
    low: float
    centre: float
    high: float


class RunChart(Struct, frozen=True, kw_only=True):
    """What a chart shows: for each week its first day and count, None where nobody listened.

    Counts below `few` are all given as `few` - 1, and shown as "a few". `rebased` are the days
    from which people said that another range is usual.
    """

    title: str
    weeks: tuple[tuple[date, int | None], ...]
    bands: tuple[Band, ...] = ()
    spans: tuple[Span, ...] = ()
    rebased: tuple[date, ...] = ()
    few: int = 0


def alt_text(chart: RunChart) -> str:
    """The chart in words, for who can't see it."""
    known = [(day, count) for day, count in chart.weeks if count is not None]
    if not known:
        return f"{chart.title}. Nothing was recorded."
    counts = [count for _, count in known]
    newest, lowest, highest = (_count(n, chart.few) for n in (counts[-1], min(counts), max(counts)))
    words = [
        f"{chart.title}, {len(chart.weeks)} weeks to the one from {_day(chart.weeks[-1][0])}.",
        f"The newest week has {newest}; the weeks lie between {lowest} and {highest}.",
        *(_usual(band, len(chart.bands) > 1) for band in chart.bands),
    ]
    if len(known) < len(chart.weeks):
        words.append(f"In {len(chart.weeks) - len(known)} of them nobody was listening.")
    words += [f"A new usual began on {_day(day)}." for day in chart.rebased]
    declared = [span for span in chart.spans if span.kind != "holiday"]
    words += [f"{span.name} is marked {_when(span)}." for span in declared]
    free = [_day(span.first) for span in chart.spans if span.kind == "holiday"]
    if len(free) > FEW_HOLIDAYS:
        words.append(f"{len(free)} public holidays are marked.")
    elif free:
        words.append(f"Public holidays are marked: {', '.join(free)}.")
    return " ".join(words)


def _count(count: int, few: int) -> str:
    return f"fewer than {few}" if count < few else f"{count}"


def _usual(band: Band, is_one_of_several: bool) -> str:
    since = f" from {_day(band.first)}" if is_one_of_several else ""
    return f"{round(band.low)} to {round(band.high)} is usual in a full week{since}."


def _when(span: Span) -> str:
    if span.first == span.last:
        return f"on {_day(span.first)}"
    return f"from {_day(span.first)} to {_day(span.last)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
