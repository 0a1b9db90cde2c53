"""What a campaign tries: how many lives, how they hear, and how likely each fault is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.rig.lives import LIKELY

FAULTS = {
    "call:reset_before": 0.02,
    "call:reset_after": 0.04,
    "call:error_before": 0.02,
    "call:error_after": 0.04,
    "call:rate_limited": 0.02,
    "call:stall_before": 0.005,
    "call:stall_after": 0.01,
    "call:slow": 0.02,
    "event:reset_before": 0.02,
    "event:reset_after": 0.05,
    "event:duplicate": 0.05,
    "event:reorder": 0.03,
    "event:delay": 0.03,
    "event:drop": 0.01,
    "event:disconnect": 0.01,
    "event:half_open": 0.004,
}

OF_LINES = ("event:disconnect", "event:half_open")
"""What only befalls a line that lasts, in Socket Mode."""

KINDS = tuple(dict.fromkeys(name.partition(":")[2] for name in FAULTS))
"""What goes wrong with Slack, by name; `lives.LIKELY` befall the bot and its machine."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to try: *lives* of a bot, each killed within *longest* seconds of listening.

    `bot` is "ours" or "plain"; `mutant` is a bug to put back in; half of the deaths are at a
    failpoint, as far as the bot has any.
    """

    seed: int
    lives: int = 40
    longest: float = 1.0
    acts: int = 20
    """How often everybody does something while a bot lives, at most; mostly it is less."""
    bot: str = "ours"
    mutant: str = ""
    mode: str = "http"
    failpoint: str = ""
    """Where all lives end; else half of them end at any."""
    copied: float = 0.2
    """How likely another bot lives on a copy of the database beside one."""
    rates: Mapping[str, float] = field(default_factory=lambda: FAULTS)
    """How likely each fault of Slack is; empty: nothing fails but the bot itself."""
    faults: Mapping[str, float] = field(default_factory=lambda: LIKELY)
    """How likely each is to befall our bot and its machine, beside its death."""
    slowness: float = 0.3
    """Seconds that Slack takes longer over what is slow, or stalls, on a machine at leisure."""
    speed: float = 100.0
    """How much faster Slack repeats what failed."""
    patience: float = 30.0
    """Seconds without any change after which the end isn't waited for any more."""
