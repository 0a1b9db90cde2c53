"""Who could help with a question is told from what was written before it, and from nothing else."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.judgement.helping_document import (
    DocumentError,
    HelpersDocument,
    Question,
    judge_helpers,
)
from bot.judgement.helping_history import RECENT, TOP, History
from bot.judgement.helping_words import Words, words_of
from bot.judgement.talk import DAY, Said

START = 1_767_500_000


def said(name: str, user: str, minute: float, text: str = "", **more: object) -> dict[str, Any]:
    ts = START + 60 * minute
    return {"id": name, "channel": "C1", "user": user, "ts": ts, "text": text, **more}


def asked(text: str = "Does anybody know?", **more: object) -> dict[str, Any]:
    return {"id": "q", "channel": "C1", "user": "U9", "ts": START + 60_000, "text": text, **more}


def answer(messages: list[dict[str, Any]], *queries: dict[str, Any]) -> dict[str, list[Any]]:
    given = {"messages": messages, "queries": list(queries) or [asked()]}
    return judge_helpers(msgspec.convert(given, HelpersDocument, strict=False))


def helped(by: str, nth: int, **more: object) -> list[dict[str, Any]]:
    """U8 asks, and somebody answers."""
    name = f"{by}/{nth}"
    opening = said(name, "U8", 100 * nth, thread=name, **more)
    return [
        opening,
        said(f"{name}+", by, 100 * nth + 5, thread=name, is_reply=True, **more),
    ]


def test_who_helps_most_here_comes_first() -> None:
    messages = [*helped("U1", 1), *helped("U2", 2), *helped("U2", 3)]
    assert answer(messages) == {"q": ["U2", "U1", "U8"]}


@pytest.mark.parametrize(
    "thread",
    [
        pytest.param("a", id="the first message's id"),
        pytest.param(START + 60.0, id="its time"),
        pytest.param(f"{START + 60}.000000", id="its time as Slack writes it"),
    ],
)
def test_an_opening_needs_not_say_that_it_is_one(thread: object) -> None:
    other = [said("b", "U1", 50), said("c", "U3", 55, thread="b", is_reply=True)]
    more = [said("d", "U1", 60), said("e", "U3", 65, thread="d", is_reply=True)]
    messages = [said("a", "U1", 1), said("a+", "U2", 200, thread=thread, is_reply=True)]
    found = answer([*messages, *other, *more], asked(user="U1"))
    assert found["q"] == ["U3", "U2"]  # both helped U1


def test_who_wrote_of_such_things_is_found() -> None:
    messages = [
        said("a", "U1", 1, "The kettle in the day room is broken again"),
        said("b", "U2", 100, "Here is how we wrote the leaflet on falls"),
        said("c", "U3", 200, "See you on Thursday"),
        *(said(f"x{n}", "U4", 300 + 60 * n, f"word{n} of mine") for n in range(9)),
    ]
    of_words = answer(messages, asked("Who has a leaflet about falls?"))["q"]
    without = answer(messages, asked(""))["q"]
    assert of_words.index("U2") < without.index("U2")


def test_whoever_is_named_comes_first_though_they_never_wrote() -> None:
    messages = [*helped("U1", 1), *helped("U1", 2)]
    assert answer(messages, asked("<@U7> or <@U9|me>, do you know?"))["q"][:2] == ["U7", "U1"]


def test_nobody_is_known_before_anything_was_written() -> None:
    assert answer([]) == {"q": []}
    assert answer(helped("U1", 1), asked(ts=START)) == {"q": []}


@given(st.integers(0, 12), st.data())
@settings(max_examples=25, deadline=None)
def test_what_comes_later_changes_no_answer(cut: int, data: st.DataObject) -> None:
    rows = data.draw(
        st.lists(st.tuples(st.integers(0, 12), st.integers(1, 4), st.integers(0, 3)), max_size=20)
    )
    messages = [
        said(f"m{n}", f"U{user}", minute, "kettle " * talk, thread=talk or None, is_reply=talk > 1)
        for n, (minute, user, talk) in enumerate(rows)
    ]
    query = asked("Whose kettle?", ts=START + 60 * cut)
    before = [one for one in messages if one["ts"] < query["ts"]]
    assert answer(messages, query) == answer(before, query)
    assert answer(list(reversed(messages)), query) == answer(messages, query)


def test_several_questions_are_each_answered_from_their_own_past() -> None:
    messages = [*helped("U1", 1), *helped("U2", 5)]
    early = asked(id="early", ts=START + 60 * 200)
    assert answer(messages, asked(), early) == {"early": ["U1", "U8"], "q": ["U2", "U1", "U8"]}


def test_numbers_may_stand_for_names_and_much_may_be_left_out() -> None:
    bare = {"id": 1, "channel": 2, "user": 3, "ts": str(START)}
    assert answer([bare], {"id": 5, "channel": 2, "user": 4, "ts": START + 1}) == {"5": [3]}


@pytest.mark.parametrize(
    ("queries", "reason"),
    [
        pytest.param([asked(), asked()], "'q' is named twice", id="twice"),
        pytest.param([asked(ts=float("nan"))], "no number", id="no time"),
    ],
)
def test_what_cannot_be_judged_is_refused(queries: list[dict[str, Any]], reason: str) -> None:
    given = HelpersDocument(messages=[], queries=[Question(**each) for each in queries])
    with pytest.raises(DocumentError, match=reason):
        judge_helpers(given)


def test_of_very_many_the_most_helpful_and_the_latest_are_looked_at() -> None:
    history = History()
    for n in range(1, 600):
        at = n * 3_600_000_000
        history.hear(Said(1, at, n, at, False, False))
        if n <= 5:
            history.hear(Said(1, at + 1, 1000 + n, at, False, False))
    found = history.people(channel=1, asker=599)
    assert {*range(1001, 1006), *range(600 - RECENT, 599)} <= found
    assert 599 not in found
    assert len(found) <= 2 * (2 * TOP + RECENT)
    assert history.people(channel=None, asker=3) >= {1003}


def test_old_words_weigh_less_and_common_ones_nothing() -> None:
    index = Words()
    texts = ["kettle the", "kettle the", *(f"the word{n}" for n in range(20))]
    for n, text in enumerate(texts):
        index.add(words_of(text), author=n, at=n * 180 * DAY)
    votes = index.votes(["kettle", "the"], asker=-1, at=len(texts) * 180 * DAY)
    assert votes == {0: pytest.approx(0.5), 1: 1.0}
    assert index.votes(["kettle"], asker=1, at=9 * DAY).keys() == {0}
    assert index.votes(["the"], asker=1, at=9 * DAY) == {}
    index.add([], author=3, at=0)
    assert index.votes(["kettle"], asker=-1, at=9 * DAY).keys() == {0, 1}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Décidez <@U1|Ada>: a leaflets?", ["decidez", "leaflet"], id="plain"),
        pytest.param("https://x.org/leaflet お茶を", ["お茶", "茶を"], id="a link, and unparted"),
    ],
)
def test_words_are_folded(text: str, words: list[str]) -> None:
    assert words_of(text) == words
