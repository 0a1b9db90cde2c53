"""The way into the database: nobody finds it gone, and what fails there fails in one way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import (
    IntegrityError,
    InvalidRequestError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.orm import Session

from bot import inbox
from bot.storage.base import (
    RESTED,
    Sessions,
    connect,
    execute_rows,
    fetch_rows,
    insert_rows,
    sessions_of,
    spare_the_disk,
)
from bot.storage.record import Uncounted
from bot.storage.sqlite import FULL
from tests.conftest import Databases
from tests.databases import PostgresServer
from tests.nursery import MOMENT, happenings


@pytest.fixture
def other(postgres_server: PostgresServer) -> Iterator[Engine]:
    """The way into a database of PostgreSQL's, by somebody who may end others' connections."""
    url = postgres_server.url()
    engine = connect(url)
    yield engine
    engine.dispose()
    postgres_server.drop(url)


def drop_connections_but_of(engine: Engine) -> None:
    """Let the server end all connections to this database but that of *engine*."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


def test_a_connection_lost_while_nobody_used_it_harms_nobody(other: Engine) -> None:
    engine = connect(str(other.url))
    inbox.accept(sessions_of(engine), happenings(), now=MOMENT)
    drop_connections_but_of(other)
    time.sleep(RESTED * 1.1)
    inbox.accept(sessions_of(engine), happenings(), now=MOMENT)
    with Session(engine) as session:
        assert inbox.waiting(session) == (2 * len(happenings()), 0)
    engine.dispose()


def test_a_connection_lost_in_full_swing_fails_once(other: Engine) -> None:
    engine = connect(str(other.url))
    inbox.accept(sessions_of(engine), happenings(), now=MOMENT)
    drop_connections_but_of(other)
    with pytest.raises(OperationalError):
        inbox.accept(sessions_of(engine), happenings(), now=MOMENT)
    inbox.accept(sessions_of(engine), happenings(), now=MOMENT)
    with Session(engine) as session:
        assert inbox.waiting(session) == (2 * len(happenings()), 0)
    engine.dispose()


@pytest.mark.both_databases
@pytest.mark.parametrize("number", [0, 1, 63, 64, 65, 200])
def test_however_many_rows_there_are_each_is_inserted_once(sessions: Sessions, number: int) -> None:
    with sessions.begin() as session:
        session.execute(text("CREATE TABLE stones (place BIGINT PRIMARY KEY, word TEXT, gap TEXT)"))
        rows = [(n, f"?:rows %s {n}", None) for n in range(number)]
        statement = "INSERT INTO stones (place, word, gap) VALUES :rows ON CONFLICT DO NOTHING"
        insert_rows(session, statement, rows)
        insert_rows(session, statement, rows[:70])
        found = fetch_rows(session, "SELECT place, word, gap FROM stones ORDER BY place")
        assert [tuple(row) for row in found] == rows


@pytest.mark.both_databases
def test_what_every_event_asks_fails_like_all_else(sessions: Sessions) -> None:
    with sessions.begin() as session, pytest.raises((OperationalError, ProgrammingError)) as failed:
        fetch_rows(session, "SELECT * FROM no_such_table WHERE name = ?", ["Ada Lovelace"])
    assert "Ada" not in str(failed.value)


@pytest.mark.both_databases
@pytest.mark.parametrize("within", [Session.begin_nested, nullcontext], ids=["inner", "whole"])
def test_in_a_transaction_that_failed_nothing_more_is_asked_or_told(
    within: Callable[[Session], AbstractContextManager[object]], sessions: Sessions
) -> None:
    with sessions() as session, suppress(InvalidRequestError), session.begin():
        fetch_rows(session, "SELECT key FROM uncounted")
        with within(session):
            session.add_all([Uncounted(key="a"), Uncounted(key="a")])
            with pytest.raises(IntegrityError):
                session.flush()
            with pytest.raises(InvalidRequestError):
                fetch_rows(session, "SELECT key FROM uncounted")
            with pytest.raises(InvalidRequestError):
                execute_rows(session, "INSERT INTO uncounted (key) VALUES (?)", [("b",)])
    with sessions.begin() as session:
        assert fetch_rows(session, "SELECT key FROM uncounted") == []


@pytest.mark.usefixtures("only_on_sqlite")
def test_whoever_may_not_write_hears_so_before_they_read(databases: Databases) -> None:
    url = databases.url()
    engine, busy = connect(url), connect(url)
    event.listen(
        engine, "connect", lambda opened, _: opened.execute("PRAGMA busy_timeout = 0").close()
    )
    with busy.begin(), pytest.raises(OperationalError, match="locked"), engine.begin():
        pass
    with engine.begin():
        pass
    engine.dispose()
    busy.dispose()


def disk_level(session: Session) -> int:
    """How far this transaction waits for the disk: SQLite's own number."""
    ((level,),) = fetch_rows(session, "PRAGMA synchronous")
    return int(level)


@pytest.mark.usefixtures("only_on_sqlite")
def test_only_what_would_be_handled_again_spares_the_disk(databases: Databases) -> None:
    engine = connect(databases.url())
    sessions, levels = sessions_of(engine), []
    inbox.accept(sessions, happenings(), now=MOMENT)
    inbox.work(sessions, lambda session, _: levels.append(disk_level(session)))
    with sessions.begin() as session:
        levels.append(disk_level(session))
    assert levels == [1, FULL]
    engine.dispose()


@pytest.mark.usefixtures("only_on_sqlite")
def test_who_does_not_wait_for_the_disk_at_all_goes_on_so(sessions: Sessions) -> None:
    with sessions.begin() as session:
        spare_the_disk(session)
        assert disk_level(session) == 0
    with sessions.begin() as session:
        assert disk_level(session) == 0
