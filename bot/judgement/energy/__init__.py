"""Reads the energy of channels and networks day by day: flow, steady, ebb or still.

    state = begin(start=date(2026, 1, 5), series=["C1", "C2"])
    readings = advance(state, day=date(2026, 1, 5), counts={"C1": (12, 5, 4), "C2": None})
    blob = dumps(state)

A state belongs to one network's channels; the network as a whole has a state of its own, with one
series, its summed counts and `strictness=NETWORK_STRICTNESS`.
"""

from bot.judgement.energy.belief import CALMER, NETWORK_STRICTNESS, SOONER
from bot.judgement.energy.blob import StateError, dumps, loads
from bot.judgement.energy.crowds import crowds
from bot.judgement.energy.state import Counts, EnergyState, Rhythm, begin
from bot.judgement.energy.step import advance
from bot.judgement.energy.usual import Range, Usual, usual

__all__ = [
    "CALMER",
    "NETWORK_STRICTNESS",
    "SOONER",
    "Counts",
    "EnergyState",
    "Range",
    "Rhythm",
    "StateError",
    "Usual",
    "advance",
    "begin",
    "crowds",
    "dumps",
    "loads",
    "usual",
]
