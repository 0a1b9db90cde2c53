"""What was said in a network's open channels, who answered it, and who is new there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.domain.events import ChannelKind, to_micros
from bot.domain.ids import ChannelId, MemberId
from bot.judgement.responses import Arrivals
from bot.judgement.talk import THREADED_FROM, Came, Reacted, Setting, Talk, lay_out
from bot.storage import holdings, places, talk
from bot.storage.activity import BOT, DELETED, Message, Reaction
from bot.storage.base import fetch_rows, insert_missing
from bot.storage.base import marks as question_marks
from bot.storage.places import Channel, Network, Person


class Place(NamedTuple):
    """A channel that all may read: its name, and the platform's id."""

    name: str
    ref: str


class Written(NamedTuple):
    """A message that its author could be asked about; `worth` is the static content score."""

    channel: int
    ts: int
    author: int
    length: int
    worth: float


_OPEN_CHANNELS = """
SELECT id, name, ref FROM channels WHERE network_id = ? AND kind = ? AND NOT is_archived
"""
_IN_THREADS = f"""
SELECT channel_id, COUNT(*), COUNT(CASE WHEN thread <> ts THEN 1 END) FROM messages
WHERE channel_id IN (SELECT id FROM channels WHERE network_id = ?) AND ts >= ? AND ts < ?
AND author_id IS NOT NULL AND (flags & {DELETED}) = 0
GROUP BY channel_id
HAVING COUNT(CASE WHEN thread <> ts THEN 1 END) > 0
"""
_WRITTEN = f"""
SELECT m.channel_id, m.ts, m.author_id, m.length, m.worth
FROM messages AS m JOIN channels AS c ON c.id = m.channel_id JOIN people AS p ON p.id = m.author_id
WHERE c.network_id = ? AND c.kind = ? AND NOT c.is_archived AND m.ts >= ? AND m.ts < ?
AND (m.flags & {BOT | DELETED}) = 0
AND NOT (p.is_bot OR p.is_external OR p.is_gone OR p.is_uncounted)
ORDER BY m.ts, m.channel_id
"""
_OTHERS = "SELECT id FROM people WHERE is_bot OR is_uncounted"
_BEGINS = """
SELECT MIN(at) FROM (
    SELECT (SELECT m.ts FROM messages AS m
        WHERE m.channel_id = c.id AND m.author_id IS NOT NULL ORDER BY m.ts LIMIT 1) AS at
    FROM channels AS c WHERE c.network_id = ?
    UNION ALL SELECT p.wrote FROM presences AS p JOIN channels AS c ON c.id = p.channel_id
        WHERE c.network_id = ?
    UNION ALL SELECT p.joined FROM presences AS p JOIN channels AS c ON c.id = p.channel_id
        WHERE c.network_id = ?
) AS first
"""
_WROTE_OF = """
SELECT p.id, MIN(w.at) FROM people AS p JOIN (
    SELECT author_id AS person_id, MIN(ts) AS at FROM messages WHERE author_id IN ({0})
        AND channel_id IN (SELECT id FROM channels WHERE network_id = ?) GROUP BY author_id
    UNION ALL SELECT person_id, wrote FROM presences WHERE person_id IN ({0})
        AND channel_id IN (SELECT id FROM channels WHERE network_id = ?) AND wrote IS NOT NULL
) AS w ON w.person_id = p.id
WHERE p.id IN ({0}) AND NOT (p.is_bot OR p.is_uncounted) GROUP BY p.id
"""
_JOINED_OF = """
SELECT p.person_id, MIN(p.joined)
FROM presences AS p JOIN channels AS c ON c.id = p.channel_id JOIN people AS w ON w.id = p.person_id
WHERE c.network_id = ? AND p.person_id IN ({0}) AND p.joined IS NOT NULL
AND NOT (w.is_bot OR w.is_uncounted) GROUP BY p.person_id
"""


def open_channels(session: Session, network: Network) -> dict[int, Place]:
    """The public channels of *network* that aren't archived, by our own number."""
    session.flush()
    rows = fetch_rows(session, _OPEN_CHANNELS, (network.id, ChannelKind.PUBLIC.value))
    return {number: Place(name, ref) for number, name, ref in rows}


def conversations(
    session: Session,
    network: Network,
    setting: Setting,
    *,
    first: date,
    last: date,
    among: talk.Among | None = None,
    threaded: Collection[int] | None = None,
) -> Talk:
    """Who answered whom in all channels, from the local day *first* to the end of *last*.

    Which channels are *threaded* is told from these days alone, unless the caller knows it.
    """
    since, until = midnight(first, network), midnight(last + timedelta(days=1), network)
    return lay_out(
        talk.said(session, network, since=since, until=until, among=among),
        talk.reacted(session, network, since=since, until=until),
        setting,
        until=last,
        threaded=threaded,
    )


def threaded(session: Session, network: Network, *, first: date, last: date) -> set[int]:
    """The channels in which enough of what was written then stands in threads."""
    session.flush()
    since, until = midnight(first, network), midnight(last + timedelta(days=1), network)
    rows = fetch_rows(session, _IN_THREADS, (network.id, since, until))
    return {channel for channel, total, replies in rows if replies >= THREADED_FROM * total > 0}


