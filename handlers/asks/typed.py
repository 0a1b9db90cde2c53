"""What can be typed of asks: to write one, and whatever the buttons below one do."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.context import Context
from bot.domain.events import CommandGiven
from bot.domain.typed import simplified
from handlers.asks import ending, helping, listing, rounds, writing
from handlers.asks.feature import Settings, feature

_WORDS: dict[str, Callable[[Context, str], None]] = {
    "help": helping.take_up,
    "join": lambda ctx, number: helping.take_up(ctx, number, is_second=True),
    "not": helping.pass_by,
    "pass": helping.pass_by,
    "back": helping.step_back,
    "follow": helping.follow,
    "change": writing.change,
    "draft": writing.change,
    "open": ending.keep_open,
    "close": ending.close,
    "delete": ending.delete,
    "show": listing.show_one,
}
_ACT = re.compile(rf"({'|'.join(_WORDS)})\s+#?(\d{{1,9}})[\s.!]*", re.IGNORECASE)
_KNOW = re.compile(r"(?:suggest|know)\s+#?(\d{1,9})\s+(\S.*)", re.IGNORECASE)
_ROUND = re.compile(r"(?:in|for) (?:the |this |our )?(?:asks? )?round\b[\s,:]*(.*)", re.IGNORECASE)
_HAND = re.compile(r"help\s+(\S.{0,80})", re.IGNORECASE)
_OFTEN = re.compile(r"me (less often|as usual)[\s.!]*", re.IGNORECASE)


@feature.command(
    "net",
    "ask",
    help="ask for help: shown to you before anybody else",
    examples=(
        "/net ask someone to read our falls leaflet by Friday",
        "/net ask help 3",
        "/net ask me less often",
    ),
    aliases=("need", "request", "helpme"),
)
def ask(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Open the form with what was typed in its places; or do what a button does."""
    typed = " ".join(given.text.split())
    plain = simplified(typed)
    if found := _OFTEN.fullmatch(plain):
        helping.want_seldom(ctx, is_seldom=found[1].casefold() == "less often")
    elif found := _ACT.fullmatch(plain):
        _WORDS[found[1].casefold()](ctx, found[2])
    elif found := _KNOW.fullmatch(plain):
        helping.know(ctx, found[1], found[2], given.mentions)
    elif found := _ROUND.fullmatch(typed):
        rounds.write(ctx, found[1])
    elif not (
        (found := _HAND.fullmatch(plain)) and rounds.help_named(ctx, found[1], given.mentions)
    ):
        writing.write(ctx, typed)
