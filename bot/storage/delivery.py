"""What came in and waits to be handled, what waits to be said, and which occasions have been."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base, Instant


class Incoming(Base):
    """An event that was committed before it was acknowledged, until its handlers have run."""

    __tablename__ = "inbox"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(Instant)
    error: Mapped[str | None]


class HandledAct(Base):
    """An act (a command, a button, a form) that was handled, so that its repeat is not."""

    __tablename__ = "handled_acts"
    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)


class ReadPosition(Base):
    """How far a source that can be read again has been read."""

    __tablename__ = "read_positions"
    source: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)


class Outgoing(Base):
    """One thing to say; `key` names the occasion, so it is said once.

    `state` goes pending → sending → sent, or from sending to failed (refused), ambiguous (it may
    have arrived: a person must look) or expired (too late to be of use).
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_due", "state", "due_at"),)
    queued: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(unique=True)
    network_id: Mapped[int | None] = mapped_column(ForeignKey("networks.id"))
    platform: Mapped[str]
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(default="pending")
    due_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    message: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]


class Occurrence(Base):
    """One run of a job for a network: the key makes it one, whoever comes first."""

    __tablename__ = "occurrences"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    job: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Instant)
    ran_at: Mapped[datetime] = mapped_column(Instant)
