"""How somebody fills in a form, and what Slack's client checks before it lets it go."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.standin.rules_elements import options_of
from tests.standin.world import Json, View


def press(block: Json, element: Json, value: object, ts: str) -> Json:
    """The action that a press on *element* makes, or the choice of *value* in it."""
    action: Json = {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "type": element["type"],
        "action_ts": ts,
    }
    if element["type"] == "button":
        action["text"] = {"emoji": True} | element["text"]
        return action | ({"value": element["value"]} if "value" in element else {})
    return action | chosen(element, value)


def chosen(element: Json, value: object) -> Json:
    """The state of *element* once somebody has put *value* there.

    Raises:
        ValueError: it isn't among what is offered, or has the wrong shape.
    """
    kind = element["type"]
    match kind:
        case "static_select" | "radio_buttons" | "overflow":
            return {"selected_option": None if value is None else _option(element, value)}
        case "checkboxes" | "multi_static_select":
            several = value if isinstance(value, list | tuple) else [value]
            return {"selected_options": [_option(element, one) for one in several]}
        case "datepicker":
            return {"selected_date": _shaped(value, r"\d{4}-\d\d-\d\d")}
        case "timepicker":
            return {"selected_time": _shaped(value, r"\d\d:\d\d")}
        case "users_select" | "conversations_select" | "channels_select":
            return {f"selected_{kind.removesuffix('s_select')}": value}
        case "multi_users_select" | "multi_conversations_select" | "multi_channels_select":
            return {f"selected_{kind.removeprefix('multi_').removesuffix('_select')}": value}
    return {"value": None if value in (None, "") else str(value)}


def _option(element: Json, value: object) -> Json:
    for option in options_of(element):
        if value in (option["value"], option["text"]["text"]):
            return option
    raise ValueError(f"{value!r} is not offered in {element['action_id']}")


def _shaped(value: object, shape: str) -> object:
    if value is not None and not re.fullmatch(shape, str(value)):
        raise ValueError(f"{value!r} can't be picked")
    return value


def fill(view: View, values: Mapping[str, object]) -> None:
    """Put *values* into the fields of that label, block id or action id.

    Raises:
        KeyError: there is no such field.
        ValueError: a field doesn't take it.
    """
    for name, value in values.items():
        block, element = _field(view, name)
        state = view.state.setdefault(block["block_id"], {})
        state[element["action_id"]] = {"type": element["type"]} | chosen(element, value)


def _field(view: View, name: str) -> tuple[Json, Json]:
    for block in view.payload["blocks"]:
        element = block.get("element") or block.get("accessory")
        if not isinstance(element, dict):
            continue
        label = (block.get("label") or block.get("text") or {}).get("text")
        if name in (label, block["block_id"], element.get("action_id")):
            return block, element
    raise KeyError(f"the form has no field {name!r}")


def validate(view: View) -> None:
    """Refuse what Slack's client doesn't let anybody send.

    Raises:
        ValueError: a field is empty that must not be, or too short or long.
    """
    for block in view.payload["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        state = view.state.get(block["block_id"], {}).get(element["action_id"], {})
        value = next((v for k, v in state.items() if k != "type"), None)
        if not value and not block.get("optional"):
            raise ValueError(f"please fill in {block['label']['text']!r}")
        if isinstance(value, str):
            least, most = element.get("min_length", 0), element.get("max_length", 3000)
            if not least <= len(value) <= most:
                raise ValueError(f"{block['label']['text']!r} takes {least} to {most} characters")
