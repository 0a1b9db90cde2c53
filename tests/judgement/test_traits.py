"""A message's words are weighed once, as it arrives, and then forgotten."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.judgement.traits import SHORTEST, Traits, traits

PLAIN = "the rota for the night staff is on the wall by the lift"


def with_start(start: str) -> str:
    return f"{start} {PLAIN}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("does anybody know the form?", id="a question mark"),
        pytest.param("夜勤の方はどうしていますか？", id="a wide question mark"),
        pytest.param("教えていただけますか", id="a Japanese question without a mark"),
        pytest.param("how do you keep the night staff in the loop", id="an opening question word"),
        pytest.param("Anyone here used the new form", id="a question word with a capital"),
        pytest.param("ist das die neue Straße?", id="a question in another language"),
        pytest.param("see <https://example.org/a?b=1> is that it?", id="a mark beside a link"),
        pytest.param("`a?b` - right?", id="a mark beside code"),
        pytest.param("<@U1> how do you do this", id="a question word after a name"),
    ],
)
def test_a_question_is_heard(text: str) -> None:
    assert traits(text).asks


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing at all"),
        pytest.param("I know how", id="a question word at the end"),
        pytest.param("<https://example.org/a?b=1>", id="a question mark in a link"),
        pytest.param("https://example.org/a?b=1 has it all", id="a question mark in a bare link"),
        pytest.param("`a ? b : c` is the way", id="a question mark in code"),
        pytest.param("```\na ? b\n``` is the way", id="a question mark in a block of code"),
        pytest.param("これはペンです。", id="a Japanese statement"),
        pytest.param("`ですか` は語尾", id="a Japanese question word in code"),
    ],
)
def test_what_only_looks_like_a_question_is_not_one(text: str) -> None:
    assert not traits(text).asks


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        pytest.param(PLAIN, 0.0, id="plain words weigh nothing"),
        pytest.param(f"{PLAIN}\n- first\n- second", 0.60, id="a list"),
        pytest.param(f"{PLAIN}\n\n{PLAIN}\n\nso", 0.50, id="paragraphs"),
        pytest.param(f"{PLAIN}\n{PLAIN}", 0.0, id="two lines are no paragraphs"),
        pytest.param(f"{PLAIN} <https://example.org>", 0.47, id="a link"),
        pytest.param(f"<@U1> {PLAIN}", 0.22, id="one person named"),
        pytest.param(f"<@U1> <@U2> <@U3> {PLAIN}", 0.44, id="three people named count as two"),
        pytest.param(f"{PLAIN}, write to ada@example.org", 0.0, id="an address names nobody"),
        pytest.param(f"I wrote up {PLAIN}", 0.20, id="something made"),
        pytest.param(f"Here is a guide, released and published: {PLAIN}", 0.40, id="made, twice"),
        pytest.param(f"`make` and {PLAIN}", 0.17, id="code"),
        pytest.param(f"we could say that {PLAIN}", 0.10, id="a proposal"),
        pytest.param(
            f"one idea, I propose that we could say {PLAIN}", 0.20, id="proposals, two at most"
        ),
        pytest.param(f"{PLAIN} and that is where", -0.16, id="a question word"),
        pytest.param(f"&gt; {PLAIN}", -0.82, id="another's words, quoted"),
        pytest.param(f"{PLAIN}\n> more or less, one\n", -0.82, id="another's words further down"),
        pytest.param(
            f"{PLAIN} <https://a.slack.com/archives/C1/p1>", 0.47 - 0.82, id="a link to a message"
        ),
        pytest.param(f"```quote\n{PLAIN}\n```", 0.17 - 0.82, id="a quote in a fence"),
        pytest.param("thanks " * 10, -0.72, id="small talk and nothing else"),
        pytest.param("thanks! lol, " + "word " * 8, -0.72 * 2 / 10, id="a fifth is small talk"),
        pytest.param("夜勤の手引きを作りました。" * 4, 0.20, id="something made, in Japanese"),
        pytest.param("夜勤の手引きについて提案があります。" * 3, 0.10, id="a Japanese proposal"),
    ],
)
def test_each_sign_has_its_weight(text: str, worth: float) -> None:
    assert traits(text).worth == pytest.approx(worth)


def test_japanese_small_talk_weighs_against() -> None:
    assert traits("ありがとうございます。よろしくお願いします。" * 3).worth < -0.1


def test_what_is_too_short_to_judge_is_worth_nothing() -> None:
    text = "<https://example.org> I made"
    assert len(text) < SHORTEST
    assert traits(text).worth == 0.0
    assert traits(text + " this one for all of you").worth > 0.6


MADE = "made built wrote created released published launched guide tutorial here's"
PROPOSE = "idea ideas propose proposal suggest suggestion"
ASK = "how why what where which who anyone anybody"
TALK = (
    "hi hello hey thanks thank thx cheers welcome congrats congratulations lol haha hehe yes yeah"
    " yep ok okay nice cool great awesome sorry bye morning evening weekend good glad happy"
)
OPENERS = (
    "how how's what what's why who who's whose where which does did can could is are has"
    " anyone anybody"
)
ENDINGS = ("", "!", ",", ".", "?", ":", "!!", "...")
BULLETS = ("\n- ", "\n* ", "\n• ", "\n1. ", "\n2. ", "\n2) ", "\n・")


def by_the_book(text: str) -> Traits:
    """What a message of ASCII characters without code is worth, sign by sign."""
    low = text.lower()
    words = low.split()

    def forms(kind: str) -> set[str]:
        return {base + ending for base in kind.split() for ending in ENDINGS}

    def has(kind: str) -> int:
        return len(forms(kind) & {*words})

    asks = "?" in low or low[:12].partition(" ")[0] in OPENERS.split()
    if len(text) < SHORTEST:
        return Traits(len(text), 0.0, asks)
    worth = 0.0
    if has(f"{MADE} {PROPOSE} {ASK} {TALK} here could"):
        made = has(MADE) + ("here is" in low) + ("here are" in low)
        proposed = has(PROPOSE) + sum(
            phrase in low for phrase in ("what if", "we could", "how about", "why not")
        )
        worth = 0.20 * min(2, made) + 0.10 * min(2, proposed) - 0.16 * min(2, has(ASK))
        worth -= 0.72 * sum(word in forms(TALK) for word in words) / len(words)
    worth += 0.60 * any(bullet in low for bullet in BULLETS) + 0.50 * ("\n\n" in low)
    worth -= 0.82 * (low.startswith((">", "&gt;")) or "\n>" in low or "\n&gt;" in low)
    return Traits(len(text), worth, asks)


PIECES = [
    *f"{MADE} {PROPOSE} {ASK} {TALK} {OPENERS}".split(),
    *(
        "what if",
        "we could",
        "how about",
        "why not",
        "here is",
        "here are",
        "somewhat if",
        "somehow",
    ),
    *(
        "the rota",
        "Night staff",
        "on",
        "42",
        "\n",
        "\n\n",
        "\n- one",
        "\n> as you said",
        ">",
        "&gt; then",
    ),
]


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(ENDINGS)), max_size=20))
def test_every_message_is_weighed_by_the_book(pieces: list[tuple[str, str]]) -> None:
    text = " ".join(piece + ending for piece, ending in pieces).strip()
    found, plain = traits(text), by_the_book(text)
    assert (found.length, found.asks) == (plain.length, plain.asks)
    assert found.worth == pytest.approx(plain.worth, abs=1e-12)


@given(st.text(max_size=300))
def test_any_text_at_all_has_traits_within_bounds(text: str) -> None:
    found = traits(text)
    assert found.length == len(text)
    assert -1.9 < found.worth < 3.3
    assert traits(text) == found


@pytest.mark.parametrize("unit", ["<", "`", "```", "a ", "https://", "か", "<a>", "\n- ", "?` "])
def test_a_very_long_text_takes_time_in_proportion(unit: str) -> None:
    def seconds(characters: int) -> float:
        text = unit * (characters // len(unit))
        start = time.process_time()
        traits(text)
        return time.process_time() - start

    assert seconds(400_000) < 40 * max(seconds(40_000), 0.002)
