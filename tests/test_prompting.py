"""Words come from prompts: an organisation's own first, every value harmless, nothing missing."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.posts import Button, Field
from bot.prompting import (
    Plain,
    PromptError,
    Prompts,
    Words,
    count,
    day,
    link,
    listed,
    mention,
    neutral,
    nth,
    sentence,
)

MARKS = r"\`*_[]<>~|#"


def own(folder: Path, **prompts: str) -> Prompts:
    """Prompts of which some are an organisation's own: ``say`` is "own/say"."""
    (folder / "own").mkdir(exist_ok=True)
    for name, text in prompts.items():
        (folder / "own" / f"{name}.md.j2").write_text(text)
    return Prompts(folder)


def test_an_organisation_s_own_words_go_before_the_bot_s(tmp_path: Path) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "failed.md.j2").write_text("Oh dear.")
    assert Prompts(tmp_path).render("bot/failed").text == "Oh dear."
    assert Prompts(tmp_path).render("bot/out_of_date") == Prompts().render("bot/out_of_date")
    assert "bot/failed" in Prompts(tmp_path).names()


BROKEN = [
    pytest.param("{{ nobody }}", "'nobody' is undefined", id="a value that nobody gave"),
    pytest.param("{% if nobody %}x{% endif %}", "'nobody' is undefined", id="one only asked for"),
    pytest.param("{{ 1 + 'a' }}", "TypeError in its template", id="a sum of unlike things"),
    pytest.param("{% if %}", "Expected an expression", id="no template at all"),
    pytest.param("{% include 'own/gone.md.j2' %}", "own/gone", id="a part that isn't there"),
]


@pytest.mark.parametrize(("text", "said"), BROKEN)
def test_a_prompt_that_can_not_be_rendered_says_which_and_why(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(PromptError, match=f"own/say: .*{said}"):
        own(tmp_path, say=text).render("own/say")


def test_a_prompt_that_is_not_there_is_named() -> None:
    with pytest.raises(PromptError, match="own/nothing"):
        Prompts().render("own/nothing")


@given(st.text())
def test_nothing_that_somebody_wrote_formats_mentions_links_or_hides(text: str) -> None:
    shown = neutral(text)
    assert not re.search(rf"(?<!\\)(?:\\\\)*[{re.escape(MARKS[1:])}]", shown.replace(r"\\", ""))
    assert len(shown.splitlines()) <= 1
    assert not any(sign in shown for sign in "\u202e\u200b\u2066\x00")
    kept = re.sub(rf"\\([{re.escape(MARKS)}])", r"\1", shown)
    assert [sign for sign in kept if sign.isalnum()] == [sign for sign in text if sign.isalnum()]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("Hi 👩\u200d👩\u200d👧\u200d👦!", None, id="a family"),
        pytest.param("🏳\ufe0f\u200d🌈 👩🏽\u200d⚕\ufe0f ❤\ufe0f\u200d🔥", None, id="with variants"),
        pytest.param("a\u200db", "ab", id="between letters"),
        pytest.param("\u200d👩 👩\u200d", "👩 👩", id="with one side alone"),
        pytest.param("👩\u200d\u200b👩\u200d\u200d👧", "👩👩👧", id="beside what hides"),
        pytest.param("👩\u200d*👧*", r"👩\*👧\*", id="beside a mark"),
    ],
)
def test_pictures_that_are_joined_stay_one(text: str, shown: str | None) -> None:
    assert neutral(text) == (text if shown is None else shown)


INJECTED = [
    "[x](button:network.settings)",
    "**[x](button:a.b/c)**",
    "[x](submit)",
    "<!channel> <@U1|<!here>>",
    "](to:slack:T1/U1)",
    "a\n# b\n- [c](https://d)",
    "\\[x](button:a.b)",
    "`[x](button:a.b)`",
    "\u2028[x](button:a.b)",
]


@pytest.mark.parametrize("text", INJECTED)
def test_nobody_s_words_make_a_button_a_link_or_a_mention(tmp_path: Path, text: str) -> None:
    prompts = own(tmp_path, say="{{ said }}\n\n[{{ said }}](button:own.press/{{ said }})")
    words = prompts.render("own/say", said=text)
    assert [(button.action, button.label) for button in words.buttons] in (
        [("own.press", text)],
        [("own.press", re.sub(r"[\n\u2028]", " ", text))],
    )
    assert not re.search(r"(?<!\\)\]\(", words.text)


