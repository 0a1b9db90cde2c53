"""Who does what with a proposal: each deed is a button and can be typed, and is checked once more.

A deed's name is its button's; what follows the number in the button's value goes with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from bot.context import Context
from bot.domain.events import ActionTaken
from bot.domain.proposals import ALLOWED, Act, Part, Stage, Stance, may
from bot.domain.typed import number_of
from bot.storage import proposals
from bot.storage.proposals import Proposal
from handlers.proposals.feature import Settings, feature
from handlers.proposals.showing import allowed, may_see, shown

Run = Callable[[Context, Settings, Proposal, str], None]


class Deed(NamedTuple):
    """Something to do with a proposal, and for which act one must be allowed to."""

    act: Act
    run: Run


DEEDS: dict[str, Deed] = {}


def deed(name: str, act: Act) -> Callable[[Run], Run]:
    """Let *name* be done by its button, and by `perform`."""

    def register(run: Run) -> Run:
        DEEDS[name] = Deed(act, run)
        feature.action(name)(_pressed(name))
        return run

    return register


def _pressed(name: str) -> Callable[[ActionTaken, Settings, Context], None]:
    def press(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
        number, _, more = taken.value.partition("/")
        perform(ctx, settings, name, number, more)

    return press


def perform(ctx: Context, settings: Settings, name: str, number: str, more: str) -> None:
    """Do what *name* says with that proposal, if the member may; or say why not."""
    proposals.take_turns(ctx.session, ctx.network)
    proposal = numbered(ctx, number)
    if proposal is None:
        return
    found = DEEDS[name]
    parts = proposals.parts_of(ctx.session, ctx.network, proposal, ctx.me)
    if may(found.act, Stage(proposal.stage), parts):
        found.run(ctx, settings, proposal, more)
    elif Stage(proposal.stage) in ALLOWED[found.act]:
        ctx.reply("proposals/not_yours", shown=shown(ctx, proposal), act=found.act.value)
    else:
        ctx.reply("proposals/elsewhere", shown=shown(ctx, proposal), act=found.act.value)


def numbered(ctx: Context, number: str) -> Proposal | None:
    """The proposal of that number, if the member may see it; None, and a word to them, if not."""
    proposal = proposals.numbered(ctx.session, ctx.network, number_of(number))
    if proposal is not None:
        parts = proposals.parts_of(ctx.session, ctx.network, proposal, ctx.me)
        if may_see(ctx, proposal, parts):
            return proposal
    ctx.reply("proposals/gone")
    return None


def view(ctx: Context, proposal: Proposal, *, fault: str = "") -> None:
    """Show the member one proposal, with what they may do about it."""
    parts = proposals.parts_of(ctx.session, ctx.network, proposal, ctx.me)
    answer = proposals.answer_by(ctx.session, proposal, ctx.me)
    ctx.reply(
        "proposals/one",
        shown=shown(ctx, proposal),
        may=allowed(proposal, parts),
        fault=fault,
        mine=answer.stance if answer else "",
        helpers=[each.name for each in proposals.helpers(ctx.session, proposal)],
        worries=_worries(ctx, proposal) if Part.PROPOSER in parts else [],
    )


def _worries(ctx: Context, proposal: Proposal) -> list[str]:
    """What worried people in the last round, without a name, once it is over."""
    if proposal.stage == Stage.CONSENT:
        return []
    answers = proposals.answers(ctx.session, proposal)
    return sorted(each.reason for each in answers if each.stance == Stance.WORRY and each.reason)


@feature.action("show")
def show(taken: ActionTaken, settings: Settings, ctx: Context) -> None:
    """Show one proposal."""
    proposal = numbered(ctx, taken.value)
    if proposal is not None:
        view(ctx, proposal)
