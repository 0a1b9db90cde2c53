"""What each has given and got, for their own eyes; what moves through the network, for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.context import Context
from bot.domain.events import to_micros
from bot.feature import Section
from bot.judgement.corners import homes
from bot.judgement.ledger import Helped, longest_ring
from bot.storage import asks, giving, talk, threads
from bot.storage.exchanges import Exchange
from handlers.thanks import spreading
from handlers.thanks.feature import Settings, feature

FEW = 5
"""Below this many nothing is said of a number of people, or of what they did."""
WEEKS = timedelta(weeks=4)
AT_HOME = timedelta(days=90)
NEWEST = 5


def show(ctx: Context) -> None:
    """Show the member their own balance, thanks that they had, and what moves through all hands."""
    ctx.reply("thanks/ledger", **own(ctx), network=totals(ctx))


def own(ctx: Context) -> dict[str, Any]:
    """What the member has given and got, and the newest words of thanks to them."""
    me = ctx.me
    balance = giving.balance(ctx.session, ctx.network, me)
    mine = giving.of_person(ctx.session, ctx.network, me)
    thanked = [each for each in mine if each.giver_id == me.id and each.thanks]
    newest = [spreading.about(ctx, each) for each in thanked[-NEWEST:]]
    return {"got": balance.got, "gave": balance.gave, "thanks": newest[::-1]}


def totals(ctx: Context) -> dict[str, Any] | None:
    """The last four whole weeks of the network; None where fewer than five people took part.

    Whole weeks, so that nobody tells from two looks what one person did in between.
    """
    today = talk.local_day(ctx.now, ctx.network)
    monday = today - timedelta(days=today.weekday())
    until = datetime.combine(monday, time(), ctx.network.zone).astimezone(UTC)
    since = until - WEEKS
    given = [
        each
        for each in giving.counted(ctx.session, ctx.network, since=since)
        if each.settled_at is not None and each.settled_at < until
    ]
    people = {number for each in given for number in (each.giver_id, each.receiver_id) if number}
    if len(people) < FEW:
        return None
    count = asks.counted(ctx.session, ctx.network, since=since, until=until)
    return {
        "last": monday - timedelta(days=1),
        "asked": count.asked if count.asked >= FEW else 0,
        "answered": count.answered if FEW <= count.answered <= count.asked - FEW else 0,
        "all_answered": count.asked >= FEW and count.answered == count.asked,
        "people": len(people),
        "across": _across(ctx, given),
        "chain": _chain(given),
    }


def _across(ctx: Context, given: Sequence[Exchange]) -> str:
    """In words, how much help went from one corner to another; "" where too little is known."""
    since = to_micros(ctx.now - AT_HOME)
    home: Mapping[int, int] = homes(threads.wrote_where(ctx.session, ctx.network, since=since))
    pairs = [(home.get(each.giver_id or 0), home.get(each.receiver_id or 0)) for each in given]
    known = [pair for pair in pairs if None not in pair]
    if len(known) < FEW:
        return ""
    share = sum(one != other for one, other in known) / len(known)
    words = ((0.9, "nearly all"), (0.6, "most"), (0.4, "about half"), (0.1, "some"))
    return next((word for least, word in words if share >= least), "hardly any")


def _chain(given: Sequence[Exchange]) -> int:
    """How many times in a row help was passed on by whoever had been helped, at the most."""
    return longest_ring(
        Helped(to_micros(each.settled_at or each.began_at), each.giver_id, each.receiver_id)
        for each in given
        if each.giver_id and each.receiver_id
    )


@feature.home_section(order=26)
def on_home(settings: Settings, ctx: Context) -> Section | None:
    """On the bot's own page: what they have given and got, for them alone."""
    given = own(ctx)
    words = ctx.prompts.render("thanks/home", got=given["got"], gave=given["gave"])
    return Section(name="help given and got", words=words, facts={})
