"""The feature itself, so that each of its parts can plug into it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from bot.context import Context
from bot.feature import Feature


class Settings(Struct, frozen=True, kw_only=True):
    """When the bot looks what is due, and after how many months members are asked again."""

    at: str = "10:00"
    renew_months: Annotated[int, Meta(ge=3, le=60)] = 12


feature = Feature("charter", Settings, writes="when our charter changed, and once a year about it")


def answers(ctx: Context, word: str) -> bool:
    """Whether ``/net <word>`` is answered here: whether the feature that has it is on."""
    return any(each.command == "net" and each.word == word for each in ctx.gathered.commands)
