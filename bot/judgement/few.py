"""Numbers of people that, taken from one another, would tell of a few: what may be told instead.

Whoever knows how many spoke in a network, and in one of its channels, knows how many spoke
elsewhere alone; with two channels, also how many spoke in both. This is complementary
disclosure (Duncan, Elliot, Salazar, Statistical Confidentiality, 2011, ch. 4).
"""

from __future__ import annotations

FEW = 5
"""Fewer people than this are "a few", and never told as a number."""


def is_veiled(all_told: int, here: int, there: int | None, *, channels: int) -> bool:
    """Whether the number of one of so many *channels* would tell of fewer than five.

    *here* of *all_told* people spoke in the channel; *there* in the only other one, or None where
    there are several. That nobody spoke elsewhere is veiled too, or the veil would itself tell;
    so are as many as there can be where each channel had a few, for then each had four.
    """
    both = FEW if there is None else here + there - all_told
    is_told_by_others = here >= FEW and (all_told - here < FEW or 0 < both < FEW)
    return is_told_by_others or all_told == channels * (FEW - 1)


def told(all_told: int, here: int, there: int | None, *, channels: int) -> int:
    """The number to tell of a channel: four for a few, the network's where its own is veiled."""
    if is_veiled(all_told, here, there, channels=channels):
        return all_told
    return max(here, FEW - 1)
