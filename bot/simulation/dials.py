"""What each context does to behaviour on one day in one channel: the dials of the simulation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from math import prod

from bot.simulation import contexts as c
from bot.simulation.plan import Channel, Plan


@dataclass(frozen=True, kw_only=True)
class Dials:
    """Factors on usual behaviour, 1 being usual, but where a line says otherwise."""

    openings: float = 1.0
    answered: float = 1.0
    answers: float = 1.0
    asks: float = 1.0
    asks_answered: float = 1.0
    newcomers_answered: float = 1.0
    newcomers_write: float = 1.0
    late: float = 0.0
    """added: messages into old conversations, as a share of the channel's usual rate"""
    leads_open: float = 1.0
    reactions: float = 1.0
    bots: float = 1.0
    carried: float = 0.0
    """share of messages that the `carriers` most active write in the place of others"""
    carriers: int = 3
    moved_to: str = ""
    moved: float = 0.0
    """share of conversations held in `moved_to` instead"""
    people: dict[str, float] = field(default_factory=dict)
    """by name: the share of their usual messages that a person still writes"""


USUAL = Dials()


def dials_on(plan: Plan, day: date, channel: Channel) -> Dials:
    """How people behave in *channel* on *day*, all contexts of the plan together."""
    dials = USUAL
    for context in plan.contexts:
        if c.is_on(context, day) and context.channel in ("", channel.name):
            dials = _turn(dials, context, day)
    return dials


def joins_on(plan: Plan, day: date) -> float:
    """Factor on the usual number of newcomers."""
    return prod(_joins(c.is_on(x, day), x) for x in plan.contexts)


def leaves_on(plan: Plan, day: date) -> float:
    """Factor on the usual number of people who leave."""
    declines = (x for x in plan.contexts if isinstance(x, c.StructuralDecline))
    return prod(x.leaves for x in declines if c.is_on(x, day))


def _joins(on: bool, context: c.Context) -> float:
    match context:
        case c.NewArrivals(factor=factor) | c.StructuralDecline(joins=factor) if on:
            return factor
        case c.Growing(joins=factor) if on:
            return factor
    return 1.0


def deaf_days(plan: Plan) -> Iterable[c.CoverageGap]:
    """The gaps in which nothing is heard."""
    return [x for x in plan.contexts if isinstance(x, c.CoverageGap)]


def _turn(dials: Dials, context: c.Context, day: date) -> Dials:
    """The *dials* as *context* turns them on *day*, one of its own days."""
    match context:
        case c.Ebb() | c.Flow():
            return _livelier(dials, context.factor ** c.strength(context.start, context.ramp, day))
        case c.Growing():
            rise = c.strength(context.start, max(context.days - 28, 0), day)
            return _livelier(dials, context.factor**rise)
        case c.QuietSeason() | c.GatheringLift() | c.AfterGathering() | c.Pressure():
            return _livelier(dials, context.factor)
        case c.StructuralDecline():
            sunk = context.factor ** c.strength(context.start, context.ramp, day)
            return replace(_livelier(dials, sunk), newcomers_write=dials.newcomers_write * sunk)
        case c.PurposeMet():
            ramp = c.strength(context.start, context.ramp, day)
            lower = _livelier(dials, context.factor**ramp)
            return replace(lower, asks=dials.asks * context.asks**ramp)
        case c.BotNoise():
            ramp = c.strength(context.start, context.ramp, day)
            lower = _livelier(dials, context.people**ramp)
            return replace(lower, bots=dials.bots * context.factor)
        case c.Difference() if day > context.start:
            return replace(_livelier(dials, context.factor), reactions=dials.reactions * 0.4)
    return _turn_people(dials, context)


def _turn_people(dials: Dials, context: c.Context) -> Dials:
    """Contexts that change who speaks, who is answered, or where, and not simply how much."""
    match context:
        case c.KeyVoiceQuiet():
            return replace(dials, people={**dials.people, context.who: context.factor})
        case c.FewVoices():
            return replace(dials, carried=context.share, carriers=context.voices)
        case c.NewcomersUnanswered():
            return replace(dials, newcomers_answered=dials.newcomers_answered * context.answered)
        case c.AsksWaiting():
            return replace(dials, asks_answered=dials.asks_answered * context.answered)
        case c.NoAsks():
            return replace(dials, asks=dials.asks * context.factor)
        case c.TopicSpent():
            spent = replace(dials, openings=dials.openings * context.openings)
            return replace(spent, late=context.late * context.openings, answers=dials.answers * 0.6)
        case c.Moved():
            return replace(dials, moved_to=context.to, moved=context.share)
        case c.LeadAbsent():
            return replace(dials, leads_open=dials.leads_open * context.factor)
        case c.Helping():
            more = _livelier(dials, context.factor**0.5)
            return replace(more, asks=dials.asks * context.factor, answers=dials.answers * 1.3)
    return dials


def _livelier(dials: Dials, factor: float) -> Dials:
    return replace(dials, openings=dials.openings * factor)
