"""Whoever was chosen to hear a flag reads it, sees to it, and puts it away."""

from __future__ import annotations

from bot.context import Context
from bot.domain.events import ActionTaken
from bot.domain.flags import FlagState
from bot.domain.typed import number_of
from bot.feature import Section
from bot.judgement.limits import Kind
from bot.storage import flags
from bot.storage.flags import Flag
from bot.storage.places import Person
from handlers.flags.feature import Settings, feature, shown


def show(ctx: Context) -> None:
    """Show the member what they are to hear, and what they wrote themselves."""
    me = ctx.me
    heard = flags.heard_by(ctx.session, ctx.network, me)
    mine = flags.written_by(ctx.session, ctx.network, me)
    ctx.reply(
        "flags/list",
        heard=[shown(ctx, each, _writer(ctx, each).name) for each in heard],
        mine=[shown(ctx, each, _readers(ctx, each)) for each in mine],
    )


def _writer(ctx: Context, flag: Flag) -> Person:
    return ctx.session.get_one(Person, flag.person_id)


def _readers(ctx: Context, flag: Flag) -> str:
    return ", ".join(each.name for each in flags.hearers(ctx.session, flag))


@feature.action("read")
def press_read(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Show what waits."""
    show(ctx)


@feature.action("take")
def press_take(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """See to it."""
    take(ctx, number_of(taken.value))


def take(ctx: Context, number: int) -> None:
    """Let the member see to a flag, and its writer know who does."""
    flag = flags.of_hearer(ctx.session, ctx.network, ctx.me, number)
    if flag is None:
        ctx.reply("flags/not_yours")
    elif flags.take_up(ctx.session, flag, ctx.me):
        _tell_writer(ctx, flag, "flags/taken_up")
        ctx.reply("flags/ladder", number=flag.id, who=_writer(ctx, flag).name)
    else:
        by = ctx.session.get(Person, flag.taken_by) if flag.taken_by else None
        if by is not None and by != ctx.me:
            ctx.reply("flags/taken_already", name=by.name)
        else:
            ctx.reply("flags/ladder", number=flag.id, who=_writer(ctx, flag).name)


@feature.action("close")
def press_close(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Put it away."""
    close(ctx, number_of(taken.value))


def close(ctx: Context, number: int) -> None:
    """Put a flag away, and let its writer know."""
    flag = flags.of_hearer(ctx.session, ctx.network, ctx.me, number)
    if flag is None or not flags.end(ctx.session, flag, FlagState.CLOSED, now=ctx.now):
        ctx.reply("flags/not_yours")
        return
    _tell_writer(ctx, flag, "flags/closed")
    ctx.reply("flags/put_away")


def _tell_writer(ctx: Context, flag: Flag, prompt: str) -> None:
    ctx.say(
        _writer(ctx, flag).address,
        prompt,
        kind=Kind.ANSWER,
        key=f"{flag.key}/{prompt}",
        name=ctx.me.name,
    )


@feature.home_section(order=7)
def waiting(settings: Settings, ctx: Context) -> Section | None:
    """On the page of whoever is to hear it: that something waits, and nothing of what."""
    heard = flags.heard_by(ctx.session, ctx.network, ctx.me)
    waits = [each for each in heard if each.state == FlagState.WAITING]
    if not waits:
        return None
    return Section(name="for you alone", words=ctx.prompts.render("flags/home"), facts={})
