"""The form in which a convening is drafted: what it is filled with, and what people send back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct, structs

from bot.context import Context
from bot.domain.events import FormSubmitted, from_micros
from bot.domain.moments import Moment, moment_of
from bot.domain.nudges import CONVENINGS, ConveningKind, kind_named
from bot.domain.posts import Field
from bot.domain.typed import simplified
from bot.judgement.convening import SCRIPTS
from bot.judgement.limits import Kind
from bot.prompting import Plain, day
from bot.storage import places, talk, threads
from bot.storage.nudges import Nudge
from bot.storage.places import Channel
from handlers.convening.feature import Settings

DAY = timedelta(days=1)
LONGEST = 2500
FARTHEST = timedelta(days=92)
LATEST_REVIEW = timedelta(days=120)
MOST_CHANNELS = 100
SOON = 2
"""Days ahead that a draft proposes: people need a day or two to see it coming."""

NOW, LATER = "Schedule it", "Show it to the others first"


class Carried(Struct, frozen=True, kw_only=True):
    """What goes out and comes back with a form, so that it can be checked while somebody waits.

    `number` is the nudge that is changed, 0 for a new one; `starts` and `review` the days that
    the form showed; `free` are spans of days, first and last, on which nothing is posted.
    """

    zone: str
    opens: time
    closes: time
    number: int = 0
    because: str = ""
    starts: date | None = None
    review: date | None = None
    free: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What somebody sent, understood; `channel` is the name of it."""

    carried: Carried
    kind: ConveningKind
    channel: str
    words: str
    starts_day: date
    starts_time: time
    who_for: str
    hope: str
    review_on: date
    is_for_others: bool


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
        fields, starts, review = _filled(nudge, channels), nudge.starts_day, nudge.review_on
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
        "words": ctx.prompts.render(f"convening/{kind.value}", lead=Plain(_name(ctx))).text,
        "when": when,
        "who_for": script.who_for,
        "hope": script.hope,
        "review": review,
        "channel": "",
    }


def _next_day(ctx: Context, carried: Carried, channel: Channel, at: time) -> date:
    """The first day on which it can be posted, leaving people a day or two to see it coming."""
    first = ctx.now_there.date() + SOON * DAY
    days = (first + n * DAY for n in range(FARTHEST.days))
    for each in (each for each in days if not _why_closed(each, carried)):
        starts = datetime.combine(each, at, ctx.network.zone)
        if ctx.foresee(channel.address, Kind.NUDGE, at=starts) is None:
            return each
    return first


def _filled(nudge: Nudge, channels: Sequence[Channel]) -> Mapping[str, str]:
    channel = next((each for each in channels if each.id == nudge.channel_id), None)
    return {
        "kind": ConveningKind(nudge.kind).called,
        "words": nudge.words,
        "when": written(nudge.starts_day, nudge.starts_time),
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
        Field(name="who_for", value=values["who_for"]),
        Field(name="hope", value=values["hope"], is_long=True),
        Field(name="review", value=values["review"], is_required=True),
        Field(name="next", value=NOW, options=(NOW, LATER), is_required=True),
    )


def written(on: date, at: time | None = None) -> str:
    """A day, and a time, as the form shows them and understands them."""
    return f"{day(on)} {on.year}" + (f" {at:%H:%M}" if at else "")


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


# What people send back


def faults(submitted: FormSubmitted) -> Mapping[str, str]:
    """What is wrong with a form, by the field's name."""
    found = understood(submitted)
    return {} if isinstance(found, Draft) else found


def understood(submitted: FormSubmitted) -> Draft | Mapping[str, str]:
    """What *submitted* means, or what is wrong with it."""
    carried = msgspec.json.decode(submitted.context, type=Carried)
    now = from_micros(submitted.at).astimezone(ZoneInfo(carried.zone))
    values = {name: value.strip() for name, value in submitted.values.items()}
    wrong: dict[str, str] = {}
    kind = kind_named(values.get("kind", ""))
    if kind is None:
        wrong["kind"] = "Choose one of the kinds."
    words = values.get("words", "")
    if not words:
        wrong["words"] = "Something has to be said."
    elif len(words) > LONGEST:
        wrong["words"] = f"That is too long for a post: {LONGEST:,} characters are the most."
    starts = moment_of(values.get("when", ""), now=now)
    if fault := _when_fault(starts, now, carried):
        wrong["when"] = fault
    review = _moved(moment_of(values.get("review", ""), now=now), starts, carried)
    if fault := _review_fault(review, starts):
        wrong["review"] = fault
    if wrong or kind is None or starts is None or starts.at is None or review is None:
        return wrong
    return Draft(
        carried=carried,
        kind=kind,
        channel=values.get("channel", "").removeprefix("#"),
        words=words,
        starts_day=starts.day,
        starts_time=starts.at,
        who_for=simplified(values.get("who_for", "")),
        hope=simplified(values.get("hope", "")),
        review_on=review.day,
        is_for_others=values.get("next") == LATER,
    )


def _when_fault(starts: Moment | None, now: datetime, carried: Carried) -> str:
    if starts is None:
        return (
            "I don't know when that is. Write it as in: wed 10:00, tomorrow at 2pm, 14 June 10:00."
        )
    if starts.at is None:
        return "At what time? Write it as in: wed 10:00."
    begins = datetime.combine(starts.day, starts.at, now.tzinfo)
    if begins <= now:
        return f"That has passed: it is {day(now.date())}, {now:%H:%M} now."
    if starts.day - now.date() > FARTHEST:
        return "That is more than three months away. Draft it nearer to the day."
    if not carried.opens <= starts.at < carried.closes:
        return f"I post between {carried.opens:%H:%M} and {carried.closes:%H:%M} only."
    return _why_closed(starts.day, carried)


def _why_closed(on: date, carried: Carried) -> str:
    """Why nothing is posted on a day, or ""."""
    if on.weekday() > 4:
        return f"{day(on)} is at the weekend. I post on working days only."
    if any(first <= on <= last for first, last in carried.free):
        return f"{day(on)} is a holiday, or in a quiet time. I post on working days only."
    return ""


def _moved(review: Moment | None, starts: Moment | None, carried: Carried) -> Moment | None:
    """The day to look back on: left as the form showed it, it goes along with a day that moved."""
    shown, first = carried.review, carried.starts
    if review is None or starts is None or shown is None or first is None:
        return review
    if review.day != shown or starts.day == first:
        return review
    moved = starts.day + (shown - first)
    return Moment(moved + timedelta(days=(0, 0, 0, 0, 0, 2, 1)[moved.weekday()]), None)


def _review_fault(review: Moment | None, starts: Moment | None) -> str:
    if review is None:
        return "I don't know when that is. Write it as in: in two weeks, 26 June."
    if starts is not None and not DAY <= review.day - starts.day <= LATEST_REVIEW:
        return "The review is at least a day after it is posted, and at most four months."
    return ""
