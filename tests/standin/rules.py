"""What Slack takes as blocks: every type's parts and lengths, with Slack's own complaints.

Sources: docs.slack.dev/reference/block-kit, and for the whole of a message what apps have met
(slackapi/bolt-js#2509: about 13,200 characters in all blocks together are too many).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.standin.rules_elements import element_problems, options_of
from tests.standin.rules_text import text_problems
from tests.standin.world import Json

_IN_MESSAGE = """
section divider image actions context header rich_text markdown video file table
"""
IN_MESSAGE = frozenset(_IN_MESSAGE.split())
_IN_VIEW = """
section divider image actions context header input rich_text video
"""
IN_VIEW = frozenset(_IN_VIEW.split())

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_CHARACTERS = 13_200
"""Of all texts in a message's blocks together; nowhere documented."""

MOST_MARKDOWN = 12_000
_ACTIONS = """
button checkboxes datepicker datetimepicker multi_static_select multi_users_select
multi_conversations_select multi_channels_select multi_external_select overflow radio_buttons
static_select users_select conversations_select channels_select external_select timepicker
workflow_button rich_text_input
"""
ACTIONS = frozenset(_ACTIONS.split())
ACCESSORIES = (ACTIONS | {"image"}) - {"datetimepicker", "rich_text_input"}
INPUTS = (ACTIONS - {"button", "overflow", "workflow_button"}) | frozenset(
    ["plain_text_input", "email_text_input", "url_text_input", "number_input", "file_input"]
)


def block_problems(blocks: object, *, surface: str, root: str = "/blocks") -> list[str]:
    """What is wrong with *blocks* on a "message", "modal" or "home"; nothing where it's taken."""
    if not isinstance(blocks, list):
        return [f"must be an array [json-pointer:{root}]"]
    if len(blocks) > MOST_BLOCKS[surface]:
        return [f"no more than {MOST_BLOCKS[surface]} items allowed [json-pointer:{root}]"]
    found = [p for n, block in enumerate(blocks) for p in _block(block, surface, f"{root}/{n}")]
    return found + _repeated_ids(blocks, root) + _focused_twice(blocks, root)


def too_long(blocks: list[Json]) -> bool:
    """Whether a message's blocks are too many characters in all (`msg_blocks_too_long`)."""
    markdown = sum(len(b.get("text", "")) for b in blocks if b.get("type") == "markdown")
    return markdown > MOST_MARKDOWN or sum(_lengths(blocks)) > MOST_CHARACTERS


def _lengths(thing: object) -> Iterator[int]:
    if isinstance(thing, dict):
        for name, value in thing.items():
            if name == "text" and isinstance(value, str):
                yield len(value)
            else:
                yield from _lengths(value)
    elif isinstance(thing, list):
        for value in thing:
            yield from _lengths(value)


def _block(block: object, surface: str, at: str) -> list[str]:
    if not isinstance(block, dict):
        return [f"must be a valid object [json-pointer:{at}]"]
    allowed = IN_MESSAGE if surface == "message" else IN_VIEW
    kind = block.get("type")
    if kind not in allowed:
        return [f"unsupported type: {kind} [json-pointer:{at}/type]"]
    found = _unknown(block, at)
    if not isinstance(block.get("block_id", ""), str) or len(block.get("block_id", "")) > 255:
        found.append(f"must be less than 256 characters [json-pointer:{at}/block_id]")
    return found + CHECKS.get(kind, _nothing)(block, at)


FIELDS = {
    "section": {"text", "fields", "accessory", "expand"},
    "divider": set(),
    "image": {"image_url", "slack_file", "alt_text", "title"},
    "actions": {"elements"},
    "context": {"elements"},
    "header": {"text", "level"},
    "input": {"label", "hint", "element", "optional", "dispatch_action"},
    "rich_text": {"elements"},
    "markdown": {"text"},
    "file": {"external_id", "source"},
    "table": {"rows", "column_settings"},
}


def _unknown(block: Json, at: str) -> list[str]:
    known = FIELDS.get(block["type"])
    extra = set(block) - (known | {"type", "block_id"}) if known is not None else set()
    return [f"invalid additional property: {name} [json-pointer:{at}]" for name in sorted(extra)]


def _nothing(_: Json, __: str) -> list[str]:
    return []


