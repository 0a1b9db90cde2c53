"""The tables of proposals: what is proposed, who helps, who answered what, and how rounds ended."""

from __future__ import annotations

from datetime import date, datetime
from itertools import product

from sqlalchemy import Date, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.proposals import PUBLIC, Kind, Settled, Stage
from bot.storage.base import Base, Instant

KIND = "proposal"
"""As what a decision is found."""


class Proposal(Base):
    """Something that a member proposes, by their own words, and where it is on its way.

    `part` is what of the charter it changes (`bot.domain.amending`), `before` what stood there, and
    `base` the number of the charter's version. `wording` is what is proposed, `earlier` how it read
    before it was last amended, and `next_wording` an amendment that its author alone was shown yet.
    `needed` is the quorum of the round that is open, and `extended` counts how often that was given
    more time; `revision` how often a stage began anew, so that no post is taken for another.
    `lead_id` agreed that it is only wording. Whoever proposed it is nobody once they are erased,
    and then it was adopted.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        Index("proposals_by_stage", "network_id", "stage"),
        {"sqlite_autoincrement": True},  # occasions bear its number, also once it is gone
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    kind: Mapped[str] = mapped_column(default=Kind.GENERAL.value)
    stage: Mapped[str] = mapped_column(default=Stage.DRAFT.value)
    proposer_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    facilitator_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    part: Mapped[str] = mapped_column(default="")
    base: Mapped[int] = mapped_column(default=0)
    before: Mapped[str] = mapped_column(default="")
    wording: Mapped[str] = mapped_column(default="")
    earlier: Mapped[str | None]
    next_wording: Mapped[str | None]
    tension: Mapped[str] = mapped_column(default="")
    months: Mapped[int] = mapped_column(default=6)
    calls_minor: Mapped[bool] = mapped_column(default=False)
    is_minor: Mapped[bool] = mapped_column(default=False)
    round: Mapped[int] = mapped_column(default=0)
    needed: Mapped[int] = mapped_column(default=1)
    extended: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    closes_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    review_on: Mapped[date | None] = mapped_column(Date)
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int | None]
    took_part: Mapped[int] = mapped_column(default=0)

    @property
    def key(self) -> str:
        """The occasion of the post of its present stage."""
        return self._key(self.stage, self.round, self.revision)

    @property
    def keys(self) -> list[str]:
        """The occasions of all posts that it may have had."""
        stages = (*(each.value for each in PUBLIC), Stage.ADOPTED.value, Stage.PARKED.value)
        numbers = product(range(self.round + 1), range(self.revision + 1))
        return [self._key(stage, *each) for each in numbers for stage in stages]

    def _key(self, stage: str, number: int, revision: int) -> str:
        return f"{KIND}/{self.id}/{stage}/{number}/{revision}"

    @property
    def text(self) -> str:
        """All that a decision is found by."""
        return "\n".join(filter(None, (self.wording, self.tension)))


class Helper(Base):
    """Somebody whom the proposer asked to draft with them; they may leave it at any time."""

    __tablename__ = "proposal_helpers"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("proposals.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )


class Answer(Base):
    """What somebody answered in one round of consent; theirs alone to see, but for an objection.

    `reason` is why they object, or what worries them, in their own words; `is_named`: with their
    name. `settled` is what became of an objection. It goes when its author is erased, and a while
    after the proposal is settled.
    """

    __tablename__ = "proposal_answers"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("proposals.id", ondelete="CASCADE"), primary_key=True
    )
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    stance: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    is_named: Mapped[bool] = mapped_column(default=False)
    is_disputed: Mapped[bool] = mapped_column(default=False)
    settled: Mapped[str] = mapped_column(default=Settled.STANDS.value)
    at: Mapped[datetime] = mapped_column(Instant)


class Round(Base):
    """How a round of consent ended: numbers that name nobody, kept while the network lives."""

    __tablename__ = "proposal_rounds"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("proposals.id", ondelete="CASCADE"), primary_key=True
    )
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    needed: Mapped[int]
    consents: Mapped[int]
    objections: Mapped[int]
    others: Mapped[int]
    outcome: Mapped[str]
    closed_at: Mapped[datetime] = mapped_column(Instant)
