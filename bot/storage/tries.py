"""What people try of an idea: who, where, until when, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.ideas import OUTCOMES, TryState
from bot.storage.base import Base, Instant, change_if
from bot.storage.places import Network, Person


class Try(Base):
    """A small experiment with an idea, by the words of whoever handed it over.

    `who` and `place` are theirs too. `review_on` is the local day on which they are asked what
    happened; `is_named`: the idea's author may know who they are.
    """

    __tablename__ = "tries"
    __table_args__ = (Index("tries_by_state", "network_id", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("ideas.id", ondelete="SET NULL"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(default=TryState.PLANNED.value)
    who: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    review_on: Mapped[date] = mapped_column(Date)
    is_named: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def key(self) -> str:
        """The occasion of asking what happened."""
        return f"try/{self.id}"


def keep(session: Session, found: Try) -> Try:
    """Keep a try; it has its number then."""
    session.add(found)
    session.flush()
    return found


def numbered(session: Session, network: Network, number: int) -> Try | None:
    """One of the network's tries, as it is by now."""
    return session.scalars(
        select(Try)
        .where(Try.network_id == network.id, Try.id == number)
        .execution_options(populate_existing=True)
    ).first()


def due(session: Session, network: Network, *, today: date) -> Sequence[Try]:
    """The tries that are to be asked after."""
    return session.scalars(
        select(Try)
        .where(
            Try.network_id == network.id,
            Try.state == TryState.PLANNED.value,
            Try.review_on <= today,
        )
        .order_by(Try.review_on, Try.id)
    ).all()


def ask(session: Session, found: Try, *, now: datetime) -> bool:
    """Its person is asked what happened; False where they were already."""
    return _move(session, found, (TryState.PLANNED,), TryState.ASKED, asked_at=now)


def settle(session: Session, found: Try, outcome: TryState, *, now: datetime) -> bool:
    """Keep what became of it; False where that is known already."""
    before = (TryState.PLANNED, TryState.ASKED)
    assert outcome in OUTCOMES, "it is what became of it"
    return _move(session, found, before, outcome, answered_at=now)


def _move(
    session: Session, found: Try, before: Sequence[TryState], to: TryState, **values: object
) -> bool:
    is_before = Try.state.in_([each.value for each in before])
    return change_if(session, found, is_before, state=to.value, **values)


def of_person(session: Session, person: Person) -> Sequence[Try]:
    """What *person* tries or tried, oldest first."""
    return session.scalars(select(Try).where(Try.person_id == person.id).order_by(Try.id)).all()


def is_trying(session: Session, idea_id: int, person: Person) -> bool:
    """Whether *person* said already that they try this idea."""
    found = select(Try.id).where(Try.idea_id == idea_id, Try.person_id == person.id)
    return session.scalar(found.limit(1)) is not None


def forget(session: Session, person: Person) -> None:
    """Let go of all tries of *person*."""
    session.execute(
        delete(Try).where(Try.person_id == person.id).execution_options(synchronize_session=False)
    )
    session.expire_all()
