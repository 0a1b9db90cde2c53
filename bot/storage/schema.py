"""All tables in one place, and the way from any earlier shape of them to this one.

A new database gets its tables as they are now, an earlier one goes through the steps of
`bot.migrations`; a test compares the two. Only the steps need Alembic, which takes long to load.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.orm import Session

from bot.storage import (
    activity,
    asks,
    bridges,
    changes,
    charter,
    circles,
    days,
    delivery,
    editions,
    exchanges,
    finding,
    flags,
    founding,
    gatherings,
    glossary,
    helping,
    ideas,
    introductions,
    leading,
    lending,
    listening,
    meeting,
    membership,
    notes,
    nudges,
    offers,
    pauses,
    places,
    proposals,
    questions,
    rather_not,
    record,
    reviews,
    rhythm,
    sparing,
    sponsors,
    standing,
    stories,
    surroundings,
    topics,
    tries,
    upshots,
    wanted,
    watches,
    wishes,
)
from bot.storage.base import Base, insert_missing
from bot.storage.record import Installation

__all__ = [
    "activity",
    "asks",
    "bridges",
    "changes",
    "charter",
    "circles",
    "days",
    "delivery",
    "editions",
    "exchanges",
    "finding",
    "flags",
    "founding",
    "gatherings",
    "glossary",
    "helping",
    "ideas",
    "introductions",
    "leading",
    "lending",
    "listening",
    "meeting",
    "membership",
    "metadata",
    "notes",
    "nudges",
    "offers",
    "pauses",
    "places",
    "proposals",
    "questions",
    "rather_not",
    "record",
    "reviews",
    "rhythm",
    "sparing",
    "sponsors",
    "standing",
    "stories",
    "surroundings",
    "topics",
    "tries",
    "upshots",
    "wanted",
    "watches",
    "wishes",
]

metadata = Base.metadata


class SchemaError(Exception):
    """The database is of a later version than this program."""


STEPS = Path(__file__).parents[1] / "migrations" / "versions"
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(20260302)")
"""Two processes may start at once on PostgreSQL; SQLite lets only one write anyway."""

_VERSION = """
CREATE TABLE IF NOT EXISTS alembic_version (
    version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)
"""


def version(engine: Engine) -> str | None:
    """The database's version, or None where nothing was made yet."""
    with engine.connect() as connection:
        return _version(connection)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def latest() -> str:
    """The version that this program needs."""
    return _versions()[-1]


def _versions() -> list[str]:
    """All that this program knows, oldest first."""
    return sorted(step.name.partition("_")[0] for step in STEPS.glob("[0-9]*.py"))


def migrate(engine: Engine, *, now: datetime) -> None:
    """Bring the database to this program's version, and give a new one its secret.

    Raises:
        SchemaError: the database is of a later version than this program.
    """
    current, known = version(engine), _versions()
    if current is None:
        current = _make(engine, known[-1])
    if current not in known:
        raise SchemaError(
            f"The database is of version {current}, which this program doesn't know. "
            "It was made by a later version: install that one, or restore an earlier backup."
        )
    if current != known[-1]:
        take_steps(engine)
    with Session(engine) as session, session.begin():
        row = {"id": 1, "secret": secrets.token_bytes(32), "since": now}
        session.execute(insert_missing(session, Installation), [row])


def _make(engine: Engine, latest: str) -> str:
    """Make all tables as they are now, unless somebody has by now; return their version."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(ONE_AT_A_TIME)
        found = _version(connection)
        if found is None:
            metadata.create_all(connection)
            connection.execute(text(_VERSION))
            connection.execute(text("INSERT INTO alembic_version VALUES (:it)"), {"it": latest})
        return found or latest


def take_steps(engine: Engine) -> None:
    """Go through the steps from the version there is, or from nothing, to this program's."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "bot:migrations")
    config.attributes["engine"] = engine
    command.upgrade(config, "head")
