"""The messages of a sitting with their numbers, as `/history` shows them."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from bot.platforms.console import Console
from bot.platforms.console.directory import harmless
from bot.platforms.console.drawing import Hanging
from bot.platforms.console.memory import Message
from bot.platforms.console.typed import emoji_sign
from bot.platforms.markdown import plain

LONGEST = 200  # characters of one message


def history(console: Console) -> RenderableType:
    """What was said since the sitting began, a message a row."""
    if not console.messages:
        return Text("Nothing has been said in this sitting yet.", style="dim")
    numbers = {(each.channel, each.ts): n for n, each in enumerate(console.messages, start=1)}
    width = len(str(len(console.messages)))
    return Group(
        *(
            Hanging(
                f"{number:>{width}}  ",
                _remembered(message, numbers.get((message.channel, message.thread or -1)), console),
            )
            for number, message in enumerate(console.messages, start=1)
        )
    )


def _remembered(message: Message, first: int | None, console: Console) -> Text:
    """One message: its author, its place, the message *first* that it answers, and its words."""
    directory = console.directory
    reply = f", a reply to {first}" if first is not None else ""
    text = Text.assemble(
        (harmless(directory.person(message.author)), "bold"),
        (f" in {harmless(directory.names(message.channel))}{reply}: ", "dim"),
    )
    if message.is_gone:
        return text.append("(taken back)", style="italic")
    is_bots = message.author == directory.bot
    text.append(_shortened(plain(message.text, directory.names) if is_bots else message.text))
    for emoji, who in message.reactions.items():
        if who:
            names = ", ".join(directory.person(member) for member in who)
            text.append(f"  {emoji_sign(emoji)} {names}", style="dim")
    return text


def _shortened(text: str) -> str:
    """*text* on one line, and not all of a long one."""
    line = " ".join(harmless(text).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
