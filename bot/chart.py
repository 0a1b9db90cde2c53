"""Draws a run chart: weekly counts, their usual range shaded, quiet times and gatherings marked."""

from __future__ import annotations

import warnings
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KINDS = ("png", "svg")
WEEK_DAYS = 7


class ChartError(Exception):
    """The chart can't be drawn into that file; says which files it can be drawn into."""


class Span(Struct, frozen=True, kw_only=True):
    """Marked local days, first and last included: `kind` is quiet, pressure or gathering."""

    name: str
    first: date
    last: date
    kind: str


class RunChart(Struct, frozen=True, kw_only=True):
    """What a chart shows: for each week its Monday and count, None where nobody listened."""

    title: str
    weeks: tuple[tuple[date, int | None], ...]
    low: float | None
    centre: float | None
    high: float | None
    spans: tuple[Span, ...] = ()


def alt_text(chart: RunChart) -> str:
    """The chart in words, for who can't see it."""
    known = [(day, count) for day, count in chart.weeks if count is not None]
    if not known:
        return f"{chart.title}. Nothing was recorded."
    newest, lowest, highest = known[-1][1], min(c for _, c in known), max(c for _, c in known)
    words = [
        f"{chart.title}, {len(chart.weeks)} weeks to the one from {_day(chart.weeks[-1][0])}.",
        f"The newest week has {newest}; the weeks lie between {lowest} and {highest}.",
    ]
    if chart.low is not None and chart.high is not None:
        words.append(f"{round(chart.low)} to {round(chart.high)} is usual in a full week.")
    if len(known) < len(chart.weeks):
        words.append(f"In {len(chart.weeks) - len(known)} of them nobody was listening.")
    words += [f"{span.name} is marked from {_day(span.first)}." for span in chart.spans]
    return " ".join(words)


def draw(chart: RunChart, target: Path) -> None:
    """Draw *chart* into *target*, a .png or .svg file, readable at a phone's width.

    Raises:
        ChartError: another kind of file, or one that can't be written.
    """
    kind = target.suffix.lstrip(".").lower()
    if kind not in KINDS:
        raise ChartError(f"A chart is drawn as .png or .svg, not as {target.name}.")
    # slow to import, and few commands draw
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, 4.0), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    _plot(chart, figure.add_subplot())
    about = {"Title": chart.title, "Description": alt_text(chart)}
    if kind == "svg":
        about |= {"Date": ""}
    try:
        with warnings.catch_warnings():
            # a name in letters that the font lacks is drawn as boxes; the alt text has it whole
            warnings.filterwarnings("ignore", message="Glyph .* missing")
            figure.savefig(target, format=kind, metadata=about)
    except OSError as error:
        raise ChartError(f"{target} can't be written: {error.strerror}.") from None


def _plot(chart: RunChart, axes: Axes) -> None:
    days = [_number(day) for day, _ in chart.weeks]
    counts = [float("nan") if count is None else count for _, count in chart.weeks]
    if chart.low is not None and chart.high is not None and chart.centre is not None:
        axes.axhspan(chart.low, chart.high, color="#dbe7f0", zorder=0, label="usual range")
        axes.axhline(chart.centre, color="#8aa8bf", linewidth=1, zorder=1)
    for span in chart.spans:
        _mark(span, axes)
    axes.plot(days, counts, color="#17476b", linewidth=1.8, marker="o", markersize=4, zorder=3)
    axes.set_title(chart.title, loc="left", fontsize=13, parse_math=False)
    axes.set_ylim(bottom=0)
    if days:  # set, since a single week has no width of its own
        axes.set_xlim(days[0] - 2, days[-1] + WEEK_DAYS - 1)
    axes.tick_params(labelsize=11)
    axes.spines[["top", "right"]].set_visible(False)
    _date_axis(axes)
    if chart.low is not None:
        axes.legend(loc="lower left", frameon=False, fontsize=10)


def _mark(span: Span, axes: Axes) -> None:
    """Shade a quiet time; draw a line for a gathering; name both."""
    is_point = span.kind == "gathering"
    if is_point:
        axes.axvline(_number(span.first), color="#b3611d", linewidth=1.2, linestyle=":", zorder=2)
    else:
        axes.axvspan(_number(span.first), _number(span.last), color="#eeeeee", zorder=0)
    axes.annotate(
        span.name,
        (_number(span.first), 1),
        xycoords=("data", "axes fraction"),
        xytext=(3, -12),
        textcoords="offset points",
        fontsize=10,
        color="#7a4213" if is_point else "#666666",
        annotation_clip=True,
        parse_math=False,
    )


def _date_axis(axes: Axes) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(maxticks=7)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]


def _number(day: date) -> float:
    """A day as matplotlib counts them."""
    from matplotlib.dates import date2num

    return float(date2num(day))  # type: ignore[no-untyped-call]


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