def _section(block: Json, at: str) -> list[str]:
    found: list[str] = []
    if block.get("text") is None and not block.get("fields"):
        return [f"missing required field: text or fields [json-pointer:{at}]"]
    if block.get("text") is not None:
        found += text_problems(block["text"], f"{at}/text", most=3000)
    fields = block.get("fields")
    if fields is not None:
        if not isinstance(fields, list) or not 1 <= len(fields) <= 10:
            return [*found, f"no more than 10 items allowed [json-pointer:{at}/fields]"]
        for n, one in enumerate(fields):
            found += text_problems(one, f"{at}/fields/{n}", most=2000)
    if "accessory" in block:
        found += element_problems(block["accessory"], f"{at}/accessory", allowed=ACCESSORIES)
    return found


def _image(block: Json, at: str) -> list[str]:
    found = element_problems(
        {k: v for k, v in block.items() if k not in ("title", "block_id")}, at, allowed={"image"}
    )
    if "title" in block:
        found += text_problems(block["title"], f"{at}/title", most=2000, plain=True)
    return found


def _actions(block: Json, at: str) -> list[str]:
    return _elements(block, at, 25, ACTIONS)


def _context(block: Json, at: str) -> list[str]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= 10:
        return [f"no more than 10 items allowed [json-pointer:{at}/elements]"]
    found: list[str] = []
    for n, one in enumerate(elements):
        where = f"{at}/elements/{n}"
        if isinstance(one, dict) and one.get("type") in ("mrkdwn", "plain_text"):
            found += text_problems(one, where, most=2000)
        else:
            found += element_problems(one, where, allowed={"image"})
    return found


def _elements(block: Json, at: str, most: int, allowed: frozenset[str]) -> list[str]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= most:
        return [f"no more than {most} items allowed [json-pointer:{at}/elements]"]
    found: list[str] = []
    for n, one in enumerate(elements):
        found += element_problems(one, f"{at}/elements/{n}", allowed=allowed)
    ids = [one.get("action_id") for one in elements if isinstance(one, dict)]
    named = [one for one in ids if one]
    if len(named) != len(set(named)):
        found.append(f"action_id must be unique within a block [json-pointer:{at}/elements]")
    return found


def _header(block: Json, at: str) -> list[str]:
    return text_problems(block.get("text"), f"{at}/text", most=150, plain=True)


def _input(block: Json, at: str) -> list[str]:
    found = text_problems(block.get("label"), f"{at}/label", most=2000, plain=True)
    if block.get("hint") is not None:
        found += text_problems(block["hint"], f"{at}/hint", most=2000, plain=True)
    return found + element_problems(block.get("element"), f"{at}/element", allowed=INPUTS)


def _markdown(block: Json, at: str) -> list[str]:
    text = block.get("text")
    if not isinstance(text, str) or not text:
        return [f"must be more than 0 characters [json-pointer:{at}/text]"]
    if len(text) > MOST_MARKDOWN:
        return [f"must be less than {MOST_MARKDOWN + 1} characters [json-pointer:{at}/text]"]
    return []


_RICH = """
rich_text_section rich_text_list rich_text_quote rich_text_preformatted
"""
RICH = frozenset(_RICH.split())


def _rich_text(block: Json, at: str) -> list[str]:
    elements = block.get("elements")
    if not isinstance(elements, list):
        return [f"missing required field: elements [json-pointer:{at}]"]
    return [
        f"unsupported type [json-pointer:{at}/elements/{n}]"
        for n, one in enumerate(elements)
        if not isinstance(one, dict)
        or one.get("type") not in RICH
        or not isinstance(one.get("elements"), list)
    ]


CHECKS: dict[str, Callable[[Json, str], list[str]]] = {
    "section": _section,
    "image": _image,
    "actions": _actions,
    "context": _context,
    "header": _header,
    "input": _input,
    "markdown": _markdown,
    "rich_text": _rich_text,
}


def _repeated_ids(blocks: list[Json], root: str) -> list[str]:
    ids = [b["block_id"] for b in blocks if isinstance(b, dict) and b.get("block_id")]
    if len(ids) == len(set(ids)):
        return []
    return [f"block_id must be unique [json-pointer:{root}]"]


def _focused_twice(blocks: list[Json], root: str) -> list[str]:
    focused = [e for b in blocks for e in elements_of(b) if e.get("focus_on_load")]
    return [f"only one element can be focus_on_load [json-pointer:{root}]"] if focused[1:] else []


def elements_of(block: object) -> list[Json]:
    """What may be pressed or filled in, in one block."""
    if not isinstance(block, dict):
        return []
    inside = [block.get("element"), block.get("accessory"), *(block.get("elements") or [])]
    return [e for e in inside if isinstance(e, dict) and (e.get("action_id") or options_of(e))]
