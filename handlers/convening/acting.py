"""What those who tend type and press: draft, approve, change, cancel, and see what there is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot import outbox
from bot.context import Context, leads_only
from bot.domain.events import ActionTaken, CommandGiven, FormSubmitted
from bot.domain.moments import moment_of
from bot.domain.nudges import CONVENINGS, ConveningKind, kind_named
from bot.domain.nudges import NudgeState as State
from bot.domain.typed import number_of, shortened, simplified
from bot.judgement.convening import LINES
from bot.storage import nudges, places
from bot.storage.nudges import Nudge
from bot.storage.places import Person
from bot.storage.standing import permissions
from handlers.convening import drafting, posting, reading, standing
from handlers.convening.feature import Settings, feature
from handlers.convening.reading import Draft
from handlers.convening.showing import one, shown

AT_ONCE = 5
LATELY = timedelta(days=21)
APART = 6
"""Days within which a second convening of the same kind in the same channel is one too many."""


@feature.command(
    "tend",
    "convene",
    help="draft something that brings people together",
    examples=("/tend convene question-round wed 10:00", "/tend convene"),
    aliases=("gather", "draft"),
)
def convene(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Open the form for a kind of convening, or say which kinds there are."""
    kind, rest = _kind_and_rest(given.text)
    if kind is None:
        lines = {each.value: LINES[each] for each in CONVENINGS}
        unknown = shortened(given.text)
        ctx.reply("convening/kinds", kinds=CONVENINGS, lines=lines, unknown=unknown)
        return
    drafting.ask(ctx, settings, kind, moment=moment_of(rest, now=ctx.now_there))


def _kind_and_rest(text: str) -> tuple[ConveningKind | None, str]:
    """The kind that *text* begins with, in as many words as it takes, and the rest of it."""
    words = simplified(text).split()
    for count in range(min(3, len(words)), 0, -1):
        if (kind := kind_named(" ".join(words[:count]))) is not None:
            return kind, " ".join(words[count:])
    return None, text


