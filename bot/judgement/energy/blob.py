"""Keeps an energy state as bytes: exactly, versioned, and without code in it."""

from __future__ import annotations

from datetime import date
from math import prod

import msgspec

from bot.judgement.arrays import np
from bot.judgement.energy.state import EnergyState, shapes

VERSION = 2


class _Blob(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    start: date
    series: list[str]
    strictness: float
    today: int
    arrays: dict[str, bytes]


class StateError(ValueError):
    """These bytes hold no state of this version."""


def dumps(state: EnergyState) -> bytes:
    """The state as bytes (little-endian arrays in MessagePack), the same for the same state."""
    arrays = {
        name: np.ascontiguousarray(
            getattr(state, name), np.dtype(dtype).newbyteorder("<")
        ).tobytes()
        for name, (_, dtype) in shapes(0).items()
    }
    return msgspec.msgpack.encode(
        _Blob(
            version=VERSION,
            start=state.start,
            series=state.series,
            strictness=state.strictness,
            today=state.today,
            arrays=arrays,
        )
    )


def loads(blob: bytes) -> EnergyState:
    """The state that `dumps` wrote.

    Raises:
        StateError: the bytes are something else, or of another version.
    """
    try:
        kept = msgspec.msgpack.decode(blob, type=_Blob)
    except msgspec.DecodeError as error:
        raise StateError("these bytes hold no energy state") from error
    if kept.version != VERSION:
        raise StateError(f"energy state of version {kept.version}, not {VERSION}")
    arrays = {}
    for name, (shape, dtype) in shapes(len(kept.series)).items():
        stored = np.dtype(dtype).newbyteorder("<")
        raw = kept.arrays.get(name)
        if raw is None or len(raw) != prod(shape) * stored.itemsize:
            raise StateError(f"energy state with a broken {name}")
        arrays[name] = np.frombuffer(raw, stored).astype(dtype).reshape(shape)
    return EnergyState(
        start=kept.start,
        series=kept.series,
        strictness=kept.strictness,
        today=kept.today,
        **arrays,
    )
