"""What somebody wants to hear of the bot unasked: when, how often, and of what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import JSON, bindparam, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.ids import MemberId
from bot.judgement.limits import WEEK, Kind
from bot.storage.base import Base
from bot.storage.places import Person

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
"""The end of a pause that has none."""

MONTH = timedelta(days=28)
TENDING = "tending"
"""Stands for all that comes to those who tend, among what isn't wanted."""


class Wishes(Base):
    """Somebody's own wishes, by the platform's id of them; they go when that person is erased.

    `quiet_from` and `quiet_to` are local times as "17:30". Words come `apart` days at least; 0 is
    never. `unwanted` are the features whose words aren't wanted.
    """

    __tablename__ = "wishes"
    ref: Mapped[str] = mapped_column(primary_key=True)
    quiet_from: Mapped[str | None]
    quiet_to: Mapped[str | None]
    apart: Mapped[int] = mapped_column(default=WEEK.days)
    unwanted: Mapped[list[str]] = mapped_column(JSON, default=list)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """The same as a value; that of somebody who asked for nothing is `Wish()`.

    `is_never`: no word comes unasked, whatever it is about.
    """

    quiet: tuple[time, time] | None = None
    apart: timedelta = WEEK
    is_never: bool = False
    unwanted: frozenset[str] = frozenset()

    def is_unwanted(self, kind: str, about: str) -> bool:
        """Whether something of *kind* that the feature *about* says isn't wanted."""
        if kind == Kind.TENDING.value:
            return TENDING in self.unwanted
        return kind == Kind.WORD.value and (self.is_never or about in self.unwanted)

    @property
    def how_often(self) -> str:
        """ "weekly", "monthly" or "never"."""
        if self.is_never:
            return "never"
        return "monthly" if self.apart > WEEK else "weekly"


_OF_MEMBER = select(Wishes).where(Wishes.ref == bindparam("member"))


def wish_of(session: Session, member: MemberId) -> Wish:
    """What *member* wants."""
    row = session.scalars(_OF_MEMBER, {"member": member}).first()
    if row is None:
        return Wish()
    quiet = None
    if row.quiet_from and row.quiet_to:
        quiet = time.fromisoformat(row.quiet_from), time.fromisoformat(row.quiet_to)
    return Wish(
        quiet=quiet,
        apart=max(WEEK, timedelta(days=row.apart)),
        is_never=row.apart == 0,
        unwanted=frozenset(row.unwanted),
    )


def _row(session: Session, member: MemberId) -> Wishes:
    row = session.get(Wishes, member)
    if row is None:
        row = Wishes(ref=member, apart=WEEK.days, unwanted=[])
        session.add(row)
    return row


def want_quiet(session: Session, member: MemberId, hours: tuple[time, time] | None) -> None:
    """Let *member* hear nothing unasked in these local *hours*; None: in any that all have."""
    row = _row(session, member)
    row.quiet_from, row.quiet_to = (f"{each:%H:%M}" for each in hours) if hours else (None, None)


HOW_OFTEN: Mapping[str, int] = {"weekly": WEEK.days, "monthly": MONTH.days, "never": 0}


def want_how_often(session: Session, member: MemberId, how_often: str) -> None:
    """Let words come to *member* "weekly" at the most, "monthly" or "never"."""
    _row(session, member).apart = HOW_OFTEN[how_often]


def want(session: Session, member: MemberId, about: str) -> None:
    """Let words of the feature *about* come to *member* again."""
    row = _row(session, member)
    row.unwanted = sorted({*row.unwanted} - {about})


def want_not(session: Session, member: MemberId, about: str) -> None:
    """Let no words of the feature *about* come to *member*."""
    row = _row(session, member)
    row.unwanted = sorted({*row.unwanted, about})


def pause(person: Person, until: datetime | None) -> None:
    """Let nothing come to *person* unasked until then (`FOREVER`); None ends it."""
    person.paused_until = until


def paused_until(person: Person | None, *, now: datetime) -> datetime | None:
    """Until when *person* wants to hear nothing, while that lasts."""
    until = person.paused_until if person is not None else None
    return until if until is not None and until > now else None


def forget(session: Session, member: MemberId) -> None:
    """Let go of all of it."""
    session.execute(
        delete(Wishes).where(Wishes.ref == member).execution_options(synchronize_session=False)
    )
    session.expire_all()
