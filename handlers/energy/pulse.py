"""Gather where a network or channel is, and why that might be, as values for words and programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, partial

from bot.domain.events import from_micros
from bot.domain.phases import Direction, EnergyReading, Phase, Sureness
from bot.feature import Context
from bot.judgement.talk import lay_out
from bot.judgement.usual import FULL_WEEK, Usual, usual_range
from bot.judgement.weeks import WeekMeasures, comparable, measure_span, measure_weeks
from bot.judgement.why import Why, explain
from bot.storage import days, listening, places, readings, talk
from bot.storage.places import Channel, Network
from bot.storage.rhythm import CalendarEntry, SenseNote

BACK = timedelta(days=400)
"""How far back the weeks go that are compared: a year, and a little for last year's season."""
FEWEST_WEEKS = 8
FEWEST_VOICES = 8
FEW = 5
"""Fewer people than this are "a few"."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """Somebody's own explanation, which outranks the bot's."""

    text: str
    by: str
    on: date


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Local days, first and last, on which the bot was not listening."""

    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class Pulse:
    """A reading with all that explains it. `weeks` are complete local weeks, oldest first."""

    network: Network
    channel: Channel | None
    channels: Sequence[Channel]
    reading: EnergyReading
    weeks: Sequence[WeekMeasures]
    voices: Usual | None
    exchanges: Usual | None
    full_week: Usual | None
    calendar: Sequence[CalendarEntry]
    told: Told | None
    gap: Gap | None
    explain: Callable[[], Why]

    @cached_property
    def why(self) -> Why:
        """Why that might be; worked out when somebody asks."""
        return self.explain()

    @property
    def week(self) -> WeekMeasures | None:
        """The newest complete week."""
        return self.weeks[-1] if self.weeks else None

    @property
    def phase(self) -> Phase:
        """The reading's phase."""
        return self.reading.phase

    @property
    def is_too_small(self) -> bool:
        """Whether fewer than about eight people speak in a usual week: no ebb can be told there."""
        usual = self.voices.centre if self.voices else None
        return usual is not None and usual < FEWEST_VOICES

    @property
    def sureness(self) -> Sureness:
        """How sure the phase is: likely from 0.5, clear from 0.8 (as calibration was measured)."""
        if self.reading.probability > 0.8:
            return Sureness.CLEAR
        return Sureness.LIKELY if self.reading.probability > 0.5 else Sureness.POSSIBLE

    @property
    def low_weeks(self) -> int:
        """How many of the newest weeks in a row lay in the lower part of the usual range."""
        if self.full_week is None:
            return 0
        edge = self.full_week.centre - (self.full_week.centre - self.full_week.low) / 3
        run = 0
        for week in reversed(self.weeks):
            if week.working_days == 0 or week.voices * 5 / week.working_days >= edge:
                break
            run += 1
        return run

    def channel_named(self, number: int) -> Channel | None:
        """One of the network's channels, by our own number."""
        return next((channel for channel in self.channels if channel.id == number), None)


def take(ctx: Context, *, through: date, channel: Channel | None = None) -> Pulse:
    """The pulse of the network, or of one *channel* of it, after the day *through*."""
    session, network = ctx.session, ctx.network
    since = days.midnight(through - BACK, network.zone)
    until = days.midnight(through + timedelta(days=1), network.zone)
    said = talk.said(session, network, since=since, until=until)
    reacted = talk.reacted(session, network, since=since, until=until)
    setting = talk.setting(session, network, first=through - BACK, last=through)
    channel_id = channel.id if channel else 0
    reading = readings.newest(session, network, through=through, channel_id=channel_id)
    reading = reading or _too_early(through)
    weeks = measure_weeks(said, reacted, setting, until=through)
    if channel is not None and weeks:
        laid_out = lay_out(said, reacted, setting, until=through)
        weeks = [
            measure_span(laid_out, setting, week.first, _last(week), channel=channel.id)
            for week in weeks
        ]
    weeks = [week for week in weeks if week.days == 7]
    return Pulse(
        network=network,
        channel=channel,
        channels=places.channels(session, network),
        reading=reading,
        weeks=weeks,
        voices=_usual(weeks, "voices", for_days=weeks[-1].working_days if weeks else 0),
        exchanges=_usual(weeks, "exchanges", for_days=weeks[-1].working_days if weeks else 0),
        full_week=_usual(weeks, "voices", for_days=FULL_WEEK),
        calendar=talk.calendar(session, network),
        told=_told(ctx, reading, through),
        gap=_gap(ctx, through),
        explain=partial(
            explain,
            said,
            reacted,
            setting,
            until=through,
            phase=reading.phase,
            since=reading.since,
            channel=channel.id if channel else None,
        ),
    )


def _last(week: WeekMeasures) -> date:
    return week.first + timedelta(days=week.days - 1)


def _too_early(day: date) -> EnergyReading:
    return EnergyReading(day=day, phase=Phase.UNKNOWN, direction=Direction.LEVEL, probability=0.0)


def _usual(weeks: Sequence[WeekMeasures], name: str, *, for_days: int) -> Usual | None:
    """The usual range of a measure, from the weeks before the newest."""
    before = [weeks[n] for n in comparable(weeks[:-1])]
    if len(before) < FEWEST_WEEKS:
        return None
    return usual_range(
        [getattr(week, name) for week in before],
        [week.working_days for week in before],
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
    """The newest gap of the last four weeks in which the bot was deaf for a day or more."""
    for begin, end in reversed(listening.gaps(ctx.session, ctx.network.workspace)):
        first = talk.local_day(from_micros(begin), ctx.network)
        last = talk.local_day(from_micros(end), ctx.network)
        if last > first and last >= through - timedelta(days=28):
            return Gap(first=first, last=last)
    return None
