"""Two sentences that say nearly the same are told from two that only share small words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judgement.likeness import ALIKE, likeness

TEA = "Watch someone make a cup of tea in the bay for five minutes before deciding about tonight."
OTHERS = (
    "Take the discharge letter to the pharmacy yourself.",
    "We tell the ambulance crew whom to phone at night.",
    "Three lines at the end of each shift for whoever comes next.",
)


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        pytest.param(
            TEA, "Before deciding about tonight, watch them make tea in the bay.", True, id="tea"
        ),
        pytest.param(
            "One page about the person, on the fridge.",
            "A one-page note on the fridge about who the person is",
            True,
            id="the fridge",
        ),
        pytest.param(
            "Décidez après le thé, jamais avant.", "DECIDEZ JAMAIS AVANT LE THE", True, id="accents"
        ),
        pytest.param(
            "お茶を入れるのを五分見てから決める",
            "決める前にお茶を入れるのを五分見る",
            True,
            id="unparted words",
        ),
        pytest.param(
            TEA,
            "Write down three things that the morning must know at the end of the night.",
            False,
            id="the same small words",
        ),
        pytest.param("Hand it to them.", "Hand over at the bedside.", False, id="one word shared"),
        pytest.param("A and B", "B and A", False, id="small words alone"),
    ],
)  # fmt: skip
def test_nearly_the_same_is_told_from_another_thing(one: str, other: str, is_alike: bool) -> None:
    assert (likeness(one, [*OTHERS, other]) >= ALIKE) is is_alike
    assert (likeness(other, [*OTHERS, one]) >= ALIKE) is is_alike


def test_it_is_the_likest_that_counts_and_nothing_is_like_nothing() -> None:
    assert likeness(TEA, [*OTHERS, TEA]) == pytest.approx(1)
    assert likeness(TEA, []) == 0


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=4))
def test_it_lies_between_nothing_and_one(one: str, others: list[str]) -> None:
    assert 0 <= likeness(one, others) <= 1 + 1e-9
