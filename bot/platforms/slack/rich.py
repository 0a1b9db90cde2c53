"""Draws the small Markdown of posts as Slack's rich text, in which nothing is live by accident."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from slack_sdk.models.blocks import (
    Block,
    HeaderBlock,
    PlainTextObject,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextListElement,
    RichTextQuoteElement,
    RichTextSectionElement,
)

from bot.platforms import markdown
from bot.platforms.markdown import (
    MENTION,
    MESSAGE,
    Heading,
    Item,
    Line,
    Names,
    Paragraph,
    Quote,
    Span,
    plain_span,
)
from bot.platforms.slack.cutting import pieces, size

LONGEST_HEADER = 150
LONGEST_TEXT = 3_000
LONGEST_URL = 3_000
DEEPEST = 8

_PERSON = re.compile(r"[UW][A-Z0-9]{1,30}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{1,30}")
_TS = re.compile(r"(\d{1,12})\.(\d{6})|(\d{7,18})")
_SITE = re.compile(r"https?://[\w.:-]+")
_LOOKS_LIKE_A_PAGE = re.compile(r"://|\b[\w-]+\.[^\W\d_]{2,}\b")
_STEERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something is said: `workspace` is "slack:T1", `site` its address on the web or ""."""

    names: Names
    workspace: str
    site: str = ""


def text_block(text: str) -> RichTextBlock:
    """A block of plain *text*."""
    return RichTextBlock(elements=[RichTextSectionElement(elements=_texts(text, None))])


def drawn(blocks: Sequence[markdown.Block], place: Place) -> list[Block]:
    """*blocks* as Slack's: a header for each heading, rich text for what belongs together."""
    shown: list[Block] = []
    group: list[RichTextElement] = []
    for at, block in enumerate(blocks):
        begins = isinstance(block, Paragraph | Heading) or (
            at and isinstance(blocks[at - 1], Heading)
        )
        if begins and group:
            shown.append(RichTextBlock(elements=group))
            group = []
        if isinstance(block, Heading):
            shown.append(_heading(block, place))
        else:
            _add(group, block, blocks[at - 1] if at else None, place)
    return [*shown, RichTextBlock(elements=group)] if group else shown


def _heading(heading: Heading, place: Place) -> Block:
    """A header where it's plain words, for that is what screen readers know; else bold text."""
    text = clean("".join(span.text for span in heading.line)).strip()
    is_plain = not any(span.target or span.is_code for span in heading.line)
    if is_plain and text and size(text) <= LONGEST_HEADER:
        return HeaderBlock(text=PlainTextObject(text=text, emoji=False))
    bold = tuple(
        Span(text=span.text, is_bold=True, is_code=span.is_code, target=span.target)
        for span in heading.line
    )
    return RichTextBlock(elements=[RichTextSectionElement(elements=_elements((bold,), place))])


def _add(
    group: list[RichTextElement],
    block: Paragraph | Item | Quote,
    before: markdown.Block | None,
    place: Place,
) -> None:
    """Put *block*, which comes after *before*, at the end of *group*."""
    elements = _elements(block.lines, place)
    match block:
        case Paragraph():
            group.append(RichTextSectionElement(elements=elements))
        case Quote():
            group.append(RichTextQuoteElement(elements=elements))
        case Item(depth=depth, number=number):
            point = RichTextSectionElement(elements=elements)
            last = group[-1] if group else None
            if isinstance(last, RichTextListElement) and _goes_on(before, block):
                last.elements.append(point)
            else:
                group.append(_list(point, depth, number))


def _list(point: RichTextElement, depth: int, number: int | None) -> RichTextListElement:
    return RichTextListElement(
        elements=[point],
        style="bullet" if number is None else "ordered",
        indent=min(depth, DEEPEST),
        offset=number - 1 if number is not None and number > 1 else None,
    )


