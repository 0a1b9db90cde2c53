"""Offers where people look: `/net who`, `/net offers`, and their own page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.context import Context
from bot.domain.asks import HelpKind
from bot.domain.events import CommandGiven
from bot.domain.offers import OfferState
from bot.domain.resources import UseState
from bot.domain.typed import shortened, simplified
from bot.feature import Section
from bot.judgement.fitting import FITS, fits
from bot.prompting import Words
from bot.storage import lasting, lending, offers, talk
from bot.storage.offers import Offer
from bot.storage.places import Person
from bot.storage.wanted import KIND, Wanted
from handlers.offers import settling, wanting
from handlers.offers.feature import Settings, feature, shown

LISTED, ON_PAGE, ON_LIST = 12, 3, 5
_ARTICLE = re.compile(r"^(?:an?|the|some|any)\s+", re.IGNORECASE)


@feature.command(
    "net",
    "who",
    help="who has offered something on a topic",
    examples=("/net who continence", "/net who a room"),
)
def who(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show who has offered help with something, by their own words and nothing else."""
    typed = _ARTICLE.sub("", simplified(given.text).strip(" .?!"))
    if not typed:
        ctx.reply("offers/who_how")
        return
    found = about(ctx, typed)
    listed = [shown(*each) for each in found[:LISTED]]
    ctx.reply("offers/who", typed=shortened(typed), offers=listed, me=ctx.me.ref)


def about(ctx: Context, typed: str) -> Sequence[tuple[Offer, Person]]:
    """The offers that are about *typed*, those that are most like it first."""
    standing = offers.standing(ctx.session, ctx.network)
    fit = fits(typed, [f"{each.words} {each.when} {each.how}" for each, _ in standing])
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
    examples=("/net offers", "/net offers resources"),
)
def list_offers(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show what can be taken up, all of it or of one kind or about a word; and the member's own."""
    typed = _ARTICLE.sub("", simplified(given.text).casefold().strip(" .#"))
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
        me=me.ref,
        wanted=wanting.listed(ctx, most=ON_LIST),
    )


@feature.home_section(order=25)
def yours(settings: Settings, ctx: Context) -> Section | None:
    """On the bot's own page: what they offer, and how to offer something."""
    me = ctx.me
    mine = offers.of_person(ctx.session, ctx.network, me)
    standing = [shown(each, me) for each in mine if each.state == OfferState.STANDING]
    more = max(0, len(standing) - ON_PAGE)
    today = talk.local_day(ctx.now, ctx.network)
    asked = lending.of_owner(ctx.session, ctx.network, me)
    using = [each for each in lending.of_person(ctx.session, me) if each.day >= today]
    words = ctx.prompts.render(
        "offers/home",
        offers=standing[:ON_PAGE],
        more=more,
        asked=[settling.about(ctx, e) for e in asked if e.state == UseState.ASKED][:ON_PAGE],
        lent=[settling.about(ctx, e) for e in asked if e.state == UseState.AGREED][:ON_PAGE],
        using=[settling.about(ctx, e) for e in using if e.network_id == ctx.network.id][:ON_PAGE],
        wanted=[wanting.line(each) for each, _ in wanting.standing(ctx)[:ON_PAGE]],
    )
    return Section(name="offers", words=words, facts={})


@feature.finds(offers.KIND)
def found_offer(settings: Settings, ctx: Context, number: int) -> Words | None:
    """A resource that can be had, in a line."""
    found = offers.numbered(ctx.session, ctx.network, number)
    person = ctx.session.get(Person, found.person_id) if found else None
    if found is None or person is None or person.is_gone or found.state != OfferState.STANDING:
        return None
    return ctx.prompts.render("offers/found", **shown(found, person))


@feature.finds(KIND)
def found_wanted(settings: Settings, ctx: Context, number: int) -> Words | None:
    """What the network could use, in a line."""
    found = lasting.numbered(ctx.session, Wanted, ctx.network, number)
    if found is None or found.state != OfferState.STANDING:
        return None
    return ctx.prompts.render("offers/found_wanted", **wanting.line(found))
