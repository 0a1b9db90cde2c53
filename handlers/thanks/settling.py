"""Whether help landed: asked the day after, or told by whoever got it whenever they like."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

from bot import outbox
from bot.context import Context
from bot.domain.asks import MET, AskState
from bot.domain.events import ActionTaken
from bot.domain.exchanges import ExchangeState, Thanks
from bot.domain.schedule import Daily
from bot.judgement.limits import Kind
from bot.storage import asks, exchanges, talk
from bot.storage.asks import Ask
from bot.storage.exchanges import Exchange
from bot.storage.places import Person
from handlers.thanks import spreading, writing
from handlers.thanks.feature import Settings, feature, own_ask

LASTING = timedelta(days=14)
MORE_TIME = timedelta(days=7)


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.ask_at)), while_any=(Ask,))
def ask_after(settings: Settings, ctx: Context) -> None:
    """Ask, the day after an ask's day, whether the help landed; once."""
    today = talk.local_day(ctx.now, ctx.network)
    for ask in asks.under_way(ctx.session, ctx.network):
        if ask.state != AskState.TAKEN or ask.due_on is None or ask.due_on >= today:
            continue
        asker = ctx.session.get(Person, ask.person_id) if ask.person_id else None
        if asker is None or asker.is_gone or not may_hear(ctx, asker):
            continue
        waits = [
            each
            for each in _under_way(ctx, ask)
            if exchanges.note_asked(ctx.session, each, now=ctx.now)
        ]
        if waits:
            ctx.say(
                asker.address,
                "thanks/landed",
                kind=Kind.WORD,
                key=_key(ask),
                lasting=LASTING,
                network=ctx.network.name,
                **about(ctx, ask),
            )


def may_hear(ctx: Context, person: Person) -> bool:
    """Whether *person* can be asked soon: not while they pause, or had another message."""
    wait = ctx.foresee(person.address, Kind.WORD, at=ctx.now, about="thanks")
    return wait is None or (wait.until is not None and wait.until < ctx.now + LASTING)


def _key(ask: Ask) -> str:
    return f"{ask.key}/landed/{ask.due_on}"


def about(ctx: Context, ask: Ask) -> dict[str, Any]:
    """What the question is made from."""
    helped = exchanges.of_ask(ctx.session, ask)
    people = [ctx.session.get_one(Person, each.giver_id) for each in helped if each.giver_id]
    return {
        "number": ask.id,
        "words": ask.words,
        "helpers": [each.name for each in people],
        "state": AskState(ask.state).value,
    }


def _under_way(ctx: Context, ask: Ask) -> list[Exchange]:
    return [
        each for each in exchanges.of_ask(ctx.session, ask) if each.state == ExchangeState.UNDER_WAY
    ]


# Their answers


@feature.action("how")
def press_how(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Ask now how it went."""
    how(ctx, taken.value)


def how(ctx: Context, number: str) -> None:
    """Ask now how it went, without waiting for the day."""
    ask = own_ask(ctx, number)
    if ask is None:
        return
    if not exchanges.of_ask(ctx.session, ask):
        ctx.reply("thanks/nobody_yet")
    else:
        ctx.reply("thanks/landed", network=ctx.network.name, **about(ctx, ask))


@feature.action("yes")
def press_yes(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """It landed."""
    landed(ctx, taken.value, AskState.DONE)


@feature.action("partly")
def press_partly(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """It landed in part."""
    landed(ctx, taken.value, AskState.PARTLY)


def landed(ctx: Context, number: str, state: AskState) -> None:
    """Keep that help landed, all of it or in part, and open the line for thanks."""
    asks.take_turns(ctx.session, ctx.network)
    ask = own_ask(ctx, number)
    if ask is None:
        return
    given = exchanges.of_ask(ctx.session, ask)
    if not given:
        ctx.reply("thanks/nobody_yet")
        return
    for each in given:
        exchanges.settle(ctx.session, each, ExchangeState(state.value), now=ctx.now)
    settle_ask(ctx, ask, state)
    people = {each.id: ctx.session.get(Person, each.giver_id) for each in given if each.giver_id}
    waits = [(each, people.get(each.id)) for each in given if not each.thanked_at]
    here = [(each, person) for each, person in waits if person is not None]
    if len(here) == 1:
        each, person = here[0]
        writing.open_form(ctx, person, Thanks(to=person.id, words="", exchange=each.id))
    helpers = [{"name": person.name, "to": person.id} for _, person in here]
    ctx.reply("thanks/landed_kept", state=state.value, helpers=helpers, number=ask.id)


@feature.action("missed")
def press_missed(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """It didn't happen."""
    missed(ctx, taken.value)


def missed(ctx: Context, number: str) -> None:
    """Keep that it didn't happen, and nothing of who was to help; nobody is told."""
    asks.take_turns(ctx.session, ctx.network)
    ask = own_ask(ctx, number)
    if ask is None:
        return
    for each in exchanges.of_ask(ctx.session, ask):
        exchanges.drop(ctx.session, each)
    settle_ask(ctx, ask, AskState.MISSED)
    ctx.reply("thanks/missed", number=ask.id)


@feature.action("going")
def press_going(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """It is still going on."""
    going(ctx, taken.value)


def going(ctx: Context, number: str) -> None:
    """Ask again in a week."""
    ask = own_ask(ctx, number)
    if ask is None:
        return
    ask.due_on = ctx.now_there.date() + MORE_TIME
    for each in _under_way(ctx, ask):
        each.asked_at = None
    ctx.session.flush()
    ctx.press("asks.mend", f"{ask.id}", because=f"{ask.key}/going")
    ctx.reply("thanks/going", until=ask.due_on)


def settle_ask(ctx: Context, ask: Ask, state: AskState) -> None:
    """Let an ask be over, found by others if it was met, and shown so wherever it stands."""
    outbox.retract(ctx.session, _key(ask), now=ctx.now)
    if asks.move(ctx.session, ask, state, closed_at=ctx.now):
        if state in MET:
            asks.let_find(ctx.session, ctx.network, ask, now=ctx.now)
        else:
            asks.let_nobody_find(ctx.session, ctx.network, ask)
        ctx.press("asks.mend", f"{ask.id}", because=f"{ask.key}/{state.value}")


def settle_by_thanks(ctx: Context, exchange: Exchange) -> None:
    """Who thanks for help says that it landed; with the last of it, the ask is met."""
    if exchange.state == ExchangeState.UNDER_WAY:
        exchanges.settle(ctx.session, exchange, ExchangeState.DONE, now=ctx.now)
    ask = ctx.session.get(Ask, exchange.ask_id) if exchange.ask_id else None
    is_waiting = ask is not None and ask.state in (AskState.TAKEN, AskState.CLOSED)
    if ask is not None and is_waiting and not _under_way(ctx, ask):
        settle_ask(ctx, ask, AskState.DONE)


def act(ctx: Context, word: str, number: str) -> None:
    """Do what is typed in the place of a button."""
    acts: dict[str, Callable[[Context, str], None]] = {
        "yes": lambda ctx, number: landed(ctx, number, AskState.DONE),
        "partly": lambda ctx, number: landed(ctx, number, AskState.PARTLY),
        "missed": missed,
        "going": going,
        "for": how,
        "private": spreading.narrow,
    }
    if word in acts:
        acts[word](ctx, number)
    else:
        ctx.press(f"thanks.{word}", number, because=word)
