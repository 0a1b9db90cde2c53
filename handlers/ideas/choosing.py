"""Choose whom to ask: less-heard voices first, nobody too often, and never twice of one message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from typing import NamedTuple

from bot.context import Context
from bot.feature import Period
from bot.judgement import little_known
from bot.judgement.fairness import less_heard
from bot.judgement.likeness import ALIKE, likeness
from bot.judgement.little_known import Rated
from bot.storage import editions, ideas
from bot.storage.ideas import Idea
from handlers.ideas import noticing
from handlers.ideas.feature import Settings

NOT_AGAIN = timedelta(weeks=4)
"""Whoever was asked is asked about nothing else within this, whatever they said."""
LATELY = timedelta(weeks=4)
EXPOSURE = timedelta(weeks=52)
"""Over which it counts how often somebody was told of."""
BALANCE = timedelta(weeks=20)
"""Over which at least half of those who are told of are heard less than most."""


class Voices(NamedTuple):
    """Who is heard less than most, and how many more may be told of who are not.

    Where nobody is heard less than most, all are heard alike, and there is nothing to balance.
    The very first to be told of may be anybody; from then on the others have to come first.
    """

    less_heard: frozenset[int]
    room: int


def voices(ctx: Context, settings: Settings) -> Voices:
    """What is known now of who is heard, and who was told of."""
    quiet = less_heard(ideas.voices(ctx.session, ctx.network, now=ctx.now))
    told = ideas.told_since(ctx.session, ctx.network, ctx.now - BALANCE)
    before = sum(1 if each.is_less_heard else -1 for each in told)
    if not quiet:
        return Voices(quiet, settings.at_most)
    return Voices(quiet, max(0, before) if told else 1)


def choose(
    settings: Settings,
    ctx: Context,
    period: Period,
    *,
    at_most: int,
    can_be_asked: Callable[[Rated], bool] = lambda _: True,
) -> list[Rated]:
    """What of *period* to ask for, at most so many."""
    session, network = ctx.session, ctx.network
    told = ideas.told_since(session, network, ctx.now - ideas.APART)
    waiting = {each.person_id for each in ideas.waiting(session, network)}
    resting = {each.person_id for each in told} | waiting
    resting |= ideas.asked_since(session, network, ctx.now - NOT_AGAIN)
    before = ideas.told_since(session, network, ctx.now - EXPOSURE)
    asked = ideas.asked_before(session, network)
    found = noticing.candidates(settings, ctx, period)
    ranked = little_known.rank(
        found,
        heard_lately={each.person_id for each in told if _is_lately(each, ctx)},
        exposure=Counter(each.person_id for each in before),
    )
    pool = [
        each
        for each in ranked
        if little_known.is_little_known(each)
        and (each.candidate.channel, each.candidate.ts) not in asked
        and each.candidate.author not in resting
    ]
    some = little_known.places(found, at_most=at_most)
    return _balanced(ctx, pool, voices(ctx, settings), some, can_be_asked)


def _is_lately(idea: Idea, ctx: Context) -> bool:
    return idea.featured_at is None or idea.featured_at > ctx.now - LATELY


def _balanced(
    ctx: Context,
    pool: Sequence[Rated],
    heard: Voices,
    at_most: int,
    can_be_asked: Callable[[Rated], bool],
) -> list[Rated]:
    """The best of *pool* that can be asked, with no more of the well heard than there is room."""
    left, featured = list(pool), ideas.told_ever(ctx.session, ctx.network)
    while True:
        chosen = little_known.choose(left, at_most=at_most, featured=featured)
        loud = [each for each in chosen if each.candidate.author not in heard.less_heard]
        out = next((each for each in chosen if not can_be_asked(each)), None)
        if out is None and len(loud) > heard.room:
            out = loud[-1]
        if out is None:
            return chosen
        left.remove(out)


class Tellable(NamedTuple):
    """What the next digest tells, and how many more it has room for and nothing waits."""

    ideas: list[Idea]
    room: int


def tellable(settings: Settings, ctx: Context, week: str) -> Tellable:
    """What the next digest may tell: agreed to, still there, fairly shared out, none twice.

    In the place of what its editor swapped comes the next; what they left out leaves a gap.
    """
    edition = editions.of_week(ctx.session, ctx.network, week)
    swapped, left_out = (edition.swapped, edition.left_out) if edition else ([], [])
    told = ideas.told_since(ctx.session, ctx.network, ctx.now - ideas.APART)
    authors = {each.person_id for each in told}
    heard = cache(lambda: voices(ctx, settings))  # counts what all wrote, mostly for nothing
    chosen = list[Idea]()
    for idea in _in_turn(ctx, [each.plain_words for each in told if _is_lately(each, ctx)]):
        quiet = sum(each.is_less_heard for each in chosen)
        is_fair = idea.is_less_heard or len(chosen) - quiet < heard().room + quiet
        is_new = likeness(idea.plain_words, [each.plain_words for each in chosen]) < ALIKE
        if is_fair and is_new and idea.person_id not in authors and idea.id not in swapped:
            chosen.append(idea)
            authors.add(idea.person_id)
    chosen = chosen[: settings.at_most]
    left = [each for each in chosen if each.id not in left_out]
    return Tellable(left, settings.at_most - len(chosen))


def _in_turn(ctx: Context, lately: Sequence[str]) -> list[Idea]:
    """What waits and is still there; last what says nearly what was told *lately*."""
    waiting = [
        each
        for each in ideas.waiting(ctx.session, ctx.network)
        if each.channel_id is None or ideas.source_of(ctx.session, each) is not None
    ]
    return sorted(waiting, key=lambda each: likeness(each.plain_words, lately) >= ALIKE)
