"""Tells whether a run chart says in words what it draws, and draws what it is given."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.chart import ChartError, RunChart, Span, alt_text, draw

MONDAY = date(2026, 1, 5)


def weeks(*counts: int | None) -> tuple[tuple[date, int | None], ...]:
    return tuple((MONDAY + timedelta(weeks=n), count) for n, count in enumerate(counts))


def chart(
    *counts: int | None,
    usual: tuple[float, float, float] | None = None,
    spans: tuple[Span, ...] = (),
) -> RunChart:
    low, centre, high = usual or (None, None, None)
    return RunChart(
        title="#frailty: people who spoke each week",
        weeks=weeks(*counts),
        low=low,
        centre=centre,
        high=high,
        spans=spans,
    )


GATHERING = Span(
    name="Network day", first=date(2026, 1, 14), last=date(2026, 1, 14), kind="gathering"
)
QUIET = Span(name="Easter", first=date(2026, 1, 20), last=date(2026, 1, 27), kind="quiet")


def size_of_png(path: Path) -> tuple[int, int]:
    head = path.read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])


def texts_of_svg(path: Path) -> str:
    return " ".join("".join(ET.parse(path).getroot().itertext()).split())


def test_the_words_say_the_newest_week_the_range_and_what_was_marked() -> None:
    told = alt_text(chart(20, 31, None, 24, usual=(18.4, 25, 30.6), spans=(GATHERING, QUIET)))

    assert told == (
        "#frailty: people who spoke each week, 4 weeks to the one from 26 January 2026. "
        "The newest week has 24; the weeks lie between 20 and 31. "
        "18 to 31 is usual in a full week. In 1 of them nobody was listening. "
        "Network day is marked from 14 January 2026. Easter is marked from 20 January 2026."
    )


def test_the_words_leave_out_a_range_that_isnt_known() -> None:
    told = alt_text(chart(3, 5))

    assert "usual" not in told
    assert "listening" not in told


@pytest.mark.parametrize("counts", [(), (None, None)], ids=["no week", "nobody listened"])
def test_where_nothing_was_recorded_the_words_say_so(counts: tuple[int | None, ...]) -> None:
    assert alt_text(chart(*counts)).endswith("each week. Nothing was recorded.")


def test_a_picture_is_wide_enough_for_a_phone(tmp_path: Path) -> None:
    target = tmp_path / "chart.PNG"

    draw(chart(20, 31, None, 24, usual=(18, 25, 31), spans=(GATHERING, QUIET)), target)

    width, height = size_of_png(target)
    assert width >= 1000
    assert height >= 500
    assert target.stat().st_size > 10_000


def test_a_drawing_holds_its_words_as_its_description(tmp_path: Path) -> None:
    target = tmp_path / "chart.svg"
    shown = chart(20, 31, None, 24, usual=(18, 25, 31), spans=(GATHERING, QUIET))

    draw(shown, target)

    assert alt_text(shown) in texts_of_svg(target)


def test_a_week_in_which_nobody_listened_is_a_gap_and_not_nought(tmp_path: Path) -> None:
    points = {}
    for name, count in (("gap", None), ("nought", 0)):
        draw(chart(20, 31, count, 24, 25), tmp_path / f"{name}.svg")
        points[name] = (tmp_path / f"{name}.svg").read_text().count("<use ")

    assert points["gap"] == points["nought"] - 1


def test_the_usual_range_and_the_marks_are_drawn_only_where_there_are_any(tmp_path: Path) -> None:
    draws = {
        "bare": chart(20, 31, 22),
        "usual": chart(20, 31, 22, usual=(18, 25, 31)),
        "quiet": chart(20, 31, 22, spans=(QUIET,)),
        "gathering": chart(20, 31, 22, spans=(GATHERING,)),
    }
    found = {}
    for name, shown in draws.items():
        draw(shown, tmp_path / f"{name}.svg")
        found[name] = (tmp_path / f"{name}.svg").read_text()

    assert "#dbe7f0" in found["usual"]
    assert "#eeeeee" in found["quiet"]
    assert "#b3611d" in found["gathering"]
    assert not any(sign in found["bare"] for sign in ("#dbe7f0", "#eeeeee", "#b3611d"))


@pytest.mark.parametrize("counts", [(), (None, None), (7,)], ids=["no week", "deaf", "one week"])
def test_the_least_there_can_be_is_drawn_without_a_warning(
    counts: tuple[int | None, ...], tmp_path: Path
) -> None:
    draw(chart(*counts), tmp_path / "chart.png")

    assert size_of_png(tmp_path / "chart.png")[0] >= 1000


def test_the_same_chart_is_the_same_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        draw(chart(20, 31, 22, usual=(18, 25, 31)), tmp_path / f"{name}.png")

    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


@pytest.mark.parametrize("name", ["chart.pdf", "chart", "png"])
def test_another_kind_of_file_is_refused_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(ChartError, match=rf"drawn as \.png or \.svg, not as {name}\."):
        draw(chart(1, 2), tmp_path / name)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_isnt_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ChartError, match=r"can't be written: No such file or directory\.$"):
        draw(chart(1, 2), tmp_path / "nowhere" / "chart.svg")
