"""Notice what deserves more ears: what members mark, and how little it has been attended to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from types import MappingProxyType

from bot.context import Context
from bot.domain.events import ReactionAdded, ShortcutUsed
from bot.feature import Period
from bot.judgement.little_known import Candidate, Rated, is_little_known, rank
from bot.judgement.little_known_facts import depths, voices
from bot.judgement.responses import audiences, responses
from bot.storage import talk, threads
from handlers.ideas.feature import Settings, feature

AUDIENCE = timedelta(days=28)
DAY = timedelta(days=1)
MARK, TRIED = "ideas.worth_hearing", "ideas.we_tried_this"
"""What stands for the shortcuts among the emoji; no platform has any of those names."""


@feature.emoji(lambda settings: (*settings.spark, *settings.tried))
def sign(reaction: ReactionAdded, settings: Settings, ctx: Context) -> None:
    """Leave it at that: the mark is kept by now, and an answer to each would be noise."""


@feature.shortcut("worth_hearing", label="Worth hearing")
def mark(used: ShortcutUsed, settings: Settings, ctx: Context) -> None:
    """Mark a message as worth hearing, as the emoji does."""
    what = threads.mark(ctx.session, used.channel, used.ts, used.member, emoji=MARK)
    ctx.reply("ideas/marked", outcome=what.value)


@feature.shortcut("we_tried_this", label="We tried this")
def mark_tried(used: ShortcutUsed, settings: Settings, ctx: Context) -> None:
    """Keep that somebody tried what a message tells, as the emoji does."""
    what = threads.mark(ctx.session, used.channel, used.ts, used.member, emoji=TRIED)
    ctx.reply("ideas/noted", outcome=what.value)


def little_known(
    settings: Settings,
    ctx: Context,
    period: Period,
    *,
    passed_over: Collection[tuple[int, int]] = (),
    resting: Collection[int] = (),
    heard_lately: Collection[int] = (),
    exposure: Mapping[int, float] = MappingProxyType({}),
) -> list[Rated]:
    """What of *period* deserves more ears, the best first.

    Without the messages *passed_over*, by channel and ts, and those of authors who are *resting*.
    """
    found = candidates(settings, ctx, period)
    return [
        each
        for each in rank(found, heard_lately=heard_lately, exposure=exposure)
        if is_little_known(each)
        and (each.candidate.channel, each.candidate.ts) not in passed_over
        and each.candidate.author not in resting
    ]


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
    earlier, voice = depths(spoken), voices(spoken)
    marked = _marked(settings, ctx, period)
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
                earlier=earlier[one.channel, one.ts],
                voice=voice[one.author],
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


def _marked(settings: Settings, ctx: Context, period: Period) -> dict[tuple[int, int], set[int]]:
    """Who stands up for which message: it is worth hearing, or they tried what it tells."""
    signs = (*settings.spark, MARK, *settings.tried, TRIED)
    sparks = threads.marks(ctx.session, ctx.network, signs, first=period.first, last=period.last)
    marked: dict[tuple[int, int], set[int]] = {}
    for channel, ts, member in sparks:
        marked.setdefault((channel, ts), set()).add(member)
    return marked