@pytest.mark.parametrize(
    "text", ["watch (quietly) someone", ":( or :)", "a) b\\) (c", *INJECTED[:4]]
)
def test_a_button_carries_what_somebody_wrote_to_its_last_sign(tmp_path: Path, text: str) -> None:
    prompts = own(
        tmp_path, say="Well?\n\n[Yes](button:own.press/{{ said|carried }}) [No](button:a.b)"
    )
    words = prompts.render("own/say", said=text)
    assert [button.value for button in words.buttons] == [text, ""]
    assert words.text == "Well?"


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(["<!channel>"], id="in a list"),
        pytest.param({"a": "<!channel>"}, id="in a mapping"),
        pytest.param(ValueError("<!channel>"), id="in an error"),
    ],
)
def test_what_is_no_text_is_made_harmless_too(tmp_path: Path, value: object) -> None:
    assert r"\<!channel\>" in own(tmp_path, say="{{ it }}").render("own/say", it=value).text


def test_buttons_are_taken_out_of_the_text_in_their_order(tmp_path: Path) -> None:
    prompts = own(
        tmp_path,
        say="Well?\n\n**[Yes, {{ who }}](button:a.yes/{{ ref }})** [No](button:a.no)\n\nTake care.",
    )
    assert prompts.render("own/say", who="A_b", ref="slack:T1/C_2") == Words(
        text="Well?\n\nTake care.",
        buttons=(
            Button(label="Yes, A_b", action="a.yes", value="slack:T1/C_2", is_primary=True),
            Button(label="No", action="a.no"),
        ),
    )


FORM = (
    "# For {{ who }}\nRead *this*.\n\n"
    "## name: Its [short] name\nAs [this]({{ who }})\n## why: Why?\n[Keep](submit)"
)


def test_a_form_s_prompt_gives_labels_and_hints_to_its_fields(tmp_path: Path) -> None:
    fields = [Field(name="why"), Field(name="name", value="x")]
    form = own(tmp_path, ask=FORM).form(
        "own/ask", name="own.ask", fields=fields, context="7", who="A_b"
    )
    assert (form.name, form.title, form.submit, form.context) == ("own.ask", "For A_b", "Keep", "7")
    assert form.text == "Read *this*."
    assert [(field.name, field.label, field.hint, field.value) for field in form.fields] == [
        ("why", "Why?", "", ""),
        ("name", "Its [short] name", "As [this](A_b)", "x"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("# T\n## a: A\n[Send](submit)", "lacks b", id="a field without a label"),
        pytest.param("# T\n## b: B", r"lacks \[a word\]\(submit\)", id="nothing to send it with"),
    ],
)
def test_a_form_that_lacks_something_says_what(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PromptError, match=said):
        own(tmp_path, ask=text).form("own/ask", name="own.ask", fields=[Field(name="b")])


def test_small_words() -> None:
    assert [count(0, "voice"), count(1, "voice"), count(2, "reply", "replies")] == [
        "no voices",
        "one voice",
        "two replies",
    ]
    assert count(1234, "voice") == "1,234 voices"
    assert day(date(2026, 6, 5)) == "Friday 5 June"
    assert [nth(number) for number in (1, 3, 11, 21, 22, 113)] == [
        "first", "third", "11th", "21st", "22nd", "113th",
    ]  # fmt: skip
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c*"], "or")] == [
        "",
        "a",
        "a and b",
        r"a, b or c\*",
    ]


def test_links_and_mentions_hold_whatever_they_are_given(tmp_path: Path) -> None:
    assert mention("A]b", "slack:T1/U1") == r"[A\]b](to:slack:T1/U1)"
    assert link("x", "https://a.b/c) [d](https://e") == "[x](https://a.b/c%29%20[d]%28https://e)"
    assert isinstance(sentence(mention("a", "b:c")), Plain)
    assert sentence("hello you") == "Hello you"
    prompts = own(tmp_path, part="*{{ it }}*", say="{{ a }} {{ b }}")
    part = prompts.render("own/part", it="a*b")
    assert prompts.render("own/say", a=part, b=Plain("**c**")).text == r"*a\*b* **c**"
