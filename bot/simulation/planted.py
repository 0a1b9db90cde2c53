"""Conversations that a context brings with it, planted at moments that are known beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.simulation import contexts as c
from bot.simulation.behaviour import Happening, Marked, Said, said
from bot.simulation.phrases import Kind
from bot.simulation.plan import MINUTE, Channel, Plan, dice
from bot.simulation.roster import Resident, Roster, poisson

BEGINS, IDEA, REPLY = 9 * 60 + 40, 11 * 60 + 30, 13 * 60 + 10
"""Minutes after midnight: of the conversation with the idea, the idea, and the one reply to it."""
SPARK = "bulb"


def moment(plan: Plan, context: c.Context, minutes: float) -> int:
    """The `ts` of what *context* plants that many minutes into its first day."""
    place = plan.contexts.index(context)
    return plan.midnight(context.start) + int(minutes) * MINUTE + 2 * place


def planted(plan: Plan, roster: Roster, day: date) -> Iterator[Happening]:
    """All that the plan's contexts plant on *day*."""
    for context in plan.contexts:
        if not c.is_on(context, day):
            continue
        match context:
            case c.LittleKnownIdea():
                yield from _little_known(plan, roster, context)
            case c.PopularPost():
                yield from _popular(plan, roster, context)
            case c.Difference() if day == context.start:
                yield from _difference(plan, roster, context)
            case c.SharedConcern():
                yield from _shared_concern(plan, roster, context, day)
            case c.Heated():
                yield from _heated(plan, roster, context, day)
            case c.OneVoiceBurst():
                yield from _one_voice(plan, roster, context, day)


def _little_known(plan: Plan, roster: Roster, idea: c.LittleKnownIdea) -> Iterator[Happening]:
    rng = dice(plan, idea.kind, idea.start)
    begins, author, answers = (roster.named[x] for x in (idea.begins, idea.who, idea.answers))
    first = _at(plan, idea, BEGINS, begins, None, Kind.ASK)
    others = [p for p in _people(plan, roster, idea) if p not in (begins, author, answers)]
    yield first
    for n, who in enumerate(rng.sample(others, 3)):
        yield _at(plan, idea, BEGINS + 20 * (n + 1), who, first.ts, Kind.ANSWER)
    message = _at(plan, idea, IDEA, author, first.ts, Kind.IDEA)
    yield message
    yield _at(plan, idea, REPLY, answers, first.ts, Kind.THANKS)
    for n, name in enumerate(idea.sparks):
        yield Marked(message.ts + (90 + 40 * n) * MINUTE, message, roster.named[name], SPARK)


def _popular(plan: Plan, roster: Roster, post: c.PopularPost) -> Iterator[Happening]:
    rng = dice(plan, post.kind, post.start)
    author = roster.named[post.who]
    others = [person for person in _people(plan, roster, post) if person is not author]
    first = _at(plan, post, 12 * 60, author, None, Kind.POPULAR)
    yield first
    for n, who in enumerate(rng.sample(others, min(12, len(others)))):
        yield _at(plan, post, 12 * 60 + 7 * (n + 1), who, first.ts, Kind.THANKS)
    for n, who in enumerate(rng.sample(others, min(post.reactions, len(others)))):
        emoji = post.emoji[n % len(post.emoji)]
        yield Marked(first.ts + (3 + 5 * n) * MINUTE, first, who, emoji)


def _difference(plan: Plan, roster: Roster, heat: c.Difference) -> Iterator[Happening]:
    pair = [roster.named[name] for name in heat.between]
    first = _at(plan, heat, 10 * 60, pair[0], None, Kind.HEAT)
    yield first
    for n in range(1, heat.exchanges):
        yield _at(plan, heat, 10 * 60 + 6 * n, pair[n % 2], first.ts, Kind.HEAT)


def _shared_concern(
    plan: Plan, roster: Roster, concern: c.SharedConcern, day: date
) -> Iterator[Happening]:
    rng = dice(plan, concern.kind, concern.start, day)
    people = _people(plan, roster, concern)
    first = _at(plan, concern, 8 * 60 + 50, people[0], None, Kind.ASK)
    if day == concern.start:
        yield first
    if plan.is_working_day(day):
        for _ in range(poisson(rng, concern.daily)):
            at = plan.midnight(day) + rng.randrange(9 * 60, 19 * 60) * MINUTE
            who = rng.choice(people)
            yield said(rng, at, concern.channel, who, first.ts, Kind.ANSWER)


def _heated(plan: Plan, roster: Roster, heat: c.Heated, day: date) -> Iterator[Happening]:
    rng = dice(plan, heat.kind, heat.start, day)
    pair = [roster.named[name] for name in heat.between]
    others = [person for person in _people(plan, roster, heat) if person not in pair]
    for _ in range(poisson(rng, heat.daily) if plan.is_working_day(day) else 0):
        at = plan.midnight(day) + rng.randrange(9 * 60, 17 * 60) * MINUTE
        first = said(rng, at, heat.channel, pair[0], None, Kind.HEAT)
        exchange = [first]
        for n in range(1, max(9, poisson(rng, heat.length))):
            at += rng.randrange(2, 12) * MINUTE
            exchange.append(said(rng, at, heat.channel, pair[n % 2], first.ts, Kind.HEAT))
        yield from exchange
        for who in rng.sample(others, min(len(others), 4 + poisson(rng, 3))):
            side = dice(plan, heat.kind, who.id).randrange(2)
            for message in rng.sample(exchange[side::2], 2):
                emoji = rng.choice(("thumbsup", "clap"))
                yield Marked(message.ts + rng.randrange(5, 90) * MINUTE, message, who, emoji)


def _one_voice(plan: Plan, roster: Roster, loud: c.OneVoiceBurst, day: date) -> Iterator[Happening]:
    rng = dice(plan, loud.kind, loud.start, day)
    who = roster.named[loud.who]
    for _ in range(poisson(rng, loud.daily) if plan.is_working_day(day) else 0):
        at = plan.midnight(day) + rng.randrange(9 * 60, 19 * 60) * MINUTE
        yield said(rng, at, loud.channel, who, None, Kind.SHARE)


def _people(plan: Plan, roster: Roster, context: c.Context) -> list[Resident]:
    """Who is in the context's channel when it starts, in the roster's order."""
    return list(roster.room(channel_named(plan, context.channel), context.start).people)


def channel_named(plan: Plan, name: str) -> Channel:
    """The plan's channel of that *name*.

    Raises:
        ValueError: there is none.
    """
    return plan.channels[[channel.name for channel in plan.channels].index(name)]


def _at(
    plan: Plan, context: c.Context, minutes: int, who: Resident, thread: int | None, kind: Kind
) -> Said:
    ts = moment(plan, context, minutes)
    return Said(ts, context.channel, who, thread, kind, dice(plan, ts).getrandbits(128))
