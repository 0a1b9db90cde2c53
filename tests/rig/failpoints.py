"""Named moments at which a process kills itself, as by a power cut of its own."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

NAMES = (
    "before_statement",
    "before_commit",
    "after_commit",
    "before_accept",
    "after_accept",
    "before_call",
    "after_call",
)
"""A statement and a commit of any transaction; the commit before an acknowledgement; a call of
Slack that says something, where "after" is between its acceptance and its record."""


class Failpoint:
    """Kills its process when *name* is passed for the *nth* time."""

    def __init__(self, name: str, nth: int) -> None:
        self.name = name
        self.left = nth

    def passes(self, name: str) -> None:
        """The process passes *name*."""
        if name == self.name:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, engine: Engine) -> None:
        """Pass the moments of *engine*'s transactions."""
        event.listen(engine, "before_cursor_execute", lambda *_: self.passes("before_statement"))
        event.listen(engine, "commit", lambda _: self.passes("before_commit"))
        event.listen(Session, "after_commit", lambda _: self.passes("after_commit"))

    def around(self, call: Callable[..., Any], what: str) -> Callable[..., Any]:
        """*call*, with a moment before it and one after it."""

        def passed(*args: Any, **named: Any) -> Any:
            self.passes(f"before_{what}")
            result = call(*args, **named)
            self.passes(f"after_{what}")
            return result

        return passed
