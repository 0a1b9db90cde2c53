"""Those who tend may say that something else is usual now, and take it back within a week."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.domain.phases import Phase
from bot.storage import usuals
from bot.storage.places import Lead
from bot.storage.rhythm import Reading, Rebase
from handlers import energy
from handlers.energy.pulse import Pulse
from tests.conftest import Community
from tests.ebbs import FADES, FEATURES, chatter, decisions, ebb
from tests.town import Town

LATER = date(2026, 3, 6)
MIDDLE = datetime(2026, 1, 14, 10, tzinfo=UTC)


@pytest.fixture
def fewer(community: Community) -> Town:
    """A town that fell in December and stayed there; it is the second week of the new year."""
    town = ebb(community(features=FEATURES), until=LATER, chance=0.2)
    town.now = MIDDLE
    return town


def pulse(town: Town) -> Pulse:
    with town.app.context(town.network, occasion="x") as ctx:
        return energy.pulse_of(energy.Settings(), ctx)


def readings_of(town: Town) -> dict[date, tuple[str, float]]:
    with town.sessions.begin() as session:
        rows = session.query(Reading).filter_by(channel_id=0).order_by(Reading.day)
        return {row.day: (row.phase, row.probability) for row in rows}


def test_what_would_change_is_told_before_anything_does(fewer: Town) -> None:
    before = pulse(fewer).full_week
    assert before is not None
    told = fewer.types("ada", "/tend rebase since 1 December")
    assert told.startswith("**Is this our new usual, since Monday 1 December?**")
    assert f"- *Until now:* {round(before.low)} to {round(before.high)} people" in told
    assert "It takes 8 full weeks" in told
    assert "about" in told.partition("*From then on:*")[2]
    assert "nothing is deleted" in told
    with fewer.sessions.begin() as session:
        assert session.query(Rebase).count() == 0
    assert "Nothing changes" in fewer.presses("ada", "Not now")
    assert pulse(fewer).full_week == before


def test_a_new_usual_is_compared_with_from_then_on_and_the_past_stays(fewer: Town) -> None:
    pulse(fewer)
    past = readings_of(fewer)
    assert past[max(past)][0] == Phase.EBB
    fewer.types("ada", "/tend rebase since 1 December")
    told = fewer.presses("ada", "This is our new usual")
    assert told.startswith("Kept, with your name: from Monday 1 December on")
    after = pulse(fewer)
    assert after.phase is not Phase.EBB
    assert after.anew == FADES
    now = readings_of(fewer)
    newest = max(past)
    assert {day: each for day, each in now.items() if day < newest} == {
        day: each for day, each in past.items() if day < newest
    }
    fewer.passes(days=46)
    later = pulse(fewer)
    assert later.phase is Phase.STEADY
    assert later.full_week is not None
    [(_, before), (since, anew)] = later.usuals
    assert since == FADES
    assert anew == later.full_week
    assert anew.high < before.centre
    chart = energy.run_chart(later, weeks=26)
    assert [band.first for band in chart.bands][1:] == [FADES]
    assert chart.rebased == (FADES,)


def test_who_said_so_and_when_stands_in_the_log(fewer: Town) -> None:
    fewer.types("ada", "/tend rebase since 1 December")
    fewer.presses("ada", "This is our new usual")
    assert "- Ada said that another usual began on 1 December 2025" in fewer.types(
        "ada", "/tend log"
    )
    assert (True, "a lead said that another usual began on 2025-12-01") in decisions(
        fewer, "energy.rebase"
    )


def test_a_second_press_changes_nothing_and_says_who_was_first(fewer: Town) -> None:
    fewer.lead("bea")
    fewer.types("ada", "/tend rebase since 1 December")
    fewer.presses("ada", "This is our new usual")
    fewer.types("bea", "/tend rebase since 1 December")
    assert fewer.presses("bea", "This is our new usual").startswith("Ada said so already")
    with fewer.sessions.begin() as session:
        assert session.query(Rebase).count() == 1


def test_within_a_week_it_can_be_taken_back_and_all_is_as_before(fewer: Town) -> None:
    pulse(fewer)
    before = readings_of(fewer)
    fewer.types("ada", "/tend rebase since 1 December")
    fewer.presses("ada", "This is our new usual")
    fewer.passes(days=6)
    assert fewer.presses("ada", "Take it back").startswith("Taken back.")
    again = pulse(fewer)
    assert again.anew is None
    found = readings_of(fewer)
    assert {day: found[day] for day in before} == before
    assert ", taken back" in fewer.types("ada", "/tend log")
    assert "nothing from the last week" in fewer.types("ada", "/tend rebase undo")


def test_after_a_week_it_stays(fewer: Town) -> None:
    fewer.types("ada", "/tend rebase since 1 December")
    fewer.presses("ada", "This is our new usual")
    fewer.passes(days=8)
    assert "nothing from the last week" in fewer.types("ada", "/tend rebase undo")
    with fewer.sessions.begin() as session:
        [kept] = usuals.rebases(session, fewer.network)
    assert kept.since == FADES


def test_readings_made_anew_by_a_new_usual_are_those_made_day_by_day(fewer: Town) -> None:
    fewer.types("ada", "/tend rebase since 1 December")
    fewer.presses("ada", "This is our new usual")
    for _ in range(5):
        fewer.passes(days=1)
        pulse(fewer)
    by_day = readings_of(fewer)
    late = chatter(fewer, date(2025, 9, 1), date(2025, 9, 3), chance=0.1, people=["late"])
    fewer.recounts(*late)
    pulse(fewer)
    again = readings_of(fewer)
    assert [*again] == [*by_day]
    newest = [*by_day][-1]
    assert again[newest] == pytest.approx(by_day[newest])


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("/tend rebase", "**Is this our new usual, since", id="whenever it began"),
        pytest.param("/tend rebase 2025-12-01", "since Monday 1 December?", id="in figures"),
        pytest.param("/tend rebase from 1 Dec", "since Monday 1 December?", id="in short"),
        pytest.param("/tend rebase tomorrow", "between two weeks and half a year", id="not past"),
        pytest.param("/tend rebase 10 Jan", "between two weeks and half a year", id="too near"),
        pytest.param("/tend rebase 1 May 2025", "between two weeks and half", id="too long ago"),
        pytest.param("/tend rebase soon", "couldn't make a day", id="no day"),
    ],
)
def test_since_when_is_said_as_people_say_it(fewer: Town, typed: str, expected: str) -> None:
    assert expected in fewer.types("ada", typed)


def test_those_who_do_not_tend_cannot_say_what_is_usual(fewer: Town) -> None:
    fewer.types("ada", "/tend rebase since 1 December")
    fewer.lead("bea")
    with fewer.sessions.begin() as session:
        session.delete(session.query(Lead).order_by(Lead.id).first())
    assert "Bea" in fewer.presses("ada", "This is our new usual")
    with fewer.sessions.begin() as session:
        assert session.query(Rebase).count() == 0


def test_what_somebody_called_usual_stays_when_they_are_forgotten(community: Community) -> None:
    town = ebb(community(), until=LATER, chance=0.2)
    town.now = MIDDLE
    town.lead("bea")
    town.types("ada", "/tend rebase since 1 December")
    town.presses("ada", "This is our new usual")
    town.types("ada", "/net mydata delete")
    town.presses("ada", "Delete everything")
    assert "- Somebody said that another usual began" in town.types("bea", "/tend log")
