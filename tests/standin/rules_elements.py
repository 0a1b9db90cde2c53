"""What Slack takes as a block element: buttons, menus, inputs and pictures."""

from __future__ import annotations

import re
from collections.abc import Collection

from tests.standin.rules_text import length_problems, text_problems
from tests.standin.world import Json

MOST_OPTIONS = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}
"""A menu takes 100."""

PLACEHOLDING = ("_select", "_input", "picker")


def options_of(element: Json) -> list[Json]:
    """All options of a menu, those in groups too."""
    grouped = element.get("option_groups") or []
    options = list(element.get("options") or [])
    return options + [o for g in grouped if isinstance(g, dict) for o in g.get("options", [])]


def element_problems(element: object, at: str, *, allowed: Collection[str]) -> list[str]:
    """What is wrong with *element*, which must be of an *allowed* type."""
    if not isinstance(element, dict):
        return [f"must be a valid object [json-pointer:{at}]"]
    kind = element.get("type")
    if kind not in allowed:
        return [f"unsupported type: {kind} [json-pointer:{at}/type]"]
    if kind == "image":
        return _image(element, at)
    found: list[str] = []
    if "action_id" in element:
        found += length_problems(element["action_id"], f"{at}/action_id", most=255)
    if "confirm" in element:
        found += _confirm(element["confirm"], f"{at}/confirm")
    if "placeholder" in element and str(kind).endswith(PLACEHOLDING):
        found += text_problems(element["placeholder"], f"{at}/placeholder", most=150, plain=True)
    if kind == "button":
        return found + _button(element, at)
    if kind == "plain_text_input":
        return found + _line(element, at)
    if kind in MOST_OPTIONS or "static_select" in str(kind):
        return found + _menu(element, at)
    return found + _moment(element, at)


def _image(element: Json, at: str) -> list[str]:
    found = length_problems(element.get("alt_text"), f"{at}/alt_text", most=2000)
    if ("image_url" in element) == ("slack_file" in element):
        found.append(f"one of image_url and slack_file is required [json-pointer:{at}]")
    elif "image_url" in element:
        found += length_problems(element["image_url"], f"{at}/image_url", most=3000)
        if not str(element["image_url"]).startswith(("https://", "http://")):
            found.append(f"must be a valid URL [json-pointer:{at}/image_url]")
    return found


def _button(element: Json, at: str) -> list[str]:
    found = text_problems(element.get("text"), f"{at}/text", most=75, plain=True)
    if "value" in element:
        found += length_problems(element["value"], f"{at}/value", most=2000)
    if "url" in element:
        found += length_problems(element["url"], f"{at}/url", most=3000)
    if element.get("style", "primary") not in ("primary", "danger"):
        found.append(f"must be one of: primary, danger [json-pointer:{at}/style]")
    if "accessibility_label" in element:
        label = element["accessibility_label"]
        found += length_problems(label, f"{at}/accessibility_label", most=75)
    known = {"type", "text", "action_id", "value", "url", "style", "confirm", "accessibility_label"}
    extra = sorted(set(element) - known)
    return found + [f"invalid additional property: {name} [json-pointer:{at}]" for name in extra]


def _confirm(confirm: object, at: str) -> list[str]:
    if not isinstance(confirm, dict):
        return [f"must be a valid object [json-pointer:{at}]"]
    found = text_problems(confirm.get("text"), f"{at}/text", most=300)
    for name, most in (("title", 100), ("confirm", 30), ("deny", 30)):
        if name in confirm:
            found += text_problems(confirm[name], f"{at}/{name}", most=most, plain=True)
    return found


def _line(element: Json, at: str) -> list[str]:
    found: list[str] = []
    for name, least in (("min_length", 0), ("max_length", 1)):
        value = element.get(name, 1)
        if not isinstance(value, int) or not least <= value <= 3000:
            found.append(f"must be between {least} and 3000 [json-pointer:{at}/{name}]")
    if element.get("initial_value") is not None:
        most = element.get("max_length", 3000)
        found += length_problems(
            element["initial_value"], f"{at}/initial_value", most=most, least=0
        )
    return found


def _menu(element: Json, at: str) -> list[str]:
    most = MOST_OPTIONS.get(element["type"], 100)
    groups = element.get("option_groups")
    found: list[str] = []
    if groups is not None:
        if not isinstance(groups, list) or not 1 <= len(groups) <= 100:
            return [f"no more than 100 items allowed [json-pointer:{at}/option_groups]"]
        for n, group in enumerate(groups):
            found += text_problems(
                group.get("label"), f"{at}/option_groups/{n}/label", most=75, plain=True
            )
            found += _options(group.get("options"), f"{at}/option_groups/{n}/options", most=most)
    else:
        found += _options(element.get("options"), f"{at}/options", most=most)
    return found + _initial(element, at)


def _options(options: object, at: str, *, most: int) -> list[str]:
    if not isinstance(options, list) or not 1 <= len(options) <= most:
        return [f"must have 1 to {most} items [json-pointer:{at}]"]
    found: list[str] = []
    for n, option in enumerate(options):
        if not isinstance(option, dict):
            return [*found, f"must be a valid object [json-pointer:{at}/{n}]"]
        found += text_problems(option.get("text"), f"{at}/{n}/text", most=75)
        found += length_problems(option.get("value"), f"{at}/{n}/value", most=150)
        if "description" in option:
            found += text_problems(option["description"], f"{at}/{n}/description", most=75)
    values = [option.get("value") for option in options]
    if len(set(values)) != len(values):
        found.append(f"values of options must be unique [json-pointer:{at}]")
    return found


def _initial(element: Json, at: str) -> list[str]:
    chosen = list(element.get("initial_options") or [])
    if "initial_option" in element:
        chosen.append(element["initial_option"])
    known = options_of(element)
    if "initial_options" in element and not chosen:
        return [f"must have at least 1 item [json-pointer:{at}/initial_options]"]
    if any(option not in known for option in chosen):
        return [f"initial option must match one of the options [json-pointer:{at}]"]
    return []


SHAPES = {"initial_date": r"\d{4}-\d\d-\d\d", "initial_time": r"([01]\d|2[0-3]):[0-5]\d"}


def _moment(element: Json, at: str) -> list[str]:
    return [
        f"must be a valid {name.removeprefix('initial_')} [json-pointer:{at}/{name}]"
        for name, shape in SHAPES.items()
        if name in element and not re.fullmatch(shape, str(element[name]))
    ]
