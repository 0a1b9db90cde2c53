"""The table of ideas: what was asked of whom, what they agreed to, and what was told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.ideas import IdeaState
from bot.storage.base import Base, Instant

State = IdeaState


class Idea(Base):
    """Something that more people should hear, and what its author said to that.

    It came from the message `ts` of `channel_id`, or is words that its author handed over (both
    None). `reasons` are plain codes and counts, never words. `plain_words` are there only while
    its author agrees; `is_named`: with their name. `week` is that of the digest that tells it, ""
    until then. It goes when its author is erased.
    """

    __tablename__ = "ideas"
    __table_args__ = (
        UniqueConstraint("channel_id", "ts"),
        Index("ideas_by_state", "network_id", "state"),
        {"sqlite_autoincrement": True},  # occasions bear its number, also once it is gone
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    ts: Mapped[int | None] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(default=State.CANDIDATE.value)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    is_less_heard: Mapped[bool] = mapped_column(default=False)
    plain_words: Mapped[str] = mapped_column(default="")
    is_named: Mapped[bool] = mapped_column(default=False)
    week: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    answer_by: Mapped[datetime | None] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    featured_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def key(self) -> str:
        """The occasion of asking its author."""
        return f"idea/{self.id}"
