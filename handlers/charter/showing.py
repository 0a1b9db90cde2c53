"""The charter on the bot's own page, and what is held of somebody in its ledger."""

from __future__ import annotations

from bot.context import Context
from bot.feature import Section
from bot.storage import charter
from bot.storage.places import Person
from handlers.charter import reading
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
    """What somebody said of the charter, and the token by which they find it in the ledger."""
    standing = charter.standing(ctx.session, ctx.network, person)
    if standing is None:
        return None
    said = charter.of_token(ctx.session, ctx.network, standing.token)
    facts = {
        "token": standing.token,
        "acknowledgements": [
            {
                "number": each.number,
                "said": each.said,
                "version": each.version,
                "on": each.said_on,
                "sha256": each.sha256,
            }
            for each in said
        ],
    }
    words = ctx.prompts.render("charter/mydata", token=standing.token, said=said)
    return Section(name="charter", words=words, facts=facts)


@feature.erase
def let_go(settings: Settings, ctx: Context, person: Person) -> None:
    """Let nobody tell any more which acknowledgements were theirs; the ledger stays whole."""
    charter.forget(ctx.session, person)
