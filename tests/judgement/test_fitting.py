"""An offer fits an ask by the words that matter to both, however long either is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judgement.fitting import FITS, fits

LEAFLET = (
    "Could someone read our leaflet for families on getting up after a fall? I want to know where "
    "a worried daughter would get lost."
)
OTHERS = (
    "An hour on Thursdays to talk through your questions",
    "A room for twelve people in the afternoon",
    "CPR training for teams",
)


@pytest.mark.parametrize(
    ("wanted", "offer", "does"),
    [
        pytest.param(LEAFLET, "Reading leaflets for families in plain English", True, id="leaflet"),
        pytest.param("audit", "An hour on Thursdays to talk through audit data", True, id="a word"),
        pytest.param(
            "Can anybody check the falls audit before it goes to the board on Monday?",
            "Talking through audits",
            True,
            id="one word of a short offer",
        ),
        pytest.param("Who could teach us CPR?", "CPR training for teams", True, id="in capitals"),
        pytest.param("cpr", "CPR training for teams", True, id="in capitals on one side"),
        pytest.param("お茶の入れ方", "お茶を入れます", True, id="unparted words"),
        pytest.param(LEAFLET, "Somebody to talk to after a long week", False, id="small words"),
        pytest.param(
            "I would like an hour of somebody's time on Thursday",
            "An hour on Thursdays to look at data",
            False,
            id="an hour and a day",
        ),
        pytest.param("a pr for our code", "PR and press releases", True, id="what it can't tell"),
        pytest.param(LEAFLET, "", False, id="nothing"),
        pytest.param("?", "Reading leaflets", False, id="no words"),
    ],
)
def test_an_offer_fits_by_words_that_matter(wanted: str, offer: str, *, does: bool) -> None:
    *_, found = fits(wanted, [*OTHERS, offer])
    assert (found >= FITS) is does


def test_what_few_offer_weighs_more() -> None:
    common, rare = fits("audit of wheelchairs", ["audit data", "wheelchair repairs", "audits"])[:2]
    assert rare > common


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=4))
def test_any_words_have_a_fit_of_nothing_to_one(wanted: str, sayings: list[str]) -> None:
    found = fits(wanted, sayings)
    assert len(found) == len(sayings)
    assert all(0 <= each <= 1 + 1e-9 for each in found)
