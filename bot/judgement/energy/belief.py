"""How a day's counts move the belief that a series is in ebb, normal or flow.

A hidden Markov model with three states over negative-binomial counts of messages, people and
conversations together. Evidence is tempered by the memory of the series, because days are not
independent; the mixture with a wide scatter forgives one-day parties.
"""

from __future__ import annotations

from bot.judgement.arrays import Floats, np
from bot.judgement.energy.state import EBB, FLOW, NORMAL, PEOPLE, START_BELIEF, EnergyState

SOONER, CALMER = 0.6, 1.5
"""Sensitivities: factors on the evidence an alert needs; 1 is usual."""
NETWORK_STRICTNESS = 1.15
"""A network's sums wander a little more than the tempering takes off."""
THRESHOLDS = (2.35, 2.55)
"""Evidence (log odds above those of 1 in 10) that makes an ebb or a flow; half of it keeps it.

At these, real channels with planted phases and generated ones alike give about one false alarm a
channel-year.
"""

_SIZES = (0.45, 1.0, 2.2)
_STAY_EBB, _STAY_FLOW, _LEAVE_NORMAL = 1 - 1 / 25, 1 - 1 / 20, 1 / 120
_WIDE = 0.01
_TEMPER = 0.7
"""Power of the memory that tempers evidence."""
_MOST = 2.0
"""The most that one day may say for a phase, however loud or quiet, where all is known."""
_BORNE_OUT = 2.5
"""The most that a day may say for a flow, in what its people alone say for one: who posts much, or
begins many conversations, is one person."""
_WEIGHTS = ((0.65, 0, 0), (1 / 3, 0, 2 / 3), (0.34, 0.51, 0), (0.15, 0.42, 0.43))
"""Of messages, people and conversations, where the latter two are not known, known alone, or both.
They fall short of 1 where nothing bears out what one statistic says, so that the bars stay fixed.
"""


def evidence(state: EnergyState, counts: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """Log-likelihood of (ebb, flow) against normal, (2, series), and the weights, (3, series).

    Statistics that are not known (NaN) pass most of their weight on to the others.
    """
    known = np.isfinite(counts) & (expected > 0)
    weights = np.array(_WEIGHTS).T[:, 2 * known[1] + known[2]] * known
    observed = np.where(known, counts, 0.0)
    scatter = np.empty((2, 1, *counts.shape))
    scatter[0, 0] = state.dispersion
    np.maximum(6 * scatter[0, 0], 3, out=scatter[1, 0])
    size = 1 / scatter
    mean = np.maximum(expected, 1e-6) * np.array(_SIZES)[:, None, None]
    log = np.log1p(scatter * mean)
    chance = observed * (np.log(mean) - log) - size * log
    shares = np.log([1 - _WIDE, _WIDE])[:, None, None, None]
    chance += shares + _log_rising(size, observed) + observed * np.log(scatter)
    mixed = np.logaddexp(chance[0], chance[1])
    each = (mixed[[EBB, FLOW]] - mixed[NORMAL]) * state.memory**_TEMPER
    gain = np.minimum((each * weights).sum(axis=1), _MOST * weights.sum(axis=0))
    borne_out = np.where(known[PEOPLE], _BORNE_OUT * np.maximum(each[1, PEOPLE], 0), np.inf)
    gain[1] = np.where(gain[1] > 0, np.minimum(gain[1], borne_out), gain[1])
    return gain, weights


def _log_rising(size: Floats, count: Floats) -> Floats:
    """log of gamma(size + count) / gamma(size), by Stirling's series."""
    return _log_gamma(size + count) - _log_gamma(size)


def _log_gamma(value: Floats) -> Floats:
    """log gamma, to 1e-6 for values above 0.05."""
    far = value + 4
    series = (far - 0.5) * np.log(far) - far + 0.9189385332 + 1 / (12 * far) - 1 / (360 * far**3)
    return series - np.log(value * (value + 1) * (value + 2) * (value + 3))


def believe(belief: Floats, gain: Floats) -> Floats:
    """The belief (3, series) after a day whose evidence is *gain* (2, series)."""
    ebb = belief[EBB] * _STAY_EBB + belief[NORMAL] * _LEAVE_NORMAL
    flow = belief[FLOW] * _STAY_FLOW + belief[NORMAL] * _LEAVE_NORMAL
    joint = np.stack([ebb * np.exp(gain[0]), 1 - ebb - flow, flow * np.exp(gain[1])])
    joint = np.maximum(joint, 1e-12)
    return np.asarray(joint / joint.sum(axis=0))


def enough(sensitivity: float, strictness: float) -> tuple[Floats, Floats]:
    """Probabilities of (ebb, flow) above which a phase begins, and below which it ends, (2, 1)."""
    logs = np.array(THRESHOLDS)[:, None] * (sensitivity * strictness)
    base = np.log(START_BELIEF[0] / (1 - START_BELIEF[0]))
    return 1 / (1 + np.exp(-(logs + base))), 1 / (1 + np.exp(-(logs / 2 + base)))
