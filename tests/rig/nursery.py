"""Raises bots that may be killed: run as a program, it forks one for each line that it reads.

It has imported everything already and has no threads, so a bot is there in no time. A line is
what the bot is told; the answer is its process id. "reap <pid>" waits for its end and answers
with its exit code, -9 where it was killed.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.orm import configure_mappers

from tests.rig import ours, plain

ROOT = Path(__file__).parents[2]
BOTS: dict[str, Callable[[dict[str, Any]], None]] = {
    "ours": ours.live,
    "weeks": ours.live_weeks,
    "plain": plain.live,
}


class Nursery:
    """The rig's side of it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.rig.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.process.stdout.readline()  # it takes seconds to import everything

    def bears(self, bot: str, told: dict[str, Any]) -> int:
        """Let a *bot* live; its process id."""
        return self._ask(json.dumps({"bot": bot, **told}))

    def reaps(self, pid: int) -> int:
        """Wait until it has ended; its exit code."""
        return self._ask(f"reap {pid}")

    def _ask(self, line: str) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def stop(self) -> None:
        """Let it go."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


def child(told: dict[str, Any]) -> int:
    """Fork a bot; its process id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        log = os.open(told["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 1)
        os.dup2(log, 2)
        BOTS[told["bot"]](told)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


WARM = (
    "aiohttp",
    "holidays.countries.united_kingdom",
    "jinja2.async_utils",
    "numpy",
    "prompts",
    "slack_sdk.socket_mode.aiohttp",
    "stringprep",
    "tzdata",
    "uvicorn.lifespan.off",
    "uvloop",
)


def main() -> None:
    """Do as each line says; whoever is left when nobody says anything any more is let go."""
    for name in WARM:
        importlib.import_module(name)
    configure_mappers()
    print("ready", flush=True)  # noqa: T201 - this is how it answers
    alive: set[int] = set()
    for line in sys.stdin:
        if line.startswith("reap"):
            pid = int(line.split()[1])
            answer = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            alive.remove(pid)
        else:
            answer = child(json.loads(line))
            alive.add(answer)
        print(answer, flush=True)  # noqa: T201
    for pid in alive:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
