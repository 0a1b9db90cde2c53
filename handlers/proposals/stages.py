"""Each working morning what is over goes on to its next stage, and all are told what came of it."""

from __future__ import annotations

from datetime import time, timedelta

from bot.context import Context
from bot.domain.proposals import Outcome, Stage, Stance
from bot.domain.schedule import Daily
from bot.judgement.limits import Kind
from bot.storage import places, proposals, talk
from bot.storage.proposals import Proposal
from handlers.proposals import posting
from handlers.proposals.feature import Settings, feature
from handlers.proposals.integrating import facilitator_for, overtaken
from handlers.proposals.showing import shown

PATIENCE = timedelta(days=3)
"""How long a stage waits for room in a channel that the bot is not to fill."""
IDLE = timedelta(days=28)
"""How long nothing may move after an objection until a proposal is parked by itself."""


@feature.job(lambda settings: Daily(at=time.fromisoformat(settings.at)), while_any=(Proposal,))
def go_on(settings: Settings, ctx: Context) -> None:
    """Close what is over, on working days alone; what was missed is made up for."""
    today = talk.local_day(ctx.now, ctx.network)
    if not talk.is_working(ctx.session, ctx.network, today) or posting.channel_of(ctx) is None:
        return
    proposals.take_turns(ctx.session, ctx.network)
    overtaken(ctx)
    for each in proposals.due(ctx.session, ctx.network, now=ctx.now):
        now_it_is = proposals.numbered(ctx.session, ctx.network, each.id)
        if now_it_is is not None and now_it_is.closes_at is not None:
            _close(ctx, settings, now_it_is)
    for each in proposals.in_stages(ctx.session, ctx.network, (Stage.INTEGRATE,)):
        if ctx.now - each.changed_at > IDLE:
            _park(ctx, each)
    _tell_reviews(ctx)


def _close(ctx: Context, settings: Settings, proposal: Proposal) -> None:
    """Go on from a stage that is over; one that nobody could see begins anew."""
    stage = Stage(proposal.stage)
    if stage is not Stage.CONSENT and not _has_room(ctx, proposal):
        return
    if not posting.mend(ctx, proposal, is_over=True):
        closes = posting.until(ctx, posting.days_of(settings, stage))
        if proposals.post_again(ctx.session, proposal, until=closes):
            posting.post(ctx, proposal)
    elif stage is Stage.CONSENT:
        _close_round(ctx, settings, proposal)
    elif stage is Stage.QUESTIONS:
        closes = posting.until(ctx, settings.reactions_days)
        if proposals.open_reactions(ctx.session, proposal, until=closes):
            posting.post(ctx, proposal, _kind(ctx))
    else:
        _open_round(ctx, settings, proposal)


def _has_room(ctx: Context, proposal: Proposal) -> bool:
    """Whether the channel has room for one post more, or it has been waited for long enough."""
    assert proposal.closes_at is not None, "its time is over"
    if _kind(ctx) is Kind.NUDGE or ctx.now - proposal.closes_at > PATIENCE:
        return True
    ctx.skip("proposals.go_on", f"{proposal.id}: there is no room in the channel yet")
    return False


def _kind(ctx: Context) -> Kind:
    """As one of the few posts that a channel hears in a week, while there is room for one."""
    channel = posting.channel_of(ctx)
    assert channel is not None, "there is somewhere to say it"
    return Kind.ANSWER if ctx.foresee(channel.address, Kind.NUDGE, at=ctx.now) else Kind.NUDGE


def _open_round(ctx: Context, settings: Settings, proposal: Proposal) -> None:
    person = facilitator_for(ctx, proposal, None)
    kind = _kind(ctx)
    opened = proposals.open_round(
        ctx.session,
        proposal,
        until=posting.until(ctx, settings.consent_days),
        needed=proposals.needed(ctx.session, ctx.network),
        facilitator_id=person.id if person else None,
    )
    if opened:
        posting.post(ctx, proposal, kind)


def _close_round(ctx: Context, settings: Settings, proposal: Proposal) -> None:
    """What the answers make of it; its proposer hears of worries and objections too."""
    later = posting.until(ctx, settings.consent_days)
    answers = proposals.answers(ctx.session, proposal)
    has_worries = any(each.stance == Stance.WORRY and each.reason for each in answers)
    outcome = proposals.close_round(ctx.session, ctx.network, proposal, now=ctx.now, later=later)
    if outcome is Outcome.WAIT:
        posting.mend(ctx, proposal)
        posting.announce(ctx, proposal, "more_time", f"{proposal.key}/more")
        return
    if outcome is Outcome.INTEGRATE:
        posting.post(ctx, proposal)
    elif outcome is Outcome.ADOPT:
        posting.announce(ctx, proposal, "adopted", proposal.key)
        overtaken(ctx)
    elif outcome is Outcome.PARK:
        posting.announce(ctx, proposal, "parked", proposal.key)
    proposer = posting.proposer_of(ctx, proposal)
    if proposer is not None and outcome is not None and (has_worries or _needs(outcome)):
        posting.tell(
            ctx, proposer, proposal, "closed", outcome=outcome.value, has_worries=has_worries
        )


def _needs(outcome: Outcome) -> bool:
    """Whether its proposer has something to do then."""
    return outcome in (Outcome.INTEGRATE, Outcome.PARK)


def _park(ctx: Context, proposal: Proposal) -> None:
    posting.mend(ctx, proposal, is_over=True)
    if proposals.park(ctx.session, proposal):
        posting.announce(ctx, proposal, "parked", proposal.key)


def _tell_reviews(ctx: Context) -> None:
    """Tell those who tend, once, which decisions are to be looked at again."""
    today = talk.local_day(ctx.now, ctx.network)
    found = proposals.to_review(ctx.session, ctx.network, today=today)
    due = [each for each in found if proposals.reviewed(ctx.session, each, now=ctx.now)]
    for to in places.leads_of(ctx.session, ctx.network) if due else ():
        ctx.say(
            to,
            "proposals/reviews",
            kind=Kind.TENDING,
            key=f"proposals.review/{ctx.network.id}/{today}/{to}",
            lasting=timedelta(days=14),
            decided=[shown(ctx, each) for each in due],
        )


@feature.job(lambda _: Daily(at=time(4, 50)), while_any=(Proposal,))
def let_old_go(settings: Settings, ctx: Context) -> None:
    """Let go of drafts that nobody went on with, and of who answered what once it is settled."""
    proposals.let_old_go(ctx.session, ctx.network, now=ctx.now)
