"""Networks, their channels and the people in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Select,
    UniqueConstraint,
    bindparam,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.events import ChannelKind, ChannelSeen, PersonSeen
from bot.domain.ids import Address, ChannelId, MemberId, workspace_of
from bot.storage.base import Base, Instant, execute_rows, insert_missing


class Network(Base):
    """People who share a purpose and act as peers; `settings` overrides the installation's."""

    __tablename__ = "networks"
    id: Mapped[int] = mapped_column(primary_key=True)
    workspace: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str] = mapped_column(default="Europe/London")
    country: Mapped[str] = mapped_column(default="GB")
    leads_room: Mapped[str | None]
    settings: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Channel(Base):
    """A channel of a network. Days before `counted_to` (microseconds) are in `channel_days`."""

    __tablename__ = "channels"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default=ChannelKind.UNKNOWN.value)
    is_main: Mapped[bool] = mapped_column(default=False)
    is_archived: Mapped[bool] = mapped_column(default=False)
    counted_to: Mapped[int] = mapped_column(BigInteger, default=0)

    @property
    def address(self) -> ChannelId:
        return ChannelId(self.ref)


class Person(Base):
    """Somebody, human or not, as a platform knows them."""

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    is_bot: Mapped[bool] = mapped_column(default=False)
    is_external: Mapped[bool] = mapped_column(default=False)
    is_gone: Mapped[bool] = mapped_column(default=False)
    timezone: Mapped[str | None]
    is_uncounted: Mapped[bool] = mapped_column(default=False)
    paused_until: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def address(self) -> MemberId:
        return MemberId(self.ref)


class Presence(Base):
    """A person's coming into a channel, and their going; microseconds since 1970."""

    __tablename__ = "presences"
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    joined: Mapped[int | None] = mapped_column(BigInteger)
    left: Mapped[int | None] = mapped_column(BigInteger)


