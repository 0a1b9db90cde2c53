"""When a resource can be had, how often, and which day and hours somebody means."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.resources import (
    MOVES,
    Often,
    ResourceKind,
    Slot,
    UseState,
    cut_when,
    likely_resource,
    next_free,
    often_of,
    resource_of,
    slot_of,
    sources,
    weekdays_of,
    why_not,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TUESDAY = date(2026, 3, 3)


@pytest.mark.parametrize(
    ("text", "words", "when"),
    [
        pytest.param("the big room, Tuesdays 2-4", "the big room", "Tuesdays 2-4", id="a day"),
        pytest.param("a van on weekends", "a van", "weekends", id="weekends"),
        pytest.param("a hall, Mon to Wed", "a hall", "Mon to Wed", id="a span of days"),
        pytest.param("a Tuesday club's kit", "a Tuesday club's kit", "", id="a day in its name"),
        pytest.param("a van", "a van", "", id="no day"),
    ],
)
def test_the_days_at_the_end_are_when_it_can_be_had(text: str, words: str, when: str) -> None:
    assert cut_when(text) == (words, when)


@pytest.mark.parametrize(
    ("when", "days"),
    [
        pytest.param("Tuesdays 2-4", {1}, id="a day"),
        pytest.param("Fri to Mon", {4, 5, 6, 0}, id="over the weekend"),
        pytest.param("Mondays and Thurs", {0, 3}, id="two days"),
        pytest.param("weekdays after four", {0, 1, 2, 3, 4}, id="weekdays"),
        pytest.param("any day", set(range(7)), id="every day"),
        pytest.param("after four", set(), id="none"),
    ],
)
def test_which_days_of_the_week_that_names(when: str, days: set[int]) -> None:
    assert weekdays_of(when) == days


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        pytest.param("Tuesday 2-4", Slot(TUESDAY, time(14), time(16)), id="the afternoon"),
        pytest.param("tomorrow 9:30-11", Slot(TUESDAY, time(9, 30), time(11)), id="the morning"),
        pytest.param("3 March from 11 to 1", Slot(TUESDAY, time(11), time(13)), id="over noon"),
        pytest.param("tomorrow 7-8am", Slot(TUESDAY, time(7), time(8)), id="early, as is said"),
        pytest.param("tomorrow 10am", Slot(TUESDAY, time(10)), id="no end"),
        pytest.param("3/3", Slot(TUESDAY), id="a day alone"),
        pytest.param("2026-03-03", Slot(TUESDAY), id="figures"),
        pytest.param("tomorrow 4-2pm", None, id="the wrong way round"),
        pytest.param("tomorrow 2:70-4", None, id="no such minute"),
        pytest.param("tomorrow 13pm-14pm", None, id="no such hour"),
        pytest.param("3-5 June", None, id="several days"),
        pytest.param("some day", None, id="no day"),
    ],
)
def test_which_day_and_hours_that_means(text: str, slot: Slot | None) -> None:
    assert slot_of(text, now=NOW) == slot


def test_a_slot_in_words_and_minutes() -> None:
    assert Slot(TUESDAY, time(14), time(15, 30)).minutes == 90
    assert Slot(TUESDAY).minutes == 0
    shown = [Slot(TUESDAY, time(9), time(11)).hours, Slot(TUESDAY, time(9)).hours]
    assert shown == ["09:00 to 11:00", "from 09:00"]
    assert Slot(TUESDAY).hours == ""


@pytest.mark.parametrize(
    ("text", "often"),
    [
        pytest.param("", Often(), id="no limit"),
        pytest.param("Once a week", Often(times=1), id="once"),
        pytest.param("4 times per week", Often(times=4), id="times"),
        pytest.param("3 hours a week", Often(minutes=180), id="hours"),
        pytest.param("now and then", None, id="unclear"),
    ],
)
def test_how_much_in_a_week_that_means_and_how_it_is_told(text: str, often: Often | None) -> None:
    assert often_of(text) == often
    if often is not None:
        assert often_of(often.words) == often


def test_a_week_has_room_until_it_is_full() -> None:
    assert Often().has_room(9, 999, more=60)
    assert not Often(times=2).has_room(2, 0, more=60)
    assert Often(minutes=180).has_room(1, 120, more=60)
    assert not Often(minutes=180).has_room(1, 121, more=60)


@given(st.integers(0, 40), st.sampled_from(["Tuesdays 2-4", "", "weekends"]))
def test_the_next_free_day_can_be_had(taken: int, when: str) -> None:
    days = frozenset(date.fromordinal(TUESDAY.toordinal() + n) for n in range(taken))
    free = next_free(TUESDAY, until=date(2026, 9, 1), when=when, taken=days)
    assert free is not None
    assert free not in days
    assert why_not(Slot(free), today=TUESDAY, until=date(2026, 9, 1), when=when) == ""


def test_nothing_is_free_after_its_end_nor_where_no_day_is() -> None:
    assert next_free(TUESDAY, until=date(2026, 3, 1), when="") is None
    every = frozenset(date.fromordinal(TUESDAY.toordinal() + n) for n in range(200))
    assert next_free(TUESDAY, until=date(2027, 9, 1), when="", taken=every) is None


def test_what_sort_of_thing_it_is_can_be_guessed_and_is_chosen_by_its_label() -> None:
    words = ("a big room", "the falls data set", "£50 for fares", "a projector")
    assert [likely_resource(each).value for each in words] == ["room", "data", "money", "kit"]
    assert all(resource_of(each.label) is each for each in ResourceKind)
    assert resource_of("") is ResourceKind.OTHER
    assert [each for each in ResourceKind if each.is_shared] == [ResourceKind.DATA]


def test_nothing_follows_what_was_used() -> None:
    assert MOVES[UseState.USED] == frozenset()
    assert sources(UseState.AGREED) == {UseState.ASKED, UseState.SUGGESTED}
