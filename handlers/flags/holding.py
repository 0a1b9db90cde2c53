"""What is held of flags: for 90 days, for its writer to see, and gone when they say so."""

from __future__ import annotations

from datetime import time

from bot.context import Context
from bot.domain.events import MessageDeleted
from bot.domain.flags import KEPT
from bot.domain.schedule import Daily
from bot.feature import Section
from bot.judgement.limits import Kind
from bot.outbox import ref_of
from bot.storage import flags
from bot.storage.flags import Flag
from bot.storage.places import Person
from handlers.flags.feature import Settings, feature


@feature.job(lambda _: Daily(at=time(4, 50)), while_any=(Flag,))
def let_old_go(settings: Settings, ctx: Context) -> None:
    """Let go of every flag after 90 days; tell a writer whose flag nobody is left to hear."""
    flags.let_old_go(ctx.session, ctx.network, now=ctx.now)
    for flag in flags.unheard(ctx.session, ctx.network):
        ctx.say(
            ctx.session.get_one(Person, flag.person_id).address,
            "flags/unheard",
            kind=Kind.WORD,
            key=f"{flag.key}/unheard",
            lasting=KEPT,
        )


@feature.on(MessageDeleted)
def forget_message(event: MessageDeleted, settings: Settings, ctx: Context) -> None:
    """Point no more to what is gone."""
    flags.forget_message(ctx.session, ref_of(event.channel, event.ts))


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """What somebody flagged, what they were asked to agree to, and what they learned."""
    mine = flags.written_by(ctx.session, ctx.network, person)
    asked = flags.agreements_of(ctx.session, person)
    lessons = flags.lessons_of(ctx.session, person)
    if not (mine or asked or lessons):
        return None
    facts = {
        "flags": [
            {"number": each.id, "words": each.words, "state": each.state, "at": each.at.isoformat()}
            for each in mine
        ],
        "asked": [
            {"number": each.id, "matter": each.matter, "words": each.words, "state": each.state}
            for each in asked
        ],
        "learned": [{"number": each.id, "words": each.words} for each in lessons],
    }
    words = ctx.prompts.render(
        "flags/mydata", flags=mine, asked=len(asked), lessons=[each.words for each in lessons]
    )
    return Section(name="flags", words=words, facts=facts)


@feature.erase
def let_go(settings: Settings, ctx: Context, person: Person) -> None:
    """Let go of somebody's flags, of what they were asked, and of what they learned with others."""
    flags.forget(ctx.session, person)
