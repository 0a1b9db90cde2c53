"""The versions of a charter, of which the newest holds; another is only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from bot.domain.charter import Charter, difference, in_short
from bot.domain.charter_ledger import fingerprint
from bot.judgement.few import FEW
from bot.storage.charter.table import CharterVersion
from bot.storage.places import Network


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
