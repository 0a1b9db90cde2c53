"""Hold a round: who meets whom, told to each of them alone; a week later, ask whether they met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.context import Context
from bot.domain.events import to_micros
from bot.domain.meeting import round_of
from bot.domain.schedule import Daily
from bot.judgement.corners import homes
from bot.judgement.helping_history import History
from bot.judgement.limits import QUIET, Kind
from bot.judgement.pairing import Joining, pair
from bot.storage import meeting, membership, talk, threads, wishes
from bot.storage.meeting import Meeter, Meeting
from bot.storage.places import Person
from handlers.meeting.feature import Settings, feature

PAST = timedelta(days=90)
ASK_AFTER = timedelta(days=7)
LASTING = timedelta(days=4)
HOURS = range(9, 17)

Partners = Mapping[int, tuple[Meeter, Person]]


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.at)))
def hold(settings: Settings, ctx: Context) -> None:
    """Hold a round where one is due, and ask after earlier ones."""
    today = talk.local_day(ctx.now, ctx.network)
    if not talk.is_working(ctx.session, ctx.network, today):
        return
    meeting.let_old_go(ctx.session, ctx.network, now=ctx.now)
    _ask_after(ctx)
    name = round_of(today, weekday=settings.day.offset, cadence=settings.cadence)
    found = {person.id: (meeter, person) for meeter, person in _reached(ctx)} if name else {}
    if len(found) < 2:
        return
    seed = today.toordinal() * 100_003 + ctx.network.id
    number = meeting.begin(ctx.session, ctx.network, name, seed=seed, now=ctx.now)
    if number is not None:
        _hold(ctx, settings, found, number, seed)


def _reached(ctx: Context) -> Sequence[tuple[Meeter, Person]]:
    """Who takes part this time: nobody who paused, rests, or wants no word of it."""
    resting = membership.resting(ctx.session, ctx.network)
    return [
        (meeter, person)
        for meeter, person in meeting.taking_part(ctx.session, ctx.network)
        if person.id not in resting and wishes.paused_until(person, now=ctx.now) is None
    ]


def _hold(ctx: Context, settings: Settings, found: Partners, number: int, seed: int) -> None:
    corners, joining = _joining(ctx, found)
    chosen = pair(
        joining,
        meeting.met(ctx.session, ctx.network),
        seed=seed,
        size=settings.size,
        apart=meeting.apart(ctx.session, ctx.network),
    )
    for group in chosen.groups:
        held = meeting.hold(
            ctx.session, ctx.network, number, [found[each][0] for each in group], now=ctx.now
        )
        people = [found[each][1] for each in group]
        are_apart = len({corners[each] for each in group if each in corners}) > 1
        for person in people:
            _tell(ctx, held, person, people, are_apart=are_apart)
    for each in chosen.left_out:
        meeter, person = found[each]
        meeter.sat_out = True
        key = f"meeting.alone/{number}/{each}"
        _say(ctx, person, "meeting/alone", key, network=ctx.network.name)
    told = f"round {number}, seed {seed}: meetings {len(chosen.groups)}"
    ctx.spoke("meeting.hold", f"{told}, left out {len(chosen.left_out)}")


def _joining(ctx: Context, found: Partners) -> tuple[Mapping[int, int], list[Joining]]:
    """Everybody as the matching sees them, and in which corner each is at home."""
    since = to_micros(ctx.now - PAST)
    corners = homes(threads.wrote_where(ctx.session, ctx.network, since=since))
    said = talk.said(ctx.session, ctx.network, since=since, until=to_micros(ctx.now))
    history = History.of(said)
    joining = [
        Joining(
            person=number,
            group=corners.get(number),
            ties=history.near(number),
            hours=_hours(ctx, person),
            sat_out=meeter.sat_out,
        )
        for number, (meeter, person) in found.items()
    ]
    return corners, joining


def _hours(ctx: Context, person: Person) -> frozenset[int]:
    """The hours, UTC, at which a working day is on where *person* is."""
    try:
        zone = ZoneInfo(person.timezone) if person.timezone else ctx.network.zone
    except (ZoneInfoNotFoundError, ValueError):
        zone = ctx.network.zone
    today = ctx.now.astimezone(zone).date()
    at = (datetime.combine(today, time(hour), zone).astimezone(UTC) for hour in HOURS)
    return frozenset(each.hour for each in at)


def _tell(
    ctx: Context, held: Meeting, person: Person, people: Sequence[Person], *, are_apart: bool
) -> None:
    captain = next(each for each in people if each.id == held.captain_id)
    _say(
        ctx,
        person,
        "meeting/pair",
        f"{held.key}/{person.id}",
        network=ctx.network.name,
        others=[(each.name, each.ref) for each in people if each.id != person.id],
        captain="" if captain.id == person.id else captain.name,
        are_apart=are_apart,
    )


def _say(ctx: Context, person: Person, prompt: str, key: str, **values: Any) -> None:
    """Tell somebody what they asked for by taking part: of no number, yet in their own hours."""
    wait = ctx.foresee(person.address, Kind.WORD, at=ctx.now, about="meeting")
    at = wait.until if wait is not None and wait.reason == QUIET else None
    ctx.say(person.address, prompt, kind=Kind.ANSWER, key=key, at=at, lasting=LASTING, **values)


def _ask_after(ctx: Context) -> None:
    """Ask those who were to meet a week ago whether they did, once."""
    for held in meeting.to_ask_after(ctx.session, ctx.network, before=ctx.now - ASK_AFTER):
        people = meeting.partners(ctx.session, held)
        if not meeting.ask_after(ctx.session, held, now=ctx.now) or len(people) < 2:
            continue
        for person in people:
            ctx.say(
                person.address,
                "meeting/did_you",
                kind=Kind.WORD,
                key=f"{held.key}/{person.id}/after",
                lasting=LASTING,
                others=[each.name for each in people if each.id != person.id],
                number=held.id,
            )
