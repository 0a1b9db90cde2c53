"""Carry on what nobody took up: ask more people, suggest less, ask what now; let old asks go."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot import outbox
from bot.context import Context
from bot.domain.asks import AFTER, GRACE, AskState, Stage, as_words, smaller, stage_due
from bot.domain.schedule import Daily
from bot.judgement.limits import Kind
from bot.storage import asking, asks, exchanges, talk
from bot.storage.asks import Ask
from bot.storage.places import Person
from handlers.asks import helping, matching, posting, telling
from handlers.asks.feature import Settings, feature

LASTING = timedelta(days=14)
DAY = timedelta(days=1)
LATE = timedelta(hours=3)
FARTHEST = max(AFTER.values())
QUESTIONS = (Stage.SMALLER, Stage.WHAT_NOW)


@feature.job(
    lambda settings: Daily(at=time.fromisoformat(settings.look_at)), late=LATE, while_any=(Ask,)
)
def carry_on(settings: Settings, ctx: Context) -> None:
    """Look, each working day, at what nobody is on, and at who isn't here any more."""
    today = talk.local_day(ctx.now, ctx.network)
    asks.let_old_go(ctx.session, ctx.network, now=ctx.now)
    for ask in asks.under_way(ctx.session, ctx.network):
        if _is_left(ctx, ask):
            continue
        if ask.due_on is not None and ask.due_on + GRACE < today and _is_over(ctx, ask, today):
            continue
        if ask.state == AskState.OPEN and talk.is_working(ctx.session, ctx.network, today):
            _carry(ctx, ask, today)


def _is_left(ctx: Context, ask: Ask) -> bool:
    """Whether its asker isn't here any more; of who helps, let those go who aren't."""
    asker = ctx.session.get(Person, ask.person_id) if ask.person_id else None
    if asker is None or asker.is_gone:
        if asks.move(ctx.session, ask, AskState.CLOSED, closed_at=ctx.now):
            helping.settle_asked(ctx, ask)
            posting.mend(ctx, ask)
        return True
    for each in exchanges.of_ask(ctx.session, ask):
        giver = ctx.session.get(Person, each.giver_id) if each.giver_id else None
        if (giver is None or giver.is_gone) and exchanges.step_back(ctx.session, each):
            helping.reopen(ctx, ask, because=giver.name if giver else "")
    return False


def _carry(ctx: Context, ask: Ask, today: date) -> None:
    """Take an ask to the stage that is due, if it isn't there."""
    waited = _working_days(ctx, ask.opened_at or ctx.now, today)
    stage = stage_due(Stage(ask.stage), waited)
    if stage is None or not asks.carry_on(ctx.session, ask, stage):
        return
    is_first = not asking.asked(ctx.session, ask)  # of a round, nobody was asked on its day
    matching.ask_privately(ctx, ask, at_most=matching.FIRST if is_first else matching.MORE)
    if stage is Stage.ASKED_MORE or not ask.person_id:
        return
    outbox.retract(ctx.session, _key(ask, Stage.SMALLER), now=ctx.now)
    asker = ctx.session.get_one(Person, ask.person_id)
    less = smaller(ask.minutes)
    ctx.say(
        asker.address,
        "asks/smaller" if stage is Stage.SMALLER else "asks/what_now",
        kind=Kind.WORD,
        key=_key(ask, stage),
        lasting=LASTING,
        less=as_words(less) if less < ask.minutes else "",
        network=ctx.network.name,
        days=waited,
        **telling.about(ctx, ask),
    )


def _working_days(ctx: Context, opened: datetime, today: date) -> int:
    """How many working days have come since the one on which it was posted."""
    day, count = talk.local_day(opened, ctx.network), 0
    while day < today and count <= FARTHEST:
        day += DAY
        count += talk.is_working(ctx.session, ctx.network, day)
    return count


def _key(ask: Ask, stage: Stage) -> str:
    return f"{ask.key}/{stage.value}/{ask.opened_at:%Y%m%d}"


def settle_questions(ctx: Context, ask: Ask) -> None:
    """What its asker was asked about it needs no answer any more."""
    for stage in QUESTIONS if ask.opened_at else ():  # a draft was never carried on
        outbox.retract(ctx.session, _key(ask, stage), now=ctx.now)


def _is_over(ctx: Context, ask: Ask, today: date) -> bool:
    """Let an ask be over whose day went by a while ago, and of which nobody said anything.

    What somebody is on is given twice as long; whoever got the help may still say thanks.
    """
    is_taken = ask.state == AskState.TAKEN
    if is_taken and ask.due_on is not None and ask.due_on + 2 * GRACE >= today:
        return False
    state = AskState.CLOSED if is_taken else AskState.EXPIRED
    if asks.move(ctx.session, ask, state, closed_at=ctx.now):
        settle_questions(ctx, ask)
        helping.settle_asked(ctx, ask)
        posting.mend(ctx, ask)
    return True
