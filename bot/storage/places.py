"""Networks, their channels and the people in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    ForeignKey,
    UniqueConstraint,
    bindparam,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.events import ChannelKind, PersonSeen
from bot.domain.ids import Address, ChannelId, MemberId, workspace_of
from bot.storage.base import Base, Instant, execute_rows, fetch_rows, insert_missing, marks


class Network(Base):
    """People who share a purpose and act as peers; `settings` overrides the installation's.

    Of the local days before `kept_from` only the counts are left.
    """

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
    kept_from: Mapped[date | None] = mapped_column(Date)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Channel(Base):
    """A channel of a network. Days before `counted_to` (microseconds) are in `channel_days`.

    One that doesn't count now has no network: nothing of it is counted, shown or said. That is so
    while people of other organisations are in it (`is_shared`), once it wasn't open any more after
    having been so (`is_closed`), and while the bot was shown out: it last `came` before it last
    `went` (microseconds). `threaded_from` is when somebody first answered in a thread, once that
    answer itself was let go. `named` is when it was called `name` (microseconds), 0 if unknown.
    """

    __tablename__ = "channels"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    network_id: Mapped[int | None] = mapped_column(ForeignKey("networks.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default=ChannelKind.UNKNOWN.value)
    is_main: Mapped[bool] = mapped_column(default=False)
    is_archived: Mapped[bool] = mapped_column(default=False)
    is_shared: Mapped[bool] = mapped_column(default=False)
    is_closed: Mapped[bool] = mapped_column(default=False)
    came: Mapped[int | None] = mapped_column(BigInteger)
    went: Mapped[int | None] = mapped_column(BigInteger)
    counted_to: Mapped[int] = mapped_column(BigInteger, default=0)
    threaded_from: Mapped[int | None] = mapped_column(BigInteger)
    named: Mapped[int] = mapped_column(BigInteger, default=0)

    @property
    def address(self) -> ChannelId:
        return ChannelId(self.ref)


class Alias(Base):
    """What the platform called a channel before it gave it another id."""

    __tablename__ = "aliases"
    ref: Mapped[str] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), index=True)


class Person(Base):
    """Somebody, human or not, as a platform knows them; a guest sees only channels they are in."""

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    is_bot: Mapped[bool] = mapped_column(default=False)
    is_external: Mapped[bool] = mapped_column(default=False)
    is_guest: Mapped[bool] = mapped_column(default=False)
    is_gone: Mapped[bool] = mapped_column(default=False)
    timezone: Mapped[str | None]
    is_uncounted: Mapped[bool] = mapped_column(default=False)
    paused_until: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def address(self) -> MemberId:
        return MemberId(self.ref)


class Presence(Base):
    """A person's first coming into a channel, and their going; microseconds since 1970.

    `newest` is the newest of all their comings and goings; who came again has not `left`. `wrote`
    is when they first wrote there, once that message itself was let go.
    """

    __tablename__ = "presences"
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    joined: Mapped[int | None] = mapped_column(BigInteger)
    left: Mapped[int | None] = mapped_column(BigInteger)
    newest: Mapped[int] = mapped_column(BigInteger, default=0)
    wrote: Mapped[int | None] = mapped_column(BigInteger)


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


_NETWORKS = select(Network).order_by(Network.id)


def networks(session: Session) -> Sequence[Network]:
    """All networks of this installation, oldest first."""
    return session.scalars(_NETWORKS).all()


def numbers(session: Session) -> Sequence[int]:
    """The numbers of all networks, oldest first."""
    session.flush()
    return [number for (number,) in fetch_rows(session, "SELECT id FROM networks ORDER BY id")]


_NUMBERED = select(Network).where(Network.id == bindparam("number"))


def network_numbered(session: Session, number: int) -> Network:
    """One of them, asked for by a statement that is built once.

    Raises:
        NoResultFound: it isn't there.
    """
    return session.scalars(_NUMBERED, {"number": number}).one()


def network_of(session: Session, workspace: str, *, newborn: Newborn, now: datetime) -> Network:
    """The network that a workspace starts with, made when it isn't there yet."""
    found = first_of(session, workspace)
    if found is None and session.get_bind().dialect.name == "postgresql":
        # two processes may hear of a workspace at once; SQLite lets only one write anyway
        session.execute(text("LOCK TABLE networks IN SHARE ROW EXCLUSIVE MODE"))
        found = first_of(session, workspace)
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


def first_of(session: Session, workspace: str) -> Network | None:
    """The network that a workspace started with, if it is there."""
    return session.scalars(
        select(Network).where(Network.workspace == workspace).order_by(Network.id).limit(1)
    ).first()


def network_holding(session: Session, address: Address) -> Network | None:
    """The network that a channel belongs to, or else the first of the address's workspace."""
    channel = channel_at(session, address)
    if channel is not None and channel.network_id is not None:
        return session.get_one(Network, channel.network_id)
    return first_of(session, workspace_of(address))


