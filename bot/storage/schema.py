"""All tables in one place, and the way from any earlier shape of them to this one."""

from __future__ import annotations

import secrets
from datetime import datetime

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.storage import (
    activity,
    days,
    delivery,
    listening,
    pauses,
    places,
    record,
    rhythm,
    surroundings,
)
from bot.storage.base import Base, insert_missing
from bot.storage.record import Installation

__all__ = [
    "activity",
    "days",
    "delivery",
    "listening",
    "metadata",
    "pauses",
    "places",
    "record",
    "rhythm",
    "surroundings",
]

metadata = Base.metadata


class SchemaError(Exception):
    """The database is of a later version than this program."""


def _alembic(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", "bot:migrations")
    config.attributes["engine"] = engine
    return config


def version(engine: Engine) -> str | None:
    """The database's version, or None where nothing was made yet."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def latest() -> str | None:
    """The version that this program needs."""
    config = Config()
    config.set_main_option("script_location", "bot:migrations")
    return ScriptDirectory.from_config(config).get_current_head()


def migrate(engine: Engine, *, now: datetime) -> None:
    """Bring the database to this program's version, and give a new one its secret.

    Raises:
        SchemaError: the database is of a later version than this program.
    """
    known = ScriptDirectory.from_config(_alembic(engine))
    current = version(engine)
    if current is not None and current not in {each.revision for each in known.walk_revisions()}:
        raise SchemaError(
            f"The database is of version {current}, which this program doesn't know. "
            "It was made by a later version: install that one, or restore an earlier backup."
        )
    if current != known.get_current_head():
        command.upgrade(_alembic(engine), "head")
    with Session(engine) as session, session.begin():
        row = {"id": 1, "secret": secrets.token_bytes(32), "since": now}
        session.execute(insert_missing(session, Installation), [row])
