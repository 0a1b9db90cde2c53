"""The stand-in's rules for blocks and views: what is inside a limit is taken, one more is not."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    HeaderBlock,
    ImageBlock,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from tests.standin.rules import block_problems, too_long
from tests.standin.rules_views import metadata_error, view_problems

Json = dict[str, Any]


def plain(length: int) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def option(n: int, length: int = 1) -> Json:
    return {"text": plain(length), "value": f"{n}"}


def button(**more: object) -> Json:
    return {"type": "button", "action_id": "a", "text": plain(3)} | more


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def select(**more: object) -> Json:
    return {"type": "static_select", "action_id": "s", "options": [option(1)]} | more


def field(**more: object) -> Json:
    line = {"type": "plain_text_input", "action_id": "v"}
    return {"type": "input", "block_id": "b", "label": plain(3), "element": line} | more


def modal(**more: object) -> Json:
    known = {"type": "modal", "title": plain(3), "submit": plain(3), "blocks": [field()]}
    return known | more


LIMITS = [
    pytest.param(lambda n: {"type": "section", "text": plain(n)}, 3000, id="a section's text"),
    pytest.param(
        lambda n: {"type": "section", "fields": [plain(1)] * n},
        SectionBlock.fields_max_length,
        id="a section's fields",
    ),
    pytest.param(
        lambda n: {"type": "section", "fields": [plain(n)]}, 2000, id="the text of a field"
    ),
    pytest.param(
        lambda n: {"type": "header", "text": plain(n)}, HeaderBlock.text_max_length, id="a header"
    ),
    pytest.param(
        lambda n: {"type": "context", "elements": [plain(1)] * n},
        ContextBlock.elements_max_length,
        id="what stands in a context",
    ),
    pytest.param(
        lambda n: actions(*(button(action_id=f"{i}") for i in range(n))),
        ActionsBlock.elements_max_length,
        id="buttons in a row",
    ),
    pytest.param(
        lambda n: actions(button(text=plain(n))), ButtonElement.text_max_length, id="a label"
    ),
    pytest.param(
        lambda n: actions(button(value="x" * n)), ButtonElement.value_max_length, id="a value"
    ),
    pytest.param(lambda n: actions(button(action_id="x" * n)), 255, id="an action id"),
    pytest.param(
        lambda n: actions(button(url="https://" + "x" * (n - 8))),
        ButtonElement.url_max_length,
        id="a button's address",
    ),
    pytest.param(
        lambda n: actions(button(confirm={"text": plain(n)})),
        ConfirmObject.text_max_length,
        id="what a confirmation asks",
    ),
    pytest.param(
        lambda n: actions(select(options=[option(i) for i in range(n)])),
        StaticSelectElement.options_max_length,
        id="options in a menu",
    ),
    pytest.param(lambda n: actions(select(options=[option(1, n)])), 75, id="an option's text"),
    pytest.param(lambda n: actions(select(placeholder=plain(n))), 150, id="a placeholder"),
    pytest.param(
        lambda n: {"type": "image", "image_url": "https://a.example/b.png", "alt_text": "x" * n},
        ImageBlock.alt_text_max_length,
        id="what a picture shows",
    ),
    pytest.param(lambda n: {"type": "divider", "block_id": "x" * n}, 255, id="a block's id"),
    pytest.param(lambda n: {"type": "markdown", "text": "x" * n}, 12_000, id="Markdown"),
]


@pytest.mark.parametrize(("block", "most"), LIMITS)
def test_a_limit_in_a_message(block: Any, most: int) -> None:
    assert block_problems([block(most)], surface="message") == []
    assert block_problems([block(most + 1)], surface="message") != []


@pytest.mark.parametrize(
    ("view", "most"),
    [
        pytest.param(lambda n: modal(title=plain(n)), View.title_max_length, id="a title"),
        pytest.param(lambda n: modal(submit=plain(n)), View.submit_max_length, id="a submit"),
        pytest.param(lambda n: modal(close=plain(n)), View.close_max_length, id="a close"),
        pytest.param(
            lambda n: modal(private_metadata="x" * n),
            View.private_metadata_max_length,
            id="what a form carries",
        ),
        pytest.param(
            lambda n: modal(callback_id="x" * n), View.callback_id_max_length, id="a form's name"
        ),
        pytest.param(
            lambda n: modal(blocks=[{"type": "divider"}] * n), View.blocks_max_length, id="blocks"
        ),
        pytest.param(lambda n: modal(blocks=[field(label=plain(n))]), 2000, id="a field's label"),
        pytest.param(lambda n: modal(blocks=[field(hint=plain(n))]), 2000, id="a field's hint"),
    ],
)
def test_a_limit_in_a_modal(view: Any, most: int) -> None:
    assert view_problems(view(most), surface="modal") == []
    assert view_problems(view(most + 1), surface="modal") != []


def test_a_message_has_fifty_blocks_and_a_home_a_hundred() -> None:
    divider = {"type": "divider"}
    assert block_problems([divider] * 50, surface="message") == []
    assert block_problems([divider] * 51, surface="message") != []
    assert view_problems({"type": "home", "blocks": [divider] * 100}, surface="home") == []
    assert view_problems({"type": "home", "blocks": [divider] * 101}, surface="home") != []


@pytest.mark.parametrize(
    ("block", "complaint"),
    [
        pytest.param({"type": "section"}, "missing required field", id="no words"),
        pytest.param({"type": "section", "text": plain(0)}, "more than 0", id="empty words"),
        pytest.param({"type": "section", "text": "x"}, "missing", id="words without a kind"),
        pytest.param(
            {"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "plain_text", id="markup"
        ),
        pytest.param(field(), "unsupported type", id="a field in a message"),
        pytest.param(
            {"type": "section", "text": plain(1), "x": 1}, "additional", id="a stray part"
        ),
        pytest.param(actions(), "no more than 25", id="an empty row"),
        pytest.param(actions(button(), button()), "unique", id="two of one action id"),
        pytest.param(actions(button(style="bold")), "primary, danger", id="an unknown style"),
        pytest.param(actions(button(text={"type": "mrkdwn", "text": "x"})), "plain", id="markup"),
        pytest.param(actions(select(options=[])), "1 to 100", id="nothing to choose"),
        pytest.param(actions(select(options=[option(1)] * 2)), "unique", id="two of one value"),
        pytest.param(
            actions(select(initial_option=option(2))), "match one", id="a choice not offered"
        ),
        pytest.param(
            {"type": "image", "image_url": "https://x.example/", "alt_text": ""},
            "more than 0",
            id="a picture without words",
        ),
        pytest.param({"type": "image", "alt_text": "x"}, "image_url", id="no picture"),
        pytest.param("section", "valid object", id="no block at all"),
        pytest.param({"type": "rich_text", "elements": [plain(1)]}, "unsupported", id="rich text"),
    ],
)
def test_what_is_refused_in_a_message(block: object, complaint: str) -> None:
    problems = block_problems([block], surface="message")
    assert complaint in problems[0]
    assert "[json-pointer:/blocks/0" in problems[0]


@pytest.mark.parametrize(
    ("view", "surface"),
    [
        pytest.param(modal(submit=None), "modal", id="fields, and no way to send them"),
        pytest.param(modal(title=None), "modal", id="no title"),
        pytest.param(modal(blocks=None), "modal", id="no blocks"),
        pytest.param(modal(colour="red"), "modal", id="a stray part"),
        pytest.param(modal(), "home", id="a modal as a home"),
        pytest.param(modal(type="home"), "home", id="a home with a title"),
        pytest.param(modal(blocks=[field(), field()]), "modal", id="two of one block id"),
        pytest.param([], "modal", id="no view at all"),
        pytest.param(
            modal(
                blocks=[
                    field(block_id=f"{n}", element=field()["element"] | {"focus_on_load": True})
                    for n in range(2)
                ]
            ),
            "modal",
            id="two in focus",
        ),
        pytest.param(
            modal(
                blocks=[
                    field(
                        element={"type": "datepicker", "action_id": "d", "initial_date": "2/3/26"}
                    )
                ]
            ),
            "modal",
            id="a date in another order",
        ),
    ],
)
def test_a_view_that_is_refused(view: Any, surface: str) -> None:
    assert view_problems(view, surface=surface) != []


def test_all_texts_of_a_message_count_together() -> None:
    def section(length: int) -> Json:
        return {"type": "section", "text": plain(length)}

    assert not too_long([section(3000)] * 4 + [section(1200)])
    assert too_long([section(3000)] * 4 + [section(1201)])
    assert too_long([{"type": "markdown", "text": "x" * 6001}] * 2)


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        pytest.param({"event_type": "a", "event_payload": {"key": "k"}}, None, id="fit"),
        pytest.param({"event_type": "a"}, "invalid_metadata_format", id="no payload"),
        pytest.param({"event_payload": {}}, "invalid_metadata_format", id="no type"),
        pytest.param("x", "invalid_metadata_format", id="no object"),
        pytest.param(
            {"event_type": "a", "event_payload": {"k": "x" * 8000}}, "metadata_too_large", id="long"
        ),
    ],
)
def test_metadata(metadata: object, error: str | None) -> None:
    assert metadata_error(metadata) == error
