"""Find asks: by number, by person, open ones, and how many there were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from bot.domain.asks import UNDER_WAY, AskState
from bot.storage.asks.table import Ask
from bot.storage.places import Channel, Network, Person


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


IS_UNDER_WAY = Ask.state.in_([each.value for each in UNDER_WAY])


def find(
    session: Session, network: Network, *conditions: ColumnElement[bool], newest_first: bool = False
) -> Sequence[Ask]:
    """The asks of *network* for which all *conditions* hold."""
    order = Ask.id.desc() if newest_first else Ask.id
    return session.scalars(
        select(Ask).where(Ask.network_id == network.id, *conditions).order_by(order)
    ).all()


def open_ones(session: Session, network: Network) -> Sequence[Ask]:
    """All asks that nobody is on, oldest first."""
    return find(session, network, Ask.state == AskState.OPEN.value)


def under_way(session: Session, network: Network) -> Sequence[Ask]:
    """All asks that are open, or that somebody is on; newest first."""
    return find(session, network, IS_UNDER_WAY, newest_first=True)


def of_person(session: Session, network: Network, person: Person) -> Sequence[Ask]:
    """All asks of somebody in *network*, oldest first."""
    return find(session, network, Ask.person_id == person.id)


def all_of(session: Session, person: Person) -> Sequence[Ask]:
    """All asks of somebody in any network, oldest first."""
    return session.scalars(select(Ask).where(Ask.person_id == person.id).order_by(Ask.id)).all()


def twin(session: Session, network: Network, person: Person, words: str) -> Ask | None:
    """What somebody asks in these very words already, so that a second press is none."""
    same = (Ask.person_id == person.id, Ask.words == words, IS_UNDER_WAY)
    return next(iter(find(session, network, *same)), None)


def posted_at(session: Session, channel: Channel, ts: int) -> Ask | None:
    """The ask that the message of *ts* shows."""
    return session.scalars(
        select(Ask).where(
            Ask.channel_id == channel.id,
            or_(Ask.posted_ts == ts, Ask.again_ts == ts),
            Ask.state != AskState.DELETED.value,
        )
    ).first()


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
