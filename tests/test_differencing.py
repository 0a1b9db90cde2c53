"""An adversary takes what leads are shown from one another, and learns of no few people.

`benchmarks/differencing.py` tries a thousand networks.
"""

from __future__ import annotations

import pytest

from benchmarks.differencing import alike, recovered, run
from bot.judgement.few import FEW, told
from handlers import energy
from tests.conftest import Community


def plain(all_told: int, here: int, there: int | None, *, channels: int) -> int:
    """What would be told if only small numbers were hidden, and no differences."""
    return max(here, FEW - 1)


pytestmark = pytest.mark.at_length


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


def test_a_channel_in_which_nearly_all_spoke_is_told_by_the_network_s_number(
    community: Community,
) -> None:
    town = community(features=(energy.feature,))
    people = ["ada", "ben", "cy", "dot", "eve", "fay", "gus"]
    for day in range(1, 40):
        where = {"gus": "general"} if day % 2 else {}
        wrote = [town.message(p, channel=where.get(p, "ward"), hours=-24 * day) for p in people]
        town.recounts(*wrote, town.message("gus", hours=-24 * day - 1))
    for who in ("hal", "ivy"):
        town.recounts(*(town.message(who, hours=-24 * day - 2) for day in range(1, 40)))
    town.lead("ada")
    assert "Up to nine people spoke" in town.types("ada", "/tend pulse ward")
    assert "Only a few people spoke" in town.types("ada", "/tend pulse general")
    assert "Nine people spoke" in town.types("ada", "/tend pulse")
    [ward] = [post.image.chart for post in town.platform.said if post.image][:1]
    assert {count for _, count in ward.weeks} == {9}
