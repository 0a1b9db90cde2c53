"""Cuts what is too long for Slack, never within a word, an emoji or a link.

Slack doesn't say whether it counts characters or UTF-16 code units, so sizes here are in code
units, which are never fewer. Where one written sign ends is a cautious reading of Unicode's
Annex 29 (https://unicode.org/reports/tr29/): it may see one sign where there are two, never the
other way round.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from msgspec.structs import replace

from bot.platforms.markdown import Block, Heading, Line, Span, lines_of

LONGEST_WORD = 200
"""More than that without a space is no word, and may be cut between two signs."""

_ZWJ = "\u200d"
_VIRAMA = 9  # the combining class of signs that join two letters into one
_MARKS_AFTER = frozenset("\u0e33\u0eb3\u200c\u200d\uff9e\uff9f")
_LETTERS_BEFORE = frozenset(
    "\u0d4e\U000111c2\U000111c3\U00011302\U0001193f\U00011941\U00011a3a\U00011f02"
    "\U00011a84\U00011a85\U00011a86\U00011a87\U00011a88\U00011a89\U00011d46\U000113d1"
)


def size(text: str) -> int:
    """How long *text* is, in UTF-16 code units."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int, *, ending: str = "…") -> str:
    """*text* in at most *most* code units; where something is left out, *ending* says so."""
    if size(text) <= most:
        return text
    reach = _reach(text, most - size(ending))
    begun = text[: end(text, reach) or _seam(text, reach)].rstrip()
    return f"{begun}{ending}" if size(begun) + size(ending) <= most else ""


def pieces(text: str, most: int) -> list[str]:
    """*text* in pieces of at most *most* code units, from which it can be put together again."""
    found = []
    while size(text) > most:
        at = _reach(text, most)
        at = end(text, at) or _seam(text, at) or at
        found.append(text[:at])
        text = text[at:]
    return [*found, text]


def _reach(text: str, most: int) -> int:
    """How many characters of *text* go into *most* code units."""
    at = max(0, min(len(text), most))
    while at and size(text[:at]) > most:
        at -= max(1, (size(text[:at]) - most) // 2)
    return at


def end(text: str, at: int) -> int:
    """The last place up to *at* where *text* can be cut: between words, or within what is none."""
    if at >= len(text) or at <= 0:
        return min(max(at, 0), len(text))
    if text[at].isspace():
        return at
    for place in range(at - 1, max(-1, at - LONGEST_WORD), -1):
        if text[place].isspace():
            return place
    begins_with_a_word = any(sign.isspace() for sign in f"{text} "[at : LONGEST_WORD + 1])
    return 0 if begins_with_a_word else _seam(text, at)


def _seam(text: str, at: int) -> int:
    """The last place up to *at* between two written signs."""
    while 0 < at < len(text) and _belong_together(text, at):
        at -= 1
    return at


def _belong_together(text: str, at: int) -> bool:
    """Whether the characters around *at* make one written sign."""
    before, after = text[at - 1], text[at]
    if before + after == "\r\n" or _continues(after) or _goes_on(before):
        return True
    if _is_flag_half(before) and _is_flag_half(after):
        begin = at - 1
        while begin and _is_flag_half(text[begin - 1]):
            begin -= 1
        return (at - begin) % 2 == 1
    return _is_leading_jamo(before) and (_is_leading_jamo(after) or "\uac00" <= after <= "\ud7a3")


def _continues(after: str) -> bool:
    """Whether *after* never stands alone: accents, skin tones, keycaps, tags, vowel signs."""
    return (
        unicodedata.category(after)[0] == "M"
        or after in _MARKS_AFTER
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or "\U000e0020" <= after <= "\U000e007f"
        or "\u1160" <= after <= "\u11ff"
        or "\ud7b0" <= after <= "\ud7fb"
    )


def _goes_on(before: str) -> bool:
    """Whether *before* takes the next character in: joiners, viramas, signs put before others."""
    return (
        before == _ZWJ
        or unicodedata.combining(before) == _VIRAMA
        or unicodedata.category(before) == "Cf"
        or before in _LETTERS_BEFORE
    )


def _is_flag_half(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"


def _is_leading_jamo(sign: str) -> bool:
    return "\u1100" <= sign <= "\u115f" or "\ua960" <= sign <= "\ua97c"


def shortened(blocks: Sequence[Block], most: int) -> tuple[Block, ...]:
    """The beginning of *blocks*: at most *most* characters, no heading with nothing below it."""
    kept: list[Block] = []
    for block in blocks:
        lines: list[Line] = []
        for line in lines_of(block):
            begun = _begun(line, most)
            lines += [begun] if begun else []
            most -= sum(len(span.text) for span in line) + 1
            if begun != line or most <= 0:
                break
        if lines:
            kept.append(_with_lines(block, tuple(lines)))
        if most <= 0:
            break
    while kept and len(kept) < len(blocks) and isinstance(kept[-1], Heading):
        kept.pop()
    return tuple(kept)


def _with_lines(block: Block, lines: tuple[Line, ...]) -> Block:
    if isinstance(block, Heading):
        return replace(block, line=lines[0])
    return replace(block, lines=lines)


def _begun(line: Line, most: int) -> Line:
    """The beginning of *line*; a link or mention is there whole, or not at all."""
    text = "".join(span.text for span in line)
    if len(text) <= most:
        return line
    at = end(text, max(0, most))
    while (link := _link_across(line, at)) is not None:
        at = end(text, link)
    return _up_to(line, len(text[:at].rstrip()))


def _link_across(line: Line, at: int) -> int | None:
    """Where the link begins that *at* lies within."""
    begin = 0
    for span in line:
        if span.target and begin < at < begin + len(span.text):
            return begin
        begin += len(span.text)
    return None


def _up_to(line: Line, at: int) -> Line:
    kept: list[Span] = []
    for span in line:
        if text := span.text[: max(0, at)]:
            kept.append(replace(span, text=text))
        at -= len(span.text)
    return tuple(kept)
