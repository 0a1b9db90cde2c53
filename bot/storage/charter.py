"""The charter's versions and who agreed to them: nothing of it is ever changed, only added to.

Acknowledgements bear a token, and `charter_members` alone tells whose it is. Who is erased goes
from there; the ledger and its hashes stay whole, and nobody can be told from it any more.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import (
    Connection,
    Date,
    ForeignKey,
    Index,
    Select,
    UniqueConstraint,
    delete,
    event,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.charter import Charter, Said, difference, in_short, read
from bot.domain.charter_ledger import AcknowledgementLine, Ledger, VersionLine, fingerprint
from bot.storage.base import Base, Instant, insert_missing
from bot.storage.places import Network, Person

FEW = 5
"""Of fewer people no number is told."""

ANEW = timedelta(days=300)
"""How long after somebody said something of a version it may be kept that they say it again."""


class CharterVersion(Base):
    """One version of a network's charter, word for word, bound to the one before by its hash.

    `number` counts from 1. `canonical` is `Charter.text`, `sha256` the hash of its line in the
    ledger, which names `before`, the hash of the version before, "" of the first. `took_part` is
    None where fewer than five did. `proposal` is the number of the proposal that it came of.
    """

    __tablename__ = "charter_versions"
    __table_args__ = (UniqueConstraint("network_id", "number"), {"sqlite_autoincrement": True})
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    number: Mapped[int]
    canonical: Mapped[str]
    agreed_at: Mapped[datetime] = mapped_column(Instant)
    effective_on: Mapped[date] = mapped_column(Date)
    review_on: Mapped[date | None] = mapped_column(Date)
    is_material: Mapped[bool]
    took_part: Mapped[int | None]
    why: Mapped[str] = mapped_column(default="")
    changed: Mapped[str] = mapped_column(default="")
    proposal: Mapped[int | None]
    before: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str]

    @property
    def charter(self) -> Charter:
        return read(self.canonical)

    @property
    def line(self) -> VersionLine:
        """How it stands in the ledger."""
        return VersionLine(
            version=self.number,
            agreed=f"{self.agreed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            takes_effect=self.effective_on.isoformat(),
            review=self.review_on.isoformat() if self.review_on else "",
            material=self.is_material,
            took_part=self.took_part,
            why=self.why,
            changed=self.changed,
            before=self.before,
            charter=self.canonical,
        )


class CharterAcknowledgement(Base):
    """What the bearer of the token `who` said of a version (`bot.domain.charter.Said`).

    `said_on` is a local day, no time of day. `charter` is the version's hash, `before` that of the
    acknowledgement before, `sha256` that of its own line in the ledger.
    """

    __tablename__ = "charter_acknowledgements"
    __table_args__ = (
        UniqueConstraint("network_id", "number"),
        Index("charter_acknowledgements_by_token", "network_id", "who"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    number: Mapped[int]
    who: Mapped[str]
    said: Mapped[str]
    version: Mapped[int]
    charter: Mapped[str]
    said_on: Mapped[date] = mapped_column(Date)
    before: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str]

    @property
    def line(self) -> AcknowledgementLine:
        """How it stands in the ledger."""
        return AcknowledgementLine(
            acknowledgement=self.number,
            who=self.who,
            said=Said(self.said),
            version=self.version,
            charter=self.charter,
            on=self.said_on.isoformat(),
            before=self.before,
        )


class CharterMember(Base):
    """Whose a token is; it goes with the person, and the token is nobody's then."""

    __tablename__ = "charter_members"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    token: Mapped[str] = mapped_column(unique=True)


class CharterClosing(Base):
    """A network that is being closed: its history alone may be deleted, in the same transaction."""

    __tablename__ = "charter_closings"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)


_REFUSAL = "the history of a charter stays as it is"