_CHANNEL_AT = select(Channel).where(
    Channel.id.in_(
        select(Channel.id)
        .where(Channel.ref == bindparam("address"))
        .union_all(select(Alias.channel_id).where(Alias.ref == bindparam("address")))
    )
)
_CHANNELS = select(Channel).where(Channel.network_id == bindparam("network")).order_by(Channel.id)


def channel_at(session: Session, address: Address) -> Channel | None:
    """The channel that a platform calls *address* now, or called so before."""
    return session.scalars(_CHANNEL_AT, {"address": address}).first()


def channels(session: Session, network: Network) -> Sequence[Channel]:
    """A network's channels, in the order in which they were met."""
    return session.scalars(_CHANNELS, {"network": network.id}).all()


_OWN_SETTINGS = select(Network.settings).where(Network.id == bindparam("network"))


def own_settings(session: Session, network_id: int | None) -> Mapping[str, Any]:
    """A network's own settings, by section, without the rest of it."""
    found = session.connection().execute(_OWN_SETTINGS, {"network": network_id}).scalar()
    return found or {}


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


_SEEN = """
INSERT INTO people (ref, name, is_bot, is_external, is_guest, is_gone, timezone, is_uncounted)
VALUES (?, ?, ?, ?, ?, ?, ?, FALSE) ON CONFLICT (ref) DO UPDATE SET
    name = excluded.name, is_bot = excluded.is_bot, is_external = excluded.is_external,
    is_guest = excluded.is_guest, is_gone = excluded.is_gone,
    timezone = COALESCE(excluded.timezone, people.timezone)
"""


def see_people(session: Session, events: Sequence[PersonSeen]) -> None:
    """Keep what the platform says of people."""
    rows = [
        (
            seen.member,
            seen.name,
            seen.is_bot,
            seen.is_external,
            seen.is_guest,
            seen.is_gone,
            seen.timezone or None,
        )
        for seen in events
    ]
    execute_rows(session, _SEEN, rows)


_PERSON_AT = select(Person).where(Person.ref == bindparam("member"))


def person_at(session: Session, member: MemberId) -> Person | None:
    """The person whom a platform calls *member*."""
    return session.scalars(_PERSON_AT, {"member": member}).first()


class Place(NamedTuple):
    """Our own number for a channel, its network where it counts, and whether it is closed to us."""

    number: int
    network_id: int | None
    is_closed: bool


class Somebody(NamedTuple):
    """Our own number for a person, and whether they belong to another organisation."""

    number: int
    is_external: bool


_PLACES = """
SELECT ref, id, network_id, is_closed OR is_shared FROM channels WHERE ref IN ({0})
UNION ALL
SELECT a.ref, c.id, c.network_id, c.is_closed OR c.is_shared
FROM aliases AS a JOIN channels AS c ON c.id = a.channel_id WHERE a.ref IN ({0})
"""
_PEOPLE = "SELECT ref, id, is_external FROM people WHERE ref IN ({0})"


def known_places(session: Session, refs: Sequence[str]) -> dict[str, Place]:
    """Those channels among *refs* that are known, also by a name that they had before."""
    given = _filled_up(refs)
    rows = fetch_rows(session, _PLACES.format(marks(given)), given * 2)
    return {ref: Place(number, network, bool(closed)) for ref, number, network, closed in rows}


def _filled_up(refs: Sequence[str]) -> list[str]:
    """*refs* with the last repeated, up to a power of two: the driver keeps each statement.

    For every number of marks it would keep another, of up to a quarter of a MiB.
    """
    wanted = 1 << max(len(refs) - 1, 0).bit_length()
    return [*refs, *list(refs[-1:]) * (wanted - len(refs))]


def known_people(session: Session, refs: Sequence[str]) -> dict[str, Somebody]:
    """Those people among *refs* who are known."""
    given = _filled_up(refs)
    rows = fetch_rows(session, _PEOPLE.format(marks(given)), given)
    return {ref: Somebody(number, bool(external)) for ref, number, external in rows}


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
                "is_shared": False,
                "is_closed": False,
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
                "is_guest": False,
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


_LEADS = (
    select(Person)
    .join(Lead, Lead.person_id == Person.id)
    .where(Lead.network_id == bindparam("network"), Person.is_gone.is_(False))
    .order_by(Lead.since, Lead.id)
)


def leads(session: Session, network: Network) -> Sequence[Person]:
    """Those who tend a network, longest-serving first; who has left the workspace doesn't now."""
    return session.scalars(_LEADS, {"network": network.id}).all()


def leads_of(session: Session, network: Network) -> Sequence[Address]:
    """Where leads are spoken to: their room, else each of them alone."""
    if network.leads_room:
        return [ChannelId(network.leads_room)]
    return [person.address for person in leads(session, network)]


def is_lead(session: Session, network: Network, member: MemberId) -> bool:
    """Whether *member* tends *network* now."""
    return any(person.ref == member for person in leads(session, network))


def make_lead(session: Session, network: Network, person: Person, *, now: datetime) -> None:
    """Let *person* tend *network*; nothing changes if they do already."""
    session.execute(
        insert_missing(session, Lead),
        [{"network_id": network.id, "person_id": person.id, "since": now}],
    )
