"""What Slack takes as a view, and as the metadata of a message."""

from __future__ import annotations

import json
import re

from tests.standin.rules import block_problems
from tests.standin.rules_text import length_problems, text_problems
from tests.standin.world import Json

MOST_BYTES = 250_000
MOST_METADATA = 8_000
FIELDS = {
    "modal": {"title", "submit", "close", "clear_on_close", "notify_on_close"},
    "home": set[str](),
}
COMMON = {"type", "blocks", "private_metadata", "callback_id", "external_id"}


def view_problems(view: object, *, surface: str) -> list[str]:
    """What is wrong with *view* as a "modal" or "home"."""
    if not isinstance(view, dict):
        return ["must be a valid object [json-pointer:/view]"]
    if view.get("type") != surface:
        return [f"must be {surface} [json-pointer:/view/type]"]
    known = FIELDS[surface] | COMMON
    # `submit` and the like on a home are ignored by nobody: Slack refuses them.
    found = [
        f"invalid additional property: {name} [json-pointer:/view]"
        for name in sorted(set(view) - known)
    ]
    found += block_problems(view.get("blocks"), surface=surface, root="/view/blocks")
    for name, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if view.get(name) is not None:
            found += length_problems(view[name], f"/view/{name}", most=most, least=0)
    return found + (_modal(view) if surface == "modal" else [])


def _modal(view: Json) -> list[str]:
    found = text_problems(view.get("title"), "/view/title", most=24, plain=True)
    for name in ("submit", "close"):
        if view.get(name) is not None:
            found += text_problems(view[name], f"/view/{name}", most=24, plain=True)
    blocks = view.get("blocks")
    inputs = (
        [b for b in blocks if isinstance(b, dict) and b.get("type") == "input"]
        if isinstance(blocks, list)
        else []
    )
    if inputs and not view.get("submit"):
        found.append("submit is required when an input block is in blocks [json-pointer:/view]")
    return found


def is_too_large(view: Json) -> bool:
    """Whether a view is over 250 kB (`view_too_large`)."""
    return len(json.dumps(view)) > MOST_BYTES


def metadata_error(metadata: object) -> str | None:
    """Slack's word for what is wrong with a message's metadata, if anything is."""
    if not isinstance(metadata, dict):
        return "invalid_metadata_format"
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(kind, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.]{0,254}", kind):
        return "invalid_metadata_format"
    if not isinstance(payload, dict):
        return "invalid_metadata_format"
    return "metadata_too_large" if len(json.dumps(metadata)) > MOST_METADATA else None
