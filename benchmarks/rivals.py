"""What else a team might use to notice an ebb or a flow, each as a signed score of every day.

A rival sees daily messages, as its users would give it; its score of a day rests on that day and
earlier ones. Two bars, for ebb and for flow, are set so that each kind gives half a false alarm per
series and year on workspaces of their own, and are fixed then. Rivals whose package is not
installed (ruptures, statsmodels, prophet) are left out, and named.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Sequence
from importlib.util import find_spec

import numpy as np

from benchmarks.energy_scores import EBB, FLOW, NORMAL, Kinds, Outcome, Table, Workspace, is_false
from benchmarks.energy_scores import with_gaps as alerts_of

WARM = 42
"""Days before which nobody says anything."""
Rival = Callable[[Workspace], Table]


def _before(values: Table, days: int) -> Table:
    """Sums of the *days* days up to and with every day; fewer at the start."""
    sums = np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1)
    first = np.maximum(np.arange(values.shape[1]) + 1 - days, 0)
    return np.asarray(sums[:, 1:] - sums[:, first])


def _shifted(values: Table, days: int) -> Table:
    out = np.full_like(values, np.nan)
    out[:, days:] = values[:, :-days]
    return out


def week_on_week(space: Workspace) -> Table:
    """The last seven days against the seven before: log of their ratio."""
    week = _before(space.stats["n"], 7) + 0.5
    return np.asarray(np.log(week / _shifted(week, 7)))


def z_score(space: Workspace) -> Table:
    """The day against the 28 days before it, in their standard deviations."""
    x = space.stats["n"]
    mean = _shifted(_before(x, 28) / 28, 1)
    square = _shifted(_before(x**2, 28) / 28, 1)
    return np.asarray((x - mean) / np.sqrt(np.maximum(square - mean**2, 0.25)))


def _by_weekday(x: Table, t: int, span: int = 84, lag: int = 7) -> tuple[Table, Table]:
    """Mean and standard deviation of every weekday over a span, (series, 7)."""
    past = x[:, max(0, t - span - lag) : t - lag]
    first = max(0, t - span - lag)
    days = (np.arange(first, t - lag)) % 7
    mean = np.stack([past[:, days == d].mean(axis=1) for d in range(7)], axis=1)
    spread = np.sqrt(((past - mean[:, days]) ** 2).mean(axis=1, keepdims=True))
    return mean, spread


def ewma(space: Workspace) -> Table:
    """EWMA (weight 0.15) of square roots about their weekday's mean, in its own deviations."""
    x = np.sqrt(space.stats["n"])
    out = np.full_like(x, np.nan)
    level = np.zeros(len(x))
    mean, spread = np.zeros((len(x), 7)), np.ones((len(x), 1))
    for t in range(WARM, space.days):
        if t % 7 == 0:
            mean, spread = _by_weekday(x, t)
        z = np.clip((x[:, t] - mean[:, t % 7]) / np.maximum(spread[:, 0], 0.2), -4, 4)
        level = 0.85 * level + 0.15 * z
        out[:, t] = level / np.sqrt(0.15 / 1.85)
    return out


def farrington(space: Workspace) -> Table:
    """Farrington Flexible on daily seven-day sums (Noufaily et al. 2013, doi:10.1002/sim.5595).

    Quasi-Poisson regression with a trend on the sums of whole weeks past, the newest three left
    out, past outbreaks down-weighted (Anscombe residual above 2.58); exceedance on the 2/3 scale.
    """
    week = _before(space.stats["n"], 7)
    out = np.full_like(week, np.nan)
    for t in range(70, space.days):
        at = np.arange(t - 28, max(6, t - 7 * 52), -7)[::-1]
        y = week[:, at]
        time = np.broadcast_to((at - t) / 100.0, y.shape)
        weight = np.ones_like(y)
        for _ in range(2):
            mu, ahead, error = _quasi_poisson(y, time, weight)
            excess = (weight * (y - mu) ** 2 / mu).sum(1) / np.maximum(weight.sum(1) - 2, 1)
            phi = np.maximum(excess, 1)[:, None]
            anscombe = 1.5 * (y ** (2 / 3) - mu ** (2 / 3)) / (mu ** (1 / 6) * np.sqrt(phi))
            weight = np.where(anscombe > 2.58, 1 / np.maximum(anscombe, 1) ** 2, 1.0)
            weight *= weight.shape[1] / weight.sum(1, keepdims=True)
        spread = np.sqrt(phi[:, 0] * (ahead + error * ahead**2))
        two_thirds = 2 / 3 * ahead ** (-1 / 3) * spread
        out[:, t] = (week[:, t] ** (2 / 3) - ahead ** (2 / 3)) / np.maximum(two_thirds, 1e-6)
    return out


