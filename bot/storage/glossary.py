"""The network's own words: what each means, who said so, and when a digest last told it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.notes import Meaning, is_used, key_of
from bot.domain.schedule import week_start
from bot.storage.base import Base, Instant, change_if, insert_missing
from bot.storage.places import Network, Person

AT_MOST = 3
"""Words that a digest explains."""
AGAIN = timedelta(weeks=12)
"""After so long a word is explained anew: by then there are people who are new."""


class Term(Base):
    """A word of the network's own; whoever said what it means last is named with it.

    `earlier` and `earlier_id` are what was there before and whose it was, for taking it back.
    `week` is that of the digest that explained it last, "" until then.
    """

    __tablename__ = "terms"
    __table_args__ = (UniqueConstraint("network_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    key: Mapped[str]
    term: Mapped[str]
    means: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    earlier: Mapped[str] = mapped_column(default="")
    earlier_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    week: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime] = mapped_column(Instant)


def put(
    session: Session, network: Network, given: Meaning, person: Person, *, now: datetime
) -> Term:
    """Keep what a word means, in the place of what it meant before."""
    row = {
        "network_id": network.id,
        "key": key_of(given.term),
        "term": given.term,
        "means": given.means,
        "person_id": person.id,
        "earlier": "",
        "week": "",
        "changed_at": now,
    }
    made = session.execute(insert_missing(session, Term).returning(Term.id), [row]).first()
    if made is not None:
        return session.get_one(Term, made[0])
    found = _keyed(session, network, given.term)
    assert found is not None, "it was there a moment ago"
    change_if(
        session,
        found,
        Term.means != given.means,
        term=given.term,
        means=given.means,
        person_id=person.id,
        earlier=Term.means,
        earlier_id=Term.person_id,
        changed_at=now,
    )
    return found


def _keyed(session: Session, network: Network, term: str) -> Term | None:
    return session.scalars(
        select(Term)
        .where(Term.network_id == network.id, Term.key == key_of(term))
        .execution_options(populate_existing=True)
    ).first()


def meaning(session: Session, network: Network, term: str) -> Term | None:
    """What a word means here; of several of which it is part, the only one."""
    found = _keyed(session, network, term)
    if found is not None or not key_of(term):
        return found
    near = [each for each in every(session, network) if is_used(term.casefold(), each.key)]
    return near[0] if len(near) == 1 else None


def numbered(session: Session, network: Network, number: int) -> Term | None:
    """One of the network's words, as it is by now."""
    return session.scalars(
        select(Term)
        .where(Term.network_id == network.id, Term.id == number)
        .execution_options(populate_existing=True)
    ).first()


def every(session: Session, network: Network) -> Sequence[Term]:
    """All the network's words, in the order of the alphabet."""
    return session.scalars(
        select(Term).where(Term.network_id == network.id).order_by(Term.key)
    ).all()


def undo(session: Session, found: Term, person: Person) -> bool:
    """Take back what *person* said a word means; what was there before is there again.

    Without anything before, the word goes. False where its meaning is not theirs.
    """
    if found.person_id != person.id:
        return False
    if found.earlier and found.earlier_id is not None:
        is_theirs = Term.person_id == person.id
        return change_if(
            session,
            found,
            is_theirs,
            means=Term.earlier,
            person_id=Term.earlier_id,
            earlier="",
            earlier_id=None,
        )
    session.delete(found)
    session.flush()
    return True


# In a digest


def due(session: Session, network: Network, text: str, week: str) -> list[Term]:
    """The words of *text* that the digest of *week* should explain: not told for a while, if ever.

    What was told longest ago is first, and what was never told before all.
    """
    before = week_start(week) - AGAIN
    used = [
        each
        for each in every(session, network)
        if (not each.week or each.week == week or week_start(each.week) <= before)
        and is_used(each.term, text)
    ]
    return sorted(used, key=lambda each: (each.week, each.key))[:AT_MOST]


def of_week(session: Session, network: Network, week: str) -> list[Term]:
    """The words that the digest of *week* explains."""
    return [each for each in every(session, network) if each.week == week]


def take(session: Session, found: Collection[Term], week: str) -> None:
    """The digest of *week* explains these."""
    for each in found:
        change_if(session, each, Term.id == each.id, week=week)


# What is held of somebody


def of_person(session: Session, person: Person) -> Sequence[Term]:
    """The words whose meaning is *person*'s."""
    return session.scalars(select(Term).where(Term.person_id == person.id).order_by(Term.id)).all()


def forget(session: Session, person: Person) -> list[str]:
    """Let go of what *person* said that words mean; the weeks of the digests that told it."""
    weeks = set()
    for found in of_person(session, person):
        weeks.add(found.week)
        undo(session, found, person)
    session.execute(
        update(Term)
        .where(Term.earlier_id == person.id)
        .values(earlier="", earlier_id=None)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    return sorted(weeks - {""})
