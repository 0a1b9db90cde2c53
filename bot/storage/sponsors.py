"""A network's sponsor: a person of the hierarchy who supports it, and what they promised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, bindparam, delete, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.ids import MemberId
from bot.domain.leading import PROMISE
from bot.storage import belonging, places
from bot.storage.base import Base, Instant
from bot.storage.places import Network, Person


class Sponsor(Base):
    """Who supports a network from the hierarchy, by their own yes; there is one at the most.

    `promised` is the sentence that they promised in writing, word for word, on that instant:
    `since`. They are the sponsor until the local day `ends_on`, and the row goes with them.
    """

    __tablename__ = "sponsors"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    promised: Mapped[str]
    since: Mapped[datetime] = mapped_column(Instant)
    ends_on: Mapped[date] = mapped_column(Date)


_OF = (
    select(Sponsor)
    .where(Sponsor.network_id == bindparam("network"))
    .execution_options(populate_existing=True)
)


def of(session: Session, network: Network) -> Sponsor | None:
    """The sponsor of *network*, as it is by now."""
    return session.scalars(_OF, {"network": network.id}).first()


def person_of(session: Session, network: Network) -> Person | None:
    """Who the sponsor is; None where there is none, or they have left the workspace."""
    return session.scalars(
        select(Person)
        .join(Sponsor, Sponsor.person_id == Person.id)
        .where(Sponsor.network_id == network.id, Person.is_gone.is_(False))
    ).first()


def is_sponsor(session: Session, network: Network, member: MemberId) -> bool:
    """Whether *member* is the sponsor of *network*: by then they don't tend it."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Sponsor.network_id == network.id,
                    Sponsor.person_id == Person.id,
                    Person.ref == member,
                )
            )
        )
    )


def may_be(session: Session, network: Network, person: Person) -> bool:
    """Whether *person* is of here and doesn't tend the network: nobody sits on both sides."""
    return belonging.belongs(session, network, person.address) and not places.is_lead(
        session, network, person.address
    )


def appoint(
    session: Session, network: Network, person: Person, *, until: date, now: datetime
) -> Person | None:
    """Let *person*, who promised, be the sponsor; who was it before, where that was another."""
    was = person_of(session, network)
    session.merge(
        Sponsor(
            network_id=network.id,
            person_id=person.id,
            promised=PROMISE,
            since=now,
            ends_on=until,
        )
    )
    session.flush()
    return was if was is not None and was.id != person.id else None


def carry_on(session: Session, network: Network, *, until: date) -> None:
    """Let the sponsor's time end on *until*."""
    found = of(session, network)
    if found is not None:
        found.ends_on = until
        session.flush()


def stop(session: Session, network: Network) -> bool:
    """Let the network have no sponsor; False where it has none."""
    gone = delete(Sponsor).where(Sponsor.network_id == network.id)
    was = session.execute(gone.returning(Sponsor.network_id)).first() is not None
    session.expire_all()
    return was


def of_person(session: Session, person: Person) -> Sequence[Sponsor]:
    """Which networks *person* is the sponsor of."""
    return session.scalars(select(Sponsor).where(Sponsor.person_id == person.id)).all()


def forget(session: Session, person: Person) -> None:
    """Let go of it that *person* is or was asked to be one."""
    session.execute(
        delete(Sponsor)
        .where(Sponsor.person_id == person.id)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
