"""The tables of asks: each with its post, who was asked privately, and who follows it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Date,
    ForeignKey,
    Index,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.asks import ROUND, AskState, HelpKind, Stage
from bot.storage.base import Base, Instant


class Ask(Base):
    """What would help somebody, by the words that they handed over.

    `due_on` is the local day by which; `minutes` about how long it would take, 0 where they don't
    say. `channel_id` is where it was posted; `source_channel_id` and `source_ts` the message that
    it was made from; `round_id` the asks round in which it was put on the list. `posted_ts` tells
    which message of its channel shows it, and `again_ts` which one does for the second time
    (microseconds; None until that is there). `stage` is how far it was carried while nobody took it
    up.
    Once deleted, nothing is left but that there was one, when, and whether it was answered.
    """

    __tablename__ = "asks"
    __table_args__ = (
        Index("asks_by_state", "network_id", "state"),
        {"sqlite_autoincrement": True},  # occasions bear its number, also once it is gone
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[str] = mapped_column(default=AskState.DRAFT.value)
    words: Mapped[str] = mapped_column(default="")
    why: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default=HelpKind.TIME.value)
    due_on: Mapped[date | None] = mapped_column(Date)
    minutes: Mapped[int] = mapped_column(default=0)
    takes_several: Mapped[bool] = mapped_column(default=False)
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    source_channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    source_ts: Mapped[int | None] = mapped_column(BigInteger)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("nudges.id", ondelete="SET NULL"))
    posted_ts: Mapped[int | None] = mapped_column(BigInteger)
    again_ts: Mapped[int | None] = mapped_column(BigInteger)
    is_again: Mapped[bool] = mapped_column(default=False)
    stage: Mapped[str] = mapped_column(default=Stage.POSTED.value)
    created_at: Mapped[datetime] = mapped_column(Instant)
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def source(self) -> str:
        """What it was made from, as a draft has it; "" where it was made from nothing."""
        if self.round_id:
            return f"{ROUND}/{self.round_id}"
        return f"{self.source_channel_id}/{self.source_ts}" if self.source_ts else ""

    @property
    def key(self) -> str:
        """The occasion of posting it."""
        return f"ask/{self.id}"

    @property
    def key_again(self) -> str:
        """The occasion of posting it for the second and last time."""
        return f"ask/{self.id}/again"


class Asked(Base):
    """Somebody who was asked privately whether they could help; never what they said to it."""

    __tablename__ = "asks_asked"
    ask_id: Mapped[int] = mapped_column(ForeignKey("asks.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    @property
    def key(self) -> str:
        """The occasion of asking them."""
        return f"ask/{self.ask_id}/for/{self.person_id}"


class Follower(Base):
    """Somebody who wants to hear what becomes of an ask."""

    __tablename__ = "asks_followed"
    ask_id: Mapped[int] = mapped_column(ForeignKey("asks.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))


class Told(Base):
    """Which asks the digest of a week tells."""

    __tablename__ = "asks_told"
    ask_id: Mapped[int] = mapped_column(ForeignKey("asks.id", ondelete="CASCADE"), primary_key=True)
    week: Mapped[str] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))


class Seldom(Base):
    """Somebody who wants to be asked for help less often."""

    __tablename__ = "asked_seldom"
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
