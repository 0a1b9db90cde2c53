"""The ledger: who helped whom, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    UniqueConstraint,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.exchanges import COUNTED, ExchangeState, sources
from bot.storage.asks import Ask
from bot.storage.base import Base, Instant, change_if, change_many, drop_if, insert_missing
from bot.storage.places import Network, Person

State = ExchangeState


class Exchange(Base):
    """One person's help to another: with an ask, or told of by a thank-you alone.

    Whoever isn't here any more is None in it, so that the other's balance stands. `is_by_both`:
    the giver said so too. `thanks` are the receiver's words for `audience` ("" until they thank);
    `week` is that of the digest that tells it, and `source_ts` the message that was thanked for.
    `is_unnamed`: whoever is thanked would rather not be named before others. `asked_at` is when
    the receiver was asked what came of it, `passed_on_at` whether they pass it on, and
    `followed_at` and `followed_again_at` what came of it later; `came_of_it` is their answer.
    """

    __tablename__ = "exchanges"
    __table_args__ = (
        UniqueConstraint("ask_id", "giver_id"),
        Index("exchanges_by_state", "network_id", "state"),
        {"sqlite_autoincrement": True},  # occasions bear its number, also once it is gone
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    ask_id: Mapped[int | None] = mapped_column(ForeignKey("asks.id", ondelete="SET NULL"))
    giver_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    receiver_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[str] = mapped_column(default=State.UNDER_WAY.value)
    minutes: Mapped[int] = mapped_column(default=0)
    is_by_both: Mapped[bool] = mapped_column(default=False)
    thanks: Mapped[str] = mapped_column(default="")
    audience: Mapped[str] = mapped_column(default="")
    is_unnamed: Mapped[bool] = mapped_column(default=False)
    week: Mapped[str] = mapped_column(default="")
    source_channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    source_ts: Mapped[int | None] = mapped_column(BigInteger)
    came_of_it: Mapped[str] = mapped_column(default="")
    began_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    thanked_at: Mapped[datetime | None] = mapped_column(Instant)
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    passed_on_at: Mapped[datetime | None] = mapped_column(Instant)
    followed_at: Mapped[datetime | None] = mapped_column(Instant)
    followed_again_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def key(self) -> str:
        """The occasion of what is said about it."""
        return f"exchange/{self.id}"


# An ask is taken up


def begin(session: Session, ask: Ask, giver: Person, *, now: datetime) -> Exchange | None:
    """Keep that *giver* helps with *ask*; None where they do already."""
    row = {
        "network_id": ask.network_id,
        "ask_id": ask.id,
        "giver_id": giver.id,
        "receiver_id": ask.person_id,
        "state": State.UNDER_WAY.value,
        "minutes": ask.minutes,
        "is_by_both": True,
        "thanks": "",
        "audience": "",
        "is_unnamed": False,
        "week": "",
        "came_of_it": "",
        "began_at": now,
    }
    statement = insert_missing(session, Exchange).returning(Exchange.id)
    made = session.execute(statement, [row]).first()
    return None if made is None else session.get_one(Exchange, made[0])


def of_ask(session: Session, ask: Ask) -> Sequence[Exchange]:
    """All help with *ask*, in the order in which people said that they would."""
    return session.scalars(
        select(Exchange)
        .where(Exchange.ask_id == ask.id)
        .order_by(Exchange.id)
        .execution_options(populate_existing=True)
    ).all()


def helpers(session: Session, ask: Ask) -> Sequence[Person]:
    """Who is on *ask*, or helped with it, and is still here; in the order in which they came."""
    return session.scalars(
        select(Person)
        .join(Exchange, Exchange.giver_id == Person.id)
        .where(Exchange.ask_id == ask.id)
        .order_by(Exchange.id)
    ).all()


def step_back(session: Session, found: Exchange) -> bool:
    """Let somebody go who said that they would help, and can't; False where it is settled."""
    return drop_if(session, found, Exchange.state == State.UNDER_WAY.value)


def part_from(session: Session, ask: Ask) -> None:
    """Let what came of an ask stand for itself, which is about to be deleted."""
    change_many(
        session,
        update(Exchange).where(Exchange.ask_id == ask.id).values(ask_id=None),
    )


def leave(session: Session, ask: Ask, giver: Person) -> None:
    """Let *giver* be nobody among those who helped with *ask*; the help itself stands."""
    theirs = (Exchange.ask_id == ask.id) & (Exchange.giver_id == giver.id)
    change_many(
        session,
        delete(Exchange).where(theirs, Exchange.state == State.UNDER_WAY.value),
        update(Exchange).where(theirs).values(giver_id=None, thanks="", audience=""),
    )


def drop(session: Session, found: Exchange) -> bool:
    """Keep nothing of what didn't happen; False where it was thanked for."""
    return drop_if(session, found, Exchange.thanked_at.is_(None))


def settle(session: Session, found: Exchange, to: ExchangeState, *, now: datetime) -> bool:
    """Keep what the receiver says came of it; False where that is what is kept."""
    is_before = Exchange.state.in_([each.value for each in sources(to)])
    return change_if(session, found, is_before, state=to.value, settled_at=now)


def numbered(session: Session, network: Network, number: int) -> Exchange | None:
    """One of the network's, as it is by now."""
    return session.scalars(
        select(Exchange)
        .where(Exchange.network_id == network.id, Exchange.id == number)
        .execution_options(populate_existing=True)
    ).first()


# What was asked about it


def note_asked(session: Session, found: Exchange, *, now: datetime) -> bool:
    """The receiver is asked whether the help landed; False where they were."""
    return change_if(session, found, Exchange.asked_at.is_(None), asked_at=now)


def note_passed_on(session: Session, found: Exchange, *, now: datetime) -> bool:
    """The receiver is invited to pass it on; False where they were."""
    return change_if(session, found, Exchange.passed_on_at.is_(None), passed_on_at=now)


def note_followed(session: Session, found: Exchange, *, now: datetime) -> bool:
    """The receiver is asked what came of it, or once more; False where they were twice."""
    if change_if(session, found, Exchange.followed_at.is_(None), followed_at=now):
        return True
    return change_if(session, found, Exchange.followed_again_at.is_(None), followed_again_at=now)


def forget(session: Session, person: Person) -> Sequence[tuple[int, str]]:
    """Let go of *person* in all help: it stays in the others' balances, without name and words.

    What they said that they would do, and nothing is known of yet, goes. Returns the numbers of
    what others can tell apart no more, with the digests' weeks that told it.
    """
    is_theirs = or_(Exchange.giver_id == person.id, Exchange.receiver_id == person.id)
    told = session.execute(select(Exchange.id, Exchange.week).where(is_theirs)).all()
    nothing = {"thanks": "", "audience": "", "source_channel_id": None, "source_ts": None}
    change_many(
        session,
        delete(Exchange).where(is_theirs, Exchange.state.not_in([each.value for each in COUNTED])),
        *(
            update(Exchange).where(column == person.id).values({column: None, **nothing})
            for column in (Exchange.giver_id, Exchange.receiver_id)
        ),
    )
    return [(number, week) for number, week in told]


def hand_over(session: Session, old: int, new: int) -> None:
    """Messages of one channel that were thanked for are of the other."""
    change_many(
        session,
        update(Exchange).where(Exchange.source_channel_id == old).values(source_channel_id=new),
    )
