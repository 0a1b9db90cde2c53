"""What came of a question that a digest asked, in the words of whoever saw to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.storage.base import Base, Instant, insert_missing
from bot.storage.places import Network, Person
from bot.storage.questions import Question

LATELY = timedelta(weeks=12)
"""For how long somebody may tell what came of a question."""

AT_MOST = 2
"""How many are told in one digest."""


class Upshot(Base):
    """What changed by what people answered; `week` is that of the digest that tells it, or ""."""

    __tablename__ = "upshots"
    __table_args__ = ({"sqlite_autoincrement": True},)  # occasions bear its number
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    question_id: Mapped[int] = mapped_column(
        ForeignKey("questions.id", ondelete="CASCADE"), unique=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    words: Mapped[str]
    week: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Instant)


def untold(session: Session, network: Network, *, now: datetime) -> Sequence[Question]:
    """The questions of the last weeks of which nobody has told what came, newest first."""
    told = select(Upshot.question_id)
    return session.scalars(
        select(Question)
        .where(
            Question.network_id == network.id,
            Question.asked_at > now - LATELY,
            Question.id.not_in(told),
        )
        .order_by(Question.asked_at.desc())
    ).all()


def keep(session: Session, asked: Question, person: Person, words: str, *, now: datetime) -> bool:
    """Keep what *person* tells of a question; False where somebody was quicker."""
    row = {
        "network_id": asked.network_id,
        "question_id": asked.id,
        "person_id": person.id,
        "words": words,
        "week": "",
        "created_at": now,
    }
    kept = session.execute(insert_missing(session, Upshot).returning(Upshot.id), [row])
    return kept.first() is not None


def of_question(session: Session, network: Network, number: int) -> Upshot | None:
    """What was told of the network's question of that number."""
    return session.scalars(
        select(Upshot).where(Upshot.network_id == network.id, Upshot.question_id == number)
    ).first()


def waiting(session: Session, network: Network) -> Sequence[Upshot]:
    """What the next digest tells, oldest first."""
    return session.scalars(
        select(Upshot)
        .where(Upshot.network_id == network.id, Upshot.week == "")
        .order_by(Upshot.id)
        .limit(AT_MOST)
    ).all()


def of_week(session: Session, network: Network, week: str) -> Sequence[Upshot]:
    """What the digest of *week* tells."""
    return session.scalars(
        select(Upshot)
        .where(Upshot.network_id == network.id, Upshot.week == week)
        .order_by(Upshot.id)
    ).all()


def of_person(session: Session, person: Person) -> Sequence[Upshot]:
    """What *person* told, oldest first."""
    return session.scalars(
        select(Upshot).where(Upshot.person_id == person.id).order_by(Upshot.id)
    ).all()


def take(session: Session, told: Sequence[Upshot], week: str) -> None:
    """Let the digest of *week* tell them, and no other."""
    numbers = [each.id for each in told]
    session.execute(
        update(Upshot)
        .where(Upshot.id.in_(numbers), Upshot.week == "")
        .values(week=week)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def give_back(session: Session, network: Network, week: str) -> None:
    """Let another digest tell what that of *week* was to, which was not posted."""
    session.execute(
        update(Upshot)
        .where(Upshot.network_id == network.id, Upshot.week == week)
        .values(week="")
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def let_go(session: Session, told: Upshot) -> None:
    """Forget what its teller takes back."""
    session.delete(told)
    session.flush()


def forget(session: Session, person: Person) -> None:
    """Let go of all that *person* told."""
    session.execute(
        delete(Upshot)
        .where(Upshot.person_id == person.id)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
