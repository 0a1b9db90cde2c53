"""Structured logs, a line an entry; never a variable's value: it may be somebody's words."""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import EventDict


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


def configure(level: str, *, as_json: bool) -> None:
    """Log to standard error from *level* on ("debug", "info", "warning", "error").

    Raises:
        ValueError: *level* is none of these.
    """
    known = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING}
    known["error"] = logging.ERROR
    if level not in known:
        raise ValueError(f"log_level is one of {', '.join(known)}, not {level!r}.")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_values,
            structlog.processors.JSONRenderer()
            if as_json
            else structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(known[level]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
