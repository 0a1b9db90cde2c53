"""What comes in bulk costs the database no more statements than a little does."""

from __future__ import annotations

import sqlite3

from sqlalchemy import event

from bot.domain.events import Batch, Bookmark, Event, MessagePosted, ReactionAdded
from bot.domain.ids import ChannelId, MemberId
from tests.town import Town

WARD = ChannelId("town:T1/Cward")


def statements_for(town: Town, events: list[Event]) -> int:
    """How many statements a batch of *events* takes."""
    seen: list[str] = []
    engine = town.sessions.kw["bind"]

    def count(*given: object) -> None:
        seen.append(str(given[2]))

    def count_reads(statement: str) -> None:
        if statement.lstrip().startswith("SELECT"):
            seen.append(statement)

    def watch_reads(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_trace_callback(count_reads)

    event.listen(engine, "before_cursor_execute", count)
    if engine.dialect.name == "sqlite":  # whose driver is asked without a detour
        event.listen(engine, "checkout", watch_reads)
    try:
        town.app.receive(
            Batch(events=tuple(events), bookmark=Bookmark(source="bulk", position="1"))
        )
    finally:
        event.remove(engine, "before_cursor_execute", count)
        if engine.dialect.name == "sqlite":
            event.remove(engine, "checkout", watch_reads)
            with engine.connect() as connection:
                connection.connection.driver_connection.set_trace_callback(None)
    return len(seen)


def spoken(begin: int, number: int) -> list[Event]:
    """Messages a minute apart, each with a reaction."""
    found: list[Event] = []
    for n in range(begin, begin + number):
        who, ts = MemberId(f"town:T1/U{n % 7}"), 1_700_000_000_000_000 + n * 60_000_000
        found.append(MessagePosted(channel=WARD, ts=ts, author=who, length=80))
        found.append(ReactionAdded(channel=WARD, ts=ts, member=who, emoji="wave"))
    return found


def test_a_large_batch_takes_as_many_statements_as_a_small_one(town: Town) -> None:
    statements_for(town, spoken(0, 14))  # everybody is met
    few = statements_for(town, spoken(100, 7))
    many = statements_for(town, spoken(1000, 300))
    assert 3 < many == few < 20
