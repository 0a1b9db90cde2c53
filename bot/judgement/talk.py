"""Who answered whom: messages and reactions as arrays, with the working clock of a network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from operator import itemgetter
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from bot.judgement.arrays import Bools, Floats, Ints, np
from bot.judgement.ledger import Ledger

HOUR = 3_600_000_000
DAY = 24 * HOUR
SILENCE = 45 * 60_000_000
THREADED_FROM = 0.05
NEWCOMER_DAYS = 60
FIRST_POSTS = 3
OLD_HAND = 99
STRANGERS = 14 * DAY
"""Whoever first writes within this time of the first thing that we hold may be an old hand."""


class Said(NamedTuple):
    """One message: times are microseconds UTC; `thread` is the first message's time, or None."""

    channel: int
    ts: int
    author: int
    thread: int | None
    is_bot: bool
    asks: bool


class Reacted(NamedTuple):
    """A member reacted to the message (channel, ts)."""

    channel: int
    ts: int
    member: int


class Came(NamedTuple):
    """A member joined or left, at a time in microseconds UTC."""

    member: int
    at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """Local days, first and last included: quiet time, pressure elsewhere, or a gathering."""

    name: str
    first: date
    last: date
    kind: Literal["quiet", "pressure", "gathering"] = "quiet"

    def covers(self, day: date) -> bool:
        """Whether *day* lies in it."""
        return self.first <= day <= self.last


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What is known of a network besides its messages. `deaf`: when the bot didn't listen.

    Without a `ledger`, nothing is said of asks and offers beyond the questions in messages.
    """

    tz: ZoneInfo
    leads: frozenset[int] = frozenset()
    first_seen: Mapping[int, int] = field(default_factory=dict)
    joined: Sequence[Came] = ()
    left: Sequence[Came] = ()
    holidays: Mapping[date, str] = field(default_factory=dict)
    quiet: Sequence[Period] = ()
    gatherings: Sequence[Period] = ()
    deaf: Sequence[tuple[int, int]] = ()
    ledger: Ledger | None = None

    def is_quiet(self, day: date) -> bool:
        """Whether *day* is a public holiday or in declared quiet time."""
        return day in self.holidays or any(p.kind == "quiet" and p.covers(day) for p in self.quiet)

    def works(self, day: date) -> bool:
        """Whether *day* is a working day of the network."""
        return day.weekday() < 5 and not self.is_quiet(day)


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """Local days from `first` on: their midnights (UTC microseconds) and the working clock."""

    first: date
    starts: Ints
    nine: Ints
    works: Bools
    hours_before: Floats

    def index(self, ts: Ints) -> Ints:
        """The day of each time, as an index."""
        return np.searchsorted(self.starts, ts, side="right").astype(np.int64) - 1

    def at(self, day: date) -> int:
        """The midnight at which *day* begins, in microseconds UTC."""
        return int(self.starts[(day - self.first).days])

    def clock(self, ts: Ints) -> Floats:
        """Working hours (09:00 to 17:00 of working days) gone by at each time."""
        day = self.index(ts)
        today = np.clip(ts - self.nine[day], 0, 8 * HOUR) / HOUR
        return np.asarray(self.hours_before[day] + np.where(self.works[day], today, 0.0))


@dataclass(frozen=True, kw_only=True, slots=True)
class Talk:
    """Messages in order of time, each array one entry a message; -1 stands for none.

    `first` is the first message held of its conversation and `born` that conversation's time;
    `starts` marks openings by people; `answers` is the message of another person just before it;
    `reply` (openings only) the first reply of another person; `liked` a reaction of another;
    `nth` how many posts its author had made, this one included (99: an old hand).
    `fans` are pairs (message, member) of reactions to messages of other people.
    """

    channel: Ints
    ts: Ints
    author: Ints
    is_bot: Bools
    asks: Bools
    first: Ints
    born: Ints
    starts: Bools
    answers: Ints
    reply: Ints
    liked: Bools
    nth: Ints
    is_new: Bools
    clock: Floats
    fans: Ints
    days: Days
    until: date

    def span(self, first: date, last: date) -> slice:
        """The messages of the local days *first* to *last*, both included."""
        ends = [self.days.at(first), self.days.at(last + timedelta(days=1))]
        low, high = np.searchsorted(self.ts, ends)
        return slice(int(low), int(high))


def lay_out_days(setting: Setting, first: date, last: date) -> Days:
    """The local days *first* to *last*, with one midnight more at the end."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 2)]

    def utc(day: date, hour: int) -> int:
        local = datetime.combine(day, time(hour), tzinfo=setting.tz)
        return round(local.timestamp()) * 1_000_000

    works = np.array([setting.works(day) for day in days])
    hours = np.cumsum(np.where(works, 8.0, 0.0))
    return Days(
        first=first,
        starts=np.array([utc(day, 0) for day in days], dtype=np.int64),
        nine=np.array([utc(day, 9) for day in days], dtype=np.int64),
        works=works,
        hours_before=np.concatenate(([0.0], hours[:-1])),
    )


