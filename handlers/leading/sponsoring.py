"""A sponsor: named by who tends, by their own yes alone; they carry on, hand it on or stop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps

from bot.context import Context, leads_only, sponsors_too
from bot.domain.events import ActionTaken, CommandGiven, FormSubmitted
from bot.domain.ids import MemberId
from bot.domain.leading import REMINDED, SPONSOR_MONTHS, Role, months_after
from bot.domain.posts import Field
from bot.domain.typed import number_of, shortened, simplified
from bot.judgement.limits import Kind
from bot.storage import belonging, leading, places, sponsors, talk
from bot.storage.places import Person
from handlers.leading import asking, showing
from handlers.leading.feature import SPOKEN, Settings, feature, tell_members, thank_sponsor

NOBODY = ("nobody", "none", "no", "no one", "end")
TAKE_BACK = ("take back", "withdraw")

Pressed = Callable[[ActionTaken, Settings, Context], None]


@feature.command(
    "tend",
    "sponsor",
    help="name somebody in the hierarchy who supports you, and who has to say yes; or nobody",
    examples=("/tend sponsor", "/tend sponsor @Helen", "/tend sponsor nobody"),
    aliases=("sponsors",),
)
def sponsor(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show who the sponsor is, ask somebody to be it, or let nobody be it."""
    typed = simplified(given.text)
    plain = typed.casefold().rstrip(".")
    if plain in NOBODY:
        _end(ctx)
    elif plain in TAKE_BACK:
        asking.withdraw(ctx)
    elif typed or given.mentions:
        asking.ask(settings, ctx, typed, given.mentions, Role.SPONSOR)
    else:
        _show(ctx)


def _show(ctx: Context) -> None:
    asked = leading.open_from(ctx.session, ctx.network, ctx.me)
    is_asked = asked is not None and asked.role == Role.SPONSOR
    ctx.reply(
        "leading/sponsor",
        sponsor=showing.supporting(ctx),
        asked=showing.name_of(ctx, asked.person_id) if asked and is_asked else "",
        network=ctx.network.name,
    )


