"""The five phases of a network's energy, which way it is going, and one day's reading of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct


class Phase(StrEnum):
    """Flow is above the usual range, ebb below it, still almost nothing for four weeks."""

    FLOW = "flow"
    STEADY = "steady"
    EBB = "ebb"
    STILL = "still"
    UNKNOWN = "too early to tell"


class Direction(StrEnum):
    """Where the energy is heading."""

    RISING = "rising"
    LEVEL = "level"
    FALLING = "falling"


class Sureness(StrEnum):
    """How a probability is said in words."""

    POSSIBLE = "possible"
    LIKELY = "likely"
    CLEAR = "clear"


class EnergyReading(Struct, frozen=True, kw_only=True):
    """Where a network or channel is, after `day`, against its own usual range.

    `probability` is that of the phase (0 to 1). `since` is when it began, as best we can tell.
    `is_alert` marks the day on which the phase was first sure enough to speak of.
    """

    day: date
    phase: Phase
    direction: Direction
    probability: float
    since: date | None = None
    is_alert: bool = False
