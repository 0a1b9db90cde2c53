"""A large invented workspace, of as many messages as wanted, to measure speed and memory with."""

from __future__ import annotations

from datetime import date
from math import exp
from random import Random

from bot.simulation.names import invented
from bot.simulation.plan import Bot, Channel, Plan
from bot.simulation.roster import invented_person

CHANNELS, WEEKS, WORKING_WEEK = 60, 60, 5.02
"""Nearly 20,000 channel days with something in them; a week has 5.02 working days of messages."""
GROUPS = tuple(f"Site {n}" for n in range(1, 21))


def large_network(size: int, *, weeks: int = WEEKS, seed: int = 1) -> Plan:
    """A plan of about *size* messages in 60 channels, by a person per 350 messages."""
    rng = Random(f"{seed}/large")
    weights = [exp(rng.gauss(0, 0.6)) for _ in range(CHANNELS)]
    daily = size / (weeks * WORKING_WEEK) / sum(weights)
    names = invented(rng, set())
    count = max(60, size // 350)
    return Plan(
        seed=seed,
        start=date(2025, 1, 6),
        weeks=weeks,
        people=tuple(invented_person(GROUPS, next(names), rng) for _ in range(count)),
        channels=tuple(
            Channel(
                name=_name(n), rate=daily * weight, share=1.0 if n == 0 else 0.3, is_main=n == 0
            )
            for n, weight in enumerate(weights)
        ),
        bots=(Bot(name="Builds", channel=_name(1), per_day=size / weeks / 500),),
        joins_per_week=count / 300,
        leaves_per_week=count / 300,
    )


def _name(number: int) -> str:
    return "general" if number == 0 else f"topic-{number:02d}"
