"""Reads what a person types into what they mean; what it doesn't know, it says the nearest to."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from rich.emoji import Emoji, NoEmoji

WORDS = {
    "net": "everything for members",
    "tend": "everything for those who tend the network",
    "as": "become another member: /as bob",
    "in": "go to another channel: /in #frailty",
    "edit": "change a message of yours: /edit 3 the new words",
    "delete": "take back a message of yours: /delete 3",
    "history": "the messages of this sitting, numbered",
    "home": "your own page: where we are, what waits, and what I hold about you",
    "menu": "choose from a message's menu: /menu 3 worth hearing",
    "who": "who is here, and in which channels",
    "time": "let time pass: /time +3d",
    "say": "say exactly this, even if it looks like a command",
    "help": "how to use this, with examples",
    "quit": "leave",
}


@dataclass(frozen=True)
class Says:
    """Words for everybody in the channel."""

    text: str


@dataclass(frozen=True)
class Replies:
    """Words in the conversation of message `number`."""

    number: int
    text: str


@dataclass(frozen=True)
class Reacts:
    """An emoji's name, put on message `number` or the last one; or taken back."""

    emoji: str
    number: int | None
    is_back: bool = False


@dataclass(frozen=True)
class Edits:
    """New words for message `number`."""

    number: int
    text: str


@dataclass(frozen=True)
class Deletes:
    """Message `number` goes."""

    number: int


@dataclass(frozen=True)
class Chooses:
    """What is `wanted` from the menu of message `number`, or "" to ask what is in it."""

    number: int
    wanted: str


@dataclass(frozen=True)
class Presses:
    """The button with this number."""

    number: int


@dataclass(frozen=True)
class Commands:
    """``/net`` or ``/tend``, and the rest."""

    command: str
    text: str


@dataclass(frozen=True)
class Becomes:
    """Another member, or "" to ask who there is."""

    name: str


@dataclass(frozen=True)
class Enters:
    """Another channel, or "" to ask which there are."""

    name: str


@dataclass(frozen=True)
class Moves:
    """Time passes; None asks what time it is."""

    by: timedelta | None


@dataclass(frozen=True)
class Looks:
    """A look at "help", "history", "home" or "who"."""

    at: str


@dataclass(frozen=True)
class Quits:
    """Enough for today."""


@dataclass(frozen=True)
class Unclear:
    """What to say to what wasn't understood, in Markdown."""

    advice: str


Typed = (
    Says
    | Replies
    | Reacts
    | Edits
    | Deletes
    | Chooses
    | Presses
    | Commands
    | Becomes
    | Enters
    | Moves
    | Looks
    | Quits
    | Unclear
)

_REACTION = re.compile(r"([+-])(:?)([^\s\d+:-][^\s:]*|\+1|-1)\2(?:\s+#?(\d{1,9}))?")
_THUMB = re.compile(r"\+1(?:\s+#?(\d{1,9}))?")
_REPLY = re.compile(r">\s*#?(\d{1,9})\s+(.+)", re.DOTALL)
_NUMBERED = re.compile(r"#?(\d{1,9})(?:\s+(.*))?", re.DOTALL)
_SPAN = re.compile(r"(\d{1,4})\s*(minutes?|min|m|hours?|h|days?|d|weeks?|w)\b")
_PER = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

FARTHEST = timedelta(weeks=12)
"""How far one ``/time`` may go: each hour of it is lived through."""


def understood(line: str) -> Typed:
    """What a person means by the *line* they typed, which isn't empty."""
    text = line.strip()
    if text.startswith("/"):
        return _slash(text)
    if text.isascii() and text.isdigit():
        return Presses(int(text[:9]))
    if text.startswith(">"):
        return _reply(text)
    if found := _THUMB.fullmatch(text):
        return Reacts("+1", int(found[1]) if found[1] else None)
    if (found := _REACTION.fullmatch(text)) and (found[1] == "+" or emoji_name(found[3])):
        return _reaction(found)
    match text.casefold():
        case "quit" | "exit":
            return Quits()
        case "help" | "?":
            return Looks("help")
        case _:
            return Says(text)


