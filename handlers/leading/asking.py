"""What those who tend type and press: hand on, ask somebody beside them, carry on, step down."""

from __future__ import annotations

import re

from bot import outbox
from bot.context import Context, leads_only
from bot.domain.events import ActionTaken, CommandGiven, FormSubmitted
from bot.domain.ids import MemberId
from bot.domain.leading import PROMISE, SPONSOR_MONTHS, STANDS, AskedState, Role, months_after
from bot.domain.posts import Field
from bot.domain.typed import shortened, simplified
from bot.judgement.limits import Kind
from bot.storage import belonging, leading, places, sponsors, talk
from bot.storage.places import Person
from handlers.leading import showing
from handlers.leading.feature import Settings, feature, tell_members

_ADD = re.compile(r"(?:add|ask|invite)\s+(.+)", re.IGNORECASE)
_ALTERNATIVE = re.compile(r"(?:alternative|turn to)\s+(.+)", re.IGNORECASE)
_STEP_DOWN = ("step down", "stop", "stand down")
_CARRY_ON = ("carry on", "go on", "continue", "renew")
_TAKE_BACK = ("take back", "withdraw")


@feature.command(
    "tend",
    "hand-on",
    help="pass tending on to somebody, who has to say yes",
    examples=("/tend hand-on @Rosa",),
    aliases=("handon", "hand-over"),
)
def hand_on(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Ask somebody to tend in the asker's place."""
    ask(settings, ctx, given.text, given.mentions, Role.INSTEAD)


@feature.command(
    "tend",
    "leads",
    help="who tends, and until when; add somebody, carry on, or step down",
    examples=(
        "/tend leads",
        "/tend leads add @Rosa",
        "/tend leads alternative @Joe",
        "/tend leads carry on",
        "/tend leads step down",
    ),
    aliases=("lead", "term"),
)
def leads(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show who tends, or do what a lead says of it."""
    typed = simplified(given.text)
    plain = typed.casefold().rstrip(".")
    if found := _ADD.fullmatch(typed):
        ask(settings, ctx, found[1], given.mentions, Role.BESIDE)
    elif plain in ("alternative nobody", "alternative none"):
        leading.no_alternative(ctx.session, ctx.network)
        showing.show(settings, ctx)
    elif found := _ALTERNATIVE.fullmatch(typed):
        ask(settings, ctx, found[1], given.mentions, Role.ALTERNATIVE)
    elif plain in _STEP_DOWN:
        stop(settings, ctx)
    elif plain in _CARRY_ON:
        go_on(settings, ctx)
    elif plain in _TAKE_BACK:
        withdraw(ctx)
    else:
        showing.show(settings, ctx)


@feature.action("hand_on")
@leads_only
def press_hand_on(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Ask whom it goes to."""
    field = Field(name="name", is_required=True)
    ctx.ask("leading/form", name="leading.hand_on", fields=(field,), network=ctx.network.name)


@feature.form("hand_on")
@leads_only
def take_hand_on(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Ask whom a lead named to tend in their place."""
    ask(settings, ctx, submitted.values.get("name", ""), None, Role.INSTEAD)


def ask(
    settings: Settings, ctx: Context, name: str, mentioned: MemberId | None, role: Role
) -> None:
    """Ask whom a lead names to take *role* on; nothing changes without their yes."""
    person = belonging.somebody(ctx.session, ctx.network, name, mentioned)
    if not ctx.is_lead:
        ctx.reply("leading/untended")
    elif person is None:
        ctx.reply("leading/nobody", name=shortened(name))
    elif not _is_free(ctx, person):
        _say_why_not(ctx, person, role)
    elif (waits := leading.open_from(ctx.session, ctx.network, ctx.me)) is not None:
        ctx.reply("leading/one_at_a_time", name=showing.name_of(ctx, waits.person_id))
    else:
        _put(settings, ctx, person, role)


def _is_free(ctx: Context, person: Person) -> bool:
    """Whether they neither tend nor support the network: nobody sits on both sides."""
    is_lead = places.is_lead(ctx.session, ctx.network, person.address)
    return not is_lead and not sponsors.is_sponsor(ctx.session, ctx.network, person.address)


def _say_why_not(ctx: Context, person: Person, role: Role) -> None:
    is_lead = places.is_lead(ctx.session, ctx.network, person.address)
    if is_lead and role is not Role.SPONSOR:
        ctx.reply("leading/tends_already", name=person.name, is_you=person.id == ctx.me.id)
    elif is_lead or role is not Role.SPONSOR:
        ctx.reply("leading/sponsor_apart", name=person.name, network=ctx.network.name)
    else:
        ctx.reply("leading/sponsor_already", name=person.name, network=ctx.network.name)


def _put(settings: Settings, ctx: Context, person: Person, role: Role) -> None:
    """Put the question to *person*, and tell whoever asks how long it stands."""
    asked = leading.ask(ctx.session, ctx.network, person, role, by=ctx.me, now=ctx.now)
    ctx.say(
        person.address,
        "leading/sponsor_question" if role is Role.SPONSOR else "leading/question",
        kind=Kind.WORD,
        key=asked.key,
        lasting=STANDS,
        lead=ctx.me.name,
        network=ctx.network.name,
        purpose=ctx.network.purpose,
        promise=PROMISE,
        role=role.value,
        months=SPONSOR_MONTHS if role is Role.SPONSOR else settings.months,
        number=asked.id,
    )
    until = talk.local_day(ctx.now + STANDS, ctx.network)
    ctx.reply("leading/asked", name=person.name, role=role.value, until=until)


@feature.action("take_back")
@leads_only
def take_back(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Ask no more."""
    withdraw(ctx)


def withdraw(ctx: Context) -> None:
    """Take the member's own open question back."""
    asked = leading.open_from(ctx.session, ctx.network, ctx.me)
    if asked is None or not leading.settle(ctx.session, asked, AskedState.WITHDRAWN, now=ctx.now):
        ctx.reply("leading/nothing_asked")
        return
    outbox.retract(ctx.session, asked.key, now=ctx.now)
    ctx.reply("leading/taken_back")


@feature.action("carry_on")
@leads_only
def press_carry_on(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Tend for another term."""
    go_on(settings, ctx)


def go_on(settings: Settings, ctx: Context) -> None:
    """Let the member tend for another term from today on, and tell everybody."""
    if not ctx.is_lead:
        ctx.reply("leading/untended")
        return
    until = months_after(talk.local_day(ctx.now, ctx.network), settings.months)
    leading.carry_on(ctx.session, ctx.network, ctx.me, until=until)
    tell_members(ctx, "leading/goes_on", key=f"on/{until}", who=ctx.me, until=until)
    ctx.reply("leading/carried_on", until=until)


@feature.action("step_down")
@leads_only
def press_step_down(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Tend no more."""
    stop(settings, ctx)


def stop(settings: Settings, ctx: Context) -> None:
    """Let the member tend no more, if somebody else does, and tell everybody."""
    leading.take_turns(ctx.session, ctx.network)
    me = ctx.me
    if not ctx.is_lead:
        ctx.reply("leading/untended")
    elif leading.stop(ctx.session, ctx.network, me):
        left = places.leads(ctx.session, ctx.network)
        key = f"down/{talk.local_day(ctx.now, ctx.network)}"
        tell_members(ctx, "leading/stopped", key=key, who=me, others=left)
        ctx.reply("leading/stepped_down", leads=[each.name for each in left])
    else:
        ctx.reply("leading/last_one")
