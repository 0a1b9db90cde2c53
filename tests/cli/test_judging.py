"""Tells whether a document piped into ``animateur judge`` is judged, over a real process."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from bot.cli import app
from tests.cli.desk import ROOT


def document(**more: object) -> dict[str, Any]:
    """Half a year of two channels; the first ebbs from day 120 on."""
    rng = np.random.default_rng(5)
    size = np.ones((2, 180))
    size[0, 120:] = 0.25
    people = rng.poisson(9 * size * np.tile([1, 1, 1, 1, 1, 0.3, 0.3], 26)[:180])
    tables = {"counts": (people + rng.poisson(people)).tolist(), "people": people.tolist()}
    return {"id": "w", "start": "2026-01-05", "series": ["C1", "C2"], **tables, **more}


def judged(given: object) -> subprocess.CompletedProcess[bytes]:
    """The process that was given the document, JSON or bytes, when it has ended."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "judge", "energy"],
        input=given if isinstance(given, bytes) else json.dumps(given).encode(),
        capture_output=True,
        cwd=ROOT,
        timeout=60,
    )


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"country": "GB", "holidays": ["2026-04-03"], "stats": None}, id="both"),
        pytest.param({"people": None}, id="messages alone"),
        pytest.param({"counts": None}, id="people alone"),
    ],
)
def test_a_planted_ebb_is_told_in_the_agreed_form(given: dict[str, object]) -> None:
    done = judged(document(**given))
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    answer = json.loads(done.stdout)
    assert list(answer) == ["C1", "C2"]
    assert [sorted(found) for found in answer.values()] == [["alerts", "phase"]] * 2
    ebb = next(alert for alert in answer["C1"]["alerts"] if alert["day"] >= 118)
    assert ebb["kind"] == "ebb"
    assert ebb["day"] <= 134
    assert answer["C1"]["phase"][ebb["day"]] == "ebb"
    assert [len(found["phase"]) for found in answer.values()] == [180, 180]
    assert "ebb" not in answer["C2"]["phase"][115:]


def test_the_same_document_has_the_same_answer_to_the_byte() -> None:
    assert judged(document()).stdout == judged(document()).stdout


def test_a_day_that_draws_a_crowd_is_told() -> None:
    given = document()
    given["people"][1][100] = 80
    answer = CliRunner().invoke(app, ["judge", "crowds"], input=json.dumps(given))
    assert answer.exit_code == 0, answer.stderr
    assert json.loads(answer.stdout) == {"C1": [], "C2": [100]}


SHORT = [[1] * 5] * 2


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        pytest.param(b"", "truncated", id="nothing at all"),
        pytest.param(b"{", "truncated", id="half a document"),
        pytest.param(b"[]", "Expected `object`", id="no object"),
        pytest.param(document(start="soon"), "Invalid RFC3339", id="no date to start from"),
        pytest.param(document(holidays=["Easter"]), "$.holidays[0]", id="a holiday without a date"),
        pytest.param(document(stats={"z": SHORT}), "'z'", id="an unknown statistic"),
        pytest.param(document(series=["C1", "C1"]), "named twice", id="a series twice"),
        pytest.param(document(series=["C1"]), "has 2 rows", id="more rows than series"),
        pytest.param(document(people=[[1], [1, 2]]), "differ in length", id="ragged rows"),
        pytest.param(document(people=SHORT), "cover 5 or 180 days", id="tables of two lengths"),
        pytest.param(document(people=[[-1] * 180] * 2), "below zero", id="a negative number"),
        pytest.param(document(counts=None, people=None), "neither", id="no table"),
    ],
)
def test_a_document_that_cannot_be_judged_is_refused_in_one_sentence(
    given: object, reason: str
) -> None:
    text = given if isinstance(given, bytes) else json.dumps(given).encode()
    done = CliRunner().invoke(app, ["judge", "energy"], input=text)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("This document can't be judged: ")
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_refusal_ends_the_process_with_the_code_of_wrong_asking() -> None:
    done = judged(b"not JSON")
    assert done.returncode == 2
    assert done.stdout == b""
    assert (
        done.stderr
        == b"This document can't be judged: JSON is malformed: invalid character (byte 4).\n"
    )
