"""Asks in the digest, and what is held of somebody: told to them alone, and taken out with them."""

from __future__ import annotations

from bot.context import Context
from bot.domain.asks import AskState, Stage
from bot.feature import Period, Section
from bot.storage import asking, asks, editions, exchanges, giving, talk, wanted
from bot.storage.asks import Ask
from bot.storage.places import Person
from handlers.asks import ending, helping, posting, telling
from handlers.asks.feature import Settings, feature

WEEK = 7


@feature.digest_section(order=33)
def open_asks(settings: Settings, ctx: Context, period: Period) -> Section | None:
    """In the digest: a few of the asks that nobody is on, those that wait longest first."""
    is_closed = editions.is_closed(ctx.session, ctx.network, period.name)
    news = _news(ctx, period.name if is_closed else "")
    if is_closed:
        told = [*asking.of_week(ctx.session, ctx.network, period.name)]
        total = len(told)
    elif (talk.local_day(ctx.now, ctx.network) - period.last).days > WEEK:
        return None
    else:
        waits = sorted(asks.open_ones(ctx.session, ctx.network), key=_longest_first)
        told, total = waits[: settings.at_most], len(waits)
    if not (told or news.wanted or news.resources):
        return None
    shown = [telling.about(ctx, each) for each in told]
    return Section(
        name="open asks",
        words=ctx.prompts.render(
            "asks/digest",
            asks=shown,
            total=total,
            wanted=[each.words for each in news.wanted],
            resources=[each.words for each in news.resources],
        ),
        facts={"asks": [each.id for each in told], "total": total},
        take=lambda: _take(ctx, told, news, period.name),
    )


def _news(ctx: Context, week: str) -> wanted.News:
    """What we could use and what can be used, new or as the digest of *week* told; in a line."""
    if not ctx.understands("/net could-use"):
        return wanted.News((), ())
    if week:
        return wanted.news_of_week(ctx.session, ctx.network, week)
    return wanted.news(ctx.session, ctx.network)


def _take(ctx: Context, told: list[Ask], news: wanted.News, week: str) -> None:
    asking.take(ctx.session, ctx.network, told, week)
    wanted.take(ctx.session, news, week)


def _longest_first(ask: Ask) -> tuple[bool, int]:
    return (ask.stage != Stage.WHAT_NOW, ask.id)


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """What somebody asked for, was asked privately, and follows; never what others said."""
    mine = asks.all_of(ctx.session, person)
    asked = asking.asked_of(ctx.session, person)
    followed = asking.followed_by(ctx.session, person)
    is_seldom = person.id in asking.asked_seldom(ctx.session, ctx.network)
    if not (mine or asked or followed or is_seldom):
        return None
    words = ctx.prompts.render(
        "asks/mydata",
        asks=mine,
        asked=[{"words": about.words, "at": one.at.date()} for one, about in asked],
        followed=[each.words for each in followed],
        is_seldom=is_seldom,
    )
    facts: dict[str, object] = {
        "asks": [_facts(each) for each in mine],
        "asked": [{"ask": about.id, "at": one.at} for one, about in asked],
        "follows": [each.id for each in followed],
        "asked_less_often": is_seldom,
    }
    return Section(name="asks", words=words, facts=facts)


def _facts(ask: Ask) -> dict[str, object]:
    return {
        "number": ask.id,
        "state": ask.state,
        "words": ask.words,
        "why": ask.why,
        "kind": ask.kind,
        "by": ask.due_on,
        "minutes": ask.minutes,
        "takes_several": ask.takes_several,
        "stage": ask.stage,
        "round": ask.round_id,
        "made_at": ask.created_at,
        "posted_at": ask.opened_at,
        "answered_at": ask.answered_at,
        "closed_at": ask.closed_at,
    }


@feature.erase
def let_go(settings: Settings, ctx: Context, person: Person) -> None:
    """Let go of all of it: their asks wherever they stand, and whatever they were about to do."""
    for ask in asks.all_of(ctx.session, person):
        if ask.network_id == ctx.network.id:
            ending.take_out(ctx, ask)
    for ask in _on(ctx, person):
        weeks = asking.weeks_of(ctx.session, ask)
        exchanges.leave(ctx.session, ask, person)
        helping.reopen(ctx, ask, because="")
        posting.mend_digests(ctx, weeks, f"{ask.key}/left")
    asks.forget(ctx.session, person, now=ctx.now)


def _on(ctx: Context, person: Person) -> list[Ask]:
    """The asks that *person* is on, or helped with, whose posts name them."""
    helped = giving.of_person(ctx.session, ctx.network, person)
    numbers = {each.ask_id for each in helped if each.giver_id == person.id and each.ask_id}
    found = [asks.numbered(ctx.session, ctx.network, number) for number in sorted(numbers)]
    return [each for each in found if each is not None and each.state != AskState.DELETED]
