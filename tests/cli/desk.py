"""An operator's desk: a folder and a database of a test's own, and the commands typed there.

Run as a program it lives through typed commands in forked processes, and kills them on demand.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import traceback
from contextlib import chdir
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import Pool
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.simulation import frailty_friends
from bot.simulation.plan import Plan
from bot.storage.base import Sessions, connect, sessions_of

ROOT = Path(__file__).parents[2]
Row = tuple[Any, ...]

OF_THIS_RUN = {("networks", "created_at"), ("read_positions", "at"), ("listening", "id")}
"""What is told by the clock, or by how often a run was begun, and not by the export."""


def short_plan(seed: int = 3, *, weeks: int = 12) -> Plan:
    """Some weeks of the people of the demo, long ago, in which nothing befalls them."""
    plan = frailty_friends(seed, contexts=())
    return replace(plan, start=date(2025, 1, 6), weeks=weeks, holidays=())


class Desk:
    """Types commands in a folder of its own; the database is a file in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "x.db"
        self.environment = {"ANIMATEUR_BOT_DATABASE": f"sqlite:///{self.database}"}

    def types(self, *words: object, **more: str) -> Result:
        """Run a command within this process; what it leaves open, as a process may, is closed."""
        opened: list[DBAPIConnection] = []

        def keep(connection: DBAPIConnection, _: object) -> None:
            opened.append(connection)

        event.listen(Pool, "connect", keep)
        try:
            with chdir(self.folder):
                runner = CliRunner(env={**self.environment, **more})
                return runner.invoke(app, [str(word) for word in words])
        finally:
            event.remove(Pool, "connect", keep)
            for connection in opened:
                connection.close()

    def json(self, *words: object) -> Any:
        """What a command that goes well prints for programs."""
        found = self.types(*words, "--json")
        assert found.exit_code == 0, found.stderr
        assert found.stderr == ""
        return json.loads(found.stdout)

    def starts(self, *words: object, **more: str) -> subprocess.Popen[str]:
        """Start a command as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **self.environment, **more},
        )

    def engine(self) -> Engine:
        """The way into the database, for who looks at what a command did."""
        return connect(self.environment["ANIMATEUR_BOT_DATABASE"])

    def sessions(self) -> Sessions:
        """Sessions on the database."""
        return sessions_of(self.engine())

    def rows(self, statement: str) -> list[Row]:
        """What is found in the database."""
        connection = sqlite3.connect(self.database)
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()

    def bytes(self) -> bytes:
        """All that lies on the disk of the database."""
        return b"".join(path.read_bytes() for path in self.folder.glob("x.db*"))


def dump(database: Path) -> dict[str, list[Row]]:
    """All rows of all tables, without what the clock told and the installation's own secret."""
    connection = sqlite3.connect(database)
    try:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        found = {}
        for (table,) in names:
            if table == "installation":
                continue
            told = connection.execute(f"PRAGMA table_info({table})").fetchall()
            columns = [f'"{each[1]}"' for each in told if (table, each[1]) not in OF_THIS_RUN]
            rows = connection.execute(f"SELECT {', '.join(columns)} FROM {table}")
            found[table] = sorted(rows.fetchall(), key=repr)
        return found
    finally:
        connection.close()


class Hazard:
    """Types commands that may be killed at any statement or commit; imports the code only once."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.desk"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def types(self, desk: Desk, *words: object, dies_at: int = 0, commits: int = 0) -> int:
        """Type a command; its exit code, -9 where it was killed.

        It dies at statement or commit number *dies_at*, or right after that many *commits*.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        told = {
            "words": [str(word) for word in words],
            "folder": str(desk.folder),
            "environment": desk.environment,
            "dies_at": dies_at,
            "commits": commits,
        }
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def stop(self) -> None:
        """Let it go."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


def _die_at(number: int, *names: str) -> None:
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in names:
        event.listen(Engine, name, count)


def _live(told: dict[str, Any]) -> None:
    os.chdir(told["folder"])
    os.environ.update(told["environment"])
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    if told["dies_at"]:
        _die_at(told["dies_at"], "before_cursor_execute", "commit")
    if told["commits"]:
        _die_at(told["commits"] + 1, "commit")
    app(told["words"])


def main() -> None:
    """Fork a process for each line that is told, and answer with its exit code."""
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            try:
                _live(json.loads(line))
            except SystemExit as end:
                os._exit(int(end.code or 0))
            except BaseException:
                traceback.print_exc()
                os._exit(70)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
