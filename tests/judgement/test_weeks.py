"""A network's weeks are counted as the handbook says, and seen against their usual range."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judgement.talk import lay_out
from bot.judgement.usual import Usual, signals, usual_range
from bot.judgement.weeks import (
    Came,
    Period,
    Reacted,
    Said,
    Setting,
    comparable,
    measure_span,
    measure_weeks,
)

LONDON = ZoneInfo("Europe/London")
MONDAY = date(2026, 1, 5)
SUNDAY = MONDAY + timedelta(days=6)
LATER = MONDAY + timedelta(days=20)
ADA, BEN, CAT, DAN, BOT = 1, 2, 3, 4, 99
PLACE, FLAT = 10, 11
OLD = dict.fromkeys((ADA, BEN, CAT, DAN), 0)


def at(day: int, hour: float = 10.0, *, zone: ZoneInfo = LONDON) -> int:
    """Microseconds at *hour*, so many days after the first Monday."""
    midnight = datetime.combine(MONDAY + timedelta(days=day), datetime.min.time(), tzinfo=zone)
    return round(midnight.timestamp() * 1e6) + round(hour * 3.6e9)


def said(
    when: int,
    who: int = ADA,
    *,
    to: int | None = None,
    channel: int = PLACE,
    is_bot: bool = False,
    asks: bool = False,
) -> Said:
    return Said(channel, when, who, to, is_bot, asks)


def setting(**changes: object) -> Setting:
    return Setting(**{"tz": LONDON, "first_seen": OLD, **changes})  # type: ignore[arg-type]


# A threaded channel stays threaded by this reply in a week of its own, long after.
ELSEWHERE = [said(at(16), DAN, channel=PLACE), said(at(16, 11), CAT, to=at(16))]


def first_week(rows: list[Said], reacted: list[Reacted] | None = None, **changes: object):  # type: ignore[no-untyped-def]
    return measure_weeks([*rows, *ELSEWHERE], reacted or [], setting(**changes), until=LATER)[0]


def test_voices_are_people_and_contributions_stop_counting_at_ten_each() -> None:
    rows = [said(at(0, 9 + n / 60), ADA) for n in range(14)]
    rows += [said(at(1), BEN), said(at(1, 12), BOT, is_bot=True)]
    week = first_week(rows)
    assert (week.voices, week.messages, week.contributions, week.bot_posts) == (2, 15, 11, 1)
    assert week.bot_share == pytest.approx(1 / 16)
    assert week.effective_voices == pytest.approx(121 / 101)
    assert week.top_three == 1.0


def test_an_exchange_is_a_pair_however_often_and_by_reply_or_reaction() -> None:
    rows = [said(at(0)), said(at(0, 11), BEN, to=at(0)), said(at(0, 12), ADA, to=at(0))]
    rows += [said(at(0, 13), CAT, to=at(0)), said(at(2), DAN)]
    reacted = [Reacted(PLACE, at(2), ADA), Reacted(PLACE, at(0), BEN), Reacted(PLACE, at(2), DAN)]
    # Ada and Ben, Cat and Ada; and by the reaction Dan and Ada: not Dan with himself.
    assert first_week(rows, reacted).exchanges == 3


@pytest.mark.parametrize(
    ("posted", "replied", "answered"),
    [
        pytest.param(at(4, 16), at(8, 15.9), 1, id="friday to tuesday is in time"),
        pytest.param(at(4, 16), at(8, 16.1), 0, id="a little later on tuesday is too late"),
        pytest.param(at(5, 12), at(8, 16.9), 1, id="a saturday post has until tuesday evening"),
        pytest.param(at(0, 20), at(2, 16.9), 1, id="an evening post has two whole days"),
    ],
)
def test_two_working_days_are_given_for_an_answer(posted: int, replied: int, answered: int) -> None:
    week = first_week([said(posted), said(replied, BEN, to=posted)])
    assert (week.openings, week.answered) == (1, answered)


def test_a_holiday_stops_the_clock_of_answers_and_takes_a_working_day() -> None:
    rows = [said(at(0, 9)), said(at(3, 8), BEN, to=at(0, 9))]
    holidays = {MONDAY + timedelta(days=1): "A day off"}
    assert first_week(rows).answered == 0
    rested = first_week(rows, holidays=holidays)
    assert (rested.answered, rested.working_days) == (1, 4)


def test_quiet_time_takes_working_days_and_pressure_does_not() -> None:
    quiet = Period(name="Half-term", first=MONDAY, last=MONDAY + timedelta(days=2))
    busy = Period(name="Inspection", first=MONDAY, last=SUNDAY, kind="pressure")
    week = first_week([said(at(0))], quiet=[quiet, busy])
    assert week.working_days == 2


def test_an_opening_counts_only_once_its_two_days_have_passed() -> None:
    rows = [said(at(3, 9)), said(at(3, 10), BEN, to=at(3, 9)), said(at(4, 9), CAT)]
    week = measure_weeks(rows, [], setting(), until=SUNDAY)[0]
    assert (week.openings, week.answered) == (1, 1)  # Friday's waits until Monday evening
    assert week.starts == 2


def test_a_reaction_answers_a_post_but_not_a_question_waiting() -> None:
    rows = [said(at(0), asks=True), said(at(0, 12), BEN)]
    week = first_week(rows, [Reacted(PLACE, at(0), CAT)])
    assert (week.openings, week.answered, week.asks) == (2, 1, 1)
    assert week.unanswered == ((PLACE, at(0, 12)),)
    assert week.waiting == 1


def test_own_replies_and_bots_answer_nobody() -> None:
    rows = [said(at(0)), said(at(0, 11), ADA, to=at(0))]
    rows += [said(at(0, 12), BOT, to=at(0), is_bot=True)]
    week = first_week(rows, [Reacted(PLACE, at(0), ADA), Reacted(PLACE, at(0), BOT)])
    assert (week.openings, week.answered, week.exchanges) == (1, 0, 0)


def test_time_to_the_first_answer_is_in_working_hours() -> None:
    rows = [said(at(0, 16)), said(at(1, 10), BEN, to=at(0, 16))]
    assert first_week(rows).first_answer_hours == pytest.approx(2.0)


def test_newcomers_have_one_working_day_for_each_of_their_first_three_posts() -> None:
    rows = [said(at(0, 9 + n), CAT) for n in range(4)]
    rows += [said(at(0, 15), BEN, to=at(0, 9)), said(at(2, 9), BEN, to=at(0, 10))]
    old = {who: 0 for who in OLD if who != CAT}
    week = first_week(rows, first_seen=old, joined=[Came(CAT, at(0, 9))])
    assert (week.newcomer_openings, week.newcomer_answered) == (3, 1)
    assert (week.first_posters, week.newcomer_voices) == (1, 1)
    assert week.newcomers_waiting == ((PLACE, at(0, 11)),)
    assert week.newcomers_answered_share == pytest.approx(1 / 3)


def test_an_old_hand_seen_for_the_first_time_in_this_history_is_no_newcomer() -> None:
    week = first_week([said(at(0), CAT), said(at(0, 12), ADA)])
    assert (week.newcomer_openings, week.newcomer_voices) == (0, 0)
    assert week.newcomers_answered_share is None


def test_leads_share_of_starts() -> None:
    rows = [said(at(0), ADA), said(at(1), BEN), said(at(1, 12), ADA, to=at(1))]
    week = first_week(rows, leads=frozenset({ADA}))
    assert (week.starts, week.lead_starts, week.lead_share) == (2, 1, 0.5)


def test_a_reply_in_a_thread_older_than_a_fortnight_is_not_fresh() -> None:
    rows = [*ELSEWHERE, said(at(31), ADA, to=at(16)), said(at(31, 12), BEN)]
    weeks = measure_weeks(rows, [], setting(), until=MONDAY + timedelta(days=34))
    assert weeks[-1].freshness == 0.5
    assert weeks[0].freshness == 1.0


def test_a_reply_to_a_thread_begun_before_the_history_opens_nothing() -> None:
    week = first_week([said(at(0), ADA, to=at(-30)), said(at(1), BEN, to=at(-30))])
    assert (week.starts, week.openings, week.freshness) == (0, 0, 0.0)
    assert week.exchanges == 1
    assert week.lead_share is None
    assert week.answered_share is None


def test_joined_and_left_are_counted_in_their_week() -> None:
    came, went = [Came(CAT, at(2)), Came(DAN, at(9))], [Came(BEN, at(6, 23.9))]
    week = first_week([said(at(0))], joined=came, left=went)
    assert (week.joined, week.left) == (1, 1)


def test_in_a_flat_channel_the_next_person_within_45_minutes_answers() -> None:
    rows = [
        said(at(0, 10), ADA, channel=FLAT, asks=True),
        said(at(0, 10.5), ADA, channel=FLAT),
        said(at(0, 11), BEN, channel=FLAT),
        said(at(1, 10), CAT, channel=FLAT),
        said(at(1, 10.2), BOT, channel=FLAT, is_bot=True),
        said(at(1, 10.8), DAN, channel=FLAT),
    ]
    week = first_week(rows)
    assert (week.starts, week.answered, week.exchanges) == (3, 1, 1)
    assert week.channel_voices == {FLAT: 4}
    assert [ts for _, ts in week.unanswered] == [at(1, 10), at(1, 10.8)]


def test_a_reply_to_an_older_message_of_a_mostly_flat_channel_goes_to_its_thread() -> None:
    rows = [said(at(0, 8 + n / 10), ADA, channel=FLAT) for n in range(50)]
    rows += [said(at(1, 15), BEN, channel=FLAT, to=rows[0].ts)]
    week = first_week(rows)
    assert (week.starts, week.exchanges) == (1, 1)


def test_the_week_not_over_is_measured_up_to_today() -> None:
    weeks = measure_weeks([said(at(0)), said(at(8))], [], setting(), until=date(2026, 1, 13))
    assert [(w.first, w.days, w.working_days) for w in weeks] == [
        (MONDAY, 7, 5),
        (MONDAY + timedelta(days=7), 2, 2),
    ]
    assert weeks[1].voices == 1


def test_messages_after_the_reading_are_not_looked_at() -> None:
    weeks = measure_weeks([said(at(0)), said(at(7))], [], setting(), until=SUNDAY)
    assert [week.messages for week in weeks] == [1]


def test_no_messages_no_weeks() -> None:
    assert measure_weeks([], [], setting(), until=SUNDAY) == []


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", "Asia/Kathmandu"])
def test_a_week_ends_at_midnight_where_the_network_lives(zone: str) -> None:
    there = ZoneInfo(zone)
    last, first = at(6, 23.9, zone=there), at(7, 0.1, zone=there)
    weeks = measure_weeks([said(last), said(first)], [], Setting(tz=there), until=LATER)
    assert [week.messages for week in weeks] == [1, 1, 0]


def test_days_of_a_clock_change_keep_their_nine_to_five() -> None:
    spring = (date(2026, 3, 27) - MONDAY).days  # clocks go forward on Sunday 29 March
    posted = at(spring, 16)
    monday = round(datetime(2026, 3, 30, 9, tzinfo=UTC).timestamp() * 1e6)  # 10:00 in London
    rows = [said(posted), said(monday, BEN, to=posted)]
    weeks = measure_weeks(rows, [], setting(), until=date(2026, 4, 12))
    assert weeks[0].first_answer_hours == pytest.approx(2.0)


def test_what_the_bot_may_have_missed_is_not_held_against_anybody() -> None:
    deaf = [(at(1), at(3))]
    week = first_week([said(at(0), asks=True), said(at(4), BEN)], deaf=deaf)
    assert (week.deaf, week.openings, week.waiting) == (True, 1, 0)
    assert not first_week([said(at(0))], deaf=[(at(1, 8), at(1, 20))]).deaf


def test_a_question_counts_as_waiting_from_the_fourth_working_day() -> None:
    rows = [said(at(0, 9), asks=True), said(at(8, 9), BEN, to=at(0, 9)), *ELSEWHERE]
    weeks = measure_weeks(rows, [], setting(), until=LATER)
    assert [week.waiting for week in weeks] == [1, 0, 0]
    early = measure_weeks(rows, [], setting(), until=MONDAY + timedelta(days=2))
    assert early[0].waiting == 0


def test_one_channel_can_be_measured_alone() -> None:
    rows = [said(at(0), asks=True), said(at(0, 11), BEN, channel=FLAT, asks=True), *ELSEWHERE]
    talk = lay_out(rows, [], setting(), until=LATER)
    week = measure_span(talk, setting(), MONDAY, SUNDAY, channel=FLAT)
    assert (week.voices, week.waiting, week.channel_voices) == (1, 1, {FLAT: 1})


def test_unfit_weeks_are_not_compared_with() -> None:
    rows = [said(at(day)) for day in range(0, 70, 7)]
    off = {MONDAY + timedelta(days=14): "A day off"}
    deaf = [(at(22), at(25))]
    told = [MONDAY + timedelta(days=28)]
    until = MONDAY + timedelta(days=66)
    weeks = measure_weeks(rows, [], setting(holidays=off, deaf=deaf), until=until)
    assert comparable(weeks, explained=told) == [1, 5, 6, 7, 8]


def test_the_usual_range_is_an_individuals_chart_on_square_roots() -> None:
    usual = usual_range([16, 25] * 6)
    assert usual is not None
    assert usual.centre == pytest.approx(4.5**2)
    assert usual.low == pytest.approx((4.5 - 2.66) ** 2)
    assert usual.high == pytest.approx((4.5 + 2.66) ** 2)


def test_the_usual_range_of_a_short_week_is_smaller() -> None:
    week, short = usual_range([20] * 8), usual_range([20] * 8, for_days=3)
    assert week is not None
    assert short is not None
    assert (week.low, week.centre, week.high) == pytest.approx((20, 20, 20))
    assert short.centre == pytest.approx(12)


def test_short_weeks_are_scaled_and_weeks_without_work_left_out() -> None:
    usual = usual_range([20, 12, 3] * 4, [5, 3, 0] * 4)
    assert usual is not None
    assert usual.centre == pytest.approx(20)


def test_seven_weeks_are_too_few_for_a_usual_range() -> None:
    assert usual_range([20] * 7) is None


@given(st.lists(st.integers(0, 500), min_size=8, max_size=60))
def test_the_centre_lies_within_the_limits(counts: list[int]) -> None:
    usual = usual_range(counts)
    assert usual is not None
    assert 0 <= usual.low <= usual.centre + 1e-9
    assert usual.centre <= usual.high + 1e-9


ROOM = Usual(centre=25.0, low=4.0, high=64.0)  # roots 5, 2 and 8; a third is 1


@pytest.mark.parametrize(
    ("counts", "last"),
    [
        pytest.param([25, 25, 3], {"outside"}, id="below the lower limit"),
        pytest.param([25, 50, 26, 50], {"near a limit"}, id="two of three near the upper limit"),
        pytest.param([50, 25, 25, 50], set(), id="two of four is nothing"),
        pytest.param([50, 25, 8], set(), id="near both limits is nothing"),
        pytest.param([20] * 7, {"one side"}, id="seven below the middle"),
        pytest.param([20] * 6, set(), id="six below the middle is nothing"),
        pytest.param([20, 21, 22, 26, 27, 28, 29], {"trend"}, id="seven rising"),
        pytest.param([29, 28, 27, 26, 24, 23, 22], {"trend"}, id="seven falling"),
        pytest.param([25] * 9, set(), id="level on the middle is nothing"),
    ],
)
def test_the_four_rules_of_a_run_chart(counts: list[float], last: set[str]) -> None:
    assert signals(counts, ROOM)[-1] == last
