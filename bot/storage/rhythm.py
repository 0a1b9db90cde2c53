"""A network's calendar, its readings, what people said of them, and why the bot kept quiet."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, Float, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base, Instant


class CalendarEntry(Base):
    """Days on which the network's rhythm is another: `kind` is quiet, gathering or pressure."""

    __tablename__ = "calendar"
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str]
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)


class EnergyMemory(Base):
    """What the energy filter of a network remembers, up to and with `day`."""

    __tablename__ = "energy_memory"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    state: Mapped[bytes] = mapped_column(LargeBinary)


class Reading(Base):
    """A day's reading of a channel, or of the whole network where `channel_id` is 0."""

    __tablename__ = "readings"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    channel_id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    phase: Mapped[str]
    direction: Mapped[str]
    probability: Mapped[float] = mapped_column(Float)
    since: Mapped[date | None] = mapped_column(Date)
    is_alert: Mapped[bool] = mapped_column(default=False)


class SenseNote(Base):
    """People's own explanation of a phase; it outranks the bot's."""

    __tablename__ = "sense_notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    text: Mapped[str]


class Decision(Base):
    """What the bot decided to say or not to say, and why: the answer to "why didn't it speak?"."""

    __tablename__ = "decisions"
    __table_args__ = (Index("decisions_by_time", "network_id", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    what: Mapped[str]
    did_speak: Mapped[bool]
    reason: Mapped[str]


class Rebase(Base):
    """Somebody's word that something else is usual since `since`: "this is our new usual".

    Readings of the day `reads_from` and later are made by it. It holds unless it is `undone_at`.
    """

    __tablename__ = "rebases"
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    since: Mapped[date] = mapped_column(Date)
    reads_from: Mapped[date] = mapped_column(Date)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(Instant)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)


class Look(Base):
    """Somebody who tends looked at what only those who tend are shown; `what` names it."""

    __tablename__ = "looks"
    __table_args__ = (Index("looks_by_time", "network_id", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(Instant)
    what: Mapped[str]
