"""Draws posts and the bot's own page in Slack's Block Kit, always inside Slack's limits.

What people wrote stands only in rich text and plain text, where Slack reads no mentions, links,
emoji or dates into it; mentions and links are elements of their own, made from addresses.
The limits are those of https://docs.slack.dev/reference/block-kit/blocks, and one that Slack
doesn't document: a message of more than about 13,200 characters is refused
(https://github.com/slackapi/bolt-js/issues/2509).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
    ImageBlock,
    PlainTextObject,
    RichTextBlock,
    RichTextElement,
)
from slack_sdk.models.blocks.basic_components import SlackFile
from slack_sdk.models.views import View

from bot.domain.ids import workspace_of
from bot.domain.posts import Button, Home, Image, Post
from bot.platforms import markdown
from bot.platforms.markdown import Names, Paragraph, Span, plain_blocks
from bot.platforms.slack.cutting import cut, end, shortened, size
from bot.platforms.slack.rich import Place, clean, drawn, text_block
from bot.ports import DeliveryError

MOST_BLOCKS = 45  # of 50
MOST_ON_A_PAGE = 100
LARGEST = 12_000  # of about 13,200, as JSON
LEAST_AROUND = len('{"text": "", "type": "text"}')
FINE = 60  # characters that may be left out of a post that is too long, for the sake of time
LONGEST_TEXT = 4_000
LONGEST_BELOW = 1_000
LONGEST_SOURCE = 60_000  # a page of Markdown that is longer is not even read to its end
LONGEST_LABEL = 75
LONGEST_VALUE = 2_000
LONGEST_ACTION = 250  # of 255: there is a number to come
LONGEST_ALT = 2_000
IN_A_ROW = 5  # buttons, of 25: more is no row any longer
MOST_ROWS = 20

MORE = "… There is more than fits into one message."
MORE_ON_PAGE = "… There is more than fits on this page."
NOTHING = "(There is nothing to say here.)"

NUMBER = "#"
"""Stands between a button's action and its number, where several buttons share an action."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """A post as Slack takes it: its blocks, and all of it as plain text (at most 4,000)."""

    blocks: tuple[Block, ...]
    text: str


def to_message(post: Post, names: Names, *, site: str = "", file: str = "") -> Message:
    """*post* in Block Kit. What doesn't fit is left out, and a last line says so.

    `site` is the workspace's own address, to which links to messages lead; `file` is Slack's id
    of the post's picture, whose words alone are shown without.

    Raises:
        DeliveryError: it has more buttons than a message can hold, or larger ones.
    """
    place = Place(names=names, workspace=workspace_of(post.to), site=site)
    whole = _read(post.text)
    below = [*_picture(post.image, file), *_rows(post.buttons, Counter())]
    if _weight(below) > LARGEST - 1_000:
        raise DeliveryError("This post has more to press than fits into one message.")
    blocks = (*_fitting(whole, place, below), *below)
    return Message(blocks=blocks, text=_fallback(post, whole, names))


def to_home(home: Home, names: Names, *, site: str = "") -> View:
    """The bot's own page of one member.

    Raises:
        DeliveryError: a part has more buttons than fit, or larger ones.
    """
    place = Place(names=names, workspace=workspace_of(home.member), site=site)
    pressed: Counter[str] = Counter()
    blocks: list[Block] = []
    for part in home.parts:
        below = [*_picture(part.image, ""), *_rows(part.buttons, pressed)]
        drawn_part = [*_fitting(_read(part.text), place, below), *below]
        between = [DividerBlock()] if blocks else []
        if len(blocks) + len(between) + len(drawn_part) > MOST_ON_A_PAGE - 1:
            blocks.append(text_block(MORE_ON_PAGE))
            break
        blocks += [*between, *drawn_part]
    return View(type="home", blocks=blocks or [text_block(NOTHING)])


def _read(text: str) -> tuple[markdown.Block, ...]:
    begun = text
    if len(text) > LONGEST_SOURCE:
        at = text.rfind("\n", 0, LONGEST_SOURCE)
        begun = text[: at if at > 0 else end(text, LONGEST_SOURCE)]
    return markdown.parse(begun) or (Paragraph(((Span(text=NOTHING),),)),)


def _fitting(
    whole: tuple[markdown.Block, ...], place: Place, below: Sequence[Block]
) -> Sequence[Block]:
    """As much of *whole* as there is room for above what stands *below*."""
    if (fits := _drawn_within(whole, place, below)) is not None:
        return fits
    closing = Paragraph(((Span(text=MORE, is_italic=True),),))
    best: list[Block] = [text_block(MORE)]
    least, most = 0, LARGEST
    while most - least > FINE:
        middle = (least + most + 1) // 2
        fits = _drawn_within((*shortened(whole, middle), closing), place, below)
        if fits is None:
            most = middle - 1
        else:
            best, least = fits, middle
    return best


