"""How busy the rest of a workspace is against its usual: to tell our own ebb from everybody's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from bot.judgement.talk import Setting

FEWEST_CHANNELS = 4
FEWEST_PEOPLE = 15
USUAL_DAYS = 84
GUARD = 7
LARGEST_PART, STEPS = 1 / 3, 12

People = Mapping[date, Mapping[int, int]]
"""For each local day, how many people spoke in each channel (by its number); none is nobody."""


def level_elsewhere(people: People, setting: Setting, *, since: date, until: date) -> float | None:
    """The people who spoke from *since* to *until* against the twelve weeks before; 1 is as usual.

    *people* holds the workspace's channels that are not of the network, at least the twelve weeks
    up to *until*. The answer is the median of the channels' own ratios, each weighing as much as
    people usually speak in it, at most a third of all. None where fewer than four channels, or
    fifteen person-days a week, are known: too few to speak of everybody.
    """
    began = min(since, until - timedelta(days=6)) - timedelta(days=GUARD)
    before, worked_before = _sums(people, setting, began - timedelta(days=USUAL_DAYS), began)
    after, worked = _sums(people, setting, since, until + timedelta(days=1))
    if not worked or worked_before < USUAL_DAYS / 3:
        return None
    usual = {channel: count / worked_before for channel, count in before.items()}
    known = {channel: rate for channel, rate in usual.items() if rate * worked >= 1}
    if len(known) < FEWEST_CHANNELS or 5 * sum(known.values()) < FEWEST_PEOPLE:
        return None
    most = sum(known.values())
    for _ in range(STEPS):
        most = LARGEST_PART * sum(min(rate, most) for rate in known.values())
    ratios = [
        ((after.get(channel, 0) + 0.5) / (rate * worked + 0.5), min(rate, most))
        for channel, rate in known.items()
    ]
    return _median(sorted(ratios))


def _sums(people: People, setting: Setting, first: date, end: date) -> tuple[dict[int, int], int]:
    """Person-days of each channel on the working days from *first* to before *end*; and those."""
    days = [first + timedelta(days=n) for n in range((end - first).days)]
    worked = [day for day in days if setting.works(day) and day in people]
    totals: dict[int, int] = {}
    for day in worked:
        for channel, count in people[day].items():
            totals[channel] = totals.get(channel, 0) + count
    return totals, len(worked)


def _median(ratios: list[tuple[float, float]]) -> float:
    half, passed = sum(weight for _, weight in ratios) / 2, 0.0
    for ratio, weight in ratios:
        passed += weight
        if passed >= half:
            return ratio
    return 1.0
