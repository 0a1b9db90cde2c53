"""Who would meet whom in a round: worked out in one way for a preview and for the round itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from bot.context import Context
from bot.domain.events import to_micros
from bot.domain.meeting import Rhythm, next_round, seed_of
from bot.judgement.corners import homes
from bot.judgement.helping_history import History
from bot.judgement.pairing import Joining, Met, Round, pair, pairs_in
from bot.storage import circles, meeting, membership, rather_not, talk, threads, wishes
from bot.storage.circles import Circle, Meeter
from bot.storage.places import Person

T = TypeVar("T")
PAST = timedelta(days=90)
HELD = timedelta(days=400)
HOURS = range(9, 17)

Partners = Mapping[int, tuple[Meeter, Person]]


class Planned(Struct, frozen=True, kw_only=True):
    """A round as it would be: by the numbers of people, `corners` where each is at home.

    `met` is who was to meet whom before.
    """

    name: str
    seed: int
    people: Partners
    corners: Mapping[int, int]
    met: Met
    round: Round

    def is_across(self, group: Sequence[int]) -> bool:
        """Whether *group* brings together people of different corners."""
        return len({self.corners[each] for each in group if each in self.corners}) > 1

    def is_new(self, group: Sequence[int]) -> bool:
        """Whether none in *group* were to meet before, as far as is kept."""
        return not any(each in self.met for each in pairs_in([group]))


def coming(ctx: Context, circle: Circle, rhythm: Rhythm) -> tuple[str, date]:
    """The name of the next round of *circle*, and the day from which on it is due."""
    past = meeting.rounds_of(ctx.session, circle, since=ctx.now - HELD)
    today = talk.local_day(ctx.now, ctx.network)
    return next_round(today, rhythm=rhythm, held={each.name for each in past})


def reached(ctx: Context, circle: Circle) -> Sequence[tuple[Meeter, Person]]:
    """Who takes part this time: nobody who paused, rests, or was left in peace."""
    taking_part = circles.taking_part(ctx.session, circle)
    return [each for each in free(ctx, taking_part) if each[0].eased_at is None]


def free(ctx: Context, people: Sequence[tuple[T, Person]]) -> Sequence[tuple[T, Person]]:
    """Those of *people* who neither rest nor paused."""
    resting = membership.resting(ctx.session, ctx.network)
    return [
        (what, person)
        for what, person in people
        if person.id not in resting and wishes.paused_until(person, now=ctx.now) is None
    ]


def planned(ctx: Context, circle: Circle, rhythm: Rhythm, name: str) -> Planned | None:
    """The round *name* of *circle* as it would be now; None where there is nobody to meet."""
    people = {person.id: (meeter, person) for meeter, person in reached(ctx, circle)}
    if len(people) < 2:
        return None
    seed = seed_of(ctx.network.id, circle.id, name)
    first = [number for number, (meeter, _) in people.items() if meeter.sat_out]
    corners, joined = joining(ctx, {each: people[each][1] for each in people}, first=first)
    met = meeting.met(ctx.session, ctx.network)
    chosen = pair(
        joined,
        met,
        seed=seed,
        size=rhythm.size,
        apart=rather_not.apart(ctx.session, ctx.network),
    )
    return Planned(name=name, seed=seed, people=people, corners=corners, met=met, round=chosen)


def joining(
    ctx: Context, people: Mapping[int, Person], *, first: Collection[int]
) -> tuple[Mapping[int, int], list[Joining]]:
    """In which corner each is at home, and everybody as the matching sees them.

    Who sat out last time comes *first*.
    """
    since = to_micros(ctx.now - PAST)
    corners = homes(threads.wrote_where(ctx.session, ctx.network, since=since))
    said = talk.said(ctx.session, ctx.network, since=since, until=to_micros(ctx.now))
    history = History.of(said)
    return corners, [
        Joining(
            person=number,
            group=corners.get(number),
            ties=history.near(number),
            hours=_hours(ctx, person),
            sat_out=number in first,
        )
        for number, person in people.items()
    ]


def _hours(ctx: Context, person: Person) -> frozenset[int]:
    """The hours, UTC, at which a working day is on where *person* is."""
    zone = zone_of(ctx, person)
    today = ctx.now.astimezone(zone).date()
    at = (datetime.combine(today, time(hour), zone).astimezone(UTC) for hour in HOURS)
    return frozenset(each.hour for each in at)


def zone_of(ctx: Context, person: Person) -> ZoneInfo:
    """The time zone of where *person* is; the network's where that isn't known."""
    try:
        return ZoneInfo(person.timezone) if person.timezone else ctx.network.zone
    except (ZoneInfoNotFoundError, ValueError):
        return ctx.network.zone
