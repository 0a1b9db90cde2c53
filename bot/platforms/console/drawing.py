"""Draws a post for a terminal: in a frame on a screen, as plain lines in a pipe or a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.panel import Panel
from rich.segment import Segment
from rich.text import Text

from bot.domain.ids import MemberId
from bot.domain.posts import Button, Post
from bot.platforms.console.directory import harmless
from bot.platforms.markdown import (
    MENTION,
    Block,
    Heading,
    Item,
    Line,
    Names,
    Paragraph,
    Quote,
    Span,
    parse,
    plain,
    plain_span,
    point,
)

WIDEST = 80  # columns of a frame


def audience(post: Post, names: Names, *, reader: MemberId | None = None) -> str:
    """Who sees *post*, as its *reader* would say it: "#frailty · everyone sees this"."""
    to = names(post.to) or post.to.rpartition("/")[2]
    if post.only_for is not None:
        if post.only_for == reader:
            return "only you see this"
        who = (names(post.only_for) or post.only_for.rpartition("/")[2]).lstrip("@")
        place = f", in {to}" if post.to != post.only_for else ""
        return f"only {who} sees this{place}"
    if post.to == reader:
        return "direct message to you"
    if to.startswith("@"):
        return f"{to.lstrip('@')} would see this (direct message)"
    return f"{to} · everyone sees this"


@dataclass(frozen=True)
class Hanging:
    """Something after a *sign*, its further lines below its first; nothing trails to the right.

    The sign `is_repeated` before every line, or else only before the first.
    """

    sign: str
    inside: RenderableType
    is_repeated: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        blank = self.sign if self.is_repeated else " " * cell_len(self.sign)
        width = max(1, options.max_width - cell_len(self.sign))
        lines = console.render_lines(self.inside, options.update_width(width), pad=False)
        for number, line in enumerate(lines):
            sign = blank if number else self.sign
            if sign.strip() or any(segment.text.strip() for segment in line):
                yield Segment(sign)
                yield from line
            yield Segment.line()


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A post with its frame: `title` says who sees it; `numbers` go with its buttons.

    `file` is where the file that goes with it was written.
    """

    post: Post
    title: str
    names: Names
    numbers: Sequence[int] = ()
    note: str = ""
    file: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if console.is_terminal:
            yield Panel(
                self._inside(),
                title=Text(harmless(self.title)),
                title_align="left",
                box=box.ROUNDED,
                padding=(0, 1),
                width=min(WIDEST, options.max_width),
                border_style="cyan" if self.numbers else "dim",
            )
        else:
            yield Text(f"-- {harmless(self.title)} --")
            yield Hanging("  ", self._inside())
            yield Text("")

    def summary(self) -> Text:
        """The post in a line: who sees it, and its first words."""
        lines = plain(self.post.text, self.names).split("\n")
        first = " ".join([line.strip() for line in lines if line.strip()][:2])
        place = self.title.partition(" · ")[0]
        return Text(harmless(f"{place}: {first}"), style="dim")

    def _inside(self) -> Group:
        parts: list[RenderableType] = [words(self.post.text, self.names)]
        if self.post.image is not None:
            picture = harmless(f"Picture: {self.post.image.alt}")
            parts.append(Text(picture, style="italic"))
        if self.post.attachment is not None:
            parts.append(Text(harmless(f"File: {self.file or self.post.attachment.name}")))
        if self.post.buttons:
            parts += [Text(""), _buttons(self.post.buttons, self.numbers, self.names)]
        if self.note:
            parts += [Text(harmless(self.note), style="dim")]
        return Group(*parts)


def show(post: Post, names: Names, *, reader: MemberId | None = None) -> Drawing:
    """*post* as people would see it, under a line that says who they are."""
    return Drawing(post=post, title=audience(post, names, reader=reader), names=names)


def words(text: str, names: Names) -> Group:
    """Markdown *text* in a terminal's own bold and italics, with nothing in it that steers one."""
    parts: list[RenderableType] = []
    before: Block | None = None
    for block in parse(harmless(text)):
        if before is not None and _stands_apart(before, block):
            parts.append(Text(""))
        parts.append(_drawn(block, names))
        before = block
    return Group(*(parts or [Text("(nothing)", style="dim")]))


def _stands_apart(before: Block, block: Block) -> bool:
    """Whether an empty line comes between: not before a point of a list, nor after a heading."""
    return not isinstance(block, Item) and not isinstance(before, Heading)


def _drawn(block: Block, names: Names) -> RenderableType:
    match block:
        case Heading(line=line):
            heading = _text((line,), names)
            heading.stylize("bold")
            return heading
        case Paragraph(lines=lines):
            return _text(lines, names)
        case Quote(lines=lines):
            return Hanging("│ ", _text(lines, names), is_repeated=True)
        case Item(lines=lines, depth=depth):
            return Hanging(f"{'  ' * depth}{point(block)} ", _text(lines, names))


def _text(lines: Sequence[Line], names: Names) -> Text:
    text = Text()
    for number, line in enumerate(lines):
        text.append("\n" if number else "")
        for span in line:
            text.append(harmless(plain_span(span, names)), style=_style(span))
    return text


def _style(span: Span) -> str:
    styles = []
    if span.is_bold:
        styles.append("bold")
    if span.is_italic:
        styles.append("italic")
    if span.is_code:
        styles.append("bold cyan")
    if span.target.startswith(MENTION):
        styles.append("cyan")
    return " ".join(styles)


def _buttons(buttons: Sequence[Button], numbers: Sequence[int], names: Names) -> Text:
    """The buttons in a row: numbered for who may press them, else only named."""
    text = Text()
    for place, button in enumerate(buttons):
        text.append("   " if place else "")
        label = "\N{NO-BREAK SPACE}".join(harmless(plain(button.label, names)).split())
        sign = f"{numbers[place]}\N{NO-BREAK SPACE}" if place < len(numbers) else ""
        text.append(f"[{sign}{label}]", style="bold" if button.is_primary else "")
    return text
