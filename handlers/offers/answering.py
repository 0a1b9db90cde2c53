"""Whoever offers something says yes to a day, names another one, or not this time."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot import outbox
from bot.context import Context
from bot.domain.events import ActionTaken, FormSubmitted, from_micros
from bot.domain.posts import Field
from bot.domain.resources import Slot, UseState, slot_of
from bot.domain.typed import number_of
from bot.storage import lending
from bot.storage.lending import OfferUse
from handlers.offers import settling, using
from handlers.offers.feature import Settings, feature, tell

UNCLEAR = "Write a day, and from when to when, as in: Thursday 2-4."


def asked_of_me(ctx: Context, number: str) -> OfferUse | None:
    """What somebody asked the member for; None, and a word to them, where there is nothing."""
    found = lending.numbered(ctx.session, ctx.network, number_of(number))
    if found is None or settling.owner_of(ctx, found).id != ctx.me.id:
        ctx.reply("offers/nothing_asked")
        return None
    return found


@feature.action("yes")
def press_yes(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Say yes."""
    yes(ctx, taken.value)


def yes(ctx: Context, number: str) -> None:
    """Keep the day for whoever asked."""
    found = asked_of_me(ctx, number)
    if found is None:
        return
    if found.state == UseState.SUGGESTED:
        ctx.reply("offers/suggested", **settling.about(ctx, found))
    elif using.agree_to(ctx, found, before=UseState.ASKED):
        given = settling.about(ctx, found)
        key = settling.asked_key(found)
        ctx.amend(key, ctx.me.address, "offers/agreed", is_owner=True, **given)


@feature.action("another")
def press_another(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Name another time."""
    another(ctx, taken.value, "")


def another(ctx: Context, number: str, typed: str) -> None:
    """Name another time, as it was typed or in a form."""
    found = asked_of_me(ctx, number)
    if found is None:
        return
    slot = slot_of(typed, now=ctx.now_there) if typed else None
    if slot is not None:
        _suggest(ctx, found, slot)
        return
    field = Field(name="when", value=typed, is_required=True)
    context = f"{found.id} {ctx.network.timezone}"
    given = settling.about(ctx, found)
    given["asker"] = given.pop("name")  # a form has a name of its own
    ctx.ask("offers/another_form", name="offers.another", fields=(field,), context=context, **given)


def _slot(submitted: FormSubmitted) -> Slot | None:
    _, _, zone = submitted.context.partition(" ")
    now = from_micros(submitted.at).astimezone(ZoneInfo(zone or "UTC"))
    return slot_of(submitted.values.get("when", ""), now=now)


@feature.form("another", check=lambda form, _: {} if _slot(form) else {"when": UNCLEAR})
def take_another(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Bring the other time to whoever asked."""
    found, slot = asked_of_me(ctx, submitted.context.partition(" ")[0]), _slot(submitted)
    if found is not None and slot is not None:
        _suggest(ctx, found, slot)


def _suggest(ctx: Context, found: OfferUse, slot: Slot) -> None:
    offer = settling.offer_of(ctx, found)
    if reason := using.cant_then(ctx, offer, slot):
        ctx.reply("offers/cant_suggest", reason=reason, number=found.id)
        return
    if not lending.suggest(ctx.session, found, slot):
        ctx.reply("offers/nothing_asked")
        return
    given, asker = settling.about(ctx, found), settling.asker_of(ctx, found)
    key = f"{found.key}/suggested"
    outbox.retract(ctx.session, settling.asked_key(found), now=ctx.now)
    if not ctx.amend(key, asker.address, "offers/another_time", **given):
        tell(ctx, asker, "offers/another_time", key, **given)
    ctx.reply("offers/suggested", **given)


@feature.action("no")
def press_no(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Not this time."""
    no(ctx, taken.value)


def no(ctx: Context, number: str) -> None:
    """Not this time, or not after all: no reason is asked for, and nothing is kept."""
    found = asked_of_me(ctx, number)
    if found is not None:
        settling.turn_down(ctx, found)
        ctx.reply("offers/said_no")
