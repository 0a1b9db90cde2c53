"""What Slack takes as a text object, and how a complaint about one reads."""

from __future__ import annotations


def text_problems(text: object, at: str, *, most: int, plain: bool = False) -> list[str]:
    """What is wrong with the text object *text*, of at most *most* characters."""
    if not isinstance(text, dict):
        return [f"missing required field [json-pointer:{at}]"]
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    kind = text.get("type")
    if kind not in kinds:
        return [f"must be one of: {', '.join(kinds)} [json-pointer:{at}/type]"]
    optional = {"emoji"} if kind == "plain_text" else {"verbatim"}
    found = [
        f"invalid additional property: {name} [json-pointer:{at}]"
        for name in sorted(set(text) - {"type", "text"} - optional)
    ]
    return found + length_problems(text.get("text"), f"{at}/text", most=most)


def length_problems(words: object, at: str, *, most: int, least: int = 1) -> list[str]:
    """What is wrong with a plain string of *least* to *most* characters."""
    if not isinstance(words, str):
        return [f"must be a string [json-pointer:{at}]"]
    if len(words) < least:
        return [f"must be more than {least - 1} characters [json-pointer:{at}]"]
    if len(words) > most:
        return [f"must be less than {most + 1} characters [json-pointer:{at}]"]
    return []