@feature.action("name_sponsor")
@leads_only
def press_name(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Ask who it might be; or ask them, where somebody was named as this was pressed for a lead."""
    if name := simplified(taken.value):
        is_mention = taken.value.startswith(f"{ctx.network.workspace}/")
        mentioned = MemberId(taken.value) if is_mention else None
        asking.ask(settings, ctx, name, mentioned, Role.SPONSOR)
        return
    field = Field(name="name", is_required=True)
    ctx.ask("leading/sponsor_form", name="leading.name_sponsor", fields=(field,), is_lead=True)


@feature.form("name_sponsor")
@leads_only
def take_name(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Ask whom a lead named."""
    asking.ask(settings, ctx, submitted.values.get("name", ""), None, Role.SPONSOR)


@feature.action("ask_sponsor")
@leads_only
def press_ask(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Ask whom the sponsor would hand it on to."""
    person = ctx.session.get(Person, number_of(taken.value))
    named = person.address if person is not None else None
    asking.ask(settings, ctx, "", named, Role.SPONSOR)


@feature.action("no_sponsor")
@leads_only
def press_none(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Have no sponsor any more."""
    _end(ctx)


def _end(ctx: Context) -> None:
    """Let nobody be the sponsor; whoever was it hears so, and everybody else in one line."""
    was = sponsors.person_of(ctx.session, ctx.network)
    if not sponsors.stop(ctx.session, ctx.network):
        ctx.reply("leading/sponsor", sponsor=None, asked="", network=ctx.network.name)
        return
    if was is not None:
        thank_sponsor(ctx, was, because="leads")
        _tell_gone(ctx, was)
    ctx.reply("leading/sponsor_let_go", name=was.name if was else "")


def _tell_gone(ctx: Context, was: Person) -> None:
    key = f"sponsor_gone/{talk.local_day(ctx.now, ctx.network)}"
    tell_members(ctx, "leading/sponsor_gone", key=key, who=was)


# What the sponsor presses


def sponsor_only(run: Pressed) -> Pressed:
    """For a button of the sponsor's own: whoever it is by then, ask again whether they are it."""

    @wraps(run)
    def checked(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
        if ctx.is_sponsor:
            run(taken, settings, ctx)
        else:
            ctx.reply("leading/not_sponsor")

    return sponsors_too(checked)


@feature.action("sponsor_carry_on")
@sponsor_only
def press_carry_on(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Be it for another year from today on."""
    until = months_after(talk.local_day(ctx.now, ctx.network), SPONSOR_MONTHS)
    sponsors.carry_on(ctx.session, ctx.network, until=until)
    ctx.reply("leading/sponsor_carried_on", until=until, network=ctx.network.name)


@feature.action("sponsor_stop")
@sponsor_only
def press_stop(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Be it no more; who tends hears so, and everybody else in one line."""
    me = ctx.me
    sponsors.stop(ctx.session, ctx.network)
    ctx.reply("leading/sponsor_stopped", network=ctx.network.name)
    _tell_gone(ctx, me)


@feature.action("sponsor_hand_on")
@sponsor_only
def press_hand_on(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Ask whom it might go to."""
    field = Field(name="name", is_required=True)
    ctx.ask("leading/sponsor_form", name="leading.sponsor_hand_on", fields=(field,), is_lead=False)


@feature.form("sponsor_hand_on")
@sponsors_too
def take_hand_on(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Tell who tends whom the sponsor would hand it on to: it is theirs to ask them."""
    name = submitted.values.get("name", "")
    person = belonging.somebody(ctx.session, ctx.network, name, None)
    if not ctx.is_sponsor:
        ctx.reply("leading/not_sponsor")
    elif person is None:
        ctx.reply("leading/nobody", name=shortened(name))
    elif not sponsors.may_be(ctx.session, ctx.network, person) or person.id == ctx.me.id:
        ctx.reply("leading/sponsor_apart", name=person.name, network=ctx.network.name)
    else:
        for to in places.leads_of(ctx.session, ctx.network):
            ctx.say(
                to,
                "leading/sponsor_follows",
                kind=Kind.TENDING,
                key=f"leading.follows/{ctx.network.id}/{ctx.member}+{person.ref}/{to}",
                lasting=SPOKEN,
                sponsor=ctx.me.name,
                name=person.name,
                number=person.id,
                network=ctx.network.name,
            )
        ctx.reply("leading/sponsor_followed", name=person.name)


# What falls due


def look_after(ctx: Context, today: date) -> None:
    """Remind the sponsor two weeks before the end, and let it end; whoever has gone, at once."""
    found = sponsors.of(ctx.session, ctx.network)
    if found is None:
        return
    person = ctx.session.get_one(Person, found.person_id)
    key = f"leading.sponsor/{ctx.network.id}/{person.ref}/"
    if person.is_gone:
        sponsors.stop(ctx.session, ctx.network)
        _tell_gone(ctx, person)
    elif found.ends_on - REMINDED <= today and ctx.once(f"{key}{found.ends_on}"):
        ends_on = max(found.ends_on, today + REMINDED)  # whoever hears of it late has time, too
        if ends_on != found.ends_on:
            sponsors.carry_on(ctx.session, ctx.network, until=ends_on)
            ctx.once(f"{key}{ends_on}")
        ctx.say(
            person.address,
            "leading/sponsor_reminder",
            kind=Kind.WORD,
            key=f"{key}{ends_on}/told",
            lasting=SPOKEN,
            network=ctx.network.name,
            ends_on=ends_on,
        )
    elif found.ends_on <= today:
        sponsors.stop(ctx.session, ctx.network)
        thank_sponsor(ctx, person, because="over")
        _tell_gone(ctx, person)
