"""Take the pulse of a network or channel: its weeks, what is usual, and why it may have changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import pairwise

from msgspec import structs

from bot.context import Context
from bot.domain.events import from_micros
from bot.domain.phases import Direction, EnergyReading, Phase
from bot.judgement.few import is_veiled
from bot.judgement.talk import Setting, Talk, lay_out
from bot.judgement.usual import FULL_WEEK, Usual, usual_range
from bot.judgement.weeks import WeekMeasures, comparable, measure_span
from bot.judgement.why import Why, explain_talk
from bot.judgement.why.elsewhere import GUARD, USUAL_DAYS, level_elsewhere
from bot.storage import days, listening, places, readings, talk, usuals
from bot.storage.places import Channel
from bot.storage.rhythm import SenseNote
from handlers.energy.lastyear import people_a_year_ago
from handlers.energy.pulse import FEWEST_VOICES, Gap, Pulse, Told

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
BACK = timedelta(days=400)
"""How far back the weeks go that are compared: a year, and a little for last year's season."""
FEWEST_WEEKS = 8


def take(
    ctx: Context,
    *,
    through: date,
    channel: Channel | None = None,
    weeks: int = 0,
    back: timedelta = BACK,
) -> Pulse:
    """The pulse of the network, or of one *channel*, after *through*, with *weeks* to show.

    It is compared with the weeks that lie no further *back*.
    """
    session, network = ctx.session, ctx.network
    begin = through - max(back, (weeks + 1) * WEEK)
    since = days.midnight(begin, network.zone)
    until = days.midnight(through + DAY, network.zone)
    setting = talk.setting(session, network, first=begin, last=through, now=ctx.now)
    laid_out = lay_out(
        talk.said(session, network, since=since, until=until),
        talk.reacted(session, network, since=since, until=until),
        setting,
        until=through,
    )
    channel_id = channel.id if channel else None
    reading = readings.newest(session, network, through=through, channel_id=channel_id or 0)
    reading = structs.replace(reading, day=through) if reading else _too_early(through)
    measured = _weeks(laid_out, setting, through, channel_id)
    since_when = [each.since for each in usuals.rebases(session, network) if each.since <= through]
    anew = since_when[-1] if since_when else None
    full_week = usual_of(measured[:-1], since=anew)
    if full_week is not None and full_week.centre < FEWEST_VOICES:
        reading = _too_early(through)
    worked = measured[-1].working_days if measured else 0
    return Pulse(
        network=network,
        channel=channel,
        channels=places.channels(session, network),
        reading=reading,
        weeks=measured,
        voices=usual_of(measured[:-1], since=anew, for_days=worked),
        exchanges=usual_of(measured[:-1], "exchanges", since=anew, for_days=worked),
        full_week=full_week,
        calendar=talk.calendar(session, network),
        told=_told(ctx, reading, through),
        gap=_gap(ctx, through),
        explain=partial(_explain, ctx, laid_out, setting, reading, channel_id, anew, measured),
        earlier=_earlier(measured, since_when),
        anew=anew,
        whole=_whole(laid_out, setting, through, channel_id, measured) if channel_id else {},
    )


def _whole(
    laid_out: Talk,
    setting: Setting,
    through: date,
    channel: int,
    measured: Sequence[WeekMeasures],
) -> dict[date, int]:
    """The network's voices in weeks in which, besides *channel*'s, they would tell of a few."""
    others = set(laid_out.channel.tolist()) - {channel}
    if not others:
        return {}
    everywhere = {week.first: week.voices for week in _weeks(laid_out, setting, through, None)}
    other = next(iter(others)) if len(others) == 1 else None
    weeks = _weeks(laid_out, setting, through, other) if other is not None else []
    there = {week.first: week.voices for week in weeks}
    return {
        week.first: everywhere[week.first]
        for week in measured
        if is_veiled(
            everywhere[week.first],
            week.voices,
            there.get(week.first),
            channels=len(others) + 1,
        )
    }


