"""Structured logs, a line an entry; never a variable's value: it may be somebody's words."""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import structlog
from structlog.typing import EventDict

LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}

TOKEN = r"x(?:ox[a-z]|app|wfp)-[A-Za-z0-9-]+|xoxe\.[A-Za-z0-9.-]+"
"""How tokens of Slack begin: of bots, apps, people, workflows, and those that are rotated."""

HIDDEN = "[secret]"


class Mask:
    """Puts a sign in the place of every token, and of the *secrets* that it is told of."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted(filter(None, secrets), key=len, reverse=True)
        self.pattern = re.compile("|".join([*map(re.escape, known), TOKEN]))

    def __call__(self, _: object, __: str, line: object) -> str:
        """The last of structlog's processors: what it lets through is printed."""
        return self.pattern.sub(HIDDEN, str(line))


class _Foreign(logging.Handler):
    """Tells of what a library logs by where it did: its texts may hold what people wrote.

    A text is kept where its values stand apart from it, as in ``warning("no %s", thing)``.
    """

    def emit(self, record: logging.LogRecord) -> None:
        about = {"library": record.name, "where": f"{record.funcName}:{record.lineno}"}
        if record.args:
            about["said"] = str(record.msg)
        level = "error" if record.levelno >= logging.ERROR else "warning"
        with suppress(ValueError):  # whoever reads our lines has closed the stream
            log = getattr(structlog.get_logger(), level)
            log(f"library.{level}", **about, exc_info=record.exc_info or None)


def _without_values(_: object, __: str, entry: EventDict) -> EventDict:
    """Keep where an error was and of what kind, but not what it said: it may quote data."""
    error = entry.pop("exc_info", None)
    if error:
        if isinstance(error, BaseException):
            error = (type(error), error, error.__traceback__)
        kind, _value, trace = error if isinstance(error, tuple) else sys.exc_info()
        entry["error_type"] = kind.__name__ if kind else "unknown"
        places = []
        while trace is not None:
            code = trace.tb_frame.f_code
            places.append(f"{code.co_qualname}:{trace.tb_lineno}")
            trace = trace.tb_next
        entry["trace"] = places[-8:]
    return entry


def configure(level: str, *, as_json: bool, secrets: Iterable[str] = ()) -> None:
    """Log to standard error from *level* on ("debug", "info", "warning", "error").

    What libraries log comes the same way, from warnings on. Tokens of Slack and the *secrets*
    are printed nowhere.

    Raises:
        ValueError: *level* is none of these.
    """
    if level not in LEVELS:
        raise ValueError(f"log_level is one of {', '.join(LEVELS)}, not {level!r}.")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_values,
            structlog.processors.JSONRenderer()
            if as_json
            else structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
            Mask(secrets),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, _Foreign)]:
        root.removeHandler(handler)
    root.addHandler(_Foreign(logging.WARNING))


@contextmanager
def last_words() -> Iterator[None]:
    """Log what nobody catches, here and in threads, as any other error: without its values.

    Raises:
        SystemExit: something was not caught in here; a thread's end doesn't end the process.
    """
    before = threading.excepthook

    def told(end: threading.ExceptHookArgs) -> None:
        if end.exc_type is not SystemExit:
            found = (end.exc_type, end.exc_value, end.exc_traceback)
            structlog.get_logger().error("thread.ended", exc_info=found)

    threading.excepthook = told
    try:
        yield
    except Exception:
        structlog.get_logger().exception("process.ended")
        raise SystemExit(1) from None
    finally:
        threading.excepthook = before
