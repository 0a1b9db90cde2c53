"""What waits for a person, where people look: digest, `/tend waiting`, the bot's own page."""

from __future__ import annotations

from datetime import timedelta

from bot.context import Context
from bot.domain.events import CommandGiven, from_micros
from bot.domain.ids import ChannelId
from bot.feature import Period, Section
from bot.outbox import ref_of
from bot.storage import founding, looks, places, threads
from handlers.welcome.feature import Settings, feature
from handlers.welcome.waiting import MINUTES, shown, waiting_posts

FEW = 5
ON_PAGE = 3
LISTED = 15
DAY = timedelta(days=1)


@feature.digest_section(order=30)
def waiting_section(settings: Settings, ctx: Context, period: Period) -> Section | None:
    """Point to questions that nobody answered yet, newest first; never to who asked."""
    end = from_micros(threads.midnight(period.last + DAY, ctx.network))
    window = timedelta(days=settings.days + 1)
    posts = [post for post in waiting_posts(settings, ctx, at=end, window=window) if post.asks]
    if not posts:
        return None
    newest = shown(ctx, posts[::-1][: settings.at_most])
    return Section(
        name="waiting for a reply",
        words=ctx.prompts.render("welcome/unanswered", posts=newest, more=len(posts) - len(newest)),
        facts={
            "posts": [
                {"channel": post.channel, "channel_id": post.ref, "ts": post.ts} for post in newest
            ],
            "more": len(posts) - len(newest),
        },
        quotes=tuple(ref_of(ChannelId(post.ref), post.ts) for post in newest),
    )


@feature.digest_section(order=50)
def new_section(settings: Settings, ctx: Context, period: Period) -> Section | None:
    """Say how many people are new: a number, since nobody agreed to be named."""
    arrivals = threads.arrivals(ctx.session, ctx.network)
    since = threads.midnight(period.first, ctx.network)
    number = len(arrivals.within(since, threads.midnight(period.last + DAY, ctx.network)))
    if not number:
        return None
    people = number if number >= FEW else None
    words = ctx.prompts.render("welcome/new", people=people)
    return Section(name="new with us", words=words, facts={"people": people})


@feature.command(
    "tend",
    "waiting",
    help="posts that no person has answered yet",
    examples=("/tend waiting",),
)
def type_waiting(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show the posts that wait."""
    show_waiting(settings, ctx)


@feature.command("tend", "", help="what waits for you, with minutes", examples=("/tend",))
def begin_tending(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show the posts that wait; before the network is set up, its first run."""
    has_first_run = ctx.understands("/tend start")
    if has_first_run and not founding.is_set_up(ctx.session, ctx.network):
        ctx.press("founding.open", "", because="tend")
    else:
        show_waiting(settings, ctx)


def show_waiting(settings: Settings, ctx: Context) -> None:
    """Show the posts that wait: newcomers' first ones first, and the oldest before the newer."""
    person = places.person_at(ctx.session, ctx.member) if ctx.member else None
    if person is not None:
        looks.looked(ctx.session, ctx.network, person, "posts that wait", now=ctx.now)
    posts = sorted(waiting_posts(settings, ctx), key=lambda post: (not post.is_first, post.ts))
    ctx.reply(
        "welcome/waiting",
        posts=shown(ctx, posts[:LISTED]),
        more=max(0, len(posts) - LISTED),
        minutes=MINUTES * min(LISTED, len(posts)),
        days=settings.days,
        is_tended=bool(places.leads(ctx.session, ctx.network)),
    )


@feature.home_section(order=20)
def waiting_now(settings: Settings, ctx: Context) -> Section | None:
    """On the bot's own page: posts that wait for a person; for leads with newcomers' first ones."""
    posts = [post for post in waiting_posts(settings, ctx) if post.asks or ctx.is_lead]
    if not posts:
        return None
    newest = shown(ctx, posts[::-1][:ON_PAGE])
    words = ctx.prompts.render(
        "welcome/home" if ctx.is_lead else "welcome/unanswered",
        posts=newest,
        more=len(posts) - len(newest),
        minutes=MINUTES * len(newest),
    )
    return Section(name="waiting for a reply", words=words, facts={"posts": len(posts)})
