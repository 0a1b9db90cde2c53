"""An independent recount: a network's numbers from the list of its events, as they are defined.

Plain Python over plain lists; it shares no code with the product, which is why it is slow and long.
The definitions are those that leads are told: a week is seven local days; people are counted, never
bots; an answer is a reply of another person, or their reaction; working hours are nine to five on
days that are neither at the weekend nor a holiday. Only threaded channels are understood.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from statistics import fmean, median
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.events import (
    Event,
    MemberJoined,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    PersonSeen,
    ReactionAdded,
    ReactionRemoved,
)

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
NEW_FOR = timedelta(days=60)
FIRST_POSTS = 3


class Message(NamedTuple):
    """One message that still stands."""

    channel: str
    ts: int
    author: str
    thread: int
    is_bot: bool
    asks: bool

    @property
    def opens(self) -> bool:
        """Whether it begins a conversation."""
        return self.thread == self.ts


class Range(NamedTuple):
    """A usual range, in counts of a full week."""

    low: float
    centre: float
    high: float


@dataclass(frozen=True)
class Oracle:
    """The events of a network up to the end of a local day, and what follows from them."""

    messages: Sequence[Message]
    marks: dict[tuple[str, int], set[str]]
    arrived: dict[str, int]
    bots: Collection[str]
    zone: ZoneInfo
    holidays: Collection[date]
    last: date

    # Days and hours

    def day_of(self, ts: int) -> date:
        """The local day of a moment in microseconds."""
        return datetime.fromtimestamp(ts / 1e6, self.zone).date()

    def works(self, day: date) -> bool:
        """Whether people work on *day*."""
        return day.weekday() < 5 and day not in self.holidays

    def hours(self, begin: int, end: int) -> float:
        """Working hours from one moment to another."""
        total, day = 0.0, self.day_of(begin)
        while day <= self.day_of(end):
            if self.works(day):
                nine, five = (self._at(day, hour) for hour in (9, 17))
                total += max(0, min(end, five) - max(begin, nine)) / 3.6e9
            day += DAY
        return total

    def _at(self, day: date, hour: int) -> int:
        local = datetime.combine(day, time(hour), self.zone)
        return round(local.timestamp()) * 10**6

    @property
    def now(self) -> int:
        """The end of the last day."""
        return self._at(self.last + DAY, 0)

    # Weeks: the seven days that end on a day

    def said(self, end: date, days: int = 7) -> list[Message]:
        """What people said in the days that end on *end*."""
        heard = (self._days.get(end - n * DAY, ()) for n in reversed(range(days)))
        return [message for day in heard for message in day if not message.is_bot]

    @cached_property
    def _days(self) -> dict[date, list[Message]]:
        found: defaultdict[date, list[Message]] = defaultdict(list)
        for message in self.messages:
            found[self.day_of(message.ts)].append(message)
        return found

    def voices(self, end: date) -> int:
        """V: how many people spoke in the week."""
        return len({m.author for m in self.said(end)})

    def exchanges(self, end: date) -> int:
        """X: pairs of whom one replied or reacted to the other in the week.

        A reply answers the one who opened the thread, and the last other person before it.
        """
        found = set()
        for message in self.said(end):
            thread = self._thread(message)
            before = [m for m in thread if m.ts < message.ts]
            others = [m for m in before if m.author != message.author]
            answered = [others[-1]] if others else []
            if before and before[0].opens:
                answered.append(before[0])
            found |= {frozenset((message.author, m.author)) for m in answered if not m.is_bot}
            for fan in self._fans(message):
                found.add(frozenset((message.author, fan)))
        return sum(len(pair) == 2 for pair in found)

    def _thread(self, message: Message) -> list[Message]:
        return self._threads[message.channel, message.thread]

    @cached_property
    def _threads(self) -> dict[tuple[str, int], list[Message]]:
        found: defaultdict[tuple[str, int], list[Message]] = defaultdict(list)
        for message in self.messages:
            if not message.is_bot or message.opens:
                found[message.channel, message.thread].append(message)
        return found

    @cached_property
    def _posts(self) -> dict[str, list[int]]:
        found: defaultdict[str, list[int]] = defaultdict(list)
        for message in self.messages:
            found[message.author].append(message.ts)
        return found

    def _fans(self, message: Message) -> set[str]:
        fans = self.marks.get((message.channel, message.ts), set())
        return {fan for fan in fans if fan != message.author and fan not in self.bots}

    def effective_voices(self, end: date) -> float:
        """E: one over the sum of squared shares, each person's contributions at most ten."""
        counts = [min(n, 10) for n in Counter(m.author for m in self.said(end)).values()]
        total = sum(counts)
        return 1 / sum((n / total) ** 2 for n in counts) if total else 0.0

    def worked(self, end: date) -> int:
        """Working days of the week."""
        return sum(self.works(end - n * DAY) for n in range(7))

    def ends(self) -> list[date]:
        """The last days of all weeks up to the last, oldest first, from the first message on."""
        first = self.day_of(self.messages[0].ts)
        count = ((self.last - first).days + 1) // 7
        return [self.last - n * WEEK for n in reversed(range(count))]

    def comparable(self, before: int = 1) -> list[date]:
        """The 26 newest full working weeks but for the first, and the newest *before*."""
        ends = self.ends()[1:]
        return [end for end in ends[: len(ends) - before] if self.worked(end) == 5][-26:]

    def usual(self, counts: Sequence[int]) -> Range:
        """XmR on square roots: the mean, and 2.66 mean moving ranges on either side of it."""
        roots = [count**0.5 for count in counts]
        reach = 2.66 * fmean(abs(b - a) for a, b in pairwise(roots))
        middle = fmean(roots)
        return Range(max(0.0, middle - reach) ** 2, middle**2, (middle + reach) ** 2)

    def usual_voices(self) -> Range:
        """The usual range of V."""
        return self.usual([self.voices(end) for end in self.comparable()])

    def usual_exchanges(self) -> Range:
        """The usual range of X."""
        return self.usual([self.exchanges(end) for end in self.comparable()])

    def low_weeks(self) -> int:
        """How many of the newest weeks in a row lie more than a third of the way to the limit."""
        usual, run = self.usual_voices(), 0
        edge = usual.centre - (usual.centre - usual.low) / 3
        for end in reversed(self.ends()):
            if not self.worked(end) or self.voices(end) * 5 / self.worked(end) >= edge:
                break
            run += 1
        return run

    def channels_low(self, now: Sequence[date], usual: Sequence[date]) -> tuple[int, int]:
        """Channels below four fifths of their usual voices, of those that have two a week."""
        before, after = self._channel_rates(usual), self._channel_rates(now)
        seen = [channel for channel, rate in before.items() if rate >= 2]
        return sum(after.get(one, 0.0) < 0.8 * before[one] for one in seen), len(seen)

    def _channel_rates(self, ends: Sequence[date]) -> dict[str, float]:
        heard = Counter(
            one for end in ends for one in {(m.channel, m.author) for m in self.said(end)}
        )
        days = sum(self.worked(end) for end in ends)
        rates: Counter[str] = Counter()
        for (channel, _), weeks in heard.items():
            rates[channel] += weeks
        return {channel: 5 * count / days for channel, count in rates.items()}

    # Who is answered

    def first_reply(self, message: Message) -> int | None:
        """When another person first replied."""
        replies = [
            m.ts for m in self._thread(message) if m.author != message.author and not m.is_bot
        ]
        return min(replies, default=None)

    def is_answered(self, message: Message, within: float) -> bool:
        """Whether somebody replied *within* so many working hours, or reacted at any time."""
        reply = self.first_reply(message)
        soon = reply is not None and self.hours(message.ts, reply) <= within
        return soon or bool(self._fans(message))

    def openings(self, ends: Iterable[date]) -> list[Message]:
        """Conversations that people began in those weeks."""
        return [m for end in ends for m in self.said(end) if m.opens]

    def answered_share(self, ends: Iterable[date]) -> float:
        """R: the share of openings that were answered in two working days, once these are over."""
        old = [m for m in self.openings(ends) if self.hours(m.ts, self.now) >= 16]
        return sum(self.is_answered(m, 16) for m in old) / len(old)

    def first_posts(self, ends: Iterable[date]) -> list[Message]:
        """Openings among a newcomer's first three posts, once a working day has passed."""
        found = []
        for message in self.openings(ends):
            came = self.arrived.get(message.author)
            mine = [
                m.ts for m in self.messages if m.author == message.author and m.ts <= message.ts
            ]
            since = mine[0] if came is None else came
            is_new = message.ts - since <= NEW_FOR.total_seconds() * 1e6
            was_here = came is None and mine[0] == self.messages[0].ts
            if is_new and not was_here and len(mine) <= FIRST_POSTS:
                found.append(message)
        return [m for m in found if self.hours(m.ts, self.now) >= 8]

    def newcomers_answered(self, ends: Iterable[date]) -> tuple[int, int]:
        """NR as (answered within a working day, all of them)."""
        posts = self.first_posts(ends)
        return sum(self.is_answered(m, 8) for m in posts), len(posts)

    def questions(self) -> list[Message]:
        """The questions that opened a conversation in the last four weeks."""
        return [m for m in self.said(self.last, 28) if m.opens and m.asks]

    def waiting(self) -> list[Message]:
        """Those that nobody has replied to in over three working days."""
        return [
            m
            for m in self.questions()
            if self.first_reply(m) is None and self.hours(m.ts, self.now) > 24
        ]

    def waited_days(self) -> float:
        """The median of working days that they have waited."""
        return median(self.hours(m.ts, self.now) / 8 for m in self.waiting())

    def bot_share(self, ends: Sequence[date]) -> float:
        """B: the bots' share of all that was posted in those weeks."""
        first = ends[0] - 6 * DAY
        all_said = [m for m in self.messages if first <= self.day_of(m.ts) <= ends[-1]]
        return sum(m.is_bot for m in all_said) / len(all_said)


