"""Asks: whose they are, where they were posted, who was asked privately, and who follows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.asks import MET, UNDER_WAY, AskState, HelpKind, Stage, sources
from bot.domain.asks import Draft as AskDraft
from bot.storage import finding
from bot.storage.base import Base, Instant, change_if
from bot.storage.places import Channel, Network, Person

State = AskState

KIND = "ask"
"""What an answered ask is among all that can be found."""

KEPT = timedelta(days=180)
"""How long an ask is kept that came to nothing, and a draft that nobody posted."""


class Ask(Base):
    """What would help somebody, by the words that they handed over.

    `due_on` is the local day by which; `minutes` about how long it would take, 0 where they don't
    say. `channel_id` is where it was posted; `source_channel_id` and `source_ts` the message that
    it was made from. `posted_ts` tells which message of its channel shows it, and `again_ts` which
    one does for the second time (microseconds; None until that is there). `stage` is how far it
    was carried while nobody took it up.
    Once deleted, nothing is left but that there was one, when, and whether it was answered.
    """

    __tablename__ = "asks"
    __table_args__ = (
        Index("asks_by_state", "network_id", "state"),
        {"sqlite_autoincrement": True},  # occasions bear its number, also once it is gone
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("people.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[str] = mapped_column(default=State.DRAFT.value)
    words: Mapped[str] = mapped_column(default="")
    why: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default=HelpKind.TIME.value)
    due_on: Mapped[date | None] = mapped_column(Date)
    minutes: Mapped[int] = mapped_column(default=0)
    takes_several: Mapped[bool] = mapped_column(default=False)
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    source_channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id"))
    source_ts: Mapped[int | None] = mapped_column(BigInteger)
    posted_ts: Mapped[int | None] = mapped_column(BigInteger)
    again_ts: Mapped[int | None] = mapped_column(BigInteger)
    is_again: Mapped[bool] = mapped_column(default=False)
    stage: Mapped[str] = mapped_column(default=Stage.POSTED.value)
    created_at: Mapped[datetime] = mapped_column(Instant)
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def key(self) -> str:
        """The occasion of posting it."""
        return f"ask/{self.id}"

    @property
    def key_again(self) -> str:
        """The occasion of posting it for the second and last time."""
        return f"ask/{self.id}/again"


class Asked(Base):
    """Somebody who was asked privately whether they could help; never what they said to it."""

    __tablename__ = "asks_asked"
    ask_id: Mapped[int] = mapped_column(ForeignKey("asks.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    @property
    def key(self) -> str:
        """The occasion of asking them."""
        return f"ask/{self.ask_id}/for/{self.person_id}"


class Follower(Base):
    """Somebody who wants to hear what becomes of an ask."""

    __tablename__ = "asks_followed"
    ask_id: Mapped[int] = mapped_column(ForeignKey("asks.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))


class Told(Base):
    """Which asks the digest of a week tells."""

    __tablename__ = "asks_told"
    ask_id: Mapped[int] = mapped_column(ForeignKey("asks.id", ondelete="CASCADE"), primary_key=True)
    week: Mapped[str] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))


class Seldom(Base):
    """Somebody who wants to be asked for help less often."""

    __tablename__ = "asked_seldom"
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True
    )
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)


# Keeping and changing


def draft(session: Session, network: Network, person: Person, words: str, *, now: datetime) -> Ask:
    """Keep an ask for its asker alone, until they post it or let it go."""
    return _add(session, network, person, now=now, words=words)


def _add(
    session: Session, network: Network, person: Person, *, now: datetime, **values: object
) -> Ask:
    found = Ask(network_id=network.id, person_id=person.id, created_at=now, **values)
    session.add(found)
    session.flush()
    return found


def post(
    session: Session,
    network: Network,
    person: Person,
    given: AskDraft,
    channel: Channel,
    *,
    now: datetime,
) -> Ask:
    """Keep an ask that is posted in *channel*; the asker's draft of that number becomes it."""
    found = numbered(session, network, given.number) if given.number else None
    if found is None or found.person_id != person.id:
        found = _add(session, network, person, now=now, words=given.words)
    place, _, ts = given.source.partition("/")
    change(session, found, given)
    move(
        session,
        found,
        State.OPEN,
        channel_id=channel.id,
        source_channel_id=int(place) if ts else None,
        source_ts=int(ts) if ts else None,
        opened_at=now,
    )
    return found


