"""Reads the small Markdown of posts into blocks and spans, which each platform draws its own way.

The dialect: ``# headings``, ``- lists``, ``1. lists``, ``> quotes``, **bold**, *italic* (or with
underscores), `code` and [labels](targets). A line is a line. A backslash makes the sign after it
plain, even within code: that is how `bot.prompting.neutral` disarms what people wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from msgspec import Struct

Names = Callable[[str], str]
"""What people call an address: "@Amina" or "#frailty", or "" for one that isn't known."""

MENTION = "to:"
MESSAGE = "message:"
PAGES = ("https://", "http://")
LIVE = (MENTION, MESSAGE, *PAGES)


class Span(Struct, frozen=True, kw_only=True):
    """A run of text in one style. `target` is a page's address, "to:…", "message:…" or ""."""

    text: str
    is_bold: bool = False
    is_italic: bool = False
    is_code: bool = False
    target: str = ""


Line = tuple[Span, ...]


class Paragraph(Struct, frozen=True):
    """Lines that belong together."""

    lines: tuple[Line, ...]


class Heading(Struct, frozen=True):
    """A line that names what follows."""

    line: Line


class Item(Struct, frozen=True, kw_only=True):
    """One point of a list: `depth` from 0; `number` None for a bullet."""

    lines: tuple[Line, ...]
    depth: int = 0
    number: int | None = None


class Quote(Struct, frozen=True):
    """What somebody else said."""

    lines: tuple[Line, ...]


Block = Paragraph | Heading | Item | Quote


def lines_of(block: Block) -> tuple[Line, ...]:
    """The lines of any block."""
    return (block.line,) if isinstance(block, Heading) else block.lines


_HEADING = re.compile(r"#{1,6}\s+(.+)")
_ITEM = re.compile(r"(\s*)(?:[-*•]|(\d{1,4})[.)])\s+(.*)")
_QUOTE = re.compile(r">\s?(.*)")

