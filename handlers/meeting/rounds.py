"""Hold a round: who meets whom, told to each of them alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time, timedelta
from typing import Any

from bot.context import Context
from bot.domain.events import ChannelKind
from bot.domain.meeting import round_of
from bot.domain.schedule import Daily
from bot.storage import circles, gatherings, meeting, talk
from bot.storage.circles import Circle
from bot.storage.gatherings import Gathering
from bot.storage.meeting import Meeting
from bot.storage.places import Channel, Person
from bot.storage.reviews import Piece
from handlers.meeting import after, reviewing
from handlers.meeting.feature import Settings, feature, rhythm_of
from handlers.meeting.planning import Planned, planned
from handlers.meeting.telling import tell

APART = timedelta(days=2, hours=12)
"""Two rounds are three days apart at least, whatever was changed between; one looks once a day."""


@feature.job(
    lambda settings: Daily(at=time.fromisoformat(settings.at)),
    while_any=(Circle, Piece, Meeting, Gathering),
)
def hold(settings: Settings, ctx: Context) -> None:
    """Hold the rounds that are due, and see to what becomes of earlier ones."""
    gatherings.let_old_go(ctx.session, ctx.network, now=ctx.now)
    today = talk.local_day(ctx.now, ctx.network)
    if not talk.is_working(ctx.session, ctx.network, today):
        return
    meeting.let_old_go(ctx.session, ctx.network, now=ctx.now)
    after.remind(ctx)
    after.ask_after(ctx)
    reviewing.hold(settings, ctx, today)
    for circle, channel in circles.circles(ctx.session, ctx.network):
        rhythm = rhythm_of(settings, circle)
        name = round_of(today, weekday=rhythm.day.offset, cadence=rhythm.cadence)
        if name and not is_lately(ctx, circle):
            hold_one(settings, ctx, circle, channel, name)


def is_lately(ctx: Context, circle: Circle) -> bool:
    """Whether there was a round so lately that another would be too much."""
    return bool(meeting.rounds_of(ctx.session, circle, since=ctx.now - APART))


def hold_one(
    settings: Settings, ctx: Context, circle: Circle, channel: Channel | None, name: str
) -> bool:
    """Hold the round *name* of *circle*; False where it was held, or there is nobody to meet."""
    if meeting.was_held(ctx.session, circle, name):
        return False
    after.ease_out(ctx, circle)
    found = planned(ctx, circle, rhythm_of(settings, circle), name)
    if found is None:
        return False
    number = meeting.begin(ctx.session, circle, name, seed=found.seed, now=ctx.now)
    if number is None:
        return False
    place = channel.name if channel else ""
    for group in found.round.groups:
        _bring_together(ctx, found, group, number, circle, place)
    for each in found.round.left_out:
        meeter, person = found.people[each]
        meeter.sat_out = True
        about: dict[str, Any] = {"network": ctx.network.name, "place": place, "circle": circle.id}
        tell(ctx, person, "meeting/alone", f"meeting.alone/{number}/{each}", **about)
    ctx.spoke("meeting.hold", f"round {name}{_where(channel)}, seed {found.seed}")
    return True


def _where(channel: Channel | None) -> str:
    """Where, for those who tend: what a private channel is called is for those in it."""
    if channel is None:
        return ""
    return f" in #{channel.name}" if channel.kind == ChannelKind.PUBLIC else " in a private channel"


def _bring_together(
    ctx: Context, found: Planned, group: Sequence[int], number: int, circle: Circle, place: str
) -> None:
    meeters = [found.people[each][0] for each in group]
    held = meeting.hold(ctx.session, ctx.network, number, meeters, now=ctx.now)
    people = [found.people[each][1] for each in group]
    for person in people:
        _introduce(
            ctx,
            held,
            person,
            people,
            are_apart=found.is_across(group),
            are_new=found.is_new(group),
            circle=circle.id,
            place=place,
        )


def _introduce(
    ctx: Context, held: Meeting, person: Person, people: Sequence[Person], **values: Any
) -> None:
    captain = next(each for each in people if each.id == held.captain_id)
    tell(
        ctx,
        person,
        "meeting/pair",
        f"{held.key}/{person.id}",
        network=ctx.network.name,
        others=[(each.name, each.ref) for each in people if each.id != person.id],
        captain="" if captain.id == person.id else captain.name,
        number=held.id,
        **values,
    )
