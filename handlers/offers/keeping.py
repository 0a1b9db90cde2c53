"""Ask whether an offer still stands, and tell its maker alone what is held of theirs."""

from __future__ import annotations

from datetime import date, time, timedelta

from bot import outbox
from bot.context import Context
from bot.domain.offers import REMIND
from bot.domain.resources import UseState
from bot.domain.schedule import Daily
from bot.feature import Section
from bot.judgement.limits import Kind
from bot.storage import lasting, lending, offers, talk, wanted
from bot.storage.lasting import Lasting
from bot.storage.lending import OfferUse
from bot.storage.offers import Offer
from bot.storage.places import Person
from bot.storage.wanted import Wanted
from handlers.offers import settling, wanting
from handlers.offers.feature import Settings, feature, shown, tell

LASTING = timedelta(days=7)


@feature.job(
    lambda settings: Daily(at=time.fromisoformat(settings.ask_at)), while_any=(Offer, Wanted)
)
def look_after(settings: Settings, ctx: Context) -> None:
    """Ask, a week before an offer ends, whether it stands; let those end that nobody renewed."""
    today = talk.local_day(ctx.now, ctx.network)
    if not lasting.is_any_due(ctx.session, ctx.network, by=today + REMIND, now=ctx.now):
        return
    for offer in lasting.end_old(ctx.session, Offer, ctx.network, today=today, now=ctx.now):
        offers.let_find(ctx.session, ctx.network, offer, now=ctx.now)
    for line in lasting.end_old(ctx.session, Wanted, ctx.network, today=today, now=ctx.now):
        wanted.let_find(ctx.session, ctx.network, line, now=ctx.now)
    for table in (Offer, Wanted):
        lasting.let_old_go(ctx.session, table, ctx.network, now=ctx.now)
        _remind(ctx, table, today)


def _remind(ctx: Context, table: type[Offer | Wanted], today: date) -> None:
    for found in lasting.to_remind(ctx.session, table, ctx.network, by=today + REMIND):
        person = ctx.session.get_one(Person, found.person_id)
        wait = ctx.foresee(person.address, Kind.WORD, at=ctx.now, about="offers")
        is_soon = wait is None or (wait.until is not None and wait.until < ctx.now + LASTING)
        if is_soon and not person.is_gone and lasting.remind(ctx.session, found):
            is_offer = isinstance(found, Offer)
            given = shown(found, person) if isinstance(found, Offer) else wanting.line(found)
            ctx.say(
                person.address,
                "offers/still" if is_offer else "offers/wanted_still",
                kind=Kind.WORD,
                key=found.key,
                lasting=LASTING,
                network=ctx.network.name,
                **given,
            )


# What is held


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """What somebody offers, could use, and asked to use; and what others asked them for."""
    mine = offers.all_of(ctx.session, person)
    lines = lasting.all_of(ctx.session, Wanted, person)
    used = lending.of_person(ctx.session, person)
    asked = lending.of_owner(ctx.session, ctx.network, person)
    if not (mine or lines or used):
        return None
    words = ctx.prompts.render(
        "offers/mydata",
        offers=mine,
        wanted=lines,
        used=[settling.about(ctx, each) for each in used],
        asked=[settling.about(ctx, each) for each in asked],
    )
    facts: dict[str, object] = {
        "offers": [
            {
                **_facts(each),
                "kind": each.kind,
                "when": each.when,
                "resource": each.resource,
                "how": each.how,
                "often": each.often,
            }
            for each in mine
        ],
        "could_use": [_facts(each) for each in lines],
        "asked_to_use": [_use_facts(each) for each in used],
        "asked_of_you": [{"number": each.id, "day": each.day} for each in asked],
    }
    return Section(name="offers", words=words, facts=facts)


def _facts(found: Lasting) -> dict[str, object]:
    return {
        "number": found.id,
        "state": found.state,
        "words": found.words,
        "until": found.until,
        "reminded_for": found.reminded_for,
        "week": found.week,
        "made_at": found.made_at,
        "ended_at": found.ended_at,
    }


def _use_facts(found: OfferUse) -> dict[str, object]:
    return {
        "number": found.id,
        "offer": found.offer_id,
        "state": found.state,
        "day": found.day,
        "hours": found.slot.hours,
        "what_for": found.what_for,
        "help": found.exchange_id,
        "asked_at": found.asked_at,
        "agreed_at": found.agreed_at,
        "reminded_at": found.reminded_at,
        "asked_how_it_was_at": found.followed_at,
    }


@feature.erase
def let_go(settings: Settings, ctx: Context, person: Person) -> None:
    """Let go of all that somebody offered, could use, and asked for; the others are told."""
    for each in lending.of_person(ctx.session, person):
        if each.network_id == ctx.network.id and each.state != UseState.USED:
            _free(ctx, each)
    for offer in offers.all_of(ctx.session, person):
        outbox.retract(ctx.session, offer.key, now=ctx.now)
        settling.let_all_go(ctx, offer)
        if offer.week and offer.network_id == ctx.network.id:
            ctx.press("digest.mend", offer.week, because=offer.key)
    for line in lasting.all_of(ctx.session, Wanted, person):
        if line.network_id == ctx.network.id:
            wanting.take_off(ctx, line)
    lending.forget(ctx.session, person)
    offers.forget(ctx.session, person)
    wanted.forget(ctx.session, person)


def _free(ctx: Context, found: OfferUse) -> None:
    """Let go of what somebody asked for who isn't here any more; a day kept for it is free."""
    given, owner = settling.about(ctx, found), settling.owner_of(ctx, found)
    was_agreed = found.state == UseState.AGREED
    if settling.let_go(ctx, found) and was_agreed:
        key = f"{settling.found_key(given)}/free"
        tell(ctx, owner, "offers/free_again", key, **{**given, "name": "", "address": ""})
