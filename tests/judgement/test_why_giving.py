"""What the ledger tells: nobody asks, asks wait, help moves, the purpose is met."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.phases import Phase, Sureness
from bot.judgement.ledger import Ask, CheckedIn, Helped, Ledger, Offer, longest_ring
from bot.judgement.talk import HOUR
from bot.judgement.why import Context, Hypothesis, Why
from tests.hamlet import MAIN, TURN, UNTIL, USUAL, WEEKS, Hamlet, Mood, moment, town

LIKELY, POSSIBLE = Sureness.LIKELY, Sureness.POSSIBLE
OFFER = Offer(moment(3, 10))
QUIET = replace(USUAL, asks=0.05)
LOW = replace(USUAL, openings=9, asks=0.1)


def asked(
    a_week: Callable[[int], int],
    *,
    answered: Callable[[int], bool] = lambda week: True,
    done: bool = True,
) -> list[Ask]:
    """So many asks in each week, taken up after two hours and closed a day later where they are."""
    found = []
    for week in range(WEEKS):
        for n in range(a_week(week)):
            at = moment(7 * week + n % 5, 10 + n / 20)
            is_taken = answered(week)
            closed = at + 26 * HOUR if is_taken else None
            found.append(Ask(at, at + 2 * HOUR if is_taken else None, closed, done and is_taken))
    return found


def usually(count: int, then: int, at: int = TURN) -> Callable[[int], int]:
    return lambda week: then if week >= at else count


def told(why: Why, code: Context) -> Hypothesis | None:
    return next((one for one in why.hypotheses if one.code is code), None)


def reason(why: Why, code: Context) -> str:
    return next(one.reason for one in why.ruled_out if one.code is code)


def named(why: Why) -> set[Context]:
    return {one.code for one in why.hypotheses} | {one.code for one in why.ruled_out}


LEDGERS = {Context.NO_ASKS, Context.PURPOSE_MET, Context.HELPING}


@pytest.mark.parametrize("phase", [Phase.STEADY, Phase.EBB, Phase.FLOW])
def test_without_a_ledger_nothing_is_said_of_asks(phase: Phase) -> None:
    assert not LEDGERS & named(town(QUIET).why(phase))


def test_of_one_channel_nothing_is_said_of_the_networks_asks() -> None:
    ledger = Ledger(asks=asked(usually(6, 0)), offers=[OFFER])
    assert not LEDGERS & named(town(QUIET).why(Phase.STEADY, channel=MAIN, ledger=ledger))


@pytest.mark.parametrize(
    ("phase", "then"), [(Phase.STEADY, QUIET), (Phase.EBB, LOW)], ids=["steady", "in an ebb"]
)
def test_offers_without_asks_are_told(phase: Phase, then: Mood) -> None:
    ledger = Ledger(asks=asked(usually(4, 0)), offers=[OFFER])
    why = town(then).why(phase, ledger=ledger)
    assert why.hypotheses[0].code is Context.NO_ASKS
    assert why.hypotheses[0].sureness is LIKELY
    assert why.hypotheses[0].evidence == {"asks": 0, "usual_asks": 12, "weeks": 3, "offers": 1}
    assert not why.leave_it


def test_where_nobody_offers_either_it_is_only_possible() -> None:
    found = told(
        town(QUIET).why(Phase.STEADY, ledger=Ledger(asks=asked(usually(4, 0)))), Context.NO_ASKS
    )
    assert found is not None
    assert found.sureness is POSSIBLE


def test_people_who_ask_aloud_ask() -> None:
    ledger = Ledger(asks=asked(usually(4, 0)), offers=[OFFER])
    assert reason(town().why(Phase.STEADY, ledger=ledger), Context.NO_ASKS) == "people_ask"


def test_fewer_asks_than_usual_by_chance_are_no_silence() -> None:
    ledger = Ledger(asks=asked(usually(4, 3)), offers=[OFFER])
    assert reason(town(QUIET).why(Phase.STEADY, ledger=ledger), Context.NO_ASKS) == "people_ask"


def test_where_few_ask_at_any_time_their_silence_means_nothing() -> None:
    ledger = Ledger(asks=asked(lambda week: week % 4 == 0), offers=[OFFER])
    why = town(QUIET).why(Phase.STEADY, ledger=ledger)
    assert reason(why, Context.NO_ASKS) == "few_asks_are_usual"


def test_asks_of_the_ledger_that_wait_are_told_with_their_posts() -> None:
    asks = asked(usually(4, 4), answered=lambda week: week < TURN)
    shown = [ask._replace(post=(MAIN, ask.opened)) for ask in asks]
    why = town().why(Phase.STEADY, ledger=Ledger(asks=shown))
    found = why.hypotheses[0]
    assert (found.code, found.sureness) == (Context.ASKS_WAITING, LIKELY)
    end = moment(7 * WEEKS, 0)
    old = [one for one in shown if one.answered is None and one.opened < end - 5 * 24 * HOUR]
    assert found.evidence["waiting"] == len(old)
    assert found.evidence["asks"] == 16
    assert float(found.evidence["median_days"]) == pytest.approx(12, abs=1)
    assert found.posts == tuple(one.post for one in old[-10:])
    assert not why.leave_it


def test_asks_that_were_withdrawn_do_not_wait() -> None:
    asks = [
        ask._replace(closed=ask.opened + HOUR)
        for ask in asked(usually(4, 4), answered=lambda week: week < TURN)
    ]
    why = town().why(Phase.STEADY, ledger=Ledger(asks=asks))
    assert reason(why, Context.ASKS_WAITING) in ("few_waiting", "no_more_than_usual")


def test_as_many_asks_wait_as_ever() -> None:
    asks = [ask if n % 2 else Ask(ask.opened) for n, ask in enumerate(asked(usually(4, 4)))]
    why = town().why(Phase.STEADY, ledger=Ledger(asks=asks))
    assert reason(why, Context.ASKS_WAITING) in ("few_waiting", "no_more_than_usual")


def test_questions_aloud_that_wait_are_told_though_the_ledger_is_fine() -> None:
    unheard = replace(USUAL, asks_answered=0.15)
    why = town(unheard).why(Phase.STEADY, ledger=Ledger(asks=asked(usually(4, 4))))
    assert why.hypotheses[0].code is Context.ASKS_WAITING
    assert "kept" not in why.hypotheses[0].evidence


def test_an_ask_that_waits_is_not_left_alone() -> None:
    quiet = replace(USUAL, openings=6, asks=0.0)
    usual = replace(USUAL, asks=0.0)
    young = town(quiet, usual, at=WEEKS - 2)
    since = UNTIL - timedelta(days=13)
    waits = Ledger(asks=[Ask(moment(7 * WEEKS - 12, 10))])
    assert young.why(since=since, ledger=Ledger()).leave_it
    assert not young.why(since=since, ledger=waits).leave_it


def met(nearly: int, *, of: int = 20, results: int = 2) -> Ledger:
    """Few new asks since the turn, older ones closed as met, and a check-in."""
    late = moment(7 * (TURN + 1), 12)
    return Ledger(
        asks=asked(usually(4, 0)),
        offers=[OFFER],
        check_ins=[CheckedIn(moment(40, 12), 20, 1), CheckedIn(late, of, nearly)],
        results=[late] * results,
    )


def test_a_purpose_that_is_met_is_told_before_that_nobody_asks() -> None:
    why = town(LOW).why(ledger=met(15))
    assert [one.code for one in why.hypotheses] == [Context.PURPOSE_MET, Context.NO_ASKS]
    assert [one.sureness for one in why.hypotheses] == [LIKELY, POSSIBLE]
    evidence = why.hypotheses[0].evidence
    assert evidence["nearly"] == "most"
    assert evidence["answers"] == 20
    assert evidence["results"] == 2
    assert evidence["asks"] == 0
    assert evidence["done"] == evidence["closed"] == 16  # of the eight weeks, four before the turn


@pytest.mark.parametrize(
    ("nearly", "words"), [(15, "most"), (10, "about half")], ids=["most", "half"]
)
def test_a_check_in_is_told_in_words_not_in_counts(nearly: int, words: str) -> None:
    found = told(town(LOW).why(ledger=met(nearly)), Context.PURPOSE_MET)
    assert found is not None
    assert found.evidence["nearly"] == words
    assert nearly not in found.evidence.values()


def test_a_purpose_of_which_people_see_more_ahead_is_not_met() -> None:
    assert reason(town(LOW).why(ledger=met(2)), Context.PURPOSE_MET) == "purpose_is_ahead"


def test_new_asks_speak_against_a_purpose_met() -> None:
    ledger = replace(met(15), asks=asked(usually(4, 4)))
    assert reason(town(LOW).why(ledger=ledger), Context.PURPOSE_MET) == "new_asks_come"


def test_a_check_in_of_four_people_is_not_spoken_of() -> None:
    found = told(town(LOW).why(ledger=met(4, of=4)), Context.PURPOSE_MET)
    assert found is not None
    assert found.sureness is POSSIBLE
    assert not {"answers", "nearly"} & found.evidence.keys()


LIVELY = replace(USUAL, openings=22)


def moving(now: int) -> list[Helped]:
    """Somebody helps four times a week, and *now* times since the turn, each time the next one."""
    return [
        Helped(moment(7 * week + n % 5, 11 + n / 50), n, n + 1)
        for week in range(WEEKS)
        for n in range(now if week >= TURN else 4)
    ]


def test_help_that_moves_is_a_flow_of_its_own() -> None:
    ledger = Ledger(asks=asked(usually(4, 9)), helped=moving(12))
    found = town(LIVELY).why(Phase.FLOW, ledger=ledger).hypotheses[0]
    assert (found.code, found.sureness) == (Context.HELPING, LIKELY)
    assert found.evidence["hands"] == 13
    assert found.evidence["asks"] == 27
    assert found.evidence["usual_asks"] == 12
    assert int(found.evidence["ring"]) > 4


def test_as_much_help_as_usual_is_not_the_reason_of_a_flow() -> None:
    ledger = Ledger(asks=asked(usually(4, 4)), helped=moving(4))
    why = town(LIVELY).why(Phase.FLOW, ledger=ledger)
    assert reason(why, Context.HELPING) == "no_more_help_than_usual"


ASKING = replace(USUAL, openings=18, asks=0.8, answers=5)


def test_help_shows_in_what_is_asked_and_answered_aloud_though_the_ledger_is_as_usual() -> None:
    ledger = Ledger(asks=asked(usually(4, 4)), helped=moving(4))
    found = told(town(ASKING).why(Phase.FLOW, ledger=ledger), Context.HELPING)
    assert found is not None


@pytest.mark.parametrize(
    "then",
    [
        pytest.param(replace(ASKING, asks=0.5), id="as many of all openings ask"),
        pytest.param(replace(ASKING, answers=2), id="they have fewer replies"),
        pytest.param(replace(ASKING, openings=8), id="hardly more is asked"),
    ],
)
def test_it_does_not_show_where_only_more_is_said(then: Mood) -> None:
    ledger = Ledger(asks=asked(usually(4, 4)), helped=moving(4))
    why = town(then).why(Phase.FLOW, ledger=ledger)
    assert reason(why, Context.HELPING) == "no_more_help_than_usual"


def test_four_hands_are_not_counted_aloud() -> None:
    pair = [Helped(moment(7 * week, 11), 1, 2) for week in range(WEEKS)]
    ledger = Ledger(asks=asked(usually(4, 9)), helped=pair)
    found = told(town(LIVELY).why(Phase.FLOW, ledger=ledger), Context.HELPING)
    assert found is None or "hands" not in found.evidence


# The ledger itself


def test_a_ring_is_as_long_as_help_was_passed_on() -> None:
    there = [Helped(1, 1, 2), Helped(2, 2, 3), Helped(3, 3, 1)]
    assert longest_ring(there) == 3
    assert longest_ring(reversed(there)) == 3
    assert longest_ring([Helped(3, 1, 2), Helped(2, 2, 3)]) == 1
    assert longest_ring([]) == 0


@given(
    st.lists(
        st.builds(Helped, st.integers(0, 50), st.integers(0, 6), st.integers(0, 6)), max_size=30
    )
)
def test_a_ring_is_no_longer_than_the_times_that_somebody_helped(helped: list[Helped]) -> None:
    ring = longest_ring(helped)
    assert ring <= len(helped)
    assert (ring == 0) is (not helped)
    assert longest_ring([*helped, Helped(60, 9, 8)]) >= max(ring, 1)


def test_an_ask_waits_from_its_opening_until_it_is_taken_up_or_closed() -> None:
    assert not Ask(10).waits_at(10)
    assert Ask(10).waits_at(11)
    assert not Ask(10, answered=12).waits_at(13)
    assert Ask(10, answered=12).waits_at(12)
    assert not Ask(10, closed=12).waits_at(13)


def test_an_offer_stands_until_it_ends() -> None:
    assert Offer(1).stands_at(2)
    assert not Offer(1).stands_at(1)
    assert Offer(1, closed=3).stands_at(3)
    assert not Offer(1, closed=3).stands_at(4)


def test_a_ledger_tells_what_fell_into_a_time() -> None:
    ledger = Ledger(
        asks=[Ask(1, 2, 3, True), Ask(4, 5, 6, False), Ask(6)],
        helped=[Helped(1, 1, 2), Helped(5, 2, 3)],
    )
    assert ledger.opened(1, 6) == list(ledger.asks[:2])
    assert (ledger.done(0, 9), ledger.done(4, 9)) == (1, 0)
    assert (ledger.hands(0, 9), ledger.hands(2, 9)) == (3, 2)
    assert (ledger.ring(0, 9), ledger.ring(2, 9)) == (2, 1)


def test_a_hamlet_without_history_is_not_asked_of_its_ledger() -> None:
    assert not LEDGERS & named(Hamlet().why(Phase.EBB, ledger=met(15)))
