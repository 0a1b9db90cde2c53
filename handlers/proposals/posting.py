"""What everybody reads of a proposal in the main channel, and how it is kept true afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.context import Context
from bot.domain.proposals import Stage, closing
from bot.judgement.limits import Kind
from bot.storage import places, proposals, talk
from bot.storage.places import Channel, Person
from bot.storage.proposals import Proposal
from handlers.proposals.feature import Settings
from handlers.proposals.showing import shown

LASTING = timedelta(days=5)
"""How much later a post is still of use."""


def channel_of(ctx: Context) -> Channel | None:
    """Where everybody reads of proposals."""
    return places.main_channel(ctx.session, ctx.network)


def until(ctx: Context, days: int) -> datetime:
    """When a stage of so many working days closes that opens now."""
    is_working = partial(talk.is_working, ctx.session, ctx.network)
    return closing(ctx.now, days, is_working, ctx.network.zone)


def days_of(settings: Settings, stage: Stage) -> int:
    """How many working days a stage lasts."""
    days = {Stage.QUESTIONS: settings.questions_days, Stage.REACTIONS: settings.reactions_days}
    return days.get(stage, settings.consent_days)


def post(ctx: Context, proposal: Proposal, kind: Kind = Kind.ANSWER) -> None:
    """Say where a proposal is now; by its proposer's act, or as the members' answers make it."""
    channel = channel_of(ctx)
    if channel is not None:
        ctx.say(
            channel.address,
            "proposals/post",
            kind=kind,
            key=proposal.key,
            lasting=LASTING,
            shown=shown(ctx, proposal),
            is_over=False,
        )


def mend(ctx: Context, proposal: Proposal, *, is_over: bool = False) -> bool:
    """Make the post of its present stage anew; False where nobody could see it.

    One that *is_over* offers nothing to press any more.
    """
    channel = channel_of(ctx)
    if channel is None:
        return False
    seen = shown(ctx, proposal)
    return ctx.amend(proposal.key, channel.address, "proposals/post", shown=seen, is_over=is_over)


def take_out(ctx: Context, proposal: Proposal, prompt: str = "post_withdrawn") -> None:
    """Take the words of a proposal out of all its posts."""
    channel = channel_of(ctx)
    for key in proposal.keys if channel is not None else ():
        assert channel is not None, "there is somewhere to say it"
        ctx.amend(key, channel.address, f"proposals/{prompt}", number=proposal.id)


def announce(ctx: Context, proposal: Proposal, prompt: str, key: str) -> None:
    """Say to everybody what became of it."""
    channel = channel_of(ctx)
    if channel is not None:
        ctx.say(
            channel.address,
            f"proposals/{prompt}",
            kind=Kind.ANSWER,
            key=key,
            lasting=LASTING,
            shown=shown(ctx, proposal),
        )


def tell(ctx: Context, person: Person, proposal: Proposal, prompt: str, **more: Any) -> None:
    """Write to one person about a proposal of theirs, or that they help with."""
    ctx.say(
        person.address,
        f"proposals/{prompt}",
        kind=Kind.WORD,
        key=f"{proposal.key}/{prompt}/{person.address}",
        lasting=timedelta(days=8),
        shown=shown(ctx, proposal),
        network=ctx.network.name,
        **more,
    )


def proposer_of(ctx: Context, proposal: Proposal) -> Person | None:
    """Whoever proposed it, if they are still here."""
    person = ctx.session.get(Person, proposal.proposer_id) if proposal.proposer_id else None
    is_here = person is not None and proposals.is_here(ctx.session, ctx.network, person)
    return person if is_here else None
