"""The filter that ours began as, written out as it was specified, to be compared in the same run.

It steps through days and looks at nothing later; per channel three states over negative-binomial
counts of people, conversations and messages, tempered by the memory of weekly sums.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from benchmarks.energy_scores import EBB, FLOW, NORMAL, Outcome, Table, Workspace
from bot.judgement.energy.belief import _log_rising
from bot.judgement.energy.interface import rhythm_of
from bot.judgement.energy.state import Rhythm

WEIGHTS = np.array([0.2, 0.4, 0.4])
SIZES = np.array([0.5, 1.0, 2.0])


class _Filter:
    """All series of one workspace; arrays are (3, series, days) of n, p and a."""

    def __init__(self, counts: Table, strictness: float) -> None:
        self.x = counts
        _, self.series, self.days = counts.shape
        self.clipped = counts.copy()
        self.gated = np.zeros((self.series, self.days), bool)
        self.rhythm = np.zeros(self.days, int)
        self.factors = np.ones(counts.shape)
        self.mu = np.zeros(counts.shape)
        self.variance = np.zeros(counts.shape)
        self.profile = np.ones((7, 3, self.series))
        self.level = np.zeros((3, self.series))
        self.known = np.zeros(self.series, bool)
        self.alpha = np.full((3, self.series), 0.4)
        self.memory = np.full((3, self.series), 0.5)
        self.holiday = np.ones((2, 2, 3)) * 8.0
        self.holiday[:, 0] *= np.array([0.35, 0.40])[:, None]
        self.belief = np.repeat([[0.1], [0.8], [0.1]], self.series, axis=1)
        self.phase = np.full(self.series, NORMAL)
        self.inside = np.zeros(self.series, int)
        self.bars = np.array([1.7, 1.8]) * strictness

    def refit(self, t: int) -> None:
        """Weekly: profile, level, dispersion and memory from the days before *t*."""
        ordinary = np.flatnonzero(self.rhythm[max(0, t - 84) : t] == 0) + max(0, t - 84)
        total = np.zeros((7, 3, self.series))
        for weekday in range(7):
            total[weekday] = self.clipped[:, :, ordinary[ordinary % 7 == weekday]].sum(axis=2)
        whole = total.sum(axis=0)
        shared = total.sum(axis=2) + 3
        shared /= shared.sum(axis=0)
        self.profile = 7 * (total + 40 * shared[:, :, None]) / (whole + 40)
        self._level(t)
        self._dispersion(t)
        self._memory(t)

    def _level(self, t: int) -> None:
        for s in range(self.series):
            ratios: list[Table] = []
            for back in range(24):
                end = t - 10 - 7 * back
                if end < 7 or len(ratios) == 16:
                    break
                week = slice(end - 7, end)
                if self.gated[s, week].sum() <= 2:
                    factors = np.maximum(self.factors[:, s, week].sum(axis=1), 0.5)
                    ratios.append(self.clipped[:, s, week].sum(axis=1) / factors)
            if len(ratios) < 2:
                continue
            ordered = np.sort(np.array(ratios), axis=0)
            kept = ordered[1:-1] if len(ordered) >= 5 else ordered
            self.level[:, s] = kept.mean(axis=0)
            self.known[s] = True

    def _dispersion(self, t: int) -> None:
        first = max(14, t - 84)
        if t - first < 14:
            return
        x, f = self.clipped[:, :, first - 14 : t], self.factors[:, :, first - 14 : t]
        sums = np.cumsum(np.pad(x, ((0, 0), (0, 0), (1, 0))), axis=2)
        shares = np.cumsum(np.pad(f, ((0, 0), (0, 0), (1, 0))), axis=2)
        local = (sums[:, :, 14:-1] - sums[:, :, :-15]) / np.maximum(
            shares[:, :, 14:-1] - shares[:, :, :-15], 1
        )
        local = local * f[:, :, 14:]
        error = np.minimum((x[:, :, 14:] - local) ** 2, 12 * (local + 0.3 * local**2) + 4)
        excess = (error * 14 / 15 - local).sum(axis=2)
        weight = (local**2).sum(axis=2)
        shared = np.clip(excess.sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-9), 0.01, 2.5)
        self.alpha = np.clip((excess + 30 * shared[:, None]) / (weight + 30), 0.01, 2.5)

    def _memory(self, t: int) -> None:
        weeks = min(26, t // 7)
        first = t - 7 * weeks
        split = (3, self.series, weeks, 7)
        x = self.clipped[:, :, first:t].reshape(split).sum(axis=3)
        mu = self.mu[:, :, first:t].reshape(split).sum(axis=3)
        variance = self.variance[:, :, first:t].reshape(split).sum(axis=3)
        fine = variance > 0
        square = np.where(fine, (x - mu) ** 2 / np.where(fine, variance, 1), np.nan)
        number = fine.sum(axis=2)
        spread = np.full((3, self.series), np.nan)
        for k, s in np.argwhere(number >= 3):
            own = square[k, s][np.isfinite(square[k, s])]
            spread[k, s] = 0.5 * np.median(own) / 0.455 + 0.5 * np.minimum(own, 9).mean()
        for k in range(3):
            some = spread[k][np.isfinite(spread[k])]
            shared = float(np.median(some)) if len(some) else 2.0
            own = np.where(np.isfinite(spread[k]), spread[k], shared)
            mixed = (own * number[k] + 6 * shared) / (number[k] + 6)
            self.memory[k] = np.clip(1 / mixed, 0.15, 1)

    def step(self, t: int, rhythm: int) -> None:
        """Take in day *t*."""
        if t % 7 == 0 and t >= 14:
            self.refit(t)
        self.rhythm[t] = rhythm
        factors = self.profile[t % 7].copy()
        lowered = rhythm == 2 or (rhythm == 1 and t % 7 < 5)
        if lowered:
            observed, expected = self.holiday[rhythm - 1]
            factors *= (observed / expected)[:, None]
        x, mu = self.x[:, :, t], np.maximum(self.level, 0.01) * factors
        self.factors[:, :, t], self.mu[:, :, t] = factors, mu * self.known
        self.variance[:, :, t] = (mu + self.alpha * mu**2) * self.known
        limit = np.where(self.known, mu + 3.5 * np.sqrt(mu + self.alpha * mu**2) + 1, np.inf)
        self.clipped[:, :, t] = np.minimum(x, limit)
        if lowered:
            usual = self.level * self.profile[t % 7]
            weight = np.minimum(usual, 4.0) * (usual > 0.05)
            self.holiday[rhythm - 1] *= 0.97
            self.holiday[rhythm - 1, 0] += (weight * x / np.maximum(usual, 0.05)).sum(axis=1)
            self.holiday[rhythm - 1, 1] += weight.sum(axis=1)
        gain = self._gain(x, mu) * self.known
        stay = np.array(
            [[1 - 1 / 25, 1 / 120, 0], [1 / 25, 1 - 2 / 120, 1 / 20], [0, 1 / 120, 0.95]]
        )
        joint = np.maximum((stay @ self.belief) * np.exp(gain - gain.max(axis=0)), 1e-12)
        self.belief = np.where(self.known, joint / joint.sum(axis=0), self.belief)

    def _gain(self, x: Table, mu: Table) -> Table:
        shapes = np.stack([self.alpha, np.maximum(3, 6 * self.alpha)])
        mean = mu * SIZES[:, None, None, None]
        size = 1 / shapes
        chance = (
            _log_rising(size, x)
            + x * (np.log(shapes * mean) - np.log1p(shapes * mean))
            - size * np.log1p(shapes * mean)
        )
        mixed = np.logaddexp(np.log(0.98) + chance[:, 0], np.log(0.02) + chance[:, 1])
        against = mixed - np.logaddexp(
            np.log(0.98) + chance[NORMAL, 0], np.log(0.02) + chance[NORMAL, 1]
        )
        return np.asarray((against * (WEIGHTS[:, None] * self.memory)).sum(axis=1))

    def decide(self, t: int) -> None:
        """Begin and end phases on day *t*."""
        if t < 42:
            return
        odds = np.log(self.belief / (1 - self.belief)) - np.log(0.1 / 0.9)
        for side, kind in enumerate((EBB, FLOW)):
            leaves = (self.phase == kind) & (odds[kind] < self.bars[side] / 2)
            self.phase[leaves], self.inside[leaves] = NORMAL, 0
            enters = (self.phase != kind) & (odds[kind] > self.bars[side])
            self.phase[enters], self.inside[enters] = kind, 0
        self.gated[:, t] = self.phase != NORMAL
        self.inside += self.phase != NORMAL
        for s in np.flatnonzero(self.inside >= 56):
            self.gated[s, t - 27 : t + 1] = False
            self.phase[s], self.inside[s] = NORMAL, 0
            self.belief[:, s] = 0.1, 0.8, 0.1


def specified(space: Workspace, strictness: float = 1.0) -> Outcome:
    """The outcome of the specified filter, its bars times *strictness*."""
    counts = np.stack([space.stats[name] for name in ("n", "p", "a")])
    found = _Filter(counts, strictness)
    said = np.full((space.series, space.days), NORMAL, np.int8)
    last = np.full((3, space.series), -7)
    alerts = []
    for t in range(space.days):
        rhythm = rhythm_of(space.start + timedelta(days=t), space.holidays)
        before = found.phase.copy()
        found.step(t, min(int(rhythm), int(Rhythm.FESTIVE)))
        found.decide(t)
        said[:, t] = found.phase
        for s in np.flatnonzero((found.phase != before) & (found.phase != NORMAL)):
            kind = int(found.phase[s])
            if t - last[kind, s] >= 7:
                last[kind, s] = t
                alerts.append((int(s), t, kind))
    return Outcome(said=said, alerts=alerts)
