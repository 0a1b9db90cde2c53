"""For those who tend: how often people meet and how many at once, a look ahead, and a round now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from bot.context import Context, leads_only
from bot.domain.events import ActionTaken, ChannelKind, CommandGiven, FormSubmitted
from bot.domain.meeting import LARGEST, SMALLEST, Cadence, Rhythm, Wished, parted, wished
from bot.domain.posts import Field
from bot.domain.schedule import Weekday
from bot.domain.typed import number_of, shortened
from bot.storage import changes, circles, looks, meeting
from bot.storage.circles import Circle
from bot.storage.places import Channel
from handlers.meeting import rounds
from handlers.meeting.among import channel_called
from handlers.meeting.feature import Settings, feature, rhythm_of
from handlers.meeting.planning import HELD, Planned, coming, planned, reached

FEWEST = 5
"""Of fewer people no number is told: everybody would know who was meant."""
SIZES = tuple(str(each) for each in range(SMALLEST, LARGEST + 1))

Among = tuple[Circle, Channel | None]


class Foreseen(Struct, frozen=True, kw_only=True):
    """A round in numbers: how many take part, groups of which size, and how many are across."""

    people: int
    sizes: Sequence[tuple[int, int]]
    across: int
    is_somebody_out: bool


@feature.command(
    "tend",
    "pairs",
    help="coffee pairs: how often, how many at once, a look ahead, and a round now",
    examples=("/tend pairs", "/tend pairs preview", "/tend pairs now", "/tend pairs monthly"),
    aliases=("coffees",),
)
def tend_pairs(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show how people meet, look ahead, hold a round now, or have it otherwise."""
    words, name = parted(given.text)
    among = _among(ctx, name)
    if among is None:
        ctx.reply("meeting/no_channel", channel=name)
    elif (act := ACTS.get(words.casefold())) is not None:
        act(settings, ctx, among)
    elif (wish := wished(words)) is not None:
        _change(settings, ctx, among, wish)
    else:
        ctx.reply("meeting/tend_unclear", typed=shortened(given.text))


def _among(ctx: Context, name: str) -> Among | None:
    channel = channel_called(ctx, name) if name else None
    if name and channel is None:
        return None
    return circles.circle_of(ctx.session, ctx.network, channel), channel


def _numbered(ctx: Context, number: str) -> Among | None:
    """The circle that a button is about; None, and a word, where there is none for the member."""
    found = circles.known(ctx.session, ctx.network, number_of(number))
    if found is None or (found[1] and channel_called(ctx, found[1].name.casefold()) is None):
        ctx.reply("bot/out_of_date")
        return None
    return found


# How people meet


def _show(settings: Settings, ctx: Context, among: Among) -> None:
    circle, _ = among
    past = meeting.rounds_of(ctx.session, circle, since=ctx.now - HELD)
    last = past[-1].at.astimezone(ctx.network.zone) if past else None
    people = len(reached(ctx, circle))
    ctx.reply(
        "meeting/tended",
        people=people if people >= FEWEST else 0,
        last=last,
        seed=past[-1].seed if past else 0,
        due=coming(ctx, circle, rhythm_of(settings, circle))[1],
        **_about(settings, among),
    )


def _about(settings: Settings, among: Among) -> dict[str, Any]:
    circle, channel = among
    told = rhythm_of(settings, circle).told
    return {"place": channel.name if channel else "", "circle": circle.id, "rhythm": told}


def _change(settings: Settings, ctx: Context, among: Among, wish: Wished) -> None:
    """Have it otherwise, and tell everybody; of a private channel they learn no name."""
    circle, channel = among
    before = rhythm_of(settings, circle)
    after = Rhythm(
        cadence=wish.cadence or before.cadence,
        day=wish.day or before.day,
        size=wish.size or before.size,
    )
    circles.change(
        ctx.session, circle, cadence=after.cadence.value, day=after.day.value, size=after.size
    )
    what = "how often we meet over coffee"
    if channel is not None and channel.kind == ChannelKind.PUBLIC:
        what += f" in #{channel.name}"
    if channel is None or channel.kind == ChannelKind.PUBLIC:
        changed = changes.note(
            ctx.session,
            ctx.network,
            what,
            before=before.told,
            after=after.told,
            by=ctx.me,
            now=ctx.now,
        )
        if changed is not None:
            ctx.press("network.changed", "", because="coffee pairs")
    ctx.reply("meeting/changed", **_about(settings, among))