def redraft(session: Session, found: Ask, *, now: datetime) -> Ask:
    """Put a draft in the place of an ask that could not be posted, under a number of its own.

    Another post of it is another occasion.
    """
    kept = {
        name: getattr(found, name)
        for name in (
            *("network_id", "person_id", "words", "why", "kind", "due_on", "minutes"),
            *("takes_several", "source_channel_id", "source_ts"),
        )
    }
    fresh = Ask(state=State.DRAFT.value, created_at=now, **kept)
    session.delete(found)
    session.add(fresh)
    session.flush()
    return fresh


def change(session: Session, found: Ask, given: AskDraft) -> None:
    """Let an ask say what its asker wrote by now."""
    found.words, found.why, found.kind = given.words, given.why, given.kind.value
    found.due_on, found.minutes, found.takes_several = given.due, given.minutes, given.takes_several
    session.flush()


def numbered(session: Session, network: Network, number: int) -> Ask | None:
    """One of the network's asks, as it is by now."""
    return session.scalars(
        select(Ask)
        .where(Ask.network_id == network.id, Ask.id == number)
        .execution_options(populate_existing=True)
    ).first()


def keyed(session: Session, network: Network, key: str) -> Ask | None:
    """The ask whose post, or second post, was queued under *key*."""
    word, _, rest = key.partition("/")
    number = rest.removesuffix("/again")
    if word != "ask" or not number.isdecimal():
        return None
    return numbered(session, network, int(number))


def move(session: Session, found: Ask, to: AskState, **values: object) -> bool:
    """Let an ask come to be *to*; False where it can't from where it is by now."""
    is_before = Ask.state.in_([each.value for each in sources(to)])
    return change_if(session, found, is_before, state=to.value, **values)


def carry_on(session: Session, found: Ask, stage: Stage) -> bool:
    """Keep that an ask which nobody took up has come to *stage*; False where it had."""
    is_open = Ask.state == State.OPEN.value
    return change_if(session, found, is_open, Ask.stage == found.stage, stage=stage.value)


def post_again(session: Session, found: Ask) -> bool:
    """An open ask is posted for the second time; False where it was already."""
    is_open = Ask.state == State.OPEN.value
    return change_if(session, found, is_open, Ask.is_again.is_(False), is_again=True)


def note_post(session: Session, found: Ask, key: str, ts: int | None) -> None:
    """Keep which message of its channel the post of that *key* is."""
    if key == found.key_again:
        found.again_ts = ts
    else:
        found.posted_ts = ts
    session.flush()


def open_again(session: Session, found: Ask, due: date, *, now: datetime) -> bool:
    """Let an ask that is over be open once more, until *due*, and be carried on anew."""
    return move(
        session,
        found,
        State.OPEN,
        stage=Stage.POSTED.value,
        due_on=due,
        opened_at=now,
        closed_at=None,
        answered_at=None,
    )


def let_find(session: Session, network: Network, found: Ask, *, now: datetime) -> None:
    """Let an answered ask be found."""
    finding.keep(session, network, KIND, found.id, f"{found.words}\n{found.why}", now=now)


def let_nobody_find(session: Session, network: Network, found: Ask) -> None:
    """Let an ask not be found, any more or at all."""
    finding.drop(session, network, KIND, found.id)


def clear(session: Session, network: Network, found: Ask, *, now: datetime) -> bool:
    """Delete an ask: all that is left is that there was one, and whether it was answered."""
    let_nobody_find(session, network, found)
    for table in (Asked, Follower, Told):
        session.execute(
            delete(table)
            .where(table.ask_id == found.id)
            .execution_options(synchronize_session=False)
        )
    return move(
        session,
        found,
        State.DELETED,
        person_id=None,
        words="",
        why="",
        due_on=None,
        minutes=0,
        source_channel_id=None,
        source_ts=None,
        posted_ts=None,
        again_ts=None,
        closed_at=found.closed_at or now,
    )


# Looking


_IS_UNDER_WAY = Ask.state.in_([each.value for each in UNDER_WAY])


