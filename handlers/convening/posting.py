"""From an approval to the post: once, in its moment, for whoever approved it; or why not."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from bot import outbox
from bot.context import Context
from bot.domain.nudges import OPEN, ConveningKind
from bot.domain.nudges import NudgeState as State
from bot.judgement.convening import answers_ebb
from bot.judgement.limits import Kind
from bot.outbox import Said, Unsaid
from bot.storage import nudges, places
from bot.storage.nudges import Nudge
from bot.storage.places import Channel, Person
from handlers.convening import hours
from handlers.convening.feature import Settings, feature
from handlers.convening.showing import lines, one, parted, rule_for, shown, signers

LASTING = timedelta(hours=4)
"""How much later than its moment a post is still of use."""
TELLABLE = timedelta(days=7)
SAME_EBB = timedelta(days=14)
"""Of what was drawn less than this ago, an ebb is still the same one."""


def channel_of(ctx: Context, nudge: Nudge) -> Channel | None:
    """Where a nudge is to be posted, if the bot still may post there."""
    known = places.channels(ctx.session, ctx.network)
    return next((each for each in known if each.id == nudge.channel_id), None)


def schedule(ctx: Context, settings: Settings, nudge: Nudge, by: Person) -> None:
    """Take *by*'s approval of *nudge*, and queue its post; say at once where that can't be."""
    starts, channel = nudge.starts_at(ctx.network), channel_of(ctx, nudge)
    if nudge.state not in (State.AWAITING, State.DRAFTED) or channel is None:
        say_settled(ctx, nudge)
        return
    if starts <= ctx.now:
        ctx.reply("convening/passed", nudge=one(ctx, nudge))
        return
    wait = ctx.foresee(channel.address, Kind.NUDGE, at=starts, besides=nudge.key)
    if wait is not None:
        until = wait.until.astimezone(ctx.network.zone) if wait.until else None
        ctx.reply("convening/cant_then", nudge=one(ctx, nudge), reason=wait.reason, until=until)
        return
    if is_held(ctx, settings, nudge):
        leave_by_lot(ctx, nudge, by)
        ctx.reply("convening/held_out", nudge=one(ctx, nudge), look_again=nudge.review_on)
        return
    if not approve(ctx, settings, nudge, by):
        say_settled(ctx, nudge)
        return
    queue(ctx, nudge, channel, by)
    names, is_undrawn = signers(ctx, by), is_lot_for(settings, nudge) and not nudge.lot
    ctx.reply(
        "convening/scheduled",
        nudge=one(ctx, nudge),
        names=names,
        is_undrawn=is_undrawn,
        rule=rule_for(ctx, nudge),
    )


POSTED, HELD = "posted", "held"
"""What may be drawn of a draft that answers an ebb."""


def is_held(ctx: Context, settings: Settings, nudge: Nudge) -> bool:
    """Whether it is drawn that *nudge* isn't posted; the draw is kept with its seed.

    A draft is drawn once, whatever is changed in it afterwards, and an ebb is one trial: another
    draft that answers it is posted without a draw, and so is any once the ebb was left alone.
    """
    if nudge.lot or not _is_a_trial(ctx, settings, nudge):
        return False
    seed = f"{ctx.network.id}/{nudge.id}/{nudge.created_at:%Y-%m-%dT%H:%M:%S.%f}"
    number = Random(seed).random()
    is_out = number < settings.hold_out
    what = "left alone" if is_out else "posted"
    ctx.skip("convening.lot", f"{nudge.id} is {what}: {number:.3f} of {settings.hold_out}, {seed}")
    return is_out


def is_lot_for(settings: Settings, nudge: Nudge) -> bool:
    """Whether drafts such as *nudge*, which answer an ebb, are left to lot here."""
    return settings.hold_out > 0 and answers_ebb(nudge.because)


def _is_a_trial(ctx: Context, settings: Settings, nudge: Nudge) -> bool:
    """Whether *nudge* answers an ebb of which nothing was drawn yet, and that nobody left alone."""
    if not is_lot_for(settings, nudge) or nudges.followed(ctx.session, ctx.network) is not None:
        return False
    others = nudges.in_states(ctx.session, ctx.network, (*OPEN, State.CANCELLED))
    return not any(
        each.lot and (each.state != State.CANCELLED or ctx.now - each.moved_at < SAME_EBB)
        for each in others
        if each.id != nudge.id
    )


def leave_by_lot(ctx: Context, nudge: Nudge, by: Person) -> None:
    """Leave the ebb alone that *nudge* was to answer, and follow it as if it had been posted.

    What was posted and what was not are only alike if both are looked at from the same moment on.
    """
    nudges.move(ctx.session, nudge, State.CANCELLED, by=by, now=ctx.now, lot=HELD)
    nudges.leave_alone(
        ctx.session,
        ctx.network,
        by=by,
        day=nudge.starts_day,
        look_again=nudge.review_on,
        now=nudge.starts_at(ctx.network),
        lot=HELD,
    )


def approve(ctx: Context, settings: Settings, nudge: Nudge, by: Person) -> bool:
    """Keep *by*'s approval of *nudge*; False where it is settled otherwise by now."""
    is_drawn = _is_a_trial(ctx, settings, nudge)
    return nudges.move(
        ctx.session,
        nudge,
        State.SCHEDULED,
        by=by,
        now=ctx.now,
        approved_by=by.id,
        approved_at=ctx.now,
        lot=nudge.lot or (POSTED if is_drawn else ""),
    )


