"""The charter on the bot's own page, and what is held of somebody in its ledger."""

from __future__ import annotations

from bot import outbox
from bot.context import Context
from bot.feature import Section
from bot.storage import charter, traces
from bot.storage.places import Person
from handlers.charter import answering, reading
from handlers.charter.feature import Settings, feature


@feature.home_section(order=46)
def on_the_page(settings: Settings, ctx: Context) -> Section | None:
    """Which version somebody agreed to, and whether another one waits."""
    version = charter.current(ctx.session, ctx.network)
    if version is None and not ctx.is_lead:
        return None
    standing = charter.standing(ctx.session, ctx.network, ctx.me) if version else None
    words = ctx.prompts.render(
        "charter/home",
        version=version,
        standing=standing,
        is_new=version is not None and reading.is_new_to(ctx, standing),
    )
    facts = {"version": version.number if version else None}
    return Section(name="our charter", words=words, facts=facts)


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """What somebody said of each charter, and the token by which they find it in the ledger."""
    ledgers = charter.of_person(ctx.session, person)
    if not ledgers:
        return None
    facts = [
        {
            "network": each.network.name,
            "token": each.token,
            "acknowledgements": [
                {
                    "number": line.number,
                    "said": line.said,
                    "version": line.version,
                    "on": line.said_on,
                    "sha256": line.sha256,
                }
                for line in each.said
            ],
        }
        for each in ledgers
    ]
    words = ctx.prompts.render("charter/mydata", ledgers=ledgers)
    return Section(name="charter", words=words, facts={"ledgers": facts})


@feature.erase
def let_go(settings: Settings, ctx: Context, person: Person) -> None:
    """Let nobody tell any more which acknowledgements were theirs; the ledger stays whole.

    What leads heard of a wish to talk, by name, is deleted where it was said.
    """
    for each in charter.of_person(ctx.session, person):
        about = answering.asked_to_talk(each.network, each.token)
        for key in traces.keys_under(ctx.session, about):
            outbox.retract(ctx.session, key, now=ctx.now)
    charter.forget(ctx.session, person)
