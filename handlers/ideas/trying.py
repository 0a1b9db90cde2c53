"""From an idea to a try: ask its author, say that you could try it, or that you did before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.context import Context
from bot.domain.events import ActionTaken, FormSubmitted, from_micros
from bot.domain.ideas import TOLD
from bot.domain.moments import moment_of
from bot.domain.posts import Field
from bot.domain.tries import AGAIN, LONGEST, USUAL, Shelf, TryState, is_ahead
from bot.domain.typed import number_of, simplified
from bot.prompting import day
from bot.storage import ideas, talk, tries
from bot.storage.ideas import Idea
from bot.storage.places import Person
from bot.storage.tries import Try
from handlers.ideas import following
from handlers.ideas.feature import Settings, feature

NAMED, UNNAMED = "Yes, with my name", "No, keep it to yourself"
"""Whether the author may hear who it was."""

SHELF = {"No": Shelf.PRIVATE, "Yes, with my name": Shelf.NAMED, "Yes, without it": Shelf.UNNAMED}
"""Whether everybody may see it among what the network tries."""


def told(ctx: Context, number: str) -> Idea | None:
    """The idea of that number, while it is told; None, and a word to the member, where it isn't."""
    idea = ideas.numbered(ctx.session, ctx.network, number_of(number))
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
    """Open the form of a try: who, where, until when, and who may know."""
    idea = told(ctx, taken.value)
    if idea is None:
        return
    until = ctx.now_there.date() + USUAL
    fields = (
        Field(name="who", is_required=True),
        Field(name="place", is_required=True),
        Field(name="until", value=f"{day(until)} {until.year}", is_required=True),
        Field(name="name", value=NAMED, options=(NAMED, UNNAMED), is_required=True),
        Field(name="shelf", value=next(iter(SHELF)), options=tuple(SHELF), is_required=True),
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
    is_fine = moment is not None and is_ahead(moment.day, today=now.date())
    return moment.day if moment and is_fine else None


@feature.form("try", check=faults)
def take_try(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep a try, and let the author know."""
    idea, until = told(ctx, submitted.context.partition(" ")[0]), _until(submitted)
    if idea is None:
        return
    if until is None or faults(submitted, settings):
        ctx.reply("ideas/fault", fault="Write who, where, and a day in the next year.")
        return
    given = submitted.values
    kept = _keep(
        ctx,
        idea,
        who=simplified(given["who"]),
        place=simplified(given["place"]),
        review_on=until,
        is_named=given.get("name") == NAMED,
        shelf=SHELF.get(given.get("shelf", ""), Shelf.PRIVATE).value,
    )
    if kept is not None:
        ctx.reply("ideas/trying", **following.about(ctx, kept))


def _keep(ctx: Context, idea: Idea, **said: Any) -> Try | None:
    """Keep what the member said of an idea; None, and a word to them, if they did so before."""
    person = ctx.me
    if tries.is_trying(ctx.session, idea.id, person):
        ctx.reply("ideas/trying_already")
        return None
    found = Try(
        network_id=ctx.network.id,
        idea_id=idea.id,
        person_id=person.id,
        again_on=ctx.now_there.date() + AGAIN,
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
        ctx.reply("ideas/tried_kept", **following.about(ctx, kept))