@feature.action("settings")
@leads_only
def ask_settings(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form for how people meet."""
    among = _numbered(ctx, taken.value)
    if among is None:
        return
    rhythm = rhythm_of(settings, among[0])
    days, cadences = (
        tuple(each.value for each in Weekday)[:5],
        tuple(each.value for each in Cadence),
    )
    day = rhythm.day.value if rhythm.day.value in days else days[0]
    ctx.ask(
        "meeting/settings",
        name="meeting.settings",
        context=taken.value,
        fields=(
            Field(name="cadence", value=rhythm.cadence.value, options=cadences, is_required=True),
            Field(name="day", value=day, options=days, is_required=True),
            Field(name="size", value=str(rhythm.size), options=SIZES, is_required=True),
        ),
        place=among[1].name if among[1] else "",
    )


@feature.form("settings")
@leads_only
def take_settings(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Have it as the form says."""
    among = _numbered(ctx, submitted.context)
    values = submitted.values
    wish = wished(" ".join(values.get(name, "") for name in ("cadence", "day", "size")))
    if among is not None and wish is not None:
        _change(settings, ctx, among, wish)


# A look ahead, and a round now


def _preview(settings: Settings, ctx: Context, among: Among) -> None:
    circle, _ = among
    looks.looked(ctx.session, ctx.network, ctx.me, "coffee pairs, preview", now=ctx.now)
    rhythm = rhythm_of(settings, circle)
    name, due = coming(ctx, circle, rhythm)
    found = planned(ctx, circle, rhythm, name)
    ctx.reply(
        "meeting/preview",
        foreseen=_foreseen(found),
        name=name,
        due=due,
        seed=found.seed if found else 0,
        is_lately=rounds.is_lately(ctx, circle),
        **_about(settings, among),
    )


def _foreseen(found: Planned | None) -> Foreseen | None:
    """A round in numbers; None of so few people that numbers would tell of somebody."""
    if found is None or len(found.people) < FEWEST:
        return None
    groups = found.round.groups
    return Foreseen(
        people=len(found.people),
        sizes=sorted(Counter(len(each) for each in groups).items()),
        across=sum(found.is_across(each) for each in groups),
        is_somebody_out=bool(found.round.left_out),
    )


def _now(settings: Settings, ctx: Context, among: Among) -> None:
    name, _ = coming(ctx, among[0], rhythm_of(settings, among[0]))
    _hold(settings, ctx, among, name)


@feature.action("now")
@leads_only
def hold_now(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Hold the round that somebody looked at, "<circle>/<its name>", once."""
    number, _, name = taken.value.partition("/")
    among = _numbered(ctx, number)
    if among is not None:
        _hold(settings, ctx, among, name)


def _hold(settings: Settings, ctx: Context, among: Among, name: str) -> None:
    """Hold the next round before its day; whoever asks again hears that it was held."""
    circle, channel = among
    rhythm = rhythm_of(settings, circle)
    is_new = (
        not rounds.is_lately(ctx, circle)
        and name == coming(ctx, circle, rhythm)[0]
        and rounds.hold_one(settings, ctx, circle, channel, name)
    )
    past = meeting.rounds_of(ctx.session, circle, since=ctx.now - rounds.APART)
    ctx.reply(
        "meeting/held_now",
        at=past[-1].at.astimezone(ctx.network.zone) if past else None,
        is_new=is_new,
        due=coming(ctx, circle, rhythm)[1],
        **_about(settings, among),
    )


Act = Callable[[Settings, Context, Among], None]
ACTS: dict[str, Act] = {"": _show, "preview": _preview, "now": _now}
"""What can be typed after `/tend pairs`; each is a button too."""


@feature.action("preview")
@leads_only
def look_ahead(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Look at the next round."""
    among = _numbered(ctx, taken.value)
    if among is not None:
        _preview(settings, ctx, among)
