"""Makes workspaces of generated series, with phases planted and known.

Twelve channels with 0.7 to 200 messages a day, two years each; negative-binomial counts with a
weekday profile, autocorrelated noise, holidays, an August dip, unlisted days off and one-day
parties; planted ebbs (x0.25 to 0.7) and flows (x1.5 to 3) of 10 to 60 days, four in ten with a
ramp.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from benchmarks.energy_scores import Phase, Table, Workspace, planted

START = date(2023, 1, 2)
DAYS = 728
CHANNELS = 12
EASTER = (date(2023, 4, 7), date(2023, 4, 10), date(2024, 3, 29), date(2024, 4, 1))
FIXED = ((1, 1), (5, 1), (5, 29), (8, 28), (12, 25), (12, 26))
HOLIDAYS = {date(y, m, d) for y in (2023, 2024) for m, d in FIXED} | set(EASTER)


def draw(rng: np.random.Generator, mean: Table, scatter: float | Table) -> Table:
    """Negative-binomial counts of that mean, with variance mean + scatter mean^2."""
    rate = rng.gamma(1 / scatter, np.maximum(mean * scatter, 1e-9))
    return rng.poisson(rate).astype(float)


def workspace(rng: np.random.Generator, *, phases: bool = True) -> Workspace:
    """One network of channels."""
    level = np.exp(rng.uniform(np.log(0.7), np.log(200), CHANNELS))
    shape = calendar(rng)[None] * noise(rng)
    truth: list[Phase] = []
    for channel in range(CHANNELS if phases else 0):
        for phase, ramp in planted(rng, channel, DAYS):
            risen = np.minimum(np.arange(1, phase.end - phase.start + 2) / (ramp + 1), 1)
            shape[channel, phase.start : phase.end + 1] *= phase.size**risen
            truth.append(phase)
    party = rng.random((CHANNELS, DAYS)) < 0.01
    people_level = level[:, None] ** 0.75
    people = draw(rng, people_level * shape * np.where(party, 2.0, 1.0), 0.06)
    chatter = (level[:, None] / people_level) * np.where(party, 3.0, 1.0)
    more = draw(rng, people * np.maximum(chatter - 1, 0.1), rng.uniform(0.2, 0.9, (CHANNELS, 1)))
    talks = np.minimum(draw(rng, 0.6 * people_level * shape, 0.08), people + more)
    stats = {"n": people + more, "p": people, "a": talks}
    return Workspace(start=START, holidays=HOLIDAYS, stats=stats, phases=truth)


def calendar(rng: np.random.Generator) -> Table:
    """The share of an ordinary day that each day carries, (days,)."""
    weekday = np.array([1, 1.1, 1.15, 1.05, 0.9, *rng.uniform(0.05, 0.5, 2)])
    share = np.ones(DAYS)
    for ahead in range(DAYS):
        day = START + timedelta(days=ahead)
        share[ahead] = weekday[day.weekday()]
        if day in HOLIDAYS and day.weekday() < 5:
            share[ahead] *= 0.3
        elif (day.month, day.day) >= (12, 23) or (day.month, day.day) <= (1, 2):
            share[ahead] *= 0.4
        if day.month == 8:
            share[ahead] *= 0.85
    share[rng.choice(DAYS, 6, replace=False)] *= 0.3
    return share


def noise(rng: np.random.Generator) -> Table:
    """Slow autocorrelated wandering of every channel, mean one, (channels, days)."""
    size = rng.uniform(0.05, 0.3, CHANNELS)
    log = np.zeros((CHANNELS, DAYS))
    log[:, 0] = rng.normal(0, size)
    for ahead in range(1, DAYS):
        log[:, ahead] = 0.8 * log[:, ahead - 1] + rng.normal(0, size * 0.6)
    return np.asarray(np.exp(log - (size**2 / 2)[:, None]))
