"""Questions that the digest asks of everybody: who proposed them, and when they were asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.storage.base import Base, Instant, change_if
from bot.storage.places import Network, Person

APART = timedelta(days=365)
"""How far apart the same question is asked."""


class Question(Base):
    """A question for the end of a digest; nobody proposed it where it is one of the bot's own.

    `week` is that of the digest that asks it, "" until then.
    """

    __tablename__ = "questions"
    __table_args__ = (
        Index("questions_by_week", "network_id", "week"),
        {"sqlite_autoincrement": True},  # occasions bear its number, also once it is gone
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), index=True
    )
    words: Mapped[str]
    is_named: Mapped[bool] = mapped_column(default=False)
    week: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)


def keep(session: Session, question: Question) -> Question:
    """Keep a question; it has its number then."""
    session.add(question)
    session.flush()
    return question


def numbered(session: Session, network: Network, number: int) -> Question | None:
    """One of the network's questions, as it is by now."""
    return session.scalars(
        select(Question)
        .where(Question.network_id == network.id, Question.id == number)
        .execution_options(populate_existing=True)
    ).first()


def waiting(session: Session, network: Network) -> Sequence[Question]:
    """What was proposed, and no digest asked, oldest first."""
    return session.scalars(
        select(Question)
        .where(Question.network_id == network.id, Question.week == "")
        .order_by(Question.created_at, Question.id)
    ).all()


def of_week(session: Session, network: Network, week: str) -> Question | None:
    """The question of the digest of *week*."""
    return session.scalars(
        select(Question).where(Question.network_id == network.id, Question.week == week)
    ).first()


def asked_lately(session: Session, network: Network, *, now: datetime) -> frozenset[str]:
    """What was asked within a year, as `folded` has it."""
    found = session.scalars(
        select(Question.words).where(
            Question.network_id == network.id,
            Question.week != "",
            Question.asked_at > now - APART,
        )
    )
    return frozenset(map(folded, found))


def folded(words: str) -> str:
    """*words* without what makes no other question of them: capitals, blanks, marks at the end."""
    return " ".join(words.casefold().split()).rstrip(" ?.!")


def take(session: Session, question: Question, week: str, *, now: datetime) -> bool:
    """Let the digest of *week* ask it, and no other digest."""
    return change_if(session, question, Question.week == "", week=week, asked_at=now)


def give_back(session: Session, network: Network, week: str) -> None:
    """Let another digest ask what that of *week* was to ask, which was not posted."""
    session.execute(
        update(Question)
        .where(Question.network_id == network.id, Question.week == week)
        .values(week="", asked_at=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        delete(Question)
        .where(Question.network_id == network.id, Question.week == "", _IS_OURS)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


_IS_OURS = Question.person_id.is_(None)


def let_go(session: Session, question: Question) -> None:
    """Forget a question that its proposer takes back."""
    session.delete(question)
    session.flush()


def of_person(session: Session, person: Person) -> Sequence[Question]:
    """What *person* proposed, oldest first."""
    return session.scalars(
        select(Question).where(Question.person_id == person.id).order_by(Question.id)
    ).all()


def forget(session: Session, person: Person) -> None:
    """Let go of all that *person* proposed."""
    session.execute(
        delete(Question)
        .where(Question.person_id == person.id)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
