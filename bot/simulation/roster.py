"""Who is in the simulated network on which day, and in which of its channels."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate
from math import exp
from random import Random

from bot.domain.ids import MemberId
from bot.simulation.dials import joins_on, leaves_on
from bot.simulation.names import invented
from bot.simulation.plan import Channel, Person, Plan, dice

ARRIVALS = 1000
"""People who come in the first week have numbers from here, those of the second from twice that."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Resident:
    """A person of the network with their id, their days (`leaves` excluded) and their channels."""

    id: MemberId
    name: str
    group: str
    voice: float
    is_lead: bool
    joins: date | None
    leaves: date | None
    channels: frozenset[str]

    def is_here(self, day: date) -> bool:
        """Whether they are in the network on *day*."""
        return (self.joins is None or self.joins <= day) and (
            self.leaves is None or day < self.leaves
        )


@dataclass(frozen=True, eq=False)
class Room:
    """The people of one channel on one day, to draw from by how much each usually says."""

    people: tuple[Resident, ...]

    @cached_property
    def _voices(self) -> list[float]:
        return list(accumulate(person.voice for person in self.people))

    @property
    def voice(self) -> float:
        """What all of them together usually say, in ordinary members."""
        return self._voices[-1] if self.people else 0.0

    @cached_property
    def leads(self) -> tuple[Resident, ...]:
        """Those who tend the network."""
        return tuple(person for person in self.people if person.is_lead)

    @cached_property
    def loudest(self) -> tuple[Resident, ...]:
        """The people, those who say most first."""
        return tuple(sorted(self.people, key=lambda person: -person.voice))

    def anyone(self, rng: Random) -> Resident:
        """Somebody, each by their voice."""
        return self.people[bisect_right(self._voices, rng.random() * self._voices[-1])]


class Roster:
    """All people of a plan: those it names, and those who come during it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        leaving = _leaving(plan)
        self.people = (*_founders(plan, leaving), *_arrivals(plan))
        self.named = {person.name: person for person in self.people}
        self._rooms: dict[tuple[str, int], Room] = {}
        moments = {x for p in self.people for x in (p.joins, p.leaves) if x is not None}
        self._changes = sorted(moments)

    def room(self, channel: Channel, day: date) -> Room:
        """Who is in *channel* on *day*."""
        version = bisect_right(self._changes, day)
        room = self._rooms.get((channel.name, version))
        if room is None:
            here = (p for p in self.people if channel.name in p.channels and p.is_here(day))
            room = self._rooms[channel.name, version] = Room(tuple(here))
            self._rooms.pop((channel.name, version - 2), None)
        return room

    def joining(self, day: date) -> list[Resident]:
        """Those who come on *day*."""
        return [person for person in self.people if person.joins == day]

    def leaving(self, day: date) -> list[Resident]:
        """Those who go on *day*."""
        return [person for person in self.people if person.leaves == day]


def channels_of(plan: Plan, person: Person, rng: Random) -> frozenset[str]:
    """The channels somebody chooses to be in."""
    chosen = set()
    for channel in plan.channels:
        chance = rng.random()
        if channel.for_leads:
            fits = person.is_lead
        elif channel.groups:
            fits = person.group in channel.groups or (person.is_lead and chance < channel.share)
        else:
            fits = person.is_lead or chance < channel.share
        if fits:
            chosen.add(channel.name)
    return frozenset(chosen)


def invented_person(groups: tuple[str, ...], name: str, rng: Random) -> Person:
    """Somebody ordinary: most people say little, a few say much."""
    voice = exp(rng.gauss(-0.32, 0.8))
    return Person(name=name, group=rng.choice(groups), voice=round(voice, 3))


def _founders(plan: Plan, leaving: dict[str, date]) -> Iterator[Resident]:
    for number, person in enumerate(plan.people, start=1):
        rng = dice(plan, "member", number)
        yield _settle(
            plan, person, number, channels_of(plan, person, rng), leaving.get(person.name)
        )


def _arrivals(plan: Plan) -> Iterator[Resident]:
    taken = {person.name for person in plan.people}
    for week in range(plan.weeks):
        rng = dice(plan, "arrivals", week)
        names = invented(rng, taken)
        number = ARRIVALS * (week + 1)
        for day in (plan.start + timedelta(weeks=week, days=n) for n in range(5)):
            expected = plan.joins_per_week * joins_on(plan, day) / 5
            for _ in range(poisson(rng, expected)):
                person = replace(invented_person(plan.groups, next(names), rng), joins=day)
                taken.add(person.name)
                number += 1
                yield _settle(plan, person, number, channels_of(plan, person, rng), None)


def _settle(
    plan: Plan, person: Person, number: int, channels: frozenset[str], leaves: date | None
) -> Resident:
    return Resident(
        id=MemberId(f"{plan.prefix}/U{number}"),
        name=person.name,
        group=person.group,
        voice=person.voice,
        is_lead=person.is_lead,
        joins=person.joins,
        leaves=leaves,
        channels=channels,
    )


def _leaving(plan: Plan) -> dict[str, date]:
    """Who of the founders goes when."""
    may_go = [person.name for person in plan.people if not (person.stays or person.is_lead)]
    dice(plan, "who leaves").shuffle(may_go)
    goes: dict[str, date] = {}
    for day in plan.days():
        expected = plan.leaves_per_week * leaves_on(plan, day) / 7
        for _ in range(poisson(dice(plan, "leaving", day), expected)):
            if may_go:
                goes[may_go.pop()] = day
    return goes


def poisson(rng: Random, mean: float) -> int:
    """A count of independent things of which *mean* are expected (Knuth 1969; normal above 40)."""
    if mean > 40:
        return max(0, round(rng.gauss(mean, mean**0.5)))
    limit, product, count = exp(-mean), rng.random(), 0
    while product > limit:
        count += 1
        product *= rng.random()
    return count
