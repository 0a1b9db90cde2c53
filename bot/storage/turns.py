"""SQLite lets one write at a time: in this process, whoever asks first comes first."""

from __future__ import annotations

from collections import deque
from threading import Condition

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry


def take_turns(engine: Engine, *, patience: float) -> None:
    """Let no transaction of *engine* begin before those that asked to begin earlier have ended.

    SQLite itself lets in whoever asks at the right moment, and each asks ever more seldom: beside
    one that begins anew at once the others wait without end. Who has waited *patience* seconds
    goes on to ask SQLite, and hears from it what is wrong.
    """
    moved = Condition()
    asked: deque[int] = deque()

    def asks(connection: Connection) -> None:
        mine = id(connection.info)  # which a connection shares with its place in the pool
        with moved:
            if mine not in asked:
                asked.append(mine)
            moved.wait_for(lambda: asked[0] == mine, patience)

    def ends(_: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        mine = id(entry.info)
        with moved:
            if mine in asked:
                asked.remove(mine)
                moved.notify_all()

    event.listen(engine, "begin", asks)
    event.listen(engine, "checkin", ends)
