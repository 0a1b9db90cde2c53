"""Changes of a network's settings, so that everybody can see what was changed, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.storage.base import Base, Instant, clear_out
from bot.storage.places import Network, Person

KEPT = timedelta(days=365)


class SettingChange(Base):
    """Somebody changed `what` from `before` to `after`; who it was goes when they go."""

    __tablename__ = "setting_changes"
    __table_args__ = ({"sqlite_autoincrement": True},)  # occasions bear its number
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(Instant)
    what: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]


def note(
    session: Session,
    network: Network,
    what: str,
    *,
    before: str,
    after: str,
    by: Person | None,
    now: datetime,
) -> SettingChange | None:
    """Keep that *what* was changed; None where it wasn't."""
    if before == after:
        return None
    change = SettingChange(
        network_id=network.id,
        by_id=by.id if by else None,
        at=now,
        what=what,
        before=before,
        after=after,
    )
    session.add(change)
    session.flush()
    return change


def numbered(session: Session, network: Network, number: int) -> SettingChange | None:
    """The change of that number, if it is of *network*."""
    found = session.get(SettingChange, number)
    return found if found is not None and found.network_id == network.id else None


def newest(session: Session, network: Network, *, most: int) -> Sequence[tuple[SettingChange, str]]:
    """The newest changes, with the name of who made them, "" where they have gone."""
    rows = session.execute(
        select(SettingChange, Person.name)
        .outerjoin(Person, Person.id == SettingChange.by_id)
        .where(SettingChange.network_id == network.id)
        .order_by(SettingChange.id.desc())
        .limit(most)
    )
    return [(change, name or "") for change, name in rows]


def made_by(session: Session, person: Person) -> Sequence[SettingChange]:
    """What *person* changed, oldest first."""
    found = select(SettingChange).where(SettingChange.by_id == person.id)
    return session.scalars(found.order_by(SettingChange.id)).all()


def forget(session: Session, person: Person) -> None:
    """Keep of what *person* changed only that it was changed."""
    session.execute(
        update(SettingChange)
        .where(SettingChange.by_id == person.id)
        .values(by_id=None)
        .execution_options(synchronize_session=False)
    )


_OLD = delete(SettingChange).where(
    SettingChange.network_id == bindparam("network"), SettingChange.at < bindparam("before")
)


def let_old_go(session: Session, network: Network, *, now: datetime) -> None:
    """Let go of what was changed a year ago."""
    clear_out(session, _OLD, network=network.id, before=now - KEPT)
