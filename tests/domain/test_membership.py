"""Who is greeted, what may follow what, and which word is due when: never one of them twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.drafts import carried, taken_from
from bot.domain.ids import ts_of
from bot.domain.membership import (
    MOVES,
    Arrival,
    Introduction,
    MembershipState,
    Standing,
    Use,
    Word,
    before,
    due,
    faults_in,
    reason_against,
)

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
DAY = timedelta(days=1)
HERE = Arrival(at=NOW, since=NOW - 90 * DAY, now=NOW, is_set_up=True)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        pytest.param({}, "", id="who comes in now is greeted"),
        pytest.param({"is_here_already": True}, "greeted before", id="nobody twice"),
        pytest.param({"is_guest": True}, "other organisations", id="nobody of elsewhere"),
        pytest.param({"is_known": True}, "for a while", id="nobody who was here"),
        pytest.param({"since": NOW + DAY}, "before the bot", id="nobody from before the bot"),
        pytest.param({"at": NOW - 4 * DAY}, "days ago", id="nobody days later"),
        pytest.param({"is_set_up": False}, "not set up", id="nobody before it is set up"),
    ],
)
def test_only_who_comes_in_while_the_bot_is_there_is_greeted(
    changed: dict[str, object], reason: str
) -> None:
    found = reason_against(replace(HERE, **changed))
    assert found == "" if not reason else reason in found


def test_who_left_can_only_begin_anew_and_everybody_may_leave_rest_and_come_in() -> None:
    assert MOVES[MembershipState.LEFT] == frozenset()
    for state in MembershipState:
        if state is not MembershipState.LEFT:
            assert MembershipState.LEFT in MOVES[state]
        if state not in (MembershipState.LEFT, MembershipState.RESTING):
            assert state.value in before(MembershipState.RESTING)
    assert "left" not in before(MembershipState.MEMBER)


@given(
    st.sampled_from(MembershipState),
    st.booleans(),
    st.lists(st.integers(0, 9), max_size=30),
    st.sampled_from(["", *Use]),
)
def test_nobody_hears_a_word_twice_or_after_they_asked_for_peace(
    state: MembershipState, has_offered: bool, waits: list[int], use: str
) -> None:
    stands = Standing(state=state, joined_at=NOW, has_offered=has_offered, use=use)
    said: list[tuple[int, Word]] = []
    days = 0
    for wait in waits:
        days += wait
        word = due(stands, now=NOW + days * DAY)
        if word is not None:
            said.append((days, word))
            stands = replace(
                stands,
                is_checked=stands.is_checked or word is Word.CHECK_IN,
                is_reminded=stands.is_reminded or word is Word.REMINDER,
            )
    words = [word for _, word in said]
    assert len(words) == len(set(words))
    if use == Use.LEAVE or state not in (MembershipState.INVITED, MembershipState.MEMBER):
        assert words == []
    if has_offered or state is not MembershipState.MEMBER:
        assert Word.REMINDER not in words
    for day, word in said:
        first = 14 if word is Word.CHECK_IN else 30
        assert first <= day < first + 14


@given(st.text(max_size=90), st.text(max_size=90), st.text(max_size=90))
def test_a_draft_comes_out_of_its_button_as_it_went_in(who: str, question: str, offer: str) -> None:
    draft = Introduction(who=who, question=question, offer=offer)
    assert taken_from(carried(draft), Introduction) == draft
    assert faults_in(draft).keys() == {
        name for name, text in (("who", who), ("question", question)) if not text
    }


def test_what_no_button_carries_is_no_draft_and_too_much_is_said_to_be() -> None:
    assert taken_from("", Introduction) is None
    assert taken_from("[1, 2]", Introduction) is None
    long = Introduction(who="a" * 501, question="b", offer="c" * 501)
    assert faults_in(long).keys() == {"who", "offer"}
    large = Introduction(who='"' * 500, question='"' * 500, offer='"' * 500)
    assert "shorter" in faults_in(large)["who"]


@pytest.mark.parametrize(
    ("message", "ts"),
    [
        ("C1/1718.000100", 1_718_000_100),
        ("console:here/#general/42", 42),
        ("7", 7),
        ("C1/", None),
        ("C1/12.ab", None),
        ("soon", None),
    ],
)
def test_a_post_tells_when_it_was_made_as_its_platform_calls_it(
    message: str, ts: int | None
) -> None:
    assert ts_of(message) == ts
