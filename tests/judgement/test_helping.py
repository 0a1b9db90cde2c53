"""Whom an ask is shown to: who offered it, who helps there, one more hand, and never too often."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.judgement.helping import Candidate, Reason, Suggestion, Wanted, named_in, suggest
from bot.judgement.helping_history import HALF_LIFE, Facts, History
from bot.judgement.talk import DAY, HOUR, Said

START = 1_767_600_000_000_000
ASKER = 99
ASK = Wanted(
    words="Could someone check whether our leaflet is in plain English?",
    asker=ASKER,
    at=START + 40 * DAY,
    channel=1,
    group=1,
)


def talk(helper: int, *, times: int = 1, channel: int = 1, asker: int = 50) -> list[Said]:
    """*helper* answers so many openings of *asker*, one a day."""
    found: list[Said] = []
    for day in range(times):
        began = START + day * DAY + 1000 * helper + channel
        found.append(Said(channel, began, asker, began, False, True))
        found.append(Said(channel, began + HOUR, helper, began, False, False))
    return found


def chosen(people: list[Candidate], said: list[Said] = [], **more: object) -> list[Suggestion]:  # noqa: B006
    return suggest(ASK, people, History.of(said), seed=1, **more)  # type: ignore[arg-type]


def people_of(found: list[Suggestion]) -> list[int]:
    return [each.person for each in found]


def some(*people: int) -> list[Candidate]:
    return [Candidate(person=person) for person in people]


def test_who_offered_such_a_thing_comes_before_who_helps_most() -> None:
    offerer = Candidate(person=3, says=("statistics", "plain English"))
    found = chosen([*some(1, 2), offerer], [*talk(1, times=9), *talk(2, times=2)])
    assert people_of(found) == [3, 1, 2]
    assert found[0] == Suggestion(person=3, reason=Reason.ONLY_OFFER, said="plain English")


def test_of_two_who_offered_it_neither_is_called_the_only_one() -> None:
    both = [Candidate(person=n, says=("plain English leaflets",)) for n in (1, 2)]
    assert {each.reason for each in chosen(both)} == {Reason.OFFER}


def test_of_two_who_offered_it_who_was_asked_less_of_late_comes_first() -> None:
    says = ("plain English leaflets",)
    both = [Candidate(person=1, says=says, asked=1), Candidate(person=2, says=says)]
    said = [*talk(1, times=3), *talk(3, times=9), *talk(2)]
    assert people_of(chosen([*both, *some(3)], said)) == [2, 1, 3], "yet before who didn't offer"


def test_nobody_is_asked_for_whom_nothing_speaks() -> None:
    assert chosen([*some(1, 2), Candidate(person=3, says=("carpentry",))]) == []
    assert chosen([]) == []


@pytest.mark.parametrize(
    "passed_over",
    [
        pytest.param(Candidate(person=1, asked=2), id="asked twice this month"),
        pytest.param(Candidate(person=1, asked=1, cap=1), id="wishes to be asked less often"),
        pytest.param(Candidate(person=7), id="declined"),
        pytest.param(Candidate(person=ASKER), id="the asker"),
    ],
)
def test_who_is_passed_over(passed_over: Candidate) -> None:
    said = [*talk(passed_over.person, times=5), *talk(2)]
    assert people_of(chosen([passed_over, *some(2)], said, besides={7})) == [2]


def test_the_third_is_not_among_those_who_help_with_most_things() -> None:
    said = [one for n in range(1, 9) for one in talk(n, times=12 - n)]
    found = chosen(some(*range(1, 9), 20), [*said, *talk(20, channel=2)])
    assert people_of(found) == [1, 2, 3]  # of nine, the two busiest are no tail
    few = [Candidate(person=3, asked=9), *some(*(n for n in range(1, 9) if n != 3))]
    assert people_of(chosen(few, said)) == [1, 2, 4]
    busy = [one for n in range(1, 12) for one in talk(n, times=30 - n)]
    crowd = some(*range(1, 60))
    writers = [Said(1, START + n, n, None, False, False) for n in range(12, 60)]
    assert people_of(chosen(crowd, [*busy, *writers])) == [1, 2, 11]


def test_somebody_of_another_group_is_among_them() -> None:
    said = [one for n in range(1, 6) for one in talk(n, times=12 - 2 * n)]
    people = [Candidate(person=n, group=2 if n == 5 else 1) for n in range(1, 6)]
    found = chosen(people, said)
    assert people_of(found) == [1, 2, 5]
    assert [each.is_other_group for each in found] == [False, False, True]
    unknown = [replace(one, group=None) for one in people]
    assert people_of(chosen(unknown, said)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        pytest.param(talk(1, asker=ASKER, channel=2), Reason.ANSWERED_YOU, id="helped you before"),
        pytest.param(talk(1), Reason.HELPS_HERE, id="helps in this channel"),
        pytest.param(talk(1, channel=2), Reason.HELPS, id="helps elsewhere"),
        pytest.param(talk(2, asker=1), Reason.KNOWS_THE_PLACE, id="writes here"),
        pytest.param(talk(2, asker=1, channel=2), Reason.OTHER_GROUP, id="is of another group"),
    ],
)
def test_each_has_a_plain_reason(said: list[Said], reason: Reason) -> None:
    person = Candidate(person=1, group=2)
    assert chosen([person], said)[0].reason is reason
    if reason is Reason.OTHER_GROUP:
        assert chosen([replace(person, group=1)], said)[0].reason is Reason.AROUND


def test_who_is_named_comes_first_and_of_two_both_are_the_likeliest() -> None:
    said = [*talk(1, times=9), *talk(2, times=5), *talk(3)]
    wanted = replace(ASK, named=(3,))
    found = suggest(wanted, some(1, 2, 3), History.of(said), seed=1, at_most=2)
    assert [(each.person, each.reason) for each in found] == [
        (3, Reason.NAMED),
        (1, Reason.HELPS_HERE),
    ]


def test_help_long_ago_weighs_less() -> None:
    later = [
        one._replace(ts=one.ts + 30 * DAY, thread=(one.thread or 0) + 30 * DAY) for one in talk(2)
    ]
    assert people_of(chosen(some(1, 2), [*talk(1), *later])) == [2, 1]


def test_a_count_halves_with_its_half_life_and_a_bot_counts_nothing() -> None:
    history = History.of([*talk(1), Said(1, START + DAY, 5, None, True, False)])
    helped = START + 1000 + 1 + HOUR
    (now,) = history.facts([1], channel=1, asker=50, at=helped)
    then, bot = history.facts([1, 5], channel=1, asker=50, at=helped + HALF_LIFE)
    assert now.helped_here == now.helped == now.answered == pytest.approx(1)
    assert then.helped == pytest.approx(0.5)
    assert now.idle == 0
    assert bot == Facts()


def test_in_a_flat_channel_who_writes_before_it_falls_silent_has_helped() -> None:
    def flat(person: int, minutes: int) -> Said:
        return Said(1, START + minutes * 60_000_000, person, None, False, False)

    history = History.of([flat(1, 0), flat(2, 30), flat(2, 31), flat(3, 90)])
    helped = [each.helped for each in history.facts([1, 2, 3], channel=1, asker=1, at=ASK.at)]
    assert [each > 0 for each in helped] == [False, True, False]


@given(st.permutations(range(1, 12)), st.integers(0, 9))
def test_the_same_people_in_any_order_have_the_same_answer(order: list[int], seed: int) -> None:
    said = [one for n in (1, 2, 3, 4) for one in talk(n, times=n)]
    writers = [Said(1, START + 5, n, None, False, False) for n in range(5, 12)]
    history = History.of([*said, *writers])
    usual = suggest(ASK, some(*range(1, 12)), history, seed=seed)
    assert suggest(ASK, some(*order), history, seed=seed) == usual
    assert len(usual) == 3


def test_whom_the_words_name_is_asked_first_by_mention_or_by_name() -> None:
    people = [(1, "U1", "Jo"), (2, "U2", "Joe"), (3, "U3", "Ann Lee"), (4, "U4", "")]
    assert named_in("Could <@U1|jo> or @ann lee look at it?", people) == (1, 3)
    assert named_in("Could @Joe's team, or joe@home, say?", people) == (2,)
    wanted = Wanted(words="Could @Joe look?", asker=9, at=0, named=(2,))
    [first, *_] = suggest(wanted, [Candidate(person=n) for n in (1, 2, 3)], History(), seed=1)
    assert (first.person, first.reason) == (2, Reason.NAMED)
