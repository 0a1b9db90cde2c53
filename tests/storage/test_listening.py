"""When a workspace was listened to, and the holes that the platform itself tells of."""

from __future__ import annotations

from itertools import permutations

import pytest

from bot.domain.events import EPOCH, Event, Listened, WasDeaf, from_micros
from bot.storage import listening
from tests.town import Town

MINUTE = 60_000_000
HOUR = 60 * MINUTE


def heard(since: int, until: int, workspace: str = "fake:T1") -> Listened:
    """It was listened to."""
    return Listened(workspace=workspace, since=since, until=until)


def withheld(since: int, until: int) -> WasDeaf:
    """Something was withheld."""
    return WasDeaf(workspace="fake:T1", since=since, until=until)


def spans(town: Town) -> list[tuple[int, int]]:
    with town.sessions.begin() as session:
        return list(listening.spans(session, "fake:T1"))


@pytest.mark.both_databases
def test_a_minute_after_the_other_makes_one_span_and_a_gap_is_the_absence(town: Town) -> None:
    for minute in (0, 1, 2, 60, 61):
        town.tells(heard(minute * MINUTE, (minute + 1) * MINUTE))
    town.tells(heard(0, 99 * HOUR, workspace="fake:T2"))
    assert spans(town) == [(0, 3 * MINUTE), (60 * MINUTE, 62 * MINUTE)]
    with town.sessions.begin() as session:
        assert listening.gaps(session, "fake:T1", now=EPOCH) == [(3 * MINUTE, 60 * MINUTE)]


@pytest.mark.both_databases
def test_a_hole_stays_whatever_comes_first(town: Town) -> None:
    told: list[Event] = [
        heard(0, 10 * HOUR),
        withheld(2 * HOUR, 3 * HOUR),
        withheld(3 * HOUR, 4 * HOUR),
        heard(10 * HOUR, 12 * HOUR),
    ]
    for order in permutations(told):
        with town.sessions.begin() as session:
            session.query(listening.Listening).delete()
        town.tells(*order, *order[:2])
        assert spans(town) == [(0, 2 * HOUR), (4 * HOUR, 12 * HOUR)]


@pytest.mark.parametrize(
    ("hole", "left"),
    [
        pytest.param((0, 10), [], id="all of it"),
        pytest.param((-5, 3), [(3, 10)], id="its beginning"),
        pytest.param((8, 20), [(0, 8)], id="its end"),
        pytest.param((4, 5), [(0, 4), (5, 10)], id="its middle"),
        pytest.param((20, 30), [(0, 10)], id="nothing of it"),
    ],
)
def test_a_hole_takes_out_of_a_span(
    town: Town, hole: tuple[int, int], left: list[tuple[int, int]]
) -> None:
    town.tells(heard(0, 10 * HOUR), withheld(hole[0] * HOUR, hole[1] * HOUR))
    assert spans(town) == [(since * HOUR, until * HOUR) for since, until in left]


def test_a_span_that_ends_before_it_begins_is_no_span(town: Town) -> None:
    town.tells(heard(HOUR, 0))
    assert spans(town) == []


@pytest.mark.parametrize(
    ("minutes", "gaps"),
    [
        pytest.param(5, [], id="a moment ago"),
        pytest.param(3 * 24 * 60, [(60 * MINUTE, (60 + 3 * 24 * 60) * MINUTE)], id="days ago"),
    ],
)
def test_whoever_has_just_come_back_knows_of_the_gap(
    town: Town, minutes: int, gaps: list[tuple[int, int]]
) -> None:
    town.tells(heard(0, HOUR))
    now = from_micros((60 + minutes) * MINUTE)
    with town.sessions.begin() as session:
        assert listening.gaps(session, "fake:T1", now=now) == gaps
        assert listening.gaps(session, "fake:T2", now=now) == []
