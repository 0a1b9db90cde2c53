"""What those who tend see of the charter: how many agreed, and who asked to talk; nobody else."""

from __future__ import annotations

from bot.context import Context
from bot.domain.charter import Said
from bot.domain.events import CommandGiven
from bot.domain.typed import simplified
from bot.judgement.few import FEW
from bot.storage import charter, looks, talk
from handlers.charter import beginning
from handlers.charter.feature import Settings, answers, feature


@feature.command(
    "tend",
    "charter",
    help="how our charter stands, who asked to talk about it, and a first one",
    examples=("/tend charter", "/tend charter start"),
    aliases=("rules",),
)
def tend(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show how the charter stands, begin one, or hand on what has to do with proposals."""
    typed = simplified(given.text).strip()
    word = typed.partition(" ")[0].casefold()
    if word == "start":
        beginning.open_form(ctx)
    elif word in ("edit", "round", "review", "minor") and answers(ctx, "propose"):
        ctx.press("proposals.tend", typed, because="typed")
    else:
        show(ctx)


def show(ctx: Context) -> None:
    """Show the numbers as they were when today began, and the names of those who asked to talk."""
    version = charter.last_material(ctx.session, ctx.network)
    newest = charter.current(ctx.session, ctx.network)
    if version is None or newest is None:
        ctx.reply("charter/none", network=ctx.network, may_tend=True)
        return
    today = talk.local_day(ctx.now, ctx.network)
    looks.looked(ctx.session, ctx.network, ctx.me, "who agreed to the charter", now=ctx.now)
    found = charter.everybody(ctx.session, ctx.network)
    ctx.reply(
        "charter/stands",
        network=ctx.network,
        newest=newest,
        version=version,
        numbers=charter.numbers(ctx.session, ctx.network, version, before=today),
        talk=[each for each in found if each.standing.said is Said.WANTS_TO_TALK],
        may_suggest=answers(ctx, "propose"),
        few=FEW,
    )
