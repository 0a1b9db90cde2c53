"""A workspace shows the bot out: everything of it goes, from every table, at once."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, String, Table, cast, delete, or_, select
from sqlalchemy.orm import Session

from bot.storage import charter
from bot.storage.base import Base
from bot.storage.delivery import HandledAct, Incoming, Pace
from bot.storage.places import Channel, Network

OF_NOBODY = frozenset({"installation", "uncounted", "surroundings"})
"""Tables in which no row is of one workspace: the secret, and hashes that name nobody."""

ENDS = "/#"
"""What may follow a workspace's name in that of something in it."""


def leave(session: Session, workspace: str) -> Mapping[str, int]:
    """Delete all rows of *workspace*; return how many there were in each table that had any.

    What came in after it was left stays in the inbox, as it may be of a new beginning there.
    """
    session.flush()
    charter.close(session, workspace)  # else the database would refuse to let its history go
    rows: dict[str, int] = {}
    for table in reversed(Base.metadata.sorted_tables):
        condition = _of(table, workspace, session)
        if condition is not None:
            gone = session.connection().execute(delete(table).where(condition)).rowcount
            rows |= {table.name: gone} if gone else {}
    session.expunge_all()
    return rows


def _of(table: Table, workspace: str, session: Session) -> ColumnElement[bool] | None:
    """Which rows of *table* are of *workspace*; None for the tables of nobody.

    Raises:
        LookupError: it can't be told of this table.
    """
    inside = f"{workspace}/"
    columns = table.columns
    if table.name in OF_NOBODY:
        return None
    if table.name == Incoming.__tablename__:
        return columns["id"].in_(_set_aside(session, inside))
    if table.name == HandledAct.__tablename__:
        key = columns["key"]
        return or_(*(key.contains(f"{workspace}{end}", autoescape=True) for end in ENDS))
    networks = select(Network.id).where(Network.workspace == workspace)
    if (named := _named(table, workspace)) is not None:
        if table.name == Pace.__tablename__:
            turns = networks.with_only_columns("turn/" + cast(Network.id, String))
            return named | columns["scope"].in_(turns)
        return named
    if "network_id" in columns:
        return columns["network_id"].in_(networks)
    if "channel_id" in columns:
        channels = select(Channel.id).where(Channel.ref.startswith(inside, autoescape=True))
        return columns["channel_id"].in_(channels)
    raise LookupError(f"nothing tells which rows of {table.name} are of one workspace")


def _named(table: Table, workspace: str) -> ColumnElement[bool] | None:
    """By a column that holds the workspace, or an address in it."""
    for name in ("workspace", "ref", "source", "scope"):
        if name in table.columns:
            column = table.columns[name]
            inside = (column.startswith(f"{workspace}{end}", autoescape=True) for end in ENDS)
            return or_(column == workspace, *inside)
    return None


def _set_aside(session: Session, inside: str) -> list[int]:
    """Events of the workspace that failed, and were kept for a person to look at."""
    rows = session.execute(select(Incoming.id, Incoming.payload).where(Incoming.error.is_not(None)))
    return [number for number, payload in rows if inside.encode() in payload]
