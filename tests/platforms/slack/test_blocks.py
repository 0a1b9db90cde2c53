"""Posts and the bot's own page in Block Kit: valid, whole, readable aloud, and live only by us."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.domain.charts import RunChart
from bot.domain.ids import ChannelId, MemberId
from bot.domain.posts import Button, Home, Image, Post
from bot.platforms.slack.blocks import MORE, MORE_ON_PAGE, NOTHING, to_home, to_message
from bot.ports import DeliveryError

HERE = ChannelId("slack:T1/C1")
SITE = "https://town.slack.com/"


def names(address: str) -> str:
    return {"slack:T1/U2": "@Ada", "slack:T1/C2": "#frailty"}.get(address, "")


WEEKS = RunChart(title="People who spoke", weeks=())


def shown(text: str, *, site: str = SITE, **more: object) -> list[dict[str, object]]:
    """The blocks of a post of *text*, as Slack gets them."""
    post = Post(to=HERE, text=text, **more)  # type: ignore[arg-type]
    return [block.to_dict() for block in to_message(post, names, site=site).blocks]


def fallback(text: str, **more: object) -> str:
    return to_message(Post(to=HERE, text=text, **more), names, site=SITE).text  # type: ignore[arg-type]


def nodes(value: object) -> Iterator[dict[str, object]]:
    """Every object within *value*, from the outside in."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def words(value: object) -> str:
    """All that is to be read in blocks, as one reads it."""
    return "".join(
        str(node.get("text", node.get("url")))
        for node in nodes(value)
        if node.get("type") in ("text", "link", "plain_text")
    )


def rich(*elements: object) -> dict[str, object]:
    return {"type": "rich_text", "elements": list(elements)}


def section(*elements: object) -> dict[str, object]:
    return {"type": "rich_text_section", "elements": list(elements)}


def text(words: str, **style: bool) -> dict[str, object]:
    return {"type": "text", "text": words} | ({"style": style} if style else {})


def points(*words: str, indent: int = 0, style: str = "bullet", **more: int) -> dict[str, object]:
    elements = [section(text(word)) for word in words]
    return {
        "type": "rich_text_list",
        "style": style,
        "indent": indent,
        "elements": elements,
        **more,
    }


@pytest.mark.parametrize(
    ("markdown", "blocks"),
    [
        pytest.param(
            "a\nb", [rich(section(text("a"), text("\n"), text("b")))], id="a line is a line"
        ),
        pytest.param(
            "a\n\nb", [rich(section(text("a"))), rich(section(text("b")))], id="paragraphs"
        ),
        pytest.param(
            "**a** *b* `c`",
            [
                rich(
                    section(
                        text("a", bold=True),
                        text(" "),
                        text("b", italic=True),
                        text(" "),
                        text("c", code=True),
                    )
                )
            ],
            id="styles",
        ),
        pytest.param(
            "a:\n- b\n- c\n\n- d",
            [rich(section(text("a:")), points("b", "c", "d"))],
            id="a list stays with what announces it",
        ),
        pytest.param(
            "- a\n  - b\n- c",
            [rich(points("a"), points("b", indent=1), points("c"))],
            id="a list within a list",
        ),
        pytest.param(
            "1. a\n2. b\n7. c",
            [rich(points("a", "b", style="ordered"), points("c", style="ordered", offset=6))],
            id="numbers as they were written",
        ),
        pytest.param(
            "> a\n> b",
            [
                rich(
                    {
                        "type": "rich_text_quote",
                        "elements": [text("a"), text("\n"), text("b")],
                    }
                )
            ],
            id="a quote",
        ),
        pytest.param(
            "# a *b*\n> c",
            [
                {"type": "header", "text": {"type": "plain_text", "text": "a b", "emoji": False}},
                rich({"type": "rich_text_quote", "elements": [text("c")]}),
            ],
            id="a heading",
        ),
        pytest.param(
            f"# {'a ' * 80}b",
            [rich(section(text("a " * 80 + "b", bold=True)))],
            id="a heading too long for a header",
        ),
        pytest.param("", [rich(section(text(NOTHING)))], id="nothing at all"),
    ],
)
def test_markdown_as_rich_text(markdown: str, blocks: list[object]) -> None:
    assert shown(markdown) == blocks


