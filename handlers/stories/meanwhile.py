"""Stories for one person: in their catch-up, and where they look for something."""

from __future__ import annotations

from bot.context import Context
from bot.domain.audiences import Audience, in_order
from bot.domain.stories import StoryState
from bot.feature import CatchUpItem, Since
from bot.prompting import Words, day
from bot.storage import stories
from bot.storage.stories import KIND, Story
from handlers.stories import sharing
from handlers.stories.feature import Settings, feature

WEIGHT = 2.6
MOST = 5


@feature.catchup_section(order=50)
def told_meanwhile(settings: Settings, ctx: Context, since: Since) -> list[CatchUpItem]:
    """Stories that others shared since then with everybody."""
    found = stories.shared(ctx.session, ctx.network, Audience.NETWORK, at_most=MOST)
    return [
        CatchUpItem(
            words=_in_short(ctx, story),
            why="somebody here told on "
            f"{day(story.shared_at.astimezone(ctx.network.zone))} what came of what they did",
            about=story.key,
            weight=WEIGHT,
            at=story.shared_at,
        )
        for story in found
        if story.shared_at > since.at and story.person_id != since.person.id
    ]


@feature.finds(KIND)
def found(settings: Settings, ctx: Context, number: int) -> Words | None:
    """A story, in short, while its teller shares it with everybody."""
    story = stories.numbered(ctx.session, ctx.network, number)
    if story is None or story.state != StoryState.SHARED:
        return None
    if Audience.NETWORK not in in_order(story.audiences):
        return None
    return _in_short(ctx, story)


def _in_short(ctx: Context, story: Story) -> Words:
    return ctx.prompts.render("stories/short", told=sharing.told(ctx, story))
