"""Say yes or not now to an introduction: nobody hears of a no, and both of two who said yes."""

from __future__ import annotations

from bot import outbox
from bot.context import Context
from bot.domain.events import ActionTaken
from bot.domain.introductions import State
from bot.domain.notes import Answer
from bot.domain.typed import number_of
from bot.storage import introductions, membership
from bot.storage.introductions import Introduction
from bot.storage.places import Person
from handlers.introductions import asking
from handlers.introductions.feature import Settings, feature


@feature.action("yes")
def press_yes(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Say yes."""
    answer(ctx, taken.value, Answer.YES)


@feature.action("no")
def press_no(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Say not now, also after a yes while nothing has come of it."""
    answer(ctx, taken.value, Answer.NO)


def answer(ctx: Context, number: str, said: Answer) -> None:
    """Keep what the member says to the question of that number, or to the only one there is."""
    person = ctx.me
    found = _asked(ctx, person, number)
    if found is None:
        ctx.reply("introductions/not_asked")
        return
    before = found.said(person.id)
    is_new = introductions.answer(ctx.session, found, person, said, now=ctx.now)
    is_made = found.state == State.MADE
    if is_new and before != Answer.NO:  # else the question has gone already
        _settle_question(ctx, found, person, said)
    if is_new and said is Answer.YES:
        is_made = asking.make(ctx, found)
    other = next(each for each in asking.two_of(ctx, found) if each.id != person.id)
    about = asking.about(ctx, found, other)
    if is_made:
        ctx.reply("introductions/both", **{**about, "other": other.name})
    else:
        ctx.reply("introductions/noted", said=found.said(person.id), **about)


def _asked(ctx: Context, person: Person, number: str) -> Introduction | None:
    if not number.strip():
        waits = introductions.to_answer(ctx.session, ctx.network, person, now=ctx.now)
        return waits[0] if len(waits) == 1 else None
    found = introductions.numbered(ctx.session, ctx.network, number_of(number))
    if found is None or found.only_for or person.id not in found.two:
        return None
    is_open = found.state == State.MADE or found.until > ctx.now
    return found if is_open else None


def _settle_question(ctx: Context, found: Introduction, person: Person, said: Answer) -> None:
    """Let the question say what they answered; of a no nothing is left."""
    key = found.asked(person.id)
    if said is Answer.NO or membership.waiting(ctx.session, [key]):
        outbox.retract(ctx.session, key, now=ctx.now)
        return
    other = next(each for each in asking.two_of(ctx, found) if each.id != person.id)
    about = asking.about(ctx, found, other)
    ctx.amend(key, person.address, "introductions/answered", **about)
