"""Tells whether logs say where something went wrong, and never what somebody said."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from collections.abc import Iterator

import pytest
import structlog

from bot import logs

SECRET = "the heron flies at noon"
SIGNING = "8f742231b10e8888abcd99yyyzzz85a5"
TOKENS = [
    "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy",
    "xoxp-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy",
    "xapp-1-A0123456789-1234567890123-0a1b2c3d4e5f",
    "xoxe.xoxb-1-MS0yLTE3NjUzNjcyNDgx",
    "xoxe-1-My0xLTE3NjUzNjcyNDgx",
    "xwfp-17653672481-pdFZKVeTuE8",
]


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Leave what libraries log to those who listened to it before."""
    root = logging.getLogger()
    before = list(root.handlers)
    yield
    root.handlers = before


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


# Secrets


@pytest.mark.parametrize("as_json", [True, False], ids=["for a program", "for a person"])
@pytest.mark.parametrize("secret", [*TOKENS, SIGNING], ids=lambda secret: secret[:6])
def test_a_secret_is_printed_nowhere(
    secret: str, as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("debug", as_json=as_json, secrets=["", SIGNING])
    log = structlog.get_logger()

    log.info(f"said {secret}", token=secret, held=[{"a": (secret,)}], key=f"({secret})")
    try:
        raise type(f"Odd {secret}", (Exception,), {})(secret)
    except Exception:
        log.exception("failed", what=secret)
    logging.getLogger("slack_sdk").warning(f"no {secret} in %s", secret)

    said = capsys.readouterr().err
    assert secret not in said
    assert secret[-8:] not in said
    assert said.count("[secret]") == 7


def test_what_only_looks_a_little_like_a_token_stays(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("debug", as_json=False)

    structlog.get_logger().info("it", key="foxox-1 xox- xoxo xapp", more="0123456789abcdef" * 2)

    said = capsys.readouterr().err
    assert "[secret]" not in said


# What libraries log


def test_a_library_says_where_it_warned_and_nothing_that_it_may_quote(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("info", as_json=True)
    foreign = logging.getLogger("slack_sdk.socket_mode.aiohttp")

    foreign.debug("nothing")
    foreign.info("nothing")
    foreign.warning(f"could not read {SECRET}")
    foreign.error("could not read %s", SECRET)

    quoting, apart = lines(capsys)
    here = "test_a_library_says_where_it_warned_and_nothing_that_it_may_quote:"
    assert quoting["event"] == "library.warning"
    assert quoting["library"] == "slack_sdk.socket_mode.aiohttp"
    assert str(quoting["where"]).startswith(here)
    assert "said" not in quoting
    assert apart["event"] == "library.error"
    assert apart["said"] == "could not read %s"
    assert "heron" not in json.dumps([quoting, apart])


def test_a_library_stumbles_as_silently_as_we_do(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("error", as_json=True)
    try:
        stumble(SECRET)
    except ValueError:
        logging.getLogger("aiohttp.client").exception(f"while reading {SECRET}")
        logging.getLogger("aiohttp.client").warning("below the level")

    [line] = lines(capsys)
    assert line["error_type"] == "ValueError"
    assert "stumble" in str(line["trace"])
    assert "heron" not in json.dumps(line)


def test_however_often_it_is_set_up_a_library_is_told_of_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for _ in range(3):
        logs.configure("info", as_json=True)

    logging.getLogger("apscheduler").warning("late")

    assert len(lines(capsys)) == 1


def test_once_nobody_reads_any_more_a_library_goes_on_all_the_same() -> None:
    kept, sys.stderr = sys.stderr, open(os.devnull, "w")  # noqa: SIM115 - it is closed below
    try:
        logs.configure("info", as_json=True)
        sys.stderr.close()
    finally:
        sys.stderr = kept

    logging.getLogger("aiohttp").warning("still here")

    with pytest.raises(ValueError, match="closed"):
        structlog.get_logger().warning("still here")


# What nobody catches


def test_what_a_thread_did_not_catch_is_told_without_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("info", as_json=True)
    before = threading.excepthook

    with logs.last_words():
        for words in (SECRET, None):
            thread = threading.Thread(target=stumble if words else sys.exit, args=(words,))
            thread.start()
            thread.join()

    [line] = lines(capsys)
    assert (line["event"], line["error_type"]) == ("thread.ended", "ValueError")
    assert "stumble" in str(line["trace"])
    assert "heron" not in json.dumps(line)
    assert threading.excepthook is before


def test_what_ends_the_process_is_told_without_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("info", as_json=True)
    before = threading.excepthook

    with pytest.raises(SystemExit) as end, logs.last_words():
        stumble(SECRET)

    [line] = lines(capsys)
    assert end.value.code == 1
    assert end.value.__suppress_context__
    assert (line["event"], line["error_type"]) == ("process.ended", "ValueError")
    assert "heron" not in json.dumps(line)
    assert threading.excepthook is before
