"""What is usual: weekday profile, holidays, level, scatter and memory, refitted once a week.

After the Farrington family (Noufaily et al. 2013, doi:10.1002/sim.5595): past phases do not shape
the baseline, and the newest days are left out of it.
"""

from __future__ import annotations

from bot.judgement.arrays import Bools, Floats, Ints, np
from bot.judgement.energy.state import WEEKS, EnergyState, Rhythm

PROFILE_WEEKS = 12
_PROFILE_KAPPA = 40.0
_NETWORK_KAPPA = 20.0
LEVEL_WEEKS = 22
LEVEL_LAG = 1
MIN_WEEKS = 3
_MIN_FACTORS = 3.0
_MAX_GATED = 2
_LOCAL = 14
_HOLIDAY_DECAY = 0.97
_HOLIDAY_CAP = 4.0
_SPREAD = 2.0
"""How much more weeks scatter than independent days would, where nothing is known, and the weeks
that the network's own weighs."""
_SPREAD_WEEKS = 6
_SQUARE_CAP = 9.0
_MIDDLE_SQUARE = 0.455
"""The median of a squared standard normal."""
_LEAST_MEMORY = 0.15
_TRIMMED_FROM = 5
"""Weeks from which the highest and the lowest are left out of the level."""


def _is_lower(weekday: int, rhythm: Rhythm) -> bool:
    """Whether a holiday is felt: a public one on working days, a festive one on any day."""
    return rhythm is Rhythm.FESTIVE or (rhythm is Rhythm.HOLIDAY and weekday < 5)


def day_factors(state: EnergyState, weekday: int, rhythm: Rhythm) -> Floats:
    """The share of the usual level that this day carries, shape (3, series)."""
    factors: Floats = state.profile[weekday]
    if _is_lower(weekday, rhythm):
        observed, expected = state.holidays[rhythm - 1]
        factors = factors * (observed / expected)[:, None]
    return factors


def learn_holiday(state: EnergyState, weekday: int, rhythm: Rhythm, counts: Floats) -> None:
    """Let a holiday teach how much its class lowers every statistic."""
    if not _is_lower(weekday, rhythm):
        return
    usual = state.level * state.profile[weekday]
    known = np.isfinite(counts) & (usual > 0.05)
    weight = np.where(known, np.minimum(usual, _HOLIDAY_CAP), 0.0)
    ratio = np.where(known, counts / np.where(known, usual, 1.0), 0.0)
    sums = state.holidays[rhythm - 1]
    sums *= _HOLIDAY_DECAY
    sums[0] += (weight * ratio).sum(axis=1)
    sums[1] += weight.sum(axis=1)


def refit(state: EnergyState) -> None:
    """Fit everything usual anew from completed weeks; call it as a new week begins."""
    if not state.series:
        return
    _refit_profile(state)
    _refit_dispersion(state)
    _refit_memory(state)
    _refit_level(state)


def _refit_profile(state: EnergyState) -> None:
    rows = slice(-7 * (PROFILE_WEEKS + 1), -7)
    ordinary = state.rhythms[rows] == Rhythm.ORDINARY
    counts = state.counts[rows]
    known = np.isfinite(counts) & ordinary[:, None, None]
    split = (PROFILE_WEEKS, 7, *counts.shape[1:])
    total = np.where(known, counts, 0).reshape(split).sum(axis=0, dtype=float)
    days = known.reshape(split).sum(axis=0, dtype=float)
    shared = _shares(total.sum(axis=2), days.sum(axis=2), np.ones((7, 3)), _NETWORK_KAPPA)
    state.profile = _shares(total, days, shared[:, :, None], _PROFILE_KAPPA)


def _shares(total: Floats, days: Floats, prior: Floats, kappa: float) -> Floats:
    """Weekday factors (mean 1) from sums and numbers of days by weekday, shrunk to *prior*."""
    mean = total.sum(axis=0) / np.maximum(days.sum(axis=0), 1)
    factors = (total + kappa / 7 * prior) / (days * mean + kappa / 7)
    return np.asarray(factors / factors.mean(axis=0))


def _refit_dispersion(state: EnergyState) -> None:
    """alpha of the negative binomial (variance = mu + alpha mu^2) about a local fortnight."""
    span = 7 * PROFILE_WEEKS
    counts = state.counts[-span - _LOCAL - 7 : -7]
    known = np.isfinite(counts)
    filled = np.where(known, counts, np.float32(0))
    factors = np.where(known, _past_factors(state, len(counts)), np.float32(0))
    before, share = _sums_before(filled), _sums_before(factors)
    now, now_factor = filled[_LOCAL:], factors[_LOCAL:]
    usable = (share > _LOCAL / 3) & (now_factor > 0)
    local = np.where(usable, now_factor * before / np.where(usable, share, 1), 0)
    error = np.minimum((now - local) ** 2, 12 * (local + 0.3 * local**2) + 4)
    excess = np.where(usable, error * (_LOCAL / (_LOCAL + 1)) - local, 0).sum(axis=0, dtype=float)
    weight = (local**2).sum(axis=0, dtype=float)
    shared = (excess.sum(axis=1) + 4.0) / (weight.sum(axis=1) + 10.0)
    shared = np.clip(shared, 0.01, 2.5)[:, None]
    state.dispersion = np.clip((excess + 30.0 * shared) / (weight + 30.0), 0.01, 2.5)


