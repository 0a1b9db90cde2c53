"""Who makes up this week's digest: anybody may, and a lead may ask somebody to."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.context import Context
from bot.domain.events import ActionTaken
from bot.domain.ids import MemberId
from bot.domain.typed import shortened
from bot.judgement.limits import Kind
from bot.storage import belonging, editions, ideas
from bot.storage.editions import Edition
from bot.storage.places import Person
from handlers.digest.editing import claimed, me, say_taken
from handlers.digest.feature import Settings, feature, period_of
from handlers.digest.previewing import DAY, next_week, show

SHORTEST = timedelta(hours=1)
"""How long before the digest somebody has to hear of it at least."""


def say_who(settings: Settings, ctx: Context) -> None:
    """Say who makes up the next digest, or who was asked: the same whether they said no or nothing.

    It goes out without anybody's doing, too.
    """
    edition = editions.of_week(ctx.session, ctx.network, next_week(settings, ctx))
    editor, asked = editions.editor_of(ctx.session, edition), editions.asked(ctx.session, edition)
    ctx.reply(
        "digest/editor",
        editor=editor.name if editor else "",
        asked=asked.name if asked else "",
        is_lead=ctx.is_lead,
    )


def ask_editor(
    settings: Settings, ctx: Context, name: str, mentioned: MemberId | None = None
) -> None:
    """Ask whom a lead names whether they make up the next digest; nobody does without their yes."""
    week, lead = next_week(settings, ctx), me(ctx)
    person = belonging.somebody(ctx.session, ctx.network, name, mentioned)
    if lead is None:
        return
    if person is None:
        ctx.reply("digest/nobody", name=shortened(name))
        return
    if person.id == lead.id:
        if claimed(settings, ctx, week) is not None:
            show(settings, ctx, week)
        return
    ideas.take_turns(ctx.session, ctx.network)
    edition = editions.begin(ctx.session, ctx.network, week)
    if edition.composed_at is not None or edition.editor_id is not None:
        say_taken(ctx, edition)
    elif edition.asked_id == person.id:
        ctx.reply("digest/editor_asked", name=person.name, is_new=False)
    else:
        _ask(ctx, edition, person, lead, due=_due(settings, ctx, week))


def _ask(ctx: Context, edition: Edition, person: Person, lead: Person, *, due: datetime) -> None:
    """Ask *person* once, if they can hear of it in time."""
    wait = ctx.foresee(person.address, Kind.WORD, at=ctx.now, about="digest")
    reached = ctx.now if wait is None else wait.until
    if reached is None or reached > due - SHORTEST:
        ctx.reply("digest/not_reached", name=person.name)
        return
    edition.asked_id = person.id
    ctx.session.flush()
    ctx.say(
        person.address,
        "digest/ask_editor",
        kind=Kind.WORD,
        key=_key(ctx, edition.week, person),
        lasting=due - ctx.now,
        lead=lead.name,
        network=ctx.network.name,
        due=due,
        week=edition.week,
    )
    ctx.reply("digest/editor_asked", name=person.name, is_new=True)


def _due(settings: Settings, ctx: Context, week: str) -> datetime:
    """When the digest of *week* goes out."""
    posted = period_of(settings, week).last + DAY
    return datetime.combine(posted, time.fromisoformat(settings.at), ctx.network.zone)


def _key(ctx: Context, week: str, person: Person) -> str:
    """The occasion of asking *person*: once for each digest."""
    return f"digest.editor/{ctx.network.id}/{week}/{person.id}"


@feature.action("edit_yes")
def say_yes(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Let whoever was asked make it up."""
    if claimed(settings, ctx, taken.value) is not None:
        _settle(ctx, taken.value, is_yes=True)
        show(settings, ctx, taken.value)


@feature.action("edit_no")
def say_no(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take a no, of which nobody is told."""
    _settle(ctx, taken.value, is_yes=False)


def _settle(ctx: Context, week: str, *, is_yes: bool) -> None:
    """Put the answer in the place of the question."""
    person = me(ctx)
    if person is not None:
        ctx.amend(_key(ctx, week, person), person.address, "digest/editor_settled", is_yes=is_yes)
