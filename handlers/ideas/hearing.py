"""Let an idea's author hear who tries it and what came of it: all that is new, in one message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time, timedelta
from typing import Any

from bot.context import Context
from bot.domain.ideas import TOLD
from bot.domain.schedule import Daily
from bot.domain.tries import UNDER_WAY, TryState
from bot.judgement.limits import Kind
from bot.storage import tries
from bot.storage.ideas import Idea
from bot.storage.places import Person
from bot.storage.tries import Try
from handlers.ideas.feature import Settings, feature

NEW = timedelta(days=28)
"""How long something is news; an author who could not be told by then had other messages."""
LASTING = timedelta(hours=6)


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.ask_after_at)), while_any=(Try,))
def tell_authors(settings: Settings, ctx: Context) -> None:
    """Tell each author who may hear something today; who may not hears it another day."""
    for number, found in tries.of_ideas(ctx.session, ctx.network, since=ctx.now - NEW).items():
        idea = ctx.session.get_one(Idea, number)
        author = ctx.session.get_one(Person, idea.person_id)
        if idea.state not in TOLD or ctx.foresee(
            author.address, Kind.WORD, at=ctx.now, about="ideas"
        ):
            continue
        news = _news(ctx, [each for each in found if each.person_id != author.id])
        if news:
            ctx.say(
                author.address,
                "ideas/author_news",
                kind=Kind.WORD,
                key=f"idea/{idea.id}/news/{ctx.occasion}",
                lasting=LASTING,
                network=ctx.network.name,
                news=news,
            )


def _news(ctx: Context, found: Sequence[Try]) -> list[dict[str, Any]]:
    """What of *found* its author hasn't heard; by name only of who agreed to that."""
    heard = [(each, TryState.PLANNED if each.state in UNDER_WAY else each.state) for each in found]
    return [
        {
            "name": ctx.session.get_one(Person, each.person_id).name if each.is_named else "",
            "who": each.who,
            "place": each.place,
            "state": state,
        }
        for each, state in heard
        if ctx.once(f"{each.key}/heard/{state}")
    ]
