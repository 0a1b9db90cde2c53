"""Which two groups want a bridge this week, and which two people might begin it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.context import Context
from bot.domain.introductions import LOOK_BACK
from bot.judgement.bridging import Missing, Pair, Says, groups, in_common, missing, suited
from bot.judgement.corners import homes
from bot.storage import (
    asks,
    bridges,
    crossing,
    membership,
    offers,
    places,
    sparing,
    talk,
    threads,
)
from bot.storage.offers import Offer
from bot.storage.places import Person
from handlers.introductions import asking, closing

Offered = tuple[Offer, Person]
MOST = 40
"""Offers of two groups that are looked at."""


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A bridge that is missing, and the offers of one person of each group who might meet."""

    groups: Missing
    offers: tuple[Offer, Offer] | None

    @property
    def pair(self) -> Pair:
        """The two channels."""
        return self.groups.one, self.groups.other


def suggest(ctx: Context) -> Suggestion | None:
    """The two groups that most want a bridge this week; None where none do, or all are small."""
    today = talk.local_day(ctx.now, ctx.network)
    seed = today.toordinal() // 7 * 100_003 + ctx.network.id
    first = today - LOOK_BACK
    at_home = homes_since(ctx, first)
    large = groups(at_home)
    if len(large) < 2:
        return None
    exchanged = crossing.exchanged(ctx.session, ctx.network, first=first, last=today, now=ctx.now)
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
    near = [each for each in offered if at_home.get(each[1].id) in found[:2]]
    known = [*pairs, *closing.linked(ctx)]
    two = _two(found, _free(ctx, near), at_home, known=known, seed=seed)
    return Suggestion(groups=found, offers=two if two and _may_meet(ctx, two) else None)


def homes_since(ctx: Context, first: date) -> dict[int, int]:
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


def _free(ctx: Context, offered: Sequence[Offered]) -> list[Offered]:
    """What people offer who may be thought of now: the newest of it."""
    apart = membership.resting(ctx.session, ctx.network)
    apart |= sparing.had_turn(ctx.session, ctx.network, now=ctx.now)
    may = [
        each
        for each in offered
        if each[1].id not in apart and closing.may_be_thought_of(ctx, each[1])
    ]
    return [each for each in may[:MOST] if asking.hears_by(ctx, each[1]) is not None]


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
    return asking.may_meet(ctx, one, other)
