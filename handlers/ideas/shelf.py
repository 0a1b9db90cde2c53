"""What the network tries, and what it stopped: `/net try`, the shelf, and its place in a digest."""

from __future__ import annotations

import re
from datetime import date

from msgspec import Struct

from bot.context import Context
from bot.domain.events import ActionTaken, CommandGiven
from bot.domain.tries import (
    AGAIN,
    DONE,
    UNDER_WAY,
    USUAL,
    Planned,
    Shelf,
    TryState,
    as_typed,
    fault_in,
    planned,
)
from bot.domain.typed import simplified
from bot.feature import Period, Section
from bot.storage import editions, stories, talk, tries
from bot.storage.places import Person
from bot.storage.tries import Try
from handlers.ideas import following
from handlers.ideas.feature import Settings, feature

MOST, TOLD_AT_ONCE = 10, 3
WEEK = 7
_ANSWER = re.compile(
    r"(keep|change|stop|not yet|later|won'?t|drop|take back|withdraw)\s+#?(\d{1,9})[\s.]*",
    re.IGNORECASE,
)
_CHOICE = re.compile(r"(with my name|without my name|to myself)\s*:\s*", re.IGNORECASE)
OUTCOMES = {
    "keep": TryState.KEPT,
    "change": TryState.CHANGED,
    "stop": TryState.STOPPED,
    "drop": TryState.DROPPED,
    "wont": TryState.DROPPED,
}
CHOICES = {
    "with my name": Shelf.NAMED,
    "without my name": Shelf.UNNAMED,
    "to myself": Shelf.PRIVATE,
}


class Shown(Struct, frozen=True, kw_only=True):
    """A try as everybody may see it; `name` is of who agreed to be named alone."""

    number: int
    what: str
    name: str
    who: str
    place: str
    hope: str
    state: str
    review_on: date


@feature.command(
    "net",
    "try",
    help="try something small until a day, and see what the others try",
    examples=(
        "/net try flask and steps in the rapid-response car until 31 July",
        "/net try a tea round for six weeks, we hope to see fewer falls",
        "/net try keep 3",
        "/net try",
    ),
    aliases=("tries", "trying", "experiment"),
)
def try_it(given: CommandGiven, settings: Settings, ctx: Context) -> None:
    """Take what somebody tries, or their answer to what came of it; alone, show the shelf."""
    typed = " ".join(given.text.split())
    if not typed:
        show(ctx)
    elif found := _ANSWER.fullmatch(simplified(typed)):
        _answer(ctx, re.sub(r"'", "", found[1].casefold()), found[2])
    elif chosen := _CHOICE.match(simplified(typed)):
        put(ctx, re.sub(r"^[^:]*:\s*", "", typed), CHOICES[chosen[1].casefold()])
    else:
        _preview(ctx, typed)


def _answer(ctx: Context, word: str, number: str) -> None:
    if word in OUTCOMES:
        following.settle(ctx, number, OUTCOMES[word])
    elif word in ("not yet", "later"):
        following.put_off(ctx, number)
    else:
        take_back(ctx, number)


def _preview(ctx: Context, typed: str) -> None:
    found = _understood(ctx, typed)
    if found is not None:
        has_day = planned(typed, now=ctx.now_there).until is not None
        shown = as_typed(found)
        name = ctx.me.name
        ctx.reply("ideas/try_offer", found=found, name=name, typed=shown, has_day=has_day)


def _understood(ctx: Context, typed: str) -> Planned | None:
    """What somebody means to try, until a day; None, and a word to them, where it is unclear."""
    found, today = planned(typed, now=ctx.now_there), ctx.now_there.date()
    if fault := fault_in(found, today=today):
        ctx.reply("ideas/fault", fault=fault)
        return None
    return found._replace(until=found.until or today + USUAL)