_TOKEN = re.compile(
    r"\\(?P<plain>[!-/:-@\[-`{-~])"
    r"|`(?P<code>(?:\\.|[^`\\])+)`"
    r"|(?P<mark>\*\*|\*|_)"
    r"|(?P<open>\[)"
    r"|\]\((?P<target>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)"
    r"|(?P<text>[^\\`*_\[\]]+|.)",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass
class _Open:
    """A block whose lines are still being read; `item` says which point of a list it is."""

    kind: Literal["paragraph", "heading", "quote", "item"]
    lines: list[Line]
    item: tuple[int, int | None] = (0, None)

    def closed(self) -> Block:
        """The block as it is."""
        match self.kind:
            case "heading":
                return Heading(self.lines[0])
            case "quote":
                return Quote(tuple(self.lines))
            case "item":
                return Item(lines=tuple(self.lines), depth=self.item[0], number=self.item[1])
            case _:
                return Paragraph(tuple(self.lines))


def parse(text: str) -> tuple[Block, ...]:
    """The blocks of *text*, in order."""
    blocks: list[_Open] = []
    before: _Open | None = None
    for raw in text.split("\n"):
        if not raw.strip():
            before = None
            continue
        read = _read(raw)
        if before is not None and _goes_on(before, read, raw):
            before.lines += read.lines
        else:
            before = read
            blocks.append(read)
    return tuple(block.closed() for block in blocks)


def _goes_on(before: _Open, read: _Open, raw: str) -> bool:
    """Whether the line *raw*, *read* by itself, belongs to the block before it."""
    if read.kind == "quote":
        return before.kind == "quote"
    if read.kind == "paragraph":
        return before.kind == "paragraph" or (before.kind == "item" and raw[0].isspace())
    return False


def _read(raw: str) -> _Open:
    """The line *raw*, as if nothing stood before it."""
    if found := _HEADING.match(raw):
        return _Open("heading", [spans(found[1])])
    if found := _QUOTE.match(raw):
        return _Open("quote", [spans(found[1])])
    if found := _ITEM.match(raw):
        number = int(found[2]) if found[2] else None
        return _Open("item", [spans(found[3])], (len(found[1].expandtabs(2)) // 2, number))
    return _Open("paragraph", [spans(raw.strip())])


@dataclass
class _Piece:
    text: str
    styles: set[str] = field(default_factory=set)
    target: str = ""


def spans(text: str) -> Line:
    """The runs of one line of *text*. Marks without a partner stay as they were written."""
    pieces: list[_Piece] = []
    opened: dict[str, int] = {}
    for found in _TOKEN.finditer(text):
        if (target := found["target"]) is not None:
            _close_link(pieces, opened, target, found[0])
        elif (mark := found["mark"] or found["open"]) is not None:
            _mark(pieces, opened, mark, text, found)
        elif (code := found["code"]) is not None:
            pieces.append(_Piece(_ESCAPED.sub(r"\1", code), {"code"}))
        else:
            if found["text"] == "]":
                opened.pop("[", None)
            pieces.append(_Piece(found["plain"] or found["text"]))
    return _merged(pieces)


def _mark(
    pieces: list[_Piece], opened: dict[str, int], mark: str, text: str, found: re.Match[str]
) -> None:
    """Open or close what *mark* stands for, or take it as it is."""
    before = text[found.start() - 1 : found.start()]
    after = text[found.end() : found.end() + 1]
    is_inside_word = mark == "_" and before.isalnum() and after.isalnum()
    start = opened.get(mark)
    if mark != "[" and start is not None and not before.isspace() and not is_inside_word:
        del opened[mark]
        if start + 1 < len(pieces):
            pieces[start].text = ""
            for piece in pieces[start:]:
                piece.styles.add("bold" if mark == "**" else "italic")
            return
    elif mark == "[" or (after and not after.isspace() and not is_inside_word):
        opened[mark] = len(pieces)
    pieces.append(_Piece(mark))


def _close_link(pieces: list[_Piece], opened: dict[str, int], target: str, raw: str) -> None:
    start = opened.pop("[", None)
    has_label = start is not None and start + 1 < len(pieces)
    if start is None or not (has_label or target.startswith(LIVE)):
        pieces.append(_Piece(raw))
        return
    # a name or a title may be nothing that can be seen: its bearer is meant all the same
    bare = target if target.startswith(PAGES) else target.rpartition("/")[2]
    pieces[start].text = "" if has_label else bare
    for piece in pieces[start:]:
        piece.target = target


def _merged(pieces: Sequence[_Piece]) -> Line:
    """Neighbours of one style as one span."""
    merged: list[_Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        last = merged[-1] if merged else None
        if last and (last.styles, last.target) == (piece.styles, piece.target):
            last.text += piece.text
        else:
            merged.append(piece)
    return tuple(
        Span(
            text=piece.text,
            is_bold="bold" in piece.styles,
            is_italic="italic" in piece.styles,
            is_code="code" in piece.styles,
            target=piece.target,
        )
        for piece in merged
    )


def plain(text: str, names: Names) -> str:
    """*text* without any marks, for where only plain text can be shown."""
    return plain_blocks(parse(text), names)


def plain_blocks(blocks: Sequence[Block], names: Names) -> str:
    """As `plain`, of what was read already."""
    return "\n".join(_plain_block(block, names) for block in blocks)


def _plain_block(block: Block, names: Names) -> str:
    match block:
        case Heading(line=line):
            return plain_line(line, names)
        case Paragraph(lines=lines):
            return "\n".join(plain_line(line, names) for line in lines)
        case Quote(lines=lines):
            return "\n".join(f"> {plain_line(line, names)}" for line in lines)
        case Item(lines=lines, depth=depth):
            words = " ".join(plain_line(line, names) for line in lines)
            return f"{'  ' * depth}{point(block)} {words}"


def point(item: Item) -> str:
    """What stands before a point of a list."""
    return "•" if item.number is None else f"{item.number}."


def plain_line(line: Line, names: Names) -> str:
    """One line's text, with people and places by their names and pages by their addresses."""
    return "".join(plain_span(span, names) for span in line)


def plain_span(span: Span, names: Names) -> str:
    """One span's text: a link shows where it leads, so that no label can hide it."""
    if span.target.startswith(MENTION):
        return names(span.target.removeprefix(MENTION)) or span.text
    if span.target.startswith(MESSAGE):
        place = names(span.target.removeprefix(MESSAGE).rpartition("/")[0])
        if place and place in span.text:
            return span.text
        return f"{span.text} (a message in {place})" if place else f"{span.text} (a message)"
    if span.target and span.target != span.text:
        return f"{span.text} ({span.target})"
    return span.text
