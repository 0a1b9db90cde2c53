"""What is asked of the ideas: who was asked, what waits, and what was told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from bot.storage.ideas.table import Idea, State
from bot.storage.places import Channel, Network, Person

APART = timedelta(weeks=8)
"""Nobody is told of twice within this."""


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


def told_ever(session: Session, network: Network) -> frozenset[int]:
    """Whose ideas a digest has ever told."""
    found = session.scalars(
        select(Idea.person_id).where(Idea.network_id == network.id, Idea.week != "")
    )
    return frozenset(found)


def asked_since(session: Session, network: Network, since: datetime) -> frozenset[int]:
    """Who was asked since then."""
    found = session.scalars(
        select(Idea.person_id).where(Idea.network_id == network.id, Idea.asked_at >= since)
    )
    return frozenset(found)


_OVERDUE = (
    select(Idea)
    .where(
        Idea.network_id == bindparam("network"),
        Idea.state == State.ASKED.value,
        Idea.answer_by <= bindparam("now"),
    )
    .order_by(Idea.id)
)


def overdue(session: Session, network: Network, *, now: datetime) -> Sequence[Idea]:
    """Those whose authors did not answer in time."""
    return session.scalars(_OVERDUE, {"network": network.id, "now": now}).all()


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