@feature.action("shelf_named")
def shelf_named(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Keep somebody's own try where everybody sees it, with their name."""
    put(ctx, taken.value, Shelf.NAMED)


@feature.action("shelf_unnamed")
def shelf_unnamed(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Keep somebody's own try where everybody sees it, without their name."""
    put(ctx, taken.value, Shelf.UNNAMED)


@feature.action("to_myself")
def to_myself(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Keep somebody's own try for them alone."""
    put(ctx, taken.value, Shelf.PRIVATE)


@feature.action("try_nothing")
def try_nothing(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Keep nothing."""
    ctx.reply("ideas/try_nothing")


def put(ctx: Context, typed: str, shelf: Shelf) -> None:
    """Keep what somebody tries; nobody else sees it unless it goes on the shelf."""
    found = _understood(ctx, typed)
    if found is None or found.until is None:
        return
    kept = Try(
        network_id=ctx.network.id,
        person_id=ctx.me.id,
        words=found.words,
        hope=found.hope,
        review_on=found.until,
        again_on=ctx.now_there.date() + AGAIN,
        shelf=shelf.value,
        created_at=ctx.now,
    )
    ctx.reply("ideas/trying", **following.about(ctx, tries.keep(ctx.session, kept)))


@feature.action("take_try_back")
def take_try_back(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Forget a try, wherever it is shown."""
    take_back(ctx, taken.value)


def take_back(ctx: Context, number: str) -> None:
    """Forget a try of the member's own; a digest that told what came of it is made anew."""
    found = following.own(ctx, number)
    if found is not None:
        following.mend(ctx, found)
        tries.let_go(ctx.session, found)
        ctx.reply("ideas/try_taken_back", was_told=bool(found.week))


# The shelf


def show(ctx: Context) -> None:
    """Show what the network tries and what came of it, and the member's own."""
    today = ctx.now_there.date()
    running, done = tries.shelf(ctx.session, ctx.network, today=today, at_most=MOST)
    mine = [
        each
        for each in tries.of_person(ctx.session, ctx.me)
        if each.network_id == ctx.network.id and each.state in (*UNDER_WAY, *DONE)
    ][-MOST:]
    ctx.reply(
        "ideas/shelf",
        running=[_shown(ctx, each, idea=_idea(ctx, each)) for each in running],
        done=[_shown(ctx, each, idea=_idea(ctx, each)) for each in done],
        mine=[following.about(ctx, each) for each in mine],
    )


def _shown(ctx: Context, found: Try, *, idea: str = "") -> Shown:
    """*found* as everybody may see it; *idea* is what it tries where those are another's words."""
    is_named = found.shelf == Shelf.NAMED
    return Shown(
        number=found.id,
        what=found.words or idea,
        name=ctx.session.get_one(Person, found.person_id).name if is_named else "",
        who=found.who if is_named else "",
        place=found.place if is_named else "",
        hope=found.hope,
        state=found.state,
        review_on=found.review_on,
    )


def _idea(ctx: Context, found: Try) -> str:
    """The words of the idea that is tried, while its author agrees to them."""
    idea = following.idea_of(ctx, found)
    return idea.plain_words if idea else ""


@feature.digest_section(order=72)
def what_we_tried(settings: Settings, ctx: Context, period: Period) -> Section | None:
    """In the digest: what came of a few tries that everybody may see, whether or not they last."""
    if editions.is_closed(ctx.session, ctx.network, period.name):
        found = tries.of_week(ctx.session, ctx.network, period.name)
    elif (talk.local_day(ctx.now, ctx.network) - period.last).days > WEEK:
        return None
    else:
        untold = tries.untold(ctx.session, ctx.network, at_most=MOST)
        has_story = [stories.of_try(ctx.session, each.id) is not None for each in untold]
        found = [t for t, has in zip(untold, has_story, strict=True) if not has][:TOLD_AT_ONCE]
    if not found:
        return None
    shown = [_shown(ctx, each) for each in found]
    return Section(
        name="what we tried",
        words=ctx.prompts.render("ideas/tried_digest", done=shown),
        facts={"tries": [each.number for each in shown]},
        take=lambda: tries.take(ctx.session, found, period.name),
    )
