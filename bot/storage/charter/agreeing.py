"""Who agreed to which version, and took it back: said under a token, so that names can go."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.domain.charter import Said
from bot.domain.charter_ledger import Ledger, fingerprint
from bot.judgement.few import FEW
from bot.storage.charter.adopting import take_turns, versions
from bot.storage.charter.table import CharterAcknowledgement, CharterMember, CharterVersion
from bot.storage.places import Network, Person

ANEW = timedelta(days=300)
"""How long after somebody said something of a version it may be kept that they say it again."""


class Standing(NamedTuple):
    """How somebody stands to the charter: what they last `said`, of which `version`, on which day.

    `agreed` is the version that they agreed to, and did not take back or stop at looking since;
    None of none. `agreed_on` is the day on which they last did.
    """

    token: str
    said: Said
    version: int
    on: date
    agreed: int | None
    agreed_on: date | None


def acknowledge(
    session: Session,
    network: Network,
    person: Person,
    version: CharterVersion,
    said: Said,
    *,
    now: datetime,
) -> CharterAcknowledgement | None:
    """Keep what *person* says of *version*; None where they said the same of it not long ago."""
    take_turns(session, network)
    today = now.astimezone(network.zone).date()
    who = _token(session, network, person)
    mine = select(CharterAcknowledgement).where(
        CharterAcknowledgement.network_id == network.id, CharterAcknowledgement.who == who
    )
    newest_first = CharterAcknowledgement.number.desc()
    mine_last = session.scalars(mine.order_by(newest_first).limit(1)).first()
    is_same = mine_last is not None and (mine_last.said, mine_last.version) == (
        said,
        version.number,
    )
    if mine_last is not None and is_same and today - mine_last.said_on < ANEW:
        return None
    last = session.scalars(
        select(CharterAcknowledgement)
        .where(CharterAcknowledgement.network_id == network.id)
        .order_by(newest_first)
        .limit(1)
    ).first()
    row = CharterAcknowledgement(
        network_id=network.id,
        number=last.number + 1 if last else 1,
        who=who,
        said=said.value,
        version=version.number,
        charter=version.sha256,
        said_on=today,
        before=last.sha256 if last else "",
        sha256="",
    )
    row.sha256 = fingerprint(row.line)
    session.add(row)
    session.flush()
    return row


def _token(session: Session, network: Network, person: Person) -> str:
    """The token of *person*, made when they first say something."""
    member = session.get(CharterMember, (network.id, person.id))
    if member is None:
        token = secrets.token_hex(8)
        member = CharterMember(network_id=network.id, person_id=person.id, token=token)
        session.add(member)
        session.flush()
    return member.token


def standing(session: Session, network: Network, person: Person) -> Standing | None:
    """How *person* stands to the charter; None where they never said anything of it."""
    member = session.get(CharterMember, (network.id, person.id))
    said = of_token(session, network, member.token) if member else ()
    return _standing(said)


def of_token(session: Session, network: Network, token: str) -> Sequence[CharterAcknowledgement]:
    """All that the bearer of *token* said, oldest first."""
    return session.scalars(
        select(CharterAcknowledgement)
        .where(CharterAcknowledgement.network_id == network.id, CharterAcknowledgement.who == token)
        .order_by(CharterAcknowledgement.number)
    ).all()


class OwnLedger(NamedTuple):
    """What one person said of one network's charter, oldest first, under their token there."""

    network: Network
    token: str
    said: Sequence[CharterAcknowledgement]


def of_person(session: Session, person: Person) -> Sequence[OwnLedger]:
    """All that *person* said of any network's charter."""
    rows = session.execute(
        select(Network, CharterMember.token)
        .join(CharterMember, CharterMember.network_id == Network.id)
        .where(CharterMember.person_id == person.id)
        .order_by(Network.id)
    ).all()
    return [OwnLedger(each, token, of_token(session, each, token)) for each, token in rows]


