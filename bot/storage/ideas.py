"""Ideas from the asking to the digest: who was asked, what they agreed to, and what was told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    UniqueConstraint,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.events import ChannelKind, to_micros
from bot.domain.ideas import TAKEN_OUT, TOLD, IdeaState, sources
from bot.domain.ids import ChannelId
from bot.storage.activity import BOT, DELETED, Message
from bot.storage.base import Base, Instant, change_if, insert_missing
from bot.storage.places import Channel, Network, Person

State = IdeaState

APART = timedelta(weeks=8)
"""Nobody is told of twice within this."""

VOICE = timedelta(days=90)
"""What a share of voice is a share of."""


class Idea(Base):
    """Something that more people should hear, and what its author said to that.

    It came from the message `ts` of `channel_id`, or is words that its author handed over (both
    None). `reasons` are plain codes and counts, never words. `plain_words` are there only while
    its author agrees; `is_named`: with their name. `week` is that of the digest that tells it, ""
    until then. It goes when its author is erased.
    """

    __tablename__ = "ideas"
    __table_args__ = (
        UniqueConstraint("channel_id", "ts"),
        Index("ideas_by_state", "network_id", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    ts: Mapped[int | None] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(default=State.CANDIDATE.value)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    is_less_heard: Mapped[bool] = mapped_column(default=False)
    plain_words: Mapped[str] = mapped_column(default="")
    is_named: Mapped[bool] = mapped_column(default=False)
    week: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    answer_by: Mapped[datetime | None] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    featured_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def key(self) -> str:
        """The occasion of asking its author."""
        return f"idea/{self.id}"


def keep(session: Session, idea: Idea) -> Idea:
    """Keep words that their author handed over; it has its number then."""
    session.add(idea)
    session.flush()
    return idea


def choose(
    session: Session,
    network: Network,
    *,
    channel: int,
    ts: int,
    author: int,
    reasons: Sequence[Mapping[str, Any]],
    is_less_heard: bool,
    now: datetime,
) -> Idea | None:
    """Keep a message as a candidate; None where its author was asked about it before."""
    row = {
        "network_id": network.id,
        "channel_id": channel,
        "ts": ts,
        "person_id": author,
        "state": State.CANDIDATE.value,
        "reasons": list(reasons),
        "is_less_heard": is_less_heard,
        "plain_words": "",
        "is_named": False,
        "week": "",
        "created_at": now,
    }
    statement = insert_missing(session, Idea).returning(Idea.id)
    made = session.execute(statement, [row]).first()
    return None if made is None else session.get_one(Idea, made[0])


def numbered(session: Session, network: Network, number: int) -> Idea | None:
    """One of the network's ideas, as it is by now."""
    return session.scalars(
        select(Idea)
        .where(Idea.network_id == network.id, Idea.id == number)
        .execution_options(populate_existing=True)
    ).first()


def keyed(session: Session, network: Network, key: str) -> Idea | None:
    """The idea whose author is asked under *key*, or None."""
    head, _, number = key.partition("/")
    if head != "idea" or not number.isdecimal():
        return None
    return numbered(session, network, int(number))


def move(session: Session, idea: Idea, to: State, **values: object) -> bool:
    """Bring *idea* into the state *to*; False where it is in none from which it may come there.

    Whatever takes it out takes its words with it. Of two who do it at once one is first.
    """
    if to in TAKEN_OUT:
        values = {**values, "plain_words": "", "is_named": False}
    is_before = Idea.state.in_([each.value for each in sources(to)])
    return change_if(session, idea, is_before, state=to.value, **values)


def reword(session: Session, idea: Idea, *, words: str, is_named: bool) -> bool:
    """Put other words in the place of those agreed to; False where there is no consent now."""
    is_agreed = Idea.state.in_([each.value for each in TOLD])
    return change_if(session, idea, is_agreed, plain_words=words, is_named=is_named)


def take_turns(session: Session, network: Network) -> None:
    """Let nobody else choose or compose in *network* until this transaction ends."""
    session.execute(select(Network.id).where(Network.id == network.id).with_for_update())


def let_go(session: Session, idea: Idea) -> None:
    """Forget an idea whose author could not be asked: they may be another time."""
    session.delete(idea)
    session.flush()


def asked_before(session: Session, network: Network) -> frozenset[tuple[int, int]]:
    """The messages, by channel and ts, whose authors were asked already, whatever they said."""
    rows = session.execute(select(Idea.channel_id, Idea.ts).where(Idea.network_id == network.id))
    return frozenset((channel, ts) for channel, ts in rows if channel and ts)


def told_since(session: Session, network: Network, since: datetime) -> Sequence[Idea]:
    """What a digest told since then, and what is about to be told, whatever became of it."""
    return session.scalars(
        select(Idea).where(
            Idea.network_id == network.id,
            Idea.week != "",
            (Idea.featured_at.is_(None)) | (Idea.featured_at >= since),
        )
    ).all()


def asked_since(session: Session, network: Network, since: datetime) -> frozenset[int]:
    """Who was asked since then."""
    found = session.scalars(
        select(Idea.person_id).where(Idea.network_id == network.id, Idea.asked_at >= since)
    )
    return frozenset(found)


