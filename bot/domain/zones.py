"""The names of the world's time zones."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones


@cache
def zone_names() -> frozenset[str]:
    """All that are known here; read once, since that takes some 20 ms."""
    return frozenset(available_timezones())
