"""A form for an idea of one's own, for whoever would rather press than type."""

from __future__ import annotations

from bot.context import Context
from bot.domain.events import ActionTaken, FormSubmitted
from bot.domain.posts import Field
from handlers.ideas import answering, offering
from handlers.ideas.feature import Settings, feature


@feature.action("write")
def write(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open it with nothing in it."""
    words = Field(name="words", is_required=True, is_long=True)
    ctx.ask("ideas/own_form", name="ideas.write", fields=(words,))


@feature.form("write", check=answering.faults)
def take(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Show whoever wrote it what others would read; nothing is kept yet."""
    offering.offer(ctx, answering.plain(submitted.values.get("words", "")))
