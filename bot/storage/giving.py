"""What the ledger adds up to: somebody's own balance, a network's totals, what to ask after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.events import to_micros
from bot.domain.exchanges import COUNTED, Balance
from bot.judgement import ledger
from bot.judgement.ledger import Helped, Ledger
from bot.storage import asks, offers
from bot.storage.asks import Ask
from bot.storage.base import fetch_rows
from bot.storage.exchanges import Exchange
from bot.storage.places import Network, Person

_COUNTS = Exchange.state.in_([each.value for each in COUNTED])


def of_person(session: Session, network: Network, person: Person) -> Sequence[Exchange]:
    """All help that somebody gave or got, oldest first."""
    is_theirs = or_(Exchange.giver_id == person.id, Exchange.receiver_id == person.id)
    return session.scalars(
        select(Exchange).where(Exchange.network_id == network.id, is_theirs).order_by(Exchange.id)
    ).all()


def all_of(session: Session, person: Person) -> Sequence[Exchange]:
    """All help that somebody gave or got in any network, oldest first."""
    is_theirs = or_(Exchange.giver_id == person.id, Exchange.receiver_id == person.id)
    return session.scalars(select(Exchange).where(is_theirs).order_by(Exchange.id)).all()


def balance(session: Session, network: Network, person: Person) -> Balance:
    """How often somebody has been helped and has helped: for their own eyes alone."""
    mine = [Exchange.receiver_id == person.id, Exchange.giver_id == person.id]
    got, gave = (
        session.scalar(select(func.count()).where(Exchange.network_id == network.id, _COUNTS, each))
        for each in mine
    )
    return Balance(got or 0, gave or 0)


def counted(
    session: Session, network: Network, *, since: datetime | None = None
) -> Sequence[Exchange]:
    """All help that counts, settled since then, in order of time."""
    later: list[ColumnElement[bool]] = [] if since is None else [Exchange.settled_at >= since]
    return session.scalars(
        select(Exchange)
        .where(Exchange.network_id == network.id, _COUNTS, *later)
        .order_by(Exchange.settled_at, Exchange.id)
    ).all()


def helped_since(session: Session, network: Network, since: datetime) -> Mapping[int, int]:
    """How often each person has helped, or said that they would, since then."""
    rows = session.execute(
        select(Exchange.giver_id, func.count())
        .where(
            Exchange.network_id == network.id,
            Exchange.began_at >= since,
            Exchange.giver_id.is_not(None),
        )
        .group_by(Exchange.giver_id)
    )
    return {person: count for person, count in rows if person is not None}


_IS_ANYTHING_KEPT = """
SELECT 1 WHERE EXISTS (SELECT 1 FROM asks WHERE network_id = ?)
OR EXISTS (SELECT 1 FROM offers WHERE network_id = ?)
OR EXISTS (SELECT 1 FROM exchanges WHERE network_id = ?)
"""


def ledger_of(session: Session, network: Network, *, now: datetime) -> Ledger | None:
    """All that was asked, offered and given, as the judgements read it; None where nothing was.

    Of whom isn't here any more, each exchange has a negative number of its own: nobody's.
    """
    session.flush()
    if not fetch_rows(session, _IS_ANYTHING_KEPT, (network.id,) * 3):
        return None
    asked, offered = asks.opened(session, network, until=now), offers.ever(session, network)
    given = counted(session, network)
    if not (asked or offered or given):
        return None
    return Ledger(
        asks=[_as_ask(each) for each in asked],
        offers=[
            ledger.Offer(
                to_micros(each.made_at), to_micros(each.ended_at) if each.ended_at else None
            )
            for each in offered
        ],
        helped=[
            Helped(
                to_micros(each.settled_at or each.began_at),
                each.giver_id or -2 * each.id,
                each.receiver_id or -2 * each.id - 1,
            )
            for each in given
        ],
    )


def _as_ask(ask: Ask) -> ledger.Ask:
    times = (ask.opened_at, ask.answered_at, ask.closed_at)
    opened, answered, closed = (to_micros(each) if each else None for each in times)
    return ledger.Ask(
        opened or 0, answered, closed, done=answered is not None and closed is not None
    )


class Due(NamedTuple):
    """What each follow-up is about: an exchange and its ask."""

    exchange: Exchange
    ask: Ask


def to_follow(session: Session, network: Network, *, by: datetime) -> Sequence[Due]:
    """Help that landed by then and may be asked after: one for each ask."""
    rows = session.execute(
        select(Exchange, Ask)
        .join(Ask, Ask.id == Exchange.ask_id)
        .where(
            Exchange.network_id == network.id,
            Exchange.receiver_id.is_not(None),
            Exchange.settled_at <= by,
            Exchange.followed_again_at.is_(None),
            _COUNTS,
        )
        .order_by(Exchange.id)
    )
    found = {ask.id: Due(exchange, ask) for exchange, ask in reversed(rows.all())}
    return [found[number] for number in sorted(found)]
