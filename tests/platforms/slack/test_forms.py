"""Forms as Slack's modals: taken by Slack, and coming back as they were given."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from bot.domain.events import FormSubmitted
from bot.domain.posts import Field, Form
from bot.platforms.slack.acts import to_act
from bot.platforms.slack.forms import to_view
from bot.platforms.slack.me import Me
from bot.ports import DeliveryError

ME = Me(team="T1", user="U0")


def form(*fields: Field, title: str = "Ask for help", **more: str) -> Form:
    return Form(**({"name": "asks.new", "submit": "Ask"} | more), title=title, fields=fields)


def shown(*fields: Field, **more: str) -> dict[str, object]:
    """A form's view, as Slack gets it."""
    return to_view(form(*fields, **more)).to_dict()


def element(field: Field) -> dict[str, object]:
    """The one input of a form of *field* alone."""
    view = shown(field)
    (block,) = view["blocks"]  # type: ignore[misc]
    found: dict[str, object] = block["element"]
    return found


def plain(text: str) -> dict[str, object]:
    return {"type": "plain_text", "text": text, "emoji": False}


def options(*texts: str) -> list[dict[str, object]]:
    return [{"text": plain(text), "value": text} for text in texts]


def test_what_is_to_be_read_stands_above_the_questions() -> None:
    view = shown(Field(name="answer", label="And you?"), text="Our **rules**:\n\n1. Be kind")
    above, asked = view["blocks"]  # type: ignore[misc]
    assert above["type"] == "rich_text"
    assert "'style': {'bold': True}, 'text': 'rules'" in str(above)
    assert asked["block_id"] == "answer"


def test_a_form_as_slack_gets_it() -> None:
    field = Field(name="what", label="What?", hint="In a line.", value="tea", is_required=True)
    assert shown(field) == {
        "type": "modal",
        "callback_id": "asks.new",
        "title": plain("Ask for help"),
        "submit": plain("Ask"),
        "close": plain("Cancel"),
        "private_metadata": '{"context":"","channel":""}',
        "blocks": [
            {
                "type": "input",
                "block_id": "what",
                "label": plain("What?"),
                "hint": plain("In a line."),
                "optional": False,
                "element": {
                    "type": "plain_text_input",
                    "action_id": "what",
                    "initial_value": "tea",
                    "multiline": False,
                    "max_length": 3_000,
                },
            }
        ],
    }


@pytest.mark.parametrize(
    ("field", "kind", "is_multiline"),
    [
        pytest.param(Field(name="f"), "plain_text_input", False, id="a line"),
        pytest.param(Field(name="f", is_long=True), "plain_text_input", True, id="several lines"),
        pytest.param(Field(name="f", value="a\nb"), "plain_text_input", True, id="lines already"),
    ],
)
def test_a_question_in_words(field: Field, kind: str, is_multiline: bool) -> None:
    assert (element(field)["type"], element(field)["multiline"]) == (kind, is_multiline)


def test_few_choices_are_all_seen_and_the_last_answer_is_chosen() -> None:
    assert element(Field(name="f", options=("a", "b", "a"), value="b")) == {
        "type": "radio_buttons",
        "action_id": "f",
        "options": options("a", "b"),
        "initial_option": options("b")[0],
    }


def test_many_choices_make_a_menu_and_an_answer_that_is_no_choice_is_not_chosen() -> None:
    many = tuple(str(number) for number in range(100))
    assert element(Field(name="f", options=many, value="100")) == {
        "type": "static_select",
        "action_id": "f",
        "options": options(*many),
        "placeholder": plain("Choose one"),
    }


def test_a_long_title_is_cut_between_words_and_stands_whole_above() -> None:
    view = shown(Field(name="f"), title="What would you like to ask the others?")
    assert view["title"] == plain("What would you like to…")
    assert view["blocks"][0] == {  # type: ignore[index]
        "type": "header",
        "text": plain("What would you like to ask the others?"),
    }


