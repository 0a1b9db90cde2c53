"""An adversary takes what leads are shown from one another, and learns of no few people.

`benchmarks/differencing.py` tries a thousand networks.
"""

from __future__ import annotations

import pytest

from benchmarks.differencing import alike, recovered, run
from bot.judgement.few import FEW, told


def plain(all_told: int, here: int, there: int | None, *, channels: int) -> int:
    """What would be told if only small numbers were hidden, and no differences."""
    return max(here, FEW - 1)


@pytest.mark.parametrize(
    ("channels", "most"), [pytest.param(2, 13, id="two"), pytest.param(3, 7, id="three")]
)
def test_no_way_in_which_people_spread_is_told_by_what_is_shown(channels: int, most: int) -> None:
    looks = alike(channels, most, told)
    assert [look for look in looks if recovered(look, channels, most - 1, told)] == []


def test_the_adversary_would_learn_much_if_differences_were_not_veiled() -> None:
    looks = alike(2, 13, plain)
    assert len([look for look in looks if recovered(look, 2, 13, plain)]) > 20


def test_nothing_is_recovered_in_small_networks() -> None:
    weeks, found = run(3, all_of_it_each=0)
    assert weeks > 40
    assert found == []
