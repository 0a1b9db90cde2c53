"""Who tends, until when, and whom to turn to where it is about them: for everybody to see."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from bot import outbox
from bot.context import Context
from bot.domain.events import CommandGiven
from bot.domain.leading import AskedState
from bot.domain.typed import simplified
from bot.feature import Section
from bot.storage import leading, sponsors, talk
from bot.storage.places import Person
from handlers.leading import answering
from handlers.leading.feature import Settings, feature

ANSWERS = {"yes": True, "no": False, "no thanks": False}


class Shown(Struct, frozen=True, kw_only=True):
    """Somebody who tends, as the prompts have them."""

    name: str
    since: date
    ends_on: date


class Supporting(Struct, frozen=True, kw_only=True):
    """The sponsor, as the prompts have them: what they `promised`, and on which day."""

    name: str
    since: date
    ends_on: date
    promised: str


def supporting(ctx: Context) -> Supporting | None:
    """The sponsor of the network, if there is one."""
    found = sponsors.of(ctx.session, ctx.network)
    person = sponsors.person_of(ctx.session, ctx.network)
    if found is None or person is None:
        return None
    return Supporting(
        name=person.name,
        since=talk.local_day(found.since, ctx.network),
        ends_on=found.ends_on,
        promised=found.promised,
    )


def name_of(ctx: Context, number: int) -> str:
    """What somebody is called."""
    return ctx.session.get_one(Person, number).name


def show(settings: Settings, ctx: Context) -> None:
    """Show whoever asks who tends; a lead sees besides what they can do."""
    me = ctx.me
    asked = leading.open_from(ctx.session, ctx.network, me)
    other = leading.alternative(ctx.session, ctx.network)
    ctx.reply(
        "leading/leads",
        leads=serving(settings, ctx),
        alternative=other.name if other else "",
        is_lead=ctx.is_lead,
        asked=name_of(ctx, asked.person_id) if asked else "",
        asks_you=leading.open_for(ctx.session, ctx.network, me) is not None,
        sponsor=supporting(ctx),
        network=ctx.network.name,
    )


def serving(settings: Settings, ctx: Context) -> list[Shown]:
    """Those who tend, longest-serving first."""
    found = leading.serving(ctx.session, ctx.network, months=settings.months)
    zone = ctx.network.zone
    return [
        Shown(name=each.person.name, since=each.since.astimezone(zone).date(), ends_on=each.ends_on)
        for each in found
    ]


@feature.command(
    "net",
    "leads",
    help="who tends this network, and until when",
    examples=("/net leads", "/net leads yes", "/net leads no"),
    aliases=("tends",),
)
def leads(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show everybody who tends, or take the answer of whoever was asked to."""
    said = ANSWERS.get(simplified(given.text).casefold().rstrip("."))
    if said is None:
        show(settings, ctx)
    else:
        asked = leading.open_for(ctx.session, ctx.network, ctx.me)
        answering.answer(ctx, asked, is_yes=said)


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """Until when somebody tends, and what they asked or were asked."""
    mine = leading.of_person(ctx.session, person)
    terms = [
        each.ends_on
        for each in leading.serving(ctx.session, ctx.network, months=settings.months)
        if each.person.id == person.id
    ]
    other = leading.alternative(ctx.session, ctx.network)
    is_alternative = other is not None and other.id == person.id
    supported = sponsors.of_person(ctx.session, person)
    if not mine and not terms and not is_alternative and not supported:
        return None
    facts = {
        "tends_until": [each.isoformat() for each in terms],
        "is_turned_to": is_alternative,
        "sponsors": [
            {
                "since": each.since.isoformat(),
                "until": each.ends_on.isoformat(),
                "promised": each.promised,
            }
            for each in supported
        ],
        "asked": [
            {
                "number": each.id,
                "by_you": each.by_id == person.id,
                "role": each.role,
                "state": each.state,
                "at": each.at.isoformat(),
            }
            for each in mine
        ],
    }
    words = ctx.prompts.render(
        "leading/mydata",
        terms=terms,
        asked=len(mine),
        is_alternative=is_alternative,
        supported=supported,
    )
    return Section(name="tending", words=words, facts=facts)


@feature.erase
def let_go(settings: Settings, ctx: Context, person: Person) -> None:
    """Let go of what somebody asked or was asked; the role itself goes with the person."""
    for asked in leading.of_person(ctx.session, person):
        if asked.state == AskedState.ASKED:
            outbox.retract(ctx.session, asked.key, now=ctx.now)
    leading.forget(ctx.session, person)
