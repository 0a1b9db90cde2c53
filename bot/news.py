"""Which events somebody has to be told of: most are only counted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.domain.events import Event, PostSeen, ReactionAdded, to_micros
from bot.registry import Registry
from bot.storage.record import Act


def among(registry: Registry, events: Sequence[Event], now: datetime) -> list[Event]:
    """Those of *events* that are news to somebody, or may be."""
    since = {kind: _since(registry, kind, now) for kind in set(map(type, events))}
    heard = {kind for kind, begin in since.items() if begin < math.inf}
    some = [event for event in events if type(event) in heard] if heard else []
    return [event for event in some if getattr(event, "at", 0) >= since[type(event)]]


def means_since(registry: Registry, emoji: str, own: Mapping[str, Any], now: datetime) -> float:
    """From when on (microseconds) a message is news to somebody when *emoji* is put on it.

    By a network's *own* settings.
    """
    meant = _begin(registry.meaning_lasts(emoji, own), now)
    return min(meant, _begin(registry.lasting(ReactionAdded), now))


def _since(registry: Registry, kind: type[Event], now: datetime) -> float:
    """From when on (microseconds) events of *kind* are news to somebody; never is infinity."""
    if issubclass(kind, Act | PostSeen) or (kind is ReactionAdded and registry.reads_emoji):
        return 0
    return _begin(registry.lasting(kind), now)


def _begin(lasting: timedelta | None, now: datetime) -> float:
    """From when on (microseconds) what is news for so long is news *now*."""
    if lasting is None:
        return 0
    return to_micros(now - lasting) if lasting else math.inf
