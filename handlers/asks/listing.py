"""Asks where people look: `/net asks`, their own page, their catch-up, and among what is found."""

from __future__ import annotations

from typing import Any

from bot.context import Context
from bot.domain.asks import MET, AskState, Stage
from bot.domain.events import ActionTaken, CommandGiven
from bot.domain.typed import shortened, simplified
from bot.feature import CatchUpItem, Section, Since
from bot.judgement.fitting import FITS, fits
from bot.prompting import Words
from bot.storage import asks, exchanges, looks, offers, topics
from bot.storage.asks import KIND, Ask
from bot.storage.places import Person
from handlers.asks import matching, telling
from handlers.asks.feature import Settings, feature, found

MOST, ON_PAGE = 10, 3
WEIGHT = 3.4
LONG = 5
"""Working days after which those who tend see that an ask waits."""


@feature.command(
    "net",
    "asks",
    help="what people would like help with",
    examples=("/net asks", "/net asks for me", "/net asks #leaflets", "/net asks 3"),
    aliases=("requests",),
)
def list_asks(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show what is open, what of it fits the member or a word, or one ask whole."""
    typed = simplified(given.text).casefold().strip(" .")
    if typed.lstrip("#").isdecimal():
        show_one(ctx, typed.lstrip("#"))
        return
    open_ones = asks.open_ones(ctx.session, ctx.network)
    person = ctx.me
    if typed in ("for me", "forme", "mine to help"):
        shown = [ask for ask, _ in fitting(ctx, person)]
    elif typed:
        word = typed.lstrip("#")
        shown = [each for each in open_ones if word in f"{each.words} {each.why}".casefold()]
    else:
        shown = [*open_ones]
    ctx.reply(
        "asks/list",
        asks=[_line(ctx, each) for each in shown[:MOST]],
        more=max(0, len(shown) - MOST),
        typed=shortened(given.text),
        mine=[_line(ctx, each) for each in _mine(ctx, person)],
    )


def _mine(ctx: Context, person: Person) -> list[Ask]:
    mine = asks.of_person(ctx.session, ctx.network, person)
    shown = (AskState.DRAFT, AskState.OPEN, AskState.TAKEN, AskState.PARTLY, AskState.EXPIRED)
    return [each for each in mine if each.state in shown][-MOST:]


def _line(ctx: Context, ask: Ask) -> dict[str, Any]:
    return telling.about(ctx, ask)


@feature.action("show")
def press_show(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Show an ask whole."""
    show_one(ctx, taken.value)


def show_one(ctx: Context, number: str) -> None:
    """Show an ask whole, with what the member can do with it."""
    ask = found(ctx, number)
    if ask is None:
        ctx.reply("asks/none", number=number)
        return
    on_it = {each.id for each in exchanges.helpers(ctx.session, ask)}
    is_own = ask.person_id == ctx.me.id
    ctx.reply("asks/one", is_own=is_own, is_on_it=ctx.me.id in on_it, **telling.about(ctx, ask))


def fitting(ctx: Context, person: Person) -> list[tuple[Ask, str]]:
    """The open asks of others that fit what *person* offers or follows, with that; best first."""
    says = [*offers.said_by(ctx.session, ctx.network).get(person.id, ())]
    says += [each.name for each in topics.of_person(ctx.session, ctx.network, person)]
    open_ones = [
        each
        for each in asks.open_ones(ctx.session, ctx.network)
        if matching.may_be_asked(ctx, each, person)
    ]
    liked: list[tuple[float, Ask, str]] = []
    for ask in open_ones if says else []:
        fit = fits(f"{ask.words} {ask.why}", says)
        best = max(range(len(says)), key=lambda n: fit[n])
        if fit[best] >= FITS:
            liked.append((fit[best], ask, says[best]))
    return [(ask, said) for _, ask, said in sorted(liked, key=lambda each: -each[0])]


@feature.home_section(order=24)
def yours(settings: Settings, ctx: Context) -> Section | None:
    """On the bot's own page: their own asks, one that they could help with, and how to ask."""
    person = ctx.me
    helping = [
        ask
        for ask in asks.under_way(ctx.session, ctx.network)
        if person.id in {each.id for each in exchanges.helpers(ctx.session, ask)}
    ]
    fits = fitting(ctx, person)[:1]
    words = ctx.prompts.render(
        "asks/home",
        mine=[_line(ctx, each) for each in _mine(ctx, person)[-ON_PAGE:]],
        helping=[_line(ctx, each) for each in helping[:ON_PAGE]],
        fits=[{**_line(ctx, ask), "said": said} for ask, said in fits],
    )
    return Section(name="asks", words=words, facts={})


@feature.home_section(order=21, for_leads=True)
def waiting_long(settings: Settings, ctx: Context) -> Section | None:
    """For those who tend: asks that nobody took up in five working days; posts, never people."""
    waits = long_waiting(ctx)
    if not waits:
        return None
    words = ctx.prompts.render("asks/waiting", asks=[_line(ctx, each) for each in waits[:ON_PAGE]])
    return Section(name="asks that wait", words=words, facts={"asks": len(waits)})


@feature.command(
    "tend",
    "asks",
    help="asks that nobody has taken up in a working week",
    examples=("/tend asks",),
)
def tend_asks(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Show what waits longest: asks, never people."""
    person = ctx.me
    looks.looked(ctx.session, ctx.network, person, "asks that wait", now=ctx.now)
    ctx.reply("asks/waiting", asks=[_line(ctx, each) for each in long_waiting(ctx)[:MOST]])


def long_waiting(ctx: Context) -> list[Ask]:
    """The asks that wait longest, oldest first."""
    return [
        each for each in asks.open_ones(ctx.session, ctx.network) if each.stage == Stage.WHAT_NOW
    ]


@feature.catchup_section(order=25)
def you_could_help(settings: Settings, ctx: Context, since: Since) -> list[CatchUpItem]:
    """Open asks of others that fit what they offer or follow, posted since then."""
    return [
        CatchUpItem(
            words=ctx.prompts.render("asks/catchup", **_line(ctx, ask)),
            why=f"you offer or follow {said}",
            about=ask.key,
            weight=WEIGHT,
            at=ask.opened_at,
        )
        for ask, said in fitting(ctx, since.person)
        if ask.opened_at is not None and ask.opened_at > since.at
    ]


@feature.finds(KIND)
def found_ask(settings: Settings, ctx: Context, number: int) -> Words | None:
    """An ask that was answered, in a line: who asked what, and who helped."""
    ask = asks.numbered(ctx.session, ctx.network, number)
    if ask is None or ask.state not in MET or ask.person_id is None:
        return None
    return ctx.prompts.render("asks/found", **_line(ctx, ask))
