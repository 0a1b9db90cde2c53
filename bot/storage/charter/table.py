"""The tables of the charter: versions, what was said of them, and whose token is whose."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import Date, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.charter import Charter, Said, read
from bot.domain.charter_ledger import AcknowledgementLine, VersionLine
from bot.storage.base import Base, Instant


class CharterVersion(Base):
    """One version of a network's charter, word for word, bound to the one before by its hash.

    `number` counts from 1. `canonical` is `Charter.text`, `sha256` the hash of its line in the
    ledger, which names `before`, the hash of the version before, "" of the first. `took_part` is
    None where fewer than five did. `proposal` is the number of the proposal that it came of.
    """

    __tablename__ = "charter_versions"
    __table_args__ = (UniqueConstraint("network_id", "number"), {"sqlite_autoincrement": True})
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    number: Mapped[int]
    canonical: Mapped[str]
    agreed_at: Mapped[datetime] = mapped_column(Instant)
    effective_on: Mapped[date] = mapped_column(Date)
    review_on: Mapped[date | None] = mapped_column(Date)
    is_material: Mapped[bool]
    took_part: Mapped[int | None]
    why: Mapped[str] = mapped_column(default="")
    changed: Mapped[str] = mapped_column(default="")
    proposal: Mapped[int | None]
    before: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str]

    @property
    def charter(self) -> Charter:
        return read(self.canonical)

    @property
    def line(self) -> VersionLine:
        """How it stands in the ledger."""
        return VersionLine(
            version=self.number,
            agreed=f"{self.agreed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            takes_effect=self.effective_on.isoformat(),
            review=self.review_on.isoformat() if self.review_on else "",
            material=self.is_material,
            took_part=self.took_part,
            why=self.why,
            changed=self.changed,
            before=self.before,
            charter=self.canonical,
        )


class CharterAcknowledgement(Base):
    """What the bearer of the token `who` said of a version (`bot.domain.charter.Said`).

    `said_on` is a local day, no time of day. `charter` is the version's hash, `before` that of the
    acknowledgement before, `sha256` that of its own line in the ledger.
    """

    __tablename__ = "charter_acknowledgements"
    __table_args__ = (
        UniqueConstraint("network_id", "number"),
        Index("charter_acknowledgements_by_token", "network_id", "who"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    number: Mapped[int]
    who: Mapped[str]
    said: Mapped[str]
    version: Mapped[int]
    charter: Mapped[str]
    said_on: Mapped[date] = mapped_column(Date)
    before: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str]

    @property
    def line(self) -> AcknowledgementLine:
        """How it stands in the ledger."""
        return AcknowledgementLine(
            acknowledgement=self.number,
            who=self.who,
            said=Said(self.said),
            version=self.version,
            charter=self.charter,
            on=self.said_on.isoformat(),
            before=self.before,
        )


class CharterMember(Base):
    """Whose a token is; it goes with the person, and the token is nobody's then."""

    __tablename__ = "charter_members"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    token: Mapped[str] = mapped_column(unique=True)


class CharterClosing(Base):
    """A network that is being closed: its history alone may be deleted, in the same transaction."""

    __tablename__ = "charter_closings"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
