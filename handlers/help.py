"""What can be typed: every command that is on, with a line and an example."""

from __future__ import annotations

from msgspec import Struct

from bot.context import Context
from bot.domain.events import CommandGiven
from bot.domain.typed import word_of
from bot.feature import Feature


class Settings(Struct, frozen=True, kw_only=True):
    """Nothing to set."""


feature = Feature("help", Settings)


@feature.command("net", "help", help="what you can type here", examples=("/net help mydata",))
def help_members(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show members' commands, or one of them."""
    _show(given, ctx)


@feature.command("tend", "help", help="what those who tend can type", examples=("/tend help",))
def help_leads(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show leads' commands, or one of them."""
    _show(given, ctx)


def _show(given: CommandGiven, ctx: Context) -> None:
    mine = [each for each in ctx.gathered.commands if each.command == given.command]
    word, _ = word_of(given.text, given.command)
    one = [each for each in mine if word and word in (each.word, *each.aliases)]
    ctx.reply("help/commands", commands=one or mine, is_lead=ctx.is_lead)
