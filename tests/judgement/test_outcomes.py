"""What happened after a nudge is counted, and never more is said of it than small numbers allow."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.events import to_micros
from bot.judgement.outcomes import (
    Record,
    had_not_spoken,
    is_livelier,
    outcome,
    questions,
    record,
    took_part,
    weeks_around,
)
from bot.judgement.responses import Arrivals
from bot.judgement.talk import DAY, Said, Setting, lay_out
from tests.town import MONDAY

LONDON = ZoneInfo("Europe/London")
SETTING = Setting(tz=LONDON)
POSTED = date(2026, 3, 4)
AT = to_micros(MONDAY) + 2 * DAY


def spoke(days: int, *people: int, thread: int | None = None, asks: bool = False) -> list[Said]:
    """These people write *days* after the post, a minute apart, in the channel 1."""
    begin = AT + days * DAY
    return [
        Said(1, begin + 60_000_000 * (n + 1), each, thread, False, asks)
        for n, each in enumerate(people)
    ]


def lived(before: int, after: int, *, setting: Setting = SETTING) -> Any:
    """Ten weeks in which so many people spoke each week, and two weeks after with so many."""
    said = [
        row
        for week in range(-10, 2)
        for row in spoke(7 * week, *range(1, (before if week < 0 else after) + 1))
    ]
    until = POSTED + timedelta(days=13)
    talk = lay_out(said, [], setting, until=until + timedelta(days=1))
    return outcome(*weeks_around(talk, setting, posted=POSTED, until=until), posted=POSTED)


def test_weeks_since_are_counted_beside_what_is_usual() -> None:
    found = lived(12, 20)
    assert found.weeks == (20, 20)
    assert (found.low, found.high) == (12, 12)
    assert (found.before, found.after) == (12, 20)
    assert found.is_livelier
    assert found.is_usual


def test_fewer_than_usual_is_neither_livelier_nor_usual() -> None:
    found = lived(20, 8)
    assert found.is_livelier is False
    assert found.is_usual is False


def test_of_weeks_that_were_missed_nothing_is_claimed() -> None:
    found = lived(12, 20, setting=Setting(tz=LONDON, deaf=[(AT, AT + 3 * DAY)]))
    assert found.deaf
    assert found.is_livelier is None
    assert found.is_usual is None


def test_before_a_fortnight_is_over_nothing_is_claimed() -> None:
    talk = lay_out(spoke(0, 1, 2), [], SETTING, until=POSTED + timedelta(days=3))
    around = weeks_around(talk, SETTING, posted=POSTED, until=POSTED + timedelta(days=3))
    found = outcome(*around, posted=POSTED)
    assert (found.weeks, found.is_livelier, found.low) == ((), None, None)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(20, 22, True, id="a tenth more"),
        pytest.param(20, 21, False, id="one more of many"),
        pytest.param(3, 3.5, False, id="half a person more"),
        pytest.param(20, 10, False, id="half"),
        pytest.param(0, 1, True, id="somebody, after nobody"),
    ],
)
def test_livelier_means_visibly_more(before: float, after: float, expected: bool) -> None:
    assert is_livelier(before, after) is expected


def test_who_took_part_wrote_in_its_thread() -> None:
    said = [*spoke(-40, 3), *spoke(-5, 1), *spoke(0, 1, 2, 2, 3, thread=AT), *spoke(1, 9)]
    said += [Said(1, AT + 5, 8, AT, True, False), Said(2, AT + 5, 7, AT, False, False)]
    people, in_thread = took_part(said, channel=1, thread=AT, posted=AT, day_ends=AT + DAY)
    assert (people, in_thread) == (frozenset({1, 2, 3}), True)
    assert had_not_spoken(people, said, posted=AT) == 2


def test_where_nobody_uses_threads_it_is_who_wrote_there_that_day() -> None:
    said = [*spoke(0, 1, 2), *spoke(2, 3)]
    people, in_thread = took_part(said, channel=1, thread=AT, posted=AT, day_ends=AT + DAY)
    assert (people, in_thread) == (frozenset({1, 2}), False)


def test_questions_are_answered_by_another_person_only() -> None:
    ask = spoke(1, 1, asks=True)
    alone = spoke(2, 2, asks=True)
    answer = [Said(1, ask[0].ts + 60, 3, ask[0].ts, False, False)]
    own = [Said(1, alone[0].ts + 60, 2, alone[0].ts, False, False)]
    early = spoke(-3, 4, asks=True)
    talk = lay_out([*early, *ask, *answer, *alone, *own], [], SETTING, until=date(2026, 3, 20))
    arrivals = Arrivals(begins=0, joined={}, wrote={})
    found = questions(talk, arrivals, channel=1, posted=AT, until=AT + 10 * DAY)
    assert found == (2, 1)
    assert questions(talk, arrivals, channel=2, posted=AT, until=AT + 10 * DAY) == (0, 0)


UPS = st.lists(st.booleans(), max_size=12)


@given(UPS, UPS)
def test_a_record_is_of_the_newest_six_and_claims_nothing_of_few(
    nudged: list[bool], left: list[bool]
) -> None:
    found = record(nudged, left)
    assert found.nudged == min(6, len(nudged))
    assert found.nudged_livelier == sum(nudged[:6])
    assert found.left_livelier <= found.left <= 6
    if found.shows_nothing:
        assert found.nudged == 6
        assert found.nudged_livelier < 6 or found.left_livelier == found.left


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param((6, 4, 4, 3), True, id="as often as those left alone"),
        pytest.param((6, 5, 4, 3), False, id="more often than those left alone"),
        pytest.param((6, 2, 1, 1), True, id="a third, and too few to compare with"),
        pytest.param((6, 3, 1, 1), False, id="half, and too few to compare with"),
        pytest.param((5, 0, 6, 6), False, id="too few nudges"),
    ],
)
def test_that_nothing_is_seen_is_said_after_enough(
    found: tuple[int, int, int, int], expected: bool
) -> None:
    nudged, up, left, came = found
    known = Record(nudged=nudged, nudged_livelier=up, left=left, left_livelier=came)
    assert known.shows_nothing is expected
