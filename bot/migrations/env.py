"""Alembic's way in: run the steps on the engine that it was handed, as one transaction."""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import text

from bot.storage.base import Instant
from bot.storage.finding import is_of_model
from bot.storage.schema import metadata


def render_item(kind: str, item: object, _: AutogenContext) -> str | Literal[False]:
    """Write our own column types as what they are in the database."""
    return "sa.DateTime()" if kind == "type" and isinstance(item, Instant) else False


with context.config.attributes["engine"].connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        render_item=render_item,
        include_name=is_of_model,
        transactional_ddl=True,  # alembic doubts it of SQLite, whose steps would then be lost
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":  # two processes may start at once
            connection.execute(text("SELECT pg_advisory_xact_lock(20260302)"))
        context.run_migrations()
