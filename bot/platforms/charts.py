"""Draws a run chart: weekly counts, their usual range shaded, quiet times and gatherings marked.

It is drawn for a phone, which shows it about 9 cm wide: few words, and none of them small.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING

from bot.domain.charts import RunChart, Span, alt_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KINDS = ("png", "svg")
WEEK = timedelta(days=7)
SIZE, DPI = (4.2, 3.0), 260  # inches: 1,092 by 780 pixels
LONGEST_NAME = 16
ROWS = 3  # of names above the weeks

BAND, CENTRE, LINE = "#d6e6f2", "#8aa8bf", "#17476b"
QUIET, PRESSURE, GATHERING, NEW = "#ececec", "#f6ead9", "#b3611d", "#5b6b2f"
WORDS = "#444444"


class ChartError(Exception):
    """The chart can't be drawn into that file; says which files it can be drawn into."""


def draw(chart: RunChart, target: Path) -> None:
    """Draw *chart* into *target*, a .png or .svg file, readable at a phone's width.

    Raises:
        ChartError: another kind of file, or one that can't be written.
    """
    kind = target.suffix.lstrip(".").lower()
    if kind not in KINDS:
        raise ChartError(f"A chart is drawn as .png or .svg, not as {target.name}.")
    try:
        with target.open("wb") as file:
            _draw(chart, file, kind)
    except OSError as error:
        raise ChartError(f"{target} can't be written: {error.strerror}.") from None


def png(chart: RunChart) -> bytes:
    """*chart* as a PNG picture."""
    file = BytesIO()
    _draw(chart, file, "png")
    return file.getvalue()


def _draw(chart: RunChart, file: IO[bytes], kind: str) -> None:
    # slow to import, and few commands draw
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    _plot(chart, figure.add_subplot())
    about = {"Title": chart.title, "Description": alt_text(chart)}
    if kind == "svg":
        about |= {"Date": ""}
    with warnings.catch_warnings():
        # a name in letters that the font lacks is drawn as boxes; the alt text has it whole
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(file, format=kind, metadata=about)


def _plot(chart: RunChart, axes: Axes) -> None:
    marks = _marks(chart)
    rows = _rows(chart, marks)
    _shade(chart, axes)
    highest = max((count for _, count in chart.weeks if count is not None), default=0)
    top = max([highest, *(band.high for band in chart.bands), 4]) * 1.08
    axes.set_ylim(bottom=0, top=top * (1 + 0.1 * len({row for row in rows if row is not None})))
    for mark, row in zip(marks, rows, strict=True):
        _mark(mark, axes, row)
    _line(chart, axes)
    _entitle(chart, axes)
    if chart.weeks:  # set, since a single week has no width of its own
        first, last = chart.weeks[0][0], chart.weeks[-1][0] + WEEK
        axes.set_xlim(_number(first), _number(last) + 2)
    axes.tick_params(labelsize=9, color="#bbbbbb", labelcolor=WORDS)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color("#bbbbbb")
    axes.locator_params(axis="y", integer=True, nbins=5)
    _date_axis(axes)


def _entitle(chart: RunChart, axes: Axes) -> None:
    name, _, what = chart.title.partition(": ")
    if chart.bands:
        band = chart.bands[-1]
        usual = f"shaded: usual, {round(band.low)} to {round(band.high)}"
        what = f"{what}; {usual}" if what else usual
    axes.set_title(_cut(name, 40), loc="left", fontsize=11, weight="bold", pad=17, parse_math=False)
    axes.annotate(
        what,
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, 5),
        textcoords="offset points",
        fontsize=8.5,
        color=WORDS,
        parse_math=False,
    )


def _shade(chart: RunChart, axes: Axes) -> None:
    """The usual range, each from its own day on."""
    if not (chart.weeks and chart.bands):
        return
    ends = [*(band.first for band in chart.bands[1:]), chart.weeks[-1][0] + 2 * WEEK]
    for band, end in zip(chart.bands, ends, strict=True):
        days = [_number(max(band.first, chart.weeks[0][0])), _number(end)]
        if days[0] < days[1]:
            axes.fill_between(days, band.low, band.high, color=BAND, linewidth=0, zorder=0)
            axes.plot(days, [band.centre, band.centre], color=CENTRE, linewidth=0.8, zorder=1)


