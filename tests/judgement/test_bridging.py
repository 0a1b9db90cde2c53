"""Which groups want a bridge, who shares a helper, and what came of a bridge."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from bot.judgement.bridging import (
    Came,
    Exchanged,
    Missing,
    Says,
    came_of_it,
    in_common,
    missing,
    suited,
    triangles,
)

A, B, C, SMALL = 1, 2, 3, 4
HOMES = {10 * home + n: home for home in (A, B, C) for n in range(5)} | {
    40 + n: SMALL for n in range(4)
}
"""Three groups of five, and one of four: person 10 is at home in A, 20 in B, and so on."""


def bridge(exchanged: list[tuple[int, int]], **given: object) -> Missing | None:
    values = {"common": {}, "besides": (), "seed": 1, **given}
    return missing(HOMES, exchanged, **values)  # type: ignore[arg-type]


BUSY = [(10, 20), (11, 21), (12, 22)]
"""Three pairs of people of A and B: there is a bridge."""


def test_the_groups_that_do_not_exchange_want_a_bridge_and_a_small_one_never_does() -> None:
    a_and_c = [(10, 30), (11, 31), (12, 32), (12, 32)]
    assert bridge(BUSY + a_and_c) == Missing(B, C, is_none=True)
    b_and_c = [(20, 30), (21, 31), (22, 32)]
    assert bridge(BUSY + a_and_c + b_and_c) is None, "group 4 has nothing with anybody"
    assert bridge(BUSY + a_and_c + b_and_c[:2]) == Missing(B, C, is_none=False)
    assert bridge([]) is not None
    assert missing({}, [], common={}, besides=(), seed=1) is None


def test_what_two_groups_have_in_common_comes_first_and_what_was_suggested_not_again() -> None:
    both = {(A, C): 0.2, (B, C): 0.6}
    assert bridge(BUSY, common=both) == Missing(B, C, is_none=True)
    assert bridge(BUSY, common=both, besides={(B, C)}) == Missing(A, C, is_none=True)
    assert bridge(BUSY, besides={(A, C), (B, C)}) is None
    once = [(10, 30)]
    assert bridge(BUSY + once, common={(A, C): 1.0}) == Missing(B, C, is_none=True), "none first"
    found = {bridge(BUSY, seed=seed) for seed in range(20)}
    assert found == {Missing(A, C, is_none=True), Missing(B, C, is_none=True)}, "lots are drawn"


def test_a_third_group_that_both_exchange_with_speaks_for_two() -> None:
    homes = HOMES | {50 + n: 5 for n in range(5)}
    pairs = [(10, 20), (11, 21), (12, 22), (20, 30), (21, 31), (22, 32)]
    for seed in range(5):
        found = missing(homes, pairs, common={}, besides=(), seed=seed)
        assert found == Missing(A, C, is_none=True), "both exchange with B, and nobody with 5"


def test_words_that_matter_are_what_groups_have_in_common() -> None:
    said = {A: ["audit data on falls"], B: ["an hour on falls"], C: ["a room"], SMALL: []}
    assert in_common(said) == {(A, B): 1.0, (A, C): 0.0, (B, C): 0.0}


def test_the_two_whose_offers_suit_each_other_meet_unless_they_know_each_other() -> None:
    ones = [Says(1, 10, "a projector"), Says(2, 11, "audit data on falls")]
    others = [Says(3, 20, "a leaflet about falls"), Says(4, 21, "baking")]
    assert suited(ones, others, known=(), seed=1) == (2, 3)
    assert suited(ones, others, known=[(20, 11)], seed=1) != (2, 3)
    assert suited(ones, [], known=(), seed=1) is None
    assert suited(ones[:1], [Says(5, 10, "falls")], known=(), seed=1) is None, "it is themselves"


PEOPLE = some.integers(1, 12)
PAIRS = some.lists(some.tuples(PEOPLE, PEOPLE), max_size=30)


@given(helped=PAIRS, known=PAIRS, may=some.sets(PEOPLE), seed=some.integers(0, 99))
def test_two_who_share_a_helper_may_both_be_asked_and_do_not_know_each_other(
    helped: list[tuple[int, int]], known: list[tuple[int, int]], may: set[int], seed: int
) -> None:
    found = triangles(helped, may=may, known=known, homes={}, seed=seed)
    people = [person for pair in found for person in pair]
    assert len(people) == len(set(people)), "nobody twice"
    assert {*people} <= may
    shut = {frozenset(each) for each in (*helped, *known)}
    for one, other in found:
        assert frozenset((one, other)) not in shut
        assert {g for g, r in helped if r == one} & {g for g, r in helped if r == other}
    assert found == triangles(helped[::-1], may=may, known=known, homes={}, seed=seed)


def test_two_helpers_in_common_come_before_one_and_other_groups_before_the_same() -> None:
    helped = [(90, 10), (90, 11), (91, 10), (91, 11), (90, 20)]
    assert triangles(helped, may={10, 11, 20}, known=(), homes={}, seed=1) == [(10, 11)]
    homes = {10: A, 11: A, 20: B}
    found = triangles(helped[:2] + helped[4:], may={10, 11, 20}, known=(), homes=homes, seed=3)
    assert len(found) == 1
    assert 20 in found[0]


def test_a_bridge_lasts_where_people_exchange_soon_and_still_do_later() -> None:
    def came(*exchanged: Exchanged, between: tuple[int, int] = (A, B)) -> Came | None:
        return came_of_it(exchanged, HOMES, between, since=0, until=100)

    soon, late = Exchanged(10, 10, 20), Exchanged(60, 21, 11)
    elsewhere = Exchanged(10, 10, 30), Exchanged(10, 10, 99), Exchanged(100, 10, 20)
    assert came(*elsewhere) is Came.NONE
    assert came(soon, *elsewhere) is Came.SOME
    assert came(soon, late) is Came.LASTS
    assert came(soon, late, between=(A, SMALL)) is None, "of so few nothing is said"
