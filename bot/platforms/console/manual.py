"""What a person who sits down at the terminal is told: at the start, and when they ask for help."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from bot.platforms.console.drawing import Hanging

WELCOME = """\
You are **{person}**, in **{channel}**. Type something and press Enter to say it.
`/net` shows what I can do for you. `/help` shows how this works. Ctrl-D leaves.
*Your messages stay in this window: I keep who wrote when, never the words.*"""

GOODBYE = "Goodbye. Your messages are forgotten now."

_WIDTH = 26  # columns for what to type

_HELP = {
    "Talking": (
        ("Good morning all", "says that to everybody in {channel}"),
        (">3 I can help", "replies to message 3"),
        ("+bulb", "puts 💡 on the last message (+bulb 3: on message 3)"),
        ("-bulb 3", "takes it back"),
        ("/edit 3 see you Tuesday", "changes message 3, if it is yours"),
        ("/delete 3", "takes message 3 back, if it is yours"),
        ("/history", "lists what was said in this sitting, numbered"),
        ("/menu 3", "shows the menu of message 3; /menu 3 1 chooses from it"),
        ("/say 1", "says it, though it looks like something else"),
    ),
    "Asking the bot": (
        ("/net", "is for everybody; /net help lists all of it"),
        ("/tend", "is for those who tend the network; so /tend help"),
        ("/home", "shows your own page, which nobody else sees"),
        ("1", "presses the button marked 1"),
        ("/cancel", "stops a form, and nothing is sent"),
    ),
    "Seeing it as others do": (
        ("/as bob", "makes you Bob, with his messages; new people join"),
        ("/in #frailty", "takes you to that channel; a new one is made"),
        ("/who", "shows who is here, and who tends the network"),
        ("/time +3d", "lets three days pass, and shows what comes (2h, 1w)"),
    ),
    "Leaving": (("/quit", "or Ctrl-D; your messages are forgotten then"),),
}


def lesson(channel: str) -> RenderableType:
    """How all this works, with examples, for somebody who is in *channel*."""
    parts: list[RenderableType] = []
    for title, lines in _HELP.items():
        parts.append(Text(title, style="bold"))
        for typed, meaning in lines:
            does = Text(meaning.replace("{channel}", channel))
            parts.append(Hanging(f"  {typed:<{_WIDTH}}", does))
    return Group(*parts)
