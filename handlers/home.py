"""The bot's own page: where we are and what waits, for the one who looks at it alone."""

from __future__ import annotations

from msgspec import Struct

from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven, HomeOpened
from bot.feature import Feature


class Settings(Struct, frozen=True, kw_only=True):
    """Nothing to set."""


feature = Feature("home", Settings)


@feature.on(HomeOpened)
def show(opened: HomeOpened, settings: Settings, ctx: Context) -> None:
    """Show everybody what every feature has for them; those who tend see more."""
    _show(ctx)


@feature.command(
    "net",
    "home",
    help="your page: where we are, what waits, and what I hold about you",
    examples=("/net home",),
)
def show_again(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Bring the page up to date, and say where it is."""
    _show(ctx)
    ctx.reply("home/shown")


@feature.action("show")
def press_show(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """The same, for who presses instead of typing."""
    _show(ctx)
    ctx.reply("home/shown")


def _show(ctx: Context) -> None:
    sections = ctx.gathered.home(ctx)
    foot = ctx.prompts.render("home/foot", is_lead=ctx.is_lead, at=ctx.now_there)
    ctx.show([*(section.words for section in sections), foot])
