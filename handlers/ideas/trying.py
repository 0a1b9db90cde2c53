"""From an idea to a try: ask its author, say that you could try it, and tell what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.context import Context
from bot.domain.events import ActionTaken, FormSubmitted, from_micros
from bot.domain.ideas import TOLD, TryState
from bot.domain.moments import moment_of
from bot.domain.posts import Field
from bot.domain.schedule import Daily
from bot.domain.typed import simplified
from bot.judgement.limits import Kind
from bot.prompting import day
from bot.storage import ideas, talk, tries
from bot.storage.ideas import Idea
from bot.storage.places import Person
from bot.storage.tries import Try
from handlers.ideas import offering
from handlers.ideas.feature import Settings, feature

AHEAD, FARTHEST = timedelta(days=28), timedelta(days=366)
LASTING = timedelta(days=14)
LONGEST = 200
NAMED, UNNAMED = "Yes, with my name", "No, keep it to yourself"
"""Whether the author may hear who it was."""


def told(ctx: Context, number: str) -> Idea | None:
    """The idea of that number, while it is told; None, and a word to the member, where it isn't."""
    idea = None
    if number.isdecimal() and len(number) < 10:
        idea = ideas.numbered(ctx.session, ctx.network, int(number))
    if idea is None or idea.state not in TOLD or not idea.week:
        ctx.reply("ideas/no_longer")
        return None
    return idea


