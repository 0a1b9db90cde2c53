"""Tells whether logs say where something went wrong, and never what somebody said."""

from __future__ import annotations

import json
import sys

import pytest
import structlog

from bot import logs

SECRET = "the heron flies at noon"


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """What was logged, as JSON; nothing is ever said on standard output."""
    said = capsys.readouterr()
    assert said.out == ""
    return [json.loads(line) for line in said.err.splitlines()]


def stumble(words: str) -> None:
    raise ValueError(f"can't make sense of {words!r}")


LEVELS = ("debug", "info", "warning", "error")


@pytest.mark.parametrize("level", LEVELS)
def test_what_is_below_the_level_is_left_out(
    level: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(level, as_json=True)
    log = structlog.get_logger()

    for each in LEVELS:
        getattr(log, each)("it.happened")

    assert [line["level"] for line in lines(capsys)] == list(LEVELS[LEVELS.index(level) :])


def test_a_line_is_a_json_object_with_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", as_json=True)

    structlog.get_logger().info("inbox.handled", count=3)

    [line] = lines(capsys)
    stamp = str(line.pop("timestamp"))
    assert line == {"event": "inbox.handled", "count": 3, "level": "info"}
    assert stamp.endswith("Z")
    assert stamp[10] == "T"


def test_for_a_person_the_time_the_level_and_the_event_come_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("info", as_json=False)

    structlog.get_logger().info("inbox.handled", count=3)

    said = capsys.readouterr().err
    assert said.startswith("timestamp='2")
    assert said.endswith("level='info' event='inbox.handled' count=3\n")


@pytest.mark.parametrize("as_json", [True, False], ids=["for a program", "for a person"])
def test_an_exception_says_where_and_of_what_kind_but_not_what(
    as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("info", as_json=as_json)
    words = SECRET
    try:
        stumble(words)
    except ValueError:
        structlog.get_logger().exception("handler.failed", what="ideas.keep")

    said = capsys.readouterr().err
    assert "handler.failed" in said
    assert "ValueError" in said
    assert "stumble:" in said
    assert said.count("\n") == 1
    assert "heron" not in said
    assert "words" not in said


def test_an_exception_given_by_hand_is_kept_silent_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("info", as_json=True)
    try:
        stumble(SECRET)
    except ValueError:
        structlog.get_logger().error("a", exc_info=sys.exc_info())
    except_none = structlog.get_logger()
    except_none.error("b", exc_info=True)

    first, second = lines(capsys)
    assert first["error_type"] == "ValueError"
    assert second["error_type"] == "unknown"
    assert second["trace"] == []
    assert "heron" not in json.dumps([first, second])


def test_an_exception_itself_is_told_as_where_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", as_json=True)
    kept: list[Exception] = []
    try:
        stumble(SECRET)
    except ValueError as error:
        kept.append(error)

    structlog.get_logger().error("later", exc_info=kept[0])

    [line] = lines(capsys)
    assert line["error_type"] == "ValueError"
    assert "stumble" in str(line["trace"])
    assert "heron" not in json.dumps(line)


def test_a_deep_fall_is_told_by_its_last_eight_steps(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", as_json=True)

    def fall(depth: int) -> None:
        if depth:
            fall(depth - 1)
        else:
            stumble(SECRET)

    try:
        fall(20)
    except ValueError:
        structlog.get_logger().exception("fell")

    [line] = lines(capsys)
    trace = line["trace"]
    assert isinstance(trace, list)
    assert len(trace) == 8
    assert str(trace[-1]).startswith("stumble:")


@pytest.mark.parametrize("level", ["loud", "", "INFO", "critical"])
def test_an_unknown_level_is_refused_with_those_there_are(level: str) -> None:
    with pytest.raises(ValueError, match="log_level is one of debug, info, warning, error, not"):
        logs.configure(level, as_json=True)
