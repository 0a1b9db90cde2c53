"""Whether nudges do anything, by lot: honest after every single one, and for small numbers.

Ebbs come back by themselves, so before and after says nothing: only those that were left alone by
lot tell what would have been. What is said here may be looked at after each trial, for as long as
one likes: an effect is claimed without need in at most one series of twenty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import comb, exp, fsum, log, sqrt

ERROR = 0.05
"""In how many series, looked at for ever, an effect may be claimed where there is none."""
EXPECTED = 0.3
"""How large an effect (a log ratio) is looked for with the least patience: a third, either way."""
SCATTER, DOUBT = 0.5, 3.0
"""The standard deviation that is believed before anything was seen, and how many trials' worth."""
MATTERS = log(1.22)
"""An effect below a fifth isn't worth anybody's time."""
FEWEST = 3
"""Trials on each side before anything is said."""


class Verdict(StrEnum):
    """What can be said of an effect by now."""

    HELPS = "helps"
    HARMS = "harms"
    TOO_SMALL = "too small to matter"
    NOT_YET_KNOWN = "not yet known"


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One ebb in which it was drawn by lot whether there would be a nudge.

    `before` and `after` are the people who spoke in the fourteen days before and after, against
    what was expected of those days: 1 is as usual.
    """

    was_nudged: bool
    before: float
    after: float


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The ratio of nudged to left alone (1: no difference), and between what it is sure to lie.

    `more` is about how many more trials it takes, where it isn't known yet.
    """

    verdict: Verdict
    nudged: int
    left_alone: int
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    more: int | None = None


def judge_trials(trials: Sequence[Trial]) -> Evidence:
    """What *trials*, oldest first, say by now of whether nudges change energy."""
    sides = [_gains(trials, was_nudged=side) for side in (True, False)]
    nudged, left = map(len, sides)
    if min(nudged, left) < FEWEST:
        more = 2 * FEWEST - min(nudged, FEWEST) - min(left, FEWEST)
        return Evidence(
            verdict=Verdict.NOT_YET_KNOWN, nudged=nudged, left_alone=left, more=max(more, 1)
        )
    scatter = _scatter(sides)
    effect = fsum(sides[0]) / nudged - fsum(sides[1]) / left
    margin = _margin(scatter**2 * (1 / nudged + 1 / left))
    verdict = _verdict(effect, margin)
    return Evidence(
        verdict=verdict,
        nudged=nudged,
        left_alone=left,
        ratio=exp(effect),
        low=exp(effect - margin),
        high=exp(effect + margin),
        more=_more(effect, scatter, nudged, left) if verdict is Verdict.NOT_YET_KNOWN else None,
    )


def _gains(trials: Sequence[Trial], *, was_nudged: bool) -> list[float]:
    """How far each came back, with half of what it had lost before taken off."""
    chosen = (trial for trial in trials if trial.was_nudged is was_nudged)
    return [_log(trial.after) - _log(trial.before) / 2 for trial in chosen]


def _log(ratio: float) -> float:
    return log(min(max(ratio, 0.05), 20.0))


def _scatter(sides: Sequence[Sequence[float]]) -> float:
    """The standard deviation within both sides, drawn towards what was believed before."""
    squares = DOUBT * SCATTER**2
    freedom = DOUBT
    for side in sides:
        mean = fsum(side) / len(side)
        squares += fsum((gain - mean) ** 2 for gain in side)
        freedom += len(side) - 1
    return sqrt(squares / freedom)


def _margin(variance: float) -> float:
    """Half the width of a confidence sequence: Robbins' normal mixture (1970)."""
    wide = variance + EXPECTED**2
    spread = variance * wide / EXPECTED**2
    return sqrt(spread * (2 * log(1 / ERROR) + log(wide / variance)))


def _verdict(effect: float, margin: float) -> Verdict:
    if effect - margin > 0:
        return Verdict.HELPS
    if effect + margin < 0:
        return Verdict.HARMS
    if effect + margin < MATTERS and effect - margin > -MATTERS:
        return Verdict.TOO_SMALL
    return Verdict.NOT_YET_KNOWN


def _more(effect: float, scatter: float, nudged: int, left: int) -> int:
    """About how many more it takes, if what was seen goes on as it is."""
    now = 1 / nudged + 1 / left
    times = 1.0
    while times < 1000:
        times *= 1.05
        if _verdict(effect, _margin(scatter**2 * now / times)) is not Verdict.NOT_YET_KNOWN:
            break
    return max(1, round((times - 1) * (nudged + left)))


def favour(won: int, lost: int) -> float:
    """How much *won* against *lost* pairs speak for an effect: from 20 on, it is one.

    Of each pair, alike but for the lot, one was amplified; pairs in which both or neither were
    answered say nothing. The value may be looked at after every pair (an e-value: the mixture of
    all chances above one half, uniformly, against one half).
    """
    pairs = won + lost
    below = sum(comb(pairs + 1, each) for each in range(won + 1))
    return below / ((pairs + 1) * comb(pairs, won))
