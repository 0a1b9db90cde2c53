"""Was this any use? Counted without who, and told to those who tend once a month."""

from __future__ import annotations

from datetime import time, timedelta

from bot.context import Context
from bot.domain.events import ActionTaken
from bot.domain.schedule import Weekday, Weekly
from bot.feature import Section
from bot.judgement.limits import Kind
from bot.storage import editions, places
from bot.storage.places import Person
from handlers.digest.feature import Settings, feature

FEW = 5
MONTH = timedelta(days=35)  # from one first Monday to the next
LASTING = timedelta(days=5)
FIRST_DAYS = 7


@feature.action("useful")
def useful(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Count a yes."""
    _count(ctx, taken.value, was_useful=True)


@feature.action("not_useful")
def not_useful(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Count a not really."""
    _count(ctx, taken.value, was_useful=False)


def _count(ctx: Context, week: str, *, was_useful: bool) -> None:
    assert ctx.member is not None, "somebody presses"
    if not editions.is_closed(ctx.session, ctx.network, week):
        ctx.reply("bot/out_of_date")
        return
    is_first = editions.answer(ctx.session, ctx.network, week, ctx.member, was_useful=was_useful)
    ctx.reply("digest/counted", is_first=is_first)


@feature.job(lambda _: Weekly(day=Weekday.MONDAY, at=time(9, 20)))
def tell_use(settings: Settings, ctx: Context) -> None:
    """On the first Monday of a month, tell those who tend whether the digest was any use."""
    if ctx.now_there.day > FIRST_DAYS:
        return
    found = editions.answers_since(ctx.session, ctx.network, ctx.now - MONTH)
    total = sum(found)
    if not total:
        return
    if total < FEW:
        ctx.skip("digest.use", "fewer than five answered, which could tell who did")
        return
    is_exact = not any(0 < each < FEW for each in found)
    for to in places.leads_of(ctx.session, ctx.network):
        ctx.say(
            to,
            "digest/use",
            kind=Kind.TENDING,
            key=f"{ctx.occasion}/{to}",
            lasting=LASTING,
            useful=found.useful,
            total=total,
            is_exact=is_exact,
            is_most=2 * found.useful > total,
        )


@feature.mydata
def held(settings: Settings, ctx: Context, person: Person) -> Section | None:
    """Which digests somebody made up or was asked to, and which they said were of use or not."""
    made = editions.edited_by(ctx.session, person)
    answered = editions.answered(ctx.session, ctx.network, person)
    asked = editions.asked_of(ctx.session, person)
    if not (made or answered or asked):
        return None
    words = ctx.prompts.render("digest/mydata", made=made, answered=answered, asked=asked)
    facts = {"made": made, "answered": answered, "asked": asked}
    return Section(name="digest", words=words, facts=facts)


@feature.erase
def let_go(settings: Settings, ctx: Context, person: Person) -> None:
    """Take somebody's name, words and marks off all digests."""
    editions.forget(ctx.session, ctx.network, person)
