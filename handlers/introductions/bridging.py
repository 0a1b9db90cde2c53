"""`/tend bridge`: two groups that hardly answer each other, and what could bring them together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.context import Context, leads_only
from bot.domain.events import ActionTaken, CommandGiven, to_micros
from bot.domain.introductions import AFTERWARDS, LOOK_BACK, BridgeState, Origin
from bot.domain.typed import number_of, shortened, simplified
from bot.judgement.bridging import Pair, came_of_it
from bot.judgement.limits import Kind
from bot.storage import bridges, crossing, looks, offers, places, talk, threads
from bot.storage.bridges import Bridge
from bot.storage.offers import Offer
from bot.storage.places import Person
from handlers.introductions import asking
from handlers.introductions.feature import Settings, feature
from handlers.introductions.suggesting import Suggestion, homes_since, suggest

TELLABLE = timedelta(days=7)
SHOWN = 3
KIND = "show-and-tell"
"""The convening that is drafted: each group shows the other one thing."""


@feature.command(
    "tend",
    "bridge",
    help="two groups that hardly answer each other, and what could bring them together",
    examples=("/tend bridge", "/tend bridge ask", "/tend bridge gather", "/tend bridge not now"),
    aliases=("bridges",),
)
def bridge(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show what is missing; or do what its buttons do, by a word."""
    typed = simplified(given.text).casefold().strip(" .")
    found = suggest(ctx)
    if not typed or found is None:
        _show(ctx, found)
    elif typed in ("ask", "ask them", "introduce"):
        _ask(ctx, found.pair, found.offers)
    elif typed in ("gather", "convene", "draft"):
        _gather(ctx, found.pair)
    elif typed in ("not now", "no", "later"):
        _set_aside(ctx, found.pair)
    else:
        ctx.reply("introductions/bridge_unclear", typed=shortened(given.text))


# What those who tend see and press


def _show(ctx: Context, found: Suggestion | None) -> None:
    looks.looked(ctx.session, ctx.network, ctx.me, "groups without a bridge", now=ctx.now)
    earlier = bridges.looked_at(ctx.session, ctx.network)[:SHOWN]
    has_drafts = ctx.understands("/tend convene")
    names = threads.open_channels(ctx.session, ctx.network)
    ctx.reply(
        "introductions/bridge",
        found=_shown(ctx, found) if found else None,
        earlier=[
            {"names": [names[each].name for each in one.pair], "came": one.came}
            for one in earlier
            if all(each in names for each in one.pair)
        ],
        weeks=LOOK_BACK.days // 7,
        has_drafts=has_drafts,
    )


def _shown(ctx: Context, found: Suggestion) -> dict[str, Any]:
    names = threads.open_channels(ctx.session, ctx.network)
    one, other = (names[each] for each in found.pair)
    value = "/".join(f"{each}" for each in found.pair)
    two = found.offers
    return {
        "one": one,
        "other": other,
        "is_none": found.groups.is_none,
        "offers": [each.words for each in two] if two else [],
        "value": value,
        "ask": "/".join((value, *(f"{each.id}" for each in two))) if two else "",
    }


def _numbers(value: str) -> tuple[int, ...]:
    return tuple(number_of(each) for each in value.split("/"))


def _pair(ctx: Context, numbers: tuple[int, ...]) -> Pair | None:
    """The two open channels that a button is about."""
    names = threads.open_channels(ctx.session, ctx.network)
    if len(numbers) < 2 or not numbers[0] < numbers[1]:
        return None
    return (numbers[0], numbers[1]) if names.keys() >= {*numbers[:2]} else None


@feature.action("bridge_ask")
@leads_only
def press_ask(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Ask the two who offered something."""
    numbers = _numbers(taken.value)
    pair = _pair(ctx, numbers)
    found = [offers.numbered(ctx.session, ctx.network, each) for each in numbers[2:4]]
    two = [each for each in found if each is not None and each.words]
    if pair is None or len(two) != 2:
        ctx.reply("bot/out_of_date")
    else:
        _ask(ctx, pair, (two[0], two[1]))


@feature.action("bridge_gather")
@leads_only
def press_gather(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Open the draft of a convening for both groups."""
    pair = _pair(ctx, _numbers(taken.value))
    ctx.reply("bot/out_of_date") if pair is None else _gather(ctx, pair)


@feature.action("bridge_not_now")
@leads_only
def press_not_now(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Suggest it no more for 90 days."""
    pair = _pair(ctx, _numbers(taken.value))
    ctx.reply("bot/out_of_date") if pair is None else _set_aside(ctx, pair)


def _keep(ctx: Context, pair: Pair, state: BridgeState) -> Bridge | None:
    today = talk.local_day(ctx.now, ctx.network)
    return bridges.keep(ctx.session, ctx.network, pair, state, today=today, now=ctx.now)


def _ask(ctx: Context, pair: Pair, two: tuple[Offer, Offer] | None) -> None:
    """Ask both, once; whoever presses isn't told whether they can be asked, nor what they say."""
    if two is None:
        ctx.reply("introductions/bridge_nobody")
        return
    one, other = (ctx.session.get_one(Person, each.person_id) for each in two)
    is_fine = one.id != other.id and asking.is_there(ctx, one) and asking.is_there(ctx, other)
    if is_fine and _keep(ctx, pair, BridgeState.ASKED) is not None:
        asking.begin(ctx, Origin.BRIDGE, one, other, by=ctx.me)
    ctx.reply("introductions/bridge_asked")


def _gather(ctx: Context, pair: Pair) -> None:
    _keep(ctx, pair, BridgeState.GATHERED)
    ctx.press("convening.draft", KIND, because="bridge")


def _set_aside(ctx: Context, pair: Pair) -> None:
    _keep(ctx, pair, BridgeState.SET_ASIDE)
    ctx.reply("introductions/bridge_set_aside")


# What came of it


def follow(ctx: Context) -> None:
    """Look at the bridges that were begun eight weeks ago, and tell those who tend, in words."""
    for found in bridges.to_look_at(ctx.session, ctx.network, now=ctx.now):
        first = talk.local_day(found.at, ctx.network)
        last = first + AFTERWARDS
        came = came_of_it(
            crossing.exchanged(ctx.session, ctx.network, first=first, last=last, now=ctx.now),
            homes_since(ctx, first - LOOK_BACK),
            found.pair,
            since=to_micros(found.at),
            until=to_micros(found.at + AFTERWARDS),
        )
        if bridges.look(ctx.session, found, came, now=ctx.now) and came is not None:
            _tell(ctx, found)


def _tell(ctx: Context, found: Bridge) -> None:
    names = threads.open_channels(ctx.session, ctx.network)
    if not names.keys() >= {*found.pair}:
        return
    for to in places.leads_of(ctx.session, ctx.network):
        ctx.say(
            to,
            "introductions/bridge_came",
            kind=Kind.TENDING,
            key=f"{found.key}/{to}",
            lasting=TELLABLE,
            names=[names[each].name for each in found.pair],
            came=found.came,
            network=ctx.network.name,
        )
