"""Where a thank-you is read: by whoever is thanked, and before others only while both like it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.context import Context
from bot.domain.events import ActionTaken
from bot.domain.exchanges import Audience
from bot.feature import Period, Section
from bot.judgement.limits import Kind
from bot.outbox import Unsaid
from bot.storage import editions, exchanges, giving, places, talk, thanking
from bot.storage.asks import Ask
from bot.storage.exchanges import Exchange
from bot.storage.places import Channel, Person
from handlers.thanks.feature import Settings, feature, own_exchange

LASTING = timedelta(days=21)
POSTED = timedelta(days=2)
WEEK = 7


def about(ctx: Context, exchange: Exchange) -> dict[str, Any]:
    """What a thank-you is told with."""
    receiver = ctx.session.get(Person, exchange.receiver_id) if exchange.receiver_id else None
    giver = ctx.session.get(Person, exchange.giver_id) if exchange.giver_id else None
    return {
        "number": exchange.id,
        "name": receiver.name if receiver else "",
        "whom": giver.name if giver else "",
        "words": exchange.thanks,
        "audience": exchange.audience,
    }


def spread(ctx: Context, exchange: Exchange) -> None:
    """Bring a thank-you to whoever is thanked, and post it where the thanker wants it read."""
    given = about(ctx, exchange)
    giver = ctx.session.get_one(Person, exchange.giver_id)
    ctx.say(
        giver.address,
        "thanks/for_you",
        kind=Kind.WORD,
        key=_private(exchange),
        lasting=LASTING,
        network=ctx.network.name,
        **given,
    )
    channel = _channel(ctx, exchange)
    if exchange.audience == Audience.CHANNEL and channel is not None:
        ctx.say(
            channel.address,
            "thanks/post",
            kind=Kind.ANSWER,
            key=_public(exchange),
            lasting=POSTED,
            **given,
        )


def _private(exchange: Exchange) -> str:
    return f"{exchange.key}/thanks"


def _public(exchange: Exchange) -> str:
    return f"{exchange.key}/thanks/public"


def _channel(ctx: Context, exchange: Exchange) -> Channel | None:
    """Where the ask was posted, or else where everybody is."""
    ask = ctx.session.get(Ask, exchange.ask_id) if exchange.ask_id else None
    place = ctx.session.get(Channel, ask.channel_id) if ask and ask.channel_id else None
    return place or places.main_channel(ctx.session, ctx.network)


@feature.action("private")
def press_private(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Let nobody else read it any more."""
    narrow(ctx, taken.value)


def narrow(ctx: Context, number: str) -> None:
    """Take a thank-you back from everybody else, as whoever said it or is thanked may."""
    found = own_exchange(ctx, number)
    if found is None:
        return
    week, was = found.week, found.audience
    is_by_giver = found.giver_id == ctx.me.id
    if thanking.narrow(ctx.session, found, by_giver=is_by_giver):
        take_out(ctx, found, was=was, week=week, because=found.key)
    ctx.reply("thanks/private")


def take_out(ctx: Context, found: Exchange, *, was: str, week: str, because: str) -> None:
    """Take a thank-you out of where everybody read it."""
    channel = _channel(ctx, found)
    if was == Audience.CHANNEL and channel is not None:
        ctx.amend(_public(found), channel.address, "thanks/taken_out")
    if week:
        ctx.press("digest.mend", week, because=because)


# The digest


@feature.digest_section(order=40)
def thank_you(settings: Settings, ctx: Context, period: Period) -> Section | None:
    """In the digest: thanks that people wanted everybody to read, in their own words."""
    if editions.is_closed(ctx.session, ctx.network, period.name):
        told = thanking.of_week(ctx.session, ctx.network, period.name)
    elif (talk.local_day(ctx.now, ctx.network) - period.last).days > WEEK:
        return None
    else:
        told = thanking.untold(ctx.session, ctx.network, at_most=settings.at_most)
    if not told:
        return None
    numbers = [each.id for each in told]
    return Section(
        name="thank you",
        words=ctx.prompts.render("thanks/digest", thanks=[about(ctx, each) for each in told]),
        facts={"thanks": numbers},
        take=lambda: thanking.take(ctx.session, ctx.network, numbers, period.name),
    )


@feature.on(Unsaid)
def note_untold(event: Unsaid, settings: Settings, ctx: Context) -> None:
    """What a digest that was not posted was to tell, another may."""
    if week := editions.week_of(ctx.network, event.key):
        thanking.give_back(ctx.session, ctx.network, week)


# What is held


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """The help that somebody gave and got, and the thanks: theirs, and to them."""
    found = giving.all_of(ctx.session, person)
    if not found:
        return None
    rows = [
        {**about(ctx, each), "state": each.state, "gave": each.giver_id == person.id}
        for each in found
    ]
    facts = [
        {
            "number": each.id,
            "you": "gave" if each.giver_id == person.id else "got",
            "ask": each.ask_id,
            "state": each.state,
            "minutes": each.minutes,
            "by_both": each.is_by_both,
            "thanks": each.thanks,
            "read_by": each.audience,
            "week": each.week,
            "began_at": each.began_at,
            "settled_at": each.settled_at,
            "thanked_at": each.thanked_at,
            **(_followed(each) if each.receiver_id == person.id else {}),
        }
        for each in found
    ]
    words = ctx.prompts.render("thanks/mydata", exchanges=rows)
    return Section(name="help given and got", words=words, facts={"exchanges": facts})


def _followed(exchange: Exchange) -> dict[str, object]:
    """What only whoever got the help was asked, and said."""
    return {
        "asked_at": exchange.asked_at,
        "passed_on_at": exchange.passed_on_at,
        "followed_at": exchange.followed_at,
        "followed_again_at": exchange.followed_again_at,
        "came_of_it": exchange.came_of_it,
    }


@feature.erase
def let_go(settings: Settings, ctx: Context, person: Person) -> None:
    """Take somebody out of all help; it stays in the others' balances, without a name or a word."""
    told = giving.all_of(ctx.session, person)
    for each in [each for each in told if each.thanks]:
        other = each.giver_id if each.receiver_id == person.id else None
        giver = ctx.session.get(Person, other) if other else None
        if giver is not None:
            ctx.amend(_private(each), giver.address, "thanks/taken_out")
        take_out(ctx, each, was=each.audience, week=each.week, because="erased")
    exchanges.forget(ctx.session, person)
