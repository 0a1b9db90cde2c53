"""Whoever was asked says yes or no; without their yes nothing changes."""

from __future__ import annotations

from bot.context import Context, sponsors_too
from bot.domain.events import ActionTaken
from bot.domain.leading import PROMISE, AskedState, Role
from bot.judgement.limits import Kind
from bot.storage import leading, places, sponsors
from bot.storage.leading import Asked
from bot.storage.places import Person
from handlers.leading.feature import Settings, feature, tell_members, thank_sponsor

PROMPTS = {Role.ALTERNATIVE: "leading/alternative", Role.SPONSOR: "leading/sponsor_taken"}
"""What everybody is told of a yes, where it isn't that somebody tends."""


@feature.action("yes")
@sponsors_too
def press_yes(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take it on."""
    answer(ctx, _pressed(taken, ctx), is_yes=True)


@feature.action("no")
@sponsors_too
def press_no(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Leave it."""
    answer(ctx, _pressed(taken, ctx), is_yes=False)


def _pressed(taken: ActionTaken, ctx: Context) -> Asked | None:
    """The question that was pressed on, if it was put to whoever pressed."""
    if not taken.value.isdecimal() or len(taken.value) > 9:
        return None
    found = leading.numbered(ctx.session, ctx.network, int(taken.value))
    return found if found is not None and found.person_id == ctx.me.id else None


def answer(ctx: Context, asked: Asked | None, *, is_yes: bool) -> None:
    """Take an answer to *asked*, once; whoever asked hears it, and everybody who tends now."""
    if asked is None or asked.state != AskedState.ASKED:
        ctx.reply("leading/nothing_to_answer")
        return
    giver = ctx.session.get_one(Person, asked.by_id)
    before = _before(ctx, asked, giver)
    if not is_yes:
        leading.settle(ctx.session, asked, AskedState.DECLINED, now=ctx.now)
        _put_away(ctx, asked, giver)
    elif leading.take(ctx.session, ctx.network, asked, now=ctx.now):
        _put_away(ctx, asked, giver)
        _tell(ctx, asked, before)
    else:
        leading.settle(ctx.session, asked, AskedState.LAPSED, now=ctx.now)
        ctx.reply("leading/too_late", name=giver.name)


def _before(ctx: Context, asked: Asked, giver: Person) -> Person | None:
    """In whose place they would come."""
    if asked.role == Role.SPONSOR:
        return sponsors.person_of(ctx.session, ctx.network)
    return giver if asked.role == Role.INSTEAD else None


def _put_away(ctx: Context, asked: Asked, giver: Person) -> None:
    """Put the answer in the place of the question, and let whoever asked hear it."""
    is_promise = asked.role == Role.SPONSOR and asked.state == AskedState.TAKEN
    ctx.amend(
        asked.key,
        ctx.me.address,
        "leading/settled",
        state=asked.state,
        network=ctx.network.name,
        promise=PROMISE if is_promise else "",
    )
    ctx.reply("leading/answered", state=asked.state, role=asked.role, network=ctx.network.name)
    ctx.say(
        giver.address,
        "leading/heard",
        kind=Kind.ANSWER,
        key=f"{asked.key}/heard/{ctx.member}",
        name=ctx.me.name,
        state=asked.state,
        role=asked.role,
    )


def _tell(ctx: Context, asked: Asked, before: Person | None) -> None:
    """Tell everybody in one line who tends or supports the network, or to whom they may turn."""
    is_sponsor = asked.role == Role.SPONSOR
    leads = places.leads(ctx.session, ctx.network)
    tell_members(
        ctx,
        PROMPTS.get(Role(asked.role), "leading/taken"),
        key=f"asked/{asked.id}",
        who=ctx.me,
        before=before,
        others=() if is_sponsor else [each for each in leads if each.id != asked.person_id],
    )
    if is_sponsor and before is not None:
        thank_sponsor(ctx, before, because="followed")
