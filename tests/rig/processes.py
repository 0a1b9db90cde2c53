"""Other processes: what they do now, and what is done to them."""

from __future__ import annotations

import os
import resource
import signal
from contextlib import suppress
from pathlib import Path

UNLIMITED = resource.RLIM_INFINITY


def send(pid: int, number: signal.Signals) -> None:
    """Signal it, if it is still there."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def leave_room(pid: int, size: int) -> None:
    """Let each of its files have *size* bytes, and no more: so a full disk looks to it."""
    with suppress(ProcessLookupError):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, UNLIMITED))


def state(pid: int) -> str:
    """A letter, as /proc has it: "T" where it is stopped, "Z" where it is dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def is_alive(pid: int) -> bool:
    """Whether it hasn't ended."""
    return state(pid) != "Z"