def _marks(chart: RunChart) -> list[Span]:
    """What was going on in the weeks shown, in order of time, and what the bot has to say of it."""
    if not chart.weeks:
        return []
    begin, end = chart.weeks[0][0], chart.weeks[-1][0] + WEEK
    marks = [Span(name="new usual", first=day, last=day, kind="new") for day in chart.rebased] + [
        *chart.spans,
        *_deaf(chart),
    ]
    shown = [
        Span(name=mark.name, first=max(mark.first, begin), last=mark.last, kind=mark.kind)
        for mark in marks
        if mark.last >= begin and mark.first < end
    ]
    return sorted(shown, key=lambda mark: mark.first)


def _deaf(chart: RunChart) -> Iterator[Span]:
    """The weeks in which nobody listened, those in a row as one."""
    for is_deaf, run in groupby(chart.weeks, key=lambda week: week[1] is None):
        if is_deaf:
            days = [day for day, _ in run]
            last = days[-1] + WEEK - timedelta(days=1)
            yield Span(name="not listening", first=days[0], last=last, kind="deaf")


def _rows(chart: RunChart, marks: Sequence[Span]) -> list[int | None]:
    """For each mark the row of its name, so that none covers another; None where all are full."""
    if not marks:
        return []
    width = (chart.weeks[-1][0] + WEEK - chart.weeks[0][0]).days
    free: list[float] = [float("-inf")] * ROWS
    rows: list[int | None] = []
    for mark in marks:
        begin = mark.first.toordinal()
        row = next((n for n, end in enumerate(free) if end <= begin), None)
        if mark.kind == "holiday":  # its shade is enough: names are for what people declared
            row = None
        if row is not None:  # a letter takes about a 50th of the width
            free[row] = begin + width * (len(_cut(mark.name, LONGEST_NAME)) + 1) / 50
        rows.append(row)
    return rows


def _mark(mark: Span, axes: Axes, row: int | None) -> None:
    """Shade a quiet time; draw a line for a gathering or a new usual; name it."""
    first, last = _number(mark.first), _number(mark.last) + 1
    match mark.kind:
        case "gathering":
            axes.axvline(first + 0.5, color=GATHERING, linewidth=1.2, linestyle=":", zorder=2)
        case "new":
            axes.axvline(first, color=NEW, linewidth=0.9, zorder=1)
        case "deaf":
            axes.axvspan(first, last, fc="none", ec="#dddddd", hatch="////", lw=0, zorder=0)
        case kind:
            colour = PRESSURE if kind == "pressure" else QUIET
            axes.axvspan(first, last, color=colour, linewidth=0, zorder=-1)
    if row is not None:
        axes.annotate(
            _cut(mark.name, LONGEST_NAME),
            (_number(mark.first), 1),
            xycoords=("data", "axes fraction"),
            xytext=(2, -9 - 11 * row),
            textcoords="offset points",
            fontsize=8.5,
            color={"gathering": GATHERING, "new": NEW}.get(mark.kind, "#666666"),
            annotation_clip=True,
            parse_math=False,
        )


def _line(chart: RunChart, axes: Axes) -> None:
    """The weeks, with gaps where nobody listened; hollow where a few people spoke."""
    days = [_number(day) + 3 for day, _ in chart.weeks]
    counts = [float("nan") if count is None else float(count) for _, count in chart.weeks]
    axes.plot(days, counts, color=LINE, linewidth=1.4, zorder=3)
    size = 3.6 if len(days) <= 40 else 2.2
    for day, count in zip(days, counts, strict=True):
        if count == count:
            fill = "white" if count < chart.few else LINE
            axes.plot(day, count, "o", color=LINE, markerfacecolor=fill, markersize=size, zorder=4)
    if counts and counts[-1] == counts[-1]:
        is_lower = len(counts) > 1 and counts[-1] < counts[-2] and counts[-1] > _tall(axes) / 7
        axes.annotate(
            "a few" if counts[-1] < chart.few else f"{counts[-1]:.0f}",
            (days[-1], counts[-1]),
            xytext=(0, -13 if is_lower else 6),
            textcoords="offset points",
            fontsize=10,
            color=LINE,
            weight="bold",
            ha="center",
            zorder=5,
        )


def _tall(axes: Axes) -> float:
    return float(axes.get_ylim()[1])


def _date_axis(axes: Axes) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(maxticks=7)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.xaxis.get_offset_text().set(fontsize=9, color=WORDS)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _number(day: date) -> float:
    """A day as matplotlib counts them."""
    from matplotlib.dates import date2num

    return float(date2num(day))  # type: ignore[no-untyped-call]