def lay_out(
    said: Sequence[Said],
    reacted: Sequence[Reacted],
    setting: Setting,
    *,
    until: date,
    threaded: Collection[int] | None = None,
) -> Talk:
    """Order the messages up to the end of the day *until*, and find who answered whom.

    In a threaded channel an answer is a reply in the thread; in a flat one (under 5 % replies in
    threads) a conversation ends at 45 minutes of silence, and an answer is another person's
    message in it. Reactions of people count as answers, at the time of the message. Which channels
    are *threaded* is told from the messages themselves, unless the caller knows it from more.
    """
    day_after = datetime.combine(until + timedelta(days=1), time(0), tzinfo=setting.tz)
    end = round(day_after.timestamp()) * 1_000_000
    rows = sorted((row for row in said if row[1] < end), key=lambda row: row[1])
    columns = _columns(rows)
    start = rows[0][1] if rows else end - 1
    first_day = datetime.fromtimestamp(start / 1e6, tz=UTC).astimezone(setting.tz).date()
    days = lay_out_days(setting, first_day - timedelta(days=7), until)
    liked, fans = _reactions(columns, reacted)
    nth, is_new = _newcomers(columns, setting)
    first, born, starts, answers, reply = _conversations(
        rows, _threaded(rows) if threaded is None else threaded
    )
    return Talk(
        channel=columns[0],
        ts=columns[1],
        author=columns[2],
        is_bot=columns[3].astype(bool),
        asks=columns[4].astype(bool),
        first=np.array(first, dtype=np.int64),
        born=np.array(born, dtype=np.int64),
        starts=np.array(starts, dtype=bool),
        answers=np.array(answers, dtype=np.int64),
        reply=np.array(reply, dtype=np.int64),
        liked=liked,
        nth=nth,
        is_new=is_new,
        clock=days.clock(columns[1]),
        fans=fans,
        days=days,
        until=until,
    )


def _columns(rows: Sequence[Said]) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    return _column(rows, 0), _column(rows, 1), _column(rows, 2), _column(rows, 4), _column(rows, 5)


def _column(rows: Sequence[Said], number: int) -> Ints:
    """One of them; to take the rows apart all at once takes six times as long."""
    return np.fromiter(map(itemgetter(number), rows), np.int64, len(rows))


def _threaded(rows: Sequence[Said]) -> set[int]:
    total = Counter(row[0] for row in rows)
    replies = Counter(row[0] for row in rows if row[3] is not None and row[3] != row[1])
    return {channel for channel, n in replies.items() if n >= THREADED_FROM * total[channel]}


def _conversations(
    rows: Sequence[Said], threaded: Collection[int]
) -> tuple[list[int], list[int], list[bool], list[int], list[int]]:
    heads: dict[tuple[int, int], int] = {}
    recent: dict[int, tuple[int, int]] = {}  # flat channel -> (opening, time of its last message)
    last: dict[int, tuple[int, int]] = {}  # opening -> last message, last of a different author
    first, born, starts, answers, reply = [], [], [], [], [-1] * len(rows)
    for i, (channel, ts, author, thread, is_bot, _) in enumerate(rows):
        if channel in threaded or (thread is not None and thread != ts):
            began = ts if thread is None else thread
            head = heads.setdefault((channel, began), i)
            opens = began == ts
        else:
            head, latest = recent.get(channel, (i, ts))
            head = head if ts - latest <= SILENCE and not is_bot else i
            began, opens = rows[head][1], head == i
            if not is_bot:
                recent[channel] = (head, ts)
            heads.setdefault((channel, ts), i)
        first.append(head)
        born.append(began)
        starts.append(opens and not is_bot)
        answers.append(-1 if is_bot else _answered(rows, last, head, i))
        opener = rows[head]
        if head != i and reply[head] < 0 and not is_bot and opener[2] != author:
            reply[head] = i
    return first, born, starts, answers, reply


def _answered(rows: Sequence[Said], last: dict[int, tuple[int, int]], head: int, i: int) -> int:
    """The latest message in the conversation by another person; remembers this one for the next."""
    newest, other = last.get(head, (-1, -1))
    if newest >= 0 and rows[newest][2] != rows[i][2]:
        other = newest
    last[head] = (i, other)
    return other


def _reactions(
    columns: tuple[Ints, Ints, Ints, Ints, Ints], reacted: Sequence[Reacted]
) -> tuple[Bools, Ints]:
    channel, ts, author, is_bot, _ = columns
    place = {key: i for i, key in enumerate(zip(channel.tolist(), ts.tolist(), strict=True))}
    bots = set(author[is_bot.astype(bool)].tolist())
    authors = author.tolist()
    found = [(place.get((r[0], r[1]), -1), r[2]) for r in reacted]
    pairs = [(i, m) for i, m in found if i >= 0 and authors[i] != m and m not in bots]
    liked = np.zeros(len(ts), dtype=bool)
    fans = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    liked[fans[:, 0]] = True
    return liked, fans[np.argsort(fans[:, 0], kind="stable")]


def _newcomers(
    columns: tuple[Ints, Ints, Ints, Ints, Ints], setting: Setting
) -> tuple[Ints, Bools]:
    _, ts, author, _, _ = columns
    begin = int(ts[0]) if len(ts) else 0
    joined: dict[int, int] = {}
    for one in setting.joined:
        joined[one.member] = min(one.at, joined.get(one.member, one.at))
    seen: dict[int, int] = {}
    count: dict[int, int] = {}
    nth, is_new = [], []
    for when, who in zip(ts.tolist(), author.tolist(), strict=True):
        if who not in seen:
            wrote = setting.first_seen.get(who, when)
            seen[who] = _came(wrote, joined.get(who), begin)
            count[who] = 0 if min(seen[who], wrote) >= begin else OLD_HAND
        young = when - seen[who] <= NEWCOMER_DAYS * DAY
        count[who] += 1
        nth.append(count[who] if young else OLD_HAND)
        is_new.append(young)
    return np.array(nth, dtype=np.int64), np.array(is_new, dtype=bool)


def _came(wrote: int, joined: int | None, begin: int) -> int:
    """When somebody came; long ago for who may have been there before what we hold *begins*."""
    if joined is not None and joined <= wrote:
        return joined
    return wrote if wrote >= begin + STRANGERS else begin - (NEWCOMER_DAYS + 1) * DAY - STRANGERS
