"""Close the days: turn messages into each channel's and network's daily counts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Date,
    ForeignKey,
    ScalarSelect,
    Select,
    bindparam,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.events import from_micros, to_micros
from bot.storage.activity import BOT, DELETED, UNHEARD, ChannelDay, Message
from bot.storage.base import Base, execute_rows, fetch_parts, fetch_rows
from bot.storage.places import Channel, Network

SILENCE = 45 * 60_000_000
"""In a channel without threads a conversation ends with 45 minutes (in microseconds) of silence."""


AT_ONCE = 2000
"""Messages that are read, and days of channels that are written, at once."""

Columns = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...]]


class NetworkDay(Base):
    """A network's counts on one local day; a person who wrote in two channels is one person."""

    __tablename__ = "network_days"
    __table_args__ = ({"sqlite_with_rowid": False},)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    messages: Mapped[int]
    people: Mapped[int]
    conversations: Mapped[int]


class Counts(NamedTuple):
    """A day's messages, people who wrote, and conversations in which something was said."""

    messages: int
    people: int
    conversations: int


class Spoken(NamedTuple):
    """What was said on one day in one channel: its counts, and who spoke."""

    channel: int
    day: int
    counts: Counts
    people: frozenset[int]


class Whole:
    """The days of a network while they are counted; somebody in two channels is one person.

    Who spoke on a day is kept as the bits of one number, a fiftieth of the memory of a set.
    """

    def __init__(self, days: int) -> None:
        self.messages = [0] * days
        self.conversations = [0] * days
        self.people = [0] * days
        self._places: dict[int, int] = {}

    def add(self, spoken: Spoken) -> Counts:
        """Add a channel's day; return what is kept of it alone."""
        day, places, bits = spoken.day, self._places, 0
        self.messages[day] += spoken.counts.messages
        self.conversations[day] += spoken.counts.conversations
        for person in spoken.people:
            bits |= 1 << places.setdefault(person, len(places))
        self.people[day] |= bits
        return spoken.counts

    def counts(self, day: int) -> Counts:
        """What is kept of a day."""
        people = self.people[day].bit_count()
        return Counts(self.messages[day], people, self.conversations[day])


_CHANNEL_DAY = """
INSERT INTO channel_days (channel_id, day, messages, people, conversations) VALUES (?, ?, ?, ?, ?)
"""
_NETWORK_DAY = """
INSERT INTO network_days (network_id, day, messages, people, conversations) VALUES (?, ?, ?, ?, ?)
"""


def midnight(day: date, zone: ZoneInfo) -> int:
    """When a local day begins, in microseconds since 1970 UTC."""
    return to_micros(datetime.combine(day, time(), zone))


def close_days(session: Session, network: Network, *, through: date) -> date | None:
    """Count every day up to *through* that isn't counted yet, or whose messages changed since.

    Returns the first day that was counted now, or None where all was counted before.
    """
    end = midnight(through + timedelta(days=1), network.zone)
    begin = _uncounted_from(session, network, end)
    if begin is None:
        return None
    first = from_micros(begin).astimezone(network.zone).date()
    _forget(session, network, first)
    dates = [first + timedelta(days=n) for n in range((through - first).days + 1)]
    midnights = [midnight(day, network.zone) for day in (*dates, through + timedelta(days=1))]
    names = [day.isoformat() for day in dates]
    whole = Whole(len(dates))
    counted = (
        (each.channel, names[each.day], *whole.add(each))
        for each in _spoken(session, network, midnights)
    )
    while rows := list(islice(counted, AT_ONCE)):
        execute_rows(session, _CHANNEL_DAY, rows)
    of_network = [
        (network.id, name, *whole.counts(day))
        for day, name in enumerate(names)
        if whole.people[day]
    ]
    execute_rows(session, _NETWORK_DAY, of_network)
    execute_rows(session, _COUNTED_TO, [(end, network.id)])
    return first


_UNCOUNTED_FROM = f"""
SELECT MIN((SELECT m.ts FROM messages AS m
    WHERE m.channel_id = c.id AND m.ts >= c.counted_to AND m.ts >= ? AND m.ts < ?
    AND (m.flags & {UNHEARD}) = 0 ORDER BY m.ts LIMIT 1))
FROM channels AS c WHERE c.network_id = ?
"""
_THREADED_FROM = """
SELECT c.id, COALESCE(c.threaded_from, (SELECT m.ts FROM messages AS m
    WHERE m.channel_id = c.id AND m.thread <> m.ts ORDER BY m.ts LIMIT 1))
FROM channels AS c WHERE c.network_id = ?
"""
_FORGET_CHANNELS = """
DELETE FROM channel_days
WHERE channel_id IN (SELECT id FROM channels WHERE network_id = ?) AND day >= ?
"""
_COUNTED_TO = "UPDATE channels SET counted_to = ? WHERE network_id = ?"
_FORGET_NETWORK = "DELETE FROM network_days WHERE network_id = ? AND day >= ?"


def _uncounted_from(session: Session, network: Network, end: int) -> int | None:
    """The earliest moment from which messages are to be counted, or None.

    What is heard late of days of which the facts were let go changes their counts no more.
    """
    kept_from = midnight(network.kept_from, network.zone) if network.kept_from else 0
    session.flush()
    [(found,)] = fetch_rows(session, _UNCOUNTED_FROM, (kept_from, end, network.id))
    return None if found is None else int(found)


def waits_from(session: Session, network: Network, before: int) -> int | None:
    """The earliest moment *before* that one from which messages are still to be counted."""
    return _uncounted_from(session, network, before)


