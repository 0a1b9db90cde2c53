"""Answer in a round of consent: yes, yes with a worry, an objection and why, or not mine."""

from __future__ import annotations

from collections.abc import Mapping

from bot.context import Context
from bot.domain.charter import line_of
from bot.domain.events import FormSubmitted
from bot.domain.posts import Field
from bot.domain.proposals import LONGEST_REASON, Act, Stage, Stance
from bot.storage import charter, proposals
from bot.storage.proposals import Proposal, Taken
from handlers.proposals import posting
from handlers.proposals.acting import deed, numbered
from handlers.proposals.feature import Settings, feature
from handlers.proposals.showing import shown

UNNAMED, NAMED = "Without my name", "With my name"


def of_round(ctx: Context, proposal: Proposal, more: str) -> bool:
    """Whether a button of round *more* is of the round that is open; if not, they are told so."""
    if more.isdecimal() and int(more) != proposal.round:
        _say_late(ctx, proposal)
        return False
    return True


def _say_late(ctx: Context, proposal: Proposal) -> None:
    ctx.reply("proposals/late", shown=shown(ctx, proposal))


@deed("consent", Act.ANSWER)
def consent(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """Yes: good enough for now, and safe enough to try."""
    if of_round(ctx, proposal, more):
        keep(ctx, proposal, Stance.CONSENT)


@deed("not_mine", Act.ANSWER)
def not_mine(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """Not for them to say."""
    if of_round(ctx, proposal, more):
        keep(ctx, proposal, Stance.NOT_MINE)


@deed("worry", Act.ANSWER)
def worry(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """Yes, with a worry: a form asks which, unless it was typed."""
    if more and not more.isdecimal():
        _typed(ctx, proposal, Stance.WORRY, more)
    elif of_round(ctx, proposal, more):
        _ask(ctx, proposal, Stance.WORRY)


@deed("object", Act.ANSWER)
def object_to(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """An objection: a form asks for its reason, unless it was typed."""
    if more and not more.isdecimal():
        _typed(ctx, proposal, Stance.OBJECT, more)
    elif of_round(ctx, proposal, more):
        _ask(ctx, proposal, Stance.OBJECT)


def _typed(ctx: Context, proposal: Proposal, stance: Stance, words: str) -> None:
    reason = line_of(words)
    if len(reason) > LONGEST_REASON:
        ctx.reply("proposals/fault", fault=f"{LONGEST_REASON} characters are the most.")
    else:
        keep(ctx, proposal, stance, reason=reason)


def _ask(ctx: Context, proposal: Proposal, stance: Stance) -> None:
    """Open the form for a reason, with what they wrote before; of an objection it has to be one."""
    before = proposals.answer_by(ctx.session, proposal, ctx.me)
    is_same = before is not None and before.stance == stance
    said = before.reason if before is not None and is_same else ""
    is_named = before is not None and is_same and before.is_named
    fields = [
        Field(name="reason", value=said, is_required=stance is Stance.OBJECT, is_long=True),
        Field(name="name", value=NAMED if is_named else UNNAMED, options=(UNNAMED, NAMED)),
    ]
    name = "object" if stance is Stance.OBJECT else "worry"
    ctx.ask(
        f"proposals/form_{name}",
        name=f"proposals.{name}",
        fields=fields if stance is Stance.OBJECT else fields[:1],
        context=f"{proposal.id}/{proposal.round}",
    )


def faults(submitted: FormSubmitted, settings: Settings) -> Mapping[str, str]:
    """What is wrong with a reason: an objection needs one, and none is too long."""
    reason = line_of(submitted.values.get("reason", ""))
    if len(reason) > LONGEST_REASON:
        return {"reason": f"{LONGEST_REASON} characters are the most."}
    if not reason and submitted.form == "proposals.object":
        return {"reason": "An objection needs a reason; a worry, or a yes, needs none."}
    return {}


@feature.form("object", check=faults)
def take_objection(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep an objection with its reason, named or not as whoever objects chooses."""
    _take(ctx, settings, submitted, Stance.OBJECT)


@feature.form("worry", check=faults)
def take_worry(submitted: FormSubmitted, settings: Settings, ctx: Context) -> None:
    """Keep a yes with what worries somebody about it."""
    _take(ctx, settings, submitted, Stance.WORRY)


def _take(ctx: Context, settings: Settings, submitted: FormSubmitted, stance: Stance) -> None:
    number, _, of = submitted.context.partition("/")
    proposals.take_turns(ctx.session, ctx.network)
    proposal = numbered(ctx, number)
    if proposal is None:
        return
    if wrong := faults(submitted, settings):
        ctx.reply("proposals/fault", fault=next(iter(wrong.values())))
    elif of_round(ctx, proposal, of):
        reason = line_of(submitted.values.get("reason", ""))
        is_named = submitted.values.get("name") == NAMED
        keep(ctx, proposal, stance, reason=reason, is_named=is_named)


@deed("named", Act.ANSWER)
def named(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """Let an objection of the member's be told with their name."""
    _name(ctx, proposal, is_named=True)


@deed("unnamed", Act.ANSWER)
def unnamed(ctx: Context, settings: Settings, proposal: Proposal, more: str) -> None:
    """Let an objection of the member's be told without their name."""
    _name(ctx, proposal, is_named=False)


def _name(ctx: Context, proposal: Proposal, *, is_named: bool) -> None:
    mine = proposals.answer_by(ctx.session, proposal, ctx.me)
    if mine is None or mine.stance != Stance.OBJECT:
        ctx.reply("proposals/no_objection", shown=shown(ctx, proposal))
    else:
        keep(ctx, proposal, Stance.OBJECT, reason=mine.reason, is_named=is_named)


def keep(
    ctx: Context, proposal: Proposal, stance: Stance, *, reason: str = "", is_named: bool = False
) -> None:
    """Keep an answer, in the place of an earlier one, and say so to whoever gave it alone."""
    before = shown(ctx, proposal)
    taken = proposals.answer(
        ctx.session,
        ctx.network,
        proposal,
        ctx.me,
        stance,
        reason=reason,
        is_named=is_named,
        now=ctx.now,
    )
    if taken is Taken.LATE:
        _say_late(ctx, proposal)
        return
    after = shown(ctx, proposal)
    if after.answered != before.answered and proposal.stage == Stage.CONSENT:
        posting.mend(ctx, proposal)
    ctx.reply(
        "proposals/answered",
        shown=after,
        taken=taken.value,
        stance=stance.value,
        reason=reason,
        name=ctx.me.name if is_named else "",
        counts=proposals.counts(ctx.session, ctx.network, ctx.me),
        has_charter=charter.current(ctx.session, ctx.network) is not None,
    )
