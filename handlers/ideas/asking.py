"""Ask an author once, and take their answer: with their name, without it, in their words, or no."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

import msgspec

from bot.context import Context
from bot.domain.events import from_micros
from bot.domain.ideas import TOLD
from bot.domain.ideas import IdeaState as State
from bot.domain.schedule import Daily, Weekly
from bot.feature import Period
from bot.judgement.limits import Kind
from bot.judgement.little_known import Rated
from bot.outbox import Outdated, Said, Unsaid, ref_of
from bot.storage import editions, ideas, talk
from bot.storage.ideas import Idea
from bot.storage.places import Person
from handlers.ideas import choosing
from handlers.ideas.feature import Settings, feature

DAY = timedelta(days=1)
SHORTEST = timedelta(hours=2)
"""How long an author has at least to answer; who can't be reached before is asked another time."""


@feature.job(
    lambda settings: Weekly(day=settings.ask_on, at=time.fromisoformat(settings.ask_at)),
    late=timedelta(hours=12),
)
def choose(settings: Settings, ctx: Context) -> None:
    """Choose the week's little-known ideas, and ask the author of each whether it may be told."""
    assert ctx.slot is not None, "the weekly choice is a job"
    ideas.take_turns(ctx.session, ctx.network)
    lapse(settings, ctx)
    today = talk.local_day(ctx.slot.due, ctx.network)
    answer_by = datetime.combine(
        today + DAY, time.fromisoformat(settings.answer_by), ctx.network.zone
    )
    period = Period(name=ctx.slot.name, first=today - 6 * DAY, last=today)
    asked = ask_for(settings, ctx, period, answer_by=answer_by)
    what = f"{period.name}: {asked} authors were asked"
    (ctx.spoke if asked else ctx.skip)("ideas.choose", what)


def ask_for(settings: Settings, ctx: Context, period: Period, *, answer_by: datetime) -> int:
    """Ask as many authors as the digest has room for; return how many were asked."""
    room = choosing.tellable(settings, ctx, period.name).room
    latest = answer_by - SHORTEST
    if room <= 0 or ctx.now >= latest:
        return 0

    @cache  # one author may have written much of what was found
    def can_be_asked(author: int) -> bool:
        person = ctx.session.get(Person, author)
        wait = ctx.foresee(person.address, Kind.WORD, at=ctx.now, about="ideas") if person else None
        is_soon = wait is None or (wait.until is not None and wait.until < latest)
        return person is not None and is_soon

    chosen = choosing.choose(
        settings, ctx, period, at_most=room, can_be_asked=lambda each: can_be_asked(_author(each))
    )
    quiet = choosing.voices(ctx, settings).less_heard
    return sum(ask(ctx, each, answer_by, is_less_heard=_author(each) in quiet) for each in chosen)


def _author(each: Rated) -> int:
    return each.candidate.author


def ask(ctx: Context, chosen: Rated, answer_by: datetime, *, is_less_heard: bool) -> bool:
    """Ask the author of *chosen*; False where they were asked about it before."""
    one = chosen.candidate
    author = ctx.session.get_one(Person, one.author)
    idea = ideas.choose(
        ctx.session,
        ctx.network,
        channel=one.channel,
        ts=one.ts,
        author=one.author,
        reasons=[msgspec.to_builtins(reason) for reason in chosen.reasons],
        is_less_heard=is_less_heard,
        now=ctx.now,
    )
    source = ideas.source_of(ctx.session, idea) if idea else None
    if idea is None or source is None:
        return False
    ideas.move(ctx.session, idea, State.ASKED, asked_at=ctx.now, answer_by=answer_by)
    return ctx.say(
        author.address,
        "ideas/ask",
        kind=Kind.WORD,
        key=idea.key,
        lasting=answer_by - SHORTEST - ctx.now,
        quotes=[ref_of(source.address, source.ts)],
        **about(ctx, idea),
    )


def about(ctx: Context, idea: Idea) -> dict[str, Any]:
    """What the words to its author are made from: where it is and why, never what it says."""
    source = ideas.source_of(ctx.session, idea)
    zone = ctx.network.zone
    return {
        "network": ctx.network.name,
        "number": idea.id,
        "source": source,
        "written": from_micros(source.ts).astimezone(zone) if source else None,
        "reasons": idea.reasons,
        "answer_by": idea.answer_by.astimezone(zone) if idea.answer_by else None,
        "is_named": idea.is_named,
        "is_told": idea.state == State.FEATURED,
    }


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.answer_by)), while_any=(Idea,))
def let_lapse(settings: Settings, ctx: Context) -> None:
    """Take no answer for a no."""
    lapse(settings, ctx)


def lapse(settings: Settings, ctx: Context) -> None:
    """Let go of what was not answered in time; its author's question says so."""
    for idea in ideas.overdue(ctx.session, ctx.network, now=ctx.now):
        if ideas.move(ctx.session, idea, State.LAPSED):
            settle(ctx, idea)


def settle(ctx: Context, idea: Idea) -> None:
    """Put what came of it in the place of the question to its author."""
    prompt = {
        State.AGREED: "ideas/said_yes",
        State.FEATURED: "ideas/said_yes",
        State.REFUSED: "ideas/said_no",
        State.LAPSED: "ideas/lapsed",
        State.WITHDRAWN: "ideas/taken_back",
        State.GONE: "ideas/source_gone",
    }[State(idea.state)]
    author = ctx.session.get_one(Person, idea.person_id)
    source = ideas.source_of(ctx.session, idea) if idea.state in TOLD else None
    quotes = [ref_of(source.address, source.ts)] if source else []
    ctx.amend(idea.key, author.address, prompt, quotes=quotes, **about(ctx, idea))


def mend(ctx: Context, idea: Idea) -> None:
    """Let the digest that tells *idea*, posted or about to be, be made anew."""
    if idea.week:
        mend_week(ctx, idea.week, f"{idea.id}")


def mend_week(ctx: Context, week: str, because: str) -> None:
    """Press the digest's own button for it, once this is committed."""
    ctx.press("digest.mend", week, because=f"ideas/{because}")


# What becomes of posts


@feature.on(Outdated)
def follow(event: Outdated, settings: Settings, ctx: Context) -> None:
    """Let go of ideas whose source was deleted or closed, before the digest is made anew."""
    one = ideas.keyed(ctx.session, ctx.network, event.key)
    week = editions.week_of(ctx.network, event.key)
    concerned = [one] if one else ideas.of_week(ctx.session, ctx.network, week) if week else []
    for idea in concerned:
        is_there = idea.channel_id is None or ideas.source_of(ctx.session, idea) is not None
        if not is_there and ideas.move(ctx.session, idea, State.GONE):
            settle(ctx, idea)


@feature.on(Said)
def note_told(event: Said, settings: Settings, ctx: Context) -> None:
    """A digest was posted: what was in it is featured."""
    if week := editions.week_of(ctx.network, event.key):
        ideas.feature(ctx.session, ctx.network, week, at=event.at)


@feature.on(Unsaid)
def note_untold(event: Unsaid, settings: Settings, ctx: Context) -> None:
    """A question that never came was not asked; what a digest didn't tell, another may."""
    if week := editions.week_of(ctx.network, event.key):
        ideas.give_back(ctx.session, ctx.network, week)
    idea = ideas.keyed(ctx.session, ctx.network, event.key)
    if idea is not None and idea.state == State.ASKED:
        ideas.let_go(ctx.session, idea)
