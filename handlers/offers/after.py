"""A word on the day before, and after it: was it used? What came of it goes into the ledger."""

from __future__ import annotations

from datetime import date, time, timedelta

from bot.context import Context
from bot.domain.events import ActionTaken
from bot.domain.exchanges import ExchangeState
from bot.domain.offers import OfferState
from bot.domain.resources import UseState
from bot.domain.schedule import Daily
from bot.judgement.limits import Kind
from bot.storage import exchanges, lending, talk
from bot.storage.lending import OfferUse
from handlers.offers import settling, using
from handlers.offers.feature import LASTING, Settings, feature, tell

DAY = timedelta(days=1)
MONDAY = 0
LONG = timedelta(days=28)
"""After so long without a word whether something was used, nothing is kept of it."""


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.ask_at)), while_any=(OfferUse,))
def look_after_uses(settings: Settings, ctx: Context) -> None:
    """Remind both of what is agreed for tomorrow, ask how it was, let go of what lapsed."""
    today = talk.local_day(ctx.now, ctx.network)
    for found in lending.under_way(ctx.session, ctx.network):
        if _is_left(ctx, found):
            continue
        if found.state != UseState.AGREED:
            _lapse(ctx, found, today)
        elif found.day <= today:
            _follow(ctx, found, today)
        elif _is_eve(ctx, found.day, today):
            _remind(ctx, found)
    if today.weekday() == MONDAY:
        lending.let_old_go(ctx.session, ctx.network, today=today)


def _is_left(ctx: Context, found: OfferUse) -> bool:
    """Whether one of the two isn't here any more, or took their offer back: the other is told."""
    owner, asker = settling.owner_of(ctx, found), settling.asker_of(ctx, found)
    if owner.is_gone or settling.offer_of(ctx, found).state == OfferState.WITHDRAWN:
        settling.turn_down(ctx, found)
        return True
    if asker.is_gone:
        given, was_agreed = settling.about(ctx, found), found.state == UseState.AGREED
        if settling.let_go(ctx, found) and was_agreed:
            tell(ctx, owner, "offers/free_again", f"{settling.found_key(given)}/free", **given)
        return True
    return False


def _lapse(ctx: Context, found: OfferUse, today: date) -> None:
    """Let go of a question that nobody answered before its day."""
    was_asked = talk.local_day(found.asked_at, ctx.network)
    if found.day < today or (found.day == today and was_asked < today):
        settling.turn_down(ctx, found)


def _is_eve(ctx: Context, day: date, today: date) -> bool:
    """Whether *today* is the last working day before *day*."""
    between = (today + n * DAY for n in range(1, (day - today).days))
    return talk.is_working(ctx.session, ctx.network, today) and not any(
        talk.is_working(ctx.session, ctx.network, each) for each in between
    )


def _remind(ctx: Context, found: OfferUse) -> None:
    if lending.note(ctx.session, found, reminded=True, now=ctx.now):
        given = settling.about(ctx, found)
        owner, asker = settling.owner_of(ctx, found), settling.asker_of(ctx, found)
        for person, end in ((owner, "owner"), (asker, "asker")):
            key = f"{found.key}/reminded/{end}"
            tell(ctx, person, "offers/tomorrow", key, is_owner=end == "owner", **given)


def _follow(ctx: Context, found: OfferUse, today: date) -> None:
    """Ask whoever used it how it was, the day after; what was thanked for needs no question."""
    settling.begin_if_due(ctx, found, today)
    exchange = lending.exchange_of(ctx.session, found)
    if exchange is not None and exchange.state != ExchangeState.UNDER_WAY:
        lending.used(ctx.session, found)
    elif found.day + LONG < today:
        settling.let_go(ctx, found)
    elif found.day < today and lending.note(ctx.session, found, reminded=False, now=ctx.now):
        asker = settling.asker_of(ctx, found)
        ctx.say(
            asker.address,
            "offers/was_it_used",
            kind=Kind.WORD,
            key=f"{found.key}/followed",
            lasting=LASTING,
            network=ctx.network.name,
            **settling.about(ctx, found),
        )


@feature.action("used")
def press_used(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """It was used."""
    used(ctx, taken.value)


def used(ctx: Context, number: str) -> None:
    """Keep that it was used, as help that was given: once, also where it was thanked for."""
    found = using.own_use(ctx, number)
    if found is None:
        return
    today = ctx.now_there.date()
    if found.day > today or found.state not in (UseState.AGREED, UseState.USED):
        ctx.reply("offers/not_yet", **settling.about(ctx, found))
        return
    settling.begin_if_due(ctx, found, today)
    exchange = lending.exchange_of(ctx.session, found)
    is_new = lending.used(ctx.session, found)
    if is_new and exchange is not None and exchange.state == ExchangeState.UNDER_WAY:
        exchanges.settle(ctx.session, exchange, ExchangeState.DONE, now=ctx.now)
    owner = settling.owner_of(ctx, found)
    has_thanks = ctx.understands("/net thanks")
    is_thanked = exchange is not None and exchange.thanked_at is not None
    to = 0 if is_thanked or not has_thanks else owner.id
    ctx.reply("offers/used_kept", to=to, **settling.about(ctx, found))


@feature.action("unused")
def press_unused(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """It wasn't used after all."""
    unused(ctx, taken.value)


def unused(ctx: Context, number: str) -> None:
    """Keep nothing of what wasn't used; nobody is told."""
    found = using.own_use(ctx, number)
    if found is not None:
        settling.let_go(ctx, found)
        ctx.reply("offers/unused_kept")
