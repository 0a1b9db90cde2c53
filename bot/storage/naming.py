"""A channel's name is written in more places than its facts: where it changes, they follow."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, literal, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.domain.ids import Address, workspace_of
from bot.storage.base import Base, insert_missing
from bot.storage.delivery import HandledAct, Outgoing, Pace, Quote, ReadPosition
from bot.storage.places import Network

QUIETLY = {"synchronize_session": False}

Column = InstrumentedAttribute[Any]


def follow(session: Session, before: Address, became: Address) -> None:
    """Write the new name wherever the old one is written besides the facts."""
    if before == became:
        return
    session.flush()
    _replace(session, Network.leads_room, before, became)
    _replace(session, Outgoing.recipient, before, became)
    _follow_messages(session, before, became)
    _follow_payloads(session, before, became)
    _rewrite(session, HandledAct, "key", before, became)
    _rewrite(session, Quote, "ref", before, became)
    _rewrite(session, ReadPosition, "source", before, became)
    _follow_pace(session, before, became)
    session.expire_all()


def _replace(session: Session, column: Column, before: str, became: str) -> None:
    change = update(column.class_).where(column == before).values({column: became})
    session.execute(change.execution_options(**QUIETLY))


def _raw(ref: Address) -> str:
    """What begins the names of messages in a channel: its own name within its workspace."""
    return ref.partition("/")[2] + "/"


def _follow_messages(session: Session, before: Address, became: Address) -> None:
    """What a platform calls the messages that were said there, or that are to be replaced."""
    old = _raw(before)
    for column in (Outgoing.message, Outgoing.replaces):
        change = (
            update(Outgoing)
            .where(
                Outgoing.workspace == workspace_of(before),
                column.startswith(old, autoescape=True),
            )
            .values({column: literal(_raw(became)) + func.substr(column, len(old) + 1)})
        )
        session.execute(change.execution_options(**QUIETLY))


def _follow_payloads(session: Session, before: Address, became: Address) -> None:
    """What waits to be said: whole addresses in it, and the names of messages."""
    pairs = [
        (f'"{before}"', f'"{became}"'),
        (f'"{before}/', f'"{became}/'),
        (f'"{_raw(before)}', f'"{_raw(became)}'),
    ]
    waiting = select(Outgoing).where(
        Outgoing.workspace == workspace_of(before), Outgoing.payload != b""
    )
    for each in session.scalars(waiting):
        payload = each.payload
        for old, new in pairs:
            payload = payload.replace(old.encode(), new.encode())
        if payload != each.payload:
            each.payload = payload
    session.flush()


def _rewrite(session: Session, table: type[Base], name: str, before: str, became: str) -> None:
    """Change the keys of rows in which the name is followed by more; one that is there stays."""
    old, new = f"{before}/", f"{became}/"
    column = table.__table__.columns[name]
    written = select(table.__table__).where(column.contains(old, autoescape=True))
    rows = [dict(row) for row in session.execute(written).mappings()]
    if rows:
        changed = [{**row, name: row[name].replace(old, new)} for row in rows]
        session.execute(insert_missing(session, table), changed)
        gone = delete(table).where(column.in_([row[name] for row in rows]))
        session.execute(gone.execution_options(**QUIETLY))


def _follow_pace(session: Session, before: str, became: str) -> None:
    """The later of two pauses holds."""
    old, new = session.get(Pace, before), session.get(Pace, became)
    if old is None:
        return
    if new is None:
        session.add(Pace(scope=became, not_before=old.not_before))
    else:
        new.not_before = max(new.not_before, old.not_before)
    session.delete(old)
    session.flush()
