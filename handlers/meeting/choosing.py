"""Take part in coffee pairs or no more, name whom not to meet, and say whether it came to be."""

from __future__ import annotations

from typing import Any

from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven
from bot.domain.ids import MemberId
from bot.domain.meeting import Came, parted
from bot.domain.typed import number_of, shortened, simplified
from bot.feature import Section
from bot.storage import arranging, belonging, circles, meeting, rather_not, reviews
from bot.storage.circles import Circle
from handlers.meeting import gathering, reviewing, times
from handlers.meeting.among import circle_for, name_of
from handlers.meeting.feature import Settings, feature, rhythm_of

ON = ("on", "yes", "join", "in", "back")
OFF = ("off", "no", "stop", "leave", "out")
WORDS = {"met": Came.ALL, "yes": Came.ALL, **{each.value: each for each in Came}}


@feature.command(
    "net",
    "meet",
    help="coffee with somebody you don't know yet",
    examples=(
        "/net meet pairs on",
        "/net meet pairs on in #frailty",
        "/net meet pairs off",
        "/net meet not @rosa",
        "/net meet at thu 10:00 for 20 minutes",
        "/net meet call off",
        "/net meet about falls at night on thu 10:00",
        "/net meet trio our falls leaflet",
        "/net meet met",
    ),
    aliases=("coffee",),
)
def meet(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Take part or no more, keep from meeting somebody, set a time, or say whether they met."""
    typed = simplified(given.text).strip(" .").removeprefix("pairs").strip()
    word, _, rest = typed.partition(" ")
    word = word.casefold()
    if word in ("not", "again"):
        _choose(
            ctx, rest.casefold().removeprefix("with").strip(), given.mentions, is_not=word == "not"
        )
    elif word == "at" and rest:
        times.suggest_typed(ctx, rest)
    elif word in ("trio", "trios", "review"):
        reviewing.typed(ctx, rest)
    elif word == "about" and rest:
        gathering.call_typed(ctx, rest)
    elif typed.casefold() == "call off gathering":
        gathering.call_off_newest(ctx)
    elif typed.casefold() == "call off":
        times.call_off(ctx, meeting.newest(ctx.session, ctx.network, ctx.me))
    elif word in ("met", *WORDS) and word not in (*ON, *OFF):
        _answer_typed(ctx, word, rest.casefold())
    else:
        _switch(settings, ctx, typed, given.text)


def _switch(settings: Settings, ctx: Context, typed: str, text: str) -> None:
    """Show whether somebody takes part, or let them or not, here or in a channel."""
    word, channel = ("in", "") if typed.casefold() == "in" else parted(typed)
    word = word.casefold()
    if word not in ("", *ON, *OFF):
        ctx.reply("meeting/unclear", typed=shortened(text))
    elif word in OFF and not channel:
        _take_part_no_more(ctx, None)
    elif not word and not channel:
        _show(settings, ctx)
    elif (circle := circle_for(ctx, channel)) is not None:
        if word in OFF:
            _take_part_no_more(ctx, circle)
        else:
            _take_part(settings, ctx, circle)


@feature.action("on")
def turn_on(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take part, by a button."""
    _take_part(settings, ctx, circles.circle_of(ctx.session, ctx.network, None))


@feature.action("off")
def turn_off(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take part no more, by a button: among those of a circle, or at all."""
    found = circles.known(ctx.session, ctx.network, number_of(taken.value))
    _take_part_no_more(ctx, found[0] if found else None)


@feature.action("back")
def come_back(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Be in again wherever somebody was left in peace."""
    if circles.come_back(ctx.session, ctx.me, now=ctx.now):
        ctx.reply("meeting/back")
    else:
        _show(settings, ctx)


@feature.action("came")
def came(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Say whether they met, by a button."""
    number, _, said = taken.value.partition("/")
    if number_of(number) and said in WORDS:
        _answer(ctx, number_of(number), WORDS[said])


def _show(settings: Settings, ctx: Context) -> None:
    apart = [each.name for each in rather_not.apart_of(ctx.session, ctx.me)]
    ctx.reply("meeting/state", apart=apart, **_state(settings, ctx))


def _state(settings: Settings, ctx: Context) -> dict[str, Any]:
    """Where the member takes part, and how people meet there."""
    mine = circles.taking_part_of(ctx.session, ctx.me)
    circle = circles.of_everybody(ctx.session, ctx.network)
    if mine:
        circle = ctx.session.get_one(Circle, mine[0][0].circle_id)
    return {
        "takes_part": bool(mine),
        "is_eased": any(each.eased_at for each, _ in mine),
        "places": [name for _, name in mine],
        **_when(settings, circle),
    }


def _when(settings: Settings, circle: Circle | None) -> dict[str, Any]:
    rhythm = rhythm_of(settings, circle)
    return {"day": rhythm.day.value.capitalize(), "cadence": rhythm.cadence.value}


def _take_part(settings: Settings, ctx: Context, circle: Circle) -> None:
    is_back = circles.come_back(ctx.session, ctx.me, now=ctx.now)
    is_new = circles.join(ctx.session, ctx.network, circle, ctx.me, now=ctx.now)
    ctx.reply(
        "meeting/joined",
        is_new=is_new or is_back,
        place=name_of(ctx, circle),
        **_when(settings, circle),
    )


def _take_part_no_more(ctx: Context, circle: Circle | None) -> None:
    circles.leave(ctx.session, ctx.me, circle)
    ctx.reply("meeting/left", place=name_of(ctx, circle) if circle else "")


def _choose(ctx: Context, name: str, mentions: MemberId | None, *, is_not: bool) -> None:
    other = belonging.somebody(ctx.session, ctx.network, name, mentions)
    if other is None or other.id == ctx.me.id:
        ctx.reply("meeting/nobody", typed=shortened(name))
        return
    change = rather_not.keep_apart if is_not else rather_not.let_meet
    change(ctx.session, ctx.network, ctx.me, other)
    ctx.reply("meeting/apart", name=other.name, is_not=is_not)


def _answer_typed(ctx: Context, word: str, rest: str) -> None:
    """Take "met", "later 3" or "met some"; without a number, of the meeting they were asked of."""
    said, number = WORDS[word], 0
    for each in rest.split():
        said, number = WORDS.get(each, said), number_of(each) or number
    asked = number or meeting.to_answer(ctx.session, ctx.network, ctx.me)
    _answer(ctx, asked, said)


def _answer(ctx: Context, number: int, said: Came) -> None:
    held = arranging.answer(ctx.session, ctx.network, number, ctx.me, said)
    if held is None:
        ctx.reply("meeting/no_meeting")
    else:
        ctx.reply("meeting/noted", came=said.value, is_round=held.round_id is not None)


@feature.home_section(order=27)
def pairs(settings: Settings, ctx: Context) -> Section | None:
    """On the bot's own page: whether they take part, and the switch."""
    piece = reviews.of_person(ctx.session, ctx.network, ctx.me)
    brings = piece.words if piece else ""
    words = ctx.prompts.render("meeting/home", brings=brings, **_state(settings, ctx))
    return Section(name="meeting", words=words, facts={})
