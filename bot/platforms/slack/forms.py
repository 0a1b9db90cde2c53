"""Draws forms as Slack's modals, which come back through `bot.platforms.slack.acts`.

Each field is an input block of its own name, so that Slack can show beside it what is wrong.
The limits are those of https://docs.slack.dev/reference/views/modal-views and
https://docs.slack.dev/reference/block-kit/blocks/input-block.
"""

from __future__ import annotations

import json

import msgspec
from slack_sdk.models.blocks import (
    Block,
    HeaderBlock,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    StaticSelectElement,
)
from slack_sdk.models.blocks.block_elements import InputInteractiveElement
from slack_sdk.models.views import View

from bot.domain.posts import Field, Form
from bot.platforms import markdown
from bot.platforms.slack.cutting import cut, size
from bot.platforms.slack.rich import Place, clean, drawn, text_block
from bot.platforms.slack.shapes import Carried, whole
from bot.ports import DeliveryError

LONGEST_TITLE = 24
LONGEST_HEADER = 150
LONGEST_NAME = 255
LONGEST_LABEL = 2_000
LONGEST_CARRIED = 3_000
LONGEST_ANSWER = 3_000
LONGEST_OPTION = 75
LONGEST_OPTION_VALUE = 150
MOST_FIELDS = 99  # of 100 blocks: one may be the title
MOST_OPTIONS = 100
MOST_SEEN_AT_ONCE = 5  # options; more of them go into a menu
LARGEST = 250_000


def to_view(form: Form, *, channel: str = "") -> View:
    """*form* as a modal; it carries its context and the *channel* that it was asked for in.

    Raises:
        DeliveryError: it has, or carries, more than a modal can hold. Nothing is cut that would
            come back with the answers.
    """
    _refuse(form)
    carried = msgspec.json.encode(Carried(context=whole(form.context), channel=channel)).decode()
    if size(carried) > LONGEST_CARRIED:
        raise DeliveryError(f"The form {form.name} carries more than Slack takes.")
    title = _words(form.title, LONGEST_TITLE) or form.name[:LONGEST_TITLE]
    view = View(
        type="modal",
        callback_id=form.name,
        title=_plain(title),
        submit=_plain(_words(form.submit, LONGEST_TITLE) or "Send"),
        close=_plain("Cancel"),
        private_metadata=carried,
        blocks=[*_whole_title(form), *_text(form), *(_input(field) for field in form.fields)],
    )
    if len(json.dumps(view.to_dict())) > LARGEST:
        raise DeliveryError(f"The form {form.name} is larger than Slack takes.")
    return view


def _refuse(form: Form) -> None:
    """Say no to what Slack would refuse, or bring back otherwise than it was given.

    Raises:
        DeliveryError: there is something of that kind.
    """
    names = [form.name, *(field.name for field in form.fields)]
    if len(set(names[1:])) < len(names[1:]) or not all(0 < size(n) <= LONGEST_NAME for n in names):
        raise DeliveryError(f"The form {form.name[:80]!r} has names that Slack doesn't take.")
    if len(form.fields) > MOST_FIELDS:
        raise DeliveryError(f"The form {form.name} has more than {MOST_FIELDS} questions.")
    for field in form.fields:
        where = f"The question {field.name[:80]!r} of the form {form.name}"
        if len(set(field.options)) > MOST_OPTIONS:
            raise DeliveryError(f"{where} has more than {MOST_OPTIONS} choices.")
        if any(not option or size(option) > LONGEST_OPTION_VALUE for option in field.options):
            raise DeliveryError(f"{where} has a choice that is empty or too long.")
        if size(field.value) > LONGEST_ANSWER:
            raise DeliveryError(f"{where} is answered already, at more length than Slack takes.")


def _whole_title(form: Form) -> list[Block]:
    """The title above the questions, where it's too long for its place; and never nothing."""
    title = _words(form.title, LONGEST_HEADER)
    if title and size(title) > LONGEST_TITLE:
        return [HeaderBlock(text=_plain(title))]
    return [] if form.fields else [text_block(title or form.name)]


def _text(form: Form) -> list[Block]:
    """What is to be read before the questions; it names nobody."""
    place = Place(names=lambda _: "", workspace="")
    return drawn(markdown.parse(form.text), place) if form.text else []


def _input(field: Field) -> InputBlock:
    hint = _words(field.hint, LONGEST_LABEL)
    return InputBlock(
        block_id=field.name,
        label=_plain(_words(field.label, LONGEST_LABEL) or field.name),
        hint=_plain(hint) if hint else None,
        element=_choice(field) if field.options else _line(field),
        optional=not field.is_required,
    )


def _line(field: Field) -> InputInteractiveElement:
    return PlainTextInputElement(
        action_id=field.name,
        initial_value=whole(field.value) or None,
        multiline=field.is_long or "\n" in field.value,
        max_length=LONGEST_ANSWER,
    )


def _choice(field: Field) -> InputInteractiveElement:
    """All choices at one sight where they are few, else a menu."""
    options = [
        Option(text=_plain(_words(option, LONGEST_OPTION) or "…"), value=option)
        for option in dict.fromkeys(field.options)
    ]
    chosen = next((option for option in options if option.value == field.value), None)
    if len(options) <= MOST_SEEN_AT_ONCE:
        return RadioButtonsElement(action_id=field.name, options=options, initial_option=chosen)
    return StaticSelectElement(
        action_id=field.name,
        options=options,
        initial_option=chosen,
        placeholder=_plain("Choose one"),
    )


def _words(text: str, most: int) -> str:
    """*text* as plain words, lines kept, in at most *most* code units."""
    lines = (clean(line).strip() for line in text.strip().split("\n"))
    return cut("\n".join(lines), most)


def _plain(text: str) -> PlainTextObject:
    return PlainTextObject(text=text, emoji=False)
