"""Once a month, ask two who share a helper whether they would like to meet: nobody is named."""

from __future__ import annotations

from datetime import timedelta

from bot.context import Context
from bot.domain.events import to_micros
from bot.domain.introductions import Origin
from bot.judgement.bridging import Pair, triangles
from bot.judgement.corners import homes
from bot.judgement.helping_history import History
from bot.storage import (
    giving,
    introductions,
    meeting,
    membership,
    places,
    rather_not,
    sparing,
    talk,
    threads,
)
from bot.storage.places import Person
from handlers.introductions import asking

YEAR = timedelta(days=365)
PAST = timedelta(days=180)
AT_HOME = timedelta(days=90)
MOST = 3
"""Pairs of a network in a month."""


def close_triangles(ctx: Context, *, seed: int) -> None:
    """Ask a few pairs who share a helper, and have neither met nor helped each other."""
    helped = [
        (each.giver_id, each.receiver_id)
        for each in giving.counted(ctx.session, ctx.network, since=ctx.now - YEAR)
        if each.giver_id is not None and each.receiver_id is not None
    ]
    if len({receiver for _, receiver in helped}) < 2:
        return
    may = _may_be_asked(ctx)
    known = linked(ctx)
    if not triangles(helped, may=may.keys(), known=known, homes={}, seed=seed):
        return
    at = to_micros(ctx.now)
    since = at - PAST // timedelta(microseconds=1)
    history = History.of(talk.said(ctx.session, ctx.network, since=since, until=at))
    known += [(person, other) for person in may for other in history.near(person)]
    wrote = threads.wrote_where(ctx.session, ctx.network, since=to_micros(ctx.now - AT_HOME))
    found = triangles(helped, may=may.keys(), known=known, homes=homes(wrote), seed=seed)
    _ask(ctx, [(may[one], may[other]) for one, other in found])


def _ask(ctx: Context, pairs: list[tuple[Person, Person]]) -> None:
    asked = 0
    for one, other in pairs:
        if asked == MOST:
            break
        asked += asking.begin(ctx, Origin.HELPER, one, other) is not None
    if asked:
        ctx.spoke("introductions.close", "two who share a helper were asked, for each alone")
    else:
        ctx.skip("introductions.close", "nobody who shares a helper can be asked now")


def _may_be_asked(ctx: Context) -> dict[int, Person]:
    """Whom the bot may think of: nobody who rests, paused, or was thought of lately."""
    apart = membership.resting(ctx.session, ctx.network)
    apart |= sparing.had_turn(ctx.session, ctx.network, now=ctx.now)
    return {
        each.id: each
        for each in places.people_of(ctx.session, ctx.network.workspace)
        if each.id not in apart and may_be_thought_of(ctx, each)
    }


def may_be_thought_of(ctx: Context, person: Person) -> bool:
    """Whether *person* is somebody whom the bot may think of for an introduction."""
    if person.is_bot or person.is_gone or person.is_external or person.is_uncounted:
        return False
    return not person.is_guest and (person.paused_until is None or person.paused_until <= ctx.now)


def linked(ctx: Context) -> list[Pair]:
    """Who met over a coffee, would rather not, or was asked about each other."""
    return [
        *meeting.met(ctx.session, ctx.network),
        *rather_not.apart(ctx.session, ctx.network),
        *introductions.linked(ctx.session, ctx.network),
    ]
