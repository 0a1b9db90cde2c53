"""A proposal goes one way at a time, waits for working days, and passes over nobody's objection."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import amending
from bot.domain.amending import amended, before, called, parts, rebased
from bot.domain.charter import Charter, charter_of, fault_in, starter
from bot.domain.proposals import (
    ALLOWED,
    MOVES,
    PUBLIC,
    UNSETTLED,
    Act,
    Outcome,
    Part,
    Stage,
    Tally,
    after_objections,
    closing,
    last_day,
    may,
    may_become,
    outcome,
    quorum,
    review_day,
    sources,
)

LONDON = ZoneInfo("Europe/London")
tallies = st.builds(Tally, *[st.integers(0, 30)] * 3)
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def test_every_stage_is_reached_from_a_draft_and_two_are_for_good() -> None:
    reached, before_that = {Stage.DRAFT}, set[Stage]()
    while reached != before_that:
        before_that = set(reached)
        reached |= {after for each in before_that for after in MOVES[each]}
    assert reached == {*Stage}
    assert {each for each in Stage if not MOVES[each]} == {Stage.ADOPTED, Stage.WITHDRAWN}
    assert sources(Stage.ADOPTED) == {Stage.CONSENT, Stage.INTEGRATE}
    assert not any(may_become(each, each) for each in Stage)
    assert all(may_become(each, Stage.WITHDRAWN) for each in UNSETTLED)


@pytest.mark.parametrize(
    ("agreed", "needed"),
    [(0, 1), (1, 1), (5, 1), (6, 2), (10, 2), (55, 11), (59, 12), (60, 12), (140, 12), (9_000, 12)],
)
def test_a_quorum_is_a_fifth_and_twelve_at_the_most(agreed: int, needed: int) -> None:
    assert quorum(agreed) == needed


@given(tallies, st.integers(1, 12), st.booleans(), st.booleans())
def test_nothing_passes_over_an_objection_or_by_silence(
    tally: Tally, needed: int, is_minor: bool, is_last: bool
) -> None:
    found = outcome(tally, needed=needed, is_minor=is_minor, is_last=is_last)
    if found is Outcome.ADOPT:
        assert not tally.objections
        assert is_minor or (tally.answered >= needed and tally.consents > 0)
    assert (found is Outcome.INTEGRATE) is (tally.objections > 0)
    assert found is not Outcome.PARK or is_last
    assert found is not Outcome.WAIT or not is_last
    if after_objections(tally, needed=needed) is Stage.ADOPTED:
        assert not tally.objections
        assert tally.answered >= needed


@given(days, st.integers(1, 20), st.sets(days, max_size=8))
def test_a_stage_lasts_so_many_whole_working_days(
    opened: date, number: int, holidays: set[date]
) -> None:
    def is_working(day: date) -> bool:
        return day.weekday() < 5 and day not in holidays

    last = last_day(opened, number, is_working)
    between = [opened + timedelta(n) for n in range(1, (last - opened).days + 1)]
    assert sum(map(is_working, between)) == number
    assert is_working(last)


def test_a_calendar_without_a_working_day_ends_too() -> None:
    last = last_day(date(2026, 1, 1), 5, lambda _: False)
    assert timedelta(366) < last - date(2026, 1, 1) < timedelta(380)


@given(st.integers(0, 20 * 365 * 24))
def test_a_stage_closes_at_five_by_the_networks_own_clock(hours: int) -> None:
    opened = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    closes = closing(opened, 5, lambda day: day.weekday() < 5, LONDON).astimezone(LONDON)
    assert closes.time() == time(17)
    assert closes - opened > timedelta(days=4)


@given(days, st.integers(1, 24))
def test_a_review_is_in_its_month_and_not_after_its_day(day: date, months: int) -> None:
    found = review_day(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or ((found + timedelta(1)).day == 1 and found.day < day.day)


@given(st.sampled_from([*Act]), st.sampled_from([*Stage]), st.sets(st.sampled_from([*Part])))
def test_who_may_do_something_may_by_one_of_their_parts(
    act: Act, stage: Stage, mine: set[Part]
) -> None:
    if may(act, stage, mine):
        assert any(may(act, stage, {part}) for part in mine)
        assert stage not in (Stage.ADOPTED, Stage.WITHDRAWN)
    if act in (Act.AGREE_MINOR, Act.FACILITATE, Act.RULE):
        assert not may(act, stage, {*mine, Part.PROPOSER})
    assert not may(act, stage, set())


def test_nobody_but_its_proposer_withdraws_or_disputes_and_everybody_answers() -> None:
    for act in (Act.WITHDRAW, Act.DISPUTE, Act.MOVE_ON):
        assert {part for found in ALLOWED[act].values() for part in found} == {Part.PROPOSER}
    assert may(Act.ANSWER, Stage.CONSENT, {Part.MEMBER})
    assert not any(may(Act.ANSWER, each, {*Part}) for each in Stage if each is not Stage.CONSENT)
    assert all(may(Act.SEE_DRAFT, each, {Part.MEMBER}) for each in PUBLIC)


# What of the charter it changes

lines = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
charters = st.builds(charter_of, lines, st.lists(lines, min_size=1, max_size=9), lines, lines)


@given(charters, lines, st.data())
def test_only_what_is_proposed_changes(charter: Charter, words: str, data: st.DataObject) -> None:
    label, part = data.draw(st.sampled_from([*parts(charter).items()]))
    is_out = part.startswith(amending.DROP)
    then = amended(charter, part, "" if is_out else words)
    assert then.keeps == charter.keeps
    assert len(then.rules) - len(charter.rules) == (part == amending.NEW) - is_out
    assert (then.purpose == charter.purpose) or part == amending.PURPOSE
    assert (then.decides == charter.decides) or part == amending.DECIDES
    if not is_out and part != amending.NEW:
        assert before(then, part) == words
        assert len(set(then.rules) - set(charter.rules)) <= 1
    assert called(part)
    assert label in parts(charter)
    assert rebased(charter, part, before(charter, part)) == part


@given(charters, st.data())
def test_a_change_follows_its_rule_to_another_place(charter: Charter, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, len(charter.rules)))
    words = charter.rules[number - 1]
    moved = charter_of(charter.purpose, charter.rules[::-1], charter.decides, charter.keeps)
    part = rebased(moved, f"rule/{number}", words)
    assert part is not None
    assert before(moved, part) == words
    assert rebased(moved, f"rule/{number}", f"{words} and more than that") is None


def test_what_is_no_part_of_a_charter_changes_nothing() -> None:
    charter = starter("Together.")
    for part in ("rule/7", "rule/0", "drop/99", "keeps", ""):
        with pytest.raises(ValueError, match=f"^{part}$"):
            amended(charter, part, "words")
    assert fault_in(amended(charter, "purpose", ""))
    assert before(charter, "rule/99") == ""
    assert called("") == "a decision"
