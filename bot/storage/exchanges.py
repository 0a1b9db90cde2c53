"""The ledger: who helped whom, what came of it, and the thanks for it in the receiver's words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    UniqueConstraint,
    bindparam,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.exchanges import COUNTED, SAME, Audience, ExchangeState, sources
from bot.storage.asks import Ask
from bot.storage.base import Base, Instant, change_if, insert_missing
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
    gone = session.execute(
        delete(Exchange)
        .where(Exchange.id == found.id, Exchange.state == State.UNDER_WAY.value)
        .returning(Exchange.id)
        .execution_options(synchronize_session=False)
    ).first()
    if gone is not None:
        session.expunge(found)
    return gone is not None


def part_from(session: Session, ask: Ask) -> None:
    """Let what came of an ask stand for itself, which is about to be deleted."""
    session.execute(
        update(Exchange)
        .where(Exchange.ask_id == ask.id)
        .values(ask_id=None)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def leave(session: Session, ask: Ask, giver: Person) -> None:
    """Let *giver* be nobody among those who helped with *ask*; the help itself stands."""
    session.execute(
        delete(Exchange)
        .where(
            Exchange.ask_id == ask.id,
            Exchange.giver_id == giver.id,
            Exchange.state == State.UNDER_WAY.value,
        )
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Exchange)
        .where(Exchange.ask_id == ask.id, Exchange.giver_id == giver.id)
        .values(giver_id=None, thanks="", audience="")
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def drop(session: Session, found: Exchange) -> bool:
    """Keep nothing of what didn't happen; False where it was thanked for."""
    gone = session.execute(
        delete(Exchange)
        .where(Exchange.id == found.id, Exchange.thanked_at.is_(None))
        .returning(Exchange.id)
        .execution_options(synchronize_session=False)
    ).first()
    if gone is not None:
        session.expunge(found)
    return gone is not None


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


# Thanks


def thank(
    session: Session,
    network: Network,
    receiver: Person,
    giver: Person,
    words: str,
    audience: Audience,
    *,
    now: datetime,
    of: Exchange | None = None,
) -> Exchange | None:
    """Keep a thank-you, for the help *of* an ask or for some other; None where it was thanked."""
    found = of
    if found is None:
        found = Exchange(
            network_id=network.id,
            giver_id=giver.id,
            receiver_id=receiver.id,
            state=State.DONE.value,
            began_at=now,
            settled_at=now,
        )
        session.add(found)
        session.flush()
    said = {"thanks": words, "audience": audience.value, "thanked_at": now}
    return found if change_if(session, found, Exchange.thanked_at.is_(None), **said) else None


def unthanked(
    session: Session, network: Network, receiver: Person, giver: Person
) -> Sequence[Exchange]:
    """The help of *giver* to *receiver* that wasn't thanked for, newest first."""
    return session.scalars(_UNTHANKED, _those(network, receiver, giver)).all()


def thanked_lately(
    session: Session, network: Network, receiver: Person, giver: Person, *, now: datetime
) -> Sequence[Exchange]:
    """What *receiver* thanked *giver* for in the last fortnight, newest first."""
    values = {**_those(network, receiver, giver), "since": now - SAME}
    return session.scalars(_THANKED_LATELY, values).all()


_BETWEEN = (
    select(Exchange)
    .where(
        Exchange.network_id == bindparam("network"),
        Exchange.receiver_id == bindparam("receiver"),
        Exchange.giver_id == bindparam("giver"),
    )
    .order_by(Exchange.id.desc())
)
_UNTHANKED = _BETWEEN.where(Exchange.thanked_at.is_(None))
_THANKED_LATELY = _BETWEEN.where(Exchange.thanked_at > bindparam("since"))


def _those(network: Network, receiver: Person, giver: Person) -> Mapping[str, int]:
    return {"network": network.id, "receiver": receiver.id, "giver": giver.id}


_IS_TOLD = Exchange.audience == Audience.DIGEST.value
_IS_HERE = Exchange.giver_id.is_not(None) & Exchange.receiver_id.is_not(None)


def untold(session: Session, network: Network, *, at_most: int) -> Sequence[Exchange]:
    """Thanks for the digest that none told yet, oldest first."""
    return session.scalars(
        select(Exchange)
        .where(Exchange.network_id == network.id, _IS_TOLD, _IS_HERE, Exchange.week == "")
        .order_by(Exchange.thanked_at, Exchange.id)
        .limit(at_most)
    ).all()


def of_week(session: Session, network: Network, week: str) -> Sequence[Exchange]:
    """Thanks that the digest of *week* tells; none that were taken back."""
    return session.scalars(
        select(Exchange)
        .where(Exchange.network_id == network.id, _IS_TOLD, _IS_HERE, Exchange.week == week)
        .order_by(Exchange.thanked_at, Exchange.id)
    ).all()


def take(session: Session, network: Network, numbers: Collection[int], week: str) -> None:
    """Let the digest of *week* have these."""
    for number in numbers:
        found = numbered(session, network, number)
        if found is not None:
            change_if(session, found, _IS_TOLD, Exchange.week == "", week=week)


def give_back(session: Session, network: Network, week: str) -> None:
    """Let another digest have what that of *week* was to tell, which was not posted."""
    session.execute(
        update(Exchange)
        .where(Exchange.network_id == network.id, Exchange.week == week)
        .values(week="")
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def narrow(session: Session, found: Exchange, *, by_giver: bool) -> bool:
    """Let nobody but the one who is thanked read it any more; False where that is so already."""
    is_wider = Exchange.audience.in_([Audience.CHANNEL.value, Audience.DIGEST.value])
    wish = {"is_unnamed": True} if by_giver else {}
    return change_if(session, found, is_wider, audience=Audience.PRIVATE.value, **wish)


def forget(session: Session, person: Person) -> Sequence[tuple[int, str]]:
    """Let go of *person* in all help: it stays in the others' balances, without name and words.

    What they said that they would do, and nothing is known of yet, goes. Returns the numbers of
    what others can tell apart no more, with the digests' weeks that told it.
    """
    is_theirs = or_(Exchange.giver_id == person.id, Exchange.receiver_id == person.id)
    told = session.execute(select(Exchange.id, Exchange.week).where(is_theirs)).all()
    session.execute(
        delete(Exchange)
        .where(is_theirs, Exchange.state.not_in([each.value for each in COUNTED]))
        .execution_options(synchronize_session=False)
    )
    nothing = {"thanks": "", "audience": "", "source_channel_id": None, "source_ts": None}
    for column in (Exchange.giver_id, Exchange.receiver_id):
        session.execute(
            update(Exchange)
            .where(column == person.id)
            .values({column: None, **nothing})
            .execution_options(synchronize_session=False)
        )
    session.expire_all()
    return [(number, week) for number, week in told]


def hand_over(session: Session, old: int, new: int) -> None:
    """Messages of one channel that were thanked for are of the other."""
    session.execute(
        update(Exchange)
        .where(Exchange.source_channel_id == old)
        .values(source_channel_id=new)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