@pytest.mark.parametrize(
    ("markdown", "element"),
    [
        pytest.param("[x](to:slack:T1/U2)", {"type": "user", "user_id": "U2"}, id="a person"),
        pytest.param(
            "[x](to:slack:T1/C2)", {"type": "channel", "channel_id": "C2"}, id="a channel"
        ),
        pytest.param("[x](to:slack:T9/U2)", text("x"), id="a person of another workspace"),
        pytest.param("[x](to:slack:T1/D2)", text("x"), id="a talk between two"),
        pytest.param("[x](to:slack:T1/S2)", text("x"), id="a group of people"),
        pytest.param("[x](to:slack:T1/channel)", text("x"), id="everybody"),
        pytest.param("[x](to:console:/U2)", text("x"), id="a person of another platform"),
        pytest.param(
            "[x](https://a.b/c?d=e)",
            {"type": "link", "url": "https://a.b/c?d=e", "text": "x"},
            id="a page",
        ),
        pytest.param(
            "[a.com](https://b.com)",
            {"type": "link", "url": "https://b.com", "text": "a.com (https://b.com)"},
            id="a page that pretends to be another",
        ),
        pytest.param("[x](javascript:y)", text("x (javascript:y)"), id="a script"),
        pytest.param("[x](slack://y)", text("x (slack://y)"), id="another scheme"),
        pytest.param("[x](https://a@b)", text("x (https://a@b)"), id="a user before the host"),
        pytest.param(
            "[x](https://a\u202eb.c)", text("x (https://ab.c)"), id="an address that turns round"
        ),
        pytest.param("[x](https://a\\\\@b)", text("x (https://a\\\\@b)"), id="a host in doubt"),
        pytest.param("[x](https:///a)", text("x (https:///a)"), id="no host"),
        pytest.param("[x](https://[a)", text("x (https://[a)"), id="no address at all"),
        pytest.param(
            "[x](message:slack:T1/C2/1746418574223589)",
            {
                "type": "link",
                "url": "https://town.slack.com/archives/C2/p1746418574223589",
                "text": "x",
            },
            id="a message",
        ),
        pytest.param(
            "[x](message:slack:T1/C2/1746418574.223589)",
            {
                "type": "link",
                "url": "https://town.slack.com/archives/C2/p1746418574223589",
                "text": "x",
            },
            id="a message by Slack's own number",
        ),
        pytest.param(
            "[x](message:slack:T9/C2/1746418574223589)",
            text("x (a message)"),
            id="a message elsewhere",
        ),
        pytest.param(
            "[x](message:slack:T1/C2/yesterday)",
            text("x (a message in #frailty)"),
            id="no message at all",
        ),
    ],
)
def test_only_what_we_know_is_live(markdown: str, element: object) -> None:
    assert shown(markdown) == [rich(section(element))]


def test_a_message_is_not_linked_where_the_workspace_has_no_address() -> None:
    linked = shown("[x](message:slack:T1/C2/1746418574223589)", site="")
    assert linked == [rich(section(text("x (a message in #frailty)")))]


def test_a_long_heading_keeps_its_mention() -> None:
    assert shown("# [x](to:slack:T1/U2)") == [
        rich(section({"type": "user", "user_id": "U2", "style": {"bold": True}}))
    ]


def button(label: str = "Yes", action: str = "a.b", value: str = "", **more: bool) -> Button:
    return Button(label=label, action=action, value=value, **more)


def test_buttons_stand_in_rows_and_no_two_have_one_name() -> None:
    many = tuple(button(value=str(number)) for number in range(7))
    rows = shown("a", buttons=many)[1:]
    assert [len(row["elements"]) for row in rows] == [5, 2]  # type: ignore[arg-type]
    pressed = [node for node in nodes(rows) if node.get("type") == "button"]
    assert [node["action_id"] for node in pressed] == ["a.b", *(f"a.b#{n}" for n in range(2, 8))]
    assert [node["value"] for node in pressed] == [str(number) for number in range(7)]


def test_a_button_keeps_its_words_whole() -> None:
    label = "Tell everybody who has asked about it since the beginning of last week, one by one"
    (_, row) = shown("a", buttons=(button(label, is_primary=True),))
    assert row["elements"] == [
        {
            "type": "button",
            "action_id": "a.b",
            "style": "primary",
            "text": {
                "type": "plain_text",
                "text": "Tell everybody who has asked about it since the beginning of last week,…",
                "emoji": False,
            },
        }
    ]


@pytest.mark.parametrize(
    ("buttons", "why"),
    [
        pytest.param((button(value="x" * 2_001),), "'a.b' carries more", id="a value too long"),
        pytest.param((button(action="x" * 251),), "carries more", id="a name too long"),
        pytest.param((button(),) * 101, "can have 100 buttons, not 101", id="too many"),
        pytest.param((button(value="x" * 2_000),) * 6, "more to press", id="too much in them"),
    ],
)
def test_buttons_that_slack_would_refuse_or_change_are_refused(
    buttons: tuple[Button, ...], why: str
) -> None:
    with pytest.raises(DeliveryError, match=why) as refused:
        shown("a", buttons=buttons)
    assert refused.value.retry_in is None
    assert not refused.value.may_have_arrived


