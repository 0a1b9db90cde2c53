"""What of the charter a proposal changes, word for word, and the charter as it would be then."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.charter import Charter

GENERAL = ""
"""The part that a proposal changes which isn't about the charter."""
NEW, PURPOSE, DECIDES = "new", "purpose", "decides"
RULE, DROP = "rule/", "drop/"


def parts(charter: Charter) -> Mapping[str, str]:
    """What may be proposed to change, as a form asks it, with the name of each part.

    What the bot keeps isn't among them: it has to be true, and whoever runs the bot sees to that.
    """
    numbers = range(1, len(charter.rules) + 1)
    return {
        **{f"Rule {number}": f"{RULE}{number}" for number in numbers},
        "A new rule": NEW,
        **{f"Take out rule {number}": f"{DROP}{number}" for number in numbers},
        "Our purpose": PURPOSE,
        "How we decide": DECIDES,
    }


def called(part: str) -> str:
    """How people call what a proposal changes: "a change to rule 4"."""
    number = part.partition("/")[2]
    if part.startswith(RULE):
        return f"a change to rule {number}"
    if part.startswith(DROP):
        return f"taking out rule {number}"
    names = {NEW: "a new rule", PURPOSE: "a change to our purpose"}
    return names.get(part, "a change to how we decide" if part == DECIDES else "a decision")


def number_of(part: str) -> int:
    """The rule's number in *part*; 0 where it is of no rule."""
    number = part.partition("/")[2]
    return int(number) if number.isdecimal() else 0


def before(charter: Charter, part: str) -> str:
    """What stands there now; "" for a new rule, and for what is not of the charter."""
    number = number_of(part)
    if number:
        return charter.rules[number - 1] if number <= len(charter.rules) else ""
    return {PURPOSE: charter.purpose, DECIDES: charter.decides}.get(part, "")


def rebased(charter: Charter, part: str, words: str) -> str | None:
    """The name of the part in *charter* where *words* stand now; None where they don't any more."""
    if not number_of(part):
        return part if before(charter, part) == words else None
    if words not in charter.rules:
        return None
    if before(charter, part) == words:
        return part
    return f"{part.partition('/')[0]}/{charter.rules.index(words) + 1}"


def amended(charter: Charter, part: str, words: str) -> Charter:
    """*charter* with *words* in the place of *part*.

    Raises:
        ValueError: there is no such part.
    """
    rules, number = charter.rules, number_of(part)
    if part == NEW:
        rules = (*rules, words)
    elif 0 < number <= len(rules):
        middle = () if part.startswith(DROP) else (words,)
        rules = (*rules[: number - 1], *middle, *rules[number:])
    elif part not in (PURPOSE, DECIDES):
        raise ValueError(part)
    return Charter(
        purpose=words if part == PURPOSE else charter.purpose,
        rules=rules,
        decides=words if part == DECIDES else charter.decides,
        keeps=charter.keeps,
    )
