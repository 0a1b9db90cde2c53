"""What the network could use: a short public list, each line by the words of whoever added it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Index
from sqlalchemy.orm import Session

from bot.domain.asks import HelpKind
from bot.domain.offers import OfferState
from bot.storage import finding, lasting
from bot.storage.lasting import Lasting
from bot.storage.offers import Offer
from bot.storage.places import Network, Person

KIND = "wanted"
"""What a line of the list is among all that can be found."""


class Wanted(Lasting):
    """A thing that the network could use; whoever has it by now takes the line back."""

    __tablename__ = "wanted"
    __table_args__ = (
        Index("wanted_by_state", "network_id", "state"),
        {"sqlite_autoincrement": True},  # occasions bear its number, also once it is gone
    )

    @property
    def key(self) -> str:
        """The occasion of asking whether it stands: once for each end."""
        return f"wanted/{self.id}/{self.until}"


def add(
    session: Session, network: Network, person: Person, words: str, *, until: date, now: datetime
) -> Wanted:
    """Put a line on the list; the same words, whoever wrote them, are the line that stands."""
    standing = lasting.of(
        session, Wanted, network, Wanted.state == OfferState.STANDING.value, Wanted.words == words
    )
    if standing:
        return standing[0]
    found = Wanted(
        network_id=network.id, person_id=person.id, words=words, until=until, made_at=now
    )
    session.add(found)
    session.flush()
    let_find(session, network, found, now=now)
    return found


def of_person(session: Session, network: Network, person: Person) -> Sequence[Wanted]:
    """All lines of somebody in *network*, oldest first."""
    return lasting.of(session, Wanted, network, Wanted.person_id == person.id)


def let_find(session: Session, network: Network, found: Wanted, *, now: datetime) -> None:
    """Let a line be found while it stands."""
    if found.state == OfferState.STANDING:
        finding.keep(session, network, KIND, found.id, found.words, now=now)
    else:
        finding.drop(session, network, KIND, found.id)


def withdraw(session: Session, network: Network, found: Wanted, *, now: datetime) -> bool:
    """Take a line off the list, and delete its words; False where that was done before."""
    finding.drop(session, network, KIND, found.id)
    return lasting.withdraw(session, found, now=now)


def forget(session: Session, person: Person) -> None:
    """Let go of all lines of *person*."""
    for each in lasting.all_of(session, Wanted, person):
        finding.drop(session, session.get_one(Network, each.network_id), KIND, each.id)
    lasting.forget(session, Wanted, person)


# Digests


class News(NamedTuple):
    """What came onto the list, and which resources can be used, since a digest told of them."""

    wanted: Sequence[Wanted]
    resources: Sequence[Offer]


def news(session: Session, network: Network) -> News:
    """What no digest has told of yet."""
    is_resource = Offer.kind == HelpKind.RESOURCES.value
    return News(
        lasting.untold(session, Wanted, network),
        lasting.untold(session, Offer, network, is_resource),
    )


def news_of_week(session: Session, network: Network, week: str) -> News:
    """What the digest of *week* tells of, as far as it still stands."""
    return News(
        lasting.of_week(session, Wanted, network, week),
        lasting.of_week(session, Offer, network, week),
    )


def take(session: Session, told: News, week: str) -> None:
    """Let the digest of *week* have these."""
    lasting.take(session, Wanted, [each.id for each in told.wanted], week)
    lasting.take(session, Offer, [each.id for each in told.resources], week)


def give_back(session: Session, network: Network, week: str) -> None:
    """Let another digest have what that of *week* was to tell, which was not posted."""
    for table in (Wanted, Offer):
        lasting.give_back(session, table, network, week)
