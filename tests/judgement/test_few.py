"""What is told of numbers of people never tells, by taking them from one another, of a few."""

from __future__ import annotations

import pytest

from bot.judgement.few import told


@pytest.mark.parametrize(
    ("all_told", "here", "there", "says"),
    [
        pytest.param(13, 3, None, 4, id="a few are told as four"),
        pytest.param(13, 0, None, 4, id="nobody is told as a few"),
        pytest.param(8, 4, 4, 8, id="two channels had as many as a few can be"),
        pytest.param(20, 9, None, 9, id="elsewhere were enough others"),
        pytest.param(12, 11, None, 12, id="one person spoke elsewhere alone"),
        pytest.param(12, 12, None, 12, id="nobody spoke elsewhere, which looks the same"),
        pytest.param(12, 7, 7, 12, id="two people spoke in both of two channels"),
        pytest.param(12, 7, 5, 7, id="nobody spoke in both of two channels"),
        pytest.param(20, 12, 13, 12, id="enough spoke in both of two channels"),
    ],
)
def test_what_is_told(all_told: int, here: int, there: int | None, says: int) -> None:
    assert told(all_told, here, there, channels=2 if there is not None else 3) == says
