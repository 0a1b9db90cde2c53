"""Each reason of an ebb or flow is answered by the convening that fits it, or by none."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from bot.domain.nudges import CONVENINGS, ConveningKind
from bot.domain.phases import Sureness
from bot.judgement.convening import SCRIPTS, Script, by_lot, proposed
from bot.judgement.why import Context, Hypothesis, Why

NONE_FITS = {
    Context.ORDINARY,
    Context.QUIET_SEASON,
    Context.PRESSURE,
    Context.KEY_VOICE,
    Context.DIFFERENCE,
    Context.MOVED,
    Context.BOT_NOISE,
    Context.NEW_ARRIVALS,
    Context.ONE_VOICE_BURST,
    Context.GROWING,
    Context.UNKNOWN,
    "helping",
    "heated",
}


def why(*codes: Context, leave_it: bool = False) -> Why:
    """An explanation by these reasons, the first of them the surest."""
    return Why(
        hypotheses=tuple(Hypothesis(code=code, sureness=Sureness.LIKELY) for code in codes),
        ruled_out=(),
        leave_it=leave_it,
        look_again=date(2026, 3, 16),
    )


@pytest.mark.parametrize("code", Context)
def test_patience_private_words_and_the_unknown_are_never_answered_by_a_post(
    code: Context,
) -> None:
    assert (proposed(why(code)) is None) is (code in NONE_FITS)


def test_the_first_reason_decides() -> None:
    assert proposed(why(Context.ASKS_WAITING, Context.FEW_VOICES)) is ConveningKind.ASKS_ROUND
    assert proposed(why(Context.DIFFERENCE, Context.FEW_VOICES)) is None


def test_what_is_best_left_alone_gets_no_draft_but_a_gathering_may_be_harvested() -> None:
    assert proposed(why(Context.FEW_VOICES, leave_it=True)) is None
    assert proposed(why(Context.AFTER_GATHERING, leave_it=True)) is ConveningKind.HARVEST


def test_no_reason_proposes_nothing() -> None:
    assert proposed(why()) is None


def test_every_kind_has_a_script_with_a_hope() -> None:
    assert set(SCRIPTS) == set(CONVENINGS)
    assert all(script.hope and script.who_for for script in SCRIPTS.values())


@pytest.mark.parametrize("ahead", range(7))
def test_a_review_is_on_a_weekday_and_never_too_soon(ahead: int) -> None:
    posted = date(2026, 3, 2) + timedelta(days=ahead)
    day = Script(who_for="", hope="").review_on(posted)
    assert day.weekday() < 5
    assert timedelta(days=14) <= day - posted <= timedelta(days=16)


def test_whoever_was_not_heard_lately_is_drawn_more_often_but_nobody_always_or_never() -> None:
    people, lately = range(20), range(10)
    first = [by_lot(people, lately, lot=Random(n))[0] for n in range(2000)]
    quiet = sum(who not in lately for who in first) / len(first)
    assert quiet == pytest.approx(3 / 4, abs=0.04)
    assert {*first} == {*people}
    assert sorted(by_lot(people, lately, lot=Random(1))) == [*people]
    assert by_lot(people, lately, lot=Random(1)) == by_lot([*people][::-1], lately, lot=Random(1))