def _over_channels(
    session: Session,
    network: Network,
    choose: Callable[[ScalarSelect[int]], ColumnElement[int]],
    of_one: Select[int],
) -> int | None:
    """The least or greatest of what *of_one* finds in each of the network's channels."""
    mine = Channel.network_id == network.id
    return session.scalar(select(choose(of_one.scalar_subquery())).where(mine))


def _forget(session: Session, network: Network, first: date) -> None:
    for statement in (_FORGET_CHANNELS, _FORGET_NETWORK):
        execute_rows(session, statement, [(network.id, first.isoformat())])


def _spoken(session: Session, network: Network, midnights: Sequence[int]) -> Iterator[Spoken]:
    """Each channel's days from the first of *midnights* to the last, of people who count.

    Before the day of its first answer in a thread a channel is flat.
    """
    threaded_from = _threaded_from(session, network)
    rest: Columns = ((), (), (), ())
    for columns in _columns(session, network, midnights[0], midnights[-1]):
        channels, times, authors, threads = (a + b for a, b in zip(rest, columns, strict=True))
        begin = 0
        while begin < len(times):
            channel = channels[begin]
            day = bisect_right(midnights, times[begin])
            last = bisect_right(channels, channel, begin)
            end = bisect_left(times, midnights[day], begin, last)
            if end == len(times) and columns[0]:
                break  # the day may go on in the next rows
            is_flat = midnights[day] <= threaded_from.get(channel, midnights[day])
            conversations = _spells(times[begin:end]) if is_flat else len({*threads[begin:end]})
            people = frozenset(authors[begin:end])
            yield Spoken(channel, day - 1, Counts(end - begin, len(people), conversations), people)
            begin = end
        rest = (channels[begin:], times[begin:], authors[begin:], threads[begin:])


def _spells(times: Sequence[int]) -> int:
    """How many conversations there are where nobody uses threads."""
    return 1 + sum(after - before >= SILENCE for before, after in pairwise(times))


_COUNTED = f"""
SELECT m.channel_id, m.ts, m.author_id, COALESCE(m.thread, m.ts) FROM messages AS m
WHERE m.channel_id IN (SELECT id FROM channels WHERE network_id = ?) AND m.ts >= ? AND m.ts < ?
AND (m.flags & {BOT | DELETED}) = 0
AND m.author_id IN (SELECT id FROM people WHERE NOT is_bot)
ORDER BY m.channel_id, m.ts
"""


def _columns(session: Session, network: Network, begin: int, end: int) -> Iterator[Columns]:
    """Channel, time, author and conversation of messages, some thousands at once; none at last."""
    for rows in fetch_parts(session, _COUNTED, (network.id, begin, end), AT_ONCE):
        channels, times, authors, threads = zip(*rows, strict=True)
        yield channels, times, authors, threads
    yield (), (), (), ()


def _threaded_from(session: Session, network: Network) -> dict[int, int]:
    """When somebody first answered in a thread, for each channel in which anybody did.

    What is counted of a day thus never depends on later days.
    """
    rows = fetch_rows(session, _THREADED_FROM, (network.id,))
    return {channel: ts for channel, ts in rows if ts is not None}


def _counts(table: type[ChannelDay | NetworkDay]) -> tuple[Mapped[int], Mapped[int], Mapped[int]]:
    return table.messages, table.people, table.conversations


_CHANNEL_DAYS = (
    select(ChannelDay.day, ChannelDay.channel_id, *_counts(ChannelDay))
    .join(Channel, Channel.id == ChannelDay.channel_id)
    .where(Channel.network_id == bindparam("network"), ChannelDay.day >= bindparam("since"))
)
_NETWORK_DAYS = select(NetworkDay.day, *_counts(NetworkDay)).where(
    NetworkDay.network_id == bindparam("network"), NetworkDay.day >= bindparam("since")
)


def channel_days(
    session: Session, network: Network, *, since: date
) -> dict[date, dict[int, Counts]]:
    """Each channel's counts by day, from *since* on; days without a message are left out."""
    session.flush()
    rows = session.connection().execute(_CHANNEL_DAYS, {"network": network.id, "since": since})
    found: dict[date, dict[int, Counts]] = {}
    for day, channel_id, *counts in rows:
        found.setdefault(day, {})[channel_id] = Counts(*counts)
    return found


def network_days(session: Session, network: Network, *, since: date) -> dict[date, Counts]:
    """The network's counts by day, from *since* on."""
    session.flush()
    rows = session.connection().execute(_NETWORK_DAYS, {"network": network.id, "since": since})
    return {day: Counts(*counts) for day, *counts in rows}


_FIRST_DAY = select(func.min(NetworkDay.day)).where(NetworkDay.network_id == bindparam("network"))


def first_day(session: Session, network: Network) -> date | None:
    """The first day on which anything was counted."""
    return session.connection().scalar(_FIRST_DAY, {"network": network.id})


def newest_message(session: Session, network: Network) -> date | None:
    """The local day of the network's newest message."""
    of_one = select(func.max(Message.ts)).where(Message.channel_id == Channel.id)
    newest = _over_channels(session, network, func.max, of_one)
    return None if newest is None else from_micros(newest).astimezone(network.zone).date()


def is_heard(day: date, zone: ZoneInfo, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether at least three quarters of a local day lie in the spans that were listened to."""
    begin, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    heard = sum(max(0, min(end, until) - max(begin, since)) for since, until in spans)
    return heard >= 0.75 * (end - begin)
