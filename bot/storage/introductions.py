"""Introductions: who is asked about whom, what each says, and who was introduced."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    and_,
    bindparam,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.introductions import KEPT, Origin, State
from bot.domain.notes import Answer
from bot.storage.base import Base, Instant, change_if, change_many, insert_missing
from bot.storage.places import Network, Person


class Introduction(Base):
    """Two people (the lower number first) who may meet, and what each has said to it so far.

    `by_id` thought of it: one of the two, somebody else, or nobody but the bot; `words` are their
    reason, which are let go on the day `until`. Of what comes to nothing the row goes on that day.
    `meeting_id` is how it goes on, once both said yes (`bot.storage.meeting`).
    `only_for` is 0; or the number of whoever thought of it, where the two can't be asked: nobody
    is, and nobody learns that it is so.
    """

    __tablename__ = "introductions"
    __table_args__ = (
        UniqueConstraint("network_id", "one_id", "other_id", "only_for"),
        Index("introductions_by_state", "network_id", "state"),
        {"sqlite_autoincrement": True},  # occasions bear its number, also once it is gone
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    origin: Mapped[str]
    one_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    only_for: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default=State.ASKING.value)
    one_said: Mapped[str] = mapped_column(default="")
    other_said: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime] = mapped_column(Instant)
    made_at: Mapped[datetime | None] = mapped_column(Instant)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id", ondelete="SET NULL"))

    @property
    def key(self) -> str:
        """The occasion of it."""
        return f"introduction/{self.id}"

    @property
    def two(self) -> tuple[int, int]:
        """The two whom it is about."""
        return self.one_id, self.other_id

    def asked(self, person: int) -> str:
        """The occasion of asking one of the two."""
        return f"{self.key}/{self.two.index(person)}"

    def told(self, person: int) -> str:
        """The occasion of telling one of the two that both said yes."""
        return f"{self.key}/{self.two.index(person)}/made"

    def said(self, person: int) -> str:
        """What one of the two has said."""
        return (self.one_said, self.other_said)[self.two.index(person)]


_IS_ASKED = Introduction.state == State.ASKING.value
_IS_MADE = Introduction.state == State.MADE.value


def begin(
    session: Session,
    network: Network,
    one: Person,
    other: Person,
    *,
    origin: Origin,
    until: datetime,
    now: datetime,
    by: Person | None = None,
    words: str = "",
    is_silent: bool = False,
) -> Introduction | None:
    """Keep that the two are asked, or seem to be; None where they are, or were introduced."""
    low, high = sorted((one.id, other.id))
    row = {
        "network_id": network.id,
        "origin": origin.value,
        "one_id": low,
        "other_id": high,
        "by_id": by.id if by else None,
        "only_for": by.id if by is not None and is_silent else 0,
        "words": words,
        "state": State.ASKING.value,
        "one_said": _own(origin, by, low),
        "other_said": _own(origin, by, high),
        "at": now,
        "until": until,
    }
    made = session.execute(
        insert_missing(session, Introduction).returning(Introduction.id), [row]
    ).scalar()
    return None if made is None else session.get_one(Introduction, made)


def _own(origin: Origin, by: Person | None, person: int) -> str:
    is_own = origin is Origin.OWN and by is not None and by.id == person
    return Answer.YES.value if is_own else Answer.NONE.value


def numbered(session: Session, network: Network, number: int) -> Introduction | None:
    """One of the network's introductions, as it is by now."""
    return session.scalars(
        select(Introduction)
        .where(Introduction.network_id == network.id, Introduction.id == number)
        .execution_options(populate_existing=True)
    ).first()


def are_linked(session: Session, network: Network, one: Person, other: Person) -> bool:
    """Whether the two are asked about each other now, or have been introduced."""
    low, high = sorted((one.id, other.id))
    return session.scalar(_LINKED.where(*_two(network, low, high))) is not None


_LINKED = select(Introduction.id).where(Introduction.only_for == 0)


def _two(network: Network, low: int, high: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Introduction.network_id == network.id,
        Introduction.one_id == low,
        Introduction.other_id == high,
    )


def linked(session: Session, network: Network) -> list[tuple[int, int]]:
    """All pairs who are asked about each other now, or have been introduced."""
    rows = session.execute(
        select(Introduction.one_id, Introduction.other_id).where(
            Introduction.network_id == network.id, Introduction.only_for == 0
        )
    )
    return [(one, other) for one, other in rows]


