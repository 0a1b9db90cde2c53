"""Bring a network's readings up to date, day by day, from its daily counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from bot.context import Context
from bot.domain.events import from_micros
from bot.domain.phases import EnergyReading
from bot.judgement import energy
from bot.judgement.energy import EnergyState, Rhythm
from bot.storage import days, listening, readings, talk

LONGEST = timedelta(days=730)
"""A filter that must begin anew looks back no further than this; its level needs half a year."""
NETWORK = "network"

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


def bring_up_to_date(ctx: Context, *, through: date, sensitivity: float) -> None:
    """Close the days up to *through* and read each that wasn't read, or changed since."""
    session, network = ctx.session, ctx.network
    recounted = days.close_days(session, network, through=through)
    first = days.first_day(session, network)
    if first is None:
        return
    memory = readings.memory_of(session, network)
    if memory is None or (recounted is not None and recounted <= memory.day):
        begin = max(first, through - LONGEST)
        states = (energy.begin(start=begin), _network_state(begin))
        readings.forget_from(session, network, begin)
    else:
        begin = memory.day + timedelta(days=1)
        states = _load(memory.state)
    if begin > through:
        return
    before = readings.phases(session, network)
    for day, found in _read(ctx, states, begin, through, sensitivity):
        readings.keep(session, network, day, found, before=before)
    session.flush()
    readings.keep_memory(session, network, through, _dump(states))


def _network_state(begin: date) -> EnergyState:
    return energy.begin(start=begin, series=[NETWORK], strictness=energy.NETWORK_STRICTNESS)


def _dump(states: tuple[EnergyState, EnergyState]) -> bytes:
    return msgspec.msgpack.encode([energy.dumps(state) for state in states])


def _load(blob: bytes) -> tuple[EnergyState, EnergyState]:
    channels, network = msgspec.msgpack.decode(blob, type=tuple[bytes, bytes])
    return energy.loads(channels), energy.loads(network)


def _read(
    ctx: Context,
    states: tuple[EnergyState, EnergyState],
    begin: date,
    through: date,
    sensitivity: float,
) -> Iterator[tuple[date, dict[int, EnergyReading]]]:
    """Each day's readings: of channels by number, and of the network as 0."""
    session, network = ctx.session, ctx.network
    channels, whole = states
    by_channel = days.channel_days(session, network, since=begin)
    by_network = days.network_days(session, network, since=begin)
    spans = listening.spans(session, network.workspace)
    kinds = rhythms(ctx, begin, through)
    nothing = days.Counts(0, 0, 0)
    for ahead in range((through - begin).days + 1):
        day = begin + timedelta(days=ahead)
        is_heard = not spans or days.is_heard(day, network.zone, spans)
        today = by_channel.get(day, {})
        names = {*channels.series, *map(str, today)}
        counts = {
            name: today.get(int(name), nothing) if is_heard else None for name in sorted(names)
        }
        total = {NETWORK: by_network.get(day, nothing) if is_heard else None}
        kind = kinds[day]
        found = energy.advance(
            channels, day=day, counts=counts, rhythm=kind, sensitivity=sensitivity
        )
        [all_told] = energy.advance(
            whole, day=day, counts=total, rhythm=kind, sensitivity=sensitivity
        )
        numbered = {int(name): one for name, one in zip(channels.series, found, strict=True)}
        yield day, numbered | {0: all_told}


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
