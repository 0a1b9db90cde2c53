"""An idea as it is found again: while its author agrees, in the words that the digest told."""

from __future__ import annotations

from bot.context import Context
from bot.domain.ideas import IdeaState as State
from bot.prompting import Words
from bot.storage import ideas, places, seeing
from bot.storage.places import Person
from handlers.ideas.feature import Settings, feature


@feature.finds("idea")
def found(settings: Settings, ctx: Context, number: int) -> Words | None:
    """An idea, in a line; its message's link is for those who see that channel alone."""
    idea = ideas.numbered(ctx.session, ctx.network, number)
    if idea is None or idea.state != State.FEATURED or idea.featured_at is None:
        return None
    author = ctx.session.get_one(Person, idea.person_id)
    source = ideas.source_of(ctx.session, idea) if idea.is_named else None
    member = places.person_at(ctx.session, ctx.member) if ctx.member else None
    sees = seeing.visible(ctx.session, ctx.network, member) if member else {}
    return ctx.prompts.render(
        "ideas/found",
        words=idea.plain_words,
        name=author.name if idea.is_named else "",
        told=idea.featured_at.astimezone(ctx.network.zone),
        source=source if idea.channel_id in sees else None,
    )