SQLITE = tuple(
    statement
    for table in ("charter_versions", "charter_acknowledgements")
    for statement in (
        f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
        f"CREATE TRIGGER {table}_undeleted BEFORE DELETE ON {table} "
        "WHEN NOT EXISTS (SELECT 1 FROM charter_closings WHERE network_id = OLD.network_id) "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
        # INSERT OR REPLACE deletes without asking the trigger above
        f"CREATE TRIGGER {table}_unreplaced BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id "
        "OR network_id = NEW.network_id AND number = NEW.number) "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    )
)
POSTGRES = (
    f"""CREATE OR REPLACE FUNCTION charter_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'DELETE' THEN
            IF EXISTS (SELECT 1 FROM charter_closings WHERE network_id = OLD.network_id) THEN
                RETURN OLD;
            END IF;
        END IF;
        RAISE EXCEPTION '{_REFUSAL}';
    END $$""",
    *(
        f"CREATE TRIGGER {table}_stays BEFORE {act} EXECUTE FUNCTION charter_stays()"
        for name in ("charter_versions", "charter_acknowledgements")
        for table, act in (
            (f"{name}_rows", f"UPDATE OR DELETE ON {name} FOR EACH ROW"),
            (f"{name}_whole", f"TRUNCATE ON {name} FOR EACH STATEMENT"),
        )
    ),
)

for _table in ("charter_versions", "charter_acknowledgements"):
    # so that closings are made before, and let go of after, what they let go
    Base.metadata.tables[_table].add_is_dependent_on(Base.metadata.tables["charter_closings"])


@event.listens_for(CharterAcknowledgement.__table__, "after_create")
def protect(table: object, connection: Connection, **_: object) -> None:
    """Let the database itself refuse to change or delete the history."""
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRES:
        connection.exec_driver_sql(statement)


def unprotect(connection: Connection) -> None:
    """Drop what PostgreSQL has beside the tables, once these are gone."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION charter_stays()")


def close(session: Session, workspace: str) -> None:
    """Let the history of *workspace*'s networks be deleted in this transaction: they are closed."""
    closed = select(Network.id).where(Network.workspace == workspace)
    rows = [{"network_id": number} for number in session.scalars(closed)]
    if rows:
        session.execute(insert_missing(session, CharterClosing), rows)


# Versions


def current(session: Session, network: Network) -> CharterVersion | None:
    """The newest version; None where a network has no charter yet."""
    return session.scalars(
        _versions(network).order_by(CharterVersion.number.desc()).limit(1)
    ).first()


def versions(session: Session, network: Network) -> Sequence[CharterVersion]:
    """All versions, the first one first."""
    return session.scalars(_versions(network).order_by(CharterVersion.number)).all()


def numbered(session: Session, network: Network, number: int) -> CharterVersion | None:
    """The version of that number."""
    return session.scalars(_versions(network).where(CharterVersion.number == number)).first()


def last_material(session: Session, network: Network) -> CharterVersion | None:
    """The newest version that changed more than small words: members are asked about it anew."""
    is_first = CharterVersion.number == 1
    return session.scalars(
        _versions(network)
        .where(or_(CharterVersion.is_material, is_first))
        .order_by(CharterVersion.number.desc())
        .limit(1)
    ).first()


def _versions(network: Network) -> Select[CharterVersion]:
    return select(CharterVersion).where(CharterVersion.network_id == network.id)


def adopt(
    session: Session,
    network: Network,
    charter: Charter,
    *,
    why: str,
    is_material: bool,
    took_part: int | None,
    effective_on: date,
    review_on: date | None,
    proposal: int | None,
    now: datetime,
) -> CharterVersion:
    """Keep *charter* as the network's next version; the network's purpose is the charter's.

    *took_part* is how many people did; fewer than five are kept as None.
    """
    take_turns(session, network)
    last = current(session, network)
    version = CharterVersion(
        network_id=network.id,
        number=last.number + 1 if last else 1,
        canonical=charter.text,
        agreed_at=now.replace(microsecond=0),
        effective_on=effective_on,
        review_on=review_on,
        is_material=is_material,
        took_part=took_part if took_part is not None and took_part >= FEW else None,
        why=why,
        changed=in_short(difference(last.charter, charter)) if last else "",
        proposal=proposal,
        before=last.sha256 if last else "",
        sha256="",
    )
    version.sha256 = fingerprint(version.line)
    session.add(version)
    network.purpose = charter.purpose
    session.flush()
    return version


def take_turns(session: Session, network: Network) -> None:
    """Let nobody else add to this ledger until this is committed; SQLite lets one write anyway."""
    session.execute(
        select(Network.id).where(Network.id == network.id).with_for_update(key_share=True)
    )


# Acknowledgements


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
