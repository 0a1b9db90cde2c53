"""Stories where people look: the digest, the bot's own page, `/net stories`, and what is held."""

from __future__ import annotations

from datetime import time

from bot.context import Context
from bot.domain.audiences import Audience
from bot.domain.events import CommandGiven
from bot.domain.schedule import Daily
from bot.domain.stories import FIELDS, StoryState
from bot.feature import Period, Section
from bot.storage import editions, stories, talk
from bot.storage.places import Person
from bot.storage.stories import Story
from handlers.stories import sharing
from handlers.stories.feature import Settings, feature

MOST = 5
WEEK = 7


@feature.command(
    "net",
    "stories",
    help="what came of what we did, as those who did it tell it",
    examples=("/net stories",),
)
def show(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show the newest stories, and the member's own with how to take them back."""
    found = stories.shared(ctx.session, ctx.network, Audience.NETWORK, at_most=MOST)
    mine = [
        each
        for each in stories.of_person(ctx.session, ctx.me)
        if each.network_id == ctx.network.id and each.state == StoryState.SHARED
    ]
    ctx.reply("stories/list", stories=[sharing.told(ctx, each) for each in found], mine=mine)


@feature.digest_section(order=70)
def what_came_of_it(settings: Settings, ctx: Context, period: Period) -> Section | None:
    """In the digest: one story, the oldest that no digest has told."""
    if editions.is_closed(ctx.session, ctx.network, period.name):
        story = stories.of_week(ctx.session, ctx.network, period.name)
    elif (talk.local_day(ctx.now, ctx.network) - period.last).days > WEEK:
        return None
    else:
        story = stories.untold(ctx.session, ctx.network)
    if story is None:
        return None
    is_there = story.state == StoryState.SHARED
    told = sharing.told(ctx, story) if is_there else None
    return Section(
        name="what came of it",
        words=ctx.prompts.render("stories/digest", told=told),
        facts={"story": story.id if is_there else None},
        take=lambda: _take(ctx, story.id, period.name),
    )


def _take(ctx: Context, number: int, week: str) -> None:
    story = stories.numbered(ctx.session, ctx.network, number)
    if story is not None:
        stories.take(ctx.session, story, week)


@feature.home_section(order=43)
def newest(settings: Settings, ctx: Context) -> Section | None:
    """On the bot's own page: the newest story, and how to tell one."""
    found = stories.shared(ctx.session, ctx.network, Audience.NETWORK, at_most=1)
    told = sharing.told(ctx, found[0]) if found else None
    words = ctx.prompts.render("stories/home", told=told)
    return Section(name="what came of it", words=words, facts={})


@feature.job(lambda _: Daily(at=time(4, 40)), while_any=(Story,))
def let_old_go(settings: Settings, ctx: Context) -> None:
    """Let go of what was taken back half a year ago."""
    stories.let_old_go(ctx.session, ctx.network, now=ctx.now)


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """What somebody told, for whom, and with their name or not."""
    mine = stories.of_person(ctx.session, person)
    if not mine:
        return None
    facts = [
        {
            "number": each.id,
            "state": each.state,
            **{name: getattr(each, name) for name in FIELDS},
            "sure": each.sure,
            "audiences": each.audiences,
            "is_named": each.is_named,
            "of_try": each.try_id,
            "week": each.week,
            "shared_at": each.shared_at,
            "withdrawn_at": each.withdrawn_at,
        }
        for each in mine
    ]
    words = ctx.prompts.render("stories/mydata", stories=mine)
    return Section(name="stories", words=words, facts={"stories": facts})


@feature.erase
def let_go(settings: Settings, ctx: Context, person: Person) -> None:
    """Let go of all of somebody's stories, wherever they were told."""
    for story in stories.of_person(ctx.session, person):
        if story.state == StoryState.SHARED:
            sharing.take_out(ctx, story)
    stories.forget(ctx.session, person)
