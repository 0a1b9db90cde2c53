"""Tell of ideas: in the digest, on the bot's own page, and of one's own in what is held."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from bot.context import Context
from bot.domain.events import from_micros
from bot.domain.ideas import TOLD
from bot.domain.ideas import IdeaState as State
from bot.feature import Period, Section
from bot.judgement.little_known import Rated
from bot.outbox import ref_of
from bot.storage import editions, ideas, talk, threads, tries
from bot.storage.ideas import Idea, Source
from bot.storage.places import Person
from handlers.ideas import asking, choosing
from handlers.ideas.choosing import Tellable
from handlers.ideas.feature import Settings, feature

WEEK = 7
TELLING = "fresh"
"""A reason that tells who somebody is, in a network where few are new."""


class Told(Struct, frozen=True, kw_only=True):
    """An idea as a digest tells it; `name` and `source` are of who agreed to be named alone."""

    number: int
    words: str
    name: str
    source: Source | None
    was_edited: bool
    reasons: list[dict[str, Any]]


@feature.home_section(order=30)
def how_to_mark(settings: Settings, ctx: Context) -> Section | None:
    """On the bot's own page: how to mark what more people should hear."""
    words = ctx.prompts.render("ideas/home", emoji=list(settings.spark), is_lead=ctx.is_lead)
    return Section(name="worth hearing", words=words, facts={})


@feature.digest_section(order=20)
def worth_hearing(settings: Settings, ctx: Context, period: Period) -> Section | None:
    """What its authors agreed to; in a preview, also whom I would ask, and why."""
    known, room = _in_digest(settings, ctx, period)
    told = [(each, _told(ctx, each)) for each in known]
    items = [item for _, item in told if item is not None]
    gone = sorted({_gone(each) for each, item in told if item is None})
    asks = _asks(settings, ctx, period) if period.is_preview else []
    if not (items or gone or asks):
        return None
    words = ctx.prompts.render("ideas/digest", items=items, gone=gone, asks=asks)
    facts: dict[str, object] = {
        "ideas": [
            {"number": each.number, "words": each.words, "author": each.name} for each in items
        ],
        "room": room,
    }
    if asks:
        facts["would_ask"] = [{k: v for k, v in ask.items() if k != "at"} for ask in asks]
    sources = [ideas.source_of(ctx.session, each) for each in known]
    quotes = tuple(ref_of(source.address, source.ts) for source in sources if source is not None)
    return Section(name="ideas", words=words, facts=facts, quotes=quotes)


def _in_digest(settings: Settings, ctx: Context, period: Period) -> Tellable:
    """What the digest of a week tells; of one that isn't made up yet, what it would tell."""
    if editions.is_closed(ctx.session, ctx.network, period.name):
        return Tellable([*ideas.of_week(ctx.session, ctx.network, period.name)], 0)
    is_past = (talk.local_day(ctx.now, ctx.network) - period.last).days > WEEK
    return Tellable([], 0) if is_past else choosing.tellable(settings, ctx, period.name)


def _told(ctx: Context, idea: Idea) -> Told | None:
    """*idea* as it is told; None where it was withdrawn, or its source is gone."""
    source = ideas.source_of(ctx.session, idea)
    is_there = source is not None or idea.channel_id is None
    if idea.state not in TOLD or not is_there:
        return None
    author = ctx.session.get_one(Person, idea.person_id)
    shown = idea.reasons if idea.is_named else [r for r in idea.reasons if r["type"] != TELLING]
    agreed = ideas.agreed_micros(idea)
    return Told(
        number=idea.id,
        words=idea.plain_words,
        name=author.name if idea.is_named else "",
        source=source if idea.is_named else None,
        was_edited=bool(idea.is_named and source and source.edited > agreed),
        reasons=shown,
    )


def _gone(idea: Idea) -> str:
    return State.WITHDRAWN if idea.state == State.WITHDRAWN else State.GONE


def _asks(settings: Settings, ctx: Context, period: Period) -> list[dict[str, Any]]:
    """Whom I would ask, as the preview's prompt and its facts have it; never any text.

    Whoever was asked is not among them, whatever they said.
    """
    chosen = choosing.choose(settings, ctx, period, at_most=settings.at_most)
    return [_ask(ctx, each) for each in chosen]


def _ask(ctx: Context, chosen: Rated) -> dict[str, Any]:
    one = chosen.candidate
    place = threads.open_channels(ctx.session, ctx.network)[one.channel]
    return {
        "channel": place.name,
        "channel_id": place.ref,
        "ts": one.ts,
        "at": from_micros(one.ts).astimezone(ctx.network.zone),
        "author": threads.names(ctx.session, [one.author])[one.author],
        "reasons": [msgspec.to_builtins(reason) for reason in chosen.reasons],
    }


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """What somebody was asked about, agreed to and handed over, and what they try."""
    mine, trying = ideas.held_of(ctx.session, person), tries.of_person(ctx.session, person)
    if not mine and not trying:
        return None
    words = ctx.prompts.render("ideas/mydata", ideas=mine, tries=trying)
    facts: dict[str, object] = {
        "ideas": [
            {
                "number": idea.id,
                "state": idea.state,
                "channel": channel,
                "message_at": from_micros(idea.ts) if idea.ts else None,
                "reasons": idea.reasons,
                "is_less_heard": idea.is_less_heard,
                "plain_words": idea.plain_words,
                "is_named": idea.is_named,
                "week": idea.week,
                "asked_at": idea.asked_at,
                "answered_at": idea.answered_at,
            }
            for idea, channel in mine
        ],
        "tries": [
            {
                "number": each.id,
                "state": each.state,
                "words": each.words,
                "hope": each.hope,
                "who": each.who,
                "place": each.place,
                "review_on": each.review_on,
                "is_named": each.is_named,
                "shelf": each.shelf,
                "week": each.week,
                "asked_at": each.asked_at,
                "asked_again_at": each.asked_again_at,
                "answered_at": each.answered_at,
                "said_at": each.created_at,
            }
            for each in trying
        ],
    }
    return Section(name="ideas", words=words, facts=facts)


@feature.erase
def let_go(settings: Settings, ctx: Context, person: Person) -> None:
    """Let go of all of it; digests that told of it are made anew without it."""
    weeks = {idea.week for idea, _ in ideas.held_of(ctx.session, person) if idea.week}
    weeks |= {each.week for each in tries.of_person(ctx.session, person) if each.week}
    ideas.forget(ctx.session, person)
    tries.forget(ctx.session, person)
    for week in sorted(weeks):
        asking.mend_week(ctx, week, "erased")
