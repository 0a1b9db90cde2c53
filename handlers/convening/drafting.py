"""The form in which a convening is drafted, and what it is filled with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

import msgspec
from msgspec import structs

from bot.context import Context
from bot.domain.moments import Moment
from bot.domain.nudges import CONVENINGS, ConveningKind
from bot.domain.posts import Field
from bot.judgement.convening import SCRIPTS
from bot.judgement.limits import Kind
from bot.prompting import Plain
from bot.storage import places, talk, threads
from bot.storage.nudges import Nudge
from bot.storage.places import Channel
from handlers.convening.feature import Settings
from handlers.convening.hours import as_written
from handlers.convening.reading import DAY, FARTHEST, LATER, NOW, Carried, why_closed, written

MOST_CHANNELS = 100
SOON = 2
"""Days ahead that a draft proposes: people need a day or two to see it coming."""

# What the form is filled with


def ask(
    ctx: Context,
    settings: Settings,
    kind: ConveningKind,
    *,
    moment: Moment | None = None,
    because: str = "",
    nudge: Nudge | None = None,
) -> None:
    """Open the form for the member: for a new draft of *kind*, or to change *nudge*."""
    channels = open_channels(ctx)
    if not channels:
        ctx.reply("convening/no_channel")
        return
    carried = _carried(ctx, number=nudge.id if nudge else 0, because=because)
    if nudge:
        fields, starts, review = _filled(ctx, nudge, channels), nudge.starts_day, nudge.review_on
    else:
        at = (moment.at if moment else None) or time.fromisoformat(settings.at)
        starts = moment.day if moment else _next_day(ctx, carried, channels[0], at)
        review = SCRIPTS[kind].review_on(starts)
        fields = _proposed(ctx, kind, written(starts, at), written(review))
    carried = structs.replace(carried, starts=starts, review=review)
    ctx.ask(
        "convening/form",
        name="convening.draft",
        fields=_fields(fields, channels),
        context=msgspec.json.encode(carried).decode(),
        is_change=nudge is not None,
        opens=f"{carried.opens:%H:%M}",
        closes=f"{carried.closes:%H:%M}",
        zone=carried.zone,
    )


def _carried(ctx: Context, *, number: int, because: str) -> Carried:
    first = ctx.now_there.date()
    spans = [
        (max(entry.first, first), entry.last)
        for entry in talk.calendar(ctx.session, ctx.network)
        if entry.kind == "quiet" and entry.last >= first and entry.first <= first + FARTHEST
    ]
    holidays = talk.holidays_of(ctx.network, first, first + FARTHEST)
    return Carried(
        zone=ctx.network.timezone,
        opens=ctx.limits.opens,
        closes=ctx.limits.closes,
        number=number,
        because=because[:40],
        free=tuple(sorted([*spans, *((each, each) for each in holidays)])[:60]),
    )


def _proposed(ctx: Context, kind: ConveningKind, when: str, review: str) -> Mapping[str, str]:
    script = SCRIPTS[kind]
    return {
        "kind": kind.called,
        "words": words_for(ctx, kind, _name(ctx)),
        "when": when,
        "meets": "",
        "who_for": script.who_for,
        "hope": script.hope,
        "review": review,
        "channel": "",
    }


def words_for(ctx: Context, kind: ConveningKind, lead: str) -> str:
    """The draft of *kind* as it works untouched; *lead* sees to it."""
    has_meetings = ctx.understands("/net meet")
    return ctx.prompts.render(
        f"convening/{kind.value}", lead=Plain(lead), has_meetings=has_meetings
    ).text


def _next_day(ctx: Context, carried: Carried, channel: Channel, at: time) -> date:
    """The first day on which it can be posted, leaving people a day or two to see it coming."""
    first = ctx.now_there.date() + SOON * DAY
    days = (first + n * DAY for n in range(FARTHEST.days))
    for each in (each for each in days if not why_closed(each, carried)):
        starts = datetime.combine(each, at, ctx.network.zone)
        if ctx.foresee(channel.address, Kind.NUDGE, at=starts) is None:
            return each
    return first


def _filled(ctx: Context, nudge: Nudge, channels: Sequence[Channel]) -> Mapping[str, str]:
    channel = next((each for each in channels if each.id == nudge.channel_id), None)
    return {
        "kind": ConveningKind(nudge.kind).called,
        "words": nudge.words,
        "when": written(nudge.starts_day, nudge.starts_time),
        "meets": as_written(ctx, nudge),
        "who_for": nudge.who_for,
        "hope": nudge.hope,
        "review": written(nudge.review_on),
        "channel": f"#{channel.name}" if channel else "",
    }


def _fields(values: Mapping[str, str], channels: Sequence[Channel]) -> tuple[Field, ...]:
    names = tuple(f"#{each.name}" for each in channels)
    kinds = tuple(kind.called for kind in CONVENINGS)
    return (
        Field(name="kind", value=values["kind"], options=kinds, is_required=True),
        Field(name="channel", value=values["channel"] or names[0], options=names, is_required=True),
        Field(name="words", value=values["words"], is_required=True, is_long=True),
        Field(name="when", value=values["when"], is_required=True),
        Field(name="meets", value=values["meets"]),
        Field(name="who_for", value=values["who_for"]),
        Field(name="hope", value=values["hope"], is_long=True),
        Field(name="review", value=values["review"], is_required=True),
        Field(name="next", value=NOW, options=(NOW, LATER), is_required=True),
    )


def _name(ctx: Context) -> str:
    person = places.person_at(ctx.session, ctx.member) if ctx.member else None
    return person.name if person else "Somebody who tends the network"


def open_channels(ctx: Context) -> list[Channel]:
    """Where something can be posted, the main channel first."""
    named = threads.open_channels(ctx.session, ctx.network)
    known = [each for each in places.channels(ctx.session, ctx.network) if each.id in named]
    main = places.main_channel(ctx.session, ctx.network)
    known.sort(key=lambda each: main is None or each.id != main.id)
    return known[:MOST_CHANNELS]
