"""Worth times how little it was heard, and a choice that spreads over people and places."""

from __future__ import annotations

import time
from collections.abc import Collection
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.judgement.little_known import (
    SHORTEST,
    Candidate,
    Careful,
    Fresh,
    Marked,
    Noticed,
    Rated,
    Unanswered,
    choose,
    is_little_known,
    places,
    rank,
)

PLAIN = Candidate(
    channel=1, ts=1, author=1, conversation=1, opens=True, length=120, worth=0.0, audience=20
)


def other(ts: int, **changes: object) -> Candidate:
    fields = {"ts": ts, "conversation": ts, "author": ts, **changes}
    return replace(PLAIN, **fields)


def best(*candidates: Candidate) -> int:
    return rank(candidates)[0].candidate.ts


candidates = st.lists(
    st.builds(
        Candidate,
        channel=st.integers(1, 4),
        ts=st.integers(1, 10**6),
        author=st.integers(1, 12),
        conversation=st.integers(1, 30),
        opens=st.booleans(),
        length=st.integers(0, 3000),
        worth=st.floats(-2, 3),
        attention=st.integers(0, 60),
        marked=st.integers(0, 5),
        audience=st.integers(0, 200),
        is_newcomer=st.booleans(),
    ),
    max_size=40,
    unique_by=lambda one: (one.channel, one.ts),
)


@pytest.mark.parametrize(
    "better",
    [
        pytest.param(other(2, worth=0.5), id="what says more"),
        pytest.param(other(2, length=900), id="what is longer"),
        pytest.param(other(2, marked=1, attention=1), id="what somebody marked, though one saw it"),
        pytest.param(other(2, audience=300, channel=2), id="what more people should have seen"),
    ],
)
def test_it_comes_before_a_plain_message(better: Candidate) -> None:
    seen = other(3, attention=3, channel=3)
    assert best(PLAIN, better, seen) == 2


def test_an_opening_comes_before_a_reply() -> None:
    assert best(replace(PLAIN, opens=False), other(2)) == 2


def test_of_two_alike_the_less_attended_comes_first() -> None:
    assert best(replace(PLAIN, attention=9), other(2)) == 2


def test_forty_reactions_do_not_outrank_two_marks() -> None:
    loud = replace(PLAIN, worth=1.0, attention=40, reacted=40)
    assert best(loud, other(2, attention=3, replied=1, marked=2)) == 2


def test_marks_from_other_groups_weigh_more() -> None:
    marked = replace(PLAIN, marked=2, attention=2)
    assert best(marked, other(2, marked=2, attention=2, groups=2)) == 2


def test_who_was_heard_lately_stands_back() -> None:
    ranked = rank([replace(PLAIN, worth=0.5), other(2)], heard_lately=[1])
    assert [each.candidate.ts for each in ranked] == [2, 1]


def test_who_was_featured_more_often_stands_further_back() -> None:
    ranked = rank([PLAIN, other(2), other(3)], exposure={1: 2.0, 2: 1.0})
    assert [each.candidate.ts for each in ranked] == [3, 2, 1]


@pytest.mark.parametrize(
    "later",
    [
        pytest.param({"voice": 90}, id="what comes from who writes most"),
        pytest.param({"earlier": 8}, id="what stands deep in a conversation"),
        pytest.param({"attention": 1, "replied": 1}, id="what more attended to than to most"),
    ],
)
def test_it_comes_after_a_plain_message(later: dict[str, object]) -> None:
    assert rank([replace(PLAIN, **later), other(2), other(3)])[-1].candidate.ts == 1


def test_a_mark_is_no_attention_that_would_stand_against_it() -> None:
    assert best(other(2), other(3), replace(PLAIN, marked=1, attention=1)) == 1


def test_of_few_authors_no_more_than_half_have_a_place() -> None:
    crowd = [other(n) for n in range(1, 8)]
    assert [places(crowd[:n], at_most=3) for n in (0, 1, 2, 5, 7)] == [0, 1, 1, 3, 3]
    assert places([replace(PLAIN, length=1)], at_most=3) == 0


