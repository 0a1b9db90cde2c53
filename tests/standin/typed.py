"""What Slack's own TypeScript types, as JSON Schemas, find wrong with a payload."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator  # type: ignore[import-untyped]

Json = dict[str, Any]


@cache
def definitions() -> Json:
    """All types by name, as `schemas/generate.mjs` wrote them."""
    whole = json.loads((Path(__file__).parent / "schemas" / "slack.json").read_text())
    found: Json = whole["definitions"]
    return found


def _opened(schema: Any) -> Any:
    """The same *schema*, which allows what it doesn't name."""
    if isinstance(schema, list):
        return [_opened(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = schema.get("additionalProperties") is False
    return {
        k: _opened(v) for k, v in schema.items() if not (closed and k == "additionalProperties")
    }


@cache
def _closed_type(name: str) -> Draft7Validator:
    return Draft7Validator({"definitions": definitions(), "$ref": f"#/definitions/{name}"})


@cache
def _open_type(name: str) -> Draft7Validator:
    return Draft7Validator(_opened(_closed_type(name).schema))


def _told(checks: Draft7Validator, value: object, name: str) -> list[str]:
    return [f"{name}: {e.json_path} {e.message[:200]}" for e in checks.iter_errors(value)]


def complaints(value: object, name: str) -> list[str]:
    """What the type *name* finds wrong with *value*; names that it doesn't know are wrong too."""
    return _told(_closed_type(name), value, name)


def lacks(value: object, name: str) -> list[str]:
    """What *value* lacks or has of another kind; Slack's events have more than their types say."""
    return _told(_open_type(name), value, name)


@cache
def event_types() -> dict[tuple[str, str | None], str]:
    """Which definition is for which event, by its type and subtype."""
    found: dict[tuple[str, str | None], str] = {}
    for name, definition in definitions().items():
        properties = definition.get("properties", {})
        if name.endswith("Event") and "const" in properties.get("type", {}):
            subtype = properties.get("subtype", {}).get("const")
            found[properties["type"]["const"], subtype] = name
    return found


def answer_type(method: str) -> str:
    """The definition of what a *method* of the Web API answers."""
    return "".join(part[0].upper() + part[1:] for part in method.split("."))
