"""Bring a network's readings up to date, day by day, from its daily counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec
import structlog

from bot.context import Context
from bot.domain.events import from_micros
from bot.domain.phases import EnergyReading
from bot.judgement import energy
from bot.judgement.energy import EnergyState, Rhythm
from bot.storage import days, listening, places, readings, talk, usuals

log = structlog.get_logger()

LONGEST = timedelta(days=730)
"""A filter that must begin anew looks back no further than this; its level needs half a year."""
NETWORK = "network"
DAY = timedelta(days=1)
NOTHING = days.Counts(0, 0, 0)

States = tuple[EnergyState, EnergyState]
"""What is remembered of a network's channels, and of the network as a whole."""

_CHRISTMAS = ((12, 23), (1, 2))


def last_day(ctx: Context) -> date:
    """The last complete day that the bot listened to, yesterday at the latest."""
    session, network = ctx.session, ctx.network
    today = talk.local_day(ctx.now, network)
    spans = listening.spans(session, network.workspace)
    yesterday = today - timedelta(days=1)
    if not spans:
        return yesterday
    end = from_micros(spans[-1][1]).astimezone(network.zone).date()
    if not days.is_heard(end, network.zone, spans):
        end -= timedelta(days=1)
    return min(end, yesterday)


def bring_up_to_date(
    ctx: Context, *, through: date, sensitivity: float, at_once: int | None = None
) -> bool:
    """Close the days up to *through* and read each that wasn't read, or changed since.

    No more than *at_once*, which counts each channel's day. Returns whether more are left.
    """
    session, network = ctx.session, ctx.network
    recounted = days.close_days(session, network, through=through)
    first = days.first_day(session, network)
    if first is None:
        return False
    memory = readings.memory_of(session, network)
    is_changed = memory is None or (recounted is not None and recounted <= memory.day)
    remembered = None if memory is None or is_changed else _load(memory.state)
    if memory is None or remembered is None:
        begin = max(first, through - LONGEST)
        states = (energy.begin(start=begin), _network_state(begin))
        readings.forget_from(session, network, begin)
    else:
        begin, states = memory.day + timedelta(days=1), remembered
    if begin > through:
        return False
    until = _some(ctx, begin, through, at_once)
    before = readings.phases(session, network)
    reader = Reader(ctx, states, begin=begin, through=until, sensitivity=sensitivity)
    for day, found in reader.read():
        readings.keep(session, network, day, found, before=before)
    session.flush()
    readings.keep_memory(session, network, until, _dump(reader.states))
    return until < through


def _some(ctx: Context, begin: date, through: date, at_once: int | None) -> date:
    """The last of those days from *begin* to *through* that are read together; the first is."""
    if at_once is None or begin == through:
        return through
    channels = len(places.channels(ctx.session, ctx.network)) or 1
    together = max(at_once // channels, 1)
    return min(through, begin + (together - 1) * DAY)


def _network_state(begin: date) -> EnergyState:
    return energy.begin(start=begin, series=[NETWORK], strictness=energy.NETWORK_STRICTNESS)


def _dump(states: States) -> bytes:
    return msgspec.msgpack.encode([energy.dumps(state) for state in states])


def _load(blob: bytes) -> States | None:
    """What is remembered, or None where an earlier release remembered it in another way."""
    try:
        channels, network = msgspec.msgpack.decode(blob, type=tuple[bytes, bytes])
        return energy.loads(channels), energy.loads(network)
    except (msgspec.DecodeError, energy.StateError):
        log.info("energy.begins_anew")
        return None


class Reader:
    """Reads the days of a network from *begin* to *through*; `states` is what it remembers then.

    Where people said that something else is usual, it forgets what it knew on the first day that
    is to be read so, and learns again from the days since.
    """

    def __init__(
        self,
        ctx: Context,
        states: States,
        *,
        begin: date,
        through: date,
        sensitivity: float,
    ) -> None:
        session, network = ctx.session, ctx.network
        self.states = states
        self._begin, self._through, self._sensitivity = begin, through, sensitivity
        self._rebased = {
            each.reads_from: each.since
            for each in usuals.rebases(session, network)
            if begin <= each.reads_from <= through
        }
        since = min([begin, *self._rebased.values()])
        self._zone = network.zone
        self._by_channel = days.channel_days(session, network, since=since)
        self._by_network = days.network_days(session, network, since=since)
        self._spans = listening.spans(session, network.workspace)
        self._kinds = rhythms(ctx, since, through)

    def read(self) -> Iterator[tuple[date, dict[int, EnergyReading]]]:
        """Each day's readings: of channels by number, and of the network as 0."""
        for day in _days(self._begin, self._through):
            if (since := self._rebased.get(day)) is not None:
                self.states = (energy.begin(start=since), _network_state(since))
                for earlier in _days(since, day - DAY):
                    self._advance(earlier)
            yield day, self._advance(day)

    def _advance(self, day: date) -> dict[int, EnergyReading]:
        channels, whole = self.states
        is_heard = not self._spans or days.is_heard(day, self._zone, self._spans)
        today = self._by_channel.get(day, {})
        names = sorted({*channels.series, *map(str, today)})
        counts = {name: today.get(int(name), NOTHING) if is_heard else None for name in names}
        total = {NETWORK: self._by_network.get(day, NOTHING) if is_heard else None}
        kind, sensitivity = self._kinds[day], self._sensitivity
        found = energy.advance(
            channels, day=day, counts=counts, rhythm=kind, sensitivity=sensitivity
        )
        [all_told] = energy.advance(
            whole, day=day, counts=total, rhythm=kind, sensitivity=sensitivity
        )
        return {0: all_told} | {
            int(name): one for name, one in zip(channels.series, found, strict=True)
        }


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def rhythms(ctx: Context, first: date, last: date) -> dict[date, Rhythm]:
    """What kind of day each is: declared quiet time outranks the calendar."""
    holidays = talk.holidays_of(ctx.network, first, last)
    declared = talk.calendar(ctx.session, ctx.network)
    quiet = [entry for entry in declared if entry.kind != "gathering"]
    found = {}
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        if any(entry.first <= day <= entry.last for entry in quiet):
            found[day] = Rhythm.QUIET
        elif (day.month, day.day) >= _CHRISTMAS[0] or (day.month, day.day) <= _CHRISTMAS[1]:
            found[day] = Rhythm.FESTIVE
        else:
            found[day] = Rhythm.HOLIDAY if day in holidays else Rhythm.ORDINARY
    return found
