"""Who said what when, as plain rows of numbers: what the judgements are made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.judgement.talk import Came, Period, Reacted, Said, Setting
from bot.storage import giving, listening, places
from bot.storage.activity import ASKS, BOT, DELETED
from bot.storage.base import fetch_rows, marks
from bot.storage.places import Network
from bot.storage.rhythm import CalendarEntry

_SAID = f"""
SELECT m.channel_id, m.ts, m.author_id, m.thread, p.is_bot OR (m.flags & {BOT}) <> 0,
(m.flags & {ASKS}) <> 0
FROM messages AS m JOIN channels AS c ON c.id = m.channel_id JOIN people AS p ON p.id = m.author_id
WHERE c.network_id = ? AND m.ts >= ? AND m.ts < ? AND (m.flags & {DELETED}) = 0
"""
_IN_ORDER = " ORDER BY m.ts, m.channel_id"
_REACTED = """
SELECT DISTINCT r.channel_id, r.ts, r.person_id
FROM reactions AS r JOIN channels AS c ON c.id = r.channel_id JOIN people AS p ON p.id = r.person_id
WHERE c.network_id = ? AND r.ts >= ? AND r.ts < ? AND NOT p.is_bot
"""
_FIRST_SEEN = """
SELECT author_id, MIN(ts) FROM messages
WHERE channel_id IN (SELECT id FROM channels WHERE network_id = ?) AND author_id IS NOT NULL
GROUP BY author_id
"""
_FIRST_SEEN_LET_GO = """
SELECT person_id, MIN(wrote) FROM presences
WHERE channel_id IN (SELECT id FROM channels WHERE network_id = ?) AND wrote IS NOT NULL
GROUP BY person_id
"""


_CAME_AND_WENT = """
SELECT p.person_id, MIN(p.joined), MAX(p."left"), COUNT(*) = COUNT(p."left")
FROM presences AS p JOIN channels AS c ON c.id = p.channel_id
WHERE c.network_id = ? AND (p.joined IS NOT NULL OR p."left" IS NOT NULL)
GROUP BY p.person_id
"""
_CALENDAR = (
    select(CalendarEntry)
    .where(CalendarEntry.network_id == bindparam("network"))
    .order_by(CalendarEntry.first, CalendarEntry.id)
)


_IS_QUIET = """
SELECT 1 FROM calendar WHERE network_id = ? AND kind = 'quiet' AND first <= ? AND last >= ? LIMIT 1
"""
_QUIET = select(CalendarEntry.first, CalendarEntry.last).where(
    CalendarEntry.network_id == bindparam("network"), CalendarEntry.kind == "quiet"
)


class Among(NamedTuple):
    """What alone is looked at: all that is said in *channels*, and all that *people* say."""

    channels: frozenset[int]
    people: frozenset[int]


def said(
    session: Session, network: Network, *, since: int, until: int, among: Among | None = None
) -> list[Said]:
    """The network's messages from *since* to before *until* (microseconds), in order of time."""
    session.flush()
    statement, values = _SAID, [network.id, since, until]
    if among is not None:
        here, theirs = sorted(among.channels), sorted(among.people)
        statement += f"AND (m.channel_id IN ({marks(here)}) OR m.author_id IN ({marks(theirs)}))"
        values += [*here, *theirs]
    return [*map(Said._make, fetch_rows(session, statement + _IN_ORDER, values))]


def reacted(session: Session, network: Network, *, since: int, until: int) -> list[Reacted]:
    """Who reacted to messages of that time."""
    session.flush()
    rows = fetch_rows(session, _REACTED, (network.id, since, until))
    return [*map(Reacted._make, rows)]


def first_seen(session: Session, network: Network) -> Mapping[int, int]:
    """When each person first wrote in the network, in microseconds.

    All messages are looked at for it, so it is done once in a transaction: what comes later in the
    same is by whoever wrote before, or is newer than anything that is asked about.
    """
    session.flush()
    asked = (session.get_transaction(), network.id)
    known = session.info.get(_FIRST_SEEN)
    if known is None or known[0] != asked:
        rows = fetch_rows(session, _FIRST_SEEN, (network.id,))
        # what was let go is older than all that is held
        let_go = fetch_rows(session, _FIRST_SEEN_LET_GO, (network.id,))
        known = session.info[_FIRST_SEEN] = (asked, {**dict(rows), **dict(let_go)})
    found: Mapping[int, int] = known[1]
    return found


def came_and_went(session: Session, network: Network) -> tuple[list[Came], list[Came]]:
    """When people first came into any of the network's channels, and when they left the last."""
    session.flush()
    rows = fetch_rows(session, _CAME_AND_WENT, (network.id,))
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


def is_holiday(network: Network, day: date) -> bool:
    """Whether *day* is a public holiday of the network's country."""
    return day in _public_holidays(network.country, day.year)


def calendar(session: Session, network: Network) -> Sequence[CalendarEntry]:
    """Quiet times, gatherings and pressure that people declared, in order of time."""
    return session.scalars(_CALENDAR, {"network": network.id}).all()


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
        ledger=giving.ledger_of(session, network, now=now),
    )


def is_working(session: Session, network: Network, day: date) -> bool:
    """Whether *day* is a working day of *network*: no weekend, holiday or declared quiet time."""
    if day.weekday() >= 5 or is_holiday(network, day):
        return False
    session.flush()
    return not fetch_rows(session, _IS_QUIET, (network.id, day.isoformat(), day.isoformat()))


def working_days(session: Session, network: Network) -> Callable[[date], bool]:
    """Whether a day is a working day of *network*, for who asks that of many days."""
    session.flush()
    quiet = session.connection().execute(_QUIET, {"network": network.id}).all()

    def is_one(day: date) -> bool:
        is_quiet = any(first <= day <= last for first, last in quiet)
        return day.weekday() < 5 and not is_quiet and not is_holiday(network, day)

    return is_one


def local_day(instant: datetime, network: Network) -> date:
    """The network's date at *instant*."""
    return instant.astimezone(network.zone).date()
