"""Names for people and places: opaque outside the platform that gave them."""

from __future__ import annotations

from typing import NewType

ChannelId = NewType("ChannelId", str)  # "slack:T1/C2"
MemberId = NewType("MemberId", str)  # "slack:T1/U2"

Address = ChannelId | MemberId
"""Where a post can go: a channel, or a person alone."""


def platform_of(address: Address) -> str:
    """The prefix that routes an address to its platform: ``slack`` in ``slack:T1/C2``."""
    return address.partition(":")[0]


def workspace_of(address: Address) -> str:
    """The workspace an address lives in: ``slack:T1`` in ``slack:T1/C2``."""
    return address.partition("/")[0]


def ts_of(message: str) -> int | None:
    """When a post was made, in microseconds, by what its platform calls it; None if it can't tell.

    Both "<channel>/<microseconds>" and "<channel>/<seconds>.<fraction>" tell.
    """
    seconds, dot, rest = message.rpartition("/")[2].partition(".")
    if not seconds.isdecimal() or (dot and not rest.isdecimal()):
        return None
    return int(seconds) * 1_000_000 + int(f"{rest:0<6}"[:6]) if dot else int(seconds)