def test_long_words_are_cut_and_what_steers_is_taken_out() -> None:
    long = Field(name="f", label="lo ng\u202e\x07 " * 500, hint="hi nt " * 500)
    view = shown(long, submit="Send it to everybody in the network")
    (block,) = view["blocks"]  # type: ignore[misc]
    assert block["label"]["text"].endswith("lo…") or block["label"]["text"].endswith("ng…")
    assert 1_900 < len(block["label"]["text"]) <= 2_000
    assert "\u202e" not in block["label"]["text"]
    assert 1_900 < len(block["hint"]["text"]) <= 2_000
    assert view["submit"] == plain("Send it to everybody in…")


def test_a_form_without_words_has_some_and_one_without_questions_is_not_empty() -> None:
    view = shown(title="", submit="")
    assert (view["title"], view["submit"]) == (plain("asks.new"), plain("Send"))
    assert json.dumps(view["blocks"]).count("asks.new") == 1
    (block,) = shown(Field(name="f"))["blocks"]  # type: ignore[misc]
    assert block["label"] == plain("f")


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        pytest.param(form(context="x" * 2_990), "carries more", id="too much to carry"),
        pytest.param(form(name="x" * 256), "names that Slack", id="a name too long"),
        pytest.param(form(Field(name="")), "names that Slack", id="a question without a name"),
        pytest.param(form(Field(name="f"), Field(name="f")), "names that", id="twice the same"),
        pytest.param(
            form(*(Field(name=str(n)) for n in range(100))), "more than 99", id="too many questions"
        ),
        pytest.param(
            form(Field(name="f", options=tuple(map(str, range(101))))),
            "'f' .*more than 100 choices",
            id="too many choices",
        ),
        pytest.param(form(Field(name="f", options=("a", ""))), "empty or", id="an empty choice"),
        pytest.param(
            form(Field(name="f", options=("a" * 151,))), "too long", id="a choice too long"
        ),
        pytest.param(form(Field(name="f", value="a" * 3_001)), "at more length", id="too long"),
        pytest.param(
            form(
                *(
                    Field(name=str(n), options=tuple(f"{m:03}" * 20 for m in range(100)))
                    for n in range(30)
                )
            ),
            "larger than",
            id="too much altogether",
        ),
    ],
)
def test_a_form_that_would_not_come_back_as_it_was_is_refused(refused: Form, why: str) -> None:
    with pytest.raises(DeliveryError, match=why) as failed:
        to_view(refused)
    assert failed.value.retry_in is None
    assert not failed.value.may_have_arrived


def submitted(view: Mapping[str, object], values: Mapping[str, str]) -> dict[str, object]:
    """What Slack sends when Ada has filled *view* in with *values*."""
    state: dict[str, object] = {}
    for block in view["blocks"]:  # type: ignore[attr-defined]
        if block["type"] != "input":
            continue
        asked, answer = block["element"], values.get(block["block_id"])
        held: dict[str, object] = {"type": asked["type"]}
        if asked["type"] == "plain_text_input":
            held["value"] = answer
        else:
            chosen = [option for option in asked["options"] if option["value"] == answer]
            held["selected_option"] = chosen[0] if chosen else None
        state[block["block_id"]] = {asked["action_id"]: held}
    return {
        "type": "view_submission",
        "team": {"id": "T1"},
        "user": {"id": "U2", "team_id": "T1"},
        "view": {
            "id": "V1",
            "hash": "1.a",
            "callback_id": view["callback_id"],
            "private_metadata": view["private_metadata"],
            "state": {"values": state},
        },
    }


def test_a_form_comes_back_with_its_answers_its_context_and_its_place() -> None:
    long = "a choice that goes on for rather longer than seventy-five characters, as some do"
    asked = form(
        Field(name="what"),
        Field(name="more", is_long=True),
        Field(name="which", options=(long, "short")),
        Field(name="day", options=tuple("abcdefg")),
        Field(name="never"),
        title="A title that has to stand above everything",
        context='{"ask": 7, "of": "Zoë"}',
    )
    view = to_view(asked, channel="slack:T1/C5").to_dict()
    answers = {"what": "tea & <b>", "more": "a\nb", "which": long, "day": "g"}
    assert to_act(submitted(view, answers), ME, at=7) == FormSubmitted(
        id="slack:V1/1.a",
        form="asks.new",
        values=answers | {"never": ""},
        context='{"ask": 7, "of": "Zoë"}',
        channel="slack:T1/C5",
        member="slack:T1/U2",
        at=7,
    )
