"""The small Markdown of posts, read into blocks and spans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.markdown import (
    Heading,
    Item,
    Paragraph,
    Quote,
    Span,
    parse,
    plain,
    spans,
)
from bot.prompting import link, mention, neutral


def nobody(_: str) -> str:
    return ""


def amina(address: str) -> str:
    return {"x:1/U1": "@Amina", "x:1/C1": "#frailty"}.get(address, "")


BOLD, ITALIC, BOTH = (
    Span(text="a", is_bold=True),
    Span(text="a", is_italic=True),
    Span(text="a", is_bold=True, is_italic=True),
)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param("a", (Span(text="a"),), id="plain"),
        pytest.param("**a**", (BOLD,), id="bold"),
        pytest.param("*a*", (ITALIC,), id="italic"),
        pytest.param("_a_", (ITALIC,), id="italic by underscores"),
        pytest.param("***a***", (BOTH,), id="both"),
        pytest.param("**b *a***", (Span(text="b ", is_bold=True), BOTH), id="one within the other"),
        pytest.param("snake_case_word", (Span(text="snake_case_word"),), id="within a word"),
        pytest.param("2 * 3 * 4", (Span(text="2 * 3 * 4"),), id="a sum"),
        pytest.param("**a", (Span(text="**a"),), id="never closed"),
        pytest.param("a****b", (Span(text="a****b"),), id="nothing within"),
        pytest.param("`/net *x*`", (Span(text="/net *x*", is_code=True),), id="code"),
        pytest.param(r"`a\`b\*`", (Span(text="a`b*", is_code=True),), id="escapes within code"),
        pytest.param(r"\*a\* \[b\](c) \\", (Span(text="*a* [b](c) \\"),), id="escapes"),
        pytest.param(r"a\b", (Span(text=r"a\b"),), id="a backslash before a letter"),
        pytest.param("[a](https://x.y)", (Span(text="a", target="https://x.y"),), id="a link"),
        pytest.param("[a](b_(c))", (Span(text="a", target="b_(c)"),), id="brackets in a link"),
        pytest.param("**[a](b)**", (Span(text="a", is_bold=True, target="b"),), id="a bold link"),
        pytest.param("[a] (b) ](c)", (Span(text="[a] (b) ](c)"),), id="no link at all"),
        pytest.param("[](b)", (Span(text="[](b)"),), id="neither a label nor a page"),
        pytest.param("[](to:x/U1)", (Span(text="U1", target="to:x/U1"),), id="a name unseen"),
        pytest.param(
            "[](https://x.y)",
            (Span(text="https://x.y", target="https://x.y"),),
            id="a link without a label",
        ),
        pytest.param("[ a](b)", (Span(text=" a", target="b"),), id="a label after a space"),
    ],
)
def test_a_line_is_read_as_spans(text: str, read: tuple[Span, ...]) -> None:
    assert spans(text) == read


def line(text: str) -> tuple[Span, ...]:
    return (Span(text=text),)


def test_text_is_read_as_blocks() -> None:
    text = "## Top\nfirst\nsecond\n\nthird\n- a\n  more\n  - b\n2. c\n> q\n>r\nlast"

    assert parse(text) == (
        Heading(line("Top")),
        Paragraph((line("first"), line("second"))),
        Paragraph((line("third"),)),
        Item(lines=(line("a"), line("more"))),
        Item(lines=(line("b"),), depth=1),
        Item(lines=(line("c"),), number=2),
        Quote((line("q"), line("r"))),
        Paragraph((line("last"),)),
    )


def test_plain_text_has_names_and_addresses_and_no_marks() -> None:
    text = (
        "# Top\n**[Ami](to:x:1/U1)** in [there](to:x:1/C9)\n> *q*\n- [see](message:x:1/C1/7)\n"
        "  1. [it](message:x:1/C9/7) [page](https://x.y) [https://x.y](https://x.y)"
    )

    assert plain(text, amina) == (
        "Top\n@Amina in there\n> q\n• see (a message in #frailty)\n"
        "  1. it (a message) page (https://x.y) https://x.y"
    )


@given(st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp")), min_size=1))
def test_what_was_made_neutral_is_read_as_it_was_written(text: str) -> None:
    written = "x" + text + "x"

    assert spans(neutral(written)) == line(written)
    assert spans(f"`{neutral(written)}`") == (Span(text=written, is_code=True),)


@given(st.text(), st.text())
def test_nothing_that_was_made_neutral_leads_anywhere(text: str, label: str) -> None:
    written = f"{neutral(text)} {mention(f'a{label}', 'to-her')} {link(f'a{label}', 'to-it')}"

    targets = {span.target for block in parse(written) for span in _spans_of(block)}

    assert targets == {"", "to:to-her", "to-it"}


def _spans_of(block: Heading | Paragraph | Item | Quote) -> list[Span]:
    lines = (block.line,) if isinstance(block, Heading) else block.lines
    return [span for each in lines for span in each]


@given(st.text("*_`[]()\\ a\n-#>1."))
def test_no_words_are_lost_whatever_marks_there_are(text: str) -> None:
    assert plain(text, nobody).count("a") == text.count("a")
