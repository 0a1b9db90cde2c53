"""Those who tend hear once of a first post that nobody has answered for a working day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time, timedelta

from bot.context import Context
from bot.domain.ids import Address
from bot.domain.schedule import Daily
from bot.judgement.limits import Kind
from bot.outbox import Outdated, quoted_by
from bot.storage import places, readings, talk
from handlers.welcome.feature import Settings, feature
from handlers.welcome.waiting import FRESH, LATELY, MINUTES, Shown, refs, shown, waiting_posts

NOT_PAST = timedelta(hours=7)  # a message of the morning is of no use in the evening


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.at)), late=NOT_PAST)
def watch(settings: Settings, ctx: Context) -> None:
    """Tell leads, once each, of newcomers' first posts that no person has answered in a day."""
    if not talk.is_working(ctx.session, ctx.network, talk.local_day(ctx.now, ctx.network)):
        return
    found = waiting_posts(settings, ctx, window=LATELY)
    waits = [post for post in found if post.is_first and post.hours <= FRESH]
    leads = places.leads_of(ctx.session, ctx.network)
    free = [lead for lead in leads if ctx.room_for(lead, Kind.TENDING)]
    if not waits:
        _skip(ctx, "no newcomer's first post is waiting")
    elif not leads:
        _skip(ctx, "a newcomer's first post is waiting, but nobody tends this network yet")
    elif not free:
        _skip(ctx, "a newcomer's first post is waiting, but those who tend have heard of me today")
    else:
        _tell(ctx, free, shown(ctx, waits))


def _tell(ctx: Context, leads: Sequence[Address], waits: list[Shown]) -> None:
    """Point leads to the posts that they haven't been pointed to, all in one message."""
    posts = [post for post in waits if ctx.once(f"welcome.watch/{post.ref}/{post.ts}")]
    if not posts:
        return
    for lead in leads:
        ctx.say(
            lead,
            "welcome/first_posts",
            kind=Kind.TENDING,
            key=f"{ctx.occasion}/{lead}",
            lasting=NOT_PAST,
            quotes=refs(posts),
            posts=posts,
            minutes=MINUTES * len(posts),
        )
    ctx.spoke("welcome.watch", f"first posts of newcomers that were waiting: {len(posts)}")


@feature.on(Outdated)
def mend(event: Outdated, settings: Settings, ctx: Context) -> None:
    """Point leads only to what is still there and still waits."""
    if not event.key.startswith(f"welcome.watch/{ctx.network.id}/"):
        return
    pointed_to = quoted_by(ctx.session, event.key)
    waits = shown(ctx, waiting_posts(settings, ctx, window=LATELY))
    posts = [post for post in waits if pointed_to.intersection(refs([post]))]
    prompt = "welcome/first_posts" if posts else "welcome/withdrawn"
    given = {"posts": posts, "minutes": MINUTES * len(posts)} if posts else {}
    if ctx.amend(event.key, event.to, prompt, quotes=refs(posts), **given):
        ctx.spoke("welcome.mend", "something that leads were pointed to was changed or deleted")


def _skip(ctx: Context, reason: str) -> None:
    readings.skip_once(ctx.session, ctx.network, "welcome.watch", reason, now=ctx.now)
