"""How fairly the digests of the last weeks shared out exposure, for those who tend."""

from __future__ import annotations

from datetime import timedelta

from bot.context import Context
from bot.judgement.fairness import Fairness, Featured, fairness
from bot.storage import ideas

WEEKS = 12


def show_fairness(ctx: Context) -> None:
    """Tell it of the network, never of a person."""
    ctx.reply("digest/fairness", found=_fairness(ctx), weeks=WEEKS)


def _fairness(ctx: Context) -> Fairness:
    told = ideas.told_since(ctx.session, ctx.network, ctx.now - timedelta(weeks=WEEKS))
    featured = [
        Featured(
            author=each.person_id,
            channel=each.channel_id,
            is_newcomer=any(reason["type"] == "fresh" for reason in each.reasons),
        )
        for each in told
        if each.featured_at is not None
    ]
    return fairness(featured, ideas.voices(ctx.session, ctx.network, now=ctx.now))
