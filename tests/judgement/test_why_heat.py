"""A flow that is made of long exchanges between a few is told apart from a lively one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.phases import Phase, Sureness
from bot.judgement.weeks import Reacted
from bot.judgement.why import Context, Hypothesis, Why
from tests.hamlet import MAIN, PEOPLE, SIDE, TURN, UNTIL, USUAL, WEEKS, Hamlet, moment, turning

LIKELY, POSSIBLE = Sureness.LIKELY, Sureness.POSSIBLE
FANS = PEOPLE[10:18]


def hot(*, sides: str = "one each", exchanges: int = 6, lines: int = 24) -> Hamlet:
    """Two people in long exchanges in the last weeks, with onlookers who mark them."""
    hamlet = Hamlet().live({MAIN: turning(USUAL), SIDE: turning(USUAL)})
    for n in range(exchanges):
        day, hour = 7 * (WEEKS - 2) + n, 18
        begin = len(hamlet.said)
        at = moment(day, hour)
        for line in range(lines):
            hamlet._say(MAIN, at + line * 240_000_000, 4 + line % 2, at if line else None)
        marked = hamlet.said[begin:]
        for k, fan in enumerate(FANS):
            chosen = marked[k % 2 :: 2] if sides == "one each" else marked
            hamlet.reacted += [Reacted(MAIN, row.ts, fan) for row in chosen[:2]]
    return hamlet


def why(hamlet: Hamlet) -> Why:
    return hamlet.why(Phase.FLOW, since=UNTIL - timedelta(days=13), channel=MAIN)


def heated(found: Why) -> Hypothesis | None:
    return next((one for one in found.hypotheses if one.code is Context.HEATED), None)


def reason(found: Why) -> str:
    return next(one.reason for one in found.ruled_out if one.code is Context.HEATED)


def test_long_exchanges_with_onlookers_on_either_side_are_heat_and_no_flow() -> None:
    hamlet = hot()
    found = why(hamlet).hypotheses[0]
    assert (found.code, found.sureness) == (Context.HEATED, LIKELY)
    assert found.evidence["exchanges"] == 6
    assert found.evidence["messages"] == 6 * 24
    assert found.posts == tuple((MAIN, moment(7 * (WEEKS - 2) + n, 18)) for n in range(6))


def test_onlookers_who_like_all_of_it_leave_heat_only_possible() -> None:
    found = heated(why(hot(sides="both")))
    assert found is not None
    assert found.sureness is POSSIBLE


def test_exchanges_that_nobody_marks_are_only_possible() -> None:
    hamlet = hot()
    hamlet.reacted.clear()
    found = heated(why(hamlet))
    assert found is not None
    assert found.sureness is POSSIBLE


def test_one_long_exchange_makes_no_heat() -> None:
    assert reason(why(hot(exchanges=1))) == "no_long_exchange"


def test_where_long_exchanges_are_usual_they_are_no_heat() -> None:
    hamlet = hot(exchanges=2)
    for week in range(2, TURN):
        hamlet.quarrel(MAIN, week)
    assert reason(why(hamlet)) == "long_exchanges_are_usual"


def test_exchanges_that_are_little_of_a_lively_time_are_not_its_reason() -> None:
    lively = replace(USUAL, openings=60)
    hamlet = Hamlet().live({MAIN: turning(lively, at=WEEKS - 2)})
    for week in (WEEKS - 2, WEEKS - 1):
        hamlet.quarrel(MAIN, week, lines=9)
    assert reason(why(hamlet)) == "they_are_little_of_it"


def test_nothing_tells_who_it_was() -> None:
    found = why(hot()).hypotheses[0]
    assert set(found.evidence) == {"exchanges", "messages", "share"}


@pytest.mark.parametrize(
    ("deep", "sureness"), [(2, LIKELY), (8, POSSIBLE)], ids=["deep silence", "half a silence"]
)
def test_a_difference_is_likely_only_where_the_silence_is_deep(
    deep: int, sureness: Sureness
) -> None:
    hamlet = Hamlet().live({MAIN: turning(replace(USUAL, openings=deep)), SIDE: turning(USUAL)})
    hamlet.quarrel(MAIN, TURN)
    found = hamlet.why(channel=MAIN).hypotheses[0]
    assert (found.code, found.sureness) == (Context.DIFFERENCE, sureness)


def test_a_longer_exchange_than_any_before_stands_out_though_short_ones_are_usual() -> None:
    hamlet = Hamlet().live({MAIN: turning(replace(USUAL, openings=2)), SIDE: turning(USUAL)})
    for week in range(0, TURN, 2):
        hamlet.quarrel(MAIN, week, lines=9)
    hamlet.quarrel(MAIN, TURN, lines=16)
    assert hamlet.why(channel=MAIN).hypotheses[0].code is Context.DIFFERENCE
