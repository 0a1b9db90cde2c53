"""How an ask ends: kept open, closed, opened once more, or deleted by its asker."""

from __future__ import annotations

from bot.context import Context
from bot.domain.asks import UNDER_WAY, USUAL, AskState
from bot.domain.events import ActionTaken
from bot.domain.exchanges import ExchangeState
from bot.judgement.limits import Kind
from bot.storage import asking, asks, exchanges
from bot.storage.asks import Ask
from bot.storage.places import Person
from handlers.asks import carrying, helping, matching, posting, telling
from handlers.asks.feature import Settings, feature, own


@feature.action("keep_open")
def press_keep_open(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Leave it open."""
    keep_open(ctx, taken.value)


def keep_open(ctx: Context, number: str) -> None:
    """Leave an ask open, or open one that is over; for a week more where its day has gone by."""
    ask = _posted(ctx, number)
    if ask is None:
        return
    today = ctx.now_there.date()
    due = ask.due_on if ask.due_on and ask.due_on > today else today + USUAL
    if ask.state in UNDER_WAY:
        ask.due_on = due
        ctx.session.flush()
        posting.mend(ctx, ask)
    elif asks.open_again(ctx.session, ask, due, now=ctx.now):
        posting.mend(ctx, ask)
        matching.ask_privately(ctx, ask, at_most=matching.MORE)
    ctx.reply("asks/kept_open", **telling.about(ctx, ask))


@feature.action("close")
def press_close(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Close it."""
    close(ctx, taken.value)


def close(ctx: Context, number: str) -> None:
    """Close an ask that its asker needs no more; whoever is on it is told."""
    ask = _posted(ctx, number)
    if ask is None:
        return
    if ask.state in UNDER_WAY:
        on_it = _let_helpers_go(ctx, ask)
        asks.move(ctx.session, ask, AskState.CLOSED, closed_at=ctx.now)
        _settle(ctx, ask)
        _tell(ctx, ask, on_it, "asks/not_needed")
        helping.tell_followers(ctx, ask)
    ctx.reply("asks/closed", **telling.about(ctx, ask))


def _posted(ctx: Context, number: str) -> Ask | None:
    """The member's own ask of that number; None, and a word to them, where it is but a draft."""
    ask = own(ctx, number)
    if ask is not None and ask.state == AskState.DRAFT:
        ctx.reply("asks/over", state=ask.state, number=ask.id)
        return None
    return ask


@feature.action("delete")
def press_delete(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Delete it."""
    delete(ctx, taken.value)


def delete(ctx: Context, number: str) -> None:
    """Delete an ask wherever it stands; that there was one stays, without whose."""
    ask = own(ctx, number)
    if ask is not None:
        take_out(ctx, ask)
        ctx.reply("asks/deleted")


def take_out(ctx: Context, ask: Ask) -> None:
    """Take the words of an ask out of wherever they were told."""
    weeks = asking.weeks_of(ctx.session, ask)
    asker = ctx.session.get_one(Person, ask.person_id)
    on_it = _let_helpers_go(ctx, ask)
    _settle(ctx, ask)
    _tell(ctx, ask, on_it, "asks/taken_back", name=asker.name)
    helping.untell_followers(ctx, ask)
    exchanges.part_from(ctx.session, ask)
    asks.clear(ctx.session, ctx.network, ask, now=ctx.now)
    posting.mend(ctx, ask)
    posting.mend_digests(ctx, weeks, ask.key)


def _settle(ctx: Context, ask: Ask) -> None:
    carrying.settle_questions(ctx, ask)
    helping.settle_asked(ctx, ask)
    posting.mend(ctx, ask)


def _let_helpers_go(ctx: Context, ask: Ask) -> list[Person]:
    """Who said that they would help and need not any more."""
    under_way = [
        each
        for each in exchanges.of_ask(ctx.session, ask)
        if each.state == ExchangeState.UNDER_WAY and each.giver_id
    ]
    people = [ctx.session.get_one(Person, each.giver_id) for each in under_way]
    for each in under_way:
        exchanges.step_back(ctx.session, each)
    return people


def _tell(ctx: Context, ask: Ask, people: list[Person], prompt: str, **given: object) -> None:
    values = given or telling.about(ctx, ask)
    for person in people:
        key = f"{ask.key}/over/{person.id}"
        ctx.say(person.address, prompt, kind=Kind.ANSWER, key=key, **values)
