"""`/tend bridge`: two groups that hardly answer each other, and what could bring them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.context import Context, leads_only
from bot.domain.events import ActionTaken, CommandGiven, to_micros
from bot.domain.introductions import AFTERWARDS, LOOK_BACK, BridgeState, Origin
from bot.domain.typed import number_of, shortened, simplified
from bot.judgement.bridging import (
    Missing,
    Pair,
    Says,
    came_of_it,
    groups,
    in_common,
    missing,
    suited,
)
from bot.judgement.corners import homes
from bot.judgement.limits import Kind
from bot.storage import (
    asks,
    bridges,
    introductions,
    looks,
    membership,
    offers,
    places,
    talk,
    threads,
)
from bot.storage.bridges import Bridge
from bot.storage.offers import Offer
from bot.storage.places import Person
from handlers.introductions import asking, closing
from handlers.introductions.feature import Settings, feature

TELLABLE = timedelta(days=7)
SHOWN = 3
KIND = "show-and-tell"
"""The convening that is drafted: each group shows the other one thing."""

Offered = tuple[Offer, Person]


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A bridge that is missing, and the offers of one person of each group who might meet."""

    groups: Missing
    offers: tuple[Offer, Offer] | None

    @property
    def pair(self) -> Pair:
        """The two channels."""
        return self.groups.one, self.groups.other


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


# What is missing


def suggest(ctx: Context) -> Suggestion | None:
    """The two groups that most want a bridge this week; None where none do, or all are small."""
    today = talk.local_day(ctx.now, ctx.network)
    seed = today.toordinal() // 7 * 100_003 + ctx.network.id
    first = today - LOOK_BACK
    at_home = _homes(ctx, first)
    large = groups(at_home)
    if len(large) < 2:
        return None
    exchanged = bridges.exchanged(ctx.session, ctx.network, first=first, last=today, now=ctx.now)
    pairs = [(each.one, each.other) for each in exchanged]
    offered = offers.standing(ctx.session, ctx.network)
    found = missing(
        at_home,
        pairs,
        common=in_common(_said(ctx, large, at_home, offered)),
        besides=bridges.lately(ctx.session, ctx.network, now=ctx.now),
        seed=seed,
    )
    if found is None:
        return None
    free = [each for each in offered if _is_free(ctx, each[1])]
    two = _two(found, free, at_home, known=pairs, seed=seed)
    return Suggestion(groups=found, offers=two if two and _may_meet(ctx, two) else None)


def _homes(ctx: Context, first: date) -> dict[int, int]:
    """Where people are at home in open channels since then: no bots, and nobody who has gone."""
    since = threads.midnight(first, ctx.network)
    found = homes(threads.wrote_where(ctx.session, ctx.network, since=since))
    open_ones = threads.open_channels(ctx.session, ctx.network)
    here = {
        each.id
        for each in places.people_of(ctx.session, ctx.network.workspace)
        if not (each.is_bot or each.is_gone or each.is_external or each.is_uncounted)
    }
    return {who: home for who, home in found.items() if who in here and home in open_ones}


def _said(
    ctx: Context,
    large: Mapping[int, frozenset[int]],
    at_home: Mapping[int, int],
    offered: Sequence[Offered],
) -> dict[int, list[str]]:
    """What the people of each group offer and ask for before everybody."""
    words: dict[int, list[str]] = {home: [] for home in large}
    said = [(person.id, offer.words) for offer, person in offered]
    said += [(each.person_id or 0, each.words) for each in asks.open_ones(ctx.session, ctx.network)]
    for person, each in said:
        if at_home.get(person) in words:
            words[at_home[person]].append(each)
    return words


def _is_free(ctx: Context, person: Person) -> bool:
    """Whether *person*, who offers something, may be thought of now."""
    if not closing.may_be_thought_of(ctx, person) or asking.hears_by(ctx, person) is None:
        return False
    return person.id not in (
        membership.resting(ctx.session, ctx.network)
        | introductions.had_turn(ctx.session, ctx.network, now=ctx.now)
    )


def _two(
    found: Missing,
    offered: Sequence[Offered],
    at_home: Mapping[int, int],
    *,
    known: Sequence[Pair],
    seed: int,
) -> tuple[Offer, Offer] | None:
    """One who offers something of each group, whose offers suit each other best."""
    sides = [
        [
            Says(offer.id, person.id, offer.words)
            for offer, person in offered
            if at_home.get(person.id) == home
        ]
        for home in (found.one, found.other)
    ]
    best = suited(sides[0], sides[1], known=known, seed=seed)
    if best is None:
        return None
    by_number = {offer.id: offer for offer, _ in offered}
    return by_number[best[0]], by_number[best[1]]


def _may_meet(ctx: Context, two: tuple[Offer, Offer]) -> bool:
    one, other = (ctx.session.get_one(Person, each.person_id) for each in two)
    if introductions.are_linked(ctx.session, ctx.network, one, other):
        return False
    return asking.may_meet(ctx, one, other)


# What those who tend see and press


def _show(ctx: Context, found: Suggestion | None) -> None:
    follow(ctx)
    looks.looked(ctx.session, ctx.network, ctx.me, "groups without a bridge", now=ctx.now)
    earlier = bridges.looked_at(ctx.session, ctx.network)[:SHOWN]
    has_drafts = any(each.typed == "/tend convene" for each in ctx.gathered.commands)
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
            bridges.exchanged(ctx.session, ctx.network, first=first, last=last, now=ctx.now),
            _homes(ctx, first - LOOK_BACK),
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
