"""What changed: the versions one after the other, and two of them word by word."""

from __future__ import annotations

from bot.context import Context
from bot.domain.charter import difference
from bot.domain.events import ActionTaken
from bot.storage import charter
from handlers.charter.feature import Settings, answers, feature

MOST = 10


@feature.action("history")
def history(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Show all versions."""
    show_history(ctx)


def show_history(ctx: Context) -> None:
    """Show the versions, the newest first, with what changed and why."""
    found = charter.versions(ctx.session, ctx.network)
    if not found:
        ctx.reply("charter/none", network=ctx.network, may_tend=ctx.may_tend)
        return
    newest = list(reversed(found))
    ctx.reply(
        "charter/history", network=ctx.network, versions=newest[:MOST], more=len(newest[MOST:])
    )


@feature.action("diff")
def diff(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Show two versions beside each other, as "2 3"."""
    numbers = [int(each) for each in taken.value.split()[:2] if each.isdecimal()]
    show_difference(ctx, *numbers)


def show_difference(ctx: Context, first: int | None = None, second: int | None = None) -> None:
    """Show what changed from *first* to *second*.

    Without the second, to the newest; without both, from what the member agreed to, or else from
    the version before the newest.
    """
    newest = charter.current(ctx.session, ctx.network)
    if newest is None:
        ctx.reply("charter/none", network=ctx.network, may_tend=ctx.may_tend)
        return
    standing = charter.standing(ctx.session, ctx.network, ctx.me)
    agreed = standing.agreed if standing else None
    before = agreed if agreed and agreed < newest.number else newest.number - 1
    start, end = sorted((first if first is not None else before, second or newest.number))
    older = charter.numbered(ctx.session, ctx.network, start)
    newer = charter.numbered(ctx.session, ctx.network, end)
    if older is None or newer is None:
        ctx.reply("charter/no_version", newest=newest.number)
        return
    ctx.reply(
        "charter/difference",
        older=older,
        newer=newer,
        changes=difference(older.charter, newer.charter),
        may_suggest=answers(ctx, "propose"),
    )
