"""Weeks as a line of small bars, for places without pictures."""

from __future__ import annotations

from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"


def sparkline(counts: Sequence[float]) -> str:
    """A bar for each of *counts*, from nothing to the highest of them."""
    top = max(counts, default=0)
    if top <= 0:
        return BARS[0] * len(counts)
    return "".join(BARS[round(count / top * (len(BARS) - 1))] for count in counts)
