"""Take part in coffee pairs or no more, name whom not to meet, and say whether it came to be."""

from __future__ import annotations

from typing import Any

from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven
from bot.domain.ids import MemberId
from bot.domain.meeting import Came
from bot.domain.typed import number_of, shortened, simplified
from bot.feature import Section
from bot.storage import belonging, meeting
from handlers.meeting.feature import Settings, feature

ON = ("on", "yes", "join", "in")
OFF = ("off", "no", "stop", "leave", "out")
WORDS = {"met": Came.ALL, "yes": Came.ALL, **{each.value: each for each in Came}}


@feature.command(
    "net",
    "meet",
    help="coffee with somebody you don't know yet",
    examples=("/net meet pairs on", "/net meet pairs off", "/net meet not @rosa", "/net meet met"),
    aliases=("coffee",),
)
def meet(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Take part or no more, keep from meeting somebody, or say whether they met."""
    typed = simplified(given.text).casefold().strip(" .")
    word, _, rest = typed.removeprefix("pairs").strip().partition(" ")
    if not word:
        _show(settings, ctx)
    elif word in ON and not rest:
        _take_part(settings, ctx)
    elif word in OFF and not rest:
        _take_part_no_more(ctx)
    elif word in ("not", "again"):
        _choose(ctx, rest.removeprefix("with").strip(), given.mentions, is_not=word == "not")
    elif word in ("met", *WORDS):
        said = WORDS.get(rest or word, Came.ALL)
        _answer(ctx, meeting.newest(ctx.session, ctx.network, ctx.me) or 0, said)
    else:
        ctx.reply("meeting/unclear", typed=shortened(given.text))


@feature.action("on")
def turn_on(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take part, by a button."""
    _take_part(settings, ctx)


@feature.action("off")
def turn_off(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take part no more, by a button."""
    _take_part_no_more(ctx)


@feature.action("came")
def came(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Say whether they met, by a button."""
    number, _, said = taken.value.partition("/")
    if number_of(number) and said in WORDS:
        _answer(ctx, number_of(number), WORDS[said])


def _show(settings: Settings, ctx: Context) -> None:
    takes_part = meeting.takes_part(ctx.session, ctx.network, ctx.me) is not None
    apart = [each.name for each in meeting.apart_of(ctx.session, ctx.me)]
    ctx.reply("meeting/state", takes_part=takes_part, apart=apart, **_when(settings))


def _when(settings: Settings) -> dict[str, Any]:
    return {"day": settings.day.value.capitalize(), "cadence": settings.cadence.value}


def _take_part(settings: Settings, ctx: Context) -> None:
    is_new = meeting.join(ctx.session, ctx.network, ctx.me, now=ctx.now)
    ctx.reply("meeting/joined", is_new=is_new, **_when(settings))


def _take_part_no_more(ctx: Context) -> None:
    meeting.leave(ctx.session, ctx.network, ctx.me)
    ctx.reply("meeting/left")


def _choose(ctx: Context, name: str, mentions: MemberId | None, *, is_not: bool) -> None:
    other = belonging.somebody(ctx.session, ctx.network, name, mentions)
    if other is None or other.id == ctx.me.id:
        ctx.reply("meeting/nobody", typed=shortened(name))
        return
    change = meeting.keep_apart if is_not else meeting.let_meet
    change(ctx.session, ctx.network, ctx.me, other)
    ctx.reply("meeting/apart", name=other.name, is_not=is_not)


def _answer(ctx: Context, number: int, said: Came) -> None:
    is_kept = meeting.answer(ctx.session, ctx.network, number, ctx.me, said)
    ctx.reply("meeting/noted" if is_kept else "meeting/no_meeting", came=said.value)


@feature.home_section(order=27)
def pairs(settings: Settings, ctx: Context) -> Section | None:
    """On the bot's own page: whether they take part, and the switch."""
    takes_part = meeting.takes_part(ctx.session, ctx.network, ctx.me) is not None
    words = ctx.prompts.render("meeting/home", takes_part=takes_part, **_when(settings))
    return Section(name="meeting", words=words, facts={})