def queue(ctx: Context, nudge: Nudge, channel: Channel, by: Person | None) -> None:
    """Queue the post of *nudge* for its moment."""
    heading, body = parted(nudge.words)
    ctx.say(
        channel.address,
        "convening/post",
        kind=Kind.NUDGE,
        key=nudge.key,
        at=nudge.starts_at(ctx.network),
        lasting=LASTING,
        heading=heading,
        body=body,
        names=signers(ctx, by),
        rule=rule_for(ctx, nudge),
        round=nudge.id if is_asked_in(ctx, nudge) else 0,
        attachment=hours.file_of(ctx, nudge),
        meets=hours.there(ctx, nudge),
        minutes=nudge.minutes,
        zone=ctx.network.zone.key,
    )


def is_asked_in(ctx: Context, nudge: Nudge) -> bool:
    """Whether it is a round of asks, of which each may go on the list."""
    has_list = ctx.understands("/net ask")
    return has_list and nudge.kind == ConveningKind.ASKS_ROUND


def say_settled(ctx: Context, nudge: Nudge) -> None:
    """Tell who comes second who came first, and when."""
    prompt = "already" if nudge.state in (*nudges.UNSAID_YET, State.CANCELLED) else "settled"
    ctx.reply(f"convening/{prompt}", nudge=one(ctx, nudge))


def show_to_others(ctx: Context, nudge: Nudge, *, after: str = "") -> None:
    """Put a draft before those who tend; one of the bot's own says *after* what it comes."""
    for to in places.leads_of(ctx.session, ctx.network):
        ctx.say(
            to,
            "convening/awaiting",
            kind=Kind.TENDING,
            key=f"convening.awaiting/{nudge.key}/{to}",
            lasting=max(nudge.starts_at(ctx.network) - ctx.now, timedelta(minutes=1)),
            nudge=one(ctx, nudge),
            quoted=lines(nudge.words, quoted=True),
            after=after,
            rule=rule_for(ctx, nudge),
        )


def take_back(ctx: Context, nudge: Nudge, by: Person) -> None:
    """Cancel *nudge*: its post isn't said any more, or goes."""
    was_said = nudge.state in (State.POSTED, State.GATHERING)
    key = nudge.key
    if nudges.move(ctx.session, nudge, State.CANCELLED, by=by, now=ctx.now):
        outbox.retract(ctx.session, key, now=ctx.now)
        if was_said and nudge.meets_at is not None and nudge.meets_at > ctx.now:
            _call_off(ctx, nudge)
        ctx.reply("convening/cancelled", nudge=one(ctx, nudge), was_said=was_said)
    else:
        say_settled(ctx, nudge)


def _call_off(ctx: Context, nudge: Nudge) -> None:
    """Tell those who have the hour in their calendars that nobody meets, where they read of it."""
    channel = channel_of(ctx, nudge)
    if channel is not None:
        ctx.say(
            channel.address,
            "convening/called_off",
            kind=Kind.ANSWER,
            key=f"{nudge.key}/off",
            lasting=LASTING,
            attachment=hours.file_of(ctx, nudge, is_off=True),
            nudge=one(ctx, nudge),
            zone=ctx.network.zone.key,
        )


@feature.on(Said)
def note_posted(event: Said, settings: Settings, ctx: Context) -> None:
    """A nudge was posted: from now on people can answer it."""
    nudge = nudges.keyed(ctx.session, ctx.network, event.key)
    if nudge is None:
        return
    is_posted = nudges.move(
        ctx.session,
        nudge,
        State.POSTED,
        by=None,
        now=ctx.now,
        message=event.message,
        posted_at=event.at,
        outcome={"uncounted": nudges.uncounted(ctx.session, ctx.network)},
    )
    if is_posted:
        ctx.spoke("convening.post", f"{nudge.kind}: a lead approved it")


@feature.on(Unsaid)
def note_failed(event: Unsaid, settings: Settings, ctx: Context) -> None:
    """A nudge that was approved could not be posted: those who tend are told once, and why."""
    nudge = nudges.keyed(ctx.session, ctx.network, event.key)
    if nudge is None or not nudges.move(ctx.session, nudge, State.FAILED, by=None, now=ctx.now):
        return
    ctx.skip("convening.post", f"{nudge.kind}: {event.reason}")
    for to in places.leads_of(ctx.session, ctx.network):
        ctx.say(
            to,
            "convening/failed",
            kind=Kind.TENDING,
            key=f"convening.failed/{nudge.key}/{to}",
            lasting=TELLABLE,
            nudge=one(ctx, nudge),
            reason=event.reason,
        )


def lapse(ctx: Context) -> None:
    """Let go of drafts whose moment passed before anybody approved them, and say so in a line."""
    waiting = nudges.in_states(ctx.session, ctx.network, (State.DRAFTED, State.AWAITING))
    past = [each for each in waiting if each.starts_at(ctx.network) <= ctx.now]
    gone = [
        each for each in past if nudges.move(ctx.session, each, State.LAPSED, by=None, now=ctx.now)
    ]
    if not gone:
        return
    ctx.skip("convening.post", f"{len(gone)} lapsed: nobody approved in time")
    for to in places.leads_of(ctx.session, ctx.network):
        ctx.say(
            to,
            "convening/lapsed",
            kind=Kind.TENDING,
            key=f"convening.lapsed/{gone[0].key}/{to}",
            lasting=TELLABLE,
            nudges=shown(ctx, gone),
        )
