"""Ask whether an offer still stands, and tell its maker alone what is held of theirs."""

from __future__ import annotations

from datetime import time, timedelta

from bot import outbox
from bot.context import Context
from bot.domain.offers import (
    REMIND,
)
from bot.domain.schedule import Daily
from bot.feature import Section
from bot.judgement.limits import Kind
from bot.storage import offers, talk
from bot.storage.places import Person
from handlers.offers.feature import Settings, feature, shown

LASTING = timedelta(days=7)


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.ask_at)))
def look_after(settings: Settings, ctx: Context) -> None:
    """Ask, a week before an offer ends, whether it stands; let those end that nobody renewed."""
    today = talk.local_day(ctx.now, ctx.network)
    offers.end_old(ctx.session, ctx.network, today=today, now=ctx.now)
    offers.let_old_go(ctx.session, ctx.network, now=ctx.now)
    for found in offers.to_remind(ctx.session, ctx.network, by=today + REMIND):
        person = ctx.session.get_one(Person, found.person_id)
        wait = ctx.foresee(person.address, Kind.WORD, at=ctx.now, about="offers")
        is_soon = wait is None or (wait.until is not None and wait.until < ctx.now + LASTING)
        if is_soon and not person.is_gone and offers.remind(ctx.session, found):
            ctx.say(
                person.address,
                "offers/still",
                kind=Kind.WORD,
                key=found.key,
                lasting=LASTING,
                network=ctx.network.name,
                **shown(found, person),
            )


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """What somebody offers or offered."""
    mine = offers.all_of(ctx.session, person)
    if not mine:
        return None
    facts = [
        {
            "number": each.id,
            "state": each.state,
            "words": each.words,
            "kind": each.kind,
            "when": each.when,
            "until": each.until,
            "reminded_for": each.reminded_for,
            "made_at": each.made_at,
            "ended_at": each.ended_at,
        }
        for each in mine
    ]
    words = ctx.prompts.render("offers/mydata", offers=mine)
    return Section(name="offers", words=words, facts={"offers": facts})


@feature.erase
def let_go(settings: Settings, ctx: Context, person: Person) -> None:
    """Let go of all that somebody offered."""
    for each in offers.all_of(ctx.session, person):
        outbox.retract(ctx.session, each.key, now=ctx.now)
    offers.forget(ctx.session, person)