_UNSETTLED = (
    select(Introduction)
    .where(
        Introduction.network_id == bindparam("network"),
        or_(_IS_ASKED, Introduction.by_id.is_not(None)),
    )
    .order_by(Introduction.id)
)


def unsettled(session: Session, network: Network) -> Sequence[Introduction]:
    """All that are asked about, or still say who thought of them: a few, mostly none."""
    return session.scalars(_UNSETTLED, {"network": network.id}).all()


def between(
    session: Session, network: Network, one: int, other: int, *, by: Person
) -> Introduction | None:
    """What *by* has thought of for these two."""
    low, high = sorted((one, other))
    return session.scalars(
        select(Introduction)
        .where(*_two(network, low, high), Introduction.by_id == by.id)
        .execution_options(populate_existing=True)
    ).first()


def to_answer(
    session: Session, network: Network, person: Person, *, now: datetime
) -> Sequence[Introduction]:
    """What *person* is asked, and hasn't answered, oldest first."""
    is_open = or_(
        and_(Introduction.one_id == person.id, Introduction.one_said == ""),
        and_(Introduction.other_id == person.id, Introduction.other_said == ""),
    )
    return session.scalars(
        select(Introduction)
        .where(
            Introduction.network_id == network.id,
            Introduction.only_for == 0,
            _IS_ASKED,
            Introduction.until > now,
            is_open,
        )
        .order_by(Introduction.id)
    ).all()


def thought_of(
    session: Session, network: Network, person: Person, *, now: datetime
) -> Sequence[Introduction]:
    """What *person* has thought of and whose day is to come, whatever came of it meanwhile."""
    return session.scalars(
        select(Introduction)
        .where(
            Introduction.network_id == network.id,
            Introduction.by_id == person.id,
            Introduction.origin.in_((Origin.MEMBER.value, Origin.OWN.value)),
            Introduction.until > now,
        )
        .order_by(Introduction.id)
    ).all()


def answer(
    session: Session, found: Introduction, person: Person, said: Answer, *, now: datetime
) -> bool:
    """Keep what one of the two says; False where they said so before, or its day is over."""
    column = (Introduction.one_said, Introduction.other_said)[found.two.index(person.id)]
    is_real = Introduction.only_for == 0
    still = (_IS_ASKED, is_real, Introduction.until > now, column != said.value)
    return change_if(session, found, *still, **{column.key: said.value})


def make(session: Session, found: Introduction, *, now: datetime) -> bool:
    """Let the two be introduced; False unless both said yes, and for the second time."""
    both = (Introduction.one_said == "yes", Introduction.other_said == "yes")
    return change_if(session, found, _IS_ASKED, *both, state=State.MADE.value, made_at=now)


def drop(session: Session, found: Introduction) -> None:
    """Let an introduction go, with all that anybody said to it."""
    session.delete(found)
    session.flush()


def settle(session: Session, found: Introduction) -> None:
    """Let go of who thought of an introduction that was made, and of their reason."""
    found.by_id, found.words = None, ""
    session.flush()


# What is held


def of_person(session: Session, person: Person) -> Sequence[Introduction]:
    """All introductions that are to *person* or of their own thinking, oldest first."""
    is_theirs = or_(
        Introduction.one_id == person.id,
        Introduction.other_id == person.id,
        Introduction.by_id == person.id,
    )
    return session.scalars(select(Introduction).where(is_theirs).order_by(Introduction.id)).all()


def let_old_go(session: Session, network: Network, *, now: datetime) -> None:
    """Forget who was introduced a year ago."""
    change_many(
        session,
        delete(Introduction).where(
            Introduction.network_id == network.id, _IS_MADE, Introduction.made_at < now - KEPT
        ),
    )


def forget(session: Session, person: Person) -> None:
    """Let go of all introductions to *person*, and of what they thought of."""
    one_of_two = or_(Introduction.one_id == person.id, Introduction.other_id == person.id)
    theirs = Introduction.by_id == person.id
    change_many(
        session,
        delete(Introduction).where(one_of_two),
        delete(Introduction).where(theirs, _IS_ASKED),
        update(Introduction).where(theirs).values(by_id=None, words=""),
    )
