"""Make an offer: shown to whoever makes it first; changed, renewed and taken back by them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import outbox
from bot.context import Context, with_draft
from bot.domain.asks import HelpKind, kind_of
from bot.domain.drafts import carried
from bot.domain.events import ActionTaken, CommandGiven, FormSubmitted, from_micros
from bot.domain.moments import moment_of
from bot.domain.offers import (
    LONGEST,
    MOST,
    REMIND,
    USUAL,
    Draft,
    OfferState,
    cut_until,
    fault_in,
    likely_kind,
)
from bot.domain.posts import Field
from bot.domain.typed import number_of, simplified
from bot.prompting import day
from bot.storage import offers
from bot.storage.offers import Offer
from handlers.offers.feature import Settings, feature

_ACT = re.compile(r"(withdraw|take back|renew|change)\s+#?(\d{1,9})[\s.!]*", re.IGNORECASE)


@feature.command(
    "net",
    "offer",
    help="offer something that you would gladly give",
    examples=("/net offer an hour on Thursdays on audit data", "/net offer withdraw 3"),
    aliases=("give",),
)
def offer(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show what would be offered, or do what a button does; alone, open the form."""
    typed = " ".join(given.text.split())
    if found := _ACT.fullmatch(simplified(typed)):
        acts = {"renew": renew, "change": change}
        acts.get(found[1].casefold(), withdraw)(ctx, found[2])
    elif typed:
        words, until = cut_until(typed, now=ctx.now_there)
        show(ctx, Draft(words=words, kind=likely_kind(words), until=until))
    else:
        open_form(ctx, Draft(words=""))


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
    fields = (
        Field(name="words", value=draft.words, is_required=True, is_long=True),
        Field(name="kind", value=draft.kind.label, options=labels, is_required=True),
        Field(name="when", value=draft.when),
        Field(name="until", value=f"{day(until)} {until.year}", is_required=True),
    )
    context = f"{draft.number} {ctx.network.timezone}"
    ctx.ask("offers/form", name="offers.offer", fields=fields, context=context)


def drafted(submitted: FormSubmitted) -> tuple[Draft, datetime]:
    """What somebody wrote, and when it was there."""
    number, _, zone = submitted.context.partition(" ")
    now = from_micros(submitted.at).astimezone(ZoneInfo(zone or "UTC"))
    given = {name: " ".join(value.split()) for name, value in submitted.values.items()}
    moment = moment_of(given.get("until", ""), now=now)
    return Draft(
        words=given.get("words", ""),
        kind=kind_of(given.get("kind", "")),
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
        offers.change(ctx.session, changed, draft, until)
        ctx.reply("offers/kept", number=changed.id, until=until)
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
        ctx.reply("offers/kept", number=made.id, until=until)


# One's own


def own(ctx: Context, number: str) -> Offer | None:
    """The member's own offer of that number; None, and a word to them, where it isn't theirs."""
    found = offers.numbered(ctx.session, ctx.network, number_of(number))
    is_own = found is not None and found.person_id == ctx.me.id
    if found is None or not is_own or found.state == OfferState.WITHDRAWN:
        ctx.reply("offers/not_yours")
        return None
    return found


@feature.action("renew")
def press_renew(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Let an offer stand for half a year more."""
    renew(ctx, taken.value)


def renew(ctx: Context, number: str) -> None:
    """Let an offer stand for half a year more from today."""
    found = own(ctx, number)
    if found is not None:
        outbox.retract(ctx.session, found.key, now=ctx.now)
        offers.renew(ctx.session, found, ctx.now_there.date() + USUAL)
        ctx.reply("offers/kept", number=found.id, until=found.until)


@feature.action("change")
def press_change(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the form for an offer of the member's own."""
    change(ctx, taken.value)


def change(ctx: Context, number: str) -> None:
    """Open the form for an offer of the member's own."""
    found = own(ctx, number)
    if found is not None:
        kind = HelpKind(found.kind)
        until = max(found.until, ctx.now_there.date() + REMIND)
        draft = Draft(words=found.words, kind=kind, until=until, when=found.when, number=found.id)
        open_form(ctx, draft)


@feature.action("withdraw")
def press_withdraw(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take an offer back."""
    withdraw(ctx, taken.value)


def withdraw(ctx: Context, number: str) -> None:
    """Take an offer back, and delete its words."""
    found = own(ctx, number)
    if found is not None:
        outbox.retract(ctx.session, found.key, now=ctx.now)
        offers.withdraw(ctx.session, found, now=ctx.now)
        ctx.reply("offers/withdrawn")