def _goes_on(before: markdown.Block | None, item: Item) -> bool:
    """Whether *item* is the next point of the list that the point *before* it is in."""
    if not isinstance(before, Item) or before.depth != item.depth:
        return False
    if before.number is None or item.number is None:
        return before.number is item.number
    return item.number == before.number + 1


def _elements(lines: Sequence[Line], place: Place) -> list[RichTextElement]:
    elements: list[RichTextElement] = []
    for number, line in enumerate(lines):
        if number:
            elements.append(RichTextElementParts.Text(text="\n"))
        for span in line:
            elements += _span(span, place)
    return elements or _texts(" ", None)


def _span(span: Span, place: Place) -> list[RichTextElement]:
    """*span* as an element that is live only where its target is one that we know."""
    style = _style(span)
    target = span.target
    if target.startswith(MENTION):
        if mention := _mention(target.removeprefix(MENTION), place, style):
            return [mention]
    elif target.startswith(MESSAGE) and (url := _message_url(target, place)):
        label = clean(span.text)
        return [
            RichTextElementParts.Link(url=url, text=label if label.strip() else None, style=style)
        ]
    elif is_page(target):
        return [RichTextElementParts.Link(url=target, text=_honest(span), style=style)]
    return _texts(plain_span(span, place.names), style)


def _mention(
    address: str, place: Place, style: RichTextElementParts.TextStyle | None
) -> RichTextElement | None:
    """Somebody or some place of this very workspace."""
    workspace, _, name = address.partition("/")
    if workspace != place.workspace:
        return None
    if _PERSON.fullmatch(name):
        return RichTextElementParts.User(user_id=name, style=style)
    if _CHANNEL.fullmatch(name):
        return RichTextElementParts.Channel(channel_id=name, style=style)
    return None


def _message_url(target: str, place: Place) -> str:
    """Where "message:slack:T1/C2/<ts>" is on the web, or "" where we can't tell."""
    channel, _, ts = target.removeprefix(MESSAGE).rpartition("/")
    workspace, _, name = channel.partition("/")
    found = _TS.fullmatch(ts)
    is_ours = workspace == place.workspace and _CHANNEL.fullmatch(name)
    if not (found and is_ours and _SITE.fullmatch(place.site.rstrip("/"))):
        return ""
    micros = found[3] or found[1] + found[2]
    return f"{place.site.rstrip('/')}/archives/{name}/p{micros}"


def is_page(target: str) -> bool:
    """Whether *target* is a page of the web, plainly written: no user before the host."""
    if size(target) > LONGEST_URL or any(sign.isspace() or sign in '<>|"\\' for sign in target):
        return False
    if clean(target) != target:
        return False
    try:
        parts = urlsplit(target)
        return (
            parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        )
    except ValueError:
        return False


def _honest(span: Span) -> str:
    """A link's label, with the page that it leads to where it pretends to be another page."""
    label = clean(span.text)
    if label.strip() and not _LOOKS_LIKE_A_PAGE.search(label):
        return label
    return label if label == span.target else f"{label} ({span.target})".strip()


def _style(span: Span) -> RichTextElementParts.TextStyle | None:
    if not (span.is_bold or span.is_italic or span.is_code):
        return None
    return RichTextElementParts.TextStyle(
        bold=span.is_bold or None, italic=span.is_italic or None, code=span.is_code or None
    )


def _texts(text: str, style: RichTextElementParts.TextStyle | None) -> list[RichTextElement]:
    return [
        RichTextElementParts.Text(text=piece, style=style)
        for piece in pieces(clean(text), LONGEST_TEXT)
        if piece
    ]


def clean(text: str) -> str:
    """A line of *text* without controls, halves of letters, and turns of direction."""
    if text.isprintable():
        return text
    return "".join(
        " " if sign in "\t\r\n\x0b\x0c\u2028\u2029" else sign
        for sign in text
        if sign in "\t\r\n\x0b\x0c"
        or (unicodedata.category(sign) not in ("Cc", "Cs") and sign not in _STEERING)
    )
