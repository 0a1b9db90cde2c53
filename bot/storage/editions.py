"""Each week's digest as it was made up: by whom, without what, and whether it was any use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import JSON, ColumnElement, ForeignKey, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.ids import MemberId
from bot.storage.base import Base, Instant, change_if, insert_missing
from bot.storage.places import Network, Person
from bot.storage.record import Installation, uncounted_key


class Edition(Base):
    """The digest of one ISO week; it is there once somebody edits it, or it is made up.

    `asked_id` is whom somebody who tends asked last to make it up. `opening` is the editor's own
    first line. `left_out` and `swapped` are numbers of ideas; those swapped make room for others.
    `useful` and `not_useful` count answers; who gave which is not kept.
    """

    __tablename__ = "editions"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    week: Mapped[str] = mapped_column(primary_key=True)
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    asked_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    opening: Mapped[str] = mapped_column(default="")
    left_out: Mapped[list[int]] = mapped_column(JSON, default=list)
    swapped: Mapped[list[int]] = mapped_column(JSON, default=list)
    is_skipped: Mapped[bool] = mapped_column(default=False)
    composed_at: Mapped[datetime | None] = mapped_column(Instant)
    useful: Mapped[int] = mapped_column(default=0)
    not_useful: Mapped[int] = mapped_column(default=0)


class EditionMark(Base):
    """That somebody said whether a digest was any use, as a keyed hash: not who, and not what."""

    __tablename__ = "edition_marks"
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    week: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)


def key_of(network: Network, week: str) -> str:
    """The occasion on which the digest of *week* is said."""
    return f"digest/{network.id}/{week}"


def week_of(network: Network, key: str) -> str:
    """The week whose digest is said under *key*, or "" where it is something else."""
    head, _, week = key.rpartition("/")
    return week if head == f"digest/{network.id}" else ""


_OF_WEEK = (
    select(Edition)
    .where(Edition.network_id == bindparam("network"), Edition.week == bindparam("week"))
    .execution_options(populate_existing=True)
)


def of_week(session: Session, network: Network, week: str) -> Edition | None:
    """The edition of *week*, as it is by now."""
    return session.scalars(_OF_WEEK, {"network": network.id, "week": week}).first()


def begin(session: Session, network: Network, week: str) -> Edition:
    """The edition of *week*, made where it isn't there yet."""
    row = {
        "network_id": network.id,
        "week": week,
        "opening": "",
        "left_out": [],
        "swapped": [],
        "is_skipped": False,
        "useful": 0,
        "not_useful": 0,
    }
    session.execute(insert_missing(session, Edition), [row])
    return session.get_one(Edition, (network.id, week), populate_existing=True)


def claim(session: Session, edition: Edition, editor: Person, *, may_take_over: bool) -> bool:
    """Let *editor* make up *edition*, if nobody else does, or they may take it over.

    False where it is made up already. Of two who do it at once, one is first.
    """
    conditions: list[ColumnElement[bool]] = [Edition.composed_at.is_(None)]
    if not may_take_over:
        conditions.append(or_(Edition.editor_id.is_(None), Edition.editor_id == editor.id))
    return change_if(session, edition, *conditions, editor_id=editor.id)


def close(session: Session, network: Network, week: str, *, now: datetime) -> None:
    """The digest of *week* is made up: what is in it is in it."""
    begin(session, network, week).composed_at = now
    session.flush()


def is_closed(session: Session, network: Network, week: str) -> bool:
    """Whether the digest of *week* is made up."""
    edition = of_week(session, network, week)
    return edition is not None and edition.composed_at is not None


def editor_of(session: Session, edition: Edition | None) -> Person | None:
    """Who makes *edition* up, if a person does."""
    return None if edition is None else _person(session, edition.editor_id)


def asked(session: Session, edition: Edition | None) -> Person | None:
    """Who was asked last to make *edition* up, whatever they said."""
    return None if edition is None else _person(session, edition.asked_id)


def _person(session: Session, number: int | None) -> Person | None:
    return None if number is None else session.get(Person, number)


def answer(
    session: Session, network: Network, week: str, member: MemberId, *, was_useful: bool
) -> bool:
    """Count what somebody thinks of the digest of *week*; False where they said so before."""
    row = {"network_id": network.id, "week": week, "key": _mark(session, week, member)}
    made = session.execute(
        insert_missing(session, EditionMark).returning(EditionMark.key), [row]
    ).first()
    if made is None:
        return False
    begin(session, network, week)
    column = Edition.useful if was_useful else Edition.not_useful
    session.execute(
        update(Edition)
        .where(Edition.network_id == network.id, Edition.week == week)
        .values({column: column + 1})
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    return True


def _mark(session: Session, week: str, member: MemberId) -> str:
    secret = session.scalars(select(Installation.secret)).one()
    return uncounted_key(secret, f"{week} {member}")


class Answers(NamedTuple):
    """How many said that digests were of use, and how many that they were not."""

    useful: int
    not_useful: int


def answers_since(session: Session, network: Network, since: datetime) -> Answers:
    """What people said of the digests that were made up since then."""
    found = session.execute(
        select(
            func.coalesce(func.sum(Edition.useful), 0),
            func.coalesce(func.sum(Edition.not_useful), 0),
        ).where(Edition.network_id == network.id, Edition.composed_at >= since)
    ).one()
    return Answers(*found)


def answered(session: Session, network: Network, person: Person) -> Sequence[str]:
    """The weeks of whose digests *person* said whether they were any use."""
    weeks = session.scalars(
        select(Edition.week).where(Edition.network_id == network.id).order_by(Edition.week)
    ).all()
    marks = {_mark(session, week, person.address): week for week in weeks}
    found = session.scalars(
        select(EditionMark.key).where(
            EditionMark.network_id == network.id, EditionMark.key.in_([*marks])
        )
    )
    return sorted(marks[key] for key in found)


def edited_by(session: Session, person: Person) -> Sequence[str]:
    """The weeks whose digests *person* made up."""
    return session.scalars(
        select(Edition.week).where(Edition.editor_id == person.id).order_by(Edition.week)
    ).all()


def asked_of(session: Session, person: Person) -> Sequence[str]:
    """The weeks whose digests *person* was asked to make up, and doesn't or didn't."""
    is_theirs = Edition.editor_id.is_not(None) & (Edition.editor_id == person.id)
    return session.scalars(
        select(Edition.week).where(Edition.asked_id == person.id, ~is_theirs).order_by(Edition.week)
    ).all()


def forget(session: Session, network: Network, person: Person) -> None:
    """Take *person*'s name and words off all editions; the counts stay, which name nobody."""
    session.execute(
        update(Edition)
        .where(Edition.editor_id == person.id)
        .values(editor_id=None, opening="")
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Edition)
        .where(Edition.asked_id == person.id)
        .values(asked_id=None)
        .execution_options(synchronize_session=False)
    )
    weeks = answered(session, network, person)
    keys = [_mark(session, week, person.address) for week in weeks]
    session.execute(
        delete(EditionMark)
        .where(EditionMark.key.in_(keys))
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
