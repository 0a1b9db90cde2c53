"""Let nobody wait in vain: newcomers are met by people, and questions get an answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct

from bot.context import Context
from bot.domain.events import CommandGiven, from_micros, to_micros
from bot.domain.ids import Address, ChannelId
from bot.domain.schedule import Daily
from bot.feature import CatchUpItem, Feature, Period, Section, Since
from bot.judgement.limits import Kind
from bot.judgement.responses import WORKING_DAY, Waiting, waiting
from bot.outbox import Outdated, quoted_by, ref_of
from bot.storage import looks, places, readings, seeing, talk, threads, topics
from bot.storage.seeing import Opening
from bot.storage.threads import Place
from bot.storage.topics import Following

_Count = Annotated[int, Meta(ge=1)]


class Settings(Struct, frozen=True, kw_only=True):
    """When to look, how many days back, and how many posts the digest shows at most."""

    at: str = "09:30"
    days: Annotated[int, Meta(ge=1, le=60)] = 14
    at_most: _Count = 5


feature = Feature("welcome", Settings)

FEW = 5
ON_PAGE = 3
LISTED = 15
TOUCHES, ANSWERS = 3.5, 3.0
"""What a question weighs in a catch-up: one on a topic they follow, one as they often answer."""
ACTIVE = timedelta(days=90)
MINUTES = 3  # for a short answer
FRESH = 5 * WORKING_DAY
WINDOW = timedelta(days=35)  # far enough to tell which channels know threads
LATELY = timedelta(days=14)  # holds all that is fresh
DAY = timedelta(days=1)
NOT_PAST = timedelta(hours=7)  # a message of the morning is of no use in the evening


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
) -> list[Waiting]:
    """What of *window* waits for a person now, or waited *at* an earlier time; oldest first.

    In open channels, unless others are named.
    """
    session, network = ctx.session, ctx.network
    now = min(ctx.now, at or ctx.now)
    today = talk.local_day(now, network)
    setting = talk.setting(session, network, first=today - window, last=today, now=now)
    return waiting(
        threads.conversations(session, network, setting, first=today - window, last=today),
        setting,
        threads.arrivals(session, network),
        channels=threads.open_channels(session, network) if channels is None else channels,
        since=to_micros(now - timedelta(days=settings.days)),
        now=to_micros(now),
    )


def _shown(ctx: Context, posts: list[Waiting]) -> list[Shown]:
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


@feature.digest_section(order=30)
def waiting_section(settings: Settings, ctx: Context, period: Period) -> Section | None:
    """Point to questions that nobody answered yet, newest first; never to who asked."""
    end = from_micros(threads.midnight(period.last + DAY, ctx.network))
    posts = [post for post in waiting_posts(settings, ctx, at=end) if post.asks]
    if not posts:
        return None
    newest = _shown(ctx, posts[::-1][: settings.at_most])
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
    examples=("/tend waiting", "/tend"),
    aliases=("",),
)
def show_waiting(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show the posts that wait: newcomers' first ones first, and the oldest before the newer."""
    person = places.person_at(ctx.session, ctx.member) if ctx.member else None
    if person is not None:
        looks.looked(ctx.session, ctx.network, person, "posts that wait", now=ctx.now)
    posts = sorted(waiting_posts(settings, ctx), key=lambda post: (not post.is_first, post.ts))
    ctx.reply(
        "welcome/waiting",
        posts=_shown(ctx, posts[:LISTED]),
        more=max(0, len(posts) - LISTED),
        minutes=MINUTES * min(LISTED, len(posts)),
        days=settings.days,
        is_tended=bool(places.leads(ctx.session, ctx.network)),
    )


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
        _tell(ctx, free, _shown(ctx, waits))


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
            quotes=_refs(posts),
            posts=posts,
            minutes=MINUTES * len(posts),
        )
    ctx.spoke("welcome.watch", f"first posts of newcomers that were waiting: {len(posts)}")


def _refs(posts: list[Shown]) -> list[str]:
    return [ref_of(ChannelId(post.ref), post.ts) for post in posts]


