"""What follows on help: an invitation to pass it on, and later the question what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time, timedelta

from bot.context import Context
from bot.domain.asks import AskState
from bot.domain.events import ActionTaken
from bot.domain.schedule import Daily
from bot.judgement.fitting import fits
from bot.judgement.limits import Kind
from bot.storage import asking, asks, exchanges, giving, membership, offers, stories
from bot.storage.asks import Ask
from bot.storage.exchanges import Exchange
from bot.storage.places import Person
from handlers.thanks.feature import Settings, feature, own_exchange
from handlers.thanks.settling import LASTING, may_hear

WEEK, WHILE = timedelta(days=7), timedelta(days=28)
"""From when on, and until when, somebody who was helped is asked whether they pass it on."""
AFTER, AGAIN = timedelta(days=30), timedelta(days=90)
SOON = timedelta(days=2)
STORY = "/net story"
FINE, NOT_YET = "fine", "not_yet"


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.ask_at)), while_any=(Exchange,))
def follow_up(settings: Settings, ctx: Context) -> None:
    """Ask what came of help, and invite those who were helped to pass it on."""
    for each in giving.to_follow(ctx.session, ctx.network, by=ctx.now - AFTER):
        _ask_after(ctx, each)
    given = giving.counted(ctx.session, ctx.network, since=ctx.now - WHILE)
    for exchange in given:
        is_due = exchange.settled_at is not None and exchange.settled_at <= ctx.now - WEEK
        if is_due and exchange.passed_on_at is None:
            _invite(ctx, exchange)


# Pass it on


def _invite(ctx: Context, exchange: Exchange) -> None:
    """Point whoever was helped to somebody else who asks; nobody is told what they do."""
    person = ctx.session.get(Person, exchange.receiver_id) if exchange.receiver_id else None
    if person is None or person.is_gone or not _may_be_asked(ctx, person):
        return
    found = _for_them(ctx, person)
    if found is None or not exchanges.note_passed_on(ctx.session, exchange, now=ctx.now):
        return
    asking.ask(ctx.session, found, person.id, now=ctx.now)
    asker = ctx.session.get_one(Person, found.person_id)
    ctx.say(
        person.address,
        "thanks/pass_it_on",
        kind=Kind.WORD,
        key=f"ask/{found.id}/for/{person.id}",
        lasting=LASTING,
        network=ctx.network.name,
        name=asker.name,
        words=found.words,
        number=found.id,
        exchange=exchange.id,
    )


def _may_be_asked(ctx: Context, person: Person) -> bool:
    wait = ctx.foresee(person.address, Kind.WORD, at=ctx.now, about="thanks")
    is_soon = wait is None or (wait.until is not None and wait.until <= ctx.now + SOON)
    apart = membership.resting(ctx.session, ctx.network)
    seldom = asking.asked_seldom(ctx.session, ctx.network)
    return is_soon and person.id not in apart and person.id not in seldom


def _for_them(ctx: Context, person: Person) -> Ask | None:
    """The open ask of somebody else that fits what *person* offers best, or has waited longest."""
    asked = {about.id for _, about in asking.asked_of(ctx.session, person)}
    waits = [
        each
        for each in asks.open_ones(ctx.session, ctx.network)
        if each.person_id not in (None, person.id) and each.id not in asked
    ]
    says = " ".join(offers.said_by(ctx.session, ctx.network).get(person.id, ()))
    fit: Sequence[float] = fits(says, [each.words for each in waits]) if says else ()
    if waits and fit:
        return waits[max(range(len(waits)), key=lambda n: (fit[n], -n))]
    return waits[0] if waits else None


@feature.action("not_now")
def not_now(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Leave it; nothing is kept of that."""
    ctx.reply("thanks/not_now")


# What came of it


def _ask_after(ctx: Context, due: giving.Due) -> None:
    exchange, ask = due
    person = ctx.session.get(Person, exchange.receiver_id) if exchange.receiver_id else None
    is_again = exchange.followed_at is not None
    if is_again and not _may_ask_again(ctx, exchange, person):
        return
    is_there = person is not None and not person.is_gone and ask.state != AskState.DELETED
    if person is None or not is_there or not may_hear(ctx, person):
        return
    if exchanges.note_followed(ctx.session, exchange, now=ctx.now):
        ctx.say(
            person.address,
            "thanks/came_of_it",
            kind=Kind.WORD,
            key=f"{exchange.key}/came_of_it/{'again' if is_again else 'first'}",
            lasting=LASTING,
            network=ctx.network.name,
            words=ask.words,
            number=exchange.id,
            is_again=is_again,
            has_stories=ctx.understands(STORY),
        )


def _may_ask_again(ctx: Context, exchange: Exchange, person: Person | None) -> bool:
    """Whether it is time, and they neither said that nothing came of it nor told a story since."""
    settled, first = exchange.settled_at, exchange.followed_at
    if settled is None or first is None or person is None or settled > ctx.now - AGAIN:
        return False
    told = any(each.shared_at >= first for each in stories.of_person(ctx.session, person))
    return exchange.came_of_it != FINE and not told and first <= ctx.now - AFTER


@feature.action("later")
def later(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Nothing came of it yet."""
    _say(ctx, taken.value, NOT_YET)


@feature.action("fine")
def fine(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Nothing came of it, and that's fine: they aren't asked again."""
    _say(ctx, taken.value, FINE)


def _say(ctx: Context, number: str, said: str) -> None:
    found = own_exchange(ctx, number)
    if found is not None and found.receiver_id == ctx.me.id:
        found.came_of_it = said
        ctx.session.flush()
        ctx.reply("thanks/followed", said=said, is_last=found.followed_again_at is not None)