def _slash(text: str) -> Typed:
    word, _, rest = text[1:].partition(" ")
    word, rest = word.casefold(), rest.strip()
    match word:
        case "net" | "tend":
            return Commands(word, rest)
        case "as":
            return Becomes(rest)
        case "in":
            return Enters(rest)
        case "time":
            return _time(rest)
        case "edit":
            return _edit(rest)
        case "delete":
            return _delete(rest)
        case "say":
            return Says(rest) if rest else Unclear("Say what? As in `/say 1` or `/say /etc/hosts`.")
        case "menu":
            return _menu(rest)
        case "help" | "history" | "home" | "who":
            return Looks(word)
        case "quit" | "exit" | "q":
            return Quits()
        case _:
            return _unknown(word)


def _unknown(word: str) -> Unclear:
    near = difflib.get_close_matches(word, WORDS, 2, cutoff=0.5)
    if not near:
        return Unclear(
            "That is no command here. `/help` shows what is; "
            "to say it to everybody, put `/say` before it."
        )
    lines = [f"- `/{each}`: {WORDS[each]}" for each in near]
    return Unclear("\n".join(["That is no command here. The nearest:", *lines]))


def _reply(text: str) -> Typed:
    if found := _REPLY.fullmatch(text):
        return Replies(int(found[1]), found[2].strip())
    return Unclear("To reply, say to which message: `>3 I can help`. `/history` shows the numbers.")


def _edit(rest: str) -> Typed:
    found = _NUMBERED.fullmatch(rest)
    if found and found[2]:
        return Edits(int(found[1]), found[2].strip())
    return Unclear("Which message, and the new words: `/edit 3 see you on Tuesday`.")


def _delete(rest: str) -> Typed:
    if (found := _NUMBERED.fullmatch(rest)) and not found[2]:
        return Deletes(int(found[1]))
    return Unclear("Which message? As in `/delete 3`. `/history` shows the numbers.")


def _menu(rest: str) -> Typed:
    if found := _NUMBERED.fullmatch(rest):
        return Chooses(int(found[1]), (found[2] or "").strip())
    return Unclear("Whose menu? As in `/menu 3`. `/history` shows the numbers.")


def _time(rest: str) -> Typed:
    if not rest:
        return Moves(None)
    spans = _SPAN.findall(rest.casefold())
    leftover = _SPAN.sub("", rest.casefold()).strip(" +,and")
    if not spans or leftover or "-" in rest:
        return Unclear("How long? As in `/time +3d`, `/time +2h` or `/time +1w`; never backwards.")
    moved = timedelta(**_sums(spans))
    if moved > FARTHEST:
        return Unclear(f"That is too far at once: {FARTHEST.days // 7} weeks are the most.")
    return Moves(moved)


def _sums(spans: list[tuple[str, str]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for number, unit in spans:
        per = _PER[unit[0]]
        sums[per] = sums.get(per, 0) + int(number)
    return sums


def _reaction(found: re.Match[str]) -> Typed:
    sign, _, word, number = found.groups()
    name = emoji_name(word)
    if name is None:
        known = list(COMMON.values())
        near = difflib.get_close_matches(word.casefold(), known, 1, cutoff=0.5)
        meant = f"`{sign}{near[0]}`" if near else ", ".join(f"`+{each}`" for each in known[:4])
        return Unclear(
            f"I don't know that emoji. {'Did you mean' if near else 'Some that I know:'} {meant}"
            f"{'?' if near else '.'} To say it to everybody instead, put `/say` before it."
        )
    return Reacts(name, int(number) if number else None, is_back=sign == "-")


COMMON = {
    "💡": "bulb",
    "🙏": "pray",
    "🌱": "seedling",
    "🙋": "raising_hand",
    "👍": "+1",
    "👎": "-1",
    "❤": "heart",
    "🎉": "tada",
    "👀": "eyes",
    "👏": "clap",
    "✅": "white_check_mark",
}
"""Emoji by the names that chat services give them."""

_SIGNS = {name: sign for sign, name in COMMON.items()}


def emoji_name(word: str) -> str | None:
    """The name of an emoji that was typed by its name or as itself; None for no emoji."""
    if (name := COMMON.get(word.rstrip("\N{VARIATION SELECTOR-16}"))) is not None:
        return name
    name = word.casefold()
    if len(word) == 1 and unicodedata.category(word) == "So":
        name = unicodedata.name(word, "").casefold().replace(" ", "_")
    return name if name in _SIGNS or emoji_sign(name) != name else None


def emoji_sign(name: str) -> str:
    """The emoji called *name*, or the name itself where it is unknown."""
    if name in _SIGNS:
        return _SIGNS[name]
    try:
        return str(Emoji(name))
    except NoEmoji:
        return name
