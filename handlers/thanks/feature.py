"""The feature itself and its settings, and how its parts find people and what was given."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from msgspec import Meta, Struct

from bot.context import Context
from bot.domain.asks import AskState
from bot.domain.ids import MemberId
from bot.domain.typed import number_of
from bot.feature import Feature
from bot.storage import asks, belonging, exchanges
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


def own_ask(ctx: Context, number: str) -> Ask | None:
    """The member's own ask of that number, once it was posted; None, and a word to them, if not."""
    found = asks.numbered(ctx.session, ctx.network, number_of(number))
    is_there = found is not None and found.state not in (AskState.DRAFT, AskState.DELETED)
    if found is None or not is_there or found.person_id != ctx.me.id:
        ctx.reply("thanks/not_yours")
        return None
    return found


def own_exchange(ctx: Context, number: str) -> Exchange | None:
    """The help of that number that the member got or gave; None, and a word to them, if none."""
    found = exchanges.numbered(ctx.session, ctx.network, number_of(number))
    if found is None or ctx.me.id not in (found.giver_id, found.receiver_id):
        ctx.reply("thanks/not_yours")
        return None
    return found


def somebody(ctx: Context, name: str, mentioned: MemberId | None) -> Person | None:
    """Whom the platform's mention or the name means, if that is a member who may be counted."""
    found = belonging.somebody(ctx.session, ctx.network, name, mentioned)
    return None if found is None or found.is_uncounted else found
