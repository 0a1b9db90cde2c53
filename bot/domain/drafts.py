"""Drafts: what somebody wrote and hasn't handed over yet, which nothing keeps but a button."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec import Struct

D = TypeVar("D", bound=Struct)

LARGEST = 1_900
"""UTF-16 code units of a draft as a button carries it, which is all that keeps it."""


def carried(draft: Struct) -> str:
    """*draft* as the value of a button."""
    return msgspec.json.encode(draft).decode()


def taken_from(value: str, kind: type[D]) -> D | None:
    """The draft of *kind* that a button carried; None where it carries none."""
    try:
        return msgspec.json.decode(value, type=kind)
    except msgspec.MsgspecError:
        return None


def is_too_large(draft: Struct) -> bool:
    """Whether *draft* is more than a button carries."""
    return len(carried(draft).encode("utf-16-le")) // 2 > LARGEST
