"""Make an offer: in a line or in a form, and shown to whoever makes it first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.context import Context, with_draft
from bot.domain.asks import HelpKind, kind_of
from bot.domain.drafts import carried
from bot.domain.events import ActionTaken, FormSubmitted, from_micros
from bot.domain.moments import moment_of
from bot.domain.offers import (
    LONGEST,
    MOST,
    USUAL,
    Draft,
    OfferState,
    cut_until,
    fault_in,
    likely_kind,
)
from bot.domain.posts import Field
from bot.domain.resources import (
    Often,
    ResourceKind,
    cut_when,
    likely_resource,
    often_of,
    resource_of,
)
from bot.domain.typed import number_of
from bot.prompting import day
from bot.storage import offers
from bot.storage.offers import Offer
from handlers.offers.feature import Settings, as_resource, feature


def begin(ctx: Context, typed: str) -> None:
    """Show what would be offered; alone, open the form."""
    if not typed:
        open_form(ctx, Draft(words=""))
        return
    words, until = cut_until(typed, now=ctx.now_there)
    kind, when, resource = likely_kind(words), "", ""
    if kind is HelpKind.RESOURCES:
        words, when = cut_when(words)
        resource = likely_resource(words).value
    show(ctx, Draft(words=words, kind=kind, until=until, when=when, resource=resource))


def show(ctx: Context, draft: Draft) -> None:
    """Show whoever offers it what others would read; nothing is kept yet."""
    today = ctx.now_there.date()
    until = draft.until or today + USUAL
    if fault := fault_in(draft.words, until, today=today):
        ctx.reply("offers/fault", fault=fault)
        return
    ctx.reply(
        "offers/preview",
        name=ctx.me.name,
        words=draft.words,
        when=draft.when,
        until=until,
        draft=carried(draft),
        **as_resource(draft.kind, draft.resource, draft.how, draft.often),
    )


@feature.action("write")
def write(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form with nothing in it."""
    open_form(ctx, Draft(words=""))


@feature.action("rewrite")
@with_draft(Draft)
def rewrite(draft: Draft, settings: Settings, ctx: Context) -> None:
    """Open the form with what was shown."""
    open_form(ctx, draft)


@feature.action("nothing")
def nothing(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Keep nothing."""
    ctx.reply("offers/nothing")


def open_form(ctx: Context, draft: Draft) -> None:
    """Open the form, with what *draft* has in it."""
    until = draft.until or ctx.now_there.date() + USUAL
    labels = tuple(kind.label for kind in HelpKind)
    fields = [
        Field(name="words", value=draft.words, is_required=True, is_long=True),
        Field(name="kind", value=draft.kind.label, options=labels, is_required=True),
        Field(name="when", value=draft.when),
        Field(name="until", value=f"{day(until)} {until.year}", is_required=True),
    ]
    if draft.kind is HelpKind.RESOURCES:
        fields[2:2] = _of_resource(draft)
    context = f"{draft.number} {ctx.network.timezone}"
    ctx.ask("offers/form", name="offers.offer", fields=fields, context=context)


def _of_resource(draft: Draft) -> list[Field]:
    """What is asked of a resource besides: its sort, how it may be used, how often."""
    sorts = tuple(sort.label for sort in ResourceKind)
    sort = ResourceKind(draft.resource) if draft.resource else likely_resource(draft.words)
    return [
        Field(name="resource", value=sort.label, options=sorts, is_required=True),
        Field(name="how", value=draft.how, is_long=True),
        Field(name="often", value=(often_of(draft.often) or Often()).words),
    ]


def drafted(submitted: FormSubmitted) -> tuple[Draft, datetime]:
    """What somebody wrote, and when it was there."""
    number, _, zone = submitted.context.partition(" ")
    now = from_micros(submitted.at).astimezone(ZoneInfo(zone or "UTC"))
    given = {name: " ".join(value.split()) for name, value in submitted.values.items()}
    moment = moment_of(given.get("until", ""), now=now)
    kind = kind_of(given.get("kind", ""))
    sort = resource_of(given["resource"]) if "resource" in given else None
    if kind is HelpKind.RESOURCES and sort is None:
        sort = likely_resource(given.get("words", ""))
    return Draft(
        words=given.get("words", ""),
        kind=kind,
        resource=sort.value if sort and kind is HelpKind.RESOURCES else "",
        how=given.get("how", "")[:LONGEST],
        often=given.get("often", "")[:LONGEST],
        when=given.get("when", "")[:LONGEST],
        until=moment.day if moment else None,
        number=number_of(number),
    ), now


def faults(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What is wrong with an offer, by the field's name."""
    draft, now = drafted(submitted)
    today = now.date()
    wrong = {"words": fault_in(draft.words, today + USUAL, today=today)}
    wrong["until"] = fault_in("something", draft.until or today, today=today)
    if often_of(draft.often) is None:
        wrong["often"] = "Write how much of it in a week, as in: twice a week, 3 hours a week."
    return {name: fault for name, fault in wrong.items() if fault}


@feature.form("offer", check=faults)
def take_form(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Show what was written, as it would be read."""
    if wrong := faults(submitted, settings):
        ctx.reply("offers/fault", fault=next(iter(wrong.values())))
    else:
        show(ctx, drafted(submitted)[0])


@feature.action("make")
@with_draft(Draft)
def make(draft: Draft, settings: Settings, ctx: Context) -> None:
    """Keep an offer, once; or change the one that it takes the place of."""
    today = ctx.now_there.date()
    until = draft.until or today + USUAL
    if fault_in(draft.words, until, today=today):
        ctx.reply("bot/out_of_date")
        return
    mine = offers.of_person(ctx.session, ctx.network, ctx.me)
    standing = [each for each in mine if each.state == OfferState.STANDING]
    changed = next((each for each in standing if each.id == draft.number), None)
    if changed is not None:
        _keep(ctx, changed, draft, until)
    elif len(standing) >= MOST and draft.words not in [each.words for each in standing]:
        ctx.reply("offers/enough", most=MOST)
    else:
        made = offers.make(
            ctx.session,
            ctx.network,
            ctx.me,
            draft.words,
            kind=draft.kind,
            until=until,
            when=draft.when,
            now=ctx.now,
        )
        _keep(ctx, made, draft, until)


def _keep(ctx: Context, found: Offer, draft: Draft, until: date) -> None:
    offers.change(ctx.session, found, draft, until)
    offers.let_find(ctx.session, ctx.network, found, now=ctx.now)
    if found.week:
        ctx.press("digest.mend", found.week, because=found.key)
    ctx.reply("offers/kept", number=found.id, until=until)
