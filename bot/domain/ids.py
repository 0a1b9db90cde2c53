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
