"""Who meets whom: new people, from elsewhere, with nobody left behind and no exclusion broken."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.judgement.pairing import CHUNK, Joining, Met, Round, pair, pairs_in
from bot.judgement.pairing_document import DocumentError, PairsDocument, judge_pairs

Two = tuple[int, int]


def people(number: int, **more: object) -> list[Joining]:
    return [Joining(person=n, **more) for n in range(number)]  # type: ignore[arg-type]


def all_met(number: int, when: int = 1) -> dict[Two, int]:
    return dict.fromkeys(combinations(range(number), 2), when)


def placed(found: Round) -> list[int]:
    return sorted([n for each in found.groups for n in each])


def live(number: int, rounds: int, *, churn: int = 0) -> tuple[list[Round], list[set[Two]]]:
    """So many rounds; each with who met again. Some leave after each, and as many come."""
    here, met, lot = list(range(number)), {}, Random(number)
    found: list[Round] = []
    again: list[set[Two]] = []
    for nth in range(rounds):
        out = set(found[-1].left_out) if found else set()
        given = [Joining(person=n, group=n % 5, sat_out=n in out) for n in here]
        found.append(pair(given, met, seed=nth))
        two = set(pairs_in(found[-1].groups))
        again.append(two & met.keys())
        met.update(dict.fromkeys(two, nth))
        for _ in range(churn):
            here.remove(lot.choice(here))
            here.append(number + nth * churn + _)
    return found, again


def test_fifty_people_meet_six_hundred_times_and_never_twice() -> None:
    found, again = live(50, 24)
    assert not any(again)
    assert sum(len(each.groups) for each in found) == 600
    assert not any(each.left_out for each in found)


@pytest.mark.parametrize(
    ("number", "share", "most"),
    [
        pytest.param(20, 0.02, 2, id="twenty, nearly all of whom know each other in the end"),
        pytest.param(51, 0.0, 1, id="an odd number"),
    ],
)
def test_half_a_year_with_people_who_come_and_go(number: int, share: float, most: int) -> None:
    found, again = live(number, 26, churn=1)
    pairs = sum(len(list(pairs_in(each.groups))) for each in found)
    assert sum(map(len, again)) <= share * pairs
    assert max(len(each.left_out) for each in found) <= most
    assert not any(set(a.left_out) & set(b.left_out) for a, b in pairwise(found))


def test_those_of_other_groups_with_like_interests_who_know_few_come_together() -> None:
    def one(n: int, group: int, at: int, **ties: float) -> Joining:
        interests = tuple(float(k == at) for k in range(3))
        known = {int(name[1:]): weight for name, weight in ties.items()}
        return Joining(person=n, group=group, interests=interests, ties=known)

    alike = [one(0, 1, 0), one(1, 2, 0), one(2, 1, 1), one(3, 2, 1)]
    assert pair(alike, {}, seed=1).groups == ((0, 1), (2, 3))
    known = [one(0, 1, 0, p1=5), one(1, 2, 0, p0=5), one(2, 1, 0), one(3, 2, 0)]
    assert pair(known, {}, seed=1).groups == ((0, 3), (1, 2))
    near = [one(0, 1, 0, p1=1), one(1, 2, 0, p2=1), one(2, 1, 0), one(3, 1, 0)]
    assert (0, 1) not in pair(near, {}, seed=1).groups


def test_the_odd_one_is_third_where_all_three_are_new_to_each_other() -> None:
    found = pair(people(5), {(0, 1): 1}, seed=3)
    assert sorted(map(len, found.groups)) == [2, 3]
    assert (0, 1) not in set(pairs_in(found.groups))
    assert placed(found) == [0, 1, 2, 3, 4]


def test_whoever_sat_out_has_a_place_the_next_time() -> None:
    met = {two: 1 for two in all_met(5) if 4 not in two}
    for waited in range(4):
        given = [Joining(person=n, sat_out=n == waited) for n in range(5)]
        assert waited in placed(pair(given, met, seed=waited))


def test_only_who_has_others_to_get_to_know_sits_out_rather_than_meet_somebody_again() -> None:
    met = {two: 1 for two in all_met(6) if two not in ((0, 4), (0, 5), (1, 2))}
    found = pair(people(6), met, seed=1)
    assert found.left_out in ((4,), (5,))  # there is 0, the next time
    assert 3 in placed(found)  # who knows all already


def test_where_all_know_each_other_they_meet_whom_they_met_longest_ago() -> None:
    met = all_met(4, when=9) | {(0, 2): 3, (1, 3): 4}
    assert pair(people(4), met, seed=1) == Round(groups=((0, 2), (1, 3)), left_out=())
    assert pair(people(3), all_met(3), seed=1) == Round(groups=((0, 1, 2),), left_out=())


def test_who_must_not_meet_never_does_even_if_they_are_the_last() -> None:
    assert pair(people(2), {}, seed=1, apart=[(1, 0)]) == Round(groups=(), left_out=(0, 1))
    for seed in range(6):
        found = pair(people(7), all_met(7), seed=seed, apart=[(0, 1), (2, 0)])
        assert not {(0, 1), (0, 2)} & set(pairs_in(found.groups))
        assert placed(found) == list(range(7))


def test_whoever_sits_out_is_called_in_for_somebody_who_would_have_nobody() -> None:
    given = [Joining(person=0, sat_out=True), Joining(person=1), Joining(person=2)]
    met = {(0, 1): 1, (0, 2): 1}
    assert placed(pair(given, met, seed=2)) == [0, 1, 2]
    one = [Joining(person=0), Joining(person=1), Joining(person=2, sat_out=True), Joining(person=3)]
    found = pair(one, {(0, 2): 1, (1, 2): 1, (2, 3): 1}, seed=2, apart=[(2, 3)])
    assert 2 in placed(found)


def test_one_who_sits_out_meets_again_whom_nobody_else_may_meet() -> None:
    waits = [(0, other) for other in (1, 2, 4, 5)]
    new = ((1, 2), (1, 3), (4, 5))
    met = {two: 1 for two in all_met(6) if two not in (*new, *waits)}
    given = [Joining(person=n, group=n == 2, sat_out=n == 0) for n in range(6)]
    assert pair(given, met, seed=1, apart=waits).groups == ((0, 3), (1, 2), (4, 5))


def test_groups_in_which_nobody_may_meet_are_none() -> None:
    apart = [*all_met(3)]
    assert pair(people(3), {}, seed=1, size=3, apart=apart) == Round(groups=(), left_out=(0, 1, 2))


def test_only_those_who_work_at_the_same_hours_meet() -> None:
    early, late = frozenset(range(6, 12)), frozenset(range(12, 20))
    given = [Joining(person=n, hours=early if n % 2 else late) for n in range(6)]
    assert all((a + b) % 2 == 0 for a, b in pairs_in(pair(given, {}, seed=1).groups))
    given.append(Joining(person=6))
    assert len(placed(pair(given, {}, seed=1))) == 7


def test_nobody_and_somebody_alone() -> None:
    assert pair([], {}, seed=1) == Round(groups=(), left_out=())
    assert pair(people(1), {}, seed=1) == Round(groups=(), left_out=(0,))
    assert pair(people(1), {}, seed=1, size=4) == Round(groups=(), left_out=(0,))
    for size in (1, 6):
        with pytest.raises(ValueError, match=f"groups of {size}"):
            pair(people(6), {}, seed=1, size=size)


@given(
    st.integers(0, 30),
    st.integers(2, 5),
    st.sets(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=40),
    st.sets(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=6),
    st.integers(0, 99),
)
@settings(max_examples=60, deadline=None)
def test_a_round_is_fair_and_the_same_however_people_are_given(
    number: int, size: int, before: set[Two], apart: set[Two], seed: int
) -> None:
    met: Met = {(min(two), max(two)): 1 for two in before if two[0] != two[1]}
    given = people(number)
    found = pair(given, met, seed=seed, size=size, apart=apart)
    assert sorted([*placed(found), *found.left_out]) == list(range(number))
    sizes = {len(each) for each in found.groups}
    assert all(2 <= each <= max(3, size) for each in sizes)
    ordered = {(min(two), max(two)) for two in apart}
    assert not ordered & set(pairs_in(found.groups))
    assert pair(list(reversed(given)), met, seed=seed, size=size, apart=apart) == found
    if not apart and number >= 2:
        assert len(found.left_out) <= 2


def test_of_very_many_a_lot_decides_who_may_meet_whom() -> None:
    number = CHUNK + 301
    ties = dict.fromkeys(range(4), 1.0)
    given = [Joining(person=n, group=n % 9, ties=ties if n > 3 else {}) for n in range(number)]
    found = pair(given, {}, seed=1)
    assert placed(found) == list(range(number))
    across = [a % 9 != b % 9 for a, b in pairs_in(found.groups)]
    assert sum(across) >= 0.95 * len(across)


def judged(members: Sequence[object], **more: object) -> list[list[str | int]]:
    given = {"round": 3, "members": members, **more}
    return judge_pairs(msgspec.convert(given, PairsDocument, strict=False))


def test_a_document_is_paired() -> None:
    members = [
        {"id": "a", "group": "x", "vector": [1, 0], "ties": [["b", 2]]},
        {"id": "b", "group": "y", "vector": [1, 0], "ties": []},
        {"id": 7, "group": "x", "vector": [0, 1]},
        {"id": "d", "group": "y", "vector": None, "hours": [9, 10]},
    ]
    history = [["a", "d", 2], [7, "b", 1], ["gone", "a", 1]]
    assert judged(members, history=history) == [["a", "b"], [7, "d"]]
    assert judged(members, size=4) == [["a", "b", 7, "d"]]
    assert judged(members, history=history, apart=[["a", "b"]]) == [["a", 7], ["b", "d"]]
    assert judged([]) == []


@pytest.mark.parametrize(
    ("members", "more", "reason"),
    [
        pytest.param([{"id": 1}, {"id": "1"}], {}, "'1' is named twice", id="twice"),
        pytest.param([], {"size": 9}, "groups are of two to 5", id="a crowd"),
        pytest.param(
            [{"id": 1, "vector": [1]}, {"id": 2, "vector": [1, 2]}], {}, "length", id="vectors"
        ),
        pytest.param([{"id": 1, "vector": [float("nan")]}], {}, "no number", id="no number"),
        pytest.param([{"id": 1, "ties": [[2, -1]]}], {}, "below zero", id="a tie below zero"),
    ],
)
def test_what_cannot_be_paired_is_refused(
    members: list[object], more: dict[str, object], reason: str
) -> None:
    with pytest.raises(DocumentError, match=reason):
        judged(members, **more)
