"""Each reason is found in a history that has it, and not in that of its nearest neighbour."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import Phase as HypothesisPhase
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.phases import Phase, Sureness
from bot.judgement.talk import DAY, lay_out
from bot.judgement.weeks import Came, Period, Reacted, Said, Setting
from bot.judgement.why import Context, Hypothesis, RuledOut, Why
from bot.judgement.why.case import at_most
from tests.hamlet import (
    FOURTH,
    LONDON,
    MAIN,
    MONDAY,
    PEOPLE,
    SIDE,
    SINCE,
    STAR,
    THIRD,
    TURN,
    UNTIL,
    USUAL,
    WEEKS,
    Hamlet,
    Mood,
    moment,
    town,
    turning,
)


def first(why: Why) -> tuple[str, Sureness]:
    return why.hypotheses[0].code.value, why.hypotheses[0].sureness


def codes(why: Why) -> list[str]:
    return [one.code.value for one in why.hypotheses]


def reason(why: Why, code: Context) -> str:
    return against(why, code).reason


def against(why: Why, code: Context) -> RuledOut:
    return next(one for one in why.ruled_out if one.code is code)


LIKELY, POSSIBLE = Sureness.LIKELY, Sureness.POSSIBLE
LOW = replace(USUAL, openings=6)
HALF_TERM = Period(name="Half-term", first=SINCE, last=UNTIL)


def test_a_steady_network_is_ordinary_and_left_alone() -> None:
    why = town().why(Phase.STEADY)
    assert first(why) == ("ordinary", LIKELY)
    assert why.leave_it
    assert why.look_again == date(2026, 7, 6)


def test_an_even_fall_without_a_sign_is_not_known() -> None:
    why = town(LOW).why()
    assert codes(why) == ["unknown"]
    assert {one.code for one in why.ruled_out} >= {Context.MOVED, Context.QUIET_SEASON}


def test_too_short_a_history_gives_no_reason() -> None:
    short = Hamlet().live({MAIN: turning(USUAL)}, weeks=8)
    why = short.why(Phase.EBB, until=MONDAY + timedelta(weeks=8, days=-1), since=None)
    assert codes(why) == ["unknown"]
    assert {one.code for one in why.ruled_out} <= {Context.QUIET_SEASON}
    assert not why.leave_it


def test_a_short_history_is_enough_for_what_the_calendar_says() -> None:
    begin = MONDAY + timedelta(weeks=8)
    gathering = Period(name="Day", first=begin, last=begin, kind="gathering")
    short = Hamlet().live({MAIN: turning(USUAL)}, weeks=8)
    why = short.why(Phase.FLOW, until=begin - timedelta(days=1), since=None, gatherings=[gathering])
    assert first(why)[0] == "gathering_lift"


def test_holidays_about_to_begin_make_an_ebb_a_quiet_season() -> None:
    near = [UNTIL + timedelta(days=n) for n in (4, 5)]
    easter = dict.fromkeys(near, "Easter")
    late = town(LOW, at=WEEKS - 2)
    why = late.why(holidays=easter, since=UNTIL - timedelta(days=13))
    assert first(why)[0] == "quiet_season"
    assert "quiet_season" not in codes(town(LOW).why(holidays=easter))


def test_a_declared_holiday_explains_an_ebb_and_is_left_alone() -> None:
    why = town(LOW).why(quiet=[HALF_TERM])
    assert first(why) == ("quiet_season", LIKELY)
    assert why.leave_it
    assert why.look_again == date(2026, 7, 3)  # ten working days after 21 June, less 19 June's end


def test_a_real_ebb_with_one_day_off_is_not_put_down_to_the_holiday() -> None:
    day_off = {SINCE: "A day off"}
    why = town(LOW).why(holidays=day_off)
    assert "quiet_season" not in codes(why)


def test_an_ebb_that_outlasts_the_holiday_is_not_put_down_to_it() -> None:
    week_off = Period(name="Half-term", first=SINCE, last=SINCE + timedelta(days=6))
    why = town(LOW).why(quiet=[week_off])
    assert reason(why, Context.QUIET_SEASON) == "low_in_full_weeks_too"


def test_the_same_weeks_low_a_year_ago_make_a_season() -> None:
    low = {20, 21, 22, 23, 72, 73, 74, 75}
    years = Hamlet().live({MAIN: lambda week: LOW if week in low else USUAL}, weeks=76)
    until = MONDAY + timedelta(weeks=76, days=-1)
    why = years.why(until=until, since=until - timedelta(days=27))
    assert first(why) == ("quiet_season", LIKELY)
    fine = Hamlet().live({MAIN: lambda week: LOW if week >= 72 else USUAL}, weeks=76)
    why = fine.why(until=until, since=until - timedelta(days=27))
    assert reason(why, Context.QUIET_SEASON) == "not_low_last_year"


@pytest.mark.parametrize(
    ("low", "found"),
    [
        pytest.param(6.0, "quiet_season", id="the same weeks were low"),
        pytest.param(19.0, "not_low_last_year", id="the same weeks were as usual"),
        pytest.param(None, "no_quiet_days", id="nothing is known of them"),
    ],
)
def test_a_year_ago_is_told_by_the_totals_of_days(low: float | None, found: str) -> None:
    after = UNTIL + timedelta(days=1)
    year = {after - timedelta(weeks=back): 20.0 for back in range(76, 40, -1)}
    same = {after - timedelta(weeks=back): low for back in (56, 55, 54, 53)}
    why = town(LOW).why(year_ago=year | same if low else {})
    if found == "quiet_season":
        assert first(why) == ("quiet_season", LIKELY)
    else:
        assert reason(why, Context.QUIET_SEASON) == found


JUNE_DAY = Period(
    name="June day",
    first=SINCE - timedelta(days=4),
    last=SINCE - timedelta(days=4),
    kind="gathering",
)


def around_a_gathering(after: Mood) -> Hamlet:
    lively = replace(USUAL, openings=30, guests=8)
    story = {TURN - 2: lively, TURN - 1: lively}
    return Hamlet().live(
        {MAIN: lambda week: after if week >= TURN else story.get(week, USUAL)}, TURN + 2
    )


AFTER_TWO_WEEKS = SINCE + timedelta(days=13)


def test_the_lull_after_a_gathering_is_left_alone() -> None:
    lull = around_a_gathering(replace(USUAL, openings=12))
    why = lull.why(until=AFTER_TWO_WEEKS, gatherings=[JUNE_DAY])
    assert first(why) == ("after_gathering", LIKELY)
    assert why.leave_it
    assert why.hypotheses[0].evidence["name"] == "June day"


def test_a_fall_far_below_the_level_before_the_gathering_is_no_lull() -> None:
    deep = around_a_gathering(replace(USUAL, openings=4))
    why = deep.why(until=AFTER_TWO_WEEKS, gatherings=[JUNE_DAY])
    assert reason(why, Context.AFTER_GATHERING) == "below_the_level_before"


def test_a_gathering_long_past_explains_nothing() -> None:
    march = replace(JUNE_DAY, first=date(2026, 3, 2), last=date(2026, 3, 2))
    why = town(LOW).why(gatherings=[march])
    assert reason(why, Context.AFTER_GATHERING) == "gathering_long_past"


def test_declared_pressure_is_left_alone() -> None:
    winter = Period(name="Inspection", first=SINCE, last=UNTIL, kind="pressure")
    why = town(LOW).why(quiet=[winter])
    assert first(why) == ("pressure", LIKELY)
    assert why.leave_it


def test_a_low_workspace_means_pressure_and_a_lively_one_rules_it_out() -> None:
    assert first(town(LOW).why(elsewhere=0.5)) == ("pressure", LIKELY)
    assert reason(town(LOW).why(elsewhere=0.95), Context.PRESSURE) == "elsewhere_as_usual"


def four(then: Mood, answered: Mood = LOW) -> Hamlet:
    others = dict.fromkeys((SIDE, THIRD, FOURTH), turning(answered))
    return Hamlet().live({MAIN: turning(then), **others})


def test_all_channels_low_alike_may_be_pressure_but_that_is_not_said_first() -> None:
    assert codes(four(LOW).why()) == ["unknown", "pressure"]
    assert codes(four(LOW).why(channel=MAIN))[0] == "pressure"
    assert reason(four(LOW, USUAL).why(), Context.PRESSURE) == "not_everywhere"


def test_all_channels_low_but_answers_gone_is_not_pressure() -> None:
    why = four(replace(LOW, answered=0.4), replace(LOW, answered=0.4)).why()
    assert reason(why, Context.PRESSURE) == "answers_fell"


def test_one_voice_gone_quiet_explains_the_fall_without_a_name() -> None:
    with_star = replace(USUAL, star_answers=0.5)
    gone = replace(USUAL, answers=2)
    why = town(replace(gone, voices=tuple(p for p in PEOPLE if p != STAR)), with_star).why()
    assert first(why) == ("key_voice", LIKELY)
    assert set(why.hypotheses[0].evidence) == {"explained", "others"}
    assert why.hypotheses[0].evidence["explained"] >= 0.5  # type: ignore[operator]


def test_a_general_fall_in_which_a_busy_person_is_quiet_too_is_not_put_down_to_them() -> None:
    usual = replace(USUAL, star_answers=0.15)
    low = replace(LOW, openings=4, voices=tuple(p for p in PEOPLE if p != STAR))
    assert reason(town(low, usual).why(), Context.KEY_VOICE) == "explains_too_little"


def test_few_voices_carry_as_much_as_many_did() -> None:
    few = replace(USUAL, voices=PEOPLE[:5])
    why = town(few).why()
    assert first(why) == ("few_voices", LIKELY)
    assert why.hypotheses[0].evidence["feels_like"] == pytest.approx(5, abs=1.5)


def test_fewer_voices_who_also_say_less_is_an_ordinary_ebb() -> None:
    assert "few_voices" not in codes(town(replace(LOW, openings=4)).why())


def test_a_small_network_is_not_told_that_few_carry_it() -> None:
    small = replace(USUAL, voices=PEOPLE[:6], guests=0)
    why = town(replace(small, voices=PEOPLE[:2]), small).why()
    assert reason(why, Context.FEW_VOICES) == "small_network"


UNMET = replace(USUAL, guests=3, guests_answered=0.1)
WELCOMING = replace(USUAL, guests=3)


@pytest.mark.parametrize("phase", [Phase.STEADY, Phase.EBB, Phase.UNKNOWN])
def test_newcomers_unanswered_are_told_in_any_phase_and_never_left_first(phase: Phase) -> None:
    why = town(UNMET, WELCOMING).why(phase)
    assert first(why) == ("newcomers", LIKELY)
    assert not why.leave_it
    evidence = why.hypotheses[0].evidence
    assert evidence["posts"] == 12
    assert len(why.hypotheses[0].posts) == min(10, int(evidence["unanswered"]))


def test_newcomers_answered_as_ever_are_no_reason() -> None:
    why = town(LOW, WELCOMING).why(Phase.STEADY)
    assert codes(why) == ["ordinary"]
    answered = town(WELCOMING, WELCOMING).why(Phase.STEADY)
    assert reason(answered, Context.NEWCOMERS) == "newcomers_are_answered"


def test_four_first_posts_are_too_few_to_speak_of_newcomers() -> None:
    quiet = replace(USUAL, guests=0)
    story = {TURN: replace(quiet, guests=4, guests_answered=0.0)}
    rare = Hamlet().live({MAIN: lambda week: story.get(week, quiet)})
    assert reason(rare.why(Phase.STEADY), Context.NEWCOMERS) == "few_first_posts"


def test_questions_waiting_are_told_apart_from_newcomers_unanswered() -> None:
    waiting = replace(USUAL, asks_answered=0.15)
    why = town(waiting).why(Phase.STEADY)
    assert first(why) == ("asks_waiting", LIKELY)
    assert "newcomers" not in codes(why)
    hypothesis = why.hypotheses[0]
    assert len(hypothesis.posts) == 10
    assert int(hypothesis.evidence["waiting"]) > 2 * float(hypothesis.evidence["usual_waiting"])
    assert not why.leave_it or why.hypotheses[0].code is Context.ORDINARY


def test_fewer_questions_all_answered_are_no_questions_waiting() -> None:
    why = town(replace(LOW, answered=1.0)).why()
    assert reason(why, Context.ASKS_WAITING) in ("few_waiting", "no_more_than_usual")


def test_leads_who_stop_starting_are_told_apart_from_a_general_fall() -> None:
    led = replace(USUAL, lead_share=0.7)
    absent = town(replace(USUAL, openings=5), led)
    assert first(absent.why()) == ("lead_absent", LIKELY)
    general = town(replace(led, openings=6), led)
    assert reason(general.why(), Context.LEAD_ABSENT) == "leads_still_start"
    assert reason(town(LOW).why(), Context.LEAD_ABSENT) == "members_start"


def test_too_much_bot_is_told_apart_from_a_share_that_only_rose_as_people_fell() -> None:
    noisy = town(replace(LOW, bots=20))
    assert first(noisy.why()) == ("bot_noise", LIKELY)
    usual = replace(USUAL, bots=8)
    assert reason(town(replace(LOW, bots=8), usual).why(), Context.BOT_NOISE) == "bot_as_usual"


def test_bots_whom_fewer_answer_are_likely_the_reason_even_when_only_a_little_busier() -> None:
    asked = town(replace(LOW, bots=10), replace(USUAL, bots=6))
    assert first(asked.why()) == ("bot_noise", POSSIBLE)
    for row in [one for one in asked.said if one.is_bot and one.ts < moment(7 * TURN, 0)]:
        asked._say(MAIN, row.ts + 60_000_000, 7, row.ts)
    assert first(asked.why()) == ("bot_noise", LIKELY)


def test_a_long_exchange_and_then_silence_may_be_a_difference() -> None:
    hot = Hamlet().live({MAIN: turning(replace(USUAL, openings=3)), SIDE: turning(USUAL)})
    hot.quarrel(MAIN, TURN)
    why = hot.why(channel=MAIN)
    assert first(why) == ("difference", LIKELY)
    assert why.hypotheses[0].posts == ((MAIN, moment(7 * TURN, 20)),)


def test_a_long_exchange_without_a_silence_is_a_good_conversation() -> None:
    warm = Hamlet().live({MAIN: turning(USUAL), SIDE: turning(LOW)})
    warm.quarrel(MAIN, TURN)
    assert reason(warm.why(), Context.DIFFERENCE) == "no_silence_after"


def test_where_long_exchanges_are_usual_one_more_means_nothing() -> None:
    lively = town(LOW)
    for week in range(0, TURN + 1, 2):
        lively.quarrel(MAIN, week)
    assert reason(lively.why(), Context.DIFFERENCE) == "long_exchanges_are_usual"


def test_a_long_exchange_in_a_fall_of_all_channels_is_not_the_reason() -> None:
    everywhere = four(LOW)
    everywhere.quarrel(MAIN, TURN)
    assert reason(everywhere.why(channel=MAIN), Context.DIFFERENCE) == "other_channels_fell_too"


def test_yesterdays_long_exchange_is_too_fresh_to_judge() -> None:
    fresh = town(LOW)
    fresh.quarrel(MAIN, WEEKS - 1, lines=9)
    last = [row for row in fresh.said if row.ts <= moment(7 * (WEEKS - 1) + 1, 23)]
    fresh.said = last
    until = MONDAY + timedelta(weeks=WEEKS - 1, days=1)
    assert reason(fresh.why(until=until), Context.DIFFERENCE) == "no_silence_after"


def test_the_same_people_in_another_channel_have_moved() -> None:
    there = turning(replace(USUAL, openings=12, guests=0), replace(USUAL, openings=2, guests=0))
    gone = Hamlet().live({MAIN: turning(replace(LOW, openings=4)), SIDE: there})
    for channel in (MAIN, None):
        why = gone.why(channel=channel)
        assert first(why) == ("moved", LIKELY)
        assert why.hypotheses[0].evidence["channel"] == SIDE


def test_other_people_who_grow_livelier_elsewhere_are_no_move() -> None:
    strangers = tuple(range(200, 230))
    there = replace(USUAL, voices=strangers, guests=0)
    apart = Hamlet().live({MAIN: turning(LOW), SIDE: turning(there, replace(there, openings=2))})
    apart.seen.update(dict.fromkeys(strangers, 0))
    assert reason(apart.why(channel=MAIN), Context.MOVED) == "other_people_there"


def test_a_fall_everywhere_is_no_move() -> None:
    assert reason(four(LOW).why(), Context.MOVED) == "no_channel_rose"


def test_old_threads_tailing_off_without_new_ones_mean_a_topic_spent() -> None:
    spent = replace(USUAL, openings=4, old_thread=30)
    why = town(spent).why()
    assert first(why) == ("topic_spent", LIKELY)
    assert why.hypotheses[0].posts


def test_threads_that_carried_the_talk_and_are_over_may_mean_a_topic_spent() -> None:
    carried = replace(USUAL, openings=10, old_thread=25)
    why = town(replace(USUAL, openings=6, answers=2), carried).why()
    assert "topic_spent" in codes(why)


def test_a_topic_is_not_spent_while_new_threads_start() -> None:
    assert reason(town(LOW).why(), Context.TOPIC_SPENT) == "fresh_threads"
    busy = town(replace(USUAL, old_thread=80))
    assert reason(busy.why(), Context.TOPIC_SPENT) == "new_threads_start"


def fading(week: int) -> Mood:
    low = max(4, 16 - max(0, week - 12))
    return replace(USUAL, openings=low, voices=PEOPLE[: low + 6], guests=1 if week < 14 else 0)


def test_a_slow_fall_of_months_with_fewer_coming_is_decline() -> None:
    long = Hamlet().live({MAIN: fading}, weeks=40)
    until = MONDAY + timedelta(weeks=40, days=-1)
    long.left = [Came(person, moment(7 * 30, 9)) for person in PEOPLE[20:]]
    why = long.why(until=until, since=until - timedelta(weeks=20))
    assert "decline" in codes(why)
    assert next(h for h in why.hypotheses if h.code is Context.DECLINE).sureness is LIKELY
    assert not why.leave_it


def test_a_month_below_usual_is_no_decline() -> None:
    assert reason(town(LOW).why(), Context.DECLINE) == "not_long_enough"


FULL = replace(USUAL, openings=26)


def test_a_flow_around_a_gathering() -> None:
    near = replace(JUNE_DAY, first=UNTIL + timedelta(days=2), last=UNTIL + timedelta(days=2))
    why = town(FULL, at=WEEKS - 1).why(
        Phase.FLOW, since=UNTIL - timedelta(days=6), gatherings=[near]
    )
    assert first(why) == ("gathering_lift", LIKELY)
    assert why.hypotheses[0].evidence["in_days"] == 2
    assert not why.leave_it


def test_one_conversation_of_many_is_a_shared_concern_and_of_two_is_not() -> None:
    for voices, expected in ((PEOPLE, "shared_concern"), (PEOPLE[:2], "one_voice_burst")):
        lively = town()
        at = moment(7 * (WEEKS - 1), 10)
        lively._say(MAIN, at, 7, None)
        for n in range(80):
            who = voices[n % len(voices)]
            lively._say(MAIN, at + (n + 1) * 120_000_000, who, at)
        why = lively.why(Phase.FLOW, since=UNTIL - timedelta(days=6))
        assert first(why)[0] == expected


def test_new_arrivals_make_a_flow() -> None:
    arriving = replace(USUAL, guests=18)
    why = town(arriving).why(Phase.FLOW)
    assert first(why) == ("new_arrivals", LIKELY)
    assert why.hypotheses[0].evidence["answered"] == why.hypotheses[0].evidence["posts"]


def test_a_lasting_rise_is_growth() -> None:
    why = town(FULL, at=14).why(Phase.FLOW, since=MONDAY + timedelta(weeks=14))
    assert first(why) == ("growing", LIKELY)
    assert (
        reason(town(FULL, at=22).why(Phase.FLOW, since=None), Context.GROWING) == "not_long_enough"
    )


def test_the_turn_is_estimated_where_it_is_not_told() -> None:
    told, guessed = town(LOW).why(), town(LOW).why(since=None)
    assert codes(told) == codes(guessed)
    resting = town(LOW).why(since=None, quiet=[HALF_TERM])
    assert first(resting) == ("quiet_season", LIKELY)
    assert int(resting.hypotheses[0].evidence["full_days"]) == pytest.approx(20, abs=5)


def test_where_its_beginning_is_mistaken_what_another_would_show_comes_second() -> None:
    led = replace(USUAL, lead_share=0.7)
    absent = town(replace(USUAL, openings=5), led)
    assert first(absent.why()) == ("lead_absent", LIKELY)
    mistaken = absent.why(since=UNTIL - timedelta(days=69))
    assert [(one.code.value, one.sureness) for one in mistaken.hypotheses] == [
        ("unknown", POSSIBLE),
        ("lead_absent", POSSIBLE),
    ]
    assert "lead_absent" not in [one.code for one in mistaken.ruled_out]


def test_a_young_ebb_in_which_people_are_answered_is_left_alone() -> None:
    low = replace(LOW, answered=1.0)
    young = town(replace(low, asks=0.0), replace(USUAL, asks=0.0), at=WEEKS - 2)
    why = young.why(since=UNTIL - timedelta(days=13))
    assert codes(why) == ["unknown"]
    assert why.leave_it
    older = young.why(since=UNTIL - timedelta(days=27))
    assert not older.leave_it


def test_weeks_that_a_person_explained_are_not_compared_with() -> None:
    lively = {week: replace(USUAL, guests=18) for week in range(4, 16)}
    party = Hamlet().live({MAIN: lambda week: lively.get(week, USUAL)})
    told = [MONDAY + timedelta(weeks=week) for week in lively]
    spoilt = party.why(Phase.FLOW, since=UNTIL - timedelta(days=6))
    known = party.why(Phase.FLOW, since=UNTIL - timedelta(days=6), explained=told)
    assert _ratio(spoilt) < 0.8 < _ratio(known)


def _ratio(why: Why) -> float:
    return float(against(why, Context.GROWING).evidence["voices"])


EVERY_STORY = [
    pytest.param(replace(USUAL, voices=PEOPLE[:5]), USUAL, id="few voices"),
    pytest.param(UNMET, WELCOMING, id="newcomers unanswered"),
    pytest.param(replace(USUAL, openings=5), replace(USUAL, lead_share=0.7), id="leads away"),
    pytest.param(replace(LOW, openings=1, voices=PEOPLE[:2]), USUAL, id="almost nobody"),
    pytest.param(replace(USUAL, answers=2), replace(USUAL, star_answers=0.5), id="a voice quiet"),
]


@pytest.mark.parametrize(("then", "usual"), EVERY_STORY)
def test_no_evidence_counts_fewer_than_five_people_or_holds_an_id(then: Mood, usual: Mood) -> None:
    why = town(then, usual).why()
    assert len(why.hypotheses) <= 2
    shown = [one.evidence for one in why.hypotheses] + [one.evidence for one in why.ruled_out]
    for evidence in shown:
        for name, value in evidence.items():
            assert name not in {"who", "member", "author"}
            if name.startswith(("voices_", "newcomers")):
                assert float(value) >= 5


def test_what_the_bot_was_deaf_to_is_not_taken_for_silence() -> None:
    story = {TURN + 1: replace(USUAL, openings=0, guests=0)}
    deaf = Hamlet().live({MAIN: lambda week: story.get(week, USUAL)})
    gap = (moment(7 * (TURN + 1), 0), moment(7 * (TURN + 2), 0))
    heard = against(deaf.why(Phase.FLOW), Context.ONE_VOICE_BURST).evidence["messages"]
    known = against(deaf.why(Phase.FLOW, deaf=[gap]), Context.ONE_VOICE_BURST).evidence["messages"]
    assert float(heard) < 0.85 < float(known)


def test_a_network_in_which_nobody_ever_spoke_has_no_reason() -> None:
    assert codes(Hamlet().why(Phase.STILL)) == ["unknown"]


def test_a_network_fallen_silent_is_explained_without_voices() -> None:
    silent = Hamlet().live({MAIN: turning(replace(USUAL, openings=0, guests=0, bots=0))})
    why = silent.why(Phase.STILL)
    assert codes(why) == ["unknown"]
    assert not why.leave_it


ROWS = st.lists(
    st.builds(
        lambda channel, hour, who, reply, bot, asks: Said(
            channel,
            moment(hour // 24, hour % 24),
            who,
            moment(reply, 9) if reply else None,
            bot,
            asks,
        ),
        st.integers(1, 3),
        st.integers(0, 24 * 7 * WEEKS - 1),
        st.integers(1, 6),
        st.integers(0, 5),
        st.booleans(),
        st.booleans(),
    ),
    max_size=60,
)


@pytest.mark.at_length
@settings(max_examples=25, deadline=None, phases=[HypothesisPhase.generate])
@given(rows=ROWS, phase=st.sampled_from(Phase), channel=st.sampled_from([None, 1]))
def test_any_history_gets_one_or_two_reasons_and_a_day_to_look_again(
    rows: list[Said], phase: Phase, channel: int | None
) -> None:
    town = Hamlet(said=rows, reacted=[Reacted(row.channel, row.ts, 5) for row in rows[::3]])
    why = town.why(phase, channel=channel)
    assert 1 <= len(why.hypotheses) <= 2
    assert why.look_again > UNTIL
    assert not {one.code for one in why.hypotheses} & {one.code for one in why.ruled_out}


def test_a_hypothesis_is_a_value() -> None:
    one = Hypothesis(code=Context.UNKNOWN, sureness=POSSIBLE)
    assert one == replace(one)
    assert one.evidence == {}


def test_what_is_only_guessed_comes_after_what_shows() -> None:
    few = replace(USUAL, openings=5, voices=PEOPLE[:4], guests=0)
    usual = replace(USUAL, openings=8)
    low = {place: turning(few, usual) for place in (MAIN, SIDE, THIRD, FOURTH)}
    why = Hamlet().live(low).why()
    assert [one.code for one in why.hypotheses] == [Context.FEW_VOICES, Context.PRESSURE]


def test_an_old_hand_whom_the_bot_first_hears_is_no_newcomer() -> None:
    fresh = Hamlet().live({MAIN: turning(USUAL)}, weeks=10)
    fresh.seen = {who: ts for who, ts in fresh.seen.items() if who > PEOPLE[-1]}
    begin = min(row.ts for row in fresh.said)
    until = MONDAY + timedelta(weeks=10, days=-1)
    talk = lay_out(
        fresh.said, [], Setting(tz=LONDON, first_seen=fresh.seen, joined=fresh.joined), until=until
    )
    guests = {one.member for one in fresh.joined}
    early = {row.author for row in fresh.said if row.ts < begin + 14 * DAY} - guests
    new = {int(who) for who in talk.author[talk.is_new]}
    assert len(early) > 20
    assert guests <= new
    assert not early & new
    joined_late = [Came(PEOPLE[0], begin - 10), *fresh.joined]
    talk = lay_out(
        fresh.said, [], Setting(tz=LONDON, first_seen=fresh.seen, joined=joined_late), until=until
    )
    assert PEOPLE[0] in talk.author[talk.is_new]


def test_hundreds_of_openings_are_no_trouble_to_count_with() -> None:
    assert at_most(0, 4000, 0.5) == pytest.approx(0.0)
    assert at_most(2000, 4000, 0.5) == pytest.approx(0.5, abs=0.01)
    assert at_most(3, 3, 0.2) == 1.0
    assert at_most(1, 2, 0.5) == pytest.approx(0.75)
    assert at_most(1, 2, 1.0) == 0.0
    assert at_most(1, 2, 0.0) == 1.0
