"""Share a story, let an idea's author hear of it, and take it back from wherever it was told."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from bot.context import Context
from bot.domain.audiences import Audience, in_order
from bot.domain.events import ActionTaken
from bot.domain.ideas import TOLD
from bot.domain.stories import FIELDS, Draft, StoryState, Sure
from bot.domain.typed import number_of
from bot.judgement.limits import Kind
from bot.outbox import Unsaid
from bot.storage import editions, ideas, places, stories
from bot.storage.ideas import Idea
from bot.storage.places import Person
from bot.storage.stories import Story
from bot.storage.tries import Try
from handlers.stories.feature import Settings, feature

LASTING = timedelta(days=21)


class Told(Struct, frozen=True, kw_only=True):
    """A story as it is told: its lines, and `name` where its teller agreed to be named."""

    did: str
    learned: str
    changed: str
    result: str
    sure: str
    name: str


def as_told(story: Draft | Story, name: str) -> Told:
    """*story* as it is told; *name* is left out where its teller would rather not be named."""
    return Told(
        did=story.did,
        learned=story.learned,
        changed=story.changed,
        result=story.result,
        sure=Sure(story.sure).label,
        name=name if story.is_named else "",
    )


def told(ctx: Context, story: Story) -> Told:
    """A story that is kept, as it is told."""
    return as_told(story, ctx.session.get_one(Person, story.person_id).name)


def share(ctx: Context, draft: Draft, person: Person, of_try: Try | None) -> None:
    """Keep what *person* shares, once, and let the author of the idea that was tried hear."""
    ideas.take_turns(ctx.session, ctx.network)
    mine = stories.of_person(ctx.session, person)
    before = next((each for each in mine if _is_same(each, draft)), None)
    if before is not None:
        ctx.reply("stories/shared", number=before.id, audiences=in_order(before.audiences))
        return
    story = stories.keep(
        ctx.session,
        Story(
            network_id=ctx.network.id,
            person_id=person.id,
            try_id=of_try.id if of_try else None,
            sure=draft.sure.value,
            audiences=[each.value for each in draft.audiences],
            is_named=draft.is_named,
            shared_at=ctx.now,
            **{name: getattr(draft, name) for name in FIELDS},
        ),
    )
    ctx.reply("stories/shared", number=story.id, audiences=draft.audiences)
    if of_try is not None:
        _tell_author(ctx, story, of_try)


def _is_same(story: Story, draft: Draft) -> bool:
    is_told = story.state == StoryState.SHARED
    return is_told and all(getattr(story, name) == getattr(draft, name) for name in FIELDS)


def _tell_author(ctx: Context, story: Story, of_try: Try) -> None:
    """Tell the author of the idea that was tried what they found, by name only of who agreed."""
    idea = ctx.session.get(Idea, of_try.idea_id) if of_try.idea_id else None
    if idea is None or idea.state not in TOLD or idea.person_id == story.person_id:
        return
    author = ctx.session.get_one(Person, idea.person_id)
    story.author_id = author.id
    ctx.once(f"{of_try.key}/heard/{of_try.state}")  # what became of it needs no news besides
    ctx.say(
        author.address,
        "stories/author",
        kind=Kind.WORD,
        key=story.key,
        lasting=LASTING,
        told=told(ctx, story),
        who=of_try.who if story.is_named else "",
        place=of_try.place if story.is_named else "",
        network=ctx.network.name,
    )


@feature.action("withdraw")
def withdraw(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take a story back, at any time."""
    take_back(ctx, taken.value, None)


def take_back(ctx: Context, number: str, audience: Audience | None) -> None:
    """Take the member's own story back, from one *audience* or from all of them."""
    person = places.person_at(ctx.session, ctx.member) if ctx.member else None
    story = stories.numbered(ctx.session, ctx.network, number_of(number))
    if story is None or person is None or story.person_id != person.id:
        ctx.reply("stories/not_yours")
        return
    if audience in (Audience.SPONSOR, Audience.PUBLIC):
        stories.narrow(ctx.session, story, audience)
        left = in_order(story.audiences)
        ctx.reply("stories/narrowed", number=story.id, taken=audience, audiences=left)
        return
    if stories.withdraw(ctx.session, story, now=ctx.now):
        take_out(ctx, story)
    ctx.reply("stories/withdrawn", was_told=bool(story.week))


def take_out(ctx: Context, story: Story) -> None:
    """Take its words out of wherever they were told: the digest, and a word to an author."""
    if story.week:
        ctx.press("digest.mend", story.week, because=story.key)
    author = ctx.session.get(Person, story.author_id) if story.author_id else None
    if author is not None:
        ctx.amend(story.key, author.address, "stories/author_withdrawn", network=ctx.network.name)


@feature.on(Unsaid)
def note_untold(event: Unsaid, settings: Settings, ctx: Context) -> None:
    """What a digest that was not posted was to tell, another may."""
    if week := editions.week_of(ctx.network, event.key):
        stories.give_back(ctx.session, ctx.network, week)
