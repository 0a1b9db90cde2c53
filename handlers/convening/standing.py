"""What somebody lets the bot schedule by itself, by name, and with time for anybody to cancel."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.context import Context
from bot.domain.nudges import ConveningKind, kind_named
from bot.domain.nudges import NudgeState as State
from bot.judgement.convening import PROPOSED, SCRIPTS
from bot.judgement.limits import Kind
from bot.storage import nudges, places, readings, standing, talk
from bot.storage.nudges import Nudge
from bot.storage.places import Channel
from bot.storage.standing import Permission
from handlers.convening import drafting, posting
from handlers.convening.feature import Settings
from handlers.convening.showing import lines, one

DAY = timedelta(days=1)
NOTICE = 2
"""Working days between telling those who tend and posting, so that anybody can cancel."""


def permit(ctx: Context, verb: str, name: str) -> None:
    """Keep, or take back, the permission for a kind, and say so."""
    kind = kind_named(name)
    person = places.person_at(ctx.session, ctx.member) if ctx.member else None
    if kind is None or person is None or not ctx.is_lead:
        ctx.reply("convening/nudges_how")
    elif verb == "allow":
        is_new = standing.allow(ctx.session, ctx.network, kind, by=person, now=ctx.now)
        ctx.reply("convening/allowed", kind=kind, is_new=is_new)
    else:
        was_there = standing.forbid(ctx.session, ctx.network, kind)
        ctx.reply("convening/forbidden", kind=kind, was_there=was_there)


def draft_by_permission(ctx: Context, settings: Settings) -> None:
    """Schedule what answers the ebb or flow that leads were told of today, if somebody permits."""
    permitted = {each.kind: each for each in standing.permissions(ctx.session, ctx.network)}
    if not permitted:
        return
    today = datetime.combine(ctx.now_there.date(), time(), ctx.network.zone)
    told = told_reason(ctx, since=today)
    permission = permitted.get(PROPOSED[told]) if told in PROPOSED else None
    channels = drafting.open_channels(ctx) if permission else []
    if permission is None or not channels:
        return
    busy = {each.kind for each in nudges.still_open(ctx.session, ctx.network)}
    starts = first_day(ctx, settings, channels[0])
    if permission.kind in busy or starts is None:
        ctx.skip("convening.standing", f"{permission.kind}: one is under way, or there is no room")
        return
    lead = permission.by.name
    nudge = keep(ctx, settings, permission.kind, channels[0], starts, lead=lead, because=told)
    if posting.is_held(ctx, settings, nudge):
        posting.leave_by_lot(ctx, nudge, permission.by)
        return
    posting.approve(ctx, settings, nudge, permission.by)
    posting.queue(ctx, nudge, channels[0], permission.by)
    _tell(ctx, nudge, permission)


def told_reason(ctx: Context, *, since: datetime) -> str:
    """The code of the first reason that leads were last told of, *since* then; or ""."""
    decided = readings.decisions(ctx.session, ctx.network, since=since)
    told = (each.reason for each in decided if each.what == "energy.alert" and each.did_speak)
    return next(told, "").partition(": ")[2].replace(" ", "_")


def first_day(ctx: Context, settings: Settings, channel: Channel) -> date | None:
    """The first day on which it can be posted with notice enough; None where none is near."""
    day, left = ctx.now_there.date(), NOTICE
    is_working = talk.working_days(ctx.session, ctx.network)
    while left:
        day += DAY
        left -= is_working(day)
    for each in (day + n * DAY for n in range(14)):
        starts = datetime.combine(each, time.fromisoformat(settings.at), ctx.network.zone)
        if ctx.foresee(channel.address, Kind.NUDGE, at=starts) is None:
            return each
    return None


def keep(
    ctx: Context,
    settings: Settings,
    kind: ConveningKind,
    channel: Channel,
    starts: date,
    *,
    lead: str,
    because: str,
) -> Nudge:
    """Draft *kind* untouched, for somebody's approval; *lead* is named in its words."""
    script = SCRIPTS[kind]
    nudge = nudges.keep(
        ctx.session,
        Nudge(
            network_id=ctx.network.id,
            kind=kind.value,
            channel_id=channel.id,
            words=drafting.words_for(ctx, kind, lead),
            hope=script.hope,
            who_for=script.who_for,
            because=because,
            starts_day=starts,
            starts_time=time.fromisoformat(settings.at),
            review_on=script.review_on(starts),
            lapses_on=starts,
            moved_at=ctx.now,
            created_at=ctx.now,
        ),
    )
    nudges.move(ctx.session, nudge, State.AWAITING, by=None, now=ctx.now)
    return nudge


def _tell(ctx: Context, nudge: Nudge, permission: Permission) -> None:
    ctx.spoke("convening.standing", f"{nudge.kind}: {permission.by.name} permits it")
    for to in places.leads_of(ctx.session, ctx.network):
        ctx.say(
            to,
            "convening/by_permission",
            kind=Kind.TENDING,
            key=f"convening.standing/{nudge.key}/{to}",
            lasting=nudge.starts_at(ctx.network) - ctx.now,
            nudge=one(ctx, nudge),
            by=permission.by.name,
            since=permission.since.astimezone(ctx.network.zone),
            quoted=lines(nudge.words, quoted=True),
        )