@feature.on(Outdated)
def mend(event: Outdated, settings: Settings, ctx: Context) -> None:
    """Point leads only to what is still there and still waits."""
    if not event.key.startswith(f"welcome.watch/{ctx.network.id}/"):
        return
    pointed_to = quoted_by(ctx.session, event.key)
    waits = _shown(ctx, waiting_posts(settings, ctx, window=LATELY))
    posts = [post for post in waits if pointed_to.intersection(_refs([post]))]
    prompt = "welcome/first_posts" if posts else "welcome/withdrawn"
    given = {"posts": posts, "minutes": MINUTES * len(posts)} if posts else {}
    if ctx.amend(event.key, event.to, prompt, quotes=_refs(posts), **given):
        ctx.spoke("welcome.mend", "something that leads were pointed to was changed or deleted")


def _skip(ctx: Context, reason: str) -> None:
    readings.skip_once(ctx.session, ctx.network, "welcome.watch", reason, now=ctx.now)


USUALLY = 2
"""Questions of others that somebody spoke under in a channel, so that its next may be theirs."""


@feature.catchup_section(order=20)
def waiting_for_them(settings: Settings, ctx: Context, since: Since) -> list[CatchUpItem]:
    """Questions without an answer in their channels that they may well have one to."""
    session, person = ctx.session, since.person
    seen = seeing.visible(session, ctx.network, person)
    mine = seeing.mine(session, person, seen, since=to_micros(ctx.now - ACTIVE))
    theirs = _theirs(ctx, since, seen)
    if not (theirs.following or theirs.usual):
        return []
    waits = waiting_posts(settings, ctx, channels=mine, window=LATELY)
    start = to_micros(since.at)
    posts = [(post.channel, post.ts) for post in waits if post.asks and post.ts >= start]
    found = seeing.written(session, posts, by_others_than=person) if posts else []
    reasons = [(post, theirs.reason(post, seen[post.channel])) for post in found]
    return [_for_them(ctx, post, seen[post.channel], why) for post, why in reasons if why]


class Theirs(NamedTuple):
    """What somebody follows, which messages and channels name it, and where they often answer."""

    following: Sequence[Following]
    named: Mapping[int, Sequence[Following]]
    tagged: Mapping[int, Collection[tuple[int, int]]]
    usual: Collection[int]

    def reason(self, post: Opening, place: Place) -> tuple[str, float] | None:
        """Why they may have an answer to *post*, and what that weighs; or None."""
        for each in self.following:
            is_tagged = (post.channel, post.ts) in self.tagged.get(each.topic, ())
            if is_tagged or each in self.named.get(post.channel, ()):
                return f"you follow {each.name}", TOUCHES
        is_usual = post.channel in self.usual
        return (f"you often answer in #{place.name}", ANSWERS) if is_usual else None


def _theirs(ctx: Context, since: Since, seen: Mapping[int, Place]) -> Theirs:
    session, person = ctx.session, since.person
    following = topics.of_person(session, ctx.network, person)
    numbers = [each.topic for each in following]
    answered = seeing.answers_given(session, person, seen, since=to_micros(ctx.now - ACTIVE))
    return Theirs(
        following,
        topics.naming(following, {n: place.name for n, place in seen.items()}),
        topics.about(session, numbers, seen, since=to_micros(since.at)),
        [channel for channel, number in answered.items() if number >= USUALLY],
    )


def _for_them(ctx: Context, post: Opening, place: Place, reason: tuple[str, float]) -> CatchUpItem:
    at = from_micros(post.ts)
    there = at.astimezone(ctx.network.zone)
    given = {"name": post.name, "place": place, "ts": post.ts, "at": there}
    words = ctx.prompts.render("welcome/catchup", **given)
    ref = ref_of(ChannelId(place.ref), post.born)
    return CatchUpItem(words=words, why=reason[0], about=ref, weight=reason[1], at=at)


@feature.home_section(order=20)
def waiting_now(settings: Settings, ctx: Context) -> Section | None:
    """On the bot's own page: posts that wait for a person; for leads with newcomers' first ones."""
    posts = [post for post in waiting_posts(settings, ctx) if post.asks or ctx.is_lead]
    if not posts:
        return None
    newest = _shown(ctx, posts[::-1][:ON_PAGE])
    words = ctx.prompts.render(
        "welcome/home" if ctx.is_lead else "welcome/unanswered",
        posts=newest,
        more=len(posts) - len(newest),
        minutes=MINUTES * len(newest),
    )
    return Section(name="waiting for a reply", words=words, facts={"posts": len(posts)})
