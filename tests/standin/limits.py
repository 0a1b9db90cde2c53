"""How often the app may call: Slack's tiers, and one post a second in a channel."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute, per method and workspace."""

POSTING = "chat.postMessage"
POSTS_A_MINUTE = 300
"""What all channels of a workspace take together: "several hundred" in Slack's words."""

MODEST = ("conversations.history", "conversations.replies")
"""What a commercially distributed app outside the Marketplace may call once a minute."""


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A call that came although the app had been told to wait; `early` in seconds.

    `asked` is when it was told so first, in seconds since 1970.
    """

    method: str
    early: float
    asked: float = 0.0


@dataclass
class Limits:
    """Counts calls; `per_minute` overrides a method's tier.

    `is_distributed`: the app is commercial and not in the Marketplace, so reading history is
    held to one call a minute and 15 messages. `is_off`: everything may be called at any rate.
    """

    per_minute: Mapping[str, int] = field(default_factory=lambda: {"apps.connections.open": 60})
    is_distributed: bool = False
    is_off: bool = False

    def __post_init__(self) -> None:
        self._called: defaultdict[str, deque[float]] = defaultdict(deque)
        self._closed_until: dict[str, float] = {}
        self._closed_at: dict[str, float] = {}
        self.violations: list[Violation] = []
        self.refused = 0

    def page(self, asked: int, most: int) -> int:
        """How many messages a call for *asked* gets."""
        return min(asked, 15 if self.is_distributed else most)

    def refuse(self, method: str, tier: int, now: float, *, channel: str = "") -> int:
        """Seconds to wait (Retry-After), or 0 where the call may be made; it is then counted."""
        if self.is_off:
            wait = self._closed_until.get(method, 0.0) - now
            return self.close(method, method, math.ceil(wait), now) if wait > 0 else 0
        rules = [(method, self._allowed(method, tier), 60.0)]
        if method == POSTING:
            rules = [(f"{method} {channel}", 1, 1.0), (method, POSTS_A_MINUTE, 60.0)]
        for name, allowed, window in rules:
            wait = self._wait(name, allowed, window, now)
            if wait > 0:
                return self.close(name, method, math.ceil(wait), now)
        for name, _, _ in rules:
            self._called[name].append(now)
        return 0

    def close(self, name: str, method: str, seconds: int, now: float) -> int:
        """Let nothing of *name* pass for so long."""
        self.refused += 1
        until = self._closed_until.get(name, 0.0)
        if now < until:
            asked = self._closed_at[name]
            self.violations.append(Violation(method=method, early=until - now, asked=asked))
        else:
            self._closed_at[name] = now
        self._closed_until[name] = max(until, now + seconds)
        return seconds

    def _allowed(self, method: str, tier: int) -> int:
        if self.is_distributed and method in MODEST:
            return 1
        return self.per_minute.get(method, TIERS[tier])

    def _wait(self, name: str, allowed: int, window: float, now: float) -> float:
        if now < self._closed_until.get(name, 0.0):
            return self._closed_until[name] - now
        called = self._called[name]
        while called and called[0] <= now - window:
            called.popleft()
        return called[0] + window - now if len(called) >= allowed else 0.0
