"""Find what was said that deserves more ears, and ask its author before anybody sees it again."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from bot.context import Context
from bot.domain.events import ReactionAdded, ShortcutUsed, from_micros
from bot.feature import Feature, Period, Section
from bot.judgement.little_known import Candidate, Rated, choose, is_little_known, rank
from bot.judgement.responses import audiences, responses
from bot.storage import talk, threads


class Settings(Struct, frozen=True, kw_only=True):
    """Which emoji mark a message as worth hearing, and how many ideas a digest holds at most."""

    spark: tuple[str, ...] = ("bulb",)
    at_most: Annotated[int, Meta(ge=1, le=5)] = 3


feature = Feature("ideas", Settings)

AUDIENCE = timedelta(days=28)
DAY = timedelta(days=1)
MARK = "ideas.worth_hearing"
"""What stands for the shortcut among the emoji; no platform has one of that name."""


@feature.emoji(lambda settings: settings.spark)
def spark(reaction: ReactionAdded, settings: Settings, ctx: Context) -> None:
    """Leave it at that: the mark is kept by now, and an answer to each would be noise."""


@feature.shortcut("worth_hearing", label="Worth hearing")
def mark(used: ShortcutUsed, settings: Settings, ctx: Context) -> None:
    """Mark a message as worth hearing, as the emoji does."""
    what = threads.mark(ctx.session, used.channel, used.ts, used.member, emoji=MARK)
    ctx.reply("ideas/marked", outcome=what.value)


@feature.home_section(order=30)
def how_to_mark(settings: Settings, ctx: Context) -> Section:
    """On the bot's own page: how to mark what more people should hear."""
    words = ctx.prompts.render("ideas/home", emoji=list(settings.spark), is_lead=ctx.is_lead)
    return Section(name="worth hearing", words=words, facts={})


@feature.digest_section(order=20)
def worth_hearing(settings: Settings, ctx: Context, period: Period) -> Section | None:
    """Say in a preview whom I would ask for their consent, and why.

    Nothing is quoted without it, so a posted digest has no such section yet.
    """
    if not period.is_preview:
        return None
    ranked = [each for each in rank(candidates(settings, ctx, period)) if is_little_known(each)]
    chosen = choose(ranked, at_most=settings.at_most)
    if not chosen:
        return None
    asks = _told(ctx, chosen)
    words = ctx.prompts.render("ideas/preview", asks=asks)
    facts = {"would_ask": [{k: v for k, v in ask.items() if k != "at"} for ask in asks]}
    return Section(name="ideas", words=words, facts=facts)


def candidates(settings: Settings, ctx: Context, period: Period) -> list[Candidate]:
    """What members wrote in open channels in *period*, with the response it has had up to now."""
    session, network = ctx.session, ctx.network
    last = max(talk.local_day(ctx.now, network), period.last)
    begin = period.last + DAY - AUDIENCE
    setting = talk.setting(session, network, first=begin, last=last, now=ctx.now)
    spoken = threads.conversations(session, network, setting, first=begin, last=last)
    arrivals = threads.arrivals(session, network)
    response = responses(spoken, arrivals)
    audience = audiences(
        spoken,
        since=threads.midnight(begin, network),
        until=threads.midnight(period.last + DAY, network),
    )
    signs = (*settings.spark, MARK)
    sparks = threads.marks(session, network, signs, first=period.first, last=period.last)
    marked: dict[tuple[int, int], set[int]] = {}
    for channel, ts, member in sparks:
        marked.setdefault((channel, ts), set()).add(member)
    found = []
    for one in threads.written(session, network, first=period.first, last=period.last):
        heard = response[one.channel, one.ts]
        marks = marked.get((one.channel, one.ts), set()) - {one.author}
        found.append(
            Candidate(
                channel=one.channel,
                ts=one.ts,
                author=one.author,
                conversation=heard.conversation,
                opens=heard.opens,
                length=one.length,
                worth=one.worth,
                attention=len(heard.replied | heard.reacted | marks),
                replied=len(heard.replied),
                marked=len(marks),
                reacted=len(heard.reacted - heard.replied - marks),
                audience=audience[one.channel],
                is_newcomer=arrivals.is_newcomer(one.author, one.ts, heard.nth),
            )
        )
    return found


def _told(ctx: Context, chosen: list[Rated]) -> list[dict[str, Any]]:
    """Each chosen message as the preview's prompt and its facts have it; never its text."""
    places = threads.open_channels(ctx.session, ctx.network)
    names = threads.names(ctx.session, [each.candidate.author for each in chosen])
    return [
        {
            "channel": places[each.candidate.channel].name,
            "channel_id": places[each.candidate.channel].ref,
            "ts": each.candidate.ts,
            "at": from_micros(each.candidate.ts).astimezone(ctx.network.zone),
            "author": names[each.candidate.author],
            "reasons": [msgspec.to_builtins(reason) for reason in each.reasons],
        }
        for each in chosen
    ]
