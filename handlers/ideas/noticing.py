"""Notice what deserves more ears: what members mark, and how little it has been attended to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from bot.context import Context
from bot.domain.events import ShortcutUsed, to_micros
from bot.feature import Period
from bot.judgement import corners
from bot.judgement.little_known import Candidate
from bot.judgement.little_known_facts import depths, voices
from bot.judgement.responses import Post, audiences, responses
from bot.storage import talk, threads
from bot.storage.threads import Written
from handlers.ideas.feature import Settings, feature

AUDIENCE = timedelta(days=28)
AT_HOME = timedelta(days=90)
"""Over which it counts where somebody mostly writes."""
DAY = timedelta(days=1)
MARK, TRIED = "ideas.worth_hearing", "ideas.we_tried_this"
"""What stands for the shortcuts among the emoji; no platform has any of those names."""


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


def candidates(settings: Settings, ctx: Context, period: Period) -> list[Candidate]:
    """What members wrote in open channels in *period*, with the response it has had up to now."""
    session, network = ctx.session, ctx.network
    last = max(talk.local_day(ctx.now, network), period.last)
    begin = period.last + DAY - AUDIENCE
    setting = talk.setting(session, network, first=begin, last=last, now=ctx.now)
    spoken = threads.conversations(session, network, setting, first=begin, last=last)
    arrivals = threads.arrivals(session, network, joined=setting.joined)
    since = threads.midnight(period.first, network)
    response = responses(spoken, arrivals, since=since)
    audience = audiences(
        spoken,
        since=threads.midnight(begin, network),
        until=threads.midnight(period.last + DAY, network),
    )
    earlier, voice = depths(spoken, since=since), voices(spoken)
    written = threads.written(session, network, first=period.first, last=period.last)
    support = _support(settings, ctx, period, written)
    found = []
    for one in written:
        heard = response[one.channel, one.ts]
        marks, groups = support.get((one.channel, one.ts), _NOBODY)
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
                groups=groups,
                reacted=len(heard.reacted - heard.replied - marks),
                audience=audience[one.channel],
                is_newcomer=arrivals.is_newcomer(one.author, one.ts, heard.nth),
            )
        )
    return found


class _Support(NamedTuple):
    """Who stands up for a message, and from how many corners but its author's they come."""

    people: frozenset[int]
    groups: int


_NOBODY = _Support(frozenset(), 0)


def _support(
    settings: Settings, ctx: Context, period: Period, written: Collection[Written]
) -> dict[Post, _Support]:
    """Who says of which of *written* that it is worth hearing, or tried what it tells."""
    signs = (*settings.spark, MARK, *settings.tried, TRIED)
    sparks = threads.marks(ctx.session, ctx.network, signs, first=period.first, last=period.last)
    marked: dict[Post, set[int]] = {}
    for channel, ts, member in sparks:
        marked.setdefault((channel, ts), set()).add(member)
    if not marked:
        return {}
    since = to_micros(ctx.now - AT_HOME)
    homes = corners.homes(threads.wrote_where(ctx.session, ctx.network, since=since))
    found = {}
    for one in written:
        people = frozenset(marked.get((one.channel, one.ts), ())) - {one.author}
        home = homes.get(one.author, one.channel)
        groups = corners.other_corners(people, home=home, homes=homes)
        found[one.channel, one.ts] = _Support(people, groups)
    return found