def _quasi_poisson(y: Table, time: Table, weight: Table) -> tuple[Table, Table, Table]:
    """Fitted means, the mean at time 0, and the variance of its log per unit of scale."""
    intercept = np.log(y.mean(1) + 0.1)
    slope = np.zeros(len(y))
    for _ in range(5):
        mu = np.exp(np.clip(intercept[:, None] + slope[:, None] * time, -3, 12))
        w = weight * mu
        z = np.log(mu) + (y - mu) / mu
        s0, s1, s2 = w.sum(1), (w * time).sum(1), (w * time**2).sum(1)
        s2 = s2 + 0.05 * s0  # a ridge, so that a year's trend isn't carried far
        determinant = np.maximum(s0 * s2 - s1**2, 1e-9)
        a, b = (w * z).sum(1), (w * z * time).sum(1)
        intercept = np.clip((s2 * a - s1 * b) / determinant, -3, 12)
        slope = np.clip((s0 * b - s1 * a) / determinant, -2, 2)
    mu = np.exp(np.clip(intercept[:, None] + slope[:, None] * time, -3, 12))
    return mu, np.exp(intercept), s2 / determinant


def _adjusted(x: Table, t: int, span: int) -> Table:
    """Square roots of the last days less their weekday's mean."""
    root = np.sqrt(x[:, max(0, t + 1 - span) : t + 1])
    days = np.arange(max(0, t + 1 - span), t + 1) % 7
    return root - np.stack([root[:, days == d].mean(1) for d in range(7)], axis=1)[:, days]


def s_h_esd(space: Workspace) -> Table:
    """A day against its weekday's median of twelve weeks, in median absolute deviations.

    The statistic of Seasonal Hybrid ESD (Hochenbaum et al. 2017, arXiv:1704.07706), day by day.
    """
    x = space.stats["n"]
    out = np.full_like(x, np.nan)
    for t in range(WARM, space.days):
        first = max(0, t + 1 - 84)
        past, days = x[:, first : t + 1], np.arange(first, t + 1) % 7
        usual = np.stack([np.median(past[:, days == d], axis=1) for d in range(7)], axis=1)
        rest = past - usual[:, days]
        spread = 1.4826 * np.median(np.abs(rest - np.median(rest, axis=1)[:, None]), axis=1)
        out[:, t] = rest[:, -1] / np.maximum(spread, 0.5)
    return out


def stl_trend(space: Workspace) -> Table:
    """Robust STL of the last half year once a week: the trend's end against its middle."""
    from statsmodels.tsa.seasonal import STL

    out = np.full_like(space.stats["n"], np.nan)
    for t in range(WARM + 14, space.days, 7):
        root = np.sqrt(space.stats["n"][:, max(0, t - 181) : t + 1])
        for s, row in enumerate(root):
            fit = STL(row, period=7, seasonal=13, robust=True).fit(inner_iter=1, outer_iter=3)
            spread = 1.4826 * np.median(np.abs(row - fit.trend - fit.seasonal)) + 0.2
            out[s, t : t + 7] = (fit.trend[-1] - np.median(fit.trend)) / spread
    return out


