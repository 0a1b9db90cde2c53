"""The feature itself and its settings, and how its parts find an ask."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from msgspec import Meta, Struct

from bot.context import Context
from bot.domain.asks import AskState
from bot.domain.typed import number_of
from bot.feature import Feature
from bot.storage import asks
from bot.storage.asks import Ask


class Settings(Struct, frozen=True, kw_only=True):
    """Where asks are posted, which emoji says "I can help", and when what waits is looked at.

    Without a `channel`, asks go where "asks" is the end of the name, or else to the main channel.
    """

    channel: str = ""
    help: tuple[str, ...] = ("raising_hand", "raised_hand")
    look_at: str = "15:30"
    at_most: Annotated[int, Meta(ge=1, le=10)] = 3

    def __post_init__(self) -> None:
        """Refuse what is no time of day."""
        time.fromisoformat(self.look_at)


feature = Feature(
    "asks", Settings, writes="to ask whether you could help with something, and about your own asks"
)


def found(ctx: Context, number: str) -> Ask | None:
    """The ask of that number, as it is by now; none that is a draft of somebody else, or gone."""
    ask = asks.numbered(ctx.session, ctx.network, number_of(number))
    if ask is None or ask.state == AskState.DELETED:
        return None
    is_own = ask.person_id == ctx.me.id
    return ask if is_own or ask.state != AskState.DRAFT else None


def own(ctx: Context, number: str) -> Ask | None:
    """The member's own ask of that number; None, and a word to them, where it isn't theirs."""
    ask = found(ctx, number)
    if ask is None or ask.person_id != ctx.me.id:
        ctx.reply("asks/not_yours")
        return None
    return ask
