"""Thanks in the receiver's words: kept once, told to whom they are for, and taken back at will."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.domain.exchanges import SAME, Audience, ExchangeState
from bot.storage.base import change_if, change_many
from bot.storage.exchanges import Exchange, numbered
from bot.storage.places import Network, Person


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
            state=ExchangeState.DONE.value,
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
    change_many(
        session,
        update(Exchange)
        .where(Exchange.network_id == network.id, Exchange.week == week)
        .values(week=""),
    )


def narrow(session: Session, found: Exchange, *, by_giver: bool) -> bool:
    """Let nobody but the one who is thanked read it any more; False where that is so already."""
    is_wider = Exchange.audience.in_([Audience.CHANNEL.value, Audience.DIGEST.value])
    wish = {"is_unnamed": True} if by_giver else {}
    return change_if(session, found, is_wider, audience=Audience.PRIVATE.value, **wish)
