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


def message(name: str, **more: object) -> dict[str, Any]:
    """A message that opened a conversation the day before."""
    words = f"here is how our night shift keeps its rota in order, part {name}"
    fields = {"id": name, "channel": "C1", "user": f"U{name}", "ts": 1767500000, "thread": None}
    more_fields = {"text": words, "is_reply": False, "attention": 0, "quoted": 0, "reactions": 0}
    counts = {"author_90d": 9, "audience_28d": 20, "length": len(words)}
    return {**fields, **more_fields, **counts, **more}


def week(*messages: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"now": 1767600000, "k": 5, "messages": [*messages], "history": {}, **more}


def ranked(given: object) -> list[str | int]:
    done = CliRunner().invoke(app, ["judge", "ideas"], input=json.dumps(given))
    assert done.exit_code == 0, done.stderr
    answer: dict[str, list[str | int]] = json.loads(done.stdout)
    assert list(answer) == ["ranked"]
    return answer["ranked"]


@pytest.mark.parametrize(
    "less",
    [
        pytest.param({"attention": 30}, id="everybody saw it"),
        pytest.param({"text": "thanks, " * 8, "length": 64}, id="small talk"),
        pytest.param({"is_reply": True, "thread": "z"}, id="a reply"),
        pytest.param({"author_90d": 900}, id="from who writes most"),
        pytest.param({"user": "often"}, id="from who was featured"),
    ],
)
def test_what_more_people_should_hear_comes_first(less: dict[str, object]) -> None:
    given = week(message("1", **less), message("2"), message("3", channel="C2"))
    given["history"] = {"author_exposure": {"often": 1}}
    assert ranked(given) == ["2", "3"]


def test_what_came_later_is_not_looked_at() -> None:
    known = [message("1"), message("2"), message("3")]
    later = message("4", ts=1767600001, text="idea " * 90, length=450)
    assert ranked(week(*known, later)) == ranked(week(*known))


def test_an_author_has_one_place_and_a_conversation_too() -> None:
    given = week(*(message(str(n), user=f"U{n % 2}", thread="t") for n in range(4)))
    assert len(ranked(given)) == 1


def test_the_order_of_a_document_changes_nothing() -> None:
    messages = [message(str(n), attention=n % 3, channel=f"C{n}") for n in range(8)]
    assert ranked(week(*messages)) == ranked(week(*reversed(messages)))


def test_numbers_may_come_as_texts_and_most_may_be_left_out() -> None:
    bare = {"id": 7, "channel": "C1", "user": 1, "ts": "1767500000.5", "text": "word " * 20}
    given = {"now": "2026-01-05T12:00:00Z", "messages": [bare]}
    assert ranked(given) == [7]
    assert ranked(given | {"k": 1, "history": {"author_exposure": {"1": None}}}) == [7]
    empty = bare | {"text": None, "is_reply": None, "attention": None}
    assert ranked(given | {"messages": [empty], "history": {"author_exposure": None}}) == []
    assert ranked(week()) == []


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        pytest.param("{", "truncated", id="half a document"),
        pytest.param(json.dumps({"messages": []}), "`now`", id="no moment"),
        pytest.param(json.dumps(week({"id": "a"})), "$.messages[0]", id="half a message"),
        pytest.param(json.dumps(week(message("1"), message("1"))), "named twice", id="twice"),
        pytest.param(json.dumps(week(k=0)), "k is below one", id="nothing asked"),
        pytest.param(json.dumps(week(message("1", attention=-1))), "below zero", id="below zero"),
    ],
)
def test_a_week_that_cannot_be_judged_is_refused_in_one_sentence(given: str, reason: str) -> None:
    done = CliRunner().invoke(app, ["judge", "ideas"], input=given)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("This document can't be judged: ")
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1


def test_who_could_help_is_told_and_half_a_question_is_refused() -> None:
    answer = {"id": "b", "channel": "C1", "user": "U1", "ts": 20, "thread": "a", "is_reply": True}
    opening = {"id": "a", "channel": "C1", "user": "U2", "ts": 10, "text": "How?"}
    question = {"id": "q", "channel": "C1", "user": "U2", "ts": "30.5", "text": "And how?"}
    given = {"messages": [answer, opening], "queries": [question]}
    done = CliRunner().invoke(app, ["judge", "helpers"], input=json.dumps(given))
    assert (done.exit_code, json.loads(done.stdout)) == (0, {"q": ["U1"]})
    for broken, reason in (({"id": "q"}, "$.queries[0]"), (question, "named twice")):
        wrong = json.dumps({**given, "queries": [broken, broken]})
        done = CliRunner().invoke(app, ["judge", "helpers"], input=wrong)
        assert (done.exit_code, done.stdout) == (2, "")
        assert reason in done.stderr


def test_who_meets_whom_is_told_and_a_member_twice_is_refused() -> None:
    members = [{"id": name, "group": name, "vector": [1.0], "ties": []} for name in "abcde"]
    given = {"round": 2, "members": members, "history": [["a", "b", 1]]}
    done = CliRunner().invoke(app, ["judge", "pairs"], input=json.dumps(given))
    assert done.exit_code == 0, done.stderr
    assert sorted(len(each) for each in json.loads(done.stdout)) == [2, 3]
    twice = json.dumps({**given, "members": [*members, members[0]]})
    done = CliRunner().invoke(app, ["judge", "pairs"], input=twice)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "named twice" in done.stderr
