"""Ask those who try something what happened, twice at the most."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from bot.context import Context
from bot.domain.events import ActionTaken
from bot.domain.ideas import TOLD
from bot.domain.schedule import Daily
from bot.domain.tries import Shelf, TryState
from bot.domain.typed import number_of
from bot.judgement.limits import Kind
from bot.outbox import Unsaid
from bot.storage import editions, ideas, stories, talk, tries
from bot.storage.ideas import Idea
from bot.storage.places import Person
from bot.storage.tries import Try
from handlers.ideas import asking
from handlers.ideas.feature import Settings, feature

LASTING = timedelta(days=14)
STORY = "/net story"


def about(ctx: Context, found: Try) -> dict[str, Any]:
    """What words to whoever tries it are made from; never an idea's, which may be taken back.

    Which idea it is, they can tell by the digest's day, and look up where its author said it.
    """
    zone = ctx.network.zone
    idea = idea_of(ctx, found)
    told = idea.featured_at if idea else None
    return {
        "network": ctx.network.name,
        "number": found.id,
        "state": found.state,
        "what": found.words,
        "hope": found.hope,
        "who": found.who,
        "place": found.place,
        "is_named": found.is_named,
        "is_of_idea": found.idea_id is not None,
        "told_on": told.astimezone(zone) if told else None,
        "source": ideas.source_of(ctx.session, idea) if idea and idea.is_named else None,
        "shelf": Shelf(found.shelf),
        "since": found.created_at.astimezone(zone),
        "review_on": found.review_on,
        "again_on": found.again_on,
        "is_last": found.asked_again_at is not None,
        "has_stories": ctx.understands(STORY),
    }


def idea_of(ctx: Context, found: Try) -> Idea | None:
    """The idea that is tried, while its author agrees to its being told."""
    idea = ctx.session.get(Idea, found.idea_id) if found.idea_id else None
    return idea if idea is not None and idea.state in TOLD else None


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.ask_after_at)), while_any=(Try,))
def ask_after(settings: Settings, ctx: Context) -> None:
    """Ask those whose day has come what happened, and those whose day has come once more."""
    today = talk.local_day(ctx.now, ctx.network)
    for found in tries.due(ctx.session, ctx.network, today=today):
        said = found.created_at.astimezone(ctx.network.zone).date()
        if _may_hear(ctx, found) and tries.ask(
            ctx.session, found, now=ctx.now, said=said, today=today
        ):
            _ask(ctx, found, "ideas/what_happened", found.key)
    for found in tries.due_again(ctx.session, ctx.network, today=today):
        has_told = stories.of_try(ctx.session, found.id) is not None
        if (
            not has_told
            and _may_hear(ctx, found)
            and tries.ask_again(ctx.session, found, now=ctx.now)
        ):
            _ask(ctx, found, "ideas/and_now", f"{found.key}/again")
    tries.let_old_go(ctx.session, ctx.network, now=ctx.now, today=today)


def _may_hear(ctx: Context, found: Try) -> bool:
    """Whether its person can be asked soon: not while they pause, or after they left."""
    person = ctx.session.get_one(Person, found.person_id)
    wait = ctx.foresee(person.address, Kind.WORD, at=ctx.now, about="ideas")
    is_soon = wait is None or (wait.until is not None and wait.until < ctx.now + LASTING)
    return is_soon and not person.is_gone


def _ask(ctx: Context, found: Try, prompt: str, key: str) -> None:
    person = ctx.session.get_one(Person, found.person_id)
    ctx.say(person.address, prompt, kind=Kind.WORD, key=key, lasting=LASTING, **about(ctx, found))


# Their answers


@feature.action("did")
def did(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """They did it, and tell in a word whether they go on."""
    found = own(ctx, taken.value)
    if found is not None:
        ctx.reply("ideas/did", **about(ctx, found))


@feature.action("keep")
def keep(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """They go on doing it."""
    settle(ctx, taken.value, TryState.KEPT)


@feature.action("change")
def change(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """They do it in another way."""
    settle(ctx, taken.value, TryState.CHANGED)


@feature.action("stop")
def stop(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """They have stopped, which is as good to know."""
    settle(ctx, taken.value, TryState.STOPPED)


@feature.action("drop")
def drop(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """They won't try it after all; nobody else is told."""
    settle(ctx, taken.value, TryState.DROPPED)


@feature.action("later")
def later(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """They haven't got round to it, and are asked once more."""
    put_off(ctx, taken.value)


def own(ctx: Context, number: str) -> Try | None:
    """The try of that number, if it is the member's own; None, and a word to them, if not."""
    person = ctx.me
    found = tries.numbered(ctx.session, ctx.network, number_of(number))
    if found is None or found.person_id != person.id:
        ctx.reply("ideas/not_your_try")
        return None
    return found


def put_off(ctx: Context, number: str) -> None:
    """Keep that nothing came of it yet, and say when they are asked next, if they are."""
    found = own(ctx, number)
    if found is None:
        return
    tries.settle(ctx.session, found, TryState.NOT_YET, now=ctx.now)
    prompt = "ideas/later" if found.state in (TryState.PLANNED, TryState.NOT_YET) else _SETTLED
    ctx.reply(prompt, **about(ctx, found))


_SETTLED = "ideas/try_settled"


def settle(ctx: Context, number: str, outcome: TryState) -> None:
    """Keep what became of it; a digest that told it is mended."""
    found = own(ctx, number)
    if found is None:
        return
    is_new = tries.settle(ctx.session, found, outcome, now=ctx.now)
    ctx.reply(_SETTLED, **about(ctx, found))
    if is_new:
        mend(ctx, found)


def mend(ctx: Context, found: Try) -> None:
    """Let the digest that told what came of it be made anew."""
    if found.week:
        asking.mend_week(ctx, found.week, found.key)


@feature.on(Unsaid)
def note_untold(event: Unsaid, settings: Settings, ctx: Context) -> None:
    """What a digest that was not posted was to tell, another may."""
    if week := editions.week_of(ctx.network, event.key):
        tries.give_back(ctx.session, ctx.network, week)