def _explain(
    ctx: Context,
    laid_out: Talk,
    setting: Setting,
    reading: EnergyReading,
    channel: int | None,
    anew: date | None,
    measured: Sequence[WeekMeasures],
) -> Why:
    since = reading.since or reading.day - WEEK
    return explain_talk(
        laid_out,
        setting,
        phase=reading.phase,
        since=reading.since,
        channel=channel,
        explained={week.first for week in measured if anew and week.first < anew},
        elsewhere=_level_elsewhere(ctx, setting, channel, since, reading.day),
        year_ago=people_a_year_ago(ctx, through=reading.day, channel=channel),
    )


def _level_elsewhere(
    ctx: Context, setting: Setting, channel: int | None, since: date, until: date
) -> float | None:
    """How busy the rest of the workspace is, of which nothing but this is looked at."""
    begin = min(since, until - WEEK) - timedelta(days=USUAL_DAYS + GUARD)
    people = readings.people_elsewhere(
        ctx.session, ctx.network, since=begin, until=until, beside=channel
    )
    return level_elsewhere(people, setting, since=since, until=until)


def _earlier(weeks: Sequence[WeekMeasures], since_when: Sequence[date]) -> list[tuple[date, Usual]]:
    """What was usual before, each until another usual began."""
    if not weeks:
        return []
    begins = [weeks[0].first, *since_when]
    found = [(begin, usual_of(weeks, since=begin, before=end)) for begin, end in pairwise(begins)]
    return [(begin, usual) for begin, usual in found if usual is not None]


def _weeks(
    laid_out: Talk, setting: Setting, through: date, channel_id: int | None
) -> list[WeekMeasures]:
    """The spells of seven days that end on *through*, oldest first, from the first message on."""
    if not len(laid_out.ts):
        return []
    first = laid_out.days.first + WEEK
    count = ((through - first).days + 1) // 7
    begins = [through - n * WEEK + DAY for n in range(count, 0, -1)]
    return [
        measure_span(laid_out, setting, day, day + WEEK - DAY, channel=channel_id) for day in begins
    ]


def _too_early(day: date) -> EnergyReading:
    return EnergyReading(day=day, phase=Phase.UNKNOWN, direction=Direction.LEVEL, probability=0.0)


def usual_of(
    weeks: Sequence[WeekMeasures],
    name: str = "voices",
    *,
    since: date | None = None,
    before: date | None = None,
    for_days: int = FULL_WEEK,
) -> Usual | None:
    """The usual range of a measure in *weeks*, of those *since* a day and *before* another."""
    outside = {
        week.first
        for week in weeks
        if (since and week.first < since) or (before and week.first + WEEK > before)
    }
    fit = [weeks[n] for n in comparable(weeks, explained=outside)]
    if len(fit) < FEWEST_WEEKS or not for_days:
        return None
    return usual_range(
        [getattr(week, name) for week in fit],
        [week.working_days for week in fit],
        for_days=for_days,
    )


def _told(ctx: Context, reading: EnergyReading, through: date) -> Told | None:
    """What people said of this phase, if they did."""
    if reading.phase in (Phase.STEADY, Phase.UNKNOWN):
        return None
    begin = (reading.since or through) - timedelta(days=14)
    since = datetime.combine(begin, time(), ctx.network.zone)
    found: Sequence[tuple[SenseNote, str]] = readings.notes(ctx.session, ctx.network, since=since)
    if not found:
        return None
    note, name = found[0]
    return Told(text=note.text, by=name, on=talk.local_day(note.at, ctx.network))


def _gap(ctx: Context, through: date) -> Gap | None:
    """The days of the newest gap of four weeks up to *through* in which too little was heard."""
    session, network = ctx.session, ctx.network
    heard = listening.spans(session, network.workspace)
    for begin, end in reversed(listening.gaps(session, network.workspace, now=ctx.now)):
        first, last = (talk.local_day(from_micros(at), network) for at in (begin, end))
        days_of_gap = (first + n * DAY for n in range((last - first).days + 1))
        deaf = [day for day in days_of_gap if not days.is_heard(day, network.zone, heard)]
        if deaf and deaf[0] <= through and deaf[-1] >= through - timedelta(days=28):
            return Gap(first=deaf[0], last=deaf[-1])
    return None