def oracle(
    events: Iterable[Event],
    *,
    last: date,
    zone: ZoneInfo,
    holidays: Collection[date] = (),
) -> Oracle:
    """Take in the events up to the end of *last*."""
    messages: dict[tuple[str, int], Message] = {}
    marks: defaultdict[tuple[str, int], set[tuple[str, str]]] = defaultdict(set)
    arrived: dict[str, int] = {}
    bots = set()
    for event in events:
        match event:
            case PersonSeen(is_bot=True):
                bots.add(event.member)
            case MessagePosted():
                thread = event.ts if event.thread is None else event.thread
                messages[event.channel, event.ts] = Message(
                    event.channel, event.ts, event.author, thread, event.by_bot, event.asks
                )
            case MessageEdited() if (event.channel, event.ts) in messages:
                old = messages[event.channel, event.ts]
                messages[event.channel, event.ts] = old._replace(asks=event.asks)
            case MessageDeleted():
                messages.pop((event.channel, event.ts), None)
            case ReactionAdded():
                marks[event.channel, event.ts].add((event.member, event.emoji))
            case ReactionRemoved():
                marks[event.channel, event.ts].discard((event.member, event.emoji))
            case MemberJoined():
                arrived.setdefault(event.member, event.at)
    standing = sorted(messages.values(), key=lambda m: m.ts)
    return Oracle(
        messages=[m._replace(is_bot=m.is_bot or m.author in bots) for m in standing],
        marks={place: {who for who, _ in found} for place, found in marks.items()},
        arrived=arrived,
        bots=bots,
        zone=zone,
        holidays=holidays,
        last=last,
    )