def test_a_picture_has_words_and_without_its_file_it_is_words() -> None:
    post = Post(to=HERE, text="a", image=Image(chart=WEEKS, alt="Five weeks,\nthe last is high"))
    with_file = to_message(post, names, file="F12345678").blocks[1].to_dict()
    assert with_file == {
        "type": "image",
        "alt_text": "Five weeks, the last is high",
        "slack_file": {"id": "F12345678"},
    }
    without = to_message(post, names).blocks[1].to_dict()
    assert words([without]) == "Picture: Five weeks, the last is high"


def test_the_plain_words_are_complete_and_not_live() -> None:
    picture, pressed = Image(chart=WEEKS, alt="A <chart>"), (button("Yes & no"), button("Never"))
    assert (
        fallback("# A\n[x](to:slack:T1/U2) <!channel> <@U1>\n- b", image=picture, buttons=pressed)
        == "A\n@Ada &lt;!channel&gt; &lt;@U1&gt;\n• b\n"
        "Picture: A &lt;chart&gt;\nButtons: Yes &amp; no, Never"
    )


def test_what_steers_a_reader_is_taken_out() -> None:
    assert fallback("a\u202eb\x00c\ud800d\te") == "abcd e"
    assert shown("a\u202eb\x00c\ud800d\te") == [rich(section(text("abcd e")))]


def test_a_post_that_is_too_long_says_so_and_keeps_words_and_buttons() -> None:
    blocks = shown("wörd " * 5_000, buttons=(button(),))
    said = words(blocks[:-2])
    assert set(said.split()) == {"wörd"}
    assert len(said) > 10_000
    assert words(blocks[-2]) == MORE
    assert words(blocks[-1]) == "Yes"
    plain = fallback("wörd " * 5_000, buttons=(button(),)).split("\n")
    assert set(plain[0].split()) == {"wörd"}
    assert plain[1:] == [MORE, "Buttons: Yes"]
    assert len("\n".join(plain)) > 3_900


@pytest.mark.parametrize("between", [" ", "\n"])
def test_a_page_of_words_without_end_is_cut_like_any_other(between: str) -> None:
    blocks = shown(between.join(["wörd"] * 40_000))
    said = words(blocks)
    assert set(said.removesuffix(MORE).split()) == {"wörd"}
    assert said.endswith(MORE)


def test_an_address_that_slack_does_not_take_is_only_read() -> None:
    far = f"https://a.b/{'c' * 3_000}"
    assert shown(f"[x]({far})") == [
        rich(section(text(f"x ({far})"[:3_000]), text(f"x ({far})"[3_000:])))
    ]


def test_many_short_paragraphs_move_together_before_any_is_left_out() -> None:
    blocks = shown("\n\n".join(f"p{number}" for number in range(90)), buttons=(button(),))
    assert len(blocks) == 45
    assert words(blocks[:-1]) == "".join(f"p{number}" for number in range(90))


def test_a_cut_never_leaves_half_a_link_or_an_empty_heading() -> None:
    label = "l" * 300
    blocks = shown(f"{'a ' * 5_900}[{label}](https://x.y)\n\n# b\n\nc")
    assert words(blocks).count("l") in (0, 300)
    assert not any(block["type"] == "header" for block in blocks)


def test_a_page_has_its_parts_one_below_the_other() -> None:
    parts = tuple(Post(to=HERE, text=name, buttons=(button(),)) for name in "ab")
    page = to_home(Home(member=MemberId("slack:T1/U2"), parts=parts), names).to_dict()
    assert page["type"] == "home"
    assert [block["type"] for block in page["blocks"]] == [
        *("rich_text", "actions"),
        *("divider", "rich_text", "actions"),
    ]
    pressed = [node["action_id"] for node in nodes(page) if node.get("type") == "button"]
    assert pressed == ["a.b", "a.b#2"]


def test_a_page_that_is_too_long_says_so() -> None:
    parts = tuple(Post(to=HERE, text=f"{n}\n\nx\n\ny") for n in range(40))
    page = to_home(Home(member=MemberId("slack:T1/U2"), parts=parts), names).to_dict()
    assert 95 <= len(page["blocks"]) <= 100
    assert words(page["blocks"][-1]) == MORE_ON_PAGE


def test_a_page_with_nothing_on_it_says_so() -> None:
    page = to_home(Home(member=MemberId("slack:T1/U2"), parts=()), names).to_dict()
    assert words(page) == NOTHING