@feature.action("ask_author")
def ask_author(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Show where to ask the author, who agreed to be named."""
    idea = told(ctx, taken.value)
    if idea is None:
        return
    if not idea.is_named:
        ctx.reply("ideas/no_longer")
        return
    author = ctx.session.get_one(Person, idea.person_id)
    source = ideas.source_of(ctx.session, idea)
    ctx.reply("ideas/ask_author", name=author.name, address=author.ref, source=source)


@feature.action("could_try")
def could_try(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form of a try: who, where, and until when."""
    idea = told(ctx, taken.value)
    if idea is None:
        return
    until = ctx.now_there.date() + AHEAD
    fields = (
        Field(name="who", is_required=True),
        Field(name="place", is_required=True),
        Field(name="until", value=f"{day(until)} {until.year}", is_required=True),
        Field(name="name", value=NAMED, options=(NAMED, UNNAMED), is_required=True),
    )
    ctx.ask(
        "ideas/try_form",
        name="ideas.try",
        fields=fields,
        context=f"{idea.id} {ctx.network.timezone}",
    )


def faults(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What is wrong with a try, by the field's name."""
    wrong = {
        name: f"That is too long: {LONGEST} characters are the most."
        for name in ("who", "place")
        if len(submitted.values.get(name, "")) > LONGEST
    }
    if _until(submitted) is None:
        wrong["until"] = "Write a day in the next year, as in: 31 July, in six weeks."
    return wrong


def _until(submitted: FormSubmitted) -> date | None:
    _, _, zone = submitted.context.partition(" ")
    now = from_micros(submitted.at).astimezone(ZoneInfo(zone))
    moment = moment_of(submitted.values.get("until", ""), now=now)
    if moment is None or not timedelta() < moment.day - now.date() <= FARTHEST:
        return None
    return moment.day


@feature.form("try", check=faults)
def take_try(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep a try, and let the author know."""
    idea, until = told(ctx, submitted.context.partition(" ")[0]), _until(submitted)
    if idea is None:
        return
    if until is None or faults(submitted, settings):
        ctx.reply("ideas/fault", fault="Write who, where, and a day in the next year.")
        return
    kept = _keep(
        ctx,
        idea,
        who=simplified(submitted.values["who"]),
        place=simplified(submitted.values["place"]),
        review_on=until,
        is_named=submitted.values.get("name") == NAMED,
    )
    if kept is not None:
        ctx.reply("ideas/trying", review_on=until, is_named=kept.is_named)
        _tell_author(ctx, idea, kept, "ideas/author_try")


def _keep(ctx: Context, idea: Idea, **said: Any) -> Try | None:
    """Keep what the member said of an idea; None, and a word to them, if they did so before."""
    person = offering.me(ctx)
    if tries.is_trying(ctx.session, idea.id, person):
        ctx.reply("ideas/trying_already")
        return None
    found = Try(
        network_id=ctx.network.id,
        idea_id=idea.id,
        person_id=person.id,
        created_at=ctx.now,
        **said,
    )
    return tries.keep(ctx.session, found)


@feature.action("tried_before")
def tried_before(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Ask whether the author may know who tried something like it."""
    idea = told(ctx, taken.value)
    if idea is not None:
        ctx.reply("ideas/tried_before", number=idea.id)


@feature.action("tried_named")
def tried_named(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Let the author know, by name, who tried something like it."""
    _keep_tried(ctx, taken.value, is_named=True)


@feature.action("tried_unnamed")
def tried_unnamed(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Let the author know that somebody tried something like it."""
    _keep_tried(ctx, taken.value, is_named=False)


def _keep_tried(ctx: Context, number: str, *, is_named: bool) -> None:
    idea = told(ctx, number)
    if idea is None:
        return
    today = talk.local_day(ctx.now, ctx.network)
    kept = _keep(ctx, idea, state=TryState.BEFORE.value, review_on=today, is_named=is_named)
    if kept is not None:
        ctx.reply("ideas/tried_kept", is_named=is_named)
        _tell_author(ctx, idea, kept, "ideas/author_tried")


def _tell_author(ctx: Context, idea: Idea, found: Try, prompt: str) -> None:
    """Tell an idea's author, unless it is they who did it; by name only of who agreed to that."""
    if idea.person_id == found.person_id:
        return
    author = ctx.session.get_one(Person, idea.person_id)
    person = ctx.session.get_one(Person, found.person_id)
    ctx.say(
        author.address,
        prompt,
        kind=Kind.WORD,
        key=f"{found.key}/{found.state}",
        lasting=LASTING,
        name=person.name if found.is_named else "",
        who=found.who,
        place=found.place,
        state=found.state,
        network=ctx.network.name,
    )


# What came of it


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.ask_after_at)))
def ask_after(settings: Settings, ctx: Context) -> None:
    """Ask those whose day has come what happened."""
    for found in tries.due(ctx.session, ctx.network, today=talk.local_day(ctx.now, ctx.network)):
        if tries.ask(ctx.session, found, now=ctx.now):
            person = ctx.session.get_one(Person, found.person_id)
            ctx.say(
                person.address,
                "ideas/what_happened",
                kind=Kind.WORD,
                key=found.key,
                lasting=LASTING,
                number=found.id,
                who=found.who,
                place=found.place,
                since=found.created_at.astimezone(ctx.network.zone),
                network=ctx.network.name,
            )


@feature.action("keep")
def keep(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """They go on doing it."""
    _settle(ctx, taken.value, TryState.KEPT)


@feature.action("change")
def change(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """They do it in another way."""
    _settle(ctx, taken.value, TryState.CHANGED)


@feature.action("stop")
def stop(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """They have stopped, which is as good to know."""
    _settle(ctx, taken.value, TryState.STOPPED)


def _settle(ctx: Context, number: str, outcome: TryState) -> None:
    person, found = offering.me(ctx), None
    if number.isdecimal() and len(number) < 10:
        found = tries.numbered(ctx.session, ctx.network, int(number))
    if found is None or found.person_id != person.id:
        ctx.reply("ideas/not_yours")
        return
    if not tries.settle(ctx.session, found, outcome, now=ctx.now):
        ctx.reply("ideas/try_settled", state=found.state)
        return
    ctx.reply("ideas/try_settled", state=found.state)
    idea = ctx.session.get(Idea, found.idea_id) if found.idea_id else None
    if idea is not None and idea.state in TOLD:
        _tell_author(ctx, idea, found, "ideas/author_outcome")
