"""Readings of energy as they were made, what the filter remembers, and people's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from bot.domain.events import from_micros
from bot.domain.phases import Direction, EnergyReading, Phase
from bot.storage.activity import ChannelDay
from bot.storage.base import fetch_rows
from bot.storage.places import Channel, Network, Person
from bot.storage.rhythm import Decision, EnergyMemory, Reading, SenseNote

_MEMORY = select(EnergyMemory).where(EnergyMemory.network_id == bindparam("network"))


def memory_of(session: Session, network: Network) -> EnergyMemory | None:
    """What the filter of *network* remembers, if anything."""
    return session.scalars(_MEMORY, {"network": network.id}).first()


def keep_memory(session: Session, network: Network, day: date, state: bytes) -> None:
    """Keep what the filter remembers after *day*."""
    session.merge(EnergyMemory(network_id=network.id, day=day, state=state))


def forget_from(session: Session, network: Network, first: date) -> None:
    """Let go of the readings from *first* on, which are about to be made again."""
    session.execute(
        delete(Reading)
        .where(Reading.network_id == network.id, Reading.day >= first)
        .execution_options(synchronize_session=False)
    )


def keep(
    session: Session,
    network: Network,
    day: date,
    found: Mapping[int, EnergyReading],
    *,
    before: dict[int, str],
) -> None:
    """Keep a day's readings: the network's (0) always, a channel's where its phase is new.

    *before* are the phases that channels were in, which the day brings up to date.
    """
    for channel_id, reading in found.items():
        is_new = before.get(channel_id) != reading.phase.value
        before[channel_id] = reading.phase.value
        if channel_id == 0 or is_new or reading.is_alert:
            session.add(
                Reading(
                    network_id=network.id,
                    channel_id=channel_id,
                    day=day,
                    phase=reading.phase.value,
                    direction=reading.direction.value,
                    probability=reading.probability,
                    since=reading.since,
                    is_alert=reading.is_alert,
                )
            )


_PHASES = """
SELECT r.channel_id, r.phase FROM readings AS r JOIN (
    SELECT channel_id, MAX(day) AS day FROM readings WHERE network_id = ? GROUP BY channel_id
) AS newest ON newest.channel_id = r.channel_id AND newest.day = r.day
WHERE r.network_id = ?
"""


def phases(session: Session, network: Network) -> dict[int, str]:
    """The phase in which each channel was last seen."""
    session.flush()
    return dict(fetch_rows(session, _PHASES, (network.id, network.id)))


_NEWEST = (
    select(Reading)
    .where(
        Reading.network_id == bindparam("network"),
        Reading.channel_id == bindparam("channel"),
        Reading.day <= bindparam("through"),
    )
    .order_by(Reading.day.desc())
    .limit(1)
)


def newest(
    session: Session, network: Network, *, through: date, channel_id: int = 0
) -> EnergyReading | None:
    """The reading of a channel (0: of the network) that held on the day *through*."""
    values = {"network": network.id, "channel": channel_id, "through": through}
    row = session.scalars(_NEWEST, values).first()
    return None if row is None else _to_reading(row)


_TIMELINE = (
    select(Reading)
    .where(
        Reading.network_id == bindparam("network"),
        Reading.channel_id == 0,
        Reading.day >= bindparam("since"),
    )
    .order_by(Reading.day)
)


def timeline(session: Session, network: Network, *, since: date) -> Sequence[EnergyReading]:
    """The network's readings from *since* on, one a day, oldest first."""
    rows = session.scalars(_TIMELINE, {"network": network.id, "since": since})
    return [_to_reading(row) for row in rows]


def _to_reading(row: Reading) -> EnergyReading:
    return EnergyReading(
        day=row.day,
        phase=Phase(row.phase),
        direction=Direction(row.direction),
        probability=row.probability,
        since=row.since,
        is_alert=row.is_alert,
    )


def people_elsewhere(
    session: Session, network: Network, *, since: date, until: date, beside: int | None = None
) -> dict[date, dict[int, int]]:
    """How many people spoke in each channel of the workspace's other networks, day by day.

    Where one channel of *network* is looked at, *beside* it are the network's others, too. Every
    day up to the last that was counted everywhere is there, also those on which nobody spoke.
    """
    is_elsewhere = Channel.network_id != network.id
    if beside is not None:
        is_elsewhere |= (Channel.network_id == network.id) & (Channel.id != beside)
    of_workspace = Network.workspace == network.workspace
    ends = session.scalar(
        select(func.min(Channel.counted_to))
        .join(Network, Network.id == Channel.network_id)
        .where(of_workspace, is_elsewhere, Channel.counted_to > 0)
    )
    if not ends:
        return {}
    last = min(until, from_micros(ends).astimezone(network.zone).date() - timedelta(days=1))
    found: dict[date, dict[int, int]] = {
        since + timedelta(days=n): {} for n in range((last - since).days + 1)
    }
    rows = session.execute(
        select(ChannelDay.day, ChannelDay.channel_id, ChannelDay.people)
        .join(Channel, Channel.id == ChannelDay.channel_id)
        .join(Network, Network.id == Channel.network_id)
        .where(of_workspace, is_elsewhere, ChannelDay.day >= since, ChannelDay.day <= last)
    )
    for day, channel_id, people in rows:
        found[day][channel_id] = people
    return found


def note(session: Session, network: Network, person: Person, text: str, *, now: datetime) -> None:
    """Keep somebody's own explanation; from now on it outranks the bot's."""
    session.add(SenseNote(network_id=network.id, person_id=person.id, at=now, text=text))


def notes(
    session: Session, network: Network, *, since: datetime
) -> Sequence[tuple[SenseNote, str]]:
    """People's explanations from *since* on with their authors' names, newest first."""
    rows = session.execute(
        select(SenseNote, Person.name)
        .join(Person, Person.id == SenseNote.person_id)
        .where(SenseNote.network_id == network.id, SenseNote.at >= since)
        .order_by(SenseNote.at.desc())
    )
    return list(rows)


_DECISIONS = (
    select(Decision)
    .where(Decision.network_id == bindparam("network"), Decision.at >= bindparam("since"))
    .order_by(Decision.at.desc(), Decision.id.desc())
)
_LAST_REASON = (
    select(Decision.reason)
    .where(Decision.network_id == bindparam("network"), Decision.what == bindparam("what"))
    .order_by(Decision.at.desc(), Decision.id.desc())
    .limit(1)
)


_LAST_TOLD = select(func.max(Decision.at)).where(
    Decision.network_id == bindparam("network"),
    Decision.what == bindparam("what"),
    Decision.did_speak,
)


def decisions(session: Session, network: Network, *, since: datetime) -> Sequence[Decision]:
    """What was said or left unsaid from *since* on, and why; newest first."""
    return session.scalars(_DECISIONS, {"network": network.id, "since": since}).all()


def last_told(session: Session, network: Network, what: str) -> datetime | None:
    """When *what* was last said."""
    return session.scalar(_LAST_TOLD, {"network": network.id, "what": what})


def skip_once(session: Session, network: Network, what: str, reason: str, *, now: datetime) -> None:
    """Keep why *what* wasn't said, unless the newest decision on it says just that."""
    newest_reason = session.scalar(_LAST_REASON, {"network": network.id, "what": what})
    if newest_reason != reason:
        session.add(
            Decision(network_id=network.id, at=now, what=what, did_speak=False, reason=reason)
        )