class Lead(Base):
    """A member who tends a network for a term."""

    __tablename__ = "leads"
    __table_args__ = (UniqueConstraint("network_id", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    since: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, kw_only=True)
class Newborn:
    """What a network starts with, when a workspace is first heard of."""

    name: str
    timezone: str
    country: str


def networks(session: Session) -> Sequence[Network]:
    """All networks of this installation, oldest first."""
    return session.scalars(select(Network).order_by(Network.id)).all()


def network_of(session: Session, workspace: str, *, newborn: Newborn, now: datetime) -> Network:
    """The network that a workspace starts with, made when it isn't there yet."""
    found = _first_of(session, workspace)
    if found is None and session.get_bind().dialect.name == "postgresql":
        # two processes may hear of a workspace at once; SQLite lets only one write anyway
        session.execute(text("LOCK TABLE networks IN SHARE ROW EXCLUSIVE MODE"))
        found = _first_of(session, workspace)
    if found is None:
        found = Network(
            workspace=workspace,
            name=newborn.name,
            timezone=newborn.timezone,
            country=newborn.country,
            settings={},
            purpose="",
            created_at=now,
        )
        session.add(found)
        session.flush()
    return found


def _first_of(session: Session, workspace: str) -> Network | None:
    return session.scalars(
        select(Network).where(Network.workspace == workspace).order_by(Network.id).limit(1)
    ).first()


def network_holding(session: Session, address: Address) -> Network | None:
    """The network that a channel belongs to, or else the first of the address's workspace."""
    channel = session.scalars(select(Channel).where(Channel.ref == address)).first()
    if channel is not None:
        return session.get_one(Network, channel.network_id)
    return _first_of(session, workspace_of(address))


def channels(session: Session, network: Network) -> Sequence[Channel]:
    """A network's channels, in the order in which they were met."""
    return session.scalars(
        select(Channel).where(Channel.network_id == network.id).order_by(Channel.id)
    ).all()


def main_channel(session: Session, network: Network) -> Channel | None:
    """Where everybody is: the main channel, else the first open one that isn't archived."""
    is_open = [
        channel
        for channel in channels(session, network)
        if not channel.is_archived and channel.kind == ChannelKind.PUBLIC
    ]
    return next(
        (channel for channel in is_open if channel.is_main), is_open[0] if is_open else None
    )


def see_channel(session: Session, event: ChannelSeen, *, network_id: int) -> None:
    """Keep what the platform says of a channel."""
    channel = session.scalars(select(Channel).where(Channel.ref == event.channel)).first()
    if channel is None:
        channel = Channel(ref=event.channel, network_id=network_id, name=event.name, counted_to=0)
        session.add(channel)
    channel.name = event.name
    channel.kind = event.kind.value
    channel.is_main = event.is_main
    channel.is_archived = event.is_archived
    session.flush()


_SEEN = """
INSERT INTO people (ref, name, is_bot, is_external, is_gone, timezone, is_uncounted)
VALUES (?, ?, ?, ?, ?, ?, FALSE) ON CONFLICT (ref) DO UPDATE SET
    name = excluded.name, is_bot = excluded.is_bot, is_external = excluded.is_external,
    is_gone = excluded.is_gone, timezone = COALESCE(excluded.timezone, people.timezone)
"""


def see_people(session: Session, events: Sequence[PersonSeen]) -> None:
    """Keep what the platform says of people."""
    rows = [
        (seen.member, seen.name, seen.is_bot, seen.is_external, seen.is_gone, seen.timezone or None)
        for seen in events
    ]
    execute_rows(session, _SEEN, rows)


def person_at(session: Session, member: MemberId) -> Person | None:
    """The person whom a platform calls *member*."""
    return session.scalars(select(Person).where(Person.ref == member)).first()


_CHANNEL_IDS = select(Channel.ref, Channel.id).where(
    Channel.ref.in_(bindparam("refs", expanding=True))
)
_PERSON_IDS = select(Person.ref, Person.id).where(Person.ref.in_(bindparam("refs", expanding=True)))


def channel_ids(session: Session, refs: Sequence[str]) -> dict[str, int]:
    """Our own numbers for those channels among *refs* that are known."""
    return _ids(session, _CHANNEL_IDS, refs)


def person_ids(session: Session, refs: Sequence[str]) -> dict[str, int]:
    """Our own numbers for those people among *refs* who are known."""
    return _ids(session, _PERSON_IDS, refs)


def _ids(session: Session, statement: Select[str, int], refs: Sequence[str]) -> dict[str, int]:
    found = session.connection().execute(statement, {"refs": refs})
    return dict(found.all())


def meet_channels(session: Session, refs: Sequence[str], *, network_id: int) -> None:
    """Make channels that are heard of for the first time; their kind is unknown."""
    session.execute(
        insert_missing(session, Channel),
        [
            {
                "ref": ref,
                "network_id": network_id,
                "name": ref.rpartition("/")[2],
                "kind": ChannelKind.UNKNOWN.value,
                "is_main": False,
                "is_archived": False,
                "counted_to": 0,
            }
            for ref in refs
        ],
    )


def meet_people(session: Session, refs: Sequence[str], *, bots: frozenset[str]) -> None:
    """Make people who are heard of for the first time; their name is their id."""
    session.execute(
        insert_missing(session, Person),
        [
            {
                "ref": ref,
                "name": ref.rpartition("/")[2],
                "is_bot": ref in bots,
                "is_external": False,
                "is_gone": False,
                "is_uncounted": False,
            }
            for ref in refs
        ],
    )


def people_of(session: Session, workspace: str) -> Sequence[Person]:
    """Everybody of a workspace, in the order in which they were met."""
    return session.scalars(
        select(Person).where(Person.ref.startswith(f"{workspace}/")).order_by(Person.id)
    ).all()


def leads(session: Session, network: Network) -> Sequence[Person]:
    """Those who tend a network, longest-serving first."""
    return session.scalars(
        select(Person)
        .join(Lead, Lead.person_id == Person.id)
        .where(Lead.network_id == network.id)
        .order_by(Lead.since, Lead.id)
    ).all()


def is_lead(session: Session, network: Network, member: MemberId) -> bool:
    """Whether *member* tends *network* now."""
    return any(person.ref == member for person in leads(session, network))


def make_lead(session: Session, network: Network, person: Person, *, now: datetime) -> None:
    """Let *person* tend *network*; nothing changes if they do already."""
    session.execute(
        insert_missing(session, Lead),
        [{"network_id": network.id, "person_id": person.id, "since": now}],
    )