def _drawn_within(
    blocks: Sequence[markdown.Block], place: Place, below: Sequence[Block]
) -> list[Block] | None:
    """*blocks* in Block Kit, or None where they don't fit."""
    lines = (line for block in blocks for line in markdown.lines_of(block))
    if sum(len(span.text) + LEAST_AROUND for line in lines for span in line) > LARGEST:
        return None
    shown = _packed(drawn(blocks, place), MOST_BLOCKS - len(below))
    fits = len(shown) + len(below) <= MOST_BLOCKS and _weight([*shown, *below]) <= LARGEST
    return shown if fits else None


def _packed(blocks: list[Block], most: int) -> list[Block]:
    """*blocks* with neighbours joined, from the end, as far as there are too many."""
    packed = list(blocks)
    at = len(packed) - 1
    while at > 0 and len(packed) > most:
        before, after = packed[at - 1], packed[at]
        if isinstance(before, RichTextBlock) and isinstance(after, RichTextBlock):
            both = [*before.elements, *after.elements]
            elements = [element for element in both if isinstance(element, RichTextElement)]
            packed[at - 1 : at + 1] = [RichTextBlock(elements=elements)]
        at -= 1
    return packed


def _weight(thing: object) -> int:
    """How long blocks are as JSON, or a little more: `to_dict` takes far longer."""
    if isinstance(thing, str):
        return size(thing) + thing.count('"') + thing.count("\\") + 2
    if isinstance(thing, list | tuple):
        return sum(_weight(part) + 2 for part in thing) + 2
    if hasattr(thing, "__dict__"):  # to ask for its class takes as long as all the rest
        parts = vars(thing).items()
        return sum(len(name) + 6 + _weight(part) for name, part in parts if part is not None) + 2
    return len("false")


def _picture(image: Image | None, file: str) -> list[Block]:
    if image is None:
        return []
    alt = cut(" ".join(clean(image.alt).split()), LONGEST_ALT) or "A picture"
    if not file:
        return [text_block(f"Picture: {alt}")]
    return [ImageBlock(alt_text=alt, slack_file=SlackFile(id=file))]


def _rows(buttons: Sequence[Button], pressed: Counter[str]) -> list[Block]:
    """*buttons* in rows; *pressed* counts the actions there are, for no two may have one name."""
    elements = [_button(button, pressed) for button in buttons]
    rows = [elements[at : at + IN_A_ROW] for at in range(0, len(elements), IN_A_ROW)]
    if len(rows) > MOST_ROWS:
        raise DeliveryError(f"A post can have {MOST_ROWS * IN_A_ROW} buttons, not {len(buttons)}.")
    return [ActionsBlock(elements=row) for row in rows]


def _button(button: Button, pressed: Counter[str]) -> ButtonElement:
    if size(button.value) > LONGEST_VALUE or size(button.action) > LONGEST_ACTION:
        raise DeliveryError(f"The button {button.action[:80]!r} carries more than Slack takes.")
    pressed[button.action] += 1
    number = pressed[button.action]
    return ButtonElement(
        text=PlainTextObject(text=_label(button), emoji=False),
        action_id=f"{button.action}{NUMBER}{number}" if number > 1 else button.action,
        value=button.value or None,
        style="primary" if button.is_primary else None,
    )


def _label(button: Button) -> str:
    return cut(" ".join(clean(button.label).split()), LONGEST_LABEL) or button.action


def _fallback(post: Post, whole: Sequence[markdown.Block], names: Names) -> str:
    """All of *post* in plain words, for notifications and screen readers; nothing in it is live."""
    below = []
    if post.image is not None:
        below.append(f"Picture: {post.image.alt}")
    if post.buttons:
        below.append(f"Buttons: {', '.join(_label(button) for button in post.buttons)}")
    last = "".join(f"\n{_inert(line, LONGEST_BELOW)}" for line in below)
    text = _inert(plain_blocks(whole, names), LONGEST_TEXT - size(last), ending=f"\n{MORE}")
    return f"{text}{last}"


def _inert(text: str, most: int, *, ending: str = "…") -> str:
    """*text* in at most *most* code units, with nothing in it that Slack would read as its own."""
    shown = "\n".join(clean(line) for line in text.split("\n"))
    if size(_escaped(shown)) <= most:
        return _escaped(shown)
    at, room = 0, most - size(ending)
    while (room := room - size(_escaped(shown[at]))) >= 0:
        at += 1
    return f"{_escaped(shown[: end(shown, at)].rstrip())}{ending}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
