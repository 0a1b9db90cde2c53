"""Where somebody is at home is the channel in which they mostly write, if there is one."""

from __future__ import annotations

import pytest

from bot.judgement.corners import homes, other_corners

AMINA, DAN, ROSA = 1, 2, 3
BAY, AMBULANCE, PHARMACY = 10, 20, 30


@pytest.mark.parametrize(
    ("said", "home"),
    [
        pytest.param({(AMINA, BAY): 3}, {AMINA: BAY}, id="all in one channel"),
        pytest.param({(AMINA, BAY): 2}, {}, id="too little is known"),
        pytest.param({(AMINA, BAY): 3, (AMINA, PHARMACY): 3}, {}, id="half here and half there"),
        pytest.param(
            {(AMINA, BAY): 2, (AMINA, PHARMACY): 1, (AMINA, AMBULANCE): 1}, {AMINA: BAY}, id="half"
        ),
        pytest.param(
            {(AMINA, BAY): 2, (AMINA, PHARMACY): 2, (AMINA, AMBULANCE): 1}, {}, id="everywhere"
        ),
        pytest.param(
            {(AMINA, BAY): 9, (DAN, AMBULANCE): 3, (DAN, BAY): 1},
            {AMINA: BAY, DAN: AMBULANCE},
            id="two people",
        ),
    ],
)
def test_home_is_where_at_least_half_of_somebodys_messages_are(
    said: dict[tuple[int, int], int], home: dict[int, int]
) -> None:
    assert homes(said) == home


@pytest.mark.parametrize(
    ("people", "others"),
    [
        pytest.param([DAN, ROSA], 2, id="two from two other corners"),
        pytest.param([AMINA], 0, id="one from the author's own"),
        pytest.param([DAN, DAN + 100], 1, id="one of whom nothing is known"),
        pytest.param([], 0, id="nobody"),
    ],
)
def test_marks_are_counted_by_the_other_corners_they_come_from(
    people: list[int], others: int
) -> None:
    known = {AMINA: BAY, DAN: AMBULANCE, ROSA: PHARMACY}
    assert other_corners(people, home=BAY, homes=known) == others
