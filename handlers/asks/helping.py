"""Help with an ask: take it up, step back, name somebody who could, follow it, or pass it by."""

from __future__ import annotations

from bot import outbox
from bot.context import Context
from bot.domain.asks import OVER, AskState
from bot.domain.events import ActionTaken, FormSubmitted
from bot.domain.ids import MemberId
from bot.domain.posts import Field
from bot.domain.typed import shortened
from bot.judgement.limits import Kind
from bot.storage import asking, asks, belonging, exchanges
from bot.storage.asks import Ask, Asked
from bot.storage.places import Person
from handlers.asks import matching, posting, telling
from handlers.asks.feature import Settings, feature, found


@feature.action("help")
def press_help(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take an ask up."""
    take_up(ctx, taken.value)


@feature.action("join")
def press_join(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Help beside somebody who is on it already."""
    take_up(ctx, taken.value, is_second=True)


def take_up(ctx: Context, number: str, *, is_second: bool = False) -> None:
    """Let the member help with an ask, if nobody is on it or the asker would welcome more."""
    asks.take_turns(ctx.session, ctx.network)
    ask = found(ctx, number)
    if ask is None or ask.state in OVER or ask.state == AskState.DRAFT:
        ctx.reply("asks/over", state=ask.state if ask else AskState.DELETED, number=number)
        return
    person = ctx.me
    if ask.person_id == person.id:
        ctx.reply("asks/own_ask")
        return
    others = [each for each in exchanges.helpers(ctx.session, ask) if each.id != person.id]
    is_on_it = len(others) < len(exchanges.helpers(ctx.session, ask))
    if others and not is_on_it and not (ask.takes_several and is_second):
        given = telling.about(ctx, ask)
        ctx.reply("asks/covered", **given)
        return
    _begin(ctx, ask, person)


def _begin(ctx: Context, ask: Ask, person: Person) -> None:
    asker = ctx.session.get_one(Person, ask.person_id)
    exchange = exchanges.begin(ctx.session, ask, person, now=ctx.now)
    if exchange is not None:
        asks.move(ctx.session, ask, AskState.TAKEN, answered_at=ask.answered_at or ctx.now)
        settle_asked(ctx, ask, besides=person)
        posting.mend(ctx, ask)
        ctx.say(
            asker.address,
            "asks/somebody_helps",
            kind=Kind.ANSWER,
            key=f"{exchange.key}/begun",
            helper=person.name,
            address=person.ref,
            **telling.about(ctx, ask),
        )
    ctx.reply("asks/joined", address=asker.ref, **telling.about(ctx, ask))


def settle_asked(ctx: Context, ask: Ask, *, besides: Person | None = None) -> None:
    """Nobody who was asked privately need answer any more: the question goes."""
    for each in asking.asked(ctx.session, ask):
        if besides is None or each.person_id != besides.id:
            outbox.retract(ctx.session, each.key, now=ctx.now)


# Not me, or not any more


@feature.action("pass_by")
def press_pass_by(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Take a "not this time", of which nothing is kept and nobody is told."""
    pass_by(ctx, taken.value)


def pass_by(ctx: Context, number: str) -> None:
    """Put a word of thanks in the place of the question; that is all that comes of it."""
    asked = _asked(ctx, number)
    if asked is not None and not ctx.amend(asked.key, ctx.me.address, "asks/passed_by"):
        ctx.reply("asks/passed_by")


def _asked(ctx: Context, number: str) -> Asked | None:
    """That the member was asked about it; None, and a word to them, where they weren't."""
    ask = found(ctx, number)
    mine = [a for a in asking.asked(ctx.session, ask) if a.person_id == ctx.me.id] if ask else []
    if not mine:
        ctx.reply("asks/not_asked")
        return None
    return mine[0]


@feature.action("seldom")
def press_seldom(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Be asked less often."""
    want_seldom(ctx, is_seldom=True)


@feature.action("as_usual")
def press_as_usual(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Be asked as often as others."""
    want_seldom(ctx, is_seldom=False)


def want_seldom(ctx: Context, *, is_seldom: bool) -> None:
    """Keep how often the member wants to be asked; nobody is told."""
    asking.want_seldom(ctx.session, ctx.network, ctx.me, is_seldom=is_seldom)
    ctx.reply("asks/seldom", is_seldom=is_seldom)


@feature.action("step_back")
def press_step_back(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Leave an ask to others after all."""
    step_back(ctx, taken.value)


def step_back(ctx: Context, number: str) -> None:
    """Leave an ask to others after all; without a reason, and with others asked instead."""
    asks.take_turns(ctx.session, ctx.network)
    ask, person = found(ctx, number), ctx.me
    mine = [e for e in exchanges.of_ask(ctx.session, ask) if e.giver_id == person.id] if ask else []
    if ask is None or not mine or not exchanges.step_back(ctx.session, mine[0]):
        ctx.reply("asks/not_on_it")
        return
    reopen(ctx, ask, because=person.name)
    ctx.reply("asks/stepped_back")


def reopen(ctx: Context, ask: Ask, *, because: str) -> None:
    """Let an ask that nobody is on any more be open, tell its asker, and ask others."""
    if exchanges.helpers(ctx.session, ask) or ask.state != AskState.TAKEN or not ask.person_id:
        posting.mend(ctx, ask)
        return
    asks.move(ctx.session, ask, AskState.OPEN, answered_at=None)
    posting.mend(ctx, ask)
    asker = ctx.session.get_one(Person, ask.person_id)
    key = f"{ask.key}/open_again/{ctx.occasion}"
    ctx.say(
        asker.address,
        "asks/open_again",
        kind=Kind.ANSWER,
        key=key,
        helper=because,
        **telling.about(ctx, ask),
    )
    matching.ask_privately(ctx, ask, at_most=matching.MORE)


# Somebody else, and following


@feature.action("know")
def press_know(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Ask who it is that the member knows."""
    ask = found(ctx, taken.value)
    if ask is None or ask.state != AskState.OPEN:
        ctx.reply("asks/over", state=ask.state if ask else AskState.DELETED, number=taken.value)
        return
    ctx.ask(
        "asks/know_form",
        name="asks.know",
        fields=(Field(name="who", is_required=True),),
        context=f"{ask.id}",
    )


@feature.form("know")
def take_know(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Ask whom the member thought of."""
    know(ctx, submitted.context, submitted.values.get("who", ""), None)


def know(ctx: Context, number: str, name: str, mentioned: MemberId | None) -> None:
    """Ask somebody privately whom the member thought of; their answer is their own."""
    ask = found(ctx, number)
    person = belonging.somebody(ctx.session, ctx.network, name, mentioned)
    if ask is None or ask.state != AskState.OPEN:
        ctx.reply("asks/over", state=ask.state if ask else AskState.DELETED, number=number)
    elif person is None:
        ctx.reply("asks/nobody", name=shortened(name))
    else:
        matching.introduce(ctx, ask, person, ctx.me)
        ctx.reply("asks/thought_of", name=person.name)


@feature.action("follow")
def press_follow(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Hear what becomes of an ask."""
    follow(ctx, taken.value)


def follow(ctx: Context, number: str) -> None:
    """Let the member hear what becomes of an ask."""
    ask = found(ctx, number)
    if ask is None or ask.state in OVER:
        ctx.reply("asks/over", state=ask.state if ask else AskState.DELETED, number=number)
    else:
        asking.follow(ctx.session, ask, ctx.me)
        ctx.reply("asks/followed", **telling.about(ctx, ask))


def tell_followers(ctx: Context, ask: Ask) -> None:
    """Tell those who wanted to hear what became of it, once."""
    for person in asking.followers(ctx.session, ask):
        ctx.say(
            person.address,
            "asks/became",
            kind=Kind.ANSWER,
            key=_became(ask, ask.state, person),
            **telling.about(ctx, ask),
        )


def _became(ask: Ask, state: str, person: Person) -> str:
    return f"{ask.key}/became/{state}/{person.id}"


def untell_followers(ctx: Context, ask: Ask) -> None:
    """Take back what those who follow it were told, as its words are about to be deleted."""
    for person in asking.followers(ctx.session, ask):
        for state in OVER:
            outbox.retract(ctx.session, _became(ask, state.value, person), now=ctx.now)


@feature.action("mend")
def mend_pressed(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Make the posts of an ask anew of which something was settled elsewhere; tell who follows."""
    ask = found(ctx, taken.value)
    if ask is not None:
        posting.mend(ctx, ask)
        if ask.state in OVER:
            tell_followers(ctx, ask)
