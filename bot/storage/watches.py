"""First posts of newcomers that are watched for an answer, and whom else the bot asked for one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ForeignKey, Index, and_, bindparam, delete, exists, or_, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from bot.storage.activity import BOT, DELETED, Message, Reaction
from bot.storage.base import (
    Base,
    Instant,
    change_if,
    clear_out,
    fetch_rows,
    insert_missing,
    stored,
)
from bot.storage.places import Network, Person

QUIETLY = {"synchronize_session": False}

SOON = 45 * 60 * 1_000_000
"""Microseconds of silence after which another conversation begins where there are no threads."""

SETTLED = timedelta(days=90)
"""How long it is held that a post was watched, and who was asked."""


class ResponseWatch(Base):
    """A newcomer's post that is watched for a person's answer.

    `words` are what they asked in an introduction, until the watch is closed; of other posts no
    word is known. `due_at` is when others are to be asked, as far as that is foreseen, if nobody
    has answered by then; `asked_at` is when they were, `closed_at` when somebody had answered, or
    it was gone. An introduction is the bot's own post, made under `key`; until that is there, `ts`
    is 0.
    """

    __tablename__ = "response_watches"
    __table_args__ = (
        Index("response_watches_by_post", "channel_id", "ts"),
        {"sqlite_autoincrement": True},  # occasions bear its number, also once it is gone
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"))
    ts: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    is_introduction: Mapped[bool] = mapped_column(default=False)
    key: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    started_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


class WatchAsk(Base):
    """Somebody who was asked to answer a newcomer's post; `answer` is "" or "not now"."""

    __tablename__ = "watch_asks"
    watch_id: Mapped[int] = mapped_column(
        ForeignKey("response_watches.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    answer: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def key(self) -> str:
        """The occasion of asking them."""
        return f"welcome.hello/{self.watch_id}/{self.person_id}"


def begin(session: Session, row: ResponseWatch) -> None:
    """Watch an introduction, from before it is posted on."""
    session.add(row)
    session.flush()


def drop(session: Session, key: str) -> None:
    """Watch the introduction that was posted under *key* no more: it goes."""
    session.execute(
        delete(ResponseWatch).where(ResponseWatch.key == key).execution_options(**QUIETLY)
    )
    session.expire_all()


def watch(session: Session, row: ResponseWatch) -> ResponseWatch | None:
    """Watch a post for an answer; None where it is or was watched."""
    found = session.scalar(
        select(ResponseWatch.id).where(
            ResponseWatch.channel_id == row.channel_id, ResponseWatch.ts == row.ts
        )
    )
    if found is not None:
        return None
    session.add(row)
    session.flush()
    return row


_OPEN = (
    select(ResponseWatch)
    .where(ResponseWatch.network_id == bindparam("network"), ResponseWatch.closed_at.is_(None))
    .order_by(ResponseWatch.id)
    .execution_options(populate_existing=True)
)


def open_watches(session: Session, network: Network) -> Sequence[ResponseWatch]:
    """The posts that are watched now, oldest first."""
    return session.scalars(_OPEN, {"network": network.id}).all()


def fall_due(session: Session, found: ResponseWatch, *, at: datetime) -> None:
    """Keep when others are to be asked about it."""
    found.due_at = at
    session.flush()


_IS_DUE = """
SELECT 1 FROM response_watches
WHERE network_id = ? AND closed_at IS NULL AND asked_at IS NULL AND due_at > ? AND due_at <= ?
LIMIT 1
"""


def is_due(session: Session, network: Network, *, since: datetime, now: datetime) -> bool:
    """Whether the time to ask others about one of them came between then and *now*."""
    session.flush()
    return bool(fetch_rows(session, _IS_DUE, (network.id, stored(since), stored(now))))


def numbered(session: Session, network: Network, number: int) -> ResponseWatch | None:
    """One of the network's watches, as it is by now."""
    return session.scalars(
        select(ResponseWatch)
        .where(ResponseWatch.network_id == network.id, ResponseWatch.id == number)
        .execution_options(populate_existing=True)
    ).first()


def close(session: Session, found: ResponseWatch, *, now: datetime) -> bool:
    """Watch it no more, and let go of its words; False where somebody did before."""
    return change_if(session, found, ResponseWatch.closed_at.is_(None), closed_at=now, words="")


def ask(
    session: Session, found: ResponseWatch, person: Person, *, now: datetime
) -> WatchAsk | None:
    """Keep that *person* is asked to answer it; None where they were."""
    row = {
        "watch_id": found.id,
        "person_id": person.id,
        "network_id": found.network_id,
        "answer": "",
        "asked_at": now,
    }
    statement = insert_missing(session, WatchAsk).returning(WatchAsk.watch_id)
    if session.execute(statement, [row]).first() is None:
        return None
    found.asked_at = found.asked_at or now
    session.flush()
    return session.get_one(WatchAsk, (found.id, person.id))


def asked(session: Session, found: ResponseWatch) -> Sequence[WatchAsk]:
    """Who was asked to answer it."""
    return session.scalars(
        select(WatchAsk).where(WatchAsk.watch_id == found.id).order_by(WatchAsk.person_id)
    ).all()


def asked_under(session: Session, key: str) -> Sequence[WatchAsk]:
    """Who was asked to answer the introduction that was posted under *key*."""
    return session.scalars(
        select(WatchAsk)
        .join(ResponseWatch, ResponseWatch.id == WatchAsk.watch_id)
        .where(ResponseWatch.key == key, ResponseWatch.closed_at.is_(None))
        .order_by(WatchAsk.person_id)
    ).all()


def asked_lately(session: Session, network: Network, *, since: datetime) -> set[int]:
    """Who was asked to answer any newcomer since then."""
    found = session.scalars(
        select(WatchAsk.person_id).where(
            WatchAsk.network_id == network.id, WatchAsk.asked_at > since
        )
    )
    return {*found}


def decline(session: Session, found: ResponseWatch, person: Person) -> str | None:
    """Keep that *person* would rather not now; None where they weren't asked, else the occasion."""
    row = session.get(WatchAsk, (found.id, person.id), populate_existing=True)
    if row is None:
        return None
    change_if(session, row, WatchAsk.answer == "", answer="not now")
    return row.key


def was_answered(session: Session, found: ResponseWatch) -> bool:
    """Whether a person other than its author replied to it, or put an emoji on it.

    In a channel that knows no threads, what somebody says there soon afterwards is a reply.
    """
    twin = aliased(Message)
    has_threads = exists().where(
        twin.channel_id == found.channel_id, twin.thread.is_not(None), twin.thread != twin.ts
    )
    is_after = Message.ts.between(found.ts + 1, found.ts + SOON)
    replied = exists().where(
        Message.channel_id == found.channel_id,
        or_(Message.thread == found.ts, and_(~has_threads, is_after)),
        Message.ts != found.ts,
        Message.author_id == Person.id,
        Message.flags.bitwise_and(BOT | DELETED) == 0,
        Person.id != found.person_id,
        Person.is_bot.is_(False),
    )
    reacted = exists().where(
        Reaction.channel_id == found.channel_id,
        Reaction.ts == found.ts,
        Reaction.person_id == Person.id,
        Person.id != found.person_id,
        Person.is_bot.is_(False),
    )
    return bool(session.scalar(select(or_(replied, reacted))))


def watched_of(session: Session, person: Person) -> Sequence[ResponseWatch]:
    """The posts of *person* that are or were watched."""
    return session.scalars(
        select(ResponseWatch).where(ResponseWatch.person_id == person.id).order_by(ResponseWatch.id)
    ).all()


def asked_of(session: Session, person: Person) -> Sequence[WatchAsk]:
    """What *person* was asked to answer."""
    return session.scalars(
        select(WatchAsk).where(WatchAsk.person_id == person.id).order_by(WatchAsk.watch_id)
    ).all()


_OLD = delete(ResponseWatch).where(
    ResponseWatch.network_id == bindparam("network"),
    ResponseWatch.started_at < bindparam("before"),
)


def let_old_go(session: Session, network: Network, *, now: datetime) -> None:
    """Let go of what was watched a quarter of a year ago."""
    clear_out(session, _OLD, network=network.id, before=now - SETTLED)


def forget_in(session: Session, network: Network, person: Person) -> None:
    """Let go of which posts of *person* are watched in *network*."""
    session.execute(
        delete(ResponseWatch)
        .where(ResponseWatch.person_id == person.id, ResponseWatch.network_id == network.id)
        .execution_options(**QUIETLY)
    )
    session.expire_all()


def forget(session: Session, person: Person) -> None:
    """Let go of what is watched of *person*'s, and of what they were asked."""
    for table in (WatchAsk, ResponseWatch):
        session.execute(
            delete(table).where(table.person_id == person.id).execution_options(**QUIETLY)
        )
    session.expire_all()
