"""Look each morning at what lapsed, what runs, and what is to be looked back on today."""

from __future__ import annotations

from datetime import time

from bot.context import Context
from bot.domain.nudges import NudgeState as State
from bot.domain.schedule import Daily
from bot.storage import nudges
from handlers.convening import posting
from handlers.convening.feature import Settings, feature


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.look_at)))
def look(settings: Settings, ctx: Context) -> None:
    """Let go of what nobody approved, and see what runs."""
    posting.lapse(ctx)
    for nudge in nudges.in_states(ctx.session, ctx.network, (State.POSTED,)):
        if nudge.posted_at is not None and nudge.posted_at < ctx.now:
            nudges.move(ctx.session, nudge, State.GATHERING, by=None, now=ctx.now)
