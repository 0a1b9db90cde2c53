"""Offers: whose they are, by whose words, and until which day they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.asks import HelpKind
from bot.domain.offers import Draft, OfferState
from bot.storage import finding, lasting
from bot.storage.lasting import Lasting
from bot.storage.places import Network, Person

State = OfferState

KIND = "offer"
"""What a resource that is offered is among all that can be found."""


class Offer(Lasting):
    """What somebody would gladly give. `when` is when it can be had, in their words.

    Of a resource, `resource` is what sort it is ("" of everything else), `how` how it may be used,
    and `often` how much of it can be had in a week.
    """

    __tablename__ = "offers"
    __table_args__ = (
        Index("offers_by_state", "network_id", "state"),
        {"sqlite_autoincrement": True},  # occasions bear its number, also once it is gone
    )
    kind: Mapped[str] = mapped_column(default=HelpKind.TIME.value)
    when: Mapped[str] = mapped_column(default="")
    resource: Mapped[str] = mapped_column(default="")
    how: Mapped[str] = mapped_column(default="")
    often: Mapped[str] = mapped_column(default="")

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
    found.resource = given.resource if given.kind is HelpKind.RESOURCES else ""
    found.how, found.often, found.until = given.how, given.often, until
    session.flush()


def let_find(session: Session, network: Network, found: Offer, *, now: datetime) -> None:
    """Let a resource be found while it can be had, and nothing else that is offered."""
    if found.state == State.STANDING and found.kind == HelpKind.RESOURCES:
        text = "\n".join((found.words, found.when, found.how))
        finding.keep(session, network, KIND, found.id, text, now=now)
    else:
        finding.drop(session, network, KIND, found.id)


def numbered(session: Session, network: Network, number: int) -> Offer | None:
    """One of the network's offers, as it is by now."""
    return lasting.numbered(session, Offer, network, number)


def renew(session: Session, found: Offer, until: date) -> bool:
    """Let an offer stand until then; False where it was taken back."""
    return lasting.renew(session, found, until)


def withdraw(session: Session, found: Offer, *, now: datetime) -> bool:
    """Take an offer back, and delete its words; False where that was done before."""
    network = session.get_one(Network, found.network_id)
    finding.drop(session, network, KIND, found.id)
    return lasting.withdraw(session, found, now=now, when="", how="")


def standing(session: Session, network: Network) -> Sequence[tuple[Offer, Person]]:
    """What can be taken up now, with whose it is, newest first; of nobody who left or is away."""
    return lasting.standing(session, Offer, network)


def said_by(session: Session, network: Network) -> Mapping[int, Sequence[str]]:
    """The words of what each person offers."""
    found: dict[int, list[str]] = {}
    for offer, person in standing(session, network):
        found.setdefault(person.id, []).append(offer.words)
    return found


def of_person(session: Session, network: Network, person: Person) -> Sequence[Offer]:
    """All offers of somebody in *network*, oldest first."""
    return lasting.of(session, Offer, network, Offer.person_id == person.id)


def all_of(session: Session, person: Person) -> Sequence[Offer]:
    """All offers of somebody in any network, oldest first."""
    return lasting.all_of(session, Offer, person)


def ever(session: Session, network: Network) -> Sequence[Offer]:
    """Every offer that is kept, oldest first."""
    return lasting.of(session, Offer, network)


def forget(session: Session, person: Person) -> None:
    """Let go of all offers of *person*."""
    for each in all_of(session, person):
        finding.drop(session, session.get_one(Network, each.network_id), KIND, each.id)
    lasting.forget(session, Offer, person)
