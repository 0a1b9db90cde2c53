"""Two networks unlike the demo's: a calm circle of forty, and a wide and noisy one of four hundred.

Both have the demo's named people and channels, so that a context planted there can be planted here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from bot.simulation import contexts as c
from bot.simulation import frailty
from bot.simulation.names import invented
from bot.simulation.plan import Channel, Habits, Person, Plan
from bot.simulation.roster import invented_person

CALM_RATES = (2.5, 15, 6, 4.5, 2.5, 1)
WIDE_RATES = (12, 58, 24, 15, 10, 3)
"""Messages of an ordinary working day in each of the demo's channels."""


def calm_circle(seed: int = 1, *, contexts: tuple[c.Context, ...] = ()) -> Plan:
    """Forty people who know each other, about 30 messages a working day, hardly any unrest."""
    return _like_the_demo(
        seed,
        "calm",
        people=40,
        star=14.0,
        rates=CALM_RATES,
        habits=Habits(unrest=0.03, answered=0.88, reactions=0.6),
        coming=0.8,
        going=0.3,
        contexts=contexts,
    )


def wide_network(seed: int = 1, *, contexts: tuple[c.Context, ...] = ()) -> Plan:
    """Four hundred people, about 120 messages a working day, livelier and quieter by turns."""
    return _like_the_demo(
        seed,
        "wide",
        people=400,
        star=95.0,
        rates=WIDE_RATES,
        habits=Habits(unrest=0.14, answered=0.75, answers=2.2, newcomers_answered=0.88),
        coming=3.0,
        going=2.4,
        contexts=contexts,
    )


def _like_the_demo(
    seed: int,
    kind: str,
    *,
    people: int,
    star: float,
    rates: tuple[float, ...],
    habits: Habits,
    coming: float,
    going: float,
    contexts: tuple[c.Context, ...],
) -> Plan:
    demo = frailty.frailty_friends(seed, contexts=contexts)
    rng = Random(f"{seed}/{kind}")
    names = invented(rng, {person.name for person in frailty.CAST})
    cast = [
        replace(person, voice=star) if person.name == frailty.DAN else person
        for person in frailty.CAST
    ]
    others = [invented_person(frailty.GROUPS, next(names), rng) for _ in range(people - len(cast))]
    livelier = sum(rates) / sum(channel.rate for channel in frailty.CHANNELS)
    return replace(
        demo,
        bots=tuple(replace(bot, per_day=bot.per_day * livelier) for bot in demo.bots),
        people=(*cast, *(replace(x, voice=min(x.voice, 5.0)) for x in others)),
        channels=_with_rates(frailty.CHANNELS, rates),
        habits=habits,
        joins_per_week=coming,
        leaves_per_week=going,
    )


def _with_rates(channels: tuple[Channel, ...], rates: tuple[float, ...]) -> tuple[Channel, ...]:
    pairs = zip(channels, rates, strict=True)
    return tuple(replace(channel, rate=rate) for channel, rate in pairs)


def moved_to(plan: Plan, start: date, holidays: tuple[date, ...]) -> Plan:
    """The same network in another half-year: from *start* on, with its public *holidays*."""
    later = start - plan.start
    people = tuple(_later(person, later) for person in plan.people)
    return replace(plan, start=start, people=people, holidays=holidays)


def _later(person: Person, by: timedelta) -> Person:
    return person if person.joins is None else replace(person, joins=person.joins + by)
