"""Notices a crowd: a one-off event that brings together far more people than is usual."""

from __future__ import annotations

from math import ceil, exp, fsum, lgamma, log, log1p

from bot.judgement.arrays import Bools, Floats, np
from bot.judgement.energy.baseline import day_factors
from bot.judgement.energy.reading import MIN_DAYS
from bot.judgement.energy.state import MESSAGES, PEOPLE, EnergyState, Rhythm

CHANCE = 1e-4
"""How seldom an ordinary pair of days holds so many people, at most."""
PEOPLE_AT_LEAST = 4
TIMES_USUAL = 2.5


def crowds(state: EnergyState) -> Bools:
    """Whether today and yesterday together are a crowd, for every series.

    People are counted on each day; messages stand in where people are not known. The chance is the
    tail of a negative binomial (a person-day more than usual is not independent of the next).
    """
    today = (state.today - 1) % 7 - 7
    expected, variance = np.zeros(len(state.series)), np.zeros(len(state.series))
    for place in (today - 1, today):
        kind = Rhythm(int(state.rhythms[place]))
        mean = _chosen(state, np.nan_to_num(state.level) * day_factors(state, place % 7, kind))
        expected += mean
        variance += mean + _chosen(state, state.dispersion) * mean**2
    observed = np.nan_to_num(state.lately).sum(axis=0)
    heard = np.isfinite(state.lately[1]) & (state.listened >= MIN_DAYS)
    many: Bools = heard & (observed >= PEOPLE_AT_LEAST) & (observed >= TIMES_USUAL * expected)
    many &= np.isfinite(_chosen(state, state.level))
    for index in np.flatnonzero(many):
        usual = float(np.maximum(expected[index], 0.05))
        spread = float(np.maximum(variance[index], 1.02 * usual))
        many[index] = tail(float(observed[index]), usual, spread) < CHANCE
    return many


def _chosen(state: EnergyState, values: Floats) -> Floats:
    """The people's row of *values*, or the messages' where people are not known."""
    known = np.isfinite(state.level[PEOPLE])
    return np.asarray(np.where(known, values[PEOPLE], values[MESSAGES]))


def tail(count: float, mean: float, variance: float) -> float:
    """The chance that a negative binomial of that mean and variance is at least *count*."""
    size = mean**2 / (variance - mean)
    share = mean / variance
    start, step = size * log(share) - lgamma(size), log1p(-share)
    below = (exp(start + lgamma(size + k) - lgamma(k + 1) + k * step) for k in range(ceil(count)))
    return max(1.0 - fsum(below), 0.0)
