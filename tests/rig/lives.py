"""How a bot lives and dies: drawn by chance, the same for the same seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any

from tests.rig import failpoints

SHORTEST = 0.02
"""Seconds that the shortest life lasts; most are nearer to it than to the longest."""

JUMPS = (timedelta(minutes=2), timedelta(minutes=20), timedelta(hours=3))
"""By how much a clock is put forward or back. Over HTTP nothing is believed by one that is wrong
by more than five minutes, as Slack wants it."""

LIKELY = {"freeze": 0.06, "replace": 0.06, "full": 0.08, "jump": 0.08}
"""How likely each is to befall a bot and its machine."""

LONG = 0.08
"""How likely a bot lives for longer than that."""

LONG_ENOUGH = 0.3
"""Seconds that a bot lives at least which something befalls."""


@dataclass(frozen=True, kw_only=True)
class Life:
    """What happens to one bot.

    `told` is what it is told beyond the usual. It `waits` to listen before its *seconds* begin,
    and `is_asked` to stop or else killed. In the middle it is `frozen` for so many seconds; or
    stands still until another has taken its place, and it `is_replaced`; its disk is full but for
    `room` bytes; or the clock jumps, or does so `only_when_dead`. Beside it lives one on a copy of
    its database where that `is_copied`.
    """

    told: Mapping[str, object]
    seconds: float
    waits: bool = True
    is_asked: bool = False
    is_copied: bool = False
    frozen: float = 0.0
    is_replaced: bool = False
    room: int | None = None
    jump: timedelta | None = None
    only_when_dead: bool = False

    @property
    def name(self) -> str:
        """What ends it."""
        return str(self.told.get("failpoint", "any moment"))


def draw(
    chance: Random,
    *,
    longest: float,
    faults: Mapping[str, float],
    failpoint: str = "",
    copied: float = 0.0,
) -> Life:
    """The life of one of our bots; it ends at *failpoint* where there is one."""
    told, seconds = _end(chance, longest, failpoint)
    told["has_all"] = chance.random() < 0.3
    life = Life(
        told=told,
        seconds=seconds,
        waits=chance.random() < 0.85,  # the others die before they have really begun
        is_asked=chance.random() < 0.04,
        is_copied=chance.random() < copied,
    )
    return _befall(chance, life, faults)


def _end(chance: Random, longest: float, failpoint: str) -> tuple[dict[str, object], float]:
    if failpoint:
        return {"failpoint": failpoint, "nth": chance.randint(1, 3)}, longest
    if chance.random() < LONG:  # it settles what the dead have left, and may die of that
        return {}, longest * chance.uniform(1.5, 3.5)
    if chance.random() < 0.5:
        name = chance.choice(failpoints.NAMES)
        most = 120 if name == "before_statement" else 12
        return {"failpoint": name, "nth": chance.randint(1, most)}, longest
    return {}, SHORTEST * (longest / SHORTEST) ** chance.random()


def _befall(chance: Random, life: Life, faults: Mapping[str, float]) -> Life:
    """*life*, with at most one of *faults*, each as likely as it says."""
    drawn = chance.random()
    for name, likely in faults.items():
        drawn -= likely
        if drawn < 0:
            return _with(chance, life, name)
    return life


def _with(chance: Random, life: Life, fault: str) -> Life:
    more: dict[str, Any] = {}
    match fault:
        case "freeze":
            more = {"frozen": chance.uniform(0.3, 1.5)}
        case "replace":
            more = {"is_replaced": True}
        case "full":
            more = {"room": chance.choice((0, chance.randint(0, 200_000)))}
        case "jump":
            jump = chance.choice((-1, 1)) * chance.choice(JUMPS)
            more = {"jump": jump, "only_when_dead": chance.random() < 0.5}
    return replace(life, waits=True, seconds=max(life.seconds, LONG_ENOUGH), **more)


def draw_plain(chance: Random, *, longest: float) -> Life:
    """The life of a plain bot, which has no moments with names."""
    seconds = SHORTEST * (longest / SHORTEST) ** chance.random()
    return Life(told={}, seconds=seconds, waits=chance.random() < 0.85)
