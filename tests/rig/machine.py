"""What a bot's machine does to it: it stands still, its disk fills up, its clock jumps."""

from __future__ import annotations

import signal
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy.engine import make_url

from tests.rig.dial import Skew
from tests.rig.processes import UNLIMITED, leave_room, send


@dataclass(frozen=True)
class Machine:
    """Holds the database at *url*; *skew* is its clock. What it does is counted in `injected`."""

    url: str
    skew: Skew
    injected: Counter[str]

    def freezes(self, pid: int, seconds: float) -> None:
        """Let a process stand still for so long."""
        self.injected["freeze"] += 1
        send(pid, signal.SIGSTOP)
        time.sleep(seconds)
        send(pid, signal.SIGCONT)

    def fills_up(self, pid: int, room: int, seconds: float) -> None:
        """Let no file of a process grow by more than *room* bytes, for so long."""
        path = make_url(self.url).database
        assert path is not None
        files = (Path(path), Path(f"{path}-wal"))
        self.injected["full"] += 1
        leave_room(pid, room + max(each.stat().st_size for each in files if each.exists()))
        time.sleep(seconds)
        leave_room(pid, UNLIMITED)

    def jumps(self, span: timedelta) -> None:
        """Put the clock so far from the true time."""
        self.injected["jump"] += 1
        self.skew.jumps_to(span)
