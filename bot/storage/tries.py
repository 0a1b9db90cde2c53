"""What people try: by whose words, until when, who may see it, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    and_,
    bindparam,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.tries import ASKED_AGAIN, DONE, UNDER_WAY, Shelf, TryState, again_on, sources
from bot.storage.base import Base, Instant, change_if, clear_out
from bot.storage.places import Network, Person

KEPT = timedelta(days=180)
"""How long what became of a try is held that nobody but its person may see."""


class Try(Base):
    """A small experiment, of somebody's own or with an idea, by the words of who handed it over.

    `words`, of their own alone, and `hope` are theirs; so are `who` and `place`, of an idea's.
    `review_on` is the local day on which they are asked what happened, and `again_on` the one on
    which they are asked once more, if that is called for. `is_named`: the idea's author may know
    who they are. `week` is that of the digest that tells what came of it, "" until then.
    """

    __tablename__ = "tries"
    __table_args__ = (
        Index("tries_by_state", "network_id", "state"),
        {"sqlite_autoincrement": True},  # occasions bear its number, also once it is gone
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("ideas.id", ondelete="SET NULL"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(default=TryState.PLANNED.value)
    words: Mapped[str] = mapped_column(default="")
    hope: Mapped[str] = mapped_column(default="")
    who: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    review_on: Mapped[date] = mapped_column(Date)
    again_on: Mapped[date] = mapped_column(Date)
    is_named: Mapped[bool] = mapped_column(default=False)
    shelf: Mapped[str] = mapped_column(default=Shelf.PRIVATE.value)
    week: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    asked_again_at: Mapped[datetime | None] = mapped_column(Instant)
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
    """The tries that are to be asked after for the first time."""
    is_due = Try.review_on <= today
    return _of(session, network, (TryState.PLANNED,), is_due, by=(Try.review_on, Try.id))


def due_again(session: Session, network: Network, *, today: date) -> Sequence[Try]:
    """The tries that are to be asked after once more."""
    is_due = Try.again_on <= today
    return _of(session, network, ASKED_AGAIN, is_due, _ONCE, by=(Try.again_on, Try.id))


_ONCE = Try.asked_again_at.is_(None)


def _of(
    session: Session,
    network: Network,
    states: Collection[TryState],
    *conditions: ColumnElement[bool],
    by: Sequence[object] = (Try.id,),
) -> Sequence[Try]:
    """The network's tries in one of *states*, in the order of *by*."""
    is_in = Try.state.in_([each.value for each in states])
    statement = select(Try).where(Try.network_id == network.id, is_in, *conditions)
    return session.scalars(statement.order_by(*by)).all()  # type: ignore[arg-type]


def ask(session: Session, found: Try, *, now: datetime, said: date, today: date) -> bool:
    """Its person, who *said* on that day that they would, is asked; False where they were."""
    later = again_on(said, today)
    return _move(session, found, TryState.ASKED, asked_at=now, again_on=later)


def ask_again(session: Session, found: Try, *, now: datetime) -> bool:
    """Its person is asked for the last time; False where they were already."""
    return change_if(session, found, _ONCE, asked_again_at=now)


def settle(session: Session, found: Try, outcome: TryState, *, now: datetime) -> bool:
    """Keep what became of it, or that nothing has yet; False where that is known already."""
    return _move(session, found, outcome, answered_at=now)


def _move(session: Session, found: Try, to: TryState, **values: object) -> bool:
    is_before = Try.state.in_([each.value for each in sources(to)])
    return change_if(session, found, is_before, state=to.value, **values)


def let_go(session: Session, found: Try) -> None:
    """Forget a try that its person takes back."""
    session.delete(found)
    session.flush()


_IS_SHARED = Try.shelf != Shelf.PRIVATE.value


def shelf(
    session: Session, network: Network, *, today: date, at_most: int
) -> tuple[Sequence[Try], ...]:
    """What everybody may see: the newest of what is under way, and of what was done.

    What nobody has told anything of by the day of the last question is under way no more.
    """
    is_on = (Try.review_on >= today) | (Try.again_on >= today)
    running = _of(session, network, UNDER_WAY, _IS_SHARED, is_on, by=(Try.created_at.desc(),))
    done = _of(session, network, DONE, _IS_SHARED, by=(Try.answered_at.desc(),))
    return running[:at_most], done[:at_most]


def untold(session: Session, network: Network, *, at_most: int) -> Sequence[Try]:
    """What came of tries that everybody may see, and no digest told yet, oldest first."""
    found = _of(session, network, DONE, _IS_SHARED, Try.week == "", by=(Try.answered_at, Try.id))
    return found[:at_most]


def of_week(session: Session, network: Network, week: str) -> Sequence[Try]:
    """What the digest of *week* tells of what came of tries."""
    return _of(session, network, DONE, _IS_SHARED, Try.week == week, by=(Try.answered_at, Try.id))


def take(session: Session, found: Sequence[Try], week: str) -> None:
    """Let the digest of *week* have these."""
    for each in found:
        change_if(session, each, Try.week == "", week=week)


def give_back(session: Session, network: Network, week: str) -> None:
    """Let another digest have what that of *week* was to tell, which was not posted."""
    session.execute(
        update(Try)
        .where(Try.network_id == network.id, Try.week == week)
        .values(week="")
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def of_ideas(session: Session, network: Network, *, since: datetime) -> Mapping[int, Sequence[Try]]:
    """What was said since then of trying ideas, by the idea's number; oldest first."""
    is_new = or_(Try.created_at >= since, Try.answered_at >= since)
    found: dict[int, list[Try]] = {}
    for each in _of(session, network, (TryState.BEFORE, *UNDER_WAY, *DONE), is_new):
        if each.idea_id is not None:
            found.setdefault(each.idea_id, []).append(each)
    return found


def of_person(session: Session, person: Person) -> Sequence[Try]:
    """What *person* tries or tried, oldest first."""
    return session.scalars(select(Try).where(Try.person_id == person.id).order_by(Try.id)).all()


def is_trying(session: Session, idea_id: int, person: Person) -> bool:
    """Whether *person* said already that they try this idea."""
    found = select(Try.id).where(Try.idea_id == idea_id, Try.person_id == person.id)
    return session.scalar(found.limit(1)) is not None


_IS_UNDER_WAY = Try.state.in_([each.value for each in UNDER_WAY])
_IS_FORGOTTEN = and_(
    _IS_UNDER_WAY, Try.again_on < bindparam("day"), Try.review_on < bindparam("day")
)
_IS_LONG_AGO = or_(Try.answered_at < bindparam("answered"), Try.created_at < bindparam("created"))
_OLD = delete(Try).where(
    Try.network_id == bindparam("network"),
    _IS_FORGOTTEN | and_(~_IS_UNDER_WAY, _IS_LONG_AGO, ~_IS_SHARED),
)


def let_old_go(session: Session, network: Network, *, now: datetime, today: date) -> None:
    """Let go of what nobody but its person may see half a year after it was settled.

    So of what nothing was told of half a year after the last question, whoever may see it.
    """
    clear_out(
        session,
        _OLD,
        network=network.id,
        day=today - KEPT,
        answered=now - KEPT,
        created=now - 2 * KEPT,
    )


def forget(session: Session, person: Person) -> None:
    """Let go of all tries of *person*."""
    session.execute(
        delete(Try).where(Try.person_id == person.id).execution_options(synchronize_session=False)
    )
    session.expire_all()