def _of(
    session: Session, network: Network, *conditions: ColumnElement[bool], newest_first: bool = False
) -> Sequence[Ask]:
    order = Ask.id.desc() if newest_first else Ask.id
    return session.scalars(
        select(Ask).where(Ask.network_id == network.id, *conditions).order_by(order)
    ).all()


def open_ones(session: Session, network: Network) -> Sequence[Ask]:
    """All asks that nobody is on, oldest first."""
    return _of(session, network, Ask.state == State.OPEN.value)


def under_way(session: Session, network: Network) -> Sequence[Ask]:
    """All asks that are open, or that somebody is on; newest first."""
    return _of(session, network, _IS_UNDER_WAY, newest_first=True)


def of_person(session: Session, network: Network, person: Person) -> Sequence[Ask]:
    """All asks of somebody in *network*, oldest first."""
    return _of(session, network, Ask.person_id == person.id)


def all_of(session: Session, person: Person) -> Sequence[Ask]:
    """All asks of somebody in any network, oldest first."""
    return session.scalars(select(Ask).where(Ask.person_id == person.id).order_by(Ask.id)).all()


def twin(session: Session, network: Network, person: Person, words: str) -> Ask | None:
    """What somebody asks in these very words already, so that a second press is none."""
    same = (Ask.person_id == person.id, Ask.words == words, _IS_UNDER_WAY)
    return next(iter(_of(session, network, *same)), None)


def take_turns(session: Session, network: Network) -> None:
    """Let nobody else ask or take up anything in *network* until this transaction ends."""
    session.execute(select(Network.id).where(Network.id == network.id).with_for_update())


def posted_at(session: Session, channel: Channel, ts: int) -> Ask | None:
    """The ask that the message of *ts* shows."""
    return session.scalars(
        select(Ask).where(
            Ask.channel_id == channel.id,
            or_(Ask.posted_ts == ts, Ask.again_ts == ts),
            Ask.state != State.DELETED.value,
        )
    ).first()


# Counting, and letting go


class Count(NamedTuple):
    """How many asks there were, and how many of them were answered."""

    asked: int
    answered: int


def counted(session: Session, network: Network, *, since: datetime, until: datetime) -> Count:
    """What was asked since then and before *until*, and answered of that; deleted ones count."""
    made, answered = session.execute(
        select(func.count(), func.count(Ask.answered_at)).where(
            Ask.network_id == network.id, Ask.opened_at >= since, Ask.opened_at < until
        )
    ).one()
    return Count(made, answered)


def opened(session: Session, network: Network, *, until: datetime) -> Sequence[Ask]:
    """Every ask that was ever posted by then, deleted ones too, oldest first."""
    return session.scalars(
        select(Ask)
        .where(Ask.network_id == network.id, Ask.opened_at.is_not(None), Ask.opened_at < until)
        .order_by(Ask.opened_at, Ask.id)
    ).all()


def let_old_go(session: Session, network: Network, *, now: datetime) -> None:
    """Delete what came to nothing half a year ago, and drafts that nobody posted."""
    is_old = or_(
        (Ask.state == State.DRAFT.value) & (Ask.created_at < now - KEPT),
        ~_IS_UNDER_WAY & Ask.state.not_in([*MET, State.DRAFT]) & (Ask.closed_at < now - KEPT),
    )
    for found in _of(session, network, is_old, Ask.state != State.DELETED.value):
        clear(session, network, found, now=now)


def forget(session: Session, person: Person, *, now: datetime) -> None:
    """Let go of all asks of *person*, and of what they were asked and follow."""
    for found in all_of(session, person):
        clear(session, session.get_one(Network, found.network_id), found, now=now)
    for table in (Asked, Follower, Seldom):
        session.execute(
            delete(table)
            .where(table.person_id == person.id)
            .execution_options(synchronize_session=False)
        )
    session.expire_all()


def hand_over(session: Session, old: int, new: int) -> None:
    """What was asked in one channel, or from a message there, is of the other."""
    for column in (Ask.channel_id, Ask.source_channel_id):
        session.execute(
            update(Ask)
            .where(column == old)
            .values({column: new})
            .execution_options(synchronize_session=False)
        )
    session.expire_all()
