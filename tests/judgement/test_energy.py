"""Tells whether the energy filter notices what changed, and holds its tongue otherwise."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.phases import Direction, EnergyReading, Phase
from bot.judgement.energy import (
    CALMER,
    SOONER,
    EnergyState,
    Rhythm,
    advance,
    begin,
    crowds,
    dumps,
    loads,
    usual,
)
from bot.judgement.energy.blob import StateError
from bot.judgement.energy.crowds import tail

START = date(2026, 1, 5)
WEEK = (1.0, 1.1, 1.2, 1.0, 0.9, 0.2, 0.2)
Day = tuple[float, float, float]


def busy_day(rng: np.random.Generator, day: date, size: float, level: float = 25.0) -> Day:
    """A day of a channel with *level* messages a day, *size* times the usual."""
    mean = level * WEEK[day.weekday()] * size
    people = float(rng.poisson(mean / 3))
    return (
        people + float(rng.poisson(2 * mean / 3)),
        people,
        float(min(people, rng.poisson(mean / 5))),
    )


class Channel:
    """A channel whose days pass, and what is said of it."""

    def __init__(self, level: float = 25.0, strictness: float = 1.0, seed: int = 3) -> None:
        self.rng = np.random.default_rng(seed)
        self.level = level
        self.state: EnergyState = begin(start=START, series=["C1"], strictness=strictness)
        self.day = START
        self.readings: list[EnergyReading] = []

    def passes(
        self,
        days: int,
        size: float = 1.0,
        rhythm: Rhythm = Rhythm.ORDINARY,
        *,
        listening: bool = True,
        sensitivity: float = 1.0,
    ) -> list[EnergyReading]:
        """Live through some days; returns what was said on each."""
        heard = []
        for _ in range(days):
            seen = busy_day(self.rng, self.day, size, self.level) if listening else None
            heard += advance(
                self.state,
                day=self.day,
                counts={"C1": seen},
                rhythm=rhythm,
                sensitivity=sensitivity,
            )
            self.day += timedelta(days=1)
        self.readings += heard
        return heard

    @property
    def now(self) -> EnergyReading:
        return self.readings[-1]


def test_nothing_is_said_of_a_series_before_its_forty_second_day() -> None:
    channel = Channel()
    early = channel.passes(41)
    assert {reading.phase for reading in early} == {Phase.UNKNOWN}
    assert channel.passes(1)[0].phase is Phase.STEADY


def test_an_ordinary_half_year_is_steady_and_never_an_alert() -> None:
    channel = Channel()
    said = channel.passes(182)[42:]
    assert {reading.phase for reading in said} == {Phase.STEADY}
    assert not any(reading.is_alert for reading in said)


@pytest.mark.parametrize(
    ("size", "phase"),
    [
        pytest.param(0.3, Phase.EBB, id="a fall to a third is an ebb"),
        pytest.param(2.5, Phase.FLOW, id="two and a half times the usual is flow"),
    ],
)
def test_a_large_change_is_alerted_once_within_a_fortnight_and_dated_near_its_onset(
    size: float, phase: Phase
) -> None:
    channel = Channel()
    channel.passes(112)
    onset = channel.day
    said = channel.passes(21, size)
    alerts = [reading for reading in said if reading.is_alert]
    assert [reading.phase for reading in alerts] == [phase]
    assert alerts[0].day <= onset + timedelta(days=14)
    assert alerts[0].since is not None
    assert abs((alerts[0].since - onset).days) <= 4
    assert said[-1].probability > 0.8


def test_an_ebb_ends_when_the_usual_comes_back() -> None:
    channel = Channel()
    channel.passes(112)
    channel.passes(21, 0.3)
    channel.passes(28)
    assert channel.now.phase is Phase.STEADY
    assert channel.now.since is None


def test_eight_weeks_in_a_phase_are_the_new_normal() -> None:
    channel = Channel()
    channel.passes(140)
    said = channel.passes(100, 0.35)
    phases = [reading.phase for reading in said]
    assert phases.count(Phase.EBB) == pytest.approx(56, abs=3)
    assert phases[-20:] == [Phase.STEADY] * 20
    assert sum(reading.is_alert for reading in said) == 1
    expected = usual(channel.state, "C1", first=channel.day)
    assert expected is not None
    assert expected.since is not None
    assert expected.messages.expected == pytest.approx(25 * sum(WEEK) * 0.35, rel=0.3)


def test_almost_nothing_for_four_weeks_is_still_once_and_remains_so() -> None:
    channel = Channel()
    channel.passes(112)
    onset = channel.day
    said = channel.passes(150, 0.0)
    still = [reading for reading in said if reading.phase is Phase.STILL]
    assert still[0].day == onset + timedelta(days=27)
    assert still[0].is_alert
    assert sum(reading.is_alert for reading in still) == 1
    assert said[-1].phase is Phase.STILL
    assert said[-1].since is not None
    assert abs((said[-1].since - onset).days) <= 4
    assert channel.passes(2)[-1].phase is not Phase.STILL


def test_a_channel_that_never_spoke_is_unknown_and_not_still() -> None:
    channel = Channel(level=0.0)
    assert {reading.phase for reading in channel.passes(200)} == {Phase.UNKNOWN}


def test_a_channel_too_small_to_tell_is_unknown_and_usual_says_so() -> None:
    channel = Channel(level=1.0)
    said = channel.passes(150)
    assert {reading.phase for reading in said} == {Phase.UNKNOWN}
    expected = usual(channel.state, "C1", first=channel.day)
    assert expected is not None
    assert expected.is_too_small


def test_a_small_channel_that_wakes_up_is_flow_once_there_is_enough_to_see() -> None:
    channel = Channel(level=1.0)
    channel.passes(112)
    said = channel.passes(28, 8.0)
    assert said[0].phase is Phase.UNKNOWN
    assert said[-1].phase is Phase.FLOW


def test_eighteen_days_of_not_listening_change_nothing() -> None:
    channel = Channel()
    channel.passes(112)
    before = usual(channel.state, "C1", first=START)
    belief = channel.state.belief.copy()
    gap = channel.passes(18, listening=False)
    assert {reading.phase for reading in gap} == {Phase.STEADY}
    assert (channel.state.belief == belief).all()
    assert not any(reading.is_alert for reading in channel.passes(28))
    after = usual(channel.state, "C1", first=START)
    assert before is not None
    assert after is not None
    assert after.messages.expected == pytest.approx(before.messages.expected, rel=0.12)


def test_days_left_out_count_as_not_listened_to() -> None:
    told, skipped = Channel(), Channel()
    for channel in (told, skipped):
        channel.passes(100)
    told.passes(18, listening=False)
    skipped.day += timedelta(days=18)
    assert told.passes(30) == skipped.passes(30)


def test_an_ebb_in_declared_quiet_time_is_no_ebb_and_does_not_lower_the_usual() -> None:
    channel = Channel()
    channel.passes(112)
    level = channel.state.level.copy()
    said = channel.passes(21, 0.05, Rhythm.QUIET)
    assert {reading.phase for reading in said} == {Phase.STEADY}
    channel.passes(28)
    assert channel.state.level == pytest.approx(level, rel=0.1)


def test_the_festive_season_is_expected_to_be_low_and_its_depth_is_learned() -> None:
    channel = Channel()
    channel.passes(112)
    prior = channel.state.holidays[1, 0] / channel.state.holidays[1, 1]
    said = channel.passes(11, 0.3, Rhythm.FESTIVE)
    learned = channel.state.holidays[1, 0] / channel.state.holidays[1, 1]
    assert (learned < prior).all()
    assert not any(reading.is_alert for reading in said)


def test_a_party_of_one_day_is_no_flow() -> None:
    channel = Channel()
    channel.passes(112)
    said = channel.passes(1, 6.0) + channel.passes(14)
    assert not any(reading.is_alert for reading in said)


def test_a_rise_and_a_fall_show_in_the_direction() -> None:
    channel = Channel()
    channel.passes(112)
    ways = [channel.now.direction, channel.passes(14, 2.0)[-1].direction]
    assert [*ways, channel.passes(14)[-1].direction] == [
        Direction.LEVEL,
        Direction.RISING,
        Direction.FALLING,
    ]


def test_a_calmer_reading_speaks_later_and_a_sooner_one_earlier() -> None:
    def first_alert(strictness: float = 1.0, sensitivity: float = 1.0) -> int:
        channel = Channel(level=8, strictness=strictness)
        channel.passes(112, sensitivity=sensitivity)
        said = channel.passes(28, 0.6, sensitivity=sensitivity)
        return [*(reading.is_alert for reading in said), True].index(True)

    usually = first_alert()
    assert first_alert(sensitivity=SOONER) < usually
    assert min(first_alert(strictness=1.5), first_alert(sensitivity=CALMER)) > usually


def test_conversations_that_are_not_known_pass_their_weight_to_people_and_messages() -> None:
    rng = np.random.default_rng(9)
    state = begin(start=START, series=["threads unknown", "messages alone"])
    alerts: dict[int, int] = {}
    for ahead in range(140):
        day = START + timedelta(days=ahead)
        n, p, _ = busy_day(rng, day, 0.25 if ahead >= 112 else 1.0)
        counts = np.array([[n, p, np.nan], [n, np.nan, np.nan]])
        for index, reading in enumerate(advance(state, day=day, counts=counts)):
            if reading.is_alert:
                alerts.setdefault(index, ahead)
    assert set(alerts) == {0, 1}
    assert all(112 <= ahead <= 126 for ahead in alerts.values())
    expected = usual(state, "messages alone", first=START)
    assert expected is not None
    assert not expected.is_too_small


def test_a_new_channel_joins_later_and_waits_its_own_six_weeks() -> None:
    rng = np.random.default_rng(4)
    state = begin(start=START, series=["old"])
    for ahead in range(160):
        day = START + timedelta(days=ahead)
        counts = {"old": busy_day(rng, day, 1.0)}
        if ahead >= 100:
            counts["new"] = busy_day(rng, day, 1.0)
        said = advance(state, day=day, counts=counts)
        if ahead == 140:
            assert [reading.phase for reading in said] == [Phase.STEADY, Phase.UNKNOWN]
    assert [reading.phase for reading in said] == [Phase.STEADY, Phase.STEADY]
    assert state.series == ["old", "new"]


def test_the_usual_week_is_what_the_channel_does_and_a_holiday_takes_its_share() -> None:
    channel = Channel()
    channel.passes(140)
    week = usual(channel.state, "C1", first=channel.day)
    assert week is not None
    assert week.messages.expected == pytest.approx(25 * sum(WEEK), rel=0.1)
    assert week.messages.low < week.messages.expected < week.messages.high
    assert week.since is None
    monday = usual(
        channel.state,
        "C1",
        first=channel.day,
        days=1,
        rhythms={channel.day: Rhythm.HOLIDAY},
    )
    assert monday is not None
    assert monday.people.expected == pytest.approx(25 / 3 * 0.35, rel=0.2)


def test_the_usual_is_not_known_of_a_young_series() -> None:
    channel = Channel()
    channel.passes(10)
    assert usual(channel.state, "C1", first=channel.day) is None


sizes = st.lists(st.sampled_from([0.0, 0.3, 1.0, 1.0, 2.5, None]), min_size=9, max_size=14)


@settings(max_examples=6, deadline=None)
@given(weeks=sizes, cut=st.integers(40, 98), seed=st.integers(0, 99))
def test_what_is_said_today_does_not_depend_on_tomorrow(
    weeks: list[float | None], cut: int, seed: int
) -> None:
    def story(days: int) -> list[EnergyReading]:
        channel = Channel(seed=seed)
        for size in weeks[: -(-days // 7)]:
            left = min(7, days - len(channel.readings))
            channel.passes(left, size or 0.0, listening=size is not None)
        return channel.readings

    cut = min(cut, 7 * len(weeks))
    assert story(7 * len(weeks))[:cut] == story(cut)


@settings(max_examples=5, deadline=None)
@given(weeks=sizes, seed=st.integers(0, 99))
def test_a_state_kept_as_bytes_every_week_goes_on_exactly_as_if_it_had_stayed(
    weeks: list[float | None], seed: int
) -> None:
    stayed, kept = Channel(seed=seed), Channel(seed=seed)
    for size in weeks:
        for channel in (stayed, kept):
            channel.passes(7, size or 0.0, listening=size is not None)
        blob = dumps(kept.state)
        kept.state = loads(blob)
        assert dumps(kept.state) == blob
    assert kept.readings == stayed.readings
    assert dumps(kept.state) == dumps(stayed.state)


def test_a_state_without_series_takes_its_days() -> None:
    state = loads(dumps(begin(start=START)))
    for ahead in range(15):
        assert advance(state, day=START + timedelta(days=ahead), counts={}) == []


def test_a_channel_costs_less_than_twenty_kilobytes() -> None:
    state = begin(start=START, series=[f"C{i}" for i in range(500)])
    assert len(dumps(state)) / 500 < 20_000


@pytest.mark.parametrize(
    "blob",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"not a state", id="something else"),
        pytest.param(dumps(begin(start=START)).replace(b"version\x02", b"version\x03"), id="newer"),
        pytest.param(dumps(begin(start=START)).replace(b"level", b"lever"), id="an array is gone"),
    ],
)
def test_bytes_that_hold_no_state_are_refused(blob: bytes) -> None:
    with pytest.raises(StateError):
        loads(blob)


def test_mistakes_of_the_caller_are_told() -> None:
    with pytest.raises(ValueError, match="twice"):
        begin(start=START, series=["C1", "C1"])
    state = begin(start=START, series=["C1"])
    with pytest.raises(ValueError, match="shape"):
        advance(state, day=START, counts=np.zeros((2, 3)))
    advance(state, day=START, counts={})
    with pytest.raises(ValueError, match="before"):
        advance(state, day=START, counts={})
    with pytest.raises(ValueError, match="C9"):
        usual(state, "C9", first=START)


def crowd(channel: Channel, times: float, *, rhythm: Rhythm = Rhythm.ORDINARY) -> list[bool]:
    """A day of so many times the usual people, and the day after; whether each is a crowd."""
    found = []
    for size in (times, 1.0):
        channel.passes(1, size, rhythm)
        found.append(bool(crowds(channel.state)[0]))
    return found


def test_a_day_that_draws_many_times_the_usual_people_is_one_of_a_crowd() -> None:
    channel = Channel()
    channel.passes(112)
    assert crowd(channel, 8)[0]
    assert not channel.readings[-2].is_alert


@pytest.mark.parametrize(
    ("days", "level", "times"),
    [
        pytest.param(112, 25.0, 1.5, id="half as many again is none"),
        pytest.param(112, 0.5, 6.0, id="three people are none, however quiet it is otherwise"),
        pytest.param(30, 25.0, 8.0, id="none before the usual is known"),
    ],
)
def test_what_is_no_crowd(days: int, level: float, times: float) -> None:
    channel = Channel(level)
    channel.passes(days)
    assert crowd(channel, times) == [False, False]


def test_messages_stand_in_for_people_who_are_not_known_where_crowds_are_sought() -> None:
    state = begin(start=START, series=["C1"])
    rng = np.random.default_rng(2)
    for ahead in range(113):
        count = 60.0 if ahead == 112 else float(rng.poisson(6))
        row = np.array([[count, np.nan, np.nan]])
        advance(state, day=START + timedelta(days=ahead), counts=row)
    assert crowds(state).tolist() == [True]


def test_a_day_that_nobody_listened_to_is_no_crowd() -> None:
    channel = Channel()
    channel.passes(112)
    channel.passes(1, 8)
    channel.passes(1, listening=False)
    assert not crowds(channel.state)[0]


def test_the_tail_is_that_of_a_negative_binomial() -> None:
    rng = np.random.default_rng(1)
    drawn = rng.poisson(rng.gamma(4.0, 1.5, 400_000))  # mean 6, variance 6 + 36 / 4
    for count in (1, 6, 15, 25):
        assert tail(count, 6.0, 15.0) == pytest.approx(np.mean(drawn >= count), rel=0.05, abs=1e-4)


def test_a_channel_whose_weeks_come_in_bursts_is_trusted_less_than_an_even_one() -> None:
    rng = np.random.default_rng(4)
    state = begin(start=START, series=["even", "bursts", "young"])
    for ahead in range(182):
        day = START + timedelta(days=ahead)
        bursts = (0.3, 1.7)[ahead // 7 % 2]
        seen = {"even": busy_day(rng, day, 1.0), "bursts": busy_day(rng, day, bursts)}
        advance(state, day=day, counts=seen | ({"young": seen["even"]} if ahead > 160 else {}))
    even, bursts, young = state.trust
    assert bursts < 0.8 < young < even
    assert even < 2


def test_one_day_however_loud_says_no_more_than_its_share() -> None:
    quiet, loud = Channel(), Channel()
    for channel, size in ((quiet, 4.0), (loud, 60.0)):
        channel.passes(112)
        channel.passes(1, size)
    assert loud.state.belief[2, 0] <= quiet.state.belief[2, 0] * 1.3
    assert loud.now.phase is Phase.STEADY
