"""How far a series' evidence is to be trusted, told from how much it said in ordinary weeks.

Were the likelihoods right, the evidence of an ordinary week would have a mean of minus half its
variance. Where weeks come in bursts, or the statistics go together, it scatters more, and less of
it is taken (the learning rate of a generalised posterior: Bissiri et al. 2016,
doi:10.1111/rssb.12158).
"""

from __future__ import annotations

from bot.judgement.arrays import Bools, Floats, np
from bot.judgement.energy.state import EnergyState

MIN_WEEKS = 3
_OWN_WEEKS = 24
"""Weeks of its own that weigh as much as all that its network's other series tell."""
_AS_GIVEN = 2
"""Series that say that evidence is as it should be, for networks of few."""
_LEAST, _MOST = 0.25, 2.0
_POWER = 0.7


def note(state: EnergyState, gain: Floats, heard: Bools) -> None:
    """Remember what today said, (2, series), of the series that were heard."""
    state.week_gain[-1] += gain
    state.week_heard[-1] += heard


def refit(state: EnergyState, ordinary: Bools) -> None:
    """Fit the trust anew from the completed weeks, (weeks, series), that were *ordinary*."""
    if not state.series:
        return
    known = ordinary & (state.week_heard[:-1] == 7)
    number = known.sum(axis=0)
    enough = number >= MIN_WEEKS
    weeks = np.maximum(number, 1)
    said = np.where(known[:, None], state.week_gain[:-1], 0).astype(float)
    mean = said.sum(axis=0) / weeks
    scatter = np.where(known[:, None], (said - mean) ** 2, 0).sum(axis=0) / weeks
    mean, scatter = mean.mean(axis=0), scatter.mean(axis=0)
    own = np.log(np.clip(-2 * mean / np.maximum(scatter, 1e-6), _LEAST, _MOST))
    some = own[enough]
    middle = float(np.median(some)) if len(some) else 0.0
    shared = middle * len(some) / (len(some) + _AS_GIVEN)
    number = number * enough
    pooled = (number * own + _OWN_WEEKS * shared) / (number + _OWN_WEEKS)
    state.trust = np.asarray(np.exp(_POWER * pooled))