def written(session: Session, network: Network, *, first: date, last: date) -> list[Written]:
    """What members wrote in open channels on the local days *first* to *last*, oldest first.

    Only of people who are members here and can be asked now: no bots, no guests of other
    organisations, nobody who left or isn't to be counted.
    """
    session.flush()
    since, until = midnight(first, network), midnight(last + timedelta(days=1), network)
    values = (network.id, ChannelKind.PUBLIC.value, since, until)
    return [*map(Written._make, fetch_rows(session, _WRITTEN, values))]


def marks(
    session: Session, network: Network, emoji: Collection[str], *, first: date, last: date
) -> list[Reacted]:
    """Who put one of *emoji* on messages of the local days *first* to *last*, once each."""
    rows = session.execute(
        select(Reaction.channel_id, Reaction.ts, Reaction.person_id)
        .join(Channel, Channel.id == Reaction.channel_id)
        .join(Person, Person.id == Reaction.person_id)
        .where(
            Channel.network_id == network.id,
            Reaction.ts >= midnight(first, network),
            Reaction.ts < midnight(last + timedelta(days=1), network),
            Reaction.emoji.in_(sorted(emoji)),
            Person.is_bot.is_(False),
        )
        .distinct()
    )
    return [Reacted(*row) for row in rows]


_AUTHOR_OF = (
    select(Person)
    .join(Message, Message.author_id == Person.id)
    .where(
        Message.channel_id == bindparam("channel"),
        Message.ts == bindparam("ts"),
        Message.flags.bitwise_and(BOT | DELETED) == 0,
    )
)


def author_of(session: Session, address: ChannelId, ts: int) -> Person | None:
    """Who wrote the message of *ts* in the channel that is, or was, called *address*; no bot."""
    place = places.known_places(session, [address]).get(address)
    if place is None:
        return None
    return session.scalars(_AUTHOR_OF, {"channel": place.number, "ts": ts}).first()


_WROTE_WHERE = f"""
SELECT author_id, channel_id, COUNT(*) FROM messages
WHERE channel_id IN (SELECT id FROM channels WHERE network_id = ? AND kind = 'public')
AND ts >= ? AND author_id IS NOT NULL AND (flags & {BOT | DELETED}) = 0
GROUP BY channel_id, author_id
"""


def wrote_where(session: Session, network: Network, *, since: int) -> dict[tuple[int, int], int]:
    """How many messages each person has written in each open channel since then (microseconds)."""
    session.flush()
    rows = fetch_rows(session, _WROTE_WHERE, (network.id, since))
    return {(person, channel): count for person, channel, count in rows}


class Marked(StrEnum):
    """What came of marking a message."""

    MARKED = "marked"
    UNCOUNTED = "uncounted"
    UNKNOWN = "unknown"


def mark(session: Session, address: ChannelId, ts: int, member: MemberId, *, emoji: str) -> Marked:
    """Let *member* mark the message of *ts*; once is as good as twice."""
    channel = places.channel_at(session, address)
    message = session.get(Message, (channel.id, ts)) if channel else None
    if channel is None or channel.network_id is None or message is None or not message.author_id:
        return Marked.UNKNOWN
    if holdings.is_uncounted(session, member):
        return Marked.UNCOUNTED
    places.meet_people(session, [member], bots=frozenset())
    person = places.known_people(session, [member])[member]
    if person.is_external:
        return Marked.UNKNOWN
    row = {"channel_id": channel.id, "ts": ts, "person_id": person.number, "emoji": emoji}
    session.execute(insert_missing(session, Reaction), [row])
    return Marked.MARKED


def arrivals(
    session: Session, network: Network, *, joined: Sequence[Came] | None = None
) -> Arrivals:
    """When the people of *network* came; no bots, and nobody who isn't to be counted.

    Who *joined* when is looked up where the caller (`Setting.joined`) doesn't know it.
    """
    wrote = talk.first_seen(session, network)
    if joined is None:
        joined, _ = talk.came_and_went(session, network)
    at = {each.member: each.at for each in joined}
    begins = min([*wrote.values(), *at.values()], default=0)
    others = frozenset(number for (number,) in fetch_rows(session, _OTHERS))
    return Arrivals(
        begins=begins,
        joined={person: came for person, came in at.items() if person not in others},
        wrote={person: first for person, first in wrote.items() if person not in others},
    )


def arrivals_of(session: Session, network: Network, people: Collection[int]) -> Arrivals:
    """The same of *people* alone, which costs less."""
    session.flush()
    given, number = sorted(people), network.id
    [(begins,)] = fetch_rows(session, _BEGINS, (number, number, number))
    wrote = _WROTE_OF.format(question_marks(given))
    joined = _JOINED_OF.format(question_marks(given))
    return Arrivals(
        begins=begins or 0,
        wrote=dict(fetch_rows(session, wrote, (*given, number, *given, number, *given))),
        joined=dict(fetch_rows(session, joined, (number, *given))),
    )


def names(session: Session, people: Collection[int]) -> dict[int, str]:
    """What *people* are called."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(sorted(people))))
    return dict(rows.all())


def midnight(day: date, network: Network) -> int:
    """When the local *day* begins, in microseconds."""
    return to_micros(datetime.combine(day, time(), network.zone))
