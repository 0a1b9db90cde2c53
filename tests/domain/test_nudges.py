"""A nudge goes from state to state in one direction, and its kinds are known by many words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.nudges import (
    CONVENINGS,
    MOVES,
    OPEN,
    ConveningKind,
    NudgeState,
    kind_named,
    may_become,
    sources,
)

ENDS = {
    NudgeState.REVIEWED,
    NudgeState.LAPSED,
    NudgeState.CANCELLED,
    NudgeState.FAILED,
}


def test_each_state_has_its_moves_and_four_are_ends() -> None:
    assert set(MOVES) == set(NudgeState)
    assert {state for state in NudgeState if not MOVES[state]} == ENDS
    assert set(OPEN) == set(NudgeState) - ENDS


@given(st.lists(st.sampled_from(NudgeState), max_size=30))
def test_whatever_is_tried_nothing_is_posted_that_nobody_approved(tried: list[NudgeState]) -> None:
    state, been = NudgeState.DRAFTED, [NudgeState.DRAFTED]
    for wish in tried:
        if may_become(state, wish):
            state = wish
            been.append(wish)
    if NudgeState.POSTED in been:
        assert NudgeState.SCHEDULED in been[: been.index(NudgeState.POSTED)]
    assert been.count(NudgeState.POSTED) <= 1
    assert all(each not in ENDS for each in been[:-1]), "nothing follows an end"


@given(st.sampled_from(NudgeState), st.sampled_from(NudgeState))
def test_a_state_is_reached_from_its_sources_alone(before: NudgeState, after: NudgeState) -> None:
    assert (before in sources(after)) is may_become(before, after)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("question-round", ConveningKind.QUESTION_ROUND, id="by its name"),
        pytest.param("Question Round", ConveningKind.QUESTION_ROUND, id="in two words"),
        pytest.param("question rounds", ConveningKind.QUESTION_ROUND, id="as several"),
        pytest.param("questions", ConveningKind.QUESTION_ROUND, id="in short"),
        pytest.param("coffee", ConveningKind.COFFEE_PAIRS, id="by its beginning"),
        pytest.param("trio", ConveningKind.REVIEW_TRIO, id="by its end"),
        pytest.param("show & tell", ConveningKind.SHOW_AND_TELL, id="with a sign"),
        pytest.param("c", None, id="where two begin so"),
        pytest.param("party", None, id="unknown"),
        pytest.param("", None, id="nothing"),
        pytest.param("leave-it", None, id="what is no convening"),
    ],
)
def test_a_kind_is_known_by_what_people_call_it(text: str, kind: ConveningKind | None) -> None:
    assert kind_named(text) is kind


@pytest.mark.parametrize(
    ("kind", "one"),
    [
        (ConveningKind.QUESTION_ROUND, "a question round"),
        (ConveningKind.ASKS_ROUND, "an asks round"),
        (ConveningKind.COFFEE_PAIRS, "coffee pairs"),
        (ConveningKind.LEAVE_IT, "an ebb left alone"),
    ],
)
def test_one_of_a_kind_is_said_as_people_say_it(kind: ConveningKind, one: str) -> None:
    assert kind.one == one


def test_every_convening_is_known_by_its_own_name() -> None:
    assert [kind_named(kind.value) for kind in CONVENINGS] == [*CONVENINGS]
