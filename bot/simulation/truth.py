"""What is true of a simulated network, for those who check what was found in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.ids import ChannelId, MemberId
from bot.simulation import contexts as c
from bot.simulation.plan import Plan
from bot.simulation.planted import BEGINS, IDEA, moment


@dataclass(frozen=True, kw_only=True)
class Spell:
    """A context and its days, `last` included; `channel` is None where it concerns all."""

    kind: str
    first: date
    last: date
    channel: ChannelId | None
    context: c.Context


@dataclass(frozen=True, kw_only=True)
class Message:
    """Where a planted message is; `thread` is None for one that opens a conversation."""

    channel: ChannelId
    ts: int
    author: MemberId
    thread: int | None = None


@dataclass(frozen=True, kw_only=True)
class Truth:
    """The spells in the order of their start, and the messages and people that matter."""

    spells: tuple[Spell, ...]
    little_known: tuple[Message, ...]
    popular: tuple[Message, ...]
    quiet_voices: tuple[MemberId, ...]
    gatherings: tuple[date, ...]
    groups: dict[MemberId, str]
    """of the people the plan names (those who come later are known by their events alone)"""

    def on(self, day: date) -> tuple[str, ...]:
        """The kinds of contexts on *day*."""
        return tuple(spell.kind for spell in self.spells if spell.first <= day <= spell.last)


def truth(plan: Plan) -> Truth:
    """What the plan plants, and where."""
    spells = sorted((_spell(plan, x) for x in plan.contexts), key=lambda spell: spell.first)
    return Truth(
        spells=tuple(spells),
        little_known=tuple(
            _message(plan, x, IDEA, moment(plan, x, BEGINS))
            for x in plan.contexts
            if isinstance(x, c.LittleKnownIdea)
        ),
        popular=tuple(
            _message(plan, x, 12 * 60, None) for x in plan.contexts if isinstance(x, c.PopularPost)
        ),
        quiet_voices=tuple(
            plan.member_id(x.who) for x in plan.contexts if isinstance(x, c.KeyVoiceQuiet)
        ),
        gatherings=tuple(x.gathering for x in plan.contexts if isinstance(x, c.GatheringLift)),
        groups={plan.member_id(person.name): person.group for person in plan.people},
    )


def _spell(plan: Plan, context: c.Context) -> Spell:
    return Spell(
        kind=context.kind,
        first=context.start,
        last=context.start + timedelta(days=context.days - 1),
        channel=plan.channel_id(context.channel) if context.channel else None,
        context=context,
    )


def _message(
    plan: Plan, context: c.LittleKnownIdea | c.PopularPost, minutes: int, thread: int | None
) -> Message:
    return Message(
        channel=plan.channel_id(context.channel),
        ts=moment(plan, context, minutes),
        author=plan.member_id(context.who),
        thread=thread,
    )
