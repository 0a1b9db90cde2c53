"""What waits for a person: questions, newcomers' first posts, and introductions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from bot.context import Context
from bot.domain.events import from_micros, to_micros
from bot.domain.ids import ChannelId
from bot.judgement.responses import WORKING_DAY, Waiting, waiting, working_hours
from bot.outbox import ref_of
from bot.storage import talk, threads, watches
from handlers.welcome.feature import Settings

MINUTES = 3  # for a short answer
FRESH = 5 * WORKING_DAY
WINDOW = timedelta(days=35)  # far enough to tell which channels know threads, and who is new
LATELY = timedelta(days=14)  # holds all that is fresh


class Shown(Struct, frozen=True, kw_only=True):
    """A waiting post as the prompts have it; `days` is how many working days it has waited."""

    channel: str
    ref: str
    ts: int
    at: datetime
    asks: bool
    is_first: bool
    days: int


def waiting_posts(
    settings: Settings,
    ctx: Context,
    *,
    at: datetime | None = None,
    window: timedelta = WINDOW,
    channels: Collection[int] | None = None,
    at_least: float = WORKING_DAY,
    among: talk.Among | None = None,
) -> list[Waiting]:
    """What of *window* waits for a person now, or waited *at* an earlier time; oldest first.

    For *at_least* so many working hours. In open channels, unless others are named. It holds of
    posts in the channels and by the people *among* whom it is looked, which costs less. A shorter
    *window* is enough for questions, but can't tell somebody's third post from their tenth.
    """
    session, network = ctx.session, ctx.network
    now = min(ctx.now, at or ctx.now)
    today = talk.local_day(now, network)
    setting = talk.setting(session, network, first=today - window, last=today, now=now)
    where = threads.open_channels(session, network) if channels is None else channels
    since = to_micros(now - timedelta(days=settings.days))
    threaded = None
    if among is None and window < WINDOW:
        threaded = threads.threaded(session, network, first=today - WINDOW, last=today)
    found = waiting(
        threads.conversations(
            session,
            network,
            setting,
            first=today - window,
            last=today,
            among=among,
            threaded=threaded,
        ),
        setting,
        threads.arrivals(session, network, joined=setting.joined),
        channels=where,
        since=since,
        now=to_micros(now),
        at_least=at_least,
    )
    introduced = [
        Waiting(each.channel_id, each.ts, True, True, hours)
        for each in watches.open_watches(session, network)
        if each.is_introduction and each.ts and each.channel_id in where
        if not watches.was_answered(session, each)
        if to_micros(each.started_at) >= since and each.started_at <= now
        if (hours := working_hours(setting, each.started_at, now)) >= at_least
    ]
    return sorted([*found, *introduced], key=lambda post: post.ts)


def shown(ctx: Context, posts: Sequence[Waiting]) -> list[Shown]:
    channels = threads.open_channels(ctx.session, ctx.network)
    return [
        Shown(
            channel=channels[post.channel].name,
            ref=channels[post.channel].ref,
            ts=post.ts,
            at=from_micros(post.ts).astimezone(ctx.network.zone),
            asks=post.asks,
            is_first=post.is_first,
            days=int(post.hours // WORKING_DAY),
        )
        for post in posts
    ]


def refs(posts: Sequence[Shown]) -> list[str]:
    """What posts are called where something quotes or points to them."""
    return [ref_of(ChannelId(post.ref), post.ts) for post in posts]
