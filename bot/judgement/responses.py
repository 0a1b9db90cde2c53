"""Who responded to which message, which posts still wait for a person, and who is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from bot.judgement.arrays import Bools, np
from bot.judgement.talk import (
    DAY,
    FIRST_POSTS,
    HOUR,
    NEWCOMER_DAYS,
    OLD_HAND,
    STRANGERS,
    Setting,
    Talk,
    lay_out_days,
)
from bot.judgement.weeks import DEAF_DAYS

WORKING_DAY = 8.0  # hours

Post = tuple[int, int]
"""A message's (channel, ts)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrivals:
    """When each person came, in microseconds: `joined` as the platform told, `wrote` first.

    `begins` is the time of the first thing that we hold of the network.
    """

    begins: int
    joined: Mapping[int, int]
    wrote: Mapping[int, int]

    def came(self, person: int) -> int | None:
        """When *person* came, or None where they may have been there before us."""
        wrote, joined = self.wrote.get(person), self.joined.get(person)
        if wrote is not None and (joined is None or wrote < joined):
            return wrote if wrote >= self.begins + STRANGERS else None
        return joined

    def is_newcomer(self, person: int, ts: int, nth: int) -> bool:
        """Whether *person* was new at *ts*, when they wrote their *nth* message.

        New is who came less than 60 days ago, or writes one of their first three messages; but
        whoever wrote in the first fortnight that we hold may have written much before it.
        """
        came = self.came(person)
        if came is None:
            return False
        is_known = self.wrote.get(person, ts) >= self.begins + STRANGERS
        return ts - came < NEWCOMER_DAYS * DAY or (is_known and nth <= FIRST_POSTS)

    def within(self, since: int, until: int) -> list[int]:
        """Who came from *since* to before *until*."""
        people = sorted(self.joined.keys() | self.wrote.keys())
        found = [(person, self.came(person)) for person in people]
        return [person for person, came in found if came is not None and since <= came < until]


class Waiting(NamedTuple):
    """A post that no person answered, and for how many working hours."""

    channel: int
    ts: int
    asks: bool
    is_first: bool
    hours: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """Other people who responded to a message; `conversation` is its thread's first `ts`."""

    conversation: int
    opens: bool
    nth: int
    replied: set[int] = field(default_factory=set)
    reacted: set[int] = field(default_factory=set)


def nth_posts(talk: Talk, arrivals: Arrivals) -> list[int]:
    """For each message, how many its author had written then (over 99: more than we see here)."""
    begin = int(talk.ts[0]) if len(talk.ts) else 0
    written: Counter[int] = Counter()
    found = []
    for author in talk.author.tolist():
        if author not in written and arrivals.wrote.get(author, begin) < begin:
            written[author] = OLD_HAND
        written[author] += 1
        found.append(written[author])
    return found


def responses(talk: Talk, arrivals: Arrivals, *, since: int = 0) -> dict[Post, Response]:
    """The response to each message by a person from *since* on (microseconds).

    Everybody who writes in a conversation answers its opening; and each message answers the one
    by another person just before it. Bots neither answer nor are answered.
    """
    low = int(np.searchsorted(talk.ts, since))
    born, opens = talk.born[low:].tolist(), talk.starts[low:].tolist()
    rows = zip(born, opens, nth_posts(talk, arrivals)[low:], strict=True)
    found = [Response(conversation=ts, opens=does, nth=nth) for ts, does, nth in rows]
    authors, is_bot = talk.author.tolist(), talk.is_bot.tolist()
    links = zip(talk.first[low:].tolist(), talk.answers[low:].tolist(), strict=True)
    for i, (first, answered) in enumerate(links, low):
        if is_bot[i]:
            continue
        if answered >= low:
            found[answered - low].replied.add(authors[i])
        if first >= low and opens[first - low] and authors[first] != authors[i]:
            found[first - low].replied.add(authors[i])
    for i, member in talk.fans[talk.fans[:, 0] >= low].tolist():
        found[i - low].reacted.add(member)
    keys = zip(talk.channel[low:].tolist(), talk.ts[low:].tolist(), strict=True)
    return {key: each for key, each, bot in zip(keys, found, is_bot[low:], strict=True) if not bot}


def audiences(talk: Talk, *, since: int, until: int) -> dict[int, int]:
    """How many people wrote in each channel from *since* to before *until* (microseconds)."""
    low, high = np.searchsorted(talk.ts, [since, until])
    rows = np.arange(low, high)[~talk.is_bot[low:high]]
    pairs = {*zip(talk.channel[rows].tolist(), talk.author[rows].tolist(), strict=True)}
    return dict(Counter(channel for channel, _ in pairs))


def waiting(
    talk: Talk,
    setting: Setting,
    arrivals: Arrivals,
    *,
    channels: Collection[int],
    since: int,
    now: int,
    at_least: float = WORKING_DAY,
) -> list[Waiting]:
    """What was posted in *channels* from *since* on and is left without a person's response.

    Only questions, and newcomers' first posts, that opened a conversation *at_least* so many
    working hours (eight are a day) before *now*; times are in microseconds. Oldest first. What may
    have been answered while the bot was deaf is left out.
    """
    rows = np.arange(*np.searchsorted(talk.ts, [since, now]))
    rows = rows[talk.starts[rows] & (talk.reply[rows] < 0) & ~talk.liked[rows]]
    rows = rows[np.isin(talk.channel[rows], sorted(channels))]
    rows = rows[_was_heard(talk, setting)[rows]]
    hours = talk.days.clock(np.array([now], dtype=np.int64))[0] - talk.clock[rows]
    nth = nth_posts(talk, arrivals)
    found = []
    for i, waited in zip(rows.tolist(), hours.tolist(), strict=True):
        author, ts = int(talk.author[i]), int(talk.ts[i])
        is_first = nth[i] <= FIRST_POSTS and arrivals.is_newcomer(author, ts, nth[i])
        if waited >= at_least and (is_first or talk.asks[i]):
            place = int(talk.channel[i])
            found.append(Waiting(place, ts, bool(talk.asks[i]), is_first, waited))
    return found


def working_hours(setting: Setting, since: datetime, until: datetime) -> float:
    """How many working hours of the network lie between two instants."""
    first, last = (each.astimezone(setting.tz).date() for each in (since, until))
    instants = [round(each.timestamp() * 1e6) for each in (since, until)]
    began, ended = lay_out_days(setting, first, last).clock(np.array(instants, dtype=np.int64))
    return float(ended - began)


def _was_heard(talk: Talk, setting: Setting) -> Bools:
    """Whether the bot was listening in the days after each message."""
    heard = np.ones(len(talk.ts), dtype=bool)
    for begin, end in setting.deaf:
        if end - begin >= HOUR:
            heard &= (talk.ts >= end) | (talk.ts + DEAF_DAYS * DAY <= begin)
    return heard
