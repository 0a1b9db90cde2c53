"""Offers where people look: `/net who`, `/net offers`, and their own page."""

from __future__ import annotations

from collections.abc import Sequence

from bot.context import Context
from bot.domain.asks import HelpKind
from bot.domain.events import CommandGiven
from bot.domain.offers import (
    OfferState,
)
from bot.domain.typed import shortened, simplified
from bot.feature import Section
from bot.judgement.fitting import FITS, fits
from bot.storage import offers
from bot.storage.offers import Offer
from bot.storage.places import Person
from handlers.offers.feature import Settings, feature, shown

LISTED, ON_PAGE = 12, 3


@feature.command(
    "net",
    "who",
    help="who has offered something on a topic",
    examples=("/net who continence", "/net who audit"),
)
def who(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show who has offered help with something, by their own words and nothing else."""
    typed = simplified(given.text).strip(" .?!")
    if not typed:
        ctx.reply("offers/who_how")
        return
    found = about(ctx, typed)
    listed = [shown(*each) for each in found[:LISTED]]
    ctx.reply("offers/who", typed=shortened(typed), offers=listed)


def about(ctx: Context, typed: str) -> Sequence[tuple[Offer, Person]]:
    """The offers that are about *typed*, those that are most like it first."""
    standing = offers.standing(ctx.session, ctx.network)
    fit = fits(typed, [f"{each.words} {each.when}" for each, _ in standing])
    plain = typed.casefold().removesuffix("s")
    has_word = [plain in each.words.casefold() for each, _ in standing]
    ranked = sorted(
        (-max(like, float(has)), number)
        for number, (like, has) in enumerate(zip(fit, has_word, strict=True))
        if has or like >= FITS
    )
    return [standing[number] for _, number in ranked]


@feature.command(
    "net",
    "offers",
    help="what people offer, and your own",
    examples=("/net offers", "/net offers #resources"),
)
def list_offers(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show what can be taken up, all of it or of one kind or about a word; and the member's own."""
    typed = simplified(given.text).casefold().strip(" .#")
    standing = offers.standing(ctx.session, ctx.network)
    if typed in [kind.value for kind in HelpKind]:
        found: Sequence[tuple[Offer, Person]] = [e for e in standing if e[0].kind == typed]
    else:
        found = about(ctx, typed) if typed else standing
    me = ctx.me
    mine = offers.of_person(ctx.session, ctx.network, me)
    ctx.reply(
        "offers/list",
        typed=shortened(given.text),
        offers=[shown(*each) for each in found[:LISTED]],
        more=max(0, len(found) - LISTED),
        mine=[shown(each, me) for each in mine if each.state == OfferState.STANDING],
        ended=[shown(each, me) for each in mine if each.state == OfferState.ENDED],
    )


@feature.home_section(order=25)
def yours(settings: Settings, ctx: Context) -> Section | None:
    """On the bot's own page: what they offer, and how to offer something."""
    me = ctx.me
    mine = offers.of_person(ctx.session, ctx.network, me)
    standing = [shown(each, me) for each in mine if each.state == OfferState.STANDING]
    more = max(0, len(standing) - ON_PAGE)
    words = ctx.prompts.render("offers/home", offers=standing[:ON_PAGE], more=more)
    return Section(name="offers", words=words, facts={})
