"""The feature itself and its settings, and how its parts find people and what was given."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from msgspec import Meta, Struct

from bot.context import Context
from bot.domain.asks import AskState
from bot.domain.ids import MemberId
from bot.feature import Feature
from bot.storage import asks, exchanges, places
from bot.storage.asks import Ask
from bot.storage.exchanges import Exchange
from bot.storage.places import Person


class Settings(Struct, frozen=True, kw_only=True):
    """Which emoji offers to write a line, when people are asked, and how much a digest tells."""

    thanks: tuple[str, ...] = ("pray",)
    ask_at: str = "10:30"
    at_most: Annotated[int, Meta(ge=1, le=20)] = 5

    def __post_init__(self) -> None:
        """Refuse what is no time of day."""
        time.fromisoformat(self.ask_at)


feature = Feature(
    "thanks",
    Settings,
    writes="to bring you somebody's thanks, and to ask what came of help that you got",
)


def numbered(number: str) -> int:
    """The number that was typed or pressed; 0 where it is none."""
    return int(number) if number.isdecimal() and len(number) < 10 else 0


def own_ask(ctx: Context, number: str) -> Ask | None:
    """The member's own ask of that number, once it was posted; None, and a word to them, if not."""
    found = asks.numbered(ctx.session, ctx.network, numbered(number))
    is_there = found is not None and found.state not in (AskState.DRAFT, AskState.DELETED)
    if found is None or not is_there or found.person_id != ctx.me.id:
        ctx.reply("thanks/not_yours")
        return None
    return found


def own_exchange(ctx: Context, number: str) -> Exchange | None:
    """The help of that number that the member got or gave; None, and a word to them, if none."""
    found = exchanges.numbered(ctx.session, ctx.network, numbered(number))
    if found is None or ctx.me.id not in (found.giver_id, found.receiver_id):
        ctx.reply("thanks/not_yours")
        return None
    return found


def somebody(ctx: Context, name: str, mentioned: MemberId | None) -> Person | None:
    """Whom the platform's mention or the name means, if there is one such member."""
    if mentioned is not None:
        found = places.person_at(ctx.session, mentioned)
    else:
        wanted = name.strip().removeprefix("@").casefold()
        people = places.people_of(ctx.session, ctx.network.workspace)
        same = [each for each in people if each.name.casefold() == wanted]
        found = same[0] if len(same) == 1 else None
    is_here = found is not None and not (found.is_bot or found.is_gone or found.is_uncounted)
    return found if is_here else None