def pelt(space: Workspace) -> Table:
    """PELT (least squares, ruptures) each second day: the last segment against the one before."""
    import ruptures

    out = np.full_like(space.stats["n"], np.nan)
    for t in range(WARM, space.days, 2):
        recent = _adjusted(space.stats["n"], t, 182)
        for s, row in enumerate(recent):
            noise = max(float(np.median(np.abs(np.diff(row)))) ** 2, 0.05)
            found = ruptures.KernelCPD(kernel="linear", min_size=5).fit(row)
            edges = [0, *found.predict(pen=6 * noise * np.log(len(row)))]
            out[s, t : t + 2] = 0.0
            if len(edges) > 2:
                last, before = row[edges[-2] :], row[edges[-3] : edges[-2]]
                reach = np.sqrt(noise * (1 / len(last) + 1 / len(before)))
                out[s, t : t + 2] = (last.mean() - before.mean()) / reach
    return out


def prophet(space: Workspace) -> Table:
    """Prophet, refitted each fourth week: seven days' mean against its forecast."""
    import pandas
    from prophet import Prophet

    logging.getLogger("cmdstanpy").disabled = True
    root = np.sqrt(space.stats["n"])
    out = np.full_like(root, np.nan)
    days = pandas.date_range(space.start, periods=space.days)
    for t in range(WARM, space.days, 28):
        for s, row in enumerate(root):
            model = Prophet(weekly_seasonality=True, daily_seasonality=False)
            model.fit(pandas.DataFrame({"ds": days[:t], "y": row[:t]}))
            told = model.predict(pandas.DataFrame({"ds": days[: t + 28]}))["yhat"].to_numpy()
            spread = np.std(row[:t] - told[:t]) + 0.1
            ahead = slice(t - 6, min(t + 28, space.days))
            gap = row[ahead] - told[: space.days][ahead]
            out[s, t : t + 28] = np.convolve(gap, np.ones(7) / 7, "valid")[:28] / spread
    return out


RIVALS: dict[str, tuple[Rival, str | None]] = {
    "week on week": (week_on_week, None),
    "z-score 28 d": (z_score, None),
    "EWMA alone": (ewma, None),
    "Farrington Flexible, daily": (farrington, None),
    "S-H-ESD": (s_h_esd, None),
    "STL trend": (stl_trend, "statsmodels"),
    "PELT": (pelt, "ruptures"),
    "Prophet": (prophet, "prophet"),
}
SLOW = frozenset({"STL trend", "PELT", "Prophet"})


def at_hand() -> dict[str, Rival]:
    """The rivals whose package is installed."""
    return {n: r for n, (r, package) in RIVALS.items() if package is None or find_spec(package)}


def scored(rival: Rival, spaces: Sequence[Workspace]) -> list[Table]:
    """The scores of every workspace; unknown ones are 0."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tables = [np.nan_to_num(rival(space)) for space in spaces]
    for table in tables:
        table[:, :WARM] = 0
    return tables


def said(table: Table, bars: tuple[float, float]) -> Outcome:
    """What scores say with those bars."""
    kinds: Kinds = np.full(table.shape, NORMAL, np.int8)
    kinds[table < -bars[0]] = EBB
    kinds[table > bars[1]] = FLOW
    return Outcome(said=kinds, alerts=alerts_of(kinds))


def calibrated(
    spaces: Sequence[Workspace], tables: Sequence[Table], budget: float = 1.0
) -> tuple[float, float]:
    """Bars at which each kind gives half the budget of false alarms a series and year."""
    years = sum(space.series * space.days for space in spaces) / 365.25
    bars = []
    for kind, sign in ((EBB, -1), (FLOW, 1)):
        low, high = 0.0, max(float((sign * table).max()) for table in tables) + 1
        for _ in range(18):
            bar = (low + high) / 2
            false = 0
            for space, table in zip(spaces, tables, strict=True):
                kinds = np.where(sign * table > bar, kind, NORMAL).astype(np.int8)
                false += sum(is_false(space, *alert) for alert in alerts_of(kinds))
            low, high = (bar, high) if false / years > budget / 2 else (low, bar)
        bars.append(high)
    return bars[0], bars[1]
