"""Where a database lives, so that a copy of it knows itself for one, and keeps quiet.

A copied or restored database believes all it remembers: what waits to be said in it was perhaps
said long ago, by the one that it is a copy of. So its surroundings are kept in it (the host and
the path as a keyed hash), and whoever finds others may not speak until a person says that this
is the one.
"""

from __future__ import annotations

import hashlib
import hmac
import socket
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, delete, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.storage.base import Base, Instant, Sessions, fetch_rows, insert_missing
from bot.storage.record import Installation

Here = Mapping[str, str]
"""The surroundings by their parts: "database", and each platform's name."""

COPY = "a copy"


class Surrounding(Base):
    """One part of where this database is the one: a keyed hash, or the id of the bot itself."""

    __tablename__ = "surroundings"
    part: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    since: Mapped[datetime] = mapped_column(Instant)


def of_database(sessions: Sessions, *, home: str = "") -> Here:
    """Where this process finds its database.

    A SQLite file is known by its path, its number on the disk and the host's name; *home* stands
    for the latter two where those change by themselves, as in containers. PostgreSQL is known by
    its own identifier and the database's number, since several hosts may share it.
    """
    with sessions.begin() as session:
        secret = session.scalar(select(Installation.secret)) or b""
        found = _database(session, home)
    return {"database": hmac.digest(secret, found.encode(), hashlib.sha256).hex()}


def identities(platforms: Mapping[str, object]) -> Here:
    """As whom the bot speaks, by platform: the `identity` of those that have one and know it."""
    known = {name: str(getattr(each, "identity", "")) for name, each in platforms.items()}
    return {name: identity for name, identity in known.items() if identity}


def _database(session: Session, home: str) -> str:
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    if engine.dialect.name == "postgresql":
        return _postgres(session, home)
    path = Path(engine.url.database or "").resolve()
    if home:
        return f"{home} {path}"
    number = path.stat().st_ino if path.is_file() else 0
    return f"{socket.gethostname()} {path} {number}"


def _postgres(session: Session, home: str) -> str:
    number = "SELECT current_database() || ' ' || oid FROM pg_database"
    mine = session.scalar(text(f"{number} WHERE datname = current_database()"))
    try:
        with session.begin_nested():
            cluster = session.scalar(text("SELECT system_identifier FROM pg_control_system()"))
    except DBAPIError:  # a server may keep that to its own administrators
        cluster = ""
    return f"{home} {cluster} {mine}"


_KNOWN = "SELECT part, value FROM surroundings"


def is_here(session: Session, found: Here, *, now: datetime) -> bool:
    """Whether the database is where it was; what is seen for the first time is kept."""
    if not found:
        return True
    session.flush()
    known = dict(fetch_rows(session, _KNOWN))
    new = [part for part in found if part not in known]
    if new:
        rows = [{"part": part, "value": found[part], "since": now} for part in new]
        session.execute(insert_missing(session, Surrounding), rows)
    return all(known.get(part, value) == value for part, value in found.items())


def copied_up_to(session: Session) -> int | None:
    """The number of the newest thing to say that came with the copy, once that is known."""
    found = session.get(Surrounding, "copied_up_to")
    return None if found is None else int(found.value)


def keep_copied_up_to(session: Session, number: int, *, now: datetime) -> None:
    """Keep that number."""
    session.add(Surrounding(part="copied_up_to", value=str(number), since=now))
    session.flush()


def settle(session: Session, found: Here, *, now: datetime) -> None:
    """From *now* on the database is the one here, and nowhere else."""
    session.execute(delete(Surrounding))
    session.add_all(Surrounding(part=part, value=value, since=now) for part, value in found.items())
    session.flush()


def mark_copy(session: Session, *, now: datetime) -> None:
    """Let a database that was just copied know that it is a copy, wherever it is put."""
    settle(session, {"database": COPY}, now=now)
