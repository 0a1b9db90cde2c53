"""Nudges in shared places: the bot's own page, the digest, and what is held of somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.context import Context
from bot.domain.nudges import NudgeState as State
from bot.feature import CatchUpItem, Period, Section, Since
from bot.storage import nudges, seeing, talk, threads
from bot.storage.nudges import Nudge
from bot.storage.places import Person
from bot.storage.standing import permissions
from handlers.convening.feature import Settings, feature
from handlers.convening.showing import Shown, shown

MOST = 5
AHEAD = timedelta(weeks=4)
WEEK = timedelta(weeks=1)
WEIGHT = 2.5


@feature.home_section(order=6, for_leads=True)
def for_you(settings: Settings, ctx: Context) -> Section | None:
    """On a lead's page: what waits for somebody to approve it."""
    found = nudges.in_states(ctx.session, ctx.network, (State.AWAITING,))
    waiting = [each for each in found if each.starts_at(ctx.network) > ctx.now]
    if not waiting:
        return None
    words = ctx.prompts.render("convening/for_you", awaiting=shown(ctx, waiting[:MOST]))
    return Section(name="for you", words=words, facts={"drafts": len(waiting)})


@feature.home_section(order=45, for_leads=True)
def what_we_tried(settings: Settings, ctx: Context) -> Section | None:
    """On a lead's page: the last few that were looked back on, hoped and happened."""
    found = shown(ctx, nudges.reviewed(ctx.session, ctx.network, most=MOST))
    if not found:
        return None
    words = ctx.prompts.render("convening/tried", reviewed=found)
    return Section(name="what we tried", words=words, facts={"reviewed": len(found)})


@feature.home_section(order=41)
def coming_up(settings: Settings, ctx: Context) -> Section | None:
    """On everybody's page: what brings people together in the next four weeks."""
    today = talk.local_day(ctx.now, ctx.network)
    return _coming(ctx, today, today + AHEAD)


@feature.digest_section(order=60)
def coming_up_this_week(settings: Settings, ctx: Context, period: Period) -> Section | None:
    """In the digest: what brings people together in the week after it."""
    return _coming(ctx, period.last, period.last + WEEK)


def _coming(ctx: Context, first: date, last: date) -> Section | None:
    found = [each for each in _scheduled(ctx) if first <= each.day <= last]
    meetings = [each for each in _meeting(ctx) if each.meets and each.meets.date() <= last]
    if not (found or meetings):
        return None
    words = ctx.prompts.render("convening/coming", scheduled=found[:MOST], meetings=meetings[:MOST])
    facts = {"convenings": len(found), "meetings": len(meetings)}
    return Section(name="coming up", words=words, facts=facts)


def _scheduled(ctx: Context) -> list[Shown]:
    """What is scheduled where everybody may look, and still to come."""
    found = nudges.in_states(ctx.session, ctx.network, (State.SCHEDULED,))
    return _open(ctx, [each for each in found if each.starts_at(ctx.network) > ctx.now])


def _meeting(ctx: Context) -> list[Shown]:
    """What is posted where everybody may look, and whose hour is still to come."""
    found = nudges.in_states(ctx.session, ctx.network, (State.POSTED, State.GATHERING))
    to_come = [each for each in found if each.meets_at is not None and each.meets_at > ctx.now]
    return _open(ctx, sorted(to_come, key=lambda each: each.meets_at or ctx.now))


def _open(ctx: Context, found: Sequence[Nudge]) -> list[Shown]:
    named = threads.open_channels(ctx.session, ctx.network)
    return shown(ctx, [each for each in found if each.channel_id in named])


@feature.catchup_section(order=51)
def soon(settings: Settings, ctx: Context, since: Since) -> list[CatchUpItem]:
    """What brings people together in the next fortnight, in channels that they see."""
    seen = seeing.visible(ctx.session, ctx.network, since.person)
    refs = {place.ref for place in seen.values()}
    latest = talk.local_day(ctx.now, ctx.network) + 2 * WEEK
    return [
        CatchUpItem(
            words=ctx.prompts.render("convening/catchup", nudge=each),
            why="it is soon, and open to you",
            about=f"convening/{each.number}",
            weight=WEIGHT,
            at=ctx.now,
        )
        for each in _scheduled(ctx)
        if each.ref in refs and each.day <= latest
    ]


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """What somebody drafted, approved, and said of it afterwards."""
    found = nudges.touched_by(ctx.session, person)
    permitted = [each for each in permissions(ctx.session, ctx.network) if each.by.id == person.id]
    if not found and not permitted:
        return None
    seen = shown(ctx, [nudge for nudge, _ in found])
    rows = [{"nudge": nudge, "roles": roles} for nudge, (_, roles) in zip(seen, found, strict=True)]
    facts = [
        {
            "kind": nudge.kind,
            "day": nudge.starts_day,
            "meets_at": nudge.meets_at,
            "you": roles,
            "words": nudge.words,
            "hope": nudge.hope,
            "lesson": nudge.lesson,
        }
        for nudge, roles in found
    ]
    permits = [{"kind": each.kind, "since": each.since} for each in permitted]
    words = ctx.prompts.render("convening/mydata", held=rows, permitted=permitted)
    return Section(name="convening", words=words, facts={"nudges": facts, "permits": permits})


@feature.erase
def let_go(settings: Settings, ctx: Context, person: Person) -> None:
    """Take somebody's name off all of it."""
    nudges.forget(ctx.session, person)
