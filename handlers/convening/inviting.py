"""A few people see the question of a round before the others, so that other voices may begin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import islice
from random import Random

from bot.context import Context
from bot.domain.events import ActionTaken, to_micros
from bot.domain.nudges import NudgeState as State
from bot.domain.schedule import Daily
from bot.judgement.convening import IN_ROUNDS, by_lot
from bot.judgement.limits import Kind
from bot.storage import nudges, places, talk, wishes
from bot.storage.nudges import Nudge
from bot.storage.places import Person
from handlers.convening.feature import Settings, feature
from handlers.convening.posting import channel_of
from handlers.convening.showing import lines, one, signers

KNOWN, LATELY = timedelta(days=180), timedelta(days=28)
FEWEST = 8
"""So many people have to be there to draw from: of fewer, everybody would know who was meant."""
SHORTEST = timedelta(minutes=15)
"""Who hears of it later than this before the post has no time of their own for it."""


@feature.job(
    lambda settings: Daily(at=time.fromisoformat(settings.first_at)),
    late=timedelta(hours=6),
    while_any=(Nudge,),
)
def first_word(settings: Settings, ctx: Context) -> None:
    """Show the questions of today's rounds to a few people first."""
    for nudge in nudges.in_states(ctx.session, ctx.network, (State.SCHEDULED,)):
        starts = nudge.starts_at(ctx.network)
        is_today = nudge.starts_day == talk.local_day(ctx.now, ctx.network)
        if is_today and starts - ctx.now >= SHORTEST and nudge.kind in IN_ROUNDS:
            _invite(settings, ctx, nudge, starts)


def _invite(settings: Settings, ctx: Context, nudge: Nudge, starts: datetime) -> None:
    """Show *nudge* to people drawn by lot; neither who was drawn nor how often is kept."""
    drawn = [*islice(_drawn(ctx, nudge), settings.first_word)]
    if not drawn:
        ctx.skip("convening.first_word", f"{nudge.kind}: too few to draw from")
        return
    ctx.spoke("convening.first_word", f"{nudge.kind}: shown to a few, drawn by lot")
    by = ctx.session.get(Person, nudge.approved_by) if nudge.approved_by else None
    for person in drawn:
        ctx.say(
            person.address,
            "convening/first_word",
            kind=Kind.WORD,
            key=f"convening.first_word/{nudge.key}/{person.id}",
            lasting=starts - ctx.now,
            nudge=one(ctx, nudge),
            names=signers(ctx, by),
            quoted=lines(nudge.words, quoted=True),
        )


def _drawn(ctx: Context, nudge: Nudge) -> Iterator[Person]:
    """People who may be shown *nudge* first, in the order of the lot.

    They have spoken in its channel in the last half year, so that nobody is written to who only
    reads; they don't tend, are no guests of elsewhere, and may hear of it now.
    """
    channel = channel_of(ctx, nudge)
    until = to_micros(ctx.now)
    said = talk.said(ctx.session, ctx.network, since=to_micros(ctx.now - KNOWN), until=until)
    lately = {each.author for each in said if each.ts >= to_micros(ctx.now - LATELY)}
    here = {each.author for each in said if channel and each.channel == channel.id}
    tending = {each.id for each in places.leads(ctx.session, ctx.network)}
    people = {
        each.id: each
        for each in places.people_of(ctx.session, ctx.network.workspace)
        if each.id in here - tending
        and not (each.is_bot or each.is_external or each.is_gone or each.is_uncounted)
    }
    if len(people) < FEWEST:
        return
    for who in by_lot(people.keys(), lately, lot=Random(f"{ctx.network.id}/{nudge.id}/first")):
        if ctx.foresee(people[who].address, Kind.WORD, at=ctx.now, about="convening") is None:
            yield people[who]


@feature.action("not_first")
def not_first(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Show somebody no question first any more."""
    wishes.want_not(ctx.session, taken.member, "convening")
    ctx.reply("convening/not_first")
