"""For whose ears something is meant."""

from __future__ import annotations

import pytest

from bot.domain.audiences import Audience, in_order, listed


def test_audiences_are_kept_once_each_and_the_nearest_first() -> None:
    assert in_order(["public", Audience.NETWORK, "network"]) == (Audience.NETWORK, Audience.PUBLIC)
    with pytest.raises(ValueError, match="everybody"):
        in_order(["everybody"])


@pytest.mark.parametrize(
    ("audiences", "words"),
    [
        pytest.param([], "", id="nobody is no words"),
        pytest.param(["sponsor"], "our sponsor", id="one is said by itself"),
        pytest.param(
            [*Audience],
            "everybody in this network, our sponsor and anybody at all",
            id="several are joined as one says them",
        ),
    ],
)
def test_audiences_are_said_in_a_sentence(audiences: list[str], words: str) -> None:
    assert listed(in_order(audiences)) == words


def test_each_audience_has_a_choice_of_its_own() -> None:
    assert len({each.label for each in Audience}) == len(Audience)
