"""What is too long is cut between words, and never within a written sign."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from bot.platforms.markdown import Heading, lines_of, parse, plain_line
from bot.platforms.slack.cutting import LONGEST_WORD, cut, end, pieces, shortened, size

SIGNS = st.sampled_from(
    (
        *(
            "a",
            "b ",
            " ",
            "\n",
            "é",
            "e\u0301",
            "👩\u200d⚕\ufe0f",
            "👍🏽",
            "🇬🇧",
            "🇬",
            "1\ufe0f\u20e3",
        ),
        *(
            "🏴\U000e0067\U000e0062\U000e007f",
            "ก็",
            "กำ",
            "क्ष",
            "각",
            "\u1100\u1161\u11a8",
            "\u0600",
        ),
        *("👨\u200d👩\u200d👧\u200d👦", "\r\n", "\u200d", "\u0301", "ﾊﾞ", "\u200b", "\u00ad", "中"),
    )
)
TEXTS = st.lists(SIGNS, max_size=60).map("".join) | st.text(max_size=80)
ENDLESS = TEXTS.map(lambda text: "".join(text.split()) * 40)


@pytest.mark.parametrize(
    ("text", "most", "left"),
    [
        pytest.param("one two", 7, "one two", id="it fits"),
        pytest.param("one two three", 8, "one two…", id="after a word that just fits"),
        pytest.param("one two three", 10, "one two…", id="not within the next"),
        pytest.param("one  two", 7, "one…", id="no spaces at the end"),
        pytest.param("x" * 9, 5, "xxxx…", id="within what is no word"),
        pytest.param("🇬🇧🇫🇷🇩🇪", 10, "🇬🇧🇫🇷…", id="between flags"),
        pytest.param("👩\u200d⚕\ufe0f" * 2, 9, "👩\u200d⚕\ufe0f…", id="between people"),
        pytest.param("a\u0301" * 4, 6, "a\u0301a\u0301…", id="an accent stays on its letter"),
        pytest.param("👨\u200d👩\u200d👧", 5, "…", id="not even one sign fits"),
        pytest.param("ab", 0, "", id="nothing fits"),
    ],
)
def test_a_cut(text: str, most: int, left: str) -> None:
    assert cut(text, most) == left


def test_a_long_word_is_kept_whole_and_a_longer_one_is_no_word() -> None:
    word = "x" * (LONGEST_WORD - 2)
    assert cut(f"a {word}", LONGEST_WORD - 1) == "a…"
    assert cut(f"a {word * 2}", 2 * LONGEST_WORD - 40) == f"a {'x' * (2 * LONGEST_WORD - 43)}…"


def seams(text: str) -> set[int]:
    """The places between the written signs of *text*, as somebody else's library sees them."""
    places, at = {0}, 0
    for sign in iter_graphemes(text):
        at += len(sign)
        places.add(at)
    return places


@given(TEXTS | ENDLESS, st.integers(0, 400))
def test_every_cut_is_at_a_seam_and_between_words(text: str, at: int) -> None:
    place = end(text, at)
    assert 0 <= place <= min(at, len(text))
    assert place in seams(text)
    if 0 < place < len(text) and not (text[place - 1].isspace() or text[place].isspace()):
        run = max(text.split(), key=len)
        assert len(run) > LONGEST_WORD, "it is within a word"


@given(TEXTS, st.integers(0, 60))
def test_what_is_cut_fits_and_begins_as_before(text: str, most: int) -> None:
    left = cut(text, most)
    assert size(left) <= most
    assert text.startswith(left.removesuffix("…")) or left == text


@given(TEXTS, st.integers(2, 30))
def test_pieces_fit_and_make_the_whole(text: str, most: int) -> None:
    found = pieces(text, most)
    assert "".join(found) == text
    assert all(size(piece) <= most for piece in found)


@given(st.text())
def test_sizes_are_in_code_units(text: str) -> None:
    assert size(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


LABEL = "the minutes"
PARTS = st.sampled_from(
    [
        "# Head\n",
        "- point ",
        "> quote ",
        "word ",
        "\n",
        "\n\n",
        "**bold** ",
        f"[{LABEL}](https://x.y) ",
    ]
)


@given(st.lists(PARTS, max_size=30).map("".join), st.integers(0, 120))
def test_what_is_shortened_begins_as_before_with_whole_words_and_links(
    text: str, most: int
) -> None:
    blocks = parse(text)
    kept = shortened(blocks, most)
    shown = [plain_line(line, str) for block in kept for line in lines_of(block)]
    whole = [plain_line(line, str) for block in blocks for line in lines_of(block)]
    assert (
        sum(len(span.text) for block in kept for line in lines_of(block) for span in line) <= most
    )
    assert all(now.rstrip() == then.rstrip() for now, then in zip(shown[:-1], whole, strict=False))
    if shown:
        assert whole[len(shown) - 1].startswith(shown[-1])
        rest = whole[len(shown) - 1][len(shown[-1]) :]
        assert not rest or not (shown[-1][-1].isalpha() and rest[0].isalpha())
    for block in kept:
        for line in lines_of(block):
            assert all(span.text == LABEL for span in line if span.target)
    assert not (kept and len(kept) < len(blocks) and isinstance(kept[-1], Heading))
