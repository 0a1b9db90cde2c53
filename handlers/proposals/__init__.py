"""Proposals: anybody may make one, and it passes when nobody has a reasoned objection."""

from __future__ import annotations

from handlers.proposals import (
    acting,
    answering,
    drafting,
    integrating,
    posting,
    sharing,
    stages,
    telling,
    typed,
)
from handlers.proposals.feature import Settings, feature

__all__ = [
    "Settings",
    "acting",
    "answering",
    "drafting",
    "feature",
    "integrating",
    "posting",
    "sharing",
    "stages",
    "telling",
    "typed",
]
