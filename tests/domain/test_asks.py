"""How long help would take as people write it, and where an ask can go from where it is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.asks import (
    MOST_MINUTES,
    AskState,
    Draft,
    HelpKind,
    Stage,
    as_words,
    faults_in,
    kind_of,
    minutes_of,
    smaller,
    sources,
    stage_due,
)
from bot.domain.drafts import carried, taken_from
from bot.domain.exchanges import ExchangeState, audience_of
from bot.domain.exchanges import sources as sources_of_exchanges
from bot.domain.offers import OfferState, likely_kind
from bot.domain.offers import sources as sources_of_offers
from handlers.asks.dates import cut_day, day_of, takes

NOW = datetime(2026, 6, 9, 9, tzinfo=UTC)
"""A Tuesday."""


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("20 minutes", 20),
        ("about 20 min.", 20),
        ("an hour", 60),
        ("half an hour", 30),
        ("1.5 hours", 90),
        ("two days", 960),
        ("half a day", 240),
        ("", 0),
        ("ages", None),
        ("20", None),
    ],
)
def test_a_time_is_read_as_people_write_it(text: str, minutes: int | None) -> None:
    assert minutes_of(text) == minutes


@given(st.integers(1, MOST_MINUTES))
def test_a_time_is_written_so_that_it_is_read_to_mean_the_same(minutes: int) -> None:
    assert minutes_of(as_words(minutes)) == minutes
    assert smaller(minutes) <= minutes


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Friday", date(2026, 6, 12)),
        ("by Friday", date(2026, 6, 12)),
        ("next Thurs", date(2026, 6, 18)),
        ("14/6", date(2026, 6, 14)),
        ("tonight", date(2026, 6, 9)),
        ("this week", date(2026, 6, 12)),
        ("next week", date(2026, 6, 19)),
        ("end of the week", date(2026, 6, 12)),
        ("the end of next week", date(2026, 6, 19)),
        ("end of the month", date(2026, 6, 30)),
        ("end of next month", date(2026, 7, 31)),
        ("end of the year", date(2026, 12, 31)),
        ("a fortnight", date(2026, 6, 23)),
        ("whenever", None),
        ("", None),
        ("the fifth of never that anybody can remember to have seen", None),
    ],
)
def test_a_day_is_read_as_people_write_it(text: str, day: date | None) -> None:
    assert day_of(text, now=NOW) == day


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a lift by Friday", ("a lift", date(2026, 6, 12))),
        ("a lift for Dan", ("a lift for Dan", None)),
        ("a lift for Dan before 14/6", ("a lift for Dan", date(2026, 6, 14))),
        ("a lift tomorrow", ("a lift tomorrow", date(2026, 6, 10))),
    ],
)
def test_the_day_is_cut_from_what_is_asked(text: str, found: tuple[str, date | None]) -> None:
    assert cut_day(text, now=NOW) == found


def test_a_time_is_found_in_what_is_asked() -> None:
    assert takes("half an hour of somebody's time") == 30
    assert takes("somebody's time") == 0


def test_each_stage_comes_once_and_the_latest_of_several_missed() -> None:
    assert stage_due(Stage.POSTED, 0) is None
    assert stage_due(Stage.POSTED, 1) is Stage.ASKED_MORE
    assert stage_due(Stage.ASKED_MORE, 2) is None
    assert stage_due(Stage.POSTED, 9) is Stage.WHAT_NOW
    assert stage_due(Stage.WHAT_NOW, 9) is None


def test_nothing_follows_what_is_deleted_or_taken_back() -> None:
    assert all(AskState.DELETED not in sources(each) for each in AskState)
    assert sources(AskState.DRAFT) == frozenset()
    assert all(OfferState.WITHDRAWN not in sources_of_offers(each) for each in OfferState)
    assert sources_of_exchanges(ExchangeState.UNDER_WAY) == frozenset()


def test_what_a_button_carried_comes_back_and_anything_else_does_not() -> None:
    draft = Draft(words="A lift (to town).", due=date(2026, 6, 12), kind=HelpKind.RESOURCES)
    assert taken_from(carried(draft), Draft) == draft
    assert taken_from("nonsense", Draft) is None
    fine = faults_in(draft, today=NOW.date())
    wrong = faults_in(Draft(words="", minutes=-1), today=NOW.date())
    assert (fine, [*wrong]) == ({}, ["words", "due", "takes"])
    long = Draft(words="😀" * 280, why="\\" * 280, due=date(2026, 6, 12), source='"' * 400)
    assert [*faults_in(long, today=NOW.date())] == ["why"]


def test_what_is_no_choice_is_the_narrowest() -> None:
    assert kind_of(HelpKind.REVIEW.label) is HelpKind.REVIEW
    assert kind_of("") is HelpKind.TIME
    assert audience_of("").value == "private"
    assert likely_kind("somebody to introduce me to a dean") is HelpKind.INTRODUCTION
