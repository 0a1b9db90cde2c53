"""The script of a simulated network: who is in it, how they usually behave, what befalls it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.events import to_micros
from bot.domain.ids import ChannelId, MemberId

if TYPE_CHECKING:
    from bot.simulation.contexts import Context

MINUTE = 60_000_000  # microseconds
DAY = 24 * 60 * MINUTE


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody of the network; `voice` is how much they say, an ordinary member saying 1.

    `joins` is None for those who were there before the simulation starts. Some leave in its
    course, but never a lead nor somebody who `stays`, so that a context may count on them.
    """

    name: str
    group: str
    voice: float = 1.0
    is_lead: bool = False
    stays: bool = False
    joins: date | None = None


@dataclass(frozen=True, kw_only=True)
class Channel:
    """A channel; `rate` is the human messages of an ordinary working day, replies included.

    `share` of the members are in it; with `groups` only people of those, with `for_leads` only
    the leads. `asks` is the share of its conversations that begin with a question.
    """

    name: str
    rate: float
    share: float = 1.0
    asks: float = 0.3
    groups: tuple[str, ...] = ()
    is_main: bool = False
    for_leads: bool = False


@dataclass(frozen=True, kw_only=True)
class Bot:
    """A machine that posts in one channel, about `per_day` times a working day."""

    name: str
    channel: str
    per_day: float


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How people of the network usually treat each other; all but the counts are shares of 1."""

    answered: float = 0.82
    """of openings get an answer"""
    answers: float = 2.6
    """answers an answered opening gets, on average (at least one)"""
    comes_back: float = 0.3
    """of answers after the first are by the person who opened the conversation"""
    first_answer: float = 55.0
    """median minutes to the first answer"""
    next_answer: float = 30.0
    """median minutes to each further one"""
    late: float = 0.03
    """of messages go into a conversation of two to four weeks ago"""
    lead_opens: float = 0.2
    """of openings are by a lead"""
    introduces: float = 0.85
    """of newcomers write a first post in their first three days, and two more in two weeks"""
    newcomers_answered: float = 0.92
    """of newcomers' first three posts get an answer"""
    reactions: float = 0.45
    """reactions a message gets, on average"""
    edited: float = 0.015
    deleted: float = 0.004
    unrest: float = 0.06
    """standard deviation of the weekly shock that all people share (log scale)"""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A whole simulated network and its truth. The same plan always gives the same events.

    `weekdays` are factors on the channels' rates, Monday first; `hours` the share of openings in
    each local hour; `holidays` the public holidays; `contexts` all that befalls the network.
    """

    seed: int
    start: date
    weeks: int
    people: tuple[Person, ...]
    channels: tuple[Channel, ...]
    bots: tuple[Bot, ...] = ()
    time_zone: str = "Europe/London"
    country: str = "GB"
    weekdays: tuple[float, ...] = (0.95, 1.15, 1.15, 1.05, 0.7, 0.1, 0.12)
    hours: tuple[float, ...] = (
        (0,) * 7 + (2, 6, 10, 11, 9, 12, 9, 8, 8, 7, 5, 3, 3, 3, 2) + (0,) * 2
    )
    holidays: tuple[date, ...] = ()
    habits: Habits = Habits()
    joins_per_week: float = 0.0
    leaves_per_week: float = 0.0
    contexts: tuple[Context, ...] = ()
    prefix: str = "console:sim"

    @property
    def end(self) -> date:
        """The first day after the simulation."""
        return self.start + timedelta(weeks=self.weeks)

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups people come from, in the order in which they are first named."""
        return tuple(dict.fromkeys(person.group for person in self.people))

    def days(self) -> Iterator[date]:
        """Every day of the simulation."""
        for n in range(self.weeks * 7):
            yield self.start + timedelta(days=n)

    def channel_id(self, name: str) -> ChannelId:
        """The id of the channel of that *name*.

        Raises:
            ValueError: the plan has no such channel.
        """
        number = [channel.name for channel in self.channels].index(name) + 1
        return ChannelId(f"{self.prefix}/C{number}")

    def member_id(self, name: str) -> MemberId:
        """The id of a person the plan names.

        Raises:
            ValueError: the plan has no such person.
        """
        number = [person.name for person in self.people].index(name) + 1
        return MemberId(f"{self.prefix}/U{number}")

    def midnight(self, day: date) -> int:
        """When local *day* begins, in microseconds since 1970 UTC."""
        return _midnight(day, self.time_zone)

    def day_of(self, micros: int) -> date:
        """The local day of an instant."""
        return (datetime.fromtimestamp(micros / 1e6, ZoneInfo(self.time_zone))).date()

    def is_working_day(self, day: date) -> bool:
        """Neither a weekend nor a public holiday."""
        return day.weekday() < 5 and day not in self.holidays


@lru_cache(maxsize=4096)
def _midnight(day: date, time_zone: str) -> int:
    return to_micros(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(time_zone)))


def dice(plan: Plan, *where: object) -> Random:
    """Random numbers of their own for one place and time of the plan.

    So that a context planted in June changes nothing of May, and nothing in other channels.
    """
    return Random("/".join(map(str, (plan.seed, *where))))
