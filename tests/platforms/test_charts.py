"""Tells whether a run chart says in words what it draws, and draws what it is given."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from bot.domain.charts import Band, RunChart, Span, alt_text
from bot.platforms.charts import ChartError, draw, png

MONDAY = date(2026, 1, 5)


def weeks(*counts: int | None) -> tuple[tuple[date, int | None], ...]:
    return tuple((MONDAY + timedelta(weeks=n), count) for n, count in enumerate(counts))


def chart(
    *counts: int | None,
    usual: tuple[float, float, float] | None = None,
    spans: tuple[Span, ...] = (),
    few: int = 0,
) -> RunChart:
    bands = (Band(first=MONDAY, low=usual[0], centre=usual[1], high=usual[2]),) if usual else ()
    return RunChart(
        title="#frailty: people who spoke each week",
        weeks=weeks(*counts),
        bands=bands,
        spans=spans,
        few=few,
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
        "Network day is marked on 14 January 2026. "
        "Easter is marked from 20 January 2026 to 27 January 2026."
    )


def test_the_words_leave_out_a_range_that_isnt_known() -> None:
    told = alt_text(chart(3, 5))

    assert "usual" not in told
    assert "listening" not in told


def test_the_words_say_what_is_usual_anew_and_since_when() -> None:
    bands = (
        Band(first=date(2025, 1, 6), low=15, centre=20, high=26),
        Band(first=date(2026, 1, 12), low=8, centre=12, high=17),
    )
    shown = RunChart(
        title="Us: people", weeks=weeks(20, 12, 11), bands=bands, rebased=(date(2026, 1, 12),)
    )

    told = alt_text(shown)

    assert "15 to 26 is usual in a full week from 6 January 2025." in told
    assert "8 to 17 is usual in a full week from 12 January 2026." in told
    assert "A new usual began on 12 January 2026." in told


def test_the_words_never_count_a_few_people() -> None:
    told = alt_text(chart(9, 4, 4, few=5))

    assert "The newest week has fewer than 5; the weeks lie between fewer than 5 and 9." in told
    assert "4 " not in told.replace("2026", "").partition("weeks to")[2]


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


def drawn(shown: RunChart, folder: Path) -> str:
    draw(shown, folder / "drawn.svg")
    return (folder / "drawn.svg").read_text()


def test_a_week_in_which_nobody_listened_is_a_gap_and_not_nought(tmp_path: Path) -> None:
    gap, nought = (drawn(chart(20, 31, count, 24, 25), tmp_path) for count in (None, 0))

    assert gap.count("#17476b; stroke") < nought.count("#17476b; stroke")
    assert "not listening" in gap
    assert "not listening" not in nought


def test_a_few_people_are_a_hollow_mark_and_no_number(tmp_path: Path) -> None:
    few, many = (drawn(chart(9, 8, 4, few=number), tmp_path) for number in (5, 0))

    assert "<!-- a few -->" in few
    assert "a few" not in many


def test_the_usual_range_and_the_marks_are_drawn_only_where_there_are_any(tmp_path: Path) -> None:
    pressure = Span(name="Winter", first=QUIET.first, last=QUIET.last, kind="pressure")
    signs = {"usual": "#d6e6f2", "quiet": "#ececec", "gathering": "#b3611d", "pressure": "#f6ead9"}
    found = {
        "bare": drawn(chart(20, 31, 22), tmp_path),
        "usual": drawn(chart(20, 31, 22, usual=(18, 25, 31)), tmp_path),
        "quiet": drawn(chart(20, 31, 22, spans=(QUIET,)), tmp_path),
        "gathering": drawn(chart(20, 31, 22, spans=(GATHERING,)), tmp_path),
        "pressure": drawn(chart(20, 31, 22, spans=(pressure,)), tmp_path),
    }

    shown = {
        name: {what for what, sign in signs.items() if sign in svg} for name, svg in found.items()
    }
    assert shown == {"bare": set()} | {name: {name} for name in signs}
    assert "<!-- Network day -->" in found["gathering"]


def test_what_lies_outside_the_weeks_shown_is_not_marked(tmp_path: Path) -> None:
    before = Span(name="Long ago", first=date(2025, 3, 1), last=date(2025, 3, 9), kind="quiet")
    after = Span(name="Next year", first=date(2027, 3, 1), last=date(2027, 3, 9), kind="quiet")

    svg = drawn(chart(20, 31, 22, spans=(before, after)), tmp_path)

    assert "#ececec" not in svg


def test_names_that_stand_close_together_do_not_cover_each_other(tmp_path: Path) -> None:
    days = [MONDAY + timedelta(days=n) for n in range(5)]
    close = tuple(
        Span(name=f"Day {n}", first=day, last=day, kind="gathering") for n, day in enumerate(days)
    )

    svg = drawn(chart(*[20, 31, 22] * 8, spans=close), tmp_path)

    assert [f"<!-- Day {n} -->" in svg for n in range(5)] == [True, True, True, False, False]


def test_a_new_usual_is_marked_and_shaded_from_its_day_on(tmp_path: Path) -> None:
    begins = MONDAY + timedelta(weeks=2)
    bands = (
        Band(first=MONDAY, low=18, centre=25, high=31),
        Band(first=begins, low=8, centre=11, high=15),
    )
    shown = RunChart(title="Us: people", weeks=weeks(20, 31, 12, 11), bands=bands)

    svg = drawn(shown, tmp_path)
    rebased = drawn(msgspec.structs.replace(shown, rebased=(begins,)), tmp_path)

    assert svg.count("#d6e6f2") == 2
    assert "new usual" in rebased
    assert "new usual" not in svg


@pytest.mark.parametrize("counts", [(), (None, None), (7,)], ids=["no week", "deaf", "one week"])
def test_the_least_there_can_be_is_drawn_without_a_warning(
    counts: tuple[int | None, ...], tmp_path: Path
) -> None:
    draw(chart(*counts), tmp_path / "chart.png")

    assert size_of_png(tmp_path / "chart.png")[0] >= 1000


def test_the_same_chart_is_the_same_file(tmp_path: Path) -> None:
    shown = chart(20, 31, 22, usual=(18, 25, 31))
    draw(shown, tmp_path / "one.png")

    assert (tmp_path / "one.png").read_bytes() == png(shown)


@pytest.mark.parametrize("name", ["chart.pdf", "chart", "png"])
def test_another_kind_of_file_is_refused_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(ChartError, match=rf"drawn as \.png or \.svg, not as {name}\."):
        draw(chart(1, 2), tmp_path / name)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_isnt_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ChartError, match=r"can't be written: No such file or directory\.$"):
        draw(chart(1, 2), tmp_path / "nowhere" / "chart.svg")
