"""Bridges that were suggested between two groups, and what came of them; no person is in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, delete, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.introductions import AFTERWARDS, KEPT, SET_ASIDE, BridgeState
from bot.domain.schedule import week_name
from bot.judgement.bridging import Came, Pair, pair_of
from bot.storage.base import Base, Instant, change_if, insert_missing
from bot.storage.places import Network


class Bridge(Base):
    """Two channels (the lower number first) whose people hardly answer each other.

    `state` is what those who tend made of it in that week; `came` what came of it, once that was
    looked at.
    """

    __tablename__ = "bridges"
    __table_args__ = (
        UniqueConstraint("network_id", "one_id", "other_id", "week"),
        Index("bridges_by_came", "network_id", "came"),
        {"sqlite_autoincrement": True},  # occasions bear its number
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    one_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    week: Mapped[str]
    state: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)
    looked_at: Mapped[datetime | None] = mapped_column(Instant)
    came: Mapped[str] = mapped_column(default="")

    @property
    def key(self) -> str:
        """The occasion of telling what came of it."""
        return f"bridge/{self.id}"

    @property
    def pair(self) -> Pair:
        """The two channels."""
        return self.one_id, self.other_id


def keep(
    session: Session,
    network: Network,
    pair: Pair,
    state: BridgeState,
    *,
    today: date,
    now: datetime,
) -> Bridge | None:
    """Keep what is made of a bridge; None where something was made of it this week."""
    row = {
        "network_id": network.id,
        "one_id": pair[0],
        "other_id": pair[1],
        "week": week_name(today),
        "state": state.value,
        "at": now,
        "came": "",
    }
    made = session.execute(insert_missing(session, Bridge).returning(Bridge.id), [row]).scalar()
    return None if made is None else session.get_one(Bridge, made)


def lately(session: Session, network: Network, *, now: datetime) -> set[Pair]:
    """The pairs of channels of which something was made in the last 90 days."""
    rows = session.execute(
        select(Bridge.one_id, Bridge.other_id).where(
            Bridge.network_id == network.id, Bridge.at > now - SET_ASIDE
        )
    )
    return {(one, other) for one, other in rows}


def to_look_at(session: Session, network: Network, *, now: datetime) -> Sequence[Bridge]:
    """The bridges that were begun eight weeks ago, and not looked at since."""
    return session.scalars(
        select(Bridge)
        .where(
            Bridge.network_id == network.id,
            Bridge.came == "",
            Bridge.looked_at.is_(None),
            Bridge.state != BridgeState.SET_ASIDE.value,
            Bridge.at <= now - AFTERWARDS,
        )
        .order_by(Bridge.id)
    ).all()


def look(session: Session, found: Bridge, came: Came | None, *, now: datetime) -> bool:
    """Keep what came of it; False where that was kept before."""
    said = came.value if came else ""
    return change_if(session, found, Bridge.looked_at.is_(None), came=said, looked_at=now)


def looked_at(session: Session, network: Network) -> Sequence[Bridge]:
    """The bridges of which it is known what came of them, newest first."""
    return session.scalars(
        select(Bridge)
        .where(Bridge.network_id == network.id, Bridge.came != "")
        .order_by(Bridge.id.desc())
    ).all()


def let_old_go(session: Session, network: Network, *, now: datetime) -> None:
    """Let go of what was suggested a year ago."""
    session.execute(
        delete(Bridge)
        .where(Bridge.network_id == network.id, Bridge.at < now - KEPT)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def hand_over(session: Session, old: int, new: int) -> None:
    """Bridges to one channel are to the other; one that would lead to where it begins goes."""
    is_to_old = or_(Bridge.one_id == old, Bridge.other_id == old)
    for found in session.scalars(select(Bridge).where(is_to_old).order_by(Bridge.id)).all():
        one, other = pair_of(*(new if each == old else each for each in found.pair))
        twin = select(Bridge.id).where(
            Bridge.network_id == found.network_id,
            Bridge.one_id == one,
            Bridge.other_id == other,
            Bridge.week == found.week,
        )
        if one == other or session.scalar(twin) is not None:
            session.delete(found)
        else:
            found.one_id, found.other_id = one, other
        session.flush()
