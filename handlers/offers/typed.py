"""What can be typed of offers: to make one, and whatever the buttons below one do."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.context import Context
from bot.domain.events import CommandGiven
from bot.domain.typed import simplified
from handlers.offers import after, answering, making, owning, using
from handlers.offers.feature import Settings, feature

_WORDS: dict[str, Callable[[Context, str], None]] = {
    "withdraw": owning.withdraw,
    "take back": owning.withdraw,
    "renew": owning.renew,
    "change": owning.change,
    "yes": answering.yes,
    "no": answering.no,
    "suits": using.suits,
    "leave": using.leave,
    "used": after.used,
    "unused": after.unused,
}
_ACT = re.compile(rf"({'|'.join(_WORDS)})\s+#?(\d{{1,9}})[\s.!]*", re.IGNORECASE)
_USE = re.compile(r"(use|another)\s+#?(\d{1,9})\b[\s,:]*(.*)", re.IGNORECASE)


@feature.command(
    "net",
    "offer",
    help="offer something that you would gladly give",
    examples=(
        "/net offer an hour on Thursdays on audit data",
        "/net offer the big room at St Anne's, Tuesdays 2-4 until 1 Sept",
        "/net offer withdraw 3",
    ),
    aliases=("give",),
)
def offer(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show what would be offered, or do what a button does; alone, open the form."""
    typed = " ".join(given.text.split())
    if found := _ACT.fullmatch(simplified(typed)):
        _WORDS[found[1].casefold()](ctx, found[2])
    elif found := _USE.fullmatch(typed):
        act = using.use if found[1].casefold() == "use" else answering.another
        act(ctx, found[2], found[3])
    else:
        making.begin(ctx, typed)
