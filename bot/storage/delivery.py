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
    have arrived: a person must look) or expired (not said, and no longer of use). `recipient` is
    who hears it: a channel, or one person, who is let go of once an answer to them is settled.
    `about` is the feature whose words they are, of what nobody asked for.
    `method` is what the platform is asked to do: post, whisper, update, delete, show or open;
    `call` is which of these its limits count it as.
    What `replaces` the same thing comes in order, and the newest holds; what `amends` an earlier
    key waits until that is settled. `claimed_at` is since when somebody says it, or, of what is
    pending, since when it waits for the inbox to be empty. `held_at` is when it was left to a
    person to settle. `is_awaited` says that features are still to
    be told what became of it.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_due", "state", "due_at"),)
    queued: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(unique=True)
    network_id: Mapped[int | None] = mapped_column(ForeignKey("networks.id"))
    kind: Mapped[str] = mapped_column(default="answer")
    about: Mapped[str] = mapped_column(default="")
    platform: Mapped[str]
    workspace: Mapped[str]
    method: Mapped[str]
    call: Mapped[str]
    recipient: Mapped[str] = mapped_column(index=True)
    replaces: Mapped[str | None] = mapped_column(index=True)
    amends: Mapped[str | None]
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(default="pending")
    due_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    held_at: Mapped[datetime | None] = mapped_column(Instant)
    message: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    is_awaited: Mapped[bool] = mapped_column(default=False, index=True)


class Quote(Base):
    """A message that a post quotes or points to: when it goes, the post has to change.

    `ref` is the message's channel, "/", and its ts; `key` is the post's.
    """

    __tablename__ = "quotes"
    ref: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True, index=True)


class Pace(Base):
    """Until when one kind of call is to rest, whoever would make it.

    `scope` is a channel, or a workspace and method ("slack:T1#post"). One that begins with
    "turn/" is a network, and `not_before` is when it last had its turn.
    """

    __tablename__ = "paces"
    scope: Mapped[str] = mapped_column(primary_key=True)
    not_before: Mapped[datetime] = mapped_column(Instant)


class Occurrence(Base):
    """One run of a job for a network: the key makes it one, whoever comes first."""

    __tablename__ = "occurrences"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    job: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Instant)
    ran_at: Mapped[datetime] = mapped_column(Instant)