def _standing(said: Sequence[CharterAcknowledgement]) -> Standing | None:
    """From all that one said, oldest first."""
    if not said:
        return None
    agreed: CharterAcknowledgement | None = None
    for each in said:
        if each.said == Said.AGREED:
            agreed = each
        elif each.said != Said.WANTS_TO_TALK:
            agreed = None
    last = said[-1]
    return Standing(
        token=last.who,
        said=Said(last.said),
        version=last.version,
        on=last.said_on,
        agreed=agreed.version if agreed else None,
        agreed_on=agreed.said_on if agreed else None,
    )


_IS_HERE = (
    Person.is_gone.is_(False),
    Person.is_external.is_(False),
    Person.is_bot.is_(False),
)


class Acknowledged(NamedTuple):
    """Somebody who said something of the charter and is still there, and how they stand to it."""

    person: Person
    standing: Standing


def everybody(
    session: Session, network: Network, *, before: date | None = None
) -> Sequence[Acknowledged]:
    """All who said something and are still there; by what they said *before* a day, if given."""
    table = CharterAcknowledgement
    statement = (
        select(Person, table)
        .join(CharterMember, CharterMember.person_id == Person.id)
        .join(table, (table.who == CharterMember.token) & (table.network_id == network.id))
        .where(CharterMember.network_id == network.id)
        .where(*_IS_HERE)
        .order_by(Person.id, table.number)
    )
    if before is not None:
        statement = statement.where(table.said_on < before)
    said: dict[int, list[CharterAcknowledgement]] = {}
    people: dict[int, Person] = {}
    for person, row in session.execute(statement):
        people[person.id] = person
        said.setdefault(person.id, []).append(row)
    standings = ((people[number], _standing(rows)) for number, rows in said.items())
    return [Acknowledged(person, found) for person, found in standings if found is not None]


def agreed_to_some(session: Session, network: Network) -> int:
    """How many people agree to a version of the charter, be it the newest or not: the members."""
    table = CharterAcknowledgement
    last = (
        select(func.max(table.number))
        .where(table.network_id == network.id, table.said != Said.WANTS_TO_TALK.value)
        .group_by(table.who)
    )
    found = session.scalar(
        select(func.count())
        .select_from(table)
        .join(CharterMember, CharterMember.token == table.who)
        .join(Person, Person.id == CharterMember.person_id)
        .where(table.network_id == network.id, table.number.in_(last))
        .where(table.said == Said.AGREED.value, *_IS_HERE)
    )
    return found or 0


class Numbers(NamedTuple):
    """How many are `members` (who agree to some version), and how many of them to this one.

    Before they are told to anybody, see `are_few` and `are_nearly_all`.
    """

    members: int
    agreed: int

    @property
    def are_few(self) -> bool:
        return self.agreed < FEW

    @property
    def are_nearly_all(self) -> bool:
        return self.members - self.agreed < FEW


def numbers(
    session: Session, network: Network, version: CharterVersion, *, before: date | None = None
) -> Numbers:
    """How many agreed to *version* or a later one.

    By what they said *before* a day, so that nobody's own act can be watched.
    """
    found = [each.standing.agreed for each in everybody(session, network, before=before)]
    agreed = [each for each in found if each is not None]
    return Numbers(members=len(agreed), agreed=sum(each >= version.number for each in agreed))


def forget(session: Session, person: Person) -> None:
    """Let nobody tell any more which acknowledgements were *person*'s."""
    session.execute(
        delete(CharterMember)
        .where(CharterMember.person_id == person.id)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def ledger(session: Session, network: Network) -> Ledger:
    """The whole ledger, with nobody's name in it."""
    said = session.scalars(
        select(CharterAcknowledgement)
        .where(CharterAcknowledgement.network_id == network.id)
        .order_by(CharterAcknowledgement.number)
    )
    return Ledger(
        network=network.name,
        versions=tuple(version.line for version in versions(session, network)),
        acknowledgements=tuple(each.line for each in said),
    )
