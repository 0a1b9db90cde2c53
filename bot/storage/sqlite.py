"""SQLite as the bot uses it: in WAL, one writer at a time, asked without a detour.

A statement costs SQLite less than what SQLAlchemy does around it, so what every event asks goes to
the driver as it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.storage.turns import take_turns

PATIENCE = 30
"""Seconds that SQLite waits for another writer."""

FULL = 2
"""What SQLite calls it to wait for the disk."""

SPARING, WAITS = "spares_the_disk", "waits_for_the_disk"

Value = bytes | int | float | str | None


def prepare(engine: Engine) -> None:
    """Let all connections of *engine* be as the bot wants them.

    Writers begin with BEGIN IMMEDIATE: a deferred transaction that wants to write after it has
    read fails at once, whatever the busy timeout (https://sqlite.org/lang_transaction.html).
    """
    event.listen(engine, "connect", _connected)
    take_turns(engine, patience=PATIENCE)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "checkin", _wait_for_disk_again)


def ask(connection: Connection, statement: str, values: tuple[Value, ...] = ()) -> list[Any]:
    """What the driver gives; its errors come as they come by any other way."""
    try:
        return _driver(connection).execute(statement, values).fetchall()
    except sqlite3.Error as error:
        raise _as_ever(error, connection, statement) from error


def ask_in_parts(
    connection: Connection, statement: str, values: tuple[Value, ...], size: int
) -> Iterator[list[Any]]:
    """The same, *size* rows at once."""
    try:
        found = _driver(connection).execute(statement, values)
        while rows := found.fetchmany(size):
            yield rows
    except sqlite3.Error as error:
        raise _as_ever(error, connection, statement) from error


def tell(connection: Connection, statement: str, rows: Iterable[tuple[Value, ...]]) -> None:
    """Let the driver execute *statement* for each of *rows*; errors come as by any other way."""
    try:
        _driver(connection).executemany(statement, rows)
    except sqlite3.Error as error:
        raise _as_ever(error, connection, statement) from error


def truncate_log(engine: Engine) -> None:
    """Empty the write-ahead log: what was erased is gone from the disk then.

    Where somebody is reading, it waits for the next time.
    """
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA busy_timeout = 100").close()
        with suppress(sqlite3.OperationalError):
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        connection.cursor().execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}").close()
    finally:
        connection.close()


def _connected(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    # https://sqlite.org/pragma.html: FULL keeps acknowledged events through a power cut,
    # secure_delete overwrites what is erased
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get(SPARING) and _waits_for_disk(connection):
        ask(connection, "PRAGMA synchronous = NORMAL")
        connection.info[SPARING] = True
    ask(connection, "BEGIN IMMEDIATE")


def _waits_for_disk(connection: Connection) -> bool:
    """Whether it does at all, which is asked once for each connection."""
    info = connection.info
    if WAITS not in info:
        ((level,),) = ask(connection, "PRAGMA synchronous")
        info[WAITS] = level == FULL
    return bool(info[WAITS])


def _wait_for_disk_again(connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
    if connection is not None and entry.info.pop(SPARING, False):
        connection.cursor().execute("PRAGMA synchronous = FULL")


def _driver(connection: Connection) -> sqlite3.Connection:
    return connection.connection.driver_connection  # type: ignore[return-value]


def _as_ever(error: sqlite3.Error, connection: Connection, statement: str) -> BaseException:
    return DBAPIError.instance(
        statement, None, error, sqlite3.Error, hide_parameters=True, dialect=connection.dialect
    )