def _past_factors(state: EnergyState, days: int) -> Floats:
    """Weekday and holiday factors of the *days* before the current week, (days, 3, series)."""
    weekdays = np.arange(days) % 7  # rows start on a Monday
    factors = state.profile.astype(np.float32)[weekdays]
    rhythms = state.rhythms[-days - 7 : -7]
    for kind in (Rhythm.HOLIDAY, Rhythm.FESTIVE):
        ratio = state.holidays[kind - 1, 0] / state.holidays[kind - 1, 1]
        felt = np.array([_is_lower(weekday, kind) for weekday in range(7)])[weekdays]
        factors[(rhythms == kind) & felt] *= ratio.astype(np.float32)[:, None]
    return factors


def _sums_before(values: Floats) -> Floats:
    """For every day but the first fourteen, the sum over the fourteen days before it."""
    sums = np.zeros((len(values) + 1, *values.shape[1:]), np.float32)
    np.cumsum(values, axis=0, out=sums[1:])
    return np.asarray(sums[_LOCAL:-1] - sums[: -_LOCAL - 1])


def _refit_memory(state: EnergyState) -> None:
    """How much of a day's evidence is new: where weeks scatter more than their days, less is."""
    variance = state.week_variance[:-1].astype(float)
    known = (variance > 0) & ordinary_weeks(state)[:, None, :]
    safe = np.where(known, variance, 1.0)
    squares = (state.week_counts[:-1] - state.week_expected[:-1]) ** 2 / safe
    weeks = known.sum(axis=0)
    enough = weeks >= MIN_WEEKS
    sums = np.where(known, np.minimum(squares, _SQUARE_CAP), 0).sum(axis=0)
    middles = _medians(squares, known, weeks) / _MIDDLE_SQUARE
    spread = np.where(enough, (sums / np.maximum(weeks, 1) + middles) / 2, 0)
    shared = np.empty((3, 1))
    for k in range(3):
        some = spread[k][enough[k]]
        middle = np.median(some) if len(some) else 0.0
        shared[k] = (middle * len(some) + _SPREAD * 2) / (len(some) + 2)
    own = weeks * enough
    spread = (own * spread + _SPREAD_WEEKS * shared) / (own + _SPREAD_WEEKS)
    state.memory = np.clip(1 / spread, _LEAST_MEMORY, 1.0)


def ordinary_weeks(state: EnergyState) -> Bools:
    """Which completed weeks held (almost) no day of a phase, (weeks, series)."""
    return np.asarray(state.gated.reshape(WEEKS, 7, -1)[:-1].sum(axis=1) <= _MAX_GATED)


def _medians(values: Floats, known: Bools, number: Ints) -> Floats:
    """The medians along the first axis of the *number* known values; some value where none is."""
    ordered = np.sort(np.where(known, values, np.inf), axis=0)
    low, high = np.maximum(number - 1, 0) // 2, np.maximum(number, 1) // 2
    picked = np.take_along_axis(ordered, np.stack([low, high]), axis=0)
    return np.where(number > 0, picked.sum(axis=0) / 2, 0.0)


def _refit_level(state: EnergyState) -> None:
    """The mean of the newest weekly ratios outside phases, but for the highest and the lowest.

    It is kept where there are too few weeks.
    """
    weeks = WEEKS - 1 - LEVEL_LAG
    factors = state.week_factors[:weeks]
    gated = state.gated.reshape(WEEKS, 7, -1)[:weeks].sum(axis=1)
    monday = state.today + 1 - 7 * (WEEKS - 1) + 7 * np.arange(weeks)
    good = (gated <= _MAX_GATED) & (monday[:, None] >= state.rebased)
    good3 = good[:, None, :] & (factors >= _MIN_FACTORS)
    newest = np.cumsum(good3[::-1], axis=0)[::-1] <= LEVEL_WEEKS
    good3 &= newest
    ratio = np.where(good3, state.week_counts[:weeks] / np.where(good3, factors, 1), 0)
    number = good3.sum(axis=0)
    extremes = ratio.max(axis=0) + np.where(good3, ratio, np.inf).min(axis=0)
    is_trimmed = number >= _TRIMMED_FROM
    total = ratio.sum(axis=0, dtype=float) - np.where(is_trimmed, extremes, 0)
    mean = total / np.maximum(number - 2 * is_trimmed, 1)
    state.level = np.where(number >= MIN_WEEKS, mean, state.level)


def rebase(state: EnergyState, index: int) -> None:
    """Take the last weeks of one series, four full ones and the current, for its new normal."""
    monday = state.today - (state.today - 1) % 7
    state.rebased[index] = monday - 28
    state.gated[-35:, index] = 0
    factors = state.week_factors[-5:, :, index].sum(axis=0, dtype=float)
    counts = state.week_counts[-5:, :, index].sum(axis=0, dtype=float)
    new = counts / np.maximum(factors, 1e-9)
    state.level[:, index] = np.where(factors > 0, new, state.level[:, index])
