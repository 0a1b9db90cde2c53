"""Who was asked privately to help with an ask, who follows it, and which digests told it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.storage.asks import Ask, Asked, Follower, Seldom, Told
from bot.storage.base import insert_missing
from bot.storage.places import Network, Person


def ask(session: Session, found: Ask, person: int, *, now: datetime) -> Asked | None:
    """Keep that *person* is asked privately; None where they were."""
    row = {"ask_id": found.id, "person_id": person, "network_id": found.network_id, "at": now}
    statement = insert_missing(session, Asked).returning(Asked.ask_id)
    made = session.execute(statement, [row]).first()
    return None if made is None else session.get_one(Asked, (found.id, person))


def asked(session: Session, found: Ask) -> Sequence[Asked]:
    """Who was asked about an ask."""
    return session.scalars(
        select(Asked).where(Asked.ask_id == found.id).order_by(Asked.person_id)
    ).all()


def asked_of(session: Session, person: Person) -> Sequence[tuple[Asked, Ask]]:
    """What somebody was asked privately, oldest first."""
    rows = session.execute(
        select(Asked, Ask)
        .join(Ask, Ask.id == Asked.ask_id)
        .where(Asked.person_id == person.id)
        .order_by(Asked.ask_id)
    )
    return [(one, about) for one, about in rows]


def asked_since(session: Session, network: Network, since: datetime) -> Mapping[int, int]:
    """How often each person was asked privately since then."""
    rows = session.execute(
        select(Asked.person_id, func.count())
        .where(Asked.network_id == network.id, Asked.at >= since)
        .group_by(Asked.person_id)
    )
    return dict(rows.all())


def follow(session: Session, found: Ask, person: Person) -> bool:
    """Let somebody hear what becomes of it; False where they do already."""
    row = {"ask_id": found.id, "person_id": person.id, "network_id": found.network_id}
    statement = insert_missing(session, Follower).returning(Follower.ask_id)
    return session.execute(statement, [row]).first() is not None


def followers(session: Session, found: Ask) -> Sequence[Person]:
    """Who wants to hear what becomes of it, and is still here."""
    return session.scalars(
        select(Person)
        .join(Follower, Follower.person_id == Person.id)
        .where(Follower.ask_id == found.id, Person.is_gone.is_(False))
        .order_by(Person.id)
    ).all()


def followed_by(session: Session, person: Person) -> Sequence[Ask]:
    """The asks that somebody follows."""
    return session.scalars(
        select(Ask)
        .join(Follower, Follower.ask_id == Ask.id)
        .where(Follower.person_id == person.id)
        .order_by(Ask.id)
    ).all()


def want_seldom(session: Session, network: Network, person: Person, *, is_seldom: bool) -> None:
    """Let somebody be asked less often, or as usual."""
    if is_seldom:
        row = {"person_id": person.id, "network_id": network.id}
        session.execute(insert_missing(session, Seldom), [row])
    else:
        session.execute(
            delete(Seldom)
            .where(Seldom.person_id == person.id, Seldom.network_id == network.id)
            .execution_options(synchronize_session=False)
        )
    session.expire_all()


def asked_seldom(session: Session, network: Network) -> Collection[int]:
    """Who wants to be asked less often."""
    return {*session.scalars(select(Seldom.person_id).where(Seldom.network_id == network.id))}


# Digests


def take(session: Session, network: Network, found: Sequence[Ask], week: str) -> None:
    """Keep that the digest of *week* tells these."""
    rows = [{"ask_id": each.id, "week": week, "network_id": network.id} for each in found]
    if rows:
        session.execute(insert_missing(session, Told), rows)


def of_week(session: Session, network: Network, week: str) -> Sequence[Ask]:
    """The asks that the digest of *week* tells, oldest first."""
    told = select(Told.ask_id).where(Told.network_id == network.id, Told.week == week)
    return session.scalars(
        select(Ask).where(Ask.network_id == network.id, Ask.id.in_(told)).order_by(Ask.id)
    ).all()


def weeks_of(session: Session, found: Ask) -> Sequence[str]:
    """The weeks whose digests tell of it."""
    return session.scalars(
        select(Told.week).where(Told.ask_id == found.id).order_by(Told.week)
    ).all()