def test_what_is_shorter_than_forty_characters_is_no_candidate() -> None:
    given = [other(n, length=n) for n in range(SHORTEST - 2, SHORTEST + 2)]
    assert {each.candidate.length for each in rank(given)} == {SHORTEST, SHORTEST + 1}


def test_ties_go_to_the_earlier_message_and_then_to_the_lower_channel() -> None:
    ranked = rank([other(3), other(2, channel=2), other(2)])
    assert [(each.candidate.ts, each.candidate.channel) for each in ranked] == [
        (2, 1),
        (2, 2),
        (3, 1),
    ]


def test_a_week_in_which_nobody_reacted_is_judged_by_worth_alone() -> None:
    ranked = rank([PLAIN, other(2, audience=0)])
    assert [each.under for each in ranked] == [0.5, 0.5]


@given(candidates, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(given: list[Candidate], random: Random) -> None:
    shuffled = random.sample(given, len(given))
    assert rank(shuffled) == rank(given)


@given(candidates, st.integers(1, 5))
def test_a_choice_spreads_over_authors_conversations_and_channels(
    given: list[Candidate], at_most: int
) -> None:
    ranked = rank(given)
    chosen = [each.candidate for each in choose(ranked, at_most=at_most)]
    assert len(chosen) <= at_most
    assert bool(chosen) == bool(ranked)
    assert len({one.author for one in chosen}) == len(chosen)
    assert len({(one.channel, one.conversation) for one in chosen}) == len(chosen)
    channels = [one.channel for one in chosen]
    assert all(channels.count(channel) <= 3 for channel in channels)


@given(candidates)
def test_all_figures_stay_within_bounds(given: list[Candidate]) -> None:
    for each in rank(given):
        assert 0 < each.score < 1
        assert 0 < each.under < 1
        assert 0 < each.length_rank <= 1


def test_a_channel_has_three_places_at_most() -> None:
    ranked = rank([other(n) for n in range(1, 9)] + [other(9, channel=2, opens=False)])
    assert [each.candidate.ts for each in choose(ranked, at_most=5)] == [1, 2, 3, 9]


def test_the_last_place_is_a_newcomers() -> None:
    ranked = rank([other(n, worth=1.0, channel=n) for n in range(1, 5)] + [
        other(9, channel=9, is_newcomer=True), other(10, channel=10, worth=-0.1, is_newcomer=True)
    ])  # fmt: skip
    assert [each.candidate.ts for each in choose(ranked, at_most=3)] == [1, 2, 9]
    assert [each.candidate.ts for each in choose(ranked, at_most=1)] == [1]


def test_a_newcomers_greeting_is_not_lifted_over_what_is_worth_far_more() -> None:
    ranked = rank([other(n, worth=2.0, channel=n) for n in range(1, 5)] + [
        other(9, channel=9, worth=-0.7, opens=False, is_newcomer=True)
    ])  # fmt: skip
    assert [each.candidate.ts for each in choose(ranked, at_most=3)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("special", "featured", "expected"),
    [
        pytest.param({}, range(1, 5), [1, 2, 9], id="a place for who was never featured"),
        pytest.param({}, range(1, 10), [1, 2, 3], id="everybody was featured before"),
        pytest.param({}, (2, 3, 4), [1, 2, 3], id="the first was never featured"),
        pytest.param({"groups": 1, "worth": -0.2}, (), [1, 2, 9], id="a place for other corners"),
        pytest.param({"groups": 0, "worth": -0.2}, (), [1, 2, 3], id="of no other corner"),
        pytest.param({"groups": 1, "worth": -3.0}, (), [1, 2, 3], id="worth far less"),
    ],
)
def test_a_place_is_kept_for_the_never_featured_and_for_what_other_corners_marked(
    special: dict[str, object], featured: Collection[int], expected: list[int]
) -> None:
    last = other(9, channel=9, **special)
    ranked = rank([other(n, worth=1.0, channel=n) for n in range(1, 5)] + [last])
    chosen = choose(ranked, at_most=3, featured=featured)
    assert [each.candidate.ts for each in chosen] == expected
    assert [each.candidate.ts for each in choose(ranked, at_most=1, featured=featured)] == [1]


def test_no_kept_place_takes_another_nor_the_first() -> None:
    rest = [
        other(7, channel=7, is_newcomer=True),
        other(8, channel=8),
        other(9, channel=9, groups=2, worth=-0.5),
    ]
    ranked = rank([*(other(n, worth=1.0, channel=n) for n in range(1, 5)), *rest])
    featured = {1, 2, 3, 4, 7, 9}

    def chosen(at_most: int) -> set[int]:
        found = choose(ranked, at_most=at_most, featured=featured)
        return {each.candidate.ts for each in found}

    assert chosen(4) == {1, 7, 8, 9}
    assert chosen(3) == {1, 7, 8}
    assert chosen(2) == {1, 7}


def test_nothing_is_chosen_from_nothing() -> None:
    assert choose(rank([]), at_most=3) == []


@pytest.mark.parametrize(
    ("one", "is_so"),
    [
        pytest.param(replace(PLAIN, worth=0.5), True, id="something said, nobody heard"),
        pytest.param(replace(PLAIN, worth=-0.4), False, id="small talk"),
        pytest.param(
            replace(PLAIN, worth=-0.4, opens=False, marked=1, attention=1), True, id="marked"
        ),
        pytest.param(replace(PLAIN, worth=0.5, attention=6), False, id="a third saw it"),
        pytest.param(
            replace(PLAIN, worth=0.5, attention=6, audience=60), True, id="six of sixty saw it"
        ),
        pytest.param(
            replace(PLAIN, worth=0.5, attention=3, audience=4), True, id="three are never too many"
        ),
        pytest.param(replace(PLAIN, marked=9, attention=9), False, id="everybody marked it"),
    ],
)
def test_little_known_is_what_is_worth_hearing_and_few_heard(one: Candidate, is_so: bool) -> None:
    assert is_little_known(rank([one])[0]) is is_so


@pytest.mark.parametrize(
    ("one", "reasons"),
    [
        pytest.param(PLAIN, (Unanswered(),), id="an opening without an answer"),
        pytest.param(
            replace(PLAIN, opens=False), (Noticed(replied=0, reacted=0),), id="a lonely reply"
        ),
        pytest.param(
            replace(PLAIN, marked=2, groups=2, attention=3, replied=1),
            (Marked(people=2, groups=2), Noticed(replied=1, reacted=0)),
            id="marked at two other sites, and one reply",
        ),
        pytest.param(
            replace(PLAIN, length=800, attention=2, reacted=2),
            (Unanswered(), Careful(), Noticed(replied=0, reacted=2)),
            id="long, and two reacted",
        ),
        pytest.param(
            replace(PLAIN, is_newcomer=True), (Unanswered(), Fresh()), id="from somebody new"
        ),
    ],
)
def test_reasons_are_values(one: Candidate, reasons: tuple[object, ...]) -> None:
    assert rank([one])[0].reasons == reasons


def test_the_longest_of_a_week_is_careful_and_its_shorter_half_is_not() -> None:
    ranked = rank([other(n, length=300 + n) for n in range(1, 5)])
    careful = {each.candidate.ts for each in ranked if Careful() in each.reasons}
    assert careful == {3, 4}


def test_a_busy_week_takes_time_in_proportion() -> None:
    random = Random(1)

    def week(number: int) -> list[Candidate]:
        return [
            other(
                n, length=random.randrange(40, 900), audience=random.randrange(400), channel=n % 9
            )
            for n in range(number)
        ]

    def seconds(given: list[Candidate]) -> float:
        start = time.process_time()
        ranked: list[Rated] = rank(given)
        choose(ranked, at_most=5)
        return time.process_time() - start

    small, large = week(2_000), week(20_000)
    assert min(seconds(large) for _ in range(3)) < 30 * max(seconds(small), 0.002)
