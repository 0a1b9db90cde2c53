"""The other channels of a simulated network's workspace: how many people speak in them each day."""

from __future__ import annotations

from datetime import date, timedelta
from math import exp

from bot.simulation import contexts as c
from bot.simulation.plan import Plan, dice
from bot.simulation.roster import poisson

FIRST = 10_001
"""Numbers of the other channels begin here."""
UNREST = 0.15
"""Standard deviation of the weekly shock of each channel (log scale)."""


def neighbours(plan: Plan, first: date, last: date) -> dict[date, dict[int, int]]:
    """How many people spoke in each other channel from *first* to *last*.

    They know of the network's contexts only the pressure, which is everybody's, and what the
    calendar says.
    """
    rng = dice(plan, "neighbours")
    rates = [exp(rng.gauss(1.2, 0.8)) for _ in range(rng.randint(6, 16))]
    found: dict[date, dict[int, int]] = {}
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        monday = day - timedelta(days=day.weekday())
        shocks = dice(plan, "neighbours' week", monday)
        week = [shocks.gauss(0, UNREST) for _ in rates]
        today, pace = dice(plan, "neighbours", day), _pace(plan, day)
        found[day] = {
            FIRST + n: poisson(today, rate * pace * exp(unrest))
            for n, (rate, unrest) in enumerate(zip(rates, week, strict=True))
        }
    return found


def _pace(plan: Plan, day: date) -> float:
    """How lively the workspace is on *day*, whatever the channel."""
    pace = plan.weekdays[day.weekday()] * (0.15 if day in plan.holidays else 1.0)
    for context in plan.contexts:
        if isinstance(context, c.Pressure | c.QuietSeason) and c.is_on(context, day):
            pace *= context.factor
    return pace
