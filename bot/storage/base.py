"""The database itself: engine, sessions, and the column types that every table shares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import chain
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    DateTime,
    Delete,
    Dialect,
    Engine,
    Update,
    create_engine,
    delete,
    event,
    inspect,
    make_url,
    update,
)
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from sqlalchemy.types import TypeDecorator

from bot.storage import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert as PostgresInsert

Sessions = sessionmaker[Session]

AT_ONCE = 64
"""How many rows a statement brings to SQLite: more make it no quicker."""

RESTED = 1.0
"""Seconds after which PostgreSQL is asked whether a connection is still there."""


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; a naive one is an error."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError(f"naive datetime: {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def stored(instant: datetime) -> str:
    """An aware *instant* as a statement of strings and numbers has it, for an `Instant`."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


class Base(DeclarativeBase):
    """The tables of the bot."""


def connect(url: str) -> Engine:
    """An engine for *url*: a SQLite file in WAL, or PostgreSQL by psycopg 3."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed,
            connect_args={"timeout": sqlite.PATIENCE, "isolation_level": None},
            hide_parameters=True,  # an error's text must not quote anybody
        )
        sqlite.prepare(engine)
        return engine
    engine = create_engine(parsed.set(drivername="postgresql+psycopg"), hide_parameters=True)
    _ping_after_a_rest(engine)
    return engine


def _ping_after_a_rest(engine: Engine) -> None:
    """Let no connection be used that was lost while nobody used it.

    To ask each time (`pool_pre_ping`) costs a third of what it costs to accept an event.
    """

    def rests(_: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info["since"] = monotonic()

    def wakes(
        connection: DBAPIConnection, entry: ConnectionPoolEntry, _: PoolProxiedConnection
    ) -> None:
        if "since" in entry.info and monotonic() - entry.info["since"] > RESTED:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError from error

    event.listen(engine, "checkin", rests)
    event.listen(engine, "checkout", wakes)


def spare_the_disk(session: Session) -> None:
    """Let *session*, which has yet to begin, not wait for the disk when it commits to SQLite.

    For what would be done again: a power cut may undo it, and all that was committed after it. As
    everybody else waits for the disk, nothing that rests on it is known outside before it is safe.
    """
    session.connection(execution_options={sqlite.SPARING: True})


def truncate_log(sessions: Sessions) -> None:
    """On SQLite, let what was erased be gone from the disk."""
    engine = sessions.kw["bind"]
    if engine.dialect.name == "sqlite":
        sqlite.truncate_log(engine)


def sessions_of(engine: Engine) -> Sessions:
    """The maker of sessions on *engine*; objects stay readable after their transaction."""
    sessions = sessionmaker(engine, expire_on_commit=False)
    event.listen(sessions, "after_begin", _keep_connection)
    event.listen(sessions, "after_transaction_end", _let_connection_go)
    return sessions


CONNECTION = "connection"


def _keep_connection(session: Session, _: SessionTransaction, connection: Connection) -> None:
    session.info[CONNECTION] = connection


def _let_connection_go(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(CONNECTION, None)


def _connection(session: Session) -> Connection:
    """The connection of the session's transaction; to ask the session costs as much as to read.

    Raises:
        PendingRollbackError: the transaction has failed, and all that comes is to end it.
    """
    kept: Connection | None = session.info.get(CONNECTION)
    return session.connection() if kept is None or not session.is_active else kept


def insert_missing(session: Session, table: type[Base]) -> SqliteInsert | PostgresInsert:
    """An INSERT into *table* that passes over the rows whose key is already there.

    For each table it is the same one again, so that what it is in SQL is found at once.
    """
    return _missing(table, is_postgres(session))


@cache
def _missing(table: type[Base], of_postgres: bool) -> SqliteInsert | PostgresInsert:
    return _into(table, of_postgres=of_postgres).on_conflict_do_nothing()


def insert_into(session: Session, table: type[Base]) -> SqliteInsert | PostgresInsert:
    """An INSERT into *table* that can say what to do where the key is already there."""
    return _into(table, of_postgres=is_postgres(session))


def _into(table: type[Base], *, of_postgres: bool) -> SqliteInsert | PostgresInsert:
    if of_postgres:
        from sqlalchemy.dialects import postgresql  # 4 MiB that SQLite has no use for

        return postgresql.insert(table)
    return sqlite_dialect.insert(table)


def execute_rows(
    session: Session, statement: str, rows: Sequence[tuple[int | float | str | None, ...]]
) -> None:
    """Execute *statement* for each of *rows*, which take the places of its question marks.

    Values go to the driver as they are, which is twice as fast as by name and typed; so only
    integers, floats, strings and None belong here.
    """
    if not rows:
        return
    connection = _connection(session)
    if connection.dialect.name == "sqlite":
        sqlite.tell(connection, statement, rows)
    else:
        connection.exec_driver_sql(statement.replace("?", "%s"), list(rows))


def insert_rows(
    session: Session, statement: str, rows: Sequence[tuple[int | float | str | None, ...]]
) -> None:
    """Execute an INSERT whose ``VALUES :rows`` stand for *rows*, as `execute_rows` does.

    Most of what an insert costs SQLite comes once for each statement, so it is given many rows at
    once. PostgreSQL allows no statement to meet one row twice: there each is on its own.
    """
    if not rows:
        return
    at_once = 1 if is_postgres(session) else AT_ONCE
    alone, together = _for_so_many(statement, len(rows[0]), 1), len(rows) // at_once * at_once
    if at_once > 1 and together:
        chunks = [rows[begin : begin + at_once] for begin in range(0, together, at_once)]
        execute_rows(
            session,
            _for_so_many(statement, len(rows[0]), at_once),
            [tuple(chain.from_iterable(chunk)) for chunk in chunks],
        )
        rows = rows[together:]
    execute_rows(session, alone, rows)


@cache
def _for_so_many(statement: str, width: int, number: int) -> str:
    """An INSERT with question marks for a *number* of rows."""
    row = f"({', '.join('?' * width)})"
    return statement.replace(":rows", ", ".join([row] * number))


def fetch_rows(
    session: Session, statement: str, values: Sequence[int | str | None] = ()
) -> Sequence[Any]:
    """What *statement* gives with *values* in the places of its question marks, in one go.

    For what every event asks: it costs a small part of a select that is made from the tables.
    """
    connection = _connection(session)
    if connection.dialect.name == "sqlite":
        return sqlite.ask(connection, statement, tuple(values))
    return connection.exec_driver_sql(statement.replace("?", "%s"), tuple(values)).all()


def fetch_parts(
    session: Session, statement: str, values: Sequence[int | str | None], size: int
) -> Iterator[Sequence[Any]]:
    """The same, *size* rows at once, of what may be too much to be held."""
    connection = _connection(session)
    if connection.dialect.name == "sqlite":
        return sqlite.ask_in_parts(connection, statement, tuple(values), size)
    return connection.exec_driver_sql(
        statement.replace("?", "%s"), tuple(values), execution_options={"yield_per": size}
    ).partitions()


def change_if(session: Session, row: Base, *conditions: ColumnElement[bool], **to: object) -> bool:
    """Change *row* where *conditions* still hold of it; False where they don't any more.

    It is one update, so of two who do it at once one is first. `row` is as it is by now afterwards,
    whoever was.
    """
    kind = type(row)
    mapper, state = inspect(kind), inspect(row)
    keys = zip(mapper.primary_key, state.identity or (), strict=True)
    done = session.execute(
        update(kind)
        .where(*(column == value for column, value in keys), *conditions)
        .values(**to)
        .returning(mapper.primary_key[0])
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(row)
    return done is not None


def drop_if(session: Session, row: Base, *conditions: ColumnElement[bool]) -> bool:
    """Delete *row* where *conditions* still hold of it; False where they don't any more."""
    kind = type(row)
    mapper, state = inspect(kind), inspect(row)
    keys = zip(mapper.primary_key, state.identity or (), strict=True)
    gone = session.execute(
        delete(kind)
        .where(*(column == value for column, value in keys), *conditions)
        .returning(mapper.primary_key[0])
        .execution_options(synchronize_session=False)
    ).first()
    if gone is not None:
        session.expunge(row)
    return gone is not None


def change_many(session: Session, *statements: Delete | Update) -> int:
    """Change or delete many rows, and return how many; what the session knows is asked anew."""
    quietly = {"synchronize_session": False}
    done = [session.execute(each.execution_options(**quietly)) for each in statements]
    session.expire_all()
    return sum(cast("CursorResult[Any]", each).rowcount for each in done)


def clear_out(session: Session, statement: Delete, **values: object) -> int:
    """Execute a DELETE that was built once, with its *values* by name; return how many rows went.

    What the session knows is asked anew only where any did: mostly there is nothing to let go of.
    """
    session.flush()
    gone = session.connection().execute(statement, values).rowcount
    if gone:
        session.expire_all()
    return gone


def marks(values: Sequence[object]) -> str:
    """A question mark for each of *values*."""
    return ",".join("?" * len(values))


def is_postgres(session: Session) -> bool:
    """Whether the session's database is PostgreSQL, and not SQLite."""
    return session.get_bind().dialect.name == "postgresql"
