"""A line about where a network is says the same as all that is known of it, and reads less."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from bot.domain.phases import Phase
from handlers import energy
from handlers.energy.briefly import pulse_in_brief
from handlers.energy.pulse import Pulse
from tests.town import MONDAY, Town

WEEKS = 12
YESTERDAY = MONDAY.date() - timedelta(days=1)


def both(town: Town) -> tuple[Pulse, Pulse]:
    """The pulse in brief, and the whole of it."""
    with town.app.context(town.network, occasion="test") as ctx:
        brief = pulse_in_brief(energy.Settings(), ctx, YESTERDAY)
        return brief, energy.pulse_on(energy.Settings(), ctx, YESTERDAY)


def line(town: Town, pulse: Pulse) -> str:
    """What a digest begins with."""
    return town.app.prompts.render("energy/digest", **energy.values(pulse)).text


def lives(town: Town, people: int) -> None:
    """Twelve weeks in which nine in ten of them write on every working day."""
    rng = Random(people)
    town.recounts(
        *(
            town.message(f"person{one}", at=at, hours=8 * rng.random())
            for back in range(7 * WEEKS, 0, -1)
            if (at := town.now - timedelta(days=back)).weekday() < 5
            for one in range(people)
            if rng.random() < 0.9
        )
    )


@pytest.mark.parametrize(
    ("people", "read"),
    [
        pytest.param(20, 2, id="a plainly large network: two weeks"),
        pytest.param(10, WEEKS, id="one that may be too small: all its weeks"),
        pytest.param(6, WEEKS, id="one that is too small: all its weeks"),
    ],
)
def test_in_brief_it_is_where_it_is_at_length(town: Town, people: int, read: int) -> None:
    lives(town, people)
    brief, whole = both(town)
    assert line(town, brief) == line(town, whole)
    assert brief.is_too_small is whole.is_too_small is (people == 6)
    assert brief.phase is (Phase.UNKNOWN if people == 6 else Phase.STEADY)
    assert (len(brief.weeks), len(whole.weeks)) == (read, WEEKS)


def test_a_network_in_which_nobody_spoke_has_no_week_to_tell_of(town: Town) -> None:
    brief, whole = both(town)
    assert brief.week is whole.week is None
    assert brief.phase is Phase.UNKNOWN
