"""Who said what when, as plain rows of numbers: what the judgements are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.judgement.talk import Came, Period, Reacted, Said, Setting
from bot.storage import listening, places
from bot.storage.activity import ASKS, BOT, DELETED, Message, Reaction
from bot.storage.places import Channel, Network, Person, Presence
from bot.storage.rhythm import CalendarEntry


def said(session: Session, network: Network, *, since: int, until: int) -> list[Said]:
    """The network's messages from *since* to before *until* (microseconds), in order of time."""
    rows = session.execute(
        select(
            Message.channel_id,
            Message.ts,
            Message.author_id,
            Message.thread,
            Message.flags,
            Person.is_bot,
        )
        .join(Channel, Channel.id == Message.channel_id)
        .join(Person, Person.id == Message.author_id)
        .where(
            Channel.network_id == network.id,
            Message.ts >= since,
            Message.ts < until,
            Message.flags.bitwise_and(DELETED) == 0,
        )
        .order_by(Message.ts, Message.channel_id)
    )
    return [
        Said(channel, ts, author or 0, thread, is_bot or bool(flags & BOT), bool(flags & ASKS))
        for channel, ts, author, thread, flags, is_bot in rows
    ]


def reacted(session: Session, network: Network, *, since: int, until: int) -> list[Reacted]:
    """Who reacted to messages of that time."""
    rows = session.execute(
        select(Reaction.channel_id, Reaction.ts, Reaction.person_id)
        .join(Channel, Channel.id == Reaction.channel_id)
        .join(Person, Person.id == Reaction.person_id)
        .where(
            Channel.network_id == network.id,
            Reaction.ts >= since,
            Reaction.ts < until,
            Person.is_bot.is_(False),
        )
        .distinct()
    )
    return [Reacted(*row) for row in rows]


def first_seen(session: Session, network: Network) -> Mapping[int, int]:
    """When each person first wrote in the network, in microseconds."""
    mine = Channel.network_id == network.id
    still_held = (
        select(Message.author_id, func.min(Message.ts))
        .join(Channel, Channel.id == Message.channel_id)
        .where(mine, Message.author_id.is_not(None))
        .group_by(Message.author_id)
    )
    let_go = (
        select(Presence.person_id, func.min(Presence.wrote))
        .join(Channel, Channel.id == Presence.channel_id)
        .where(mine, Presence.wrote.is_not(None))
        .group_by(Presence.person_id)
    )
    # what was let go is older than all that is held
    rows = [*session.execute(still_held), *session.execute(let_go)]
    return {author: ts for author, ts in rows if author is not None}


def came_and_went(session: Session, network: Network) -> tuple[list[Came], list[Came]]:
    """When people first came into any of the network's channels, and when they left the last."""
    rows = session.execute(
        select(
            Presence.person_id,
            func.min(Presence.joined),
            func.max(Presence.left),
            func.count() == func.count(Presence.left),
        )
        .join(Channel, Channel.id == Presence.channel_id)
        .where(
            Channel.network_id == network.id,
            or_(Presence.joined.is_not(None), Presence.left.is_not(None)),
        )
        .group_by(Presence.person_id)
    ).all()
    joined = [Came(person, at) for person, at, _, _ in rows if at is not None]
    left = [Came(person, at) for person, _, at, is_gone in rows if is_gone and at is not None]
    return joined, left


@lru_cache(maxsize=256)
def _public_holidays(country: str, year: int) -> Mapping[date, str]:
    import holidays as public_holidays

    code, _, part = country.partition("-")
    return dict(public_holidays.country_holidays(code, subdiv=part or None, years=year))


def knows_country(country: str) -> bool:
    """Whether public holidays are known of *country*: two letters, or with its part, "GB-ENG"."""
    import holidays as public_holidays

    code, _, part = country.partition("-")
    known = public_holidays.list_supported_countries()
    return code in known and (not part or part in known[code])


def holidays_of(network: Network, first: date, last: date) -> dict[date, str]:
    """The public holidays of the network's country, from *first* to *last*."""
    return {
        day: name
        for year in range(first.year, last.year + 1)
        for day, name in _public_holidays(network.country, year).items()
        if first <= day <= last
    }


def calendar(session: Session, network: Network) -> Sequence[CalendarEntry]:
    """Quiet times, gatherings and pressure that people declared, in order of time."""
    return session.scalars(
        select(CalendarEntry)
        .where(CalendarEntry.network_id == network.id)
        .order_by(CalendarEntry.first, CalendarEntry.id)
    ).all()


def setting(
    session: Session, network: Network, *, first: date, last: date, now: datetime
) -> Setting:
    """What is known of a network besides its messages *now*, for judging *first* to *last*."""
    entries = [
        Period(name=entry.name, first=entry.first, last=entry.last, kind=entry.kind)  # type: ignore[arg-type]
        for entry in calendar(session, network)
    ]
    joined, left = came_and_went(session, network)
    return Setting(
        tz=network.zone,
        leads=frozenset(person.id for person in places.leads(session, network)),
        first_seen=first_seen(session, network),
        joined=joined,
        left=left,
        holidays=holidays_of(network, first - timedelta(days=7), last + timedelta(days=60)),
        quiet=[entry for entry in entries if entry.kind != "gathering"],
        gatherings=[entry for entry in entries if entry.kind == "gathering"],
        deaf=listening.gaps(session, network.workspace, now=now),
    )


def is_working(session: Session, network: Network, day: date) -> bool:
    """Whether *day* is a working day of *network*: no weekend, holiday or declared quiet time."""
    is_quiet = any(
        entry.kind == "quiet" and entry.first <= day <= entry.last
        for entry in calendar(session, network)
    )
    return day.weekday() < 5 and not is_quiet and not holidays_of(network, day, day)


def local_day(instant: datetime, network: Network) -> date:
    """The network's date at *instant*."""
    return instant.astimezone(network.zone).date()
