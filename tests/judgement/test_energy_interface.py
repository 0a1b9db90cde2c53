"""Tells whether whole documents of counts are judged, causally and in the agreed form."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import numpy as np
import pytest

from bot.judgement.energy import Rhythm
from bot.judgement.energy.interface import EnergyDocument, judge_energy, rhythm_of

START = date(2026, 1, 5)


def document(days: int = 180, *, stats: bool = True) -> EnergyDocument:
    """Two channels; the first ebbs on days 120 to 149, the second stays as it is."""
    rng = np.random.default_rng(5)
    size = np.ones((2, 180))
    size[0, 120:150] = 0.3
    week = np.tile([1, 1, 1, 1, 1, 0.3, 0.3], 26)[:180]
    people = rng.poisson(8 * size * week)
    messages = people + rng.poisson(2 * people)
    talks = np.minimum(people, rng.poisson(5 * size * week))
    tables = {"n": messages, "p": people, "a": talks}
    raw = {
        "id": "w1",
        "start": START.isoformat(),
        "country": "GB",
        "holidays": ["2026-04-03"],
        "series": ["C1", "C2"],
        "counts": messages[:, :days].tolist(),
        "people": people[:, :days].tolist(),
        "stats": {k: v[:, :days].tolist() for k, v in tables.items()} if stats else None,
    }
    return msgspec.json.decode(msgspec.json.encode(raw), type=EnergyDocument)


@pytest.mark.parametrize("stats", [True, False])
def test_an_ebb_in_a_document_is_found_and_the_other_channel_left_alone(stats: bool) -> None:
    answer = judge_energy(document(stats=stats))
    alerts = answer["C1"].alerts
    assert [alert.kind for alert in alerts if 118 <= alert.day <= 134] == ["ebb"]
    assert answer["C1"].phase[125:150].count("ebb") > 18
    assert answer["C2"].alerts == []
    assert set(answer["C2"].phase) == {"normal"}
    assert len(answer["C2"].phase) == 180


@pytest.mark.parametrize("days", [1, 50, 126, 140])
def test_cutting_the_future_off_changes_nothing_of_the_past(days: int) -> None:
    whole, cut = judge_energy(document()), judge_energy(document(days))
    for name in ("C1", "C2"):
        assert cut[name].phase == whole[name].phase[:days]
        assert cut[name].alerts == [a for a in whole[name].alerts if a.day < days]


def test_a_document_without_series_has_an_empty_answer() -> None:
    assert judge_energy(EnergyDocument(start=START, series=[], counts=[])) == {}


@pytest.mark.parametrize(
    ("day", "rhythm"),
    [
        pytest.param(date(2026, 12, 22), Rhythm.ORDINARY, id="the day before the festive ones"),
        pytest.param(date(2026, 12, 23), Rhythm.FESTIVE, id="the first festive day"),
        pytest.param(date(2027, 1, 2), Rhythm.FESTIVE, id="the last festive day"),
        pytest.param(date(2027, 1, 3), Rhythm.ORDINARY, id="after the festive days"),
        pytest.param(date(2026, 4, 3), Rhythm.HOLIDAY, id="a public holiday"),
    ],
)
def test_a_day_is_known_by_the_calendar(day: date, rhythm: Rhythm) -> None:
    assert rhythm_of(day, {date(2026, 4, 3)}) is rhythm


def test_a_day_nobody_listened_to_may_be_null() -> None:
    raw = document()
    gap = [[None if 60 <= d < 78 else n for d, n in enumerate(row)] for row in raw.counts]
    answer = judge_energy(msgspec.structs.replace(raw, counts=gap, people=gap, stats=None))
    assert [alert.day for alert in answer["C2"].alerts] == []
    assert START + timedelta(days=len(answer["C1"].phase)) == date(2026, 7, 4)