def overdue(session: Session, network: Network, *, now: datetime) -> Sequence[Idea]:
    """Those whose authors did not answer in time."""
    return session.scalars(
        select(Idea)
        .where(
            Idea.network_id == network.id,
            Idea.state == State.ASKED.value,
            Idea.answer_by <= now,
        )
        .order_by(Idea.id)
    ).all()


def waiting(session: Session, network: Network) -> Sequence[Idea]:
    """What was agreed to, and no digest has told yet: who is less heard first, then the oldest."""
    return session.scalars(
        select(Idea)
        .where(
            Idea.network_id == network.id,
            Idea.state == State.AGREED.value,
            Idea.week == "",
        )
        .order_by(Idea.is_less_heard.desc(), Idea.channel_id.is_(None), Idea.answered_at, Idea.id)
    ).all()


def of_week(session: Session, network: Network, week: str) -> Sequence[Idea]:
    """What the digest of *week* tells, or told before it was taken out, in its order."""
    return session.scalars(
        select(Idea)
        .where(Idea.network_id == network.id, Idea.week == week)
        .order_by(Idea.is_less_heard.desc(), Idea.channel_id.is_(None), Idea.answered_at, Idea.id)
    ).all()


def take(session: Session, network: Network, numbers: Collection[int], week: str) -> None:
    """Let the digest of *week* have these, and no other digest."""
    session.execute(
        update(Idea)
        .where(
            Idea.network_id == network.id,
            Idea.id.in_(sorted(numbers)),
            Idea.state == State.AGREED.value,
            Idea.week == "",
        )
        .values(week=week)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def give_back(session: Session, network: Network, week: str) -> None:
    """Let another digest have what that of *week* was to tell, which was not posted."""
    session.execute(
        update(Idea)
        .where(
            Idea.network_id == network.id,
            Idea.state == State.AGREED.value,
            Idea.week == week,
        )
        .values(week="")
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def feature(session: Session, network: Network, week: str, *, at: datetime) -> int:
    """The digest of *week* was posted: what was in it is featured; returns how many were."""
    done = session.execute(
        update(Idea)
        .where(
            Idea.network_id == network.id,
            Idea.state == State.AGREED.value,
            Idea.week == week,
        )
        .values(state=State.FEATURED.value, featured_at=at)
        .returning(Idea.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.expire_all()
    return len(done)


def of_person(session: Session, network: Network, person: Person) -> Sequence[Idea]:
    """What is kept of somebody's ideas in *network*, oldest first."""
    return session.scalars(
        select(Idea)
        .where(Idea.network_id == network.id, Idea.person_id == person.id)
        .order_by(Idea.id)
    ).all()


def held_of(session: Session, person: Person) -> Sequence[tuple[Idea, str]]:
    """All that is kept of somebody's ideas, with the channel each came from, oldest first."""
    rows = session.execute(
        select(Idea, func.coalesce(Channel.name, ""))
        .outerjoin(Channel, Channel.id == Idea.channel_id)
        .where(Idea.person_id == person.id)
        .order_by(Idea.id)
    )
    return [(idea, channel) for idea, channel in rows]


def forget(session: Session, person: Person) -> None:
    """Let go of all ideas of *person*."""
    session.execute(
        delete(Idea).where(Idea.person_id == person.id).execution_options(synchronize_session=False)
    )
    session.expire_all()


class Source(NamedTuple):
    """The message that an idea came from; `edited` is its newest edit's time, or 0."""

    channel: str
    address: ChannelId
    ts: int
    edited: int


def source_of(session: Session, idea: Idea) -> Source | None:
    """The message that *idea* came from; None where it is gone, or not for everybody any more."""
    if idea.channel_id is None or idea.ts is None:
        return None
    channel = session.get(Channel, idea.channel_id, populate_existing=True)
    message = session.get(Message, (idea.channel_id, idea.ts), populate_existing=True)
    if channel is None or message is None or message.flags & DELETED or not message.author_id:
        return None
    is_open = channel.kind == ChannelKind.PUBLIC and not channel.is_closed and not channel.is_shared
    if not is_open:
        return None
    return Source(channel.name, ChannelId(channel.ref), message.ts, message.edited)


def agreed_micros(idea: Idea) -> int:
    """When its author agreed to its words, in microseconds."""
    return to_micros(idea.answered_at) if idea.answered_at else 0


def voices(session: Session, network: Network, *, now: datetime) -> Mapping[int, int]:
    """How many messages each member wrote in open channels in the last 90 days."""
    rows = session.execute(
        select(Message.author_id, func.count())
        .join(Channel, Channel.id == Message.channel_id)
        .join(Person, Person.id == Message.author_id)
        .where(
            Channel.network_id == network.id,
            Channel.kind == ChannelKind.PUBLIC.value,
            Message.ts >= to_micros(now - VOICE),
            Message.flags.bitwise_and(BOT | DELETED) == 0,
            Person.is_bot.is_(False),
            Person.is_external.is_(False),
            Person.is_uncounted.is_(False),
        )
        .group_by(Message.author_id)
    )
    return {author: count for author, count in rows if author is not None}
