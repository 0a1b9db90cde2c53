"""Offers: whose they are, by whose words, and until which day they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Date, ForeignKey, Index, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.asks import HelpKind
from bot.domain.offers import Draft, OfferState, sources
from bot.storage.base import Base, Instant, change_if
from bot.storage.places import Network, Person

State = OfferState

KEPT = timedelta(days=180)
"""How long an offer is kept that ended, or was taken back."""


class Offer(Base):
    """What somebody would gladly give, in their own words, until the local day `until`.

    `reminded_for` is the end for which they were asked whether it stands.
    """

    __tablename__ = "offers"
    __table_args__ = (
        Index("offers_by_state", "network_id", "state"),
        {"sqlite_autoincrement": True},  # occasions bear its number, also once it is gone
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(default=State.STANDING.value)
    words: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default=HelpKind.TIME.value)
    when: Mapped[str] = mapped_column(default="")
    until: Mapped[date] = mapped_column(Date)
    reminded_for: Mapped[date | None] = mapped_column(Date)
    made_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def key(self) -> str:
        """The occasion of asking whether it stands: once for each end."""
        return f"offer/{self.id}/{self.until}"


def make(
    session: Session,
    network: Network,
    person: Person,
    words: str,
    *,
    kind: HelpKind,
    until: date,
    now: datetime,
    when: str = "",
) -> Offer:
    """Keep an offer; the same words of the same person are the one that stands already.

    *when* is when it can be had, in their words: "on Thursdays".
    """
    mine = [each for each in of_person(session, network, person) if each.words == words]
    found = next((each for each in mine if each.state == State.STANDING), None)
    if found is not None:
        found.until, found.kind, found.when = until, kind.value, when
    else:
        found = Offer(
            network_id=network.id,
            person_id=person.id,
            words=words,
            kind=kind.value,
            when=when,
            until=until,
            made_at=now,
        )
        session.add(found)
    session.flush()
    return found


def change(session: Session, found: Offer, given: Draft, until: date) -> None:
    """Let an offer say what whoever made it wrote by now."""
    found.words, found.kind, found.when = given.words, given.kind.value, given.when
    found.until = until
    session.flush()


def numbered(session: Session, network: Network, number: int) -> Offer | None:
    """One of the network's offers, as it is by now."""
    return session.scalars(
        select(Offer)
        .where(Offer.network_id == network.id, Offer.id == number)
        .execution_options(populate_existing=True)
    ).first()


def renew(session: Session, found: Offer, until: date) -> bool:
    """Let an offer stand until then; False where it was taken back."""
    is_there = Offer.state != State.WITHDRAWN.value
    return change_if(
        session, found, is_there, state=State.STANDING.value, until=until, ended_at=None
    )


def withdraw(session: Session, found: Offer, *, now: datetime) -> bool:
    """Take an offer back, and delete its words; False where that was done before."""
    is_before = Offer.state.in_([each.value for each in sources(State.WITHDRAWN)])
    gone = {"state": State.WITHDRAWN.value, "words": "", "when": ""}
    return change_if(session, found, is_before, ended_at=now, **gone)


def end_old(session: Session, network: Network, *, today: date, now: datetime) -> int:
    """End the offers whose day has gone by; return how many."""
    over = _of(session, network, Offer.state == State.STANDING.value, Offer.until < today)
    return sum(
        change_if(
            session,
            each,
            Offer.state == State.STANDING.value,
            state=State.ENDED.value,
            ended_at=now,
        )
        for each in over
    )


def to_remind(session: Session, network: Network, *, by: date) -> Sequence[Offer]:
    """The offers that end by then, whose person wasn't asked whether they stand."""
    is_new = Offer.reminded_for.is_(None) | (Offer.reminded_for != Offer.until)
    return _of(session, network, Offer.state == State.STANDING.value, Offer.until <= by, is_new)


def remind(session: Session, found: Offer) -> bool:
    """Keep that its person is asked whether it stands; False where they were."""
    is_new = Offer.reminded_for.is_(None) | (Offer.reminded_for != Offer.until)
    return change_if(session, found, is_new, reminded_for=found.until)


def _of(session: Session, network: Network, *conditions: ColumnElement[bool]) -> Sequence[Offer]:
    return session.scalars(
        select(Offer).where(Offer.network_id == network.id, *conditions).order_by(Offer.id)
    ).all()


def standing(session: Session, network: Network) -> Sequence[tuple[Offer, Person]]:
    """What can be taken up now, with whose it is, newest first; of nobody who left or is away."""
    rows = session.execute(
        select(Offer, Person)
        .join(Person, Person.id == Offer.person_id)
        .where(
            Offer.network_id == network.id,
            Offer.state == State.STANDING.value,
            Person.is_gone.is_(False),
            Person.is_external.is_(False),
        )
        .order_by(Offer.id.desc())
    )
    return [(offer, person) for offer, person in rows]


def said_by(session: Session, network: Network) -> Mapping[int, Sequence[str]]:
    """The words of what each person offers."""
    found: dict[int, list[str]] = {}
    for offer, person in standing(session, network):
        found.setdefault(person.id, []).append(offer.words)
    return found


def of_person(session: Session, network: Network, person: Person) -> Sequence[Offer]:
    """All offers of somebody in *network*, oldest first."""
    return _of(session, network, Offer.person_id == person.id)


def all_of(session: Session, person: Person) -> Sequence[Offer]:
    """All offers of somebody in any network, oldest first."""
    return session.scalars(
        select(Offer).where(Offer.person_id == person.id).order_by(Offer.id)
    ).all()


def ever(session: Session, network: Network) -> Sequence[Offer]:
    """Every offer that is kept, oldest first."""
    return _of(session, network)


def let_old_go(session: Session, network: Network, *, now: datetime) -> None:
    """Let go of what ended, or was taken back, half a year ago."""
    session.execute(
        delete(Offer)
        .where(
            Offer.network_id == network.id,
            Offer.state != State.STANDING.value,
            Offer.ended_at < now - KEPT,
        )
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def forget(session: Session, person: Person) -> None:
    """Let go of all offers of *person*."""
    session.execute(
        delete(Offer)
        .where(Offer.person_id == person.id)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
