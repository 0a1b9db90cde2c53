"""A day somebody asked for, in the words in which it is told, and how it is let go or kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot import outbox
from bot.context import Context
from bot.storage import exchanges, lending
from bot.storage.lending import OfferUse
from bot.storage.offers import Offer
from bot.storage.places import Person
from handlers.offers.feature import shortly, tell


def offer_of(ctx: Context, found: OfferUse) -> Offer:
    """What somebody would use."""
    return ctx.session.get_one(Offer, found.offer_id, populate_existing=True)


def owner_of(ctx: Context, found: OfferUse) -> Person:
    """Whose it is."""
    return ctx.session.get_one(Person, offer_of(ctx, found).person_id)


def asker_of(ctx: Context, found: OfferUse) -> Person:
    """Who would use it."""
    return ctx.session.get_one(Person, found.person_id)


def about(ctx: Context, found: OfferUse) -> dict[str, Any]:
    """What is told of a day that somebody asked for."""
    offer, owner, asker = offer_of(ctx, found), owner_of(ctx, found), asker_of(ctx, found)
    return {
        "number": found.id,
        "offer": offer.id,
        "words": offer.words,
        "short": shortly(offer.words),
        "owner": owner.name,
        "owner_address": owner.ref,
        "name": asker.name,
        "address": asker.ref,
        "day": found.day,
        "hours": found.slot.hours,
        "what_for": found.what_for,
        "state": found.state,
    }


def asked_key(found: OfferUse) -> str:
    """The occasion of asking whoever offers it."""
    return f"{found.key}/asked"


def let_go(ctx: Context, found: OfferUse) -> bool:
    """Keep nothing of it, here or in the ledger; False where it was used, or is gone already."""
    exchange = lending.exchange_of(ctx.session, found)
    was = found.key
    if not lending.let_go(ctx.session, found):
        return False
    for end in ("asked", "suggested", "reminded/owner", "reminded/asker", "followed"):
        outbox.retract(ctx.session, f"{was}/{end}", now=ctx.now)
    if exchange is not None:
        exchanges.drop(ctx.session, exchange)
    return True


def turn_down(ctx: Context, found: OfferUse, *, is_taken: bool = False) -> None:
    """Tell who asked, kindly and without a reason, that it isn't to be had; keep nothing."""
    given, asker = about(ctx, found), asker_of(ctx, found)
    if let_go(ctx, found):
        key = f"{found_key(given)}/not_this_time"
        tell(ctx, asker, "offers/not_this_time", key, is_taken=is_taken, **given)


def found_key(given: dict[str, Any]) -> str:
    """The occasion of what is said about a day of which nothing is kept any more."""
    return f"use/{given['number']}"


def let_all_go(ctx: Context, offer: Offer) -> None:
    """Nobody uses what is taken back: whoever was to is told."""
    for found in lending.of_offer(ctx.session, offer):
        turn_down(ctx, found)


def begin_if_due(ctx: Context, found: OfferUse, today: date) -> None:
    """From its day on it is help under way, which thanks are for."""
    if found.exchange_id is None and found.day <= today:
        lending.begin(ctx.session, found, now=ctx.now)