@feature.action("draft")
@leads_only
def draft(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form for "<kind>", or "<kind>/<the reason that it answers>"."""
    name, _, because = taken.value.partition("/")
    kind = kind_named(name)
    if kind is None:
        ctx.reply("bot/out_of_date")
    else:
        lately = standing.told_reason(ctx, since=ctx.now - LATELY)
        drafting.ask(ctx, settings, kind, because=because or lately)


@feature.form("draft", check=lambda submitted, _: reading.faults(submitted))
@leads_only
def take_draft(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep what somebody drafted or changed, and schedule it or show it to the others."""
    found = reading.understood(submitted)
    if not isinstance(found, Draft):
        ctx.reply("convening/faults", faults=[*found.values()])
        return
    by = ctx.me
    nudges.take_turns(ctx.session, ctx.network)
    nudge = _change(ctx, found, by) if found.carried.number else _keep(ctx, found, by)
    if nudge is None:
        return
    if found.is_for_others:
        posting.show_to_others(ctx, nudge)
        tending = places.leads(ctx.session, ctx.network)
        others = [each.name for each in tending if each.id != by.id]
        ctx.reply("convening/kept", nudge=one(ctx, nudge), others=others)
    else:
        posting.schedule(ctx, settings, nudge, by)


def _keep(ctx: Context, found: Draft, by: Person) -> Nudge | None:
    """A new draft; None, and a word to whoever drafted it, where there is one like it already."""
    channels = {each.name: each for each in drafting.open_channels(ctx)}
    channel = channels.get(found.channel)
    if channel is None:
        ctx.reply("convening/no_channel")
        return None
    for twin in nudges.still_open(ctx.session, ctx.network):
        is_near = abs((twin.starts_day - found.starts_day).days) <= APART
        if (twin.kind, twin.channel_id) == (found.kind.value, channel.id) and is_near:
            ctx.reply("convening/twin", nudge=one(ctx, twin))
            return None
    nudge = nudges.keep(
        ctx.session,
        Nudge(
            network_id=ctx.network.id,
            kind=found.kind.value,
            channel_id=channel.id,
            words=found.words,
            hope=found.hope,
            who_for=found.who_for,
            because=found.carried.because,
            drafted_by=by.id,
            starts_day=found.starts_day,
            starts_time=found.starts_time,
            review_on=found.review_on,
            lapses_on=found.starts_day,
            meets_at=found.hour.at,
            minutes=found.hour.minutes,
            moved_by=by.id,
            moved_at=ctx.now,
            created_at=ctx.now,
        ),
    )
    nudges.move(ctx.session, nudge, State.AWAITING, by=by, now=ctx.now)
    return nudge


def _change(ctx: Context, found: Draft, by: Person) -> Nudge | None:
    """A draft in its new words, to be approved anew; None where it is too late for that."""
    nudge = nudges.numbered(ctx.session, ctx.network, found.carried.number)
    channel = {each.name: each for each in drafting.open_channels(ctx)}.get(found.channel)
    if nudge is None or channel is None:
        ctx.reply("convening/gone")
        return None
    before = nudge.key
    if not nudges.change(
        ctx.session,
        nudge,
        by=by,
        now=ctx.now,
        kind=found.kind.value,
        channel_id=channel.id,
        words=found.words,
        hope=found.hope,
        who_for=found.who_for,
        starts_day=found.starts_day,
        starts_time=found.starts_time,
        review_on=found.review_on,
        lapses_on=found.starts_day,
        meets_at=found.hour.at,
        minutes=found.hour.minutes,
    ):
        posting.say_settled(ctx, nudge)
        return None
    outbox.retract(ctx.session, before, now=ctx.now)
    return nudge


# What there is, and what becomes of it


@feature.command(
    "tend",
    "nudges",
    help="what is drafted, scheduled and running, and what came of it",
    examples=("/tend nudges", "/tend nudges approve 3", "/tend nudges cancel 3"),
    aliases=("nudge", "convenings"),
)
def show_nudges(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show what waits, is scheduled, runs and was reviewed; or do as somebody types."""
    words = simplified(given.text).split()
    if not words:
        ctx.reply("convening/nudges", **listed(ctx))
        return
    if words[0].casefold() in ("allow", "disallow"):
        standing.permit(ctx, words[0].casefold(), " ".join(words[1:]))
        return
    act = TYPED.get(words[0].casefold())
    if act is None or len(words) < 2 or not words[1].lstrip("#").isdecimal():
        ctx.reply("convening/nudges_how")
        return
    nudge = numbered(ctx, words[1].lstrip("#"))
    if nudge is not None:
        act(ctx, settings, nudge, " ".join(words[2:]))


def listed(ctx: Context) -> dict[str, Any]:
    """The network's nudges as their list has them."""
    known = nudges.still_open(ctx.session, ctx.network)
    running = nudges.in_states(ctx.session, ctx.network, (State.POSTED, State.GATHERING))
    return {
        "awaiting": shown(
            ctx, [each for each in known if each.state in (State.DRAFTED, State.AWAITING)]
        )[:AT_ONCE],
        "scheduled": shown(ctx, [each for each in known if each.state == State.SCHEDULED])[
            :AT_ONCE
        ],
        "running": shown(ctx, running)[:AT_ONCE],
        "permissions": permissions(ctx.session, ctx.network),
        "reviewed": shown(ctx, nudges.reviewed(ctx.session, ctx.network, most=AT_ONCE)),
    }


def numbered(ctx: Context, number: str) -> Nudge | None:
    """The nudge of that number; None, and a word to the member, where there is none."""
    found = nudges.numbered(ctx.session, ctx.network, number_of(number))
    if found is None:
        ctx.reply("convening/gone")
    return found


def _approve(ctx: Context, settings: Settings, nudge: Nudge, rest: str) -> None:
    nudges.take_turns(ctx.session, ctx.network)
    ctx.session.refresh(nudge)
    posting.schedule(ctx, settings, nudge, ctx.me)


def _change_it(ctx: Context, settings: Settings, nudge: Nudge, rest: str) -> None:
    if nudge.state in nudges.UNSAID_YET:
        drafting.ask(ctx, settings, ConveningKind(nudge.kind), nudge=nudge)
    else:
        posting.say_settled(ctx, nudge)


def _cancel(ctx: Context, settings: Settings, nudge: Nudge, rest: str) -> None:
    posting.take_back(ctx, nudge, ctx.me)


def _redraft(ctx: Context, settings: Settings, nudge: Nudge, rest: str) -> None:
    drafting.ask(ctx, settings, ConveningKind(nudge.kind), because=nudge.because)


Act = Callable[[Context, Settings, Nudge, str], None]
TYPED: dict[str, Act] = {
    "approve": _approve,
    "change": _change_it,
    "cancel": _cancel,
    "redraft": _redraft,
}
"""What can be typed after `/tend nudges`, with a number; each is a button too."""


@feature.action("approve")
@leads_only
def approve(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Approve a draft."""
    press(_approve, taken, settings, ctx)


@feature.action("change")
@leads_only
def change(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open a draft's form to change it."""
    press(_change_it, taken, settings, ctx)


@feature.action("cancel")
@leads_only
def cancel(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Cancel a nudge."""
    press(_cancel, taken, settings, ctx)


@feature.action("redraft")
@leads_only
def redraft(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Draft anew what could not be posted."""
    press(_redraft, taken, settings, ctx)


def press(act: Act, taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Do *act* with the nudge whose number the button bears."""
    nudge = numbered(ctx, taken.value)
    if nudge is not None:
        act(ctx, settings, nudge, "")
