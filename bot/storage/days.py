"""Close the days: turn messages into each channel's and network's daily counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Date, ForeignKey, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.domain.events import from_micros, to_micros
from bot.storage.activity import BOT, DELETED, UNHEARD, ChannelDay, Message
from bot.storage.base import Base, execute_rows
from bot.storage.places import Channel, Network, Person

SILENCE = 45 * 60_000_000
"""In a channel without threads a conversation ends with 45 minutes (in microseconds) of silence."""


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


@dataclass(kw_only=True)
class Tally:
    """One day of one channel while it is counted."""

    messages: int = 0
    authors: set[int] = field(default_factory=set)
    threads: set[int] = field(default_factory=set)
    spells: int = 0
    last: int = -SILENCE

    def add(self, ts: int, author: int, thread: int | None, *, is_flat: bool) -> None:
        """Count a message; *is_flat* where the channel knows no threads."""
        self.messages += 1
        self.authors.add(author)
        if not is_flat:
            self.threads.add(ts if thread is None else thread)
        elif ts - self.last >= SILENCE:
            self.spells += 1
        self.last = ts

    def join(self, other: Tally) -> None:
        """Add another channel's count of the same day; somebody who wrote in both is one."""
        self.messages += other.messages
        self.authors |= other.authors
        self.spells += len(other.threads) + other.spells

    def counts(self) -> Counts:
        """What is kept of it."""
        return Counts(self.messages, len(self.authors), len(self.threads) + self.spells)


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
    of_channels: list[tuple[int, str, int, int, int]] = []
    whole: dict[date, Tally] = {}
    for channel_id, tallies in _tallies(session, network, midnight(first, network.zone), end):
        for day, tally in tallies.items():
            of_channels.append((channel_id, day.isoformat(), *tally.counts()))
            whole.setdefault(day, Tally()).join(tally)
    of_network = [(network.id, day.isoformat(), *tally.counts()) for day, tally in whole.items()]
    execute_rows(session, _CHANNEL_DAY, of_channels)
    execute_rows(session, _NETWORK_DAY, of_network)
    session.execute(update(Channel).where(Channel.network_id == network.id).values(counted_to=end))
    return first


def _uncounted_from(session: Session, network: Network, end: int) -> int | None:
    """The earliest moment from which messages are to be counted, or None."""
    return session.scalar(
        select(func.min(Message.ts))
        .join(Channel, Channel.id == Message.channel_id)
        .where(
            Channel.network_id == network.id,
            Message.ts >= Channel.counted_to,
            Message.ts < end,
            Message.flags.bitwise_and(UNHEARD) == 0,
        )
    )


def _forget(session: Session, network: Network, first: date) -> None:
    mine = select(Channel.id).where(Channel.network_id == network.id)
    session.execute(
        delete(ChannelDay)
        .where(ChannelDay.channel_id.in_(mine), ChannelDay.day >= first)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        delete(NetworkDay)
        .where(NetworkDay.network_id == network.id, NetworkDay.day >= first)
        .execution_options(synchronize_session=False)
    )


def _tallies(
    session: Session, network: Network, begin: int, end: int
) -> Iterator[tuple[int, dict[date, Tally]]]:
    """Each channel's days, from the messages of people who count."""
    rows = session.connection().execute(
        select(Message.channel_id, Message.ts, Message.author_id, Message.thread)
        .join(Channel, Channel.id == Message.channel_id)
        .join(Person, Person.id == Message.author_id)
        .where(
            Channel.network_id == network.id,
            Message.ts >= begin,
            Message.ts < end,
            Message.flags.bitwise_and(BOT | DELETED) == 0,
            Person.is_bot.is_(False),
        )
        .order_by(Message.channel_id, Message.ts)
        .execution_options(yield_per=5000)
    )
    threaded_from = _threaded_from(session, network)
    for channel_id, mine in groupby(rows, key=itemgetter(0)):
        yield channel_id, _by_day(mine, network.zone, threaded_from.get(channel_id))


def _by_day(
    rows: Iterable[tuple[int, int, int | None, int | None]],
    zone: ZoneInfo,
    threaded_from: int | None,
) -> dict[date, Tally]:
    """One channel's messages, in order of time, by local day.

    Before the day of its first answer in a thread (None: there is none) a channel is flat.
    """
    found: dict[date, Tally] = {}
    ends, is_flat = -1, True
    tally = Tally()
    for _, ts, author, thread in rows:
        if ts >= ends:
            day = from_micros(ts).astimezone(zone).date()
            ends = midnight(day + timedelta(days=1), zone)
            tally = found.setdefault(day, Tally())
            is_flat = threaded_from is None or ends <= threaded_from
        tally.add(ts, author or 0, thread, is_flat=is_flat)
    return found


def _threaded_from(session: Session, network: Network) -> dict[int, int]:
    """When somebody first answered in a thread, for each channel in which anybody did.

    What is counted of a day thus never depends on later days.
    """
    mine = select(Channel.id).where(Channel.network_id == network.id)
    rows = session.execute(
        select(Message.channel_id, func.min(Message.ts))
        .where(Message.channel_id.in_(mine), Message.thread != Message.ts)
        .group_by(Message.channel_id)
    )
    return dict(rows.all())


def channel_days(
    session: Session, network: Network, *, since: date
) -> dict[date, dict[int, Counts]]:
    """Each channel's counts by day, from *since* on; days without a message are left out."""
    rows = session.execute(
        select(ChannelDay.day, ChannelDay.channel_id, *_counts(ChannelDay))
        .join(Channel, Channel.id == ChannelDay.channel_id)
        .where(Channel.network_id == network.id, ChannelDay.day >= since)
    )
    found: dict[date, dict[int, Counts]] = {}
    for day, channel_id, *counts in rows:
        found.setdefault(day, {})[channel_id] = Counts(*counts)
    return found


def network_days(session: Session, network: Network, *, since: date) -> dict[date, Counts]:
    """The network's counts by day, from *since* on."""
    rows = session.execute(
        select(NetworkDay.day, *_counts(NetworkDay)).where(
            NetworkDay.network_id == network.id, NetworkDay.day >= since
        )
    )
    return {day: Counts(*counts) for day, *counts in rows}


def _counts(table: type[ChannelDay | NetworkDay]) -> tuple[Mapped[int], Mapped[int], Mapped[int]]:
    return table.messages, table.people, table.conversations


def first_day(session: Session, network: Network) -> date | None:
    """The first day on which anything was counted."""
    return session.scalar(
        select(func.min(NetworkDay.day)).where(NetworkDay.network_id == network.id)
    )


def newest_message(session: Session, network: Network) -> date | None:
    """The local day of the network's newest message."""
    newest = session.scalar(
        select(func.max(Message.ts))
        .join(Channel, Channel.id == Message.channel_id)
        .where(Channel.network_id == network.id)
    )
    return None if newest is None else from_micros(newest).astimezone(network.zone).date()


def is_heard(day: date, zone: ZoneInfo, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether at least three quarters of a local day lie in the spans that were listened to."""
    begin, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    heard = sum(max(0, min(end, until) - max(begin, since)) for since, until in spans)
    return heard >= 0.75 * (end - begin)
