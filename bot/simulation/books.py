"""The ledger of a simulated network: what was asked, offered and given, as its contexts have it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from bot.judgement.ledger import Ask, CheckedIn, Helped, Ledger, Offer
from bot.simulation import contexts as c
from bot.simulation.plan import DAY, MINUTE, Plan, dice
from bot.simulation.roster import poisson

HOUR = 60 * MINUTE
OFFER_DAYS = 180
QUARTER = 91
ASKS_A_WEEK = 0.045
"""Asks of an ordinary member a week; in gift circles givers outnumber askers by two to one."""
OFFERS_A_WEEK = 0.03


@dataclass(frozen=True, kw_only=True)
class Custom:
    """How asks go on one day; factors are on what is usual, `taken` and `done` are shares."""

    asks: float = 1.0
    offers: float = 1.0
    taken: float = 0.88
    done: float = 0.6
    hours: float = 20.0
    nearly_met: float = 0.12
    results: float = 0.01
    """stories a day that come to a result"""
    passed_on: float = 0.35
    """of those who help have been helped lately"""


def custom_on(plan: Plan, day: date) -> Custom:
    """How asks go on *day*, as the plan's contexts have it."""
    for context in plan.contexts:
        if not c.is_on(context, day):
            continue
        match context:
            case c.NoAsks():
                return Custom(asks=context.factor)
            case c.AsksWaiting():
                return Custom(taken=0.12, done=0.1, hours=60.0)
            case c.PurposeMet():
                ramp = c.strength(context.start, context.ramp, day)
                return Custom(
                    asks=context.asks**ramp, offers=0.5, done=0.9, nearly_met=0.72, results=0.12
                )
            case c.Helping():
                return Custom(asks=1.9, taken=0.95, done=0.75, hours=10.0, passed_on=0.7)
            case c.Ebb() | c.Pressure() | c.QuietSeason() | c.AfterGathering():
                return Custom(asks=context.factor, offers=context.factor)
            case c.StructuralDecline():
                ramp = c.strength(context.start, context.ramp, day)
                return Custom(asks=context.factor**ramp, offers=context.factor**ramp)
    return Custom()


def ledger_of(plan: Plan, until: date) -> Ledger:
    """The ledger as it stands after the day *until*; what comes later is not in it."""
    end = plan.midnight(until + timedelta(days=1))
    rng = dice(plan, "books")
    helped: list[Helped] = []
    asks: list[Ask] = []
    offers: list[Offer] = []
    days = [plan.start + timedelta(days=n) for n in range((until - plan.start).days + 1)]
    for day in days:
        asks += [_so_far(one, end) for one in _asked(plan, day, helped)]
        offers += _offered(plan, day)
    return Ledger(
        asks=asks,
        offers=[Offer(x.opened, x.closed if x.closed and x.closed < end else None) for x in offers],
        helped=sorted(one for one in helped if one.at < end),
        check_ins=list(_check_ins(plan, days, rng)),
        results=[
            plan.midnight(day) + 12 * HOUR
            for day in days
            if dice(plan, "result", day).random() < custom_on(plan, day).results
        ],
    )


def _asked(plan: Plan, day: date, helped: list[Helped]) -> Iterator[Ask]:
    """The asks of one day, and in *helped* the help that they got."""
    rng, custom = dice(plan, "ask", day), custom_on(plan, day)
    expected = len(plan.people) * ASKS_A_WEEK / 5 * custom.asks
    for _ in range(poisson(rng, expected) if plan.is_working_day(day) else 0):
        opened = plan.midnight(day) + rng.randrange(9 * 60, 17 * 60) * MINUTE
        later = custom_on(plan, day + timedelta(days=1))
        answered = closed = None
        if rng.random() < later.taken:
            answered = opened + round(rng.expovariate(1 / later.hours) * HOUR) + MINUTE
            helped.append(_help(plan, rng, custom, answered, helped))
            closed = answered + round(rng.expovariate(1 / 5) * DAY)
        done = closed is not None and rng.random() < custom.done
        yield Ask(opened, answered, closed, done)


def _help(plan: Plan, rng: Random, custom: Custom, at: int, helped: list[Helped]) -> Helped:
    """Somebody helps somebody; often one who was helped lately."""
    lately = [one.receiver for one in helped[-12:]]
    passes = bool(lately) and rng.random() < custom.passed_on
    giver = rng.choice(lately) if passes else rng.randrange(len(plan.people))
    receiver = rng.randrange(len(plan.people))
    while receiver == giver:
        receiver = rng.randrange(len(plan.people))
    return Helped(at, giver, receiver)


def _so_far(ask: Ask, end: int) -> Ask:
    """The ask as it is known at *end*."""
    answered = ask.answered if ask.answered is not None and ask.answered < end else None
    closed = ask.closed if ask.closed is not None and ask.closed < end else None
    return Ask(ask.opened, answered, closed, ask.done and closed is not None)


def _offered(plan: Plan, day: date) -> Iterator[Offer]:
    rng = dice(plan, "offer", day)
    expected = len(plan.people) * OFFERS_A_WEEK / 5 * custom_on(plan, day).offers
    for _ in range(poisson(rng, expected) if plan.is_working_day(day) else 0):
        opened = plan.midnight(day) + rng.randrange(9 * 60, 17 * 60) * MINUTE
        yield Offer(opened, opened + OFFER_DAYS * DAY)


def _check_ins(plan: Plan, days: list[date], rng: Random) -> Iterator[CheckedIn]:
    """One a quarter, at some day of it, and one when the purpose is nearly met."""
    due = set(range(rng.randrange(QUARTER), len(days), QUARTER))
    met = [x for x in plan.contexts if isinstance(x, c.PurposeMet)]
    due |= {(x.start - plan.start).days + min(x.ramp, 14) for x in met}
    for n in sorted(due & set(range(len(days)))):
        answers = max(6, poisson(dice(plan, "check-in", n), len(plan.people) * 0.25))
        share = custom_on(plan, days[n]).nearly_met
        nearly = sum(dice(plan, "check-in", n, one).random() < share for one in range(answers))
        yield CheckedIn(plan.midnight(days[n]) + 12 * HOUR, answers, nearly)
