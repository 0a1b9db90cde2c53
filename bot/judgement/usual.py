"""The usual range of a weekly count, and the signals that a run chart shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.judgement.arrays import Floats, np

FULL_WEEK = 5
FEWEST_WEEKS = 8
MOST_WEEKS = 26


@dataclass(frozen=True, kw_only=True, slots=True)
class Usual:
    """What such a week usually holds: the middle and the limits, in counts of that week."""

    centre: float
    low: float
    high: float


def usual_range(
    counts: Sequence[float],
    working_days: Sequence[int] | None = None,
    *,
    for_days: int = FULL_WEEK,
) -> Usual | None:
    """The usual range of a weekly count, for a week of *for_days* working days.

    An individuals (XmR) chart on the square root of the count per five working days: mean and mean
    plus or minus 2.66 mean moving ranges of the last 26 weeks (NHS England, Making Data Count).
    None for fewer than 8 weeks with a working day.
    """
    roots = _roots(counts, working_days)[-MOST_WEEKS:]
    if len(roots) < FEWEST_WEEKS:
        return None
    middle = float(roots.mean())
    reach = 2.66 * float(np.abs(np.diff(roots)).mean())
    scale = for_days / FULL_WEEK
    return Usual(
        centre=middle**2 * scale,
        low=max(0.0, middle - reach) ** 2 * scale,
        high=(middle + reach) ** 2 * scale,
    )


def signals(counts: Sequence[float], usual: Usual) -> list[frozenset[str]]:
    """The run-chart rules that each week (as five working days) sets off, for the picture.

    "outside" the limits; "near a limit": two of three in the outer third; "one side": seven in a
    row above or below the centre; "trend": seven in a row rising or falling.
    """
    middle, low, high = (value**0.5 for value in (usual.centre, usual.low, usual.high))
    roots = [count**0.5 for count in counts]
    third = max(high - middle, 1e-9) / 3
    far = [int(root > middle + 2 * third) - int(root < middle - 2 * third) for root in roots]
    side = [int(root > middle) - int(root < middle) for root in roots]
    step = [0, *(int(b > a) - int(b < a) for a, b in pairwise(roots))]
    found: list[set[str]] = [set() for _ in roots]
    for n, root in enumerate(roots):
        if not low <= root <= high:
            found[n].add("outside")
        if far[n] and far[max(0, n - 2) : n + 1].count(far[n]) >= 2:
            found[n].add("near a limit")
        if n >= 6 and side[n] and set(side[n - 6 : n + 1]) == {side[n]}:
            found[n].add("one side")
        if n >= 6 and step[n] and set(step[n - 5 : n + 1]) == {step[n]}:
            found[n].add("trend")
    return [frozenset(names) for names in found]


def _roots(counts: Sequence[float], working_days: Sequence[int] | None) -> Floats:
    days = [FULL_WEEK] * len(counts) if working_days is None else working_days
    rates = [c * FULL_WEEK / d for c, d in zip(counts, days, strict=True) if d > 0]
    return np.asarray(np.sqrt(np.array(rates, dtype=float)))
