"""What digests told while somebody was away, for their catch-up."""

from __future__ import annotations

from bot.context import Context
from bot.domain.events import from_micros
from bot.domain.ideas import TOLD
from bot.feature import CatchUpItem, Since
from bot.outbox import ref_of
from bot.prompting import day
from bot.storage import ideas, places, seeing
from bot.storage.ideas import Idea
from bot.storage.places import Person
from handlers.ideas.feature import Settings, feature

WEIGHT = 3.2


@feature.catchup_section(order=40)
def told_meanwhile(settings: Settings, ctx: Context, since: Since) -> list[CatchUpItem]:
    """Ideas that a digest told since then and since they last spoke where it is posted."""
    channel = places.main_channel(ctx.session, ctx.network)
    person = since.person
    seen = seeing.visible(ctx.session, ctx.network, person)
    if channel is None or channel.id not in seen:
        return []
    spoke = from_micros(seeing.spoke_last(ctx.session, person, channel.id))
    missed = max(since.at, spoke)
    told = ideas.told_since(ctx.session, ctx.network, missed)
    return [
        _item(ctx, idea, may_see=idea.channel_id in seen)
        for idea in told
        if idea.state in TOLD
        and idea.featured_at is not None
        and idea.featured_at > missed
        and idea.person_id != person.id
        and (idea.channel_id is None or ideas.source_of(ctx.session, idea) is not None)
    ]


def _item(ctx: Context, idea: Idea, *, may_see: bool) -> CatchUpItem:
    author = ctx.session.get_one(Person, idea.person_id)
    source = ideas.source_of(ctx.session, idea) if idea.is_named and may_see else None
    assert idea.featured_at is not None, "it was told"
    words = ctx.prompts.render(
        "ideas/catchup",
        number=idea.id,
        words=idea.plain_words,
        name=author.name if idea.is_named else "",
        source=source,
    )
    return CatchUpItem(
        words=words,
        why=f"the digest of {day(idea.featured_at.astimezone(ctx.network.zone))} told it",
        about=ref_of(source.address, source.ts) if source else f"idea/{idea.id}",
        weight=WEIGHT,
        at=idea.featured_at,
    )
