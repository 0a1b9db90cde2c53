"""What can be typed: the few commands to remember first, and every other that is on by its word."""

from __future__ import annotations

from msgspec import Struct

from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven
from bot.domain.typed import word_of
from bot.feature import Command, Feature


class Settings(Struct, frozen=True, kw_only=True):
    """Nothing to set."""


feature = Feature("help", Settings)

FIRST = {"net": ("ask", "offer", "thanks", "idea", "catchup", "charter"), "tend": ()}
"""Those to remember; who tends sees all."""


@feature.command("net", "help", help="what you can type here", examples=("/net help mydata",))
def help_members(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show members' commands, or one of them."""
    _show(given, ctx)


@feature.command("tend", "help", help="what those who tend can type", examples=("/tend help",))
def help_leads(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show leads' commands, or one of them."""
    _show(given, ctx)


@feature.action("all")
def press_all(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Show each of members' commands, with what it does."""
    ctx.reply("help/commands", commands=_of(ctx, "net"), is_lead=ctx.is_lead)


def _of(ctx: Context, command: str) -> list[Command]:
    return [each for each in ctx.gathered.commands if each.command == command]


def _show(given: CommandGiven, ctx: Context) -> None:
    mine = _of(ctx, given.command)
    word, _ = word_of(given.text, given.command)
    one = [each for each in mine if word and word in (each.word, *each.aliases)]
    first = [each for known in FIRST[given.command] for each in mine if each.word == known]
    if one or not first:
        ctx.reply("help/commands", commands=one or mine, is_lead=ctx.is_lead)
    else:
        rest = [each for each in mine if each.word and each not in first]
        ctx.reply("help/first", first=first, rest=rest, is_lead=ctx.is_lead)
