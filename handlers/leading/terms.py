"""Each day: remind of a term's end two weeks before, end it, and let what lapsed go."""

from __future__ import annotations

from datetime import date, time, timedelta

from bot.context import Context
from bot.domain.leading import REMINDED, AskedState, months_after
from bot.domain.schedule import Daily
from bot.judgement.limits import Kind
from bot.storage import leading, places, talk
from bot.storage.leading import Serving
from handlers.leading import sponsoring
from handlers.leading.feature import Settings, feature, tell_members

KEPT = timedelta(days=180)
LATE = timedelta(days=12)


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.at)))
def look(settings: Settings, ctx: Context) -> None:
    """Look at every term, and at what was asked two weeks ago without an answer."""
    leading.take_turns(ctx.session, ctx.network)
    leading.let_old_go(ctx.session, ctx.network, before=ctx.now - KEPT)
    for asked in leading.lapsed(ctx.session, ctx.network, now=ctx.now):
        leading.settle(ctx.session, asked, AskedState.LAPSED, now=ctx.now)
        to = ctx.session.get_one(places.Person, asked.person_id).address
        values = {"state": asked.state, "network": ctx.network.name, "promise": ""}
        ctx.amend(asked.key, to, "leading/settled", **values)
    today = talk.local_day(ctx.now, ctx.network)
    for each in leading.serving(ctx.session, ctx.network, months=settings.months):
        if each.person.is_gone or each.ends_on <= today:
            _end(settings, ctx, each, today)
        elif each.ends_on - REMINDED <= today:
            _remind(settings, ctx, each, each.ends_on)
    sponsoring.look_after(ctx, today)


def _end(settings: Settings, ctx: Context, found: Serving, today: date) -> None:
    """End a term that was reminded of; the last one goes on, and is told so."""
    person = found.person
    if not person.is_gone and not _is_reminded(ctx, found.ends_on, person):
        until = today + REMINDED  # as it was never told, it has two weeks from now
        leading.carry_on(ctx.session, ctx.network, person, until=until)
        _remind(settings, ctx, found, until)
        return
    if leading.stop(ctx.session, ctx.network, person):
        left = places.leads(ctx.session, ctx.network)
        key = f"ended/{found.ends_on}"
        tell_members(ctx, "leading/ended", key=key, who=person, others=left)
        ctx.spoke("leading.term", "a term of tending has ended")
    elif not person.is_gone:
        until = months_after(today, 1)
        leading.carry_on(ctx.session, ctx.network, person, until=until)
        _say(settings, ctx, found, until, is_last=True)


def _key(ctx: Context, person: places.Person, ends_on: date) -> str:
    return f"leading.term/{ctx.network.id}/{person.ref}/{ends_on}"


def _is_reminded(ctx: Context, ends_on: date, person: places.Person) -> bool:
    """Whether they were told of that day; asked for the last time, since it is over then."""
    return not ctx.once(_key(ctx, person, ends_on))


def _remind(settings: Settings, ctx: Context, found: Serving, ends_on: date) -> None:
    if ctx.once(_key(ctx, found.person, ends_on)):
        _say(settings, ctx, found, ends_on, is_last=False)


def _say(settings: Settings, ctx: Context, found: Serving, ends_on: date, *, is_last: bool) -> None:
    """Tell somebody who tends when their term ends, and what they can do about it."""
    others = [
        each.name for each in places.leads(ctx.session, ctx.network) if each.id != found.person.id
    ]
    ctx.say(
        found.person.address,
        "leading/reminder",
        kind=Kind.TENDING,
        key=f"{_key(ctx, found.person, ends_on)}/{'last' if is_last else 'told'}",
        lasting=LATE,
        network=ctx.network.name,
        since=found.since.astimezone(ctx.network.zone).date(),
        ends_on=ends_on,
        others=others,
        months=settings.months,
        is_over=is_last,
    )
