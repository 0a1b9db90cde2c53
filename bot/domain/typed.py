"""What people type, as they meant it: other keyboards' signs, blanks and quotes made plain."""

from __future__ import annotations

import unicodedata

LONGEST = 3000
"""Characters that are read of one thing that somebody typed."""
SHOWN = 80

_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′‵`´ʼʹ＇", "'"),
        **dict.fromkeys("“”„‟″‶«»＂", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)


def storable(text: str) -> str:
    """*text* without what no database keeps and no screen shows: control signs, half an emoji.

    Lines stay lines.
    """
    if text.isprintable():
        return text
    return "".join(
        sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs")
    )


def simplified(text: str) -> str:
    """*text* for being understood by: plain digits, quotes and dashes, and one blank at a time."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST]).translate(_PLAIN)
    shown = (
        sign if sign.isprintable() or unicodedata.category(sign) not in _HIDDEN else _gap(sign)
        for sign in folded
    )
    return " ".join("".join(shown).split())


def _gap(sign: str) -> str:
    return " " if sign.isspace() else ""


def word_of(text: str, command: str) -> tuple[str, str]:
    """The word after ``/command`` as it was meant, and the rest as it was typed.

    The command itself is passed over where somebody typed it twice, with its slash or without.
    """
    rest = text.strip()
    while True:
        head, *more = rest.split(maxsplit=1) or [""]
        rest = more[0] if more else ""
        word = simplified(head).strip("/\\.,:;!?'\"").casefold()
        if not rest or word not in (command, ""):
            return ("" if word == command else word), rest.strip()


def number_of(text: str) -> int:
    """The number that somebody typed or pressed; 0 where it is none, which nothing bears."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def shortened(text: str) -> str:
    """*text* as it may be said back: in one line, and not all of a long one."""
    line = " ".join(text[:LONGEST].split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1].rstrip()}…"
